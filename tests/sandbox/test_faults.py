"""Faults to order: each looks as ordered, and the work is done or not done as it says."""

import pytest
import requests

from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Ask

CREATE = {
    "Ticket": {"Title": "t", "Queue": "Misc", "State": "open", "Priority": "3 normal", "CustomerUser": "иванов"},
    "Article": {"Subject": "s", "Body": "b", "ContentType": "text/plain; charset=utf-8"},
    "DynamicField": [{"Name": "BridgeKey", "Value": "k"}],
}


def rename(ask: Ask, timeout: float = 10) -> requests.Response:
    return ask("PATCH", "/Ticket/1", timeout, Ticket={"Title": "neu"})


@pytest.fixture(autouse=True)
def _ticket(sandbox: Sandbox) -> None:
    sandbox.add_ticket("alt")


@pytest.mark.parametrize(
    ("kind", "title"), [(FaultKind.REQUEST_LOST, "alt"), (FaultKind.ANSWER_LOST, "neu"), (FaultKind.ANSWER_CUT, "neu"),
                        (FaultKind.PERL_DIED, "alt")],
)  # fmt: skip
def test_what_breaks_the_connection(sandbox: Sandbox, ask: Ask, kind: FaultKind, title: str) -> None:
    sandbox.faults.add(Fault(kind=kind))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        rename(ask)
    assert sandbox.ticket(1).title == title
    assert sandbox.faults.struck == [("TicketUpdate", kind)]


@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [(Fault(kind=FaultKind.SERVER_ERROR), 500, "alt"), (Fault(kind=FaultKind.HTML_PAGE), 200, "alt"),
     (Fault(kind=FaultKind.HTML_PAGE, status=502), 502, "alt"), (Fault(kind=FaultKind.HTML_PAGE_AFTER), 200, "neu"),
     (Fault(kind=FaultKind.HTML_PAGE_AFTER, status=503), 503, "neu")],
)  # fmt: skip
def test_what_answers_something_else(sandbox: Sandbox, ask: Ask, fault: Fault, status: int, title: str) -> None:
    sandbox.faults.add(fault)
    assert rename(ask).status_code == status
    assert sandbox.ticket(1).title == title


def test_a_hiccup_of_the_database_looks_like_a_lost_login_or_like_nothing_found(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.AUTH_FAIL, operation="TicketSearch"))
    sandbox.faults.add(Fault(kind=FaultKind.NOTHING_FOUND, operation="TicketSearch", skip=0))
    assert ask("POST", "/TicketSearch").json()["Error"]["ErrorCode"] == "TicketSearch.AuthFail"
    assert ask("POST", "/TicketSearch").json() == {}
    assert ask("POST", "/TicketSearch").json() == {"TicketID": ["1"]}


def test_a_session_can_be_gone_just_before_a_call(sandbox: Sandbox, ask: Ask) -> None:
    session = ask("POST", "/Session").json()
    sandbox.faults.add(Fault(kind=FaultKind.SESSION_GONE))
    refused = requests.post(f"{sandbox.url}/TicketSearch", json=session, timeout=10).json()
    assert refused["Error"]["ErrorCode"] == "TicketSearch.AuthFail"


def test_a_slow_answer_comes_after_the_work(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.SLOW, seconds=60))
    with pytest.raises(requests.ReadTimeout):
        rename(ask, timeout=0.5)
    assert sandbox.ticket(1).title == "neu"


def test_orders_hit_their_operation_after_a_while_every_nth_time_and_so_often(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketUpdate", skip=1, every=2, times=2))
    ask("POST", "/TicketSearch")
    assert [rename(ask).status_code for _ in range(7)] == [200, 500, 200, 500, 200, 200, 200]
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, times=None))
    assert {rename(ask).status_code for _ in range(5)} == {500}
    sandbox.faults.clear()
    assert rename(ask).status_code == 200


@pytest.mark.parametrize(
    ("step", "has_customer", "has_key", "articles", "has_content"),
    [(1, False, False, 0, False), (2, True, False, 0, False), (3, True, True, 0, False), (4, True, True, 1, False),
     (5, True, True, 1, True)],
)  # fmt: skip
def test_a_create_that_breaks_leaves_what_was_written_until_then(
    sandbox: Sandbox, ask: Ask, step: int, has_customer: bool, has_key: bool, articles: int, has_content: bool
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation="TicketCreate", step=step))
    response = ask("POST", "/Ticket", **CREATE)
    assert (response.status_code, response.json()["faultcode"]) == (500, "Server")
    (orphan,) = [ticket for ticket in sandbox.tickets() if ticket.title == "t"]
    assert (orphan.customer_user is not None, "BridgeKey" in orphan.values) == (has_customer, has_key)
    assert [not article.content_lost for article in orphan.articles] == [has_content] * articles


def test_an_update_that_breaks_leaves_what_was_written_until_then(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation="TicketUpdate", step=2))
    response = ask("PATCH", "/Ticket/1", Ticket={"Title": "neu", "State": "new", "Priority": "1 very low"})
    assert response.status_code == 500
    assert (sandbox.ticket(1).title, sandbox.state_of(1), sandbox.priority_of(1)) == ("neu", "new", "3 normal")
