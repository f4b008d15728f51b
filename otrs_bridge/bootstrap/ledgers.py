"""Billing, as configured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.maps import (
    MAPS,
    AbillsOptions,
    BgbillingOptions,
    BillingMap,
    LanbillingOptions,
    MikbillOptions,
    UbillingOptions,
    Utm5Options,
    abills,
    bgbilling,
    lanbilling,
    mikbill,
    ubilling,
    utm5,
)
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import (
    AbillsLedgerSettings,
    BgbillingLedgerSettings,
    BillingSettings,
    Config,
    CsvLedgerSettings,
    EmbeddedLedgerSettings,
    LanbillingLedgerSettings,
    MappedLedgerSettings,
    MikbillLedgerSettings,
    SqlLedgerSettings,
    UbillingLedgerSettings,
    Utm5LedgerSettings,
)
from otrs_bridge.domain.billing.episodes import EpisodeTicket
from otrs_bridge.domain.billing.working_calendar import WorkingCalendar
from otrs_bridge.errors import ConfigMistake, JournalUnusable, UsageMistake
from otrs_bridge.journal.database import Database, open_existing
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.plan_store import SqlHeldPlans
from otrs_bridge.ports.billing import NO_BILLING, Billing
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.debts.by_balance import ByBalance, KnownDebts, known_debts
from otrs_bridge.service.debts.memory import episode_ticket
from otrs_bridge.service.debts.reading import Line
from otrs_bridge.service.queries.billing_desk import BillingDesk, DeskMemory
from otrs_bridge.words import Words

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

log = structlog.get_logger(__name__)
Value = TypeVar("Value")


def billing_settings(config: Config) -> BillingSettings:
    """The `billing` section; raises ConfigMistake when there is none."""
    if config.billing is None:
        raise ConfigMistake([Words(ru=f"{config.path}: {NO_BILLING.ru}", en=f"{config.path}: {NO_BILLING.en}")])
    return config.billing


def open_billing(config: Config) -> Billing:
    """The billing source. Raises ConfigMistake when none is configured."""
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
            zone, filtered = sql.timezone or config.timezone, billing.prefilter
            return SqlBilling(sql.full_url, queries, zone=zone, holds=billing.holds, prefilter=filtered)
        case mapped:
            known = map_of(mapped)
            queries = Queries(accounts=known.accounts, entries=known.entries, as_of=known.as_of)
            zone = mapped.timezone or config.timezone
            filtered = billing.prefilter
            return SqlBilling(
                mapped.full_url, queries, zone=zone, holds=billing.holds, in_zone=True, prefilter=filtered
            )


def map_of(ledger: MappedLedgerSettings) -> BillingMap:
    """The map of a billing system, with what its operator has decided."""
    match ledger:
        case AbillsLedgerSettings():
            return abills(AbillsOptions(**_options(ledger, AbillsOptions)))
        case BgbillingLedgerSettings():
            return bgbilling(BgbillingOptions(**_options(ledger, BgbillingOptions)))
        case LanbillingLedgerSettings():
            return lanbilling(LanbillingOptions(**_options(ledger, LanbillingOptions)))
        case MikbillLedgerSettings():
            return mikbill(MikbillOptions(**_options(ledger, MikbillOptions)))
        case UbillingLedgerSettings():
            return ubilling(UbillingOptions(**_options(ledger, UbillingOptions)))
        case Utm5LedgerSettings():
            return utm5(Utm5Options(**_options(ledger, Utm5Options)))


def _options(ledger: MappedLedgerSettings, options: type[DataclassInstance]) -> dict[str, Any]:
    """Settings and options have the same names."""
    return {one.name: getattr(ledger, one.name) for one in fields(options)}


def named_map(name: str, config: Config | None = None) -> BillingMap:
    """The map of this name, with the decisions of the config where its ledger is of that kind. Raises UsageMistake."""
    if name not in MAPS:
        known = ", ".join(MAPS)
        raise UsageMistake(
            Words(ru=f"Карты «{name}» нет; есть: {known}.", en=f"There is no map {name!r}; there are: {known}.")
        )
    ledger = config.billing.ledger if config is not None and config.billing is not None else None
    if isinstance(ledger, MappedLedgerSettings) and ledger.source == name:
        return map_of(ledger)
    return MAPS[name]()


def billing_calendar(config: Config) -> WorkingCalendar:
    """Russia's production calendar with the operator's own exceptions."""
    billing = billing_settings(config)
    return production_calendar(
        own_days_off=billing.days_off,
        own_working_days=billing.working_days,
        confirmed_years=billing.confirmed_years,
    )


def open_billing_desk(config: Config, clock: Clock | None = None, *, database: Database | None = None) -> BillingDesk:
    """Billing for whoever asks about it. Without an open `database` each question looks whether there is one."""
    settings, clock = billing_settings(config), clock or SystemClock()
    rules = settings.rules(config.timezone)

    def ask(work: Callable[[Database], Value], unknown: Value) -> Value:
        return work(database) if database is not None else _remembered(config, work, unknown)

    def known(contract: str | None) -> KnownDebts:
        return ask(lambda opened: known_debts(SqlJobJournal(opened), contract), KnownDebts())

    return BillingDesk(
        billing=ByBalance(billing=open_billing(config), rules=rules, known=known, now=clock.now),
        rules=rules,
        calendar=billing_calendar(config),
        limits=settings.feed_limits,
        clock=clock,
        last_good_rows=lambda feed: ask(lambda opened: SqlJobJournal(opened).last_good_rows(feed), None),
        memory=lambda contract: ask(lambda opened: _desk_memory(opened, contract), DeskMemory()),
    )


def _desk_memory(database: Database, contract: str | None) -> DeskMemory:
    tickets: dict[Line, list[EpisodeTicket]] = {}
    for made in SqlJobJournal(database).made_tickets(contract):
        if made.key.purpose == "debt":
            known = episode_ticket(made, "settled" if made.settled else "open")
            tickets.setdefault((made.key.service, made.key.contract), []).append(known)
    return DeskMemory(tickets=tickets, waiting=SqlHeldPlans(database).waiting_keys(contract))


def _remembered(config: Config, ask: Callable[[Database], Value], unknown: Value) -> Value:
    """What the jobs remember. Who asks about billing needs no bridge database for it, and makes none."""
    try:
        database = open_existing(config.database)
        if database is None:
            return unknown
        with closing(database):
            return ask(database)
    except JournalUnusable as unusable:
        log.warning("memory of the jobs unknown", error=str(unusable))
        return unknown
