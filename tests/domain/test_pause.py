"""domain/pause.py: how long, and when people contest a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.domain.pause import EVERYTHING, Pause, contested, pause_of, read_until
from otrs_bridge.words import Words

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)  # 15:00 in Moscow

ENDS = {
    "30m": "2026-11-30T12:30+00:00",
    "2h": "2026-11-30T14:00+00:00",
    "3D": "2026-12-03T12:00+00:00",
    " 1w ": "2026-12-07T12:00+00:00",
    "18:00": "2026-11-30T18:00+03:00",
    "09:30": "2026-12-01T09:30+03:00",
    "15:00": "2026-12-01T15:00+03:00",
    "2026-12-01": "2026-12-01T23:59:59+03:00",
    "2026-11-30": "2026-11-30T23:59:59+03:00",
    "2026-12-01T18:00": "2026-12-01T18:00+03:00",
    "2026-12-01 18:00:30": "2026-12-01T18:00:30+03:00",
    "2026-12-01T18:00+05:00": "2026-12-01T18:00+05:00",
    "2026-12-01T18:00Z": "2026-12-01T18:00+00:00",
}
REFUSED = (
    "",
    "18:00+05:00",
    "18:00Z",
    "0m",
    "0h",
    "tomorrow",
    "12",
    "25:00",
    "2026-02-30",
    "2026-11-29",
    "2026-11-30T14:59",
    "53w",
    "9999-12-31",
    "2h30m",
    "-2h",
)


@pytest.mark.parametrize(("written", "end"), ENDS.items(), ids=ENDS)
def test_an_end_is_understood_as_people_write_it(written: str, end: str) -> None:
    assert read_until(written, NOW, MOSCOW) == datetime.fromisoformat(end)


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_no_moment_to_come_is_refused_in_both_languages(written: str) -> None:
    refused = read_until(written, NOW, MOSCOW)
    assert isinstance(refused, Words)
    assert refused.ru != refused.en


@pytest.mark.parametrize(
    ("changes", "taken_back", "expected"),
    [
        (50, 0, False),
        (50, 5, False),
        (50, 6, True),
        (5, 4, False),
        (5, 5, True),
        (20, 5, True),
        (50, 50, True),
        (0, 0, False),
    ],
)
def test_a_tenth_of_the_changes_and_five_of_them_make_a_contest(
    changes: int, taken_back: int, *, expected: bool
) -> None:
    assert contested(changes=changes, taken_back=taken_back, share=0.1) is expected


def test_the_pause_that_lasts_longest_is_told_and_everything_covers_each() -> None:
    def made(name: str, hours: int) -> Pause:
        return Pause(name=name, who="анна", because="…", since=NOW, until=NOW + timedelta(hours=hours))

    short, long, other = made("state", 1), made(EVERYTHING, 2), made("priority", 3)
    assert pause_of("state", [short, long, other]) == long
    assert pause_of("priority", [short, other]) == other
    assert pause_of("customer", [short, other]) is None


@pytest.mark.parametrize(("now", "hours"), [("2026-10-25T00:30+00:00", 2), ("2026-03-29T00:30+00:00", 2)])
def test_a_span_is_as_long_in_the_night_in_which_clocks_are_set(now: str, hours: int) -> None:
    began = datetime.fromisoformat(now)
    until = read_until(f"{hours}h", began, ZoneInfo("Europe/Berlin"))
    assert isinstance(until, datetime)
    assert until.astimezone(UTC) - began == timedelta(hours=hours)
