"""domain/concern.py: when people may be told, when a digest is due, and what a sentence keeps to itself."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.domain.concern import Every, impersonal, last_digest_due
from otrs_bridge.domain.hours import Hours
from otrs_bridge.words import Words

MOSCOW = ZoneInfo("Europe/Moscow")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("since", "until", "moment", "quiet"),
    [
        ("22:00", "07:00", "23:00", True),
        ("22:00", "07:00", "06:59", True),
        ("22:00", "07:00", "07:00", False),
        ("22:00", "07:00", "21:59", False),
        ("12:00", "13:00", "12:30", True),
        ("12:00", "13:00", "13:00", False),
        ("08:00", "08:00", "08:00", False),
    ],
)
def test_quiet_hours_go_over_midnight(since: str, until: str, moment: str, *, quiet: bool) -> None:
    hours = Hours(since=time.fromisoformat(since), until=time.fromisoformat(until))
    assert hours.cover(time.fromisoformat(moment)) is quiet


@pytest.mark.parametrize(
    ("now", "every", "due"),
    [
        ("2026-11-30T08:00", "day", "2026-11-30T08:00"),
        ("2026-11-30T07:59", "day", "2026-11-29T08:00"),
        ("2026-11-30T08:00", "week", "2026-11-30T08:00"),  # a Monday
        ("2026-11-30T07:59", "week", "2026-11-23T08:00"),
        ("2026-12-03T12:00", "week", "2026-11-30T08:00"),
    ],
)
def test_a_digest_is_due_at_its_time_of_day_or_on_monday(now: str, every: Every, due: str) -> None:
    assert last_digest_due(at(now), every, time(8)) == at(due)


def test_without_digests_none_is_due() -> None:
    assert last_digest_due(at("2026-11-30T08:00"), "off", time(8)) is None


def test_what_a_sentence_quotes_and_its_examples_are_left_out() -> None:
    words = Words(
        ru="выгрузка не принята: невозможных строк: 2 (Ф-1: «Иванов Пётр»; Ф-2: сумма 'x'); в имени \"Анна\"",
        en="refused: 2 rows (Иванов) in 'Анна', file",
    )
    told = impersonal(words)
    assert told.ru == "выгрузка не принята: невозможных строк: 2; в имени …"
    assert told.en == "refused: 2 rows in …, file"
