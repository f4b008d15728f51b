"""The bridge knows its own articles, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.billing.keys import EpisodeKey, ReminderKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.change import Remark
from otrs_bridge.domain.note_text import compose_note, is_note, is_note_of, is_ours, note_says, note_tells
from otrs_bridge.domain.ticket import Article
from otrs_bridge.words import LANGUAGES, Language, Words
from tests.builders import a_ticket

MAY = Period(year=2013, month=5)
TITLES = [
    EpisodeKey(service="internet", contract="Ф-15236", period=MAY).title,
    EpisodeKey(service="telephony", contract="МТ/191-15", period=MAY, purpose="reconnect").title,
    EpisodeKey(service="internet", contract="Ф" * 90, period=MAY).title,
    ReminderKey(service="telephony", period=MAY).title,
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_ours_in_either_language(language: Language) -> None:
    remark = Remark(rule="a", text=Words(ru="раз", en="one"))
    composed = compose_note([], [remark], run=1, language=language)
    assert composed
    assert is_ours(sender_type="agent", subject=composed[0])


@pytest.mark.parametrize(
    ("internal", "subject", "known"),
    [
        (True, "otrs-bridge: заявка приведена к правилам", True),
        (True, "Re: otrs-bridge: заявка приведена к правилам", False),
        (True, TITLES[0], False),
        (False, "otrs-bridge: заявка приведена к правилам", False),
    ],
)
def test_a_note_is_known_by_who_can_have_written_it_not_by_its_words(internal: bool, subject: str, known: bool) -> None:
    composed = compose_note([], [Remark(rule="a", text=Words(ru="раз", en="one"))], run=1, language="ru")
    assert composed
    article = Article(id=1, subject=subject, body=composed[1], sender_type="agent", internal=internal)
    told = {
        is_note(article),
        is_note_of(article, 1),
        note_tells(article, "раз"),
        note_says(article, "раз", rule="a", run=1),
    }
    assert told == {known}
    assert not is_note_of(article, 2)


@pytest.mark.parametrize("title", TITLES)
def test_the_text_of_a_ticket_that_a_job_opened_is_ours(title: str) -> None:
    assert is_ours(sender_type="agent", subject=title)


@pytest.mark.parametrize(
    ("sender_type", "subject"),
    [
        ("customer", "otrs-bridge: заявка приведена к правилам"),
        ("customer", TITLES[0]),
        ("agent", "Re: otrs-bridge: заявка приведена к правилам"),
        ("agent", f"{TITLES[0]}, просит перезвонить"),
        ("agent", "Откл. интернет Ф-15236"),
        ("agent", "Напоминания о переезде 2013-05"),
        ("agent", ""),
    ],
)
def test_what_people_write_is_not_ours(sender_type: str, subject: str) -> None:
    assert not is_ours(sender_type=sender_type, subject=subject)


def test_our_own_words_say_nothing_of_the_client() -> None:
    ticket = a_ticket(body="Договор Ф-15236")
    assert ticket.article
    assert ticket.words == ticket.article
    assert replace(ticket, article=replace(ticket.article, ours=True)).words is None
