"""A bridge, put together from a config."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from otrs_bridge.bootstrap.clients import open_directory, watched_directory
from otrs_bridge.bootstrap.connections import connection_of, opened_database
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import Config
from otrs_bridge.directory.current import CurrentMirror
from otrs_bridge.domain.dialect import Dialect
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.journal.database import Fence
from otrs_bridge.journal.figures import SqlFigures
from otrs_bridge.journal.notice_memory import SqlNotices
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.otrs.pace import Pace
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.figures import Figures
from otrs_bridge.ports.notices import Notices
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.meters import Meters
from otrs_bridge.service.sweep import Sweep

if TYPE_CHECKING:
    from otrs_bridge.service.daemon import Daemon
    from otrs_bridge.service.queries.backtest import Backtest
    from otrs_bridge.service.queries.client_card import DebtsOf
    from otrs_bridge.service.queries.find_ticket import TicketFinder
    from otrs_bridge.service.undo import Undo

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bridge:
    """A bridge, put together; what only some commands need is imported by them alone.

    `hang_up` ends every call to OTRS that is under way; none begins any more. `dialect` is what rules, jobs, judge and
    finder share. `settings` stands for all that verdicts depend on: the configuration, and the clients as they are
    mirrored now.
    """

    config: Config
    dialect: Dialect
    outside: WritableOutside
    directory: Directory | None
    watched: CurrentMirror | None
    judge: Judge
    gateway: Gateway
    stopping: Callable[[], bool]
    hang_up: Callable[[], None]
    settings: Callable[[], str]
    notices: Notices
    figures: Figures
    meters: Meters
    pace: Pace

    @property
    def sweep(self) -> Sweep:
        """The sweep over OTRS's tickets."""
        return Sweep(self.outside, self.judge, self.gateway, self.config.caps, self.settings)

    @property
    def finder(self) -> TicketFinder:
        """Finding tickets for people."""
        from otrs_bridge.service.queries.find_ticket import TicketFinder

        return TicketFinder(helpdesk=self.outside.helpdesk, directory=self.directory, fields=self.dialect.fields)

    @property
    def debts_of(self) -> DebtsOf | None:
        """Asks the billing source what a client owes; None when there is none to ask."""
        if self.config.billing is None:
            return None
        from otrs_bridge.bootstrap.ledgers import open_billing_desk
        from otrs_bridge.service.queries.client_card import debts_at

        return debts_at(open_billing_desk(self.config, self.outside.clock))

    def backtest(self, against: Config | None = None) -> Backtest:
        """What the rules would have done; with `against` how its rules, with its field names, differ."""
        from otrs_bridge.service.queries.backtest import Backtest

        there = None if against is None else self._rehearsing(against)
        return Backtest(self.outside.helpdesk, here=self._rehearsing(self.config), there=there)

    def _rehearsing(self, config: Config) -> Judge:
        """A judge for whom every rule that is not off counts as enforced."""
        rules = [replace(active, mode=Mode.ENFORCE) for active in config.active_rules]
        return _judge(rules, config.dialect, self.outside, self.directory, heeding_pauses=False)

    @property
    def undo(self) -> Undo:
        """Taking runs back."""
        from otrs_bridge.service.undo import Undo

        return Undo(self.outside, self.gateway)

    def refresh_directory(self) -> None:
        """Read a changed client file anew; while it cannot be read the clients of before stay in use."""
        if self.watched:
            try:
                self.watched.refresh()
            except DirectoryUnusable as error:
                log.warning("directory not refreshed", error=str(error))

    @property
    def daemon(self) -> Daemon:
        """The daemon."""
        from otrs_bridge.service.daemon import Daemon

        return Daemon(
            outside=self.outside,
            sweep=self.sweep,
            caps=self.config.caps,
            poll_seconds=self.config.daemon.poll_seconds,
            grace=self.config.grace,
            stopping=self.stopping,
            prepare=self.refresh_directory,
            tick=self.meters.tick,
        )


@contextmanager
def open_bridge(
    config: Config,
    *,
    clock: Clock | None = None,
    stopping: Callable[[], bool] = lambda: False,
    beside: Bridge | None = None,
    fence: Fence | None = None,
    pace: Pace | None = None,
) -> Iterator[Bridge]:
    """Put a bridge together and take it apart at the end. Raises BridgeError where the outside cannot be used.

    `beside`: another bridge of this process; both together ask OTRS no more than one of them may, and are counted as one.
    `pace`: of another one, which this one shares without being counted: what a page asks is no progress of the daemon's.
    `fence`: of a daemon that leads.
    """
    clock = clock or SystemClock()
    with ExitStack() as stack:
        database = stack.enter_context(opened_database(config, fence))
        journal = SqlJournal(database)
        connection = connection_of(config)
        meters = beside.meters if beside else Meters(clock)
        pace = pace or (beside.pace if beside else Pace(clock, lambda: connection.workers_at(clock.now())))
        meters.pace = lambda: pace.allowed
        helpdesk = OtrsHelpdesk(connection, clock, stopping=stopping, answered=meters.answered, pace=pace)
        stack.callback(helpdesk.close)
        directory = open_directory(config, database, clock)
        outside = WritableOutside(helpdesk=helpdesk, journal=journal, clock=clock)
        dialect = config.dialect
        judge = _judge(config.active_rules, dialect, outside, directory)
        gateway = Gateway(outside, judge, language=config.language, stopping=stopping)
        yield Bridge(
            config=config,
            dialect=dialect,
            outside=outside,
            directory=directory,
            watched=watched_directory(config, database, clock),
            judge=judge,
            gateway=gateway,
            stopping=stopping,
            hang_up=helpdesk.hang_up,
            settings=lambda: f"{config.verdicts} {directory.synced() if directory else None} {_paused(judge)}",
            notices=SqlNotices(database),
            figures=SqlFigures(database, hopeless_after=config.hopeless_after),
            meters=meters,
            pace=pace,
        )


def _judge(
    rules: Sequence[ActiveRule[Any]],
    dialect: Dialect,
    outside: WritableOutside,
    directory: Directory | None,
    *,
    heeding_pauses: bool = True,
) -> Judge:
    """Who judges by these rules in this dialect, its columns as long as OTRS's product has them."""
    return Judge(
        rules=rules,
        dialect=lambda: replace(dialect, lengths=outside.helpdesk.lengths),
        directory=directory,
        journal=outside.journal,
        clock=outside.clock,
        histories=outside.helpdesk.field_events,
        heeding_pauses=heeding_pauses,
    )


def _paused(judge: Judge) -> str:
    """What was in line while a rule was paused has to be read again when it no longer is."""
    return ",".join(sorted({pause.name for pause in judge.pauses}))
