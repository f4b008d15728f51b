"""The composition root: the one place that knows every room and puts a bridge together from a config."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import structlog

from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.billing_ports import Billing
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import (
    BillingSettings,
    Config,
    CsvDirectory,
    CsvLedgerSettings,
    EmbeddedLedgerSettings,
    OtrsDirectory,
    SqlDirectory,
    SqlLedgerSettings,
)
from otrs_bridge.directory.clients_csv import ClientsCsv
from otrs_bridge.directory.current import CurrentMirror, VersionedCsv
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import ClientSource
from otrs_bridge.directory.sql_source import OtrsCustomers, SqlSource
from otrs_bridge.domain.billing.working_calendar import WorkingCalendar
from otrs_bridge.domain.checkup import CheckResult, failed, passed
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.words import Words
from otrs_bridge.errors import BillingUnusable, BridgeError, DirectoryUnusable
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.otrs.checkup.desk import Desk, Expected
from otrs_bridge.otrs.checkup.probe import Probe
from otrs_bridge.otrs.checkup.series import examine
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.ports import Clock, Directory, Journal
from otrs_bridge.service.backtest import Backtest
from otrs_bridge.service.billing_desk import BillingDesk
from otrs_bridge.service.client_card import DebtsOf
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.find_ticket import TicketFinder
from otrs_bridge.service.gateway import Gateway, Outside
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.sweep import Sweep
from otrs_bridge.service.undo import Undo

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bridge:
    """A bridge, put together. `helpdesk` is the OTRS adapter itself, for the commands that ask OTRS directly."""

    config: Config
    outside: Outside
    directory: Directory | None
    watched: CurrentMirror | None
    judge: Judge
    gateway: Gateway
    stopping: Callable[[], bool]

    @property
    def sweep(self) -> Sweep:
        """The sweep over OTRS's tickets."""
        return Sweep(self.outside, self.judge, self.gateway, self.config.caps)

    @property
    def finder(self) -> TicketFinder:
        """Finding tickets for people."""
        return TicketFinder(helpdesk=self.outside.helpdesk, directory=self.directory, fields=self.config.field_names)

    @property
    def debts_of(self) -> DebtsOf | None:
        """Asks the billing source what a client owes; None when there is none to ask."""
        return None

    def backtest(self, against: Config | None = None) -> Backtest:
        """What the rules would have done; with `against` how its rules, with its field names, differ."""
        there = None if against is None else self._rehearsing(against)
        return Backtest(self.outside.helpdesk, here=self._rehearsing(self.config), there=there)

    def _rehearsing(self, config: Config) -> Judge:
        """A judge for whom every rule that is not off counts as enforced."""
        return Judge(
            rules=[replace(active, mode=Mode.ENFORCE) for active in config.active_rules],
            fields=config.field_names,
            directory=self.directory,
            journal=self.outside.journal,
            clock=self.outside.clock,
        )

    @property
    def undo(self) -> Undo:
        """Taking runs back."""
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
        return Daemon(
            outside=self.outside,
            sweep=self.sweep,
            caps=self.config.caps,
            poll_seconds=self.config.daemon.poll_seconds,
            stopping=self.stopping,
            prepare=self.refresh_directory,
        )


@contextmanager
def open_bridge(
    config: Config, *, clock: Clock | None = None, stopping: Callable[[], bool] = lambda: False
) -> Iterator[Bridge]:
    """Put a bridge together and take it apart at the end. Raises BridgeError where the outside cannot be used."""
    clock = clock or SystemClock()
    with ExitStack() as stack:
        database = stack.enter_context(opened_database(config))
        journal = SqlJournal(database)
        helpdesk = OtrsHelpdesk(connection_of(config), clock)
        stack.callback(helpdesk.close)
        directory = open_directory(config, database, clock)
        outside = Outside(helpdesk=helpdesk, journal=journal, clock=clock)
        judge = Judge(
            rules=config.active_rules,
            fields=config.field_names,
            directory=directory,
            journal=journal,
            clock=clock,
        )
        gateway = Gateway(outside, judge, language=config.language, stopping=stopping)
        yield Bridge(
            config=config,
            outside=outside,
            directory=directory,
            watched=watched_directory(config, database, clock),
            judge=judge,
            gateway=gateway,
            stopping=stopping,
        )


@contextmanager
def opened_database(config: Config) -> Iterator[Database]:
    """The bridge's own database, brought up to date."""
    database = open_database(config.database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_journal(config: Config) -> Iterator[Journal]:
    """The bridge's memory alone, for the commands that need no OTRS."""
    with opened_database(config) as database:
        yield SqlJournal(database)


def open_directory(config: Config, database: Database, clock: Clock) -> Directory | None:
    """The client directory, a changed client file read anew; None when none is configured.

    Raises DirectoryUnusable when there is no file, or nothing was ever mirrored.
    """
    if config.directory is None:
        return None
    mirror = MirrorDirectory(database)
    if watched := watched_directory(config, database, clock):
        watched.refresh()
    elif mirror.synced() is None:
        raise DirectoryUnusable("The client directory is empty: run `otrs-bridge directory sync` first.")
    return mirror


def watched_directory(config: Config, database: Database, clock: Clock) -> CurrentMirror | None:
    """What keeps the mirror at a client file; None for databases, which only `directory sync` asks."""
    if not isinstance(config.directory, CsvDirectory):
        return None
    return CurrentMirror(client_source(config), database, clock.now)


def client_source(config: Config) -> ClientSource:
    """Where the clients come from. Raises DirectoryUnusable when no directory is configured."""
    match config.directory:
        case CsvDirectory() as file:
            csv = ClientsCsv(
                file.path,
                columns=file.columns,
                delimiter=file.delimiter,
                encoding=file.encoding,
                area_code=file.area_code,
            )
            return VersionedCsv(path=file.path, csv=csv)
        case SqlDirectory() as sql:
            return SqlSource(sql.full_url, sql.query, columns=sql.columns, area_code=sql.area_code)
        case OtrsDirectory() as otrs:
            return OtrsCustomers(otrs.full_url, area_code=otrs.area_code)
        case None:
            raise DirectoryUnusable(f"{config.path}: has no section directory, so there are no clients to read")


def billing_settings(config: Config) -> BillingSettings:
    """The `billing` section; raises BillingUnusable when there is none."""
    if config.billing is None:
        raise BillingUnusable(f"{config.path}: has no section billing, so nothing is known of debts")
    return config.billing


def open_billing(config: Config) -> Billing:
    """The billing source. Raises BillingUnusable when none is configured."""
    billing = billing_settings(config)
    match billing.ledger:
        case EmbeddedLedgerSettings(path=path):
            return EmbeddedLedger(path, zone=config.timezone, holds=billing.holds)
        case CsvLedgerSettings() as csv:
            export = CsvExport(
                accounts=csv.accounts,
                entries=csv.entries,
                account_columns=csv.account_columns,
                entry_columns=csv.entry_columns,
                delimiter=csv.delimiter,
                encoding=csv.encoding,
            )
            return CsvBilling(export, zone=csv.timezone or config.timezone, holds=billing.holds)
        case SqlLedgerSettings() as sql:
            queries = Queries(accounts=sql.accounts, entries=sql.entries, sums=sql.sums, as_of=sql.as_of)
            return SqlBilling(sql.full_url, queries, zone=sql.timezone or config.timezone, holds=billing.holds)


def billing_calendar(config: Config) -> WorkingCalendar:
    """Russia's production calendar with the operator's own exceptions."""
    billing = billing_settings(config)
    return production_calendar(
        own_days_off=billing.days_off,
        own_working_days=billing.working_days,
        confirmed_years=billing.confirmed_years,
    )


def open_billing_desk(config: Config, clock: Clock | None = None) -> BillingDesk:
    """Billing for the commands that ask about it."""
    settings = billing_settings(config)
    return BillingDesk(
        billing=open_billing(config),
        rules=settings.rules(config.timezone),
        calendar=billing_calendar(config),
        limits=settings.feed_limits,
        clock=clock or SystemClock(),
    )


def connection_of(config: Config) -> OtrsConnection:
    """The `otrs` section as the adapter wants it."""
    otrs = config.otrs
    return OtrsConnection(
        url=str(otrs.url),
        user=otrs.user,
        password=otrs.password.get_secret_value() if otrs.password else "",
        webservice=otrs.webservice,
        path=otrs.path,
        ca_bundle=otrs.ca_bundle,
        client_certificate=otrs.client_certificate,
        client_key=otrs.client_key,
        timeout=otrs.timeout,
        timezone=otrs.timezone,
        workers=otrs.workers,
        session_file=otrs.session_file,
    )


def examine_bridge(
    config: Config, *, clock: Clock | None = None, write_tickets: Sequence[str] = ()
) -> Iterator[CheckResult]:
    """The doctor: our own parts first, then OTRS. Nothing is written there, except what `write_tickets` already hold."""
    yield _opens("database", lambda: _open_and_close(config))
    if config.directory is None:
        yield passed("directory", ru="не настроен: клиент виден только по заявке", en="none: only the ticket is read")
    else:
        yield _opens("directory", lambda: _open_directory_and_close(config, clock or SystemClock()))
    clock = clock or SystemClock()
    connection = connection_of(config)
    probe = Probe(connection, clock)
    try:
        yield from examine(
            Desk(
                connection=connection,
                clock=clock,
                probe=probe,
                expected=expected_of(config),
                write_tickets=tuple(write_tickets),
            )
        )
    finally:
        probe.close()


def expected_of(config: Config) -> Expected:
    """What OTRS has to know for the fields and the rules of this config."""
    fields = {role: name for role, name in config.fields.model_dump().items() if name}
    uses: dict[str, dict[str, None]] = {}
    for active in config.active_rules:
        for name, wanted in active.uses().items():
            uses.setdefault(name, {}).update(dict.fromkeys(wanted))
    return Expected(
        zone=config.otrs.timezone,
        fields=tuple(fields.values()),
        values={name: tuple(uses[role]) for role, name in fields.items() if role in uses},
        states=tuple(uses.get("state", ())),
        priorities=tuple(uses.get("priority", ())),
        customers=tuple(uses.get("customer", ())),
    )


def _open_and_close(config: Config) -> None:
    with open_journal(config):
        pass


def _open_directory_and_close(config: Config, clock: Clock) -> None:
    with opened_database(config) as database:
        open_directory(config, database, clock)


def _opens(name: str, opening: Callable[[], object]) -> CheckResult:
    try:
        opening()
    except BridgeError as error:
        return failed(
            name,
            Words(ru=f"не открывается: {error}", en=f"cannot be opened: {error}"),
            Words(ru=f"config.yaml: проверьте {name}", en=f"config.yaml: check {name}"),
        )
    return passed(name, ru="открывается", en="opens")
