"""The proxy itself: what it breaks, whether the work was done, and that the rest passes untouched."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from otrs_bridge.sandbox.clock import MovableClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind

SERVICE = "/otrs/nph-genericinterface.pl/Webservice/OtrsBridge"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=MovableClock(datetime(2024, 3, 5, 11, 30, tzinfo=UTC))) as running:
        running.add_ticket("alt")
        yield running


@pytest.fixture
def proxy(sandbox: Sandbox) -> Iterator[FaultProxy]:
    with FaultProxy(sandbox.base_url) as running:
        yield running


def rename(sandbox: Sandbox, proxy: FaultProxy, *, timeout: float = 10) -> requests.Response:
    session = requests.post(
        f"{sandbox.url}/Session", json={"UserLogin": sandbox.user, "Password": sandbox.password}, timeout=10
    ).json()
    body = {**session, "Ticket": {"Title": "neu"}}
    return requests.patch(f"{proxy.base_url}{SERVICE}/Ticket/1", json=body, timeout=timeout)


def test_without_an_order_everything_passes(sandbox: Sandbox, proxy: FaultProxy) -> None:
    assert rename(sandbox, proxy).json()["TicketID"] == "1"
    assert sandbox.ticket(1).title == "neu"
    assert (proxy.seen, proxy.struck) == (["PATCH /Ticket/1"], [])


@pytest.mark.parametrize(
    ("kind", "title"),
    [(ProxyFaultKind.REQUEST_LOST, "alt"), (ProxyFaultKind.REQUEST_CUT, "alt"), (ProxyFaultKind.ANSWER_LOST, "neu"),
     (ProxyFaultKind.ANSWER_CUT, "neu")],
)  # fmt: skip
def test_a_broken_connection_leaves_the_work_done_or_not(
    sandbox: Sandbox, proxy: FaultProxy, kind: ProxyFaultKind, title: str
) -> None:
    proxy.order(ProxyFault(kind=kind))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        rename(sandbox, proxy)
    assert sandbox.ticket(1).title == title
    assert proxy.struck == [("PATCH /Ticket/1", kind)]


@pytest.mark.parametrize("status", [200, 500, 502, 503])
@pytest.mark.parametrize(
    ("kind", "title"), [(ProxyFaultKind.ERROR_PAGE, "alt"), (ProxyFaultKind.ERROR_PAGE_AFTER, "neu")]
)
def test_a_page_takes_the_answers_place_before_or_after_the_work(
    sandbox: Sandbox, proxy: FaultProxy, kind: ProxyFaultKind, title: str, status: int
) -> None:
    proxy.order(ProxyFault(kind=kind, status=status))
    response = rename(sandbox, proxy)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html")
    assert sandbox.ticket(1).title == title


def test_a_session_can_be_lost_on_the_way(sandbox: Sandbox, proxy: FaultProxy) -> None:
    proxy.order(ProxyFault(kind=ProxyFaultKind.SESSION_GONE))
    assert rename(sandbox, proxy).json()["Error"]["ErrorCode"] == "TicketUpdate.AuthFail"
    assert rename(sandbox, proxy).json()["TicketID"] == "1"


def test_a_delay_holds_back_the_answer_and_not_the_work(sandbox: Sandbox, proxy: FaultProxy) -> None:
    proxy.order(ProxyFault(kind=ProxyFaultKind.DELAY, seconds=30))
    with pytest.raises(requests.ReadTimeout):
        rename(sandbox, proxy, timeout=0.5)
    assert sandbox.ticket(1).title == "neu"


def test_an_order_strikes_its_own_route_every_nth_time_and_so_often(sandbox: Sandbox, proxy: FaultProxy) -> None:
    proxy.order(ProxyFault(kind=ProxyFaultKind.ERROR_PAGE, route="POST /TicketSearch"))
    proxy.order(
        ProxyFault(kind=ProxyFaultKind.ERROR_PAGE, route="PATCH /Ticket/", skip=1, every=2, times=2, status=503)
    )
    assert [rename(sandbox, proxy).status_code for _ in range(7)] == [200, 503, 200, 503, 200, 200, 200]
