"""Whether the bridge and what it lives on are in order: judged from what was seen, red on silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from otrs_bridge.ports.leading import Leader
from otrs_bridge.words import Words

HUNG = timedelta(minutes=30)  # nothing at all goes on: no step, no answer of OTRS, no wait between two turns
TURNS = 5  # so many intervals without a finished poll are silence
LEAST = timedelta(minutes=5)
GRACE = timedelta(hours=2)  # a job may take so long from the moment at which it is due


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSeen:
    """A job that is not off. `due_at`: when its newest occurrence was due that is older than GRACE, None: there is none.

    `is_owed`: it is still to be run. `good_at`: when it last ended well. `is_paused`: it rests, because somebody says so.
    """

    name: str
    due_at: datetime | None
    is_owed: bool
    good_at: datetime | None
    is_paused: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What was seen of a daemon at a moment; None: never. `database_error`: why the journal could not be asked."""

    now: datetime
    started_at: datetime
    poll_seconds: float
    idle: timedelta
    answered_at: datetime | None
    polled_at: datetime | None
    poll_error: Words | None
    database_error: Words | None
    jobs: tuple[JobSeen, ...] = ()

    @property
    def patience(self) -> timedelta:
        """How long the poll may be silent."""
        return max(timedelta(seconds=self.poll_seconds * TURNS), LEAST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One thing that is in order, or not."""

    name: str
    ok: bool
    says: Words


def process(seen: Seen) -> Part:
    """Whether the process goes on."""
    minutes = int(seen.idle.total_seconds() // 60)
    if seen.idle > HUNG:
        says = Words(ru=f"{minutes} мин ничего не происходит", en=f"nothing has gone on for {minutes} minutes")
    else:
        says = Words(ru="работает", en="goes on")
    return Part(name="process", ok=seen.idle <= HUNG, says=says)


def health(seen: Seen) -> tuple[Part, ...]:
    """Everything, in an order that leads from the cause to what follows from it."""
    return (process(seen), _database(seen), *_otrs_and_poll(seen), *(_job(job, seen) for job in seen.jobs))


def lead(leader: Leader | None, zone: tzinfo, *, leads: bool) -> Part:
    """Which of several daemons works. Red: none does, as far as this one can see."""
    if leader is None:
        return Part(name="lead", ok=False, says=Words(ru="не ведёт никто", en="nobody leads"))
    told = leader.told(zone)
    if leads:
        return Part(
            name="lead", ok=True, says=Words(ru=f"ведёт эта служба: {told.ru}", en=f"this daemon leads: {told.en}")
        )
    return Part(
        name="lead", ok=True, says=Words(ru=f"в резерве; ведёт {told.ru}", en=f"follows; the leader is {told.en}")
    )


def all_is_well(parts: Sequence[Part]) -> bool:
    """Whether nothing is red."""
    return all(part.ok for part in parts)


def _database(seen: Seen) -> Part:
    wrong = seen.database_error
    return Part(name="database", ok=wrong is None, says=wrong or Words(ru="отвечает", en="answers"))


def _otrs_and_poll(seen: Seen) -> Iterator[Part]:
    for name, at in (("otrs", seen.answered_at), ("poll", seen.polled_at)):
        if at is None:
            says = seen.poll_error or Words(ru="ещё ни разу", en="not once yet")
            yield Part(name=name, ok=False, says=says)
            continue
        silent = seen.now - at > seen.patience
        ago = _ago(seen.now - at)
        wrong = seen.poll_error if silent else None
        says = Words(ru=f"в последний раз {ago.ru} назад", en=f"last time {ago.en} ago")
        if wrong is not None:
            says = Words(ru=f"{says.ru}: {wrong.ru}", en=f"{says.en}: {wrong.en}")
        yield Part(name=name, ok=not silent, says=says)


def _job(job: JobSeen, seen: Seen) -> Part:
    last = _since(job.good_at, seen.now)
    if job.is_paused:
        return Part(name=job.name, ok=True, says=Words(ru=f"на паузе; {last.ru}", en=f"paused; {last.en}"))
    if _is_late(job, seen):
        due = f"{job.due_at:%Y-%m-%d %H:%M %Z}" if job.due_at else ""
        return Part(
            name=job.name,
            ok=False,
            says=Words(ru=f"срок был {due}, не выполнено; {last.ru}", en=f"was due {due} and is not done; {last.en}"),
        )
    return Part(name=job.name, ok=True, says=last)


def _is_late(job: JobSeen, seen: Seen) -> bool:
    """What was due before the process began, and is owed no more, has been missed and is not made up for."""
    if job.due_at is None or (job.good_at is not None and job.good_at >= job.due_at):
        return False
    if job.due_at < seen.started_at:
        return job.is_owed and seen.now - seen.started_at > GRACE
    return True


def _since(moment: datetime | None, now: datetime) -> Words:
    if moment is None:
        return Words(ru="ещё не выполнялось", en="not done yet")
    ago = _ago(now - moment)
    return Words(ru=f"выполнено {ago.ru} назад", en=f"done {ago.en} ago")


def _ago(span: timedelta) -> Words:
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:  # noqa: PLR2004 - two of a unit, before the next one says more
        return Words(ru=f"{seconds} с", en=f"{seconds} s")
    if seconds < 7200:  # noqa: PLR2004 - as above
        return Words(ru=f"{seconds // 60} мин", en=f"{seconds // 60} min")
    if seconds < 2 * 86400:
        return Words(ru=f"{seconds // 3600} ч", en=f"{seconds // 3600} h")
    return Words(ru=f"{seconds // 86400} дн", en=f"{seconds // 86400} days")
