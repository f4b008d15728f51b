"""Writes that land when their line is long dead, and people who act in between: on the real OTRS and its database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import TheseTickets
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.sweep import Sweep
from tests.live.making import Wish, api, log_in, make_tickets
from tests.live.server.control import LiveServer, ServerError
from tests.live.test_daemon import eventually
from tests.live.test_faults import assert_done_once
from tests.live.test_main_job import rows
from tests.service.conftest import ENFORCED, MovableClock, active
from tests.service.debts.openers import HurriedClock, make_desk

pytestmark = [pytest.mark.live, pytest.mark.waits, pytest.mark.timeout(600)]


def connection(server: LiveServer, timeout: float) -> OtrsConnection:
    return OtrsConnection(url=server.base_url, user=server.user, password=server.password, workers=1, timeout=timeout)


@contextmanager
def locked(server: LiveServer, table: str) -> Iterator[Callable[[], None]]:
    """The table locked against writing, as PostgreSQL's CREATE INDEX does, until what is given is called."""
    where = f"query LIKE 'BEGIN READ WRITE; LOCK TABLE {table} %'"
    holder = threading.Thread(target=hold, args=(server, table))
    holder.start()
    granted = f"SELECT 1 FROM pg_locks WHERE mode = 'ShareLock' AND granted AND relation = '{table}'::regclass"
    assert eventually(lambda: not holder.is_alive() or bool(server.sql(granted)), within=60)

    def free() -> None:
        server.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}")
        holder.join()

    yield free
    free()


def hold(server: LiveServer, table: str) -> None:
    """Until its session is ended."""
    with suppress(ServerError):
        server.sql(f"BEGIN READ WRITE; LOCK TABLE {table} IN SHARE MODE; SELECT pg_sleep(300); COMMIT")


@pytest.mark.parametrize("table", ["ticket", "ticket_history", "article", "article_data_mime", "dynamic_field_value"])
def test_a_create_that_lands_after_its_timeout_makes_one_ticket_with_one_article(fresh: LiveServer, table: str) -> None:
    fresh.reset()
    clock = HurriedClock()
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        make_desk(database, connection(fresh, 30.0), clock, closing).open(["Ф-9"])  # a first one, to warm OTRS up
        desk = make_desk(database, connection(fresh, 3.0), clock, closing)
        with locked(fresh, table) as free:
            seen = [desk.open(["Ф-1"])["Ф-1"].outcome for _ in range(2)]
            free()
        assert seen == [Outcome.UNKNOWN, Outcome.UNKNOWN]
        made = "SELECT count(*) FROM ticket WHERE title LIKE '%Ф-1 %'"
        articles = "SELECT count(*) FROM article_data_mime m JOIN article a ON a.id = m.article_id JOIN ticket t ON "
        articles += "t.id = a.ticket_id WHERE t.title LIKE '%Ф-1 %'"
        assert eventually(lambda: fresh.sql(articles) == [("1",)], within=60)
        clock.sleep(900)
        desk = make_desk(database, connection(fresh, 30.0), clock, closing)
        assert desk.open(["Ф-1"])["Ф-1"].outcome is Outcome.APPLIED
        assert fresh.sql(made) == [("1",)]
        assert fresh.sql(articles) == [("1",)]


class Between:
    """A helpdesk before whose first update somebody acts, a quarter of a minute after the ticket was read."""

    def __init__(self, inner: OtrsHelpdesk, clock: MovableClock, act: Callable[[], object]) -> None:
        self._inner = inner
        self._clock = clock
        self._act: Callable[[], object] | None = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def update(self, *given: Any) -> None:
        """The first one is slow."""
        if self._act is not None:
            self._act()
            self._act = None
            self._clock.move(seconds=15)
        self._inner.update(*given)


def swept(
    server: LiveServer, ticket_id: int, act: Callable[[], object], timeout: float = 60.0
) -> tuple[Report, Gateway]:
    helpdesk = OtrsHelpdesk(connection(server, timeout), SystemClock())
    clock = MovableClock()
    outside = WritableOutside(
        helpdesk=Between(helpdesk, clock, act), journal=SqlJournal(open_database("sqlite://")), clock=clock
    )
    judge = Judge(rules=active(ENFORCED), directory=None, journal=outside.journal, clock=outside.clock)
    gateway = Gateway(outside, judge, language="ru")
    sweep = Sweep(outside, judge, gateway, Caps(max_share=1.0))
    return sweep.run(TheseTickets(ids=(ticket_id,)), apply=True), gateway


def test_an_agent_who_closes_between_our_reading_and_our_writing_wins(fresh: LiveServer) -> None:
    (ticket_id,) = make_tickets(fresh, [Wish(title="Закрывается", priority="5 very high")])
    agent = log_in(fresh, fresh.agent, fresh.agent_password)
    closing = {"Ticket": {"State": "closed successful"}}
    report, gateway = swept(fresh, ticket_id, lambda: api(fresh, "PATCH", f"/Ticket/{ticket_id}", agent, closing))
    assert {line.field: line.outcome for line in report.lines} == {
        "state": Outcome.PINNED,
        "priority": Outcome.APPLIED,
    }
    assert rows(fresh, [ticket_id])[ticket_id][:2] == ("closed successful", "3 normal")
    assert [(pin.field, pin.value) for pin in gateway.outside.journal.pins()] == [("state", "closed successful")]


@pytest.mark.parametrize("table", ["ticket", "article"])
def test_an_update_that_lands_after_its_timeout_leaves_one_note(fresh: LiveServer, table: str) -> None:
    (ticket_id,) = make_tickets(fresh, [Wish(title="Позже", priority="5 very high")])
    notes = "SELECT count(*) FROM article a JOIN article_data_mime m ON m.article_id = a.id "
    notes += f"WHERE m.a_subject LIKE 'otrs-bridge%' AND a.ticket_id = {ticket_id}"
    with ExitStack() as locks:
        free: list[Callable[[], None]] = []
        lock = locked(fresh, table)
        report, gateway = swept(fresh, ticket_id, lambda: free.append(locks.enter_context(lock)), timeout=3.0)
        assert {line.outcome for line in report.lines} <= {Outcome.APPLIED, Outcome.UNKNOWN}
        assert fresh.sql(notes) == [("0",)]
        free[0]()

    def is_settled() -> bool:
        gateway.recover()
        return not gateway.outside.journal.unsettled() and fresh.sql(notes) != [("0",)]

    assert eventually(is_settled, within=60)
    assert {entry.state for entry in gateway.outside.journal.entries()} == {"applied"}
    assert_done_once(fresh, [ticket_id])
