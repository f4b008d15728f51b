"""What the scheduled jobs need remembered: which of them ran, what waits for a person, which tickets they made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from otrs_bridge.domain.billing.held_plan import PlanLine, PlannedTicket
from otrs_bridge.domain.billing.keys import EpisodeKey, ReminderKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.sightings import DebtSighting, Line
from otrs_bridge.words import Words

# running: claimed, and either under way or killed / done: nothing is left of it / held: its plan waits for an approval /
# refused: it could not act, for the reason in `said`, and is due again.
JobRunState = Literal["running", "done", "held", "refused"]

# free: nothing was ever sent for this key / unknown: a create was sent and its fate is not known, or its ticket was not
# seen whole yet / made: its ticket is known, and whole / in hand: another process is at it.
KeyState = Literal["free", "unknown", "made", "in hand"]


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRun:
    """One occurrence of a job, as far as it was claimed. `period` names it (`2013-05`, `2013-05-17`).

    `run` is the number of the last run that worked on it (0: none), `feed_rows` the rows of the billing feed when it
    passed the gate. `said` is why it is held or was refused, in the configured language; `words` in both, if known.
    """

    job: str
    period: str
    due_on: date
    state: JobRunState
    started_at: datetime
    finished_at: datetime | None = None
    run: int = 0
    said: str = ""
    words: Words | None = None

    @property
    def told(self) -> Words:
        """Why, as far as it is known."""
        return self.words or Words.alike(self.said)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPlan:
    """A plan that waits for an approval, or had one. `tickets` in the order of their keys; of them `taken_out` says who took
    them out. `approved_as`: the fingerprint that somebody approved, "" while nobody has.
    """

    run: int
    job: str
    period: str
    fingerprint: str
    tickets: tuple[PlannedTicket, ...]
    made_at: datetime
    approved_at: datetime | None = None
    taken_out: Mapping[EpisodeKey, str] = field(default_factory=dict)
    approved_as: str = ""

    @property
    def left(self) -> tuple[PlannedTicket, ...]:
        """What nobody took out."""
        return tuple(one for one in self.tickets if one.key not in self.taken_out)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyClaim:
    """What the journal knows of a key, now that it was claimed. `tried_at`: when the last create was sent.

    `ticket_id` of an unknown one: OTRS has named or shown it (0: it has not).
    """

    state: KeyState
    ticket_id: int = 0
    tried_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeTicket:
    """A ticket that a job has made, and what it says. `settled`: closed as paid, or its line was reconnected.
    `settled_at` is the journal's to say, not to be told.

    `noted_debt` None: not known what the ticket says (the memory was rebuilt from OTRS).
    """

    key: EpisodeKey
    ticket_id: int
    ticket_number: str = ""
    settled: bool = False
    noted_debt: Decimal | None = None
    noted_in: Period | None = None
    noted_stop: str = ""
    settled_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeReminder:
    """A ticket with a list of who has not paid yet. The bridge made it, and has nothing to do with it from then on."""

    key: ReminderKey
    ticket_id: int
    ticket_number: str = ""


class JobJournal(Protocol):
    """What the jobs remember. Every method is one transaction; safe from several threads and several processes.

    A claim belongs to the process that made it, until it is given back, its lease is over, or the process is dead.
    """

    def claim_run(self, job: str, period: str, *, due_on: date, at: datetime, lease: timedelta) -> JobRun | None:
        """Take this occurrence, whatever came of it before; returns what is known of it. None: another has it in hand."""

    def keep_run(self, job: str, period: str, *, until: datetime) -> None:
        """Lengthen the lease of a run under way."""

    def close_run(self, closed: JobRun, *, feed: str = "", feed_rows: int | None = None) -> None:
        """Give an occurrence back with what came of it; `feed_rows` only of a feed that passed the gate."""

    def job_run(self, job: str, period: str) -> JobRun | None:
        """What is known of one occurrence."""

    def job_runs(self, *, limit: int = 50) -> Sequence[JobRun]:
        """The newest occurrences that were claimed, newest first."""

    def last_good_rows(self, feed: str) -> int | None:
        """How many rows this feed had when it last passed the gate; None when it never did."""

    def store_plan(self, plan: StoredPlan, lines: Sequence[PlanLine] = ()) -> None:
        """Keep a plan for its approval; `lines` say of each of its tickets whose it is."""

    def plan(self, run: int) -> StoredPlan | None:
        """The plan that this run left."""

    def approve(self, run: int, *, at: datetime) -> None:
        """Note that a person has let the plan go."""

    def claim_keys(self, keys: Sequence[str], *, at: datetime, lease: timedelta) -> Mapping[str, KeyClaim]:
        """Take these keys, all that nobody else has; what is known of each."""

    def trying(self, keys: Sequence[str], *, run: int, at: datetime) -> None:
        """Write down, durably, that a create for each of these keys is about to be sent."""

    def found(self, tickets: Mapping[str, int], *, at: datetime) -> None:
        """{key: ticket id}: these tickets exist, but were not seen whole yet; the claims stay."""

    def under_way(self, *, since: datetime, until: datetime) -> Collection[str]:
        """The keys whose tickets are not known, or not whole, and for which a create was sent in this time.

        A moment after `until` is of a clock that was set back since, and tells nothing.
        """

    def watch(self, keys: Sequence[str]) -> None:
        """Made tickets whose create had to be sent twice: look once more later whether the first one has landed."""

    def watched(self, *, before: datetime) -> Sequence[str]:
        """The keys to be watched whose last create was sent before this moment."""

    def unwatch(self, keys: Sequence[str]) -> None:
        """They were looked at; nothing more is expected to come."""

    def not_made(self, keys: Sequence[str]) -> None:
        """Nothing was created, for certain; the claims stay."""

    def give_back(self, keys: Sequence[str]) -> None:
        """End the claims; what is known of the keys stays."""

    def remember_made(self, tickets: Sequence[MadeTicket | MadeReminder], *, at: datetime) -> None:
        """These tickets exist and say this; replaces what was known of them."""

    def debts_seen(self) -> Mapping[Line, DebtSighting]:
        """Since when the lines owe whose billing system tells balances alone."""

    def remember_debts_seen(self, come: Mapping[Line, DebtSighting], *, gone: Collection[Line]) -> None:
        """These owe since then, unless it is known already; those owe nothing any more."""

    def made_tickets(self, contract: str | None = None) -> Sequence[MadeTicket]:
        """Every ticket about a debt that the jobs have made, oldest first; those with lists of reminders are none. With
        `contract` those about it.
        """
