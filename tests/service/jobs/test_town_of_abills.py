"""The people of ABillS through the jobs: plan, run, sync and reconnection, out of its own tables on a MariaDB."""

from __future__ import annotations

from collections.abc import Iterator

import pymysql
import pytest

from otrs_bridge.billing.maps import AbillsOptions, abills
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.billing.maps.personas import MOSCOW, filled
from tests.billing.maps.test_abills import CUT, TABLES, town
from tests.servers.mariadb import MariaDb
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock, states
from tests.service.jobs.test_vanished_payments import close_everything

RULES = BillingRules(zone=MOSCOW, charges="when covered")
NOW = "CREATE TABLE feed_moment (at INT)"


class Live:
    """The database, as ABillS goes on writing into it."""

    def __init__(self, server: MariaDb, url: str, clock: MovableClock) -> None:
        self.url = url
        self._clock = clock
        self._connection = pymysql.connect(
            host="127.0.0.1", port=server.port, user=server.user, password=server.password,
            database=url.rpartition("/")[2].partition("?")[0], autocommit=True,
        )  # fmt: skip
        self._do("SET time_zone = '+03:00'")

    def close(self) -> None:
        self._connection.close()

    def go_to(self, written: str) -> None:
        """What the time is, here and there."""
        set_clock(self._clock, written)
        self._do("DELETE FROM feed_moment")
        self._do("INSERT INTO feed_moment VALUES (%s)", int(moscow(written).timestamp()))

    def pay(self, bill: int, roubles: int, written: str) -> None:
        """Money comes in."""
        row = (bill, roubles, written, written)
        self._do("INSERT INTO payments (bill_id, `sum`, `date`, reg_date) VALUES (%s, %s, %s, %s)", *row)
        self._do("UPDATE bills SET deposit = deposit + %s WHERE id = %s", roubles, bill)

    def _do(self, statement: str, *values: object) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)


@pytest.fixture
def live(mariadb: MariaDb, clock: MovableClock) -> Iterator[Live]:
    with filled(mariadb, f"{TABLES};{NOW}", town().rows) as url:
        database = Live(mariadb, url, clock)
        yield database
        database.close()


def raised(report: Report) -> set[str]:
    done = {Outcome.PLANNED, Outcome.APPLIED}
    return {line.title.split()[2] for line in report.lines if line.outcome in done and line.title.startswith("Откл.")}


def test_plan_run_sync_and_reconnection(bridge: Make, sandbox: Sandbox, live: Live) -> None:
    known = abills(AbillsOptions())
    queries = Queries(accounts=known.accounts, entries=known.entries, as_of="SELECT at FROM feed_moment")
    here = bridge(source=SqlBilling(live.url, queries, zone=MOSCOW, in_zone=True), rules=RULES)
    live.go_to("2025-12-01T07:00")
    assert raised(here.runner.plan(here.runner.named(INTERNET))) == set(CUT)
    report = here.run(INTERNET)
    assert raised(report) == set(CUT)
    assert {line.title.split()[2] for line in report.lines if line.outcome is Outcome.SKIPPED} == {"Ф-105", "Ф-106"}
    assert set(ours(sandbox)) == set(CUT)

    live.pay(103, 300, "2025-12-01 12:00:00")
    live.pay(122, 100, "2025-12-01 12:00:00")
    live.go_to("2025-12-02T07:00")
    here.run("debt_sync")
    assert {contract for contract, state in states(sandbox).items() if state != "open"} == {"Ф-103"}

    close_everything(sandbox)
    live.pay(104, 500, "2025-12-02 12:00:00")
    live.pay(112, 400, "2025-12-02 12:00:00")
    live.go_to("2025-12-03T07:00")
    here.run("debt_sync")
    assert set(ours(sandbox, "Вкл.")) == {"Ф-104", "Ф-112"}

    live.go_to("2026-01-01T07:00")
    here.run(INTERNET)
    here.run("debt_sync")
    assert set(ours(sandbox, "Вкл.")) == {"Ф-104", "Ф-112"}, "whoever has not paid is not switched on in the new month"
