"""People of known truth, whatever their billing system: who would be cut off on 1 December 2025, and for how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pymysql

from otrs_bridge.billing.maps import BillingMap
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.accounts import BillingRules, Charges
from otrs_bridge.domain.billing.feed_gate import FeedLimits
from otrs_bridge.service.debts.by_balance import ByBalance, KnownDebts
from otrs_bridge.service.queries.billing_desk import BillingDesk
from tests.servers.mariadb import MariaDb
from tests.service.conftest import MovableClock

MOSCOW = ZoneInfo("Europe/Moscow")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


@contextmanager
def filled(server: MariaDb, tables: str, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[str]:
    """A database with these tables and rows, its clock in Moscow; what a row leaves out is the column's default."""
    name = server.database()
    connection = pymysql.connect(
        host="127.0.0.1", port=server.port, user=server.user, password=server.password, database=name, charset="utf8mb4"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SET sql_mode = '', time_zone = '+03:00'")
        for statement in tables.split(";"):
            if statement.strip():
                cursor.execute(statement)
        for table, several in rows.items():
            for row in several:
                columns = ", ".join(f"`{column}`" for column in row)
                marks = ", ".join(["%s"] * len(row))
                cursor.execute(f"INSERT INTO `{table}` ({columns}) VALUES ({marks})", list(row.values()))
        connection.commit()
    yield server.url(name)


def desk(known: BillingMap, url: str, now: datetime, charges: Charges) -> BillingDesk:
    """Billing as the commands ask about it, through the map. The data is of `now`: the server's own clock is of today."""
    queries = Queries(accounts=known.accounts, entries=known.entries, as_of=f"SELECT {int(now.timestamp())}")
    clock = MovableClock()
    clock.move(seconds=(now - clock.now()).total_seconds())
    rules = BillingRules(zone=MOSCOW, charges=charges)
    source = SqlBilling(url, queries, zone=MOSCOW, in_zone=True)
    return BillingDesk(
        billing=ByBalance(billing=source, rules=rules, known=lambda _: KnownDebts(), now=clock.now),
        rules=rules,
        calendar=production_calendar(),
        limits=FeedLimits(),
        clock=clock,
    )


def cut(here: BillingDesk) -> dict[str, Decimal]:
    """Who is to be cut off today, by contract, and for how much."""
    return {debt.account.contract: debt.amount for debt in here.debtors().debtors if debt.due}


def held(here: BillingDesk) -> dict[str, str]:
    """Who is in debt and is not cut off today, and what holds them."""
    return {
        debt.account.contract: debt.stopped_by.kind
        for debt in here.debtors().debtors
        if not debt.due and debt.stopped_by is not None
    }
