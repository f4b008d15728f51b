"""Network faults in front of the real OTRS: no change lost, none doubled, and the report true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind
from tests.live.conftest import Cli, let_minutes_pass, make_cli
from tests.live.making import Wish, make_tickets
from tests.live.server.control import LiveServer
from tests.live.test_main_job import rows

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

Kind = ProxyFaultKind
UPDATE, READ, SEARCH = "PATCH /Ticket/", "POST /TicketList", "POST /TicketSearch"

FAULTS = {
    "the answer to a write is lost": ProxyFault(kind=Kind.ANSWER_LOST, route=UPDATE),
    "the answers to two writes are lost": ProxyFault(kind=Kind.ANSWER_LOST, route=UPDATE, skip=1, every=3, times=2),
    "the answer to a write is cut": ProxyFault(kind=Kind.ANSWER_CUT, route=UPDATE, skip=2),
    "HTTP 500 after a write": ProxyFault(kind=Kind.ERROR_PAGE_AFTER, route=UPDATE, status=500),
    "a proxy's page with status 200 after a write": ProxyFault(kind=Kind.ERROR_PAGE_AFTER, route=UPDATE, status=200),
    "HTML instead of JSON to a read": ProxyFault(kind=Kind.ERROR_PAGE, route=READ, status=200, skip=1),
    "503 to every second read, three times": ProxyFault(kind=Kind.ERROR_PAGE, route=READ, status=503, every=2, times=3),
    "a read is cut": ProxyFault(kind=Kind.ANSWER_CUT, route=READ),
    "a search is lost": ProxyFault(kind=Kind.ANSWER_LOST, route=SEARCH),
    "the session is gone in the middle of reading": ProxyFault(kind=Kind.SESSION_GONE, route=READ, skip=1),
    "the session is gone in the middle of writing": ProxyFault(kind=Kind.SESSION_GONE, route=UPDATE, skip=2),
}


# Nothing was done, and nobody can know that nothing will be.
LOST = {
    "a write is cut on its way": ProxyFault(kind=Kind.REQUEST_CUT, route=UPDATE),
    "a write never arrives": ProxyFault(kind=Kind.REQUEST_LOST, route=UPDATE, skip=3),
    "a proxy's HTTP 500 instead of a write": ProxyFault(kind=Kind.ERROR_PAGE, route=UPDATE, status=500),
}


@pytest.fixture(scope="module")
def proxy(fresh: LiveServer) -> Iterator[FaultProxy]:
    """The fault-maker between the bridge and OTRS."""
    with FaultProxy(fresh.base_url) as running:
        yield running


@pytest.fixture
def through_proxy(proxy: FaultProxy, tmp_path: Path) -> Cli:
    """An operator whose OTRS is behind the fault-maker."""
    return make_cli(tmp_path, proxy.base_url, ("state", "priority", "customer"))


WISHES = [Wish(title=f"Заявка {n}", priority="5 very high") for n in range(7)]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_one_fault_costs_nothing(fault: ProxyFault, fresh: LiveServer, proxy: FaultProxy, through_proxy: Cli) -> None:
    ids = make_tickets(fresh, WISHES)
    numbers = [row[0] for row in fresh.sql(f"SELECT tn FROM ticket WHERE id IN ({','.join(map(str, ids))})")]
    proxy.order(fault)
    lines, _ = through_proxy.lines("sweep", "--ticket", ",".join(numbers), "--apply")
    struck = len(proxy.struck)
    proxy.clear()
    assert struck, "the fault must have happened"
    assert Counter(line["outcome"] for line in lines) == {"applied": 2 * len(ids)}
    assert {row[:3] for row in rows(fresh, ids).values()} == {("open", "3 normal", "иванов")}
    assert_done_once(fresh, ids)


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST.keys())
def test_a_write_that_never_gets_through_is_unknown_and_done_by_a_later_sweep(
    fault: ProxyFault, fresh: LiveServer, proxy: FaultProxy, through_proxy: Cli
) -> None:
    ids = make_tickets(fresh, WISHES)
    numbers = [row[0] for row in fresh.sql(f"SELECT tn FROM ticket WHERE id IN ({','.join(map(str, ids))})")]
    sweep = ("sweep", "--ticket", ",".join(numbers), "--apply")
    proxy.order(fault)
    lines, _ = through_proxy.lines(*sweep, status=75)
    proxy.clear()
    (lost,) = {line["ticket_id"] for line in lines if line["outcome"] == "unknown"}
    assert rows(fresh, [lost])[lost][:2] == ("new", "5 very high")
    at_once, _ = through_proxy.lines(*sweep)
    assert {(line["ticket_id"], line["outcome"]) for line in at_once} == {(lost, "skipped")}
    let_minutes_pass(through_proxy.folder)
    again, _ = through_proxy.lines(*sweep)
    assert {line["ticket_id"] for line in again} == {lost}
    assert {row[0] for row in rows(fresh, ids).values()} == {"open"}
    assert_done_once(fresh, ids)


def test_an_otrs_that_does_not_answer_is_exit_75(proxy: FaultProxy, through_proxy: Cli) -> None:
    proxy.order(ProxyFault(kind=Kind.REQUEST_LOST, times=None))
    done = through_proxy.run("sweep", "--all")
    proxy.clear()
    assert done.returncode == 75
    assert "Traceback" not in done.stderr


def assert_done_once(server: LiveServer, ids: list[int]) -> None:
    """OTRS's own history shows each change once, and each ticket has one note of ours."""
    listed = ",".join(map(str, ids))
    for kind in ("PriorityUpdate", "StateUpdate"):
        found = server.sql(
            "SELECT h.ticket_id, count(*) FROM ticket_history h JOIN ticket_history_type t ON t.id = h.history_type_id "
            f"WHERE t.name = '{kind}' AND h.ticket_id IN ({listed}) GROUP BY h.ticket_id"
        )
        assert {int(ticket): count for ticket, count in found} == dict.fromkeys(ids, "1")
    notes = server.sql(
        "SELECT a.ticket_id, count(*) FROM article a JOIN article_data_mime m ON m.article_id = a.id "
        f"WHERE m.a_subject LIKE 'otrs-bridge%' AND a.ticket_id IN ({listed}) GROUP BY a.ticket_id"
    )
    assert {int(ticket): count for ticket, count in notes} == dict.fromkeys(ids, "1")
