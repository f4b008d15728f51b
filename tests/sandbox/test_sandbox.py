"""What only the stand-in has: its clock, its desk, and a look at tickets that are being written."""

import http.client
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from otrs_bridge.sandbox.clock import MovableClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.test_faults import CREATE


def test_times_are_the_servers_naive_local_seconds(clock: MovableClock) -> None:
    with Sandbox(clock=clock, zone="Europe/Moscow") as sandbox:
        assert sandbox.add_ticket("t").created == datetime(2024, 3, 5, 14, 30)  # noqa: DTZ001 - OTRS's naive time
        clock.advance(1.9)
        assert sandbox.edit(1, title="u").changed == datetime(2024, 3, 5, 14, 30, 1)  # noqa: DTZ001 - as above


def test_the_hour_at_the_end_of_summer_time_is_written_twice() -> None:
    clock = MovableClock(datetime(2024, 10, 27, 0, 30, tzinfo=UTC))
    sandbox = Sandbox(clock=clock, zone="Europe/Podgorica")
    first = sandbox.add_ticket("in summer").created
    clock.advance(3600)
    assert sandbox.add_ticket("in winter").created == first


def test_a_ticket_is_visible_while_it_is_being_created(sandbox: Sandbox, ask: Ask) -> None:
    seen: list[tuple[str, bool, str]] = []

    def look(step: str, ticket_id: int) -> None:
        if not seen or seen[-1][0] != step:
            shown = ask("POST", "/TicketList", TicketID=ticket_id, AllArticles=1).json()["Ticket"][0]
            seen.append((step, "Article" in shown, shown["Owner"]))

    sandbox.observe_steps(look)
    ask("POST", "/Ticket", **CREATE)
    assert seen == [
        ("ticket", False, "root@localhost"),
        ("customer", False, "root@localhost"),
        ("field", False, "root@localhost"),
        ("article", True, "root@localhost"),
        ("article content", True, "root@localhost"),
    ]


def test_without_a_limit_a_search_stops_at_500(sandbox: Sandbox, ask: Ask) -> None:
    for _ in range(501):
        sandbox.add_ticket("t")
    assert len(ask("POST", "/TicketSearch").json()["TicketID"]) == 500
    assert len(ask("POST", "/TicketSearch", Limit=1000).json()["TicketID"]) == 501


def test_with_keep_alive_a_connection_serves_101_requests_and_breaks_without_a_warning(clock: MovableClock) -> None:
    with Sandbox(clock=clock, keep_alive=True) as sandbox:
        address = urlsplit(sandbox.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=10)

        def ask_once() -> str | None:
            connection.request("POST", f"{address.path}/Session", b"{}", {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.getheader("Connection")

        assert {ask_once() for _ in range(101)} == {"Keep-Alive"}
        with pytest.raises(ConnectionError):
            ask_once()
        connection.close()


def test_stopped_it_keeps_its_data_for_the_next_start(clock: MovableClock) -> None:
    sandbox = Sandbox(clock=clock)
    with sandbox:
        sandbox.add_ticket("t")
    with sandbox:
        login = {"UserLogin": sandbox.user, "Password": sandbox.password}
        assert requests.post(f"{sandbox.url}/TicketSearch", json=login, timeout=10).json() == {"TicketID": ["1"]}


def test_the_desk_makes_tickets_of_any_kind(sandbox: Sandbox) -> None:
    ticket = sandbox.add_ticket(
        "t",
        queue="Billing",
        state="closed unsuccessful",
        priority="5 very high",
        fields={"Category": ["tv"], "District": "Юг"},
    )
    number = ticket.ticket_id
    assert (sandbox.queue_of(number), sandbox.state_of(number), sandbox.priority_of(number)) == (
        "Billing", "closed unsuccessful", "5 very high",
    )  # fmt: skip
    assert (ticket.customer_user, ticket.values) == (None, {"Category": ["tv"], "District": ["Юг"]})
    sandbox.edit(number, state="open", customer=("smirnov", "Ф-15240"), fields={"District": ""})
    assert (sandbox.state_of(number), ticket.customer_user, "District" in ticket.values) == ("open", "smirnov", False)
    assert sandbox.history(number)[-1].created_by == 3


def test_queues_and_rights_can_be_added(sandbox: Sandbox, ask: Ask) -> None:
    sandbox.add_queue("VIP")
    sandbox.add_queue("Closed", rights={"agent": ["rw"]})
    sandbox.add_ticket("t", queue="VIP")
    sandbox.add_ticket("t", queue="Closed")
    assert ask("POST", "/TicketSearch").json() == {"TicketID": ["1"]}
    sandbox.set_rights("bridge", "Closed", ["ro"])
    assert ask("POST", "/TicketSearch", OrderBy="Up").json() == {"TicketID": ["1", "2"]}
