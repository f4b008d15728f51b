"""rules/category.py: an empty category is filled when the text points to it unmistakably (the texts: test_texts.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.dialect import Category, FieldNames
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import WrongOptions
from otrs_bridge.domain.ticket import Value
from rules import category
from tests.builders import a_ticket, facts_of

EMPTY: dict[str, Value] = {"Category": ""}
BOTH = "Не работает интернет, кот перегрыз кабель"

LEAVES_ALONE = {
    "a category that somebody chose": facts_of(a_ticket(dynamic_fields={"Category": ("tv",)})),
    "a category in a field of one value": facts_of(a_ticket(dynamic_fields={"Category": "tv"})),
    "a text that names a service and no complaint": facts_of(a_ticket(title="Интернет", dynamic_fields=EMPTY)),
    "a text that says nothing": facts_of(a_ticket(title="", dynamic_fields=EMPTY)),
    "a mail that only quotes a complaint": facts_of(
        a_ticket(
            title="Re: ответ",
            body="Да.\n\n12.03.2026 10:00, Иванов пишет:\n> Не работает интернет",
            dynamic_fields=EMPTY,
        )
    ),
    "an OTRS without such a field": facts_of(a_ticket(), fields=FieldNames(category="")),
    "an OTRS that does not list the field": facts_of(a_ticket(dynamic_fields={"District": ""})),
    "a merged ticket": facts_of(a_ticket(state="merged", dynamic_fields=EMPTY)),
}

ASKS_FOR: dict[str, tuple[Facts, Value]] = {
    "a complaint in the subject": (facts_of(a_ticket(title="Нет интернета", dynamic_fields=EMPTY)), ("internet",)),
    "a complaint in the text": (
        facts_of(a_ticket(title="Заявка", body="рябь по всем каналам", dynamic_fields=EMPTY)),
        ("tv",),
    ),
    "two complaints": (facts_of(a_ticket(title="Заявка", body=BOTH, dynamic_fields=EMPTY)), ("cable", "internet")),
    "an empty multiselect": (facts_of(a_ticket(dynamic_fields={"Category": ()})), ("internet",)),
    "a closed ticket, too": (facts_of(a_ticket(state="closed successful", dynamic_fields=EMPTY)), ("internet",)),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(category.check(facts, category.Options())) == []


@pytest.mark.parametrize(("facts", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, wanted: Value) -> None:
    (change,) = category.check(facts, category.Options())
    assert (change.field, change.new) == ("DynamicField_Category", wanted)


def read_by(facts: Facts, options: category.Options) -> Iterator[Change]:
    """What the rule asks for where all rules read categories as these options say."""
    return category.check(replace(facts, dialect=category.RULE.dialect(options, facts.dialect)), options)


def test_otrs_may_call_the_categories_otherwise() -> None:
    keys = MappingProxyType({item.value: f"k-{item.value}" for item in Category} | {"cable": "k-internet"})
    facts = facts_of(a_ticket(title="Заявка", body=BOTH, dynamic_fields=EMPTY))
    assert [change.new for change in read_by(facts, category.Options(values=keys))] == [("k-internet",)]


def test_a_category_that_otrs_calls_as_we_do_needs_no_key() -> None:
    facts = facts_of(a_ticket(title="Заявка", body=BOTH, dynamic_fields=EMPTY))
    options = category.Options(values={"cable": "Кабель"})
    assert [change.new for change in read_by(facts, options)] == [("internet", "Кабель")]


ONE = category.Options(several=False)


def test_a_field_of_one_value_gets_the_one_that_is_read() -> None:
    assert [change.new for change in read_by(facts_of(a_ticket()), ONE)] == ["internet"]


def test_a_field_of_one_value_is_left_empty_when_two_are_read() -> None:
    assert list(read_by(facts_of(a_ticket(title="", body=BOTH)), ONE)) == []


def test_a_field_of_one_value_gets_the_key_that_two_categories_share() -> None:
    options = category.Options(several=False, values={"cable": "Линия", "internet": "Линия"})
    assert [change.new for change in read_by(facts_of(a_ticket(title="", body=BOTH)), options)] == ["Линия"]


@pytest.mark.parametrize("chosen", [("tv", "cable"), ("tv",), "tv"])
def test_what_a_field_of_one_value_holds_already_is_left_alone(chosen: Value) -> None:
    assert list(read_by(facts_of(a_ticket(dynamic_fields={"Category": chosen})), ONE)) == []


@pytest.mark.parametrize("nothing", ["", (), ("",), " "])
def test_an_empty_list_in_a_field_of_one_value_is_empty(nothing: Value) -> None:
    facts = facts_of(a_ticket(dynamic_fields={"Category": nothing}))
    assert [change.new for change in read_by(facts, ONE)] == ["internet"]


def test_the_reason_repeats_the_words() -> None:
    (change,) = category.check(facts_of(a_ticket(title="Опять НЕТ интернета")), category.Options())
    assert change.why.ru == "в тексте: «нет интернета»"


# --- the operator's own words -----------------------------------------------------------------------------------------

OWN = category.Options(
    keywords={"internet": ("роутер* перезагружается",), "domofon": ("домофон*", "не открывается дверь")},
    values={"domofon": "Домофон"},
)

READ = {
    "his words for a category of ours": ("Роутер сам не свой, роутер перезагружается", ("internet",)),
    "a category of his own by its key": ("Домофоны молчат", ("Домофон",)),
    "a phrase of several words": ("У нас не открывается дверь", ("Домофон",)),
    "both his and ours": ("Не работает интернет и домофон", ("internet", "Домофон")),
    "our phrases as before": ("Рябь по всем каналам", ("tv",)),
    "nothing that is only supposed": ("Что делать, если домофон сломается", None),
    "nothing of the past": ("В прошлом году был сломан домофон", None),
    "nothing when all is well again": ("Домофон молчал. Всё уже работает", None),
    "nothing of what is denied": ("Это не домофон", None),
    "no word within another": ("Видеодомофон", None),
}


@pytest.mark.parametrize(("text", "wanted"), READ.values(), ids=READ.keys())
def test_the_operators_own_words_are_read(text: str, wanted: Value | None) -> None:
    facts = facts_of(a_ticket(title="", body=text, dynamic_fields=EMPTY))
    assert [change.new for change in read_by(facts, OWN)] == ([] if wanted is None else [wanted])


def test_a_category_can_be_read_by_the_operators_words_alone() -> None:
    options = category.Options(built_in=("tv",), keywords={"internet": ("пропала сеть",)})
    read = {
        text: [change.new for change in read_by(facts_of(a_ticket(title=text)), options)]
        for text in ("Не работает интернет", "Пропала сеть", "Рябь по всем каналам", "Кот перегрыз кабель")
    }
    assert list(read.values()) == [[], [("internet",)], [("tv",)], []]


def test_more_categories_than_a_complaint_has_are_a_list_of_services() -> None:
    options = category.Options(keywords={name: (f"слово{name}",) for name in ("раз", "два", "три", "четыре")})
    facts = facts_of(a_ticket(title="слово", body="словораз словодва словотри словочетыре"))
    assert list(read_by(facts, options)) == []


def test_otrs_has_to_know_every_key_that_may_be_written() -> None:
    assert category.uses(category.Options()) == {"category": tuple(Category)}
    assert category.uses(OWN) == {"category": (*Category, "Домофон")}
    few = category.Options(built_in=("tv", "cable"), keywords={"cable": ("обрыв",)}, values={"tv": "ТВ", "speed": "С"})
    assert category.uses(few) == {"category": ("ТВ", "cable")}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a pattern": ({"keywords": {"tv": ("рябь.*",)}}, r"keywords.tv.0 must be one or more words .* not 'рябь.\*'"),
    "no words": ({"keywords": {"domofon": ()}}, "keywords.domofon must be a list of words"),
    "no name": ({"keywords": {" ": ("домофон",)}}, "needs a name for the category"),
    "a category we have no phrases for": ({"built_in": ("tv", "domofon")}, "built_in.1 must be one of internet, setup"),
    "a key for a category that is never read": ({"values": {"domofon": "D"}}, "values.domofon .*allowed: internet"),
    "an empty key": ({"values": {"tv": " "}}, "values.tv must not be empty"),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_could_never_be_read_or_written_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongOptions, match=said):
        category.Options(**given)
