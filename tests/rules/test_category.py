"""rules/category.py: an empty category is filled when the text points to it unmistakably (the texts: test_texts.py)."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from otrs_bridge.domain.category import Category
from otrs_bridge.domain.facts import Facts, FieldNames
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


def test_otrs_may_call_the_categories_otherwise() -> None:
    keys = MappingProxyType({item.value: f"k-{item.value}" for item in Category} | {"cable": "k-internet"})
    facts = facts_of(a_ticket(title="Заявка", body=BOTH, dynamic_fields=EMPTY))
    assert [change.new for change in category.check(facts, category.Options(values=keys))] == [("k-internet",)]


def test_a_field_of_one_value_gets_one_or_none() -> None:
    options = category.Options(several=False)
    assert [change.new for change in category.check(facts_of(a_ticket()), options)] == ["internet"]
    assert list(category.check(facts_of(a_ticket(title="", body=BOTH)), options)) == []


def test_the_reason_repeats_the_words() -> None:
    (change,) = category.check(facts_of(a_ticket(title="Опять НЕТ интернета")), category.Options())
    assert change.why.ru == "в тексте: «нет интернета»"


@pytest.mark.parametrize("values", [{}, {"tv": "TV"}, {item.value: "" for item in Category}])
def test_every_category_needs_its_key(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="values needs a key for each of internet, setup"):
        category.Options(values=values)
