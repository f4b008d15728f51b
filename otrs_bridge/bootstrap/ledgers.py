"""Billing, as configured."""

from __future__ import annotations

from contextlib import closing

import structlog

from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import (
    BillingSettings,
    Config,
    CsvLedgerSettings,
    EmbeddedLedgerSettings,
    SqlLedgerSettings,
)
from otrs_bridge.domain.billing.working_calendar import WorkingCalendar
from otrs_bridge.errors import BillingUnusable, JournalUnusable
from otrs_bridge.journal.database import open_existing
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.ports.billing import Billing
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.asking.billing_desk import BillingDesk
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)


def billing_settings(config: Config) -> BillingSettings:
    """The `billing` section; raises BillingUnusable when there is none."""
    if config.billing is None:
        raise BillingUnusable(
            Words(
                ru=f"{config.path}: раздела billing нет, о долгах ничего не известно",
                en=f"{config.path}: has no section billing, so nothing is known of debts",
            )
        )
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
        last_good_rows=lambda feed: _last_good_rows(config, feed),
    )


def _last_good_rows(config: Config, feed: str) -> int | None:
    """What the jobs remember of this feed. Who asks about billing needs no bridge database for it, and makes none."""
    try:
        database = open_existing(config.database)
        if database is None:
            return None
        with closing(database):
            return SqlJobJournal(database).last_good_rows(feed)
    except JournalUnusable as unusable:
        log.warning("last good feed unknown", error=str(unusable))
        return None
