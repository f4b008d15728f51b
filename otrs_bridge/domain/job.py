"""What a scheduled job is: when it is due, and what it decides from the facts of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.debt import Decision
from otrs_bridge.domain.billing.episodes import Action, EpisodeTicket
from otrs_bridge.domain.billing.working_calendar import UnknownYear, WorkingCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Almanac:
    """What tells when something is due: the operator's numbers and the production calendar."""

    rules: BillingRules
    calendar: WorkingCalendar


# The name of the occurrence that falls on a day: a period (`2013-05`) for a job of the month, the day (`2013-05-17`) for
# a nightly one. None: not due. A job that waits for a working day of a year without a calendar is not due, and says so.
Due = str | UnknownYear | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFacts:
    """One line: what is decided about it (None: it is not in the feed), and the disconnection tickets it has."""

    decision: Decision | None
    tickets: tuple[EpisodeTicket, ...] = ()


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
