"""rules/subject.py: the subject says the essence, very briefly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otrs_bridge.domain.dialect import Categories, Contacts, Dialect
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.subject import brief, full_title
from otrs_bridge.domain.ticket import Ticket
from rules import subject
from tests.builders import a_ticket, facts_of
from tests.depth import deep
from tests.patterns.linear import is_linear

LONG = "Уважаемые сотрудники, у меня третий день подряд вечерами пропадает интернет"
SIXTY = "Не работает интернет на всех устройствах с пятницы, ул. Мира"

LEAVES_ALONE = {
    "a brief subject": a_ticket(title="Не работает интернет"),
    "a subject of just 60 characters": a_ticket(title=SIXTY),
    "one exclamation mark": a_ticket(title="Нет интернета!"),
    "an abbreviation": a_ticket(title="ООО МТЕЛ"),
    "a word that only begins like a shout": a_ticket(title="Срочность заявки"),
    "a street that begins like a prefix": a_ticket(title="На Мира 7 нет света"),
    "a ticket tag": a_ticket(title="Вопрос [Ticket#2013041610000135]"),
    "an empty subject": a_ticket(title=""),
    "nothing but a prefix": a_ticket(title="Re:"),
    "nothing but a shout": a_ticket(title="СРОЧНО!!!"),
    "a star to switch the dialling": a_ticket(title="*8 не набирается"),
    "a house number before one exclamation mark": a_ticket(title="Приезжайте, дом 11!"),
    "a merged ticket": a_ticket(title="Re: СРОЧНО!!!", state="merged"),
    "the contrary of a shout": a_ticket(title="Замена роутера, не срочно"),
    "the contrary of a shout behind a dash": a_ticket(title="Перенос розетки - не срочно!"),
    "the contrary of a shout as a clause": a_ticket(title="Хотел уточнить тариф, это не так важно"),
    "the contrary of a shout alone": a_ticket(title="Не срочно"),
    "the contrary of a shout in English": a_ticket(title="Router swap, non-urgent"),
    "a thing that is called like a shout": a_ticket(title="SOS-кнопка не работает"),
    "a thing that ends like a shout": a_ticket(title="Не работает кнопка-SOS"),
    "what is not needed urgently": a_ticket(title="Срочно не надо, когда будет мастер"),
}

ASKS_FOR = {
    "one prefix": ("Re: Не работает интернет", "Не работает интернет"),
    "all prefixes, repeatedly": ("Re: Fwd: FW: Hb: На: Отв: RE[2]: нет связи", "нет связи"),
    "shouting before": ("СРОЧНО!!! Нет интернета", "Нет интернета"),
    "shouting behind": ("Нет интернета, СРОЧНО!!!", "Нет интернета"),
    "shouting about what does not work": ("Срочно не работает интернет", "Не работает интернет"),
    "shouting before a dash": ("Срочно - нет связи", "Нет связи"),
    "shouting about what is not urgent": ("Замена роутера, не срочно!!!", "Замена роутера, не срочно"),
    "shouting in English": ("URGENT: no internet", "No internet"),
    "a prefix behind a shout": ("СРОЧНО! Re: нет связи", "нет связи"),
    "a shout in brackets": ("[СРОЧНО] Нет связи", "Нет связи"),
    "a run of exclamation marks": ("Нет интернета!!!!!1", "Нет интернета"),
    "nothing but capitals": ("НЕ РАБОТАЕТ ТВ, ООО «РОМАШКА»", "Не работает ТВ, ООО «ромашка»"),
    "capitals around a contract": ("Ф15788 НИЗКАЯ СКОРОСТЬ", "Ф15788 низкая скорость"),
    "more than sixty characters": (LONG, "Уважаемые сотрудники, у меня третий день подряд вечерами…"),
    "a word of more than sixty characters": ("а" * 80, "а" * 59 + "…"),
    "a tag in a long subject": (
        f"[Ticket#2013041610000135] {LONG}",
        "Уважаемые сотрудники, у меня… [Ticket#2013041610000135]",
    ),
}


@pytest.mark.parametrize("ticket", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(ticket: Ticket) -> None:
    assert list(subject.check(facts_of(ticket), subject.Options())) == []


@pytest.mark.parametrize(("title", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(title: str, wanted: str) -> None:
    (change,) = subject.check(facts_of(a_ticket(title=title)), subject.Options())
    assert (change.field, change.new) == ("title", wanted)
    assert (change.old, change.told) == (title, True), "the note keeps the full original"


def test_how_long_and_whether_capitals_shout_is_the_operators_to_say() -> None:
    options = subject.Options(longest=30, capitals=False)
    assert [c.new for c in subject.check(facts_of(a_ticket(title=LONG)), options)] == ["Уважаемые сотрудники, у меня…"]
    assert list(subject.check(facts_of(a_ticket(title="НЕТ ИНТЕРНЕТА")), options)) == []


END = "Добрый день, прошу прислать мастера, не могу с вами связаться, договор Ф-15236"


def test_what_names_the_client_may_be_cut_while_the_first_article_keeps_it() -> None:
    (change,) = subject.check(facts_of(a_ticket(title=END)), subject.Options())
    cut = replace(a_ticket(title=END), title=str(change.new))
    assert len(cut.title) <= 60
    assert [clue.value.canonical for clue in facts_of(cut).clues.contracts] == ["Ф-15236"]


def test_what_alone_names_the_client_is_not_cut() -> None:
    ticket = a_ticket(title=END)
    assert ticket.article is not None
    elsewhere = replace(ticket, article=replace(ticket.article, subject="Звонок"))
    assert list(subject.check(facts_of(elsewhere), subject.Options())) == []
    loud = replace(elsewhere, title=f"{END}!!!")
    assert [change.new for change in subject.check(facts_of(loud), subject.Options())] == [END]


def test_what_only_the_operators_own_words_read_is_not_cut_off() -> None:
    title = f"{'Добрый день, уважаемые сотрудники службы, ' * 2}молчит домофон"
    facts = facts_of(replace(a_ticket(title=title), article=None))
    own = replace(facts, dialect=Dialect(categories=Categories(keywords=(("domofon", ("домофон*",)),))))
    assert [change.new for change in subject.check(facts, subject.Options())]
    assert not list(subject.check(own, subject.Options()))


_PIECES = (
    *(
        "СРОЧНО",
        "срочно",
        "Re:",
        "Fwd:",
        "На:",
        "!",
        "!!",
        "!!1",
        "11",
        "[Ticket#123]",
        "НЕТ",
        "ИНТЕРНЕТА",
        "связи",
        "…",
    ),
    *("\u200b", "\u202e", "\x9b"),
    *("(", ")", " ", "  ", "помогите", "очень", "ТВ", ":", ".", "-", "*", "\n", "длинноеслово" * 4),
)


@settings(max_examples=deep(600, 60))
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join) | st.text(max_size=260))
def test_a_brief_subject_is_as_brief_as_it_gets(title: str) -> None:
    once = brief(title)
    assert brief(once) == once
    assert not title.strip() or len(once) <= max(60, 20 + sum(map(len, title.split("[")[1:])) + title.count("["))
    assert all(tag in once for tag in ["[Ticket#123]"] if tag in title and once)


HIDDEN = "\u202e\u200b\u00ad\u2066\ufeff\x9b\x85\u2028\x1b"


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(
    "title", ["Re: нет{0} связи", "СРОЧНО!!! {0}нет {0}{0}связи{0}", "RE{0}: Fwd: НЕТ{0} СВЯЗИ ВЕЧЕРОМ"]
)
def test_a_subject_that_is_written_anew_has_nothing_hidden_in_it(title: str, hidden: str) -> None:
    written = brief(title.format(hidden))
    assert not set(written) & set(HIDDEN)
    assert brief(written) == written
    assert written.casefold().replace(" ", "").startswith("нетсвязи")


@pytest.mark.parametrize("title", ["Нет\u200b связи", "\u202eНет связи", "Пере\u00adезд на Мира 7"])
def test_nothing_is_written_only_for_what_nobody_sees(title: str) -> None:
    assert not list(subject.check(facts_of(a_ticket(title=title)), subject.Options()))


def test_what_real_writing_needs_stays_in_a_subject_that_is_written_anew() -> None:
    assert brief("Re: спасибо 👨\u200d👩\u200d👧 ❤\ufe0f") == "спасибо 👨\u200d👩\u200d👧 ❤\ufe0f"


def test_a_subject_that_was_cut_is_known_again_where_the_full_one_has_something_hidden() -> None:
    ticket = a_ticket(title=LONG.replace("третий", "тре\u200bтий"))
    (change,) = subject.check(facts_of(ticket), subject.Options())
    cut = replace(ticket, title=str(change.new))
    assert full_title(cut) == ticket.title
    assert not list(subject.check(facts_of(cut), subject.Options()))


@pytest.mark.parametrize("customer", ["", '"Ф-15236" <test@mtel.ru>'])
def test_a_contract_is_not_cut_from_the_subject_whoever_the_customer_is_by_then(customer: str) -> None:
    ticket = a_ticket(customer=customer, title=f"{'ошибка ' * 7}ДОГОВОР#Ф15236")
    assert not list(subject.check(facts_of(replace(ticket, article=None)), subject.Options()))


@pytest.mark.parametrize("column", [191, 250, 255])
def test_a_subject_that_otrs_cut_is_read_whole_and_made_brief(column: int) -> None:
    mailed = f"{'Добрый день, со вчерашнего вечера у нас не работает интернет во всём офисе. ' * 4}Договор Ф-15236"
    held = a_ticket(title=mailed)
    cut = replace(held, title=mailed[:column])
    facts = facts_of(cut)
    assert [clue.value for clue in facts.clues.contracts] == [parse_contract("Ф-15236")]
    (change,) = subject.check(facts, subject.Options())
    assert len(str(change.new)) <= 60
    after = facts_of(replace(cut, title=str(change.new)))
    assert after.clues == facts.clues
    assert not list(subject.check(after, subject.Options()))


def test_a_long_title_of_an_agents_own_is_not_taken_for_the_mails_subject() -> None:
    ticket = replace(a_ticket(title="Договор Ф-15236"), title="Переезд офиса, кабинет за кабинетом, по плану. " * 5)
    assert not facts_of(ticket).clues.contracts


@pytest.mark.parametrize(
    "title", ["!" * 50_000, "СРОЧНО" * 9_000, "Re:" * 20_000, "[" * 50_000, " " * 50_000, "*! " * 20_000]
)
def test_no_subject_takes_long(title: str) -> None:
    assert is_linear(brief, title[:6])


@pytest.mark.parametrize("area_code", ["495", ""])
def test_a_phone_that_stands_nowhere_else_is_not_cut_from_the_subject(area_code: str) -> None:
    long = f"Нет связи, звоните 123-45-67 после обеда, {LONG.lower()}"
    ticket = a_ticket(title=f"{LONG}, звоните 123-45-67")
    ticket = replace(ticket, article=None)
    after = "Нет связи, звоните после обеда 123-45-67"
    for told, longest in ((ticket, 60), (replace(ticket, title=long), 60), (replace(ticket, title=after), 30)):
        facts = facts_of(told, dialect=Dialect(contacts=Contacts(area_code=area_code)))
        for change in subject.check(facts, subject.Options(longest=longest)):
            assert not area_code or "123-45-67" in str(change.new), change.new


def test_a_cut_parts_no_letter_from_its_mark() -> None:
    short = brief("и\u0306" * 100)
    assert short == "и\u0306" * 29 + "…"
