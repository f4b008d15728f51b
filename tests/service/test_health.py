"""service/health.py: red on silence, and on nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otrs_bridge.service.health import JobSeen, Seen, all_is_well, health, process
from otrs_bridge.words import Words

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WELL = Seen(
    now=NOW,
    started_at=NOW - 10 * DAY,
    poll_seconds=15,
    idle=timedelta(seconds=1),
    answered_at=NOW - MINUTE,
    polled_at=NOW - MINUTE,
    poll_error=None,
    database_error=None,
)
AWAY = Words(ru="OTRS не отвечает", en="OTRS does not answer")
JOB = JobSeen(name="debt_sync", due_at=NOW - 6 * HOUR, is_owed=False, good_at=NOW - 5 * HOUR)

SEEN: dict[str, tuple[Seen, set[str]]] = {
    "all is well": (WELL, set()),
    "nothing goes on": (replace(WELL, idle=31 * MINUTE), {"process"}),
    "a long step": (replace(WELL, idle=29 * MINUTE), set()),
    "no database": (replace(WELL, database_error=Words(ru="нет", en="gone")), {"database"}),
    "just started": (replace(WELL, answered_at=None, polled_at=None), {"otrs", "poll"}),
    "a poll failed, the one before did not": (replace(WELL, poll_error=AWAY), set()),
    "silence": (replace(WELL, answered_at=NOW - 6 * MINUTE, polled_at=NOW - 6 * MINUTE), {"otrs", "poll"}),
    "OTRS answers, and no poll ends": (replace(WELL, polled_at=NOW - 6 * MINUTE, poll_error=AWAY), {"poll"}),
    "silence of a slow poll": (replace(WELL, poll_seconds=600, polled_at=NOW - 49 * MINUTE), set()),
    "too long a silence of a slow poll": (replace(WELL, poll_seconds=600, polled_at=NOW - 51 * MINUTE), {"poll"}),
}
JOBS: dict[str, tuple[JobSeen, Seen, bool]] = {
    "done after it was due": (JOB, WELL, True),
    "done the day before": (replace(JOB, good_at=NOW - 29 * HOUR), WELL, False),
    "never done": (replace(JOB, good_at=None), WELL, False),
    "paused": (replace(JOB, good_at=None, is_paused=True), WELL, True),
    "never due": (replace(JOB, due_at=None, good_at=None), WELL, True),
    "due before the bridge was, and made up for by nobody": (
        replace(JOB, good_at=None),
        replace(WELL, started_at=NOW - 3 * HOUR),
        True,
    ),
    "due before the bridge was, and still owed": (
        replace(JOB, good_at=None, is_owed=True),
        replace(WELL, started_at=NOW - 3 * HOUR),
        False,
    ),
    "owed since the bridge started a moment ago": (
        replace(JOB, good_at=None, is_owed=True),
        replace(WELL, started_at=NOW - HOUR),
        True,
    ),
}


@pytest.mark.parametrize(("seen", "red"), SEEN.values(), ids=SEEN)
def test_what_is_silent_is_red_and_says_since_when(seen: Seen, red: set[str]) -> None:
    parts = health(seen)
    assert {part.name for part in parts if not part.ok} == red
    assert all_is_well(parts) is not bool(red)
    assert all(part.says.ru and part.says.en for part in parts)
    assert process(seen) == parts[0]


@pytest.mark.parametrize(("job", "seen", "ok"), JOBS.values(), ids=JOBS)
def test_a_job_is_late_when_what_was_due_is_not_done(job: JobSeen, seen: Seen, *, ok: bool) -> None:
    *_, part = health(replace(seen, jobs=(job,)))
    assert (part.name, part.ok) == ("debt_sync", ok)


def test_a_red_poll_says_why() -> None:
    parts = {part.name: part for part in health(replace(WELL, polled_at=NOW - HOUR, poll_error=AWAY))}
    assert parts["poll"].says == Words(
        ru="в последний раз 60 мин назад: OTRS не отвечает", en="last time 60 min ago: OTRS does not answer"
    )
