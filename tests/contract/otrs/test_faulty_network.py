"""Behind a network that breaks: what the server has done when the client saw only a failure."""

from collections.abc import Iterator

import pytest
import requests

from tests.contract.otrs.server import Server
from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    with FaultProxy(server.base_url) as running:
        yield running


def rename(server: Server, proxy: FaultProxy, ticket: int) -> requests.Response:
    body = {"SessionID": server.session(), "Ticket": {"Title": "neu"}}
    return server.call("PATCH", f"/Ticket/{ticket}", body, base=server.url.replace(server.base_url, proxy.base_url))


@pytest.mark.parametrize(
    ("kind", "title"),
    [(ProxyFaultKind.REQUEST_LOST, "alt"), (ProxyFaultKind.REQUEST_CUT, "alt"), (ProxyFaultKind.ANSWER_LOST, "neu"),
     (ProxyFaultKind.ANSWER_CUT, "neu")],
)  # fmt: skip
def test_a_request_cut_is_not_carried_out_and_an_answer_cut_has_been(
    server: Server, proxy: FaultProxy, kind: ProxyFaultKind, title: str
) -> None:
    ticket = server.create("alt")
    proxy.order(ProxyFault(kind=kind, route="PATCH /Ticket/"))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        rename(server, proxy, ticket)
    assert server.one(ticket)["Title"] == title
    assert rename(server, proxy, ticket).json()["TicketID"] == str(ticket)


@pytest.mark.parametrize(
    ("kind", "title"), [(ProxyFaultKind.ERROR_PAGE, "alt"), (ProxyFaultKind.ERROR_PAGE_AFTER, "neu")]
)
def test_a_page_of_a_proxy_says_nothing_about_the_work(
    server: Server, proxy: FaultProxy, kind: ProxyFaultKind, title: str
) -> None:
    ticket = server.create("alt")
    proxy.order(ProxyFault(kind=kind, status=502))
    assert rename(server, proxy, ticket).status_code == 502
    assert server.one(ticket)["Title"] == title


def test_a_session_lost_on_the_way_is_an_auth_fail_with_nothing_done(server: Server, proxy: FaultProxy) -> None:
    ticket = server.create("alt")
    proxy.order(ProxyFault(kind=ProxyFaultKind.SESSION_GONE))
    assert rename(server, proxy, ticket).json()["Error"]["ErrorCode"] == "TicketUpdate.AuthFail"
    assert server.one(ticket)["Title"] == "alt"
