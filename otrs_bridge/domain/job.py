"""What a scheduled job is: when it is due, and what it decides from the facts of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.debt import Debt, Decision
from otrs_bridge.domain.billing.episodes import OVER, Action, EpisodeTicket, LeaveAlone, Raise, episode_actions
from otrs_bridge.domain.billing.working_calendar import UnknownYear, WorkingCalendar


@dataclass(frozen=True, kw_only=True)
class Almanac:
    """What tells when something is due: the operator's numbers and the production calendar, made when it is asked for."""

    rules: BillingRules
    make_calendar: Callable[[], WorkingCalendar]

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The production calendar. Whoever asks about debts needs it; the package that it comes from takes 12 MB."""
        return self.make_calendar()


# The name of the occurrence that falls on a day: a period (`2013-05`) for a job of the month, the day (`2013-05-17`) for
# a nightly one. None: not due. A job that waits for a working day of a year without a calendar is not due, and says so.
Due = str | UnknownYear | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFacts:
    """One line: what is decided about it (None: it is not in the feed), and the disconnection tickets it has."""

    decision: Decision | None
    tickets: tuple[EpisodeTicket, ...] = ()


def raised_or_spared(facts: LineFacts) -> Iterator[Action]:
    """What a job that disconnects does: raise what is due and has no ticket, tell whom billing's balance alone spares."""
    decision = facts.decision
    stop = decision.stopped_by if isinstance(decision, Debt) else None
    spared = stop is not None and stop.kind == "covered" and all(one.status in OVER for one in facts.tickets)
    for action in episode_actions(decision, facts.tickets):
        if isinstance(action, Raise) or (spared and isinstance(action, LeaveAlone) and not action.needs_a_person):
            yield action


@dataclass(frozen=True, kw_only=True)
class DebtJob:
    """Works on the accounts of `services`, by what `decide` says of a line.

    Of every job `name` is its one name (file = config key = log key = test), and `due` says on which days it runs. `keeps`:
    it keeps tickets current, so they are looked at first.
    """

    name: str
    due: Callable[[date, Almanac], Due]
    services: tuple[Service, ...]
    decide: Callable[[LineFacts], Iterator[Action]]
    keeps: bool = False


@dataclass(frozen=True, kw_only=True)
class ReminderJob:
    """Lists who has not paid for `services` yet."""

    name: str
    due: Callable[[date, Almanac], Due]
    services: tuple[Service, ...]


@dataclass(frozen=True, kw_only=True)
class SweepJob:
    """Sweeps all open tickets with the field rules."""

    name: str
    due: Callable[[date, Almanac], Due]


Job = DebtJob | ReminderJob | SweepJob
