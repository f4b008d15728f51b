"""One ticket that OTRS refuses or breaks over costs a few calls, never the other tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
import responses

from otrs_bridge.errors import OtrsRejected, OtrsUnavailable, OtrsUnreachable
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.otrs.moved_clock import MovedClock

URL = "https://otrs.test/otrs/nph-genericinterface.pl/Webservice/OtrsBridge"
IDS = list(range(1, 51))
Answer = tuple[int, dict[str, str], str]


@dataclass
class Server:
    """Answers a read unless it contains one of the `odd` tickets; `shown` are the tickets that a search finds."""

    odd: dict[int, Answer | Exception] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    shown: list[int] | None = None
    asked: list[list[int]] = field(default_factory=list)

    def search(self, request: requests.PreparedRequest) -> Answer:
        return BROKEN if self.shown is None else (200, {}, json.dumps({"TicketID": self.shown}))

    def tickets(self, request: requests.PreparedRequest) -> Answer:
        assert isinstance(request.body, bytes)
        ids = json.loads(request.body)["TicketID"]
        self.asked.append(ids)
        for ticket_id in ids:
            if ticket_id in self.odd:
                answer = self.odd[ticket_id]
                if isinstance(answer, Exception):
                    raise answer
                return answer
        return 200, {}, json.dumps({"Ticket": [{"TicketID": i} for i in ids if i not in self.left_out]})


def error(code: str) -> Answer:
    return 200, {}, json.dumps({"Error": {"ErrorCode": code, "ErrorMessage": "no"}})


PAGE: Answer = (200, {}, "<html><title>Please try again</title></html>")
BAD_GATEWAY: Answer = (502, {}, "<html><title>Bad gateway</title></html>")
BROKEN: Answer = (500, {}, json.dumps({"faultcode": "Server", "faultstring": "broke"}))
ODD = {"refused": error("TicketGet.AccessDenied"), "invalid": error("TicketGet.NotValidTicketID"), "broken": BROKEN}


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, f"{URL}/Session", json={"SessionID": "s"})
        mock.add_callback(responses.POST, f"{URL}/TicketList", found.tickets)
        mock.add_callback(responses.POST, f"{URL}/TicketSearch", found.search)
        yield found


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def helpdesk(clock: MovedClock) -> OtrsHelpdesk:
    return OtrsHelpdesk(OtrsConnection(url="https://otrs.test", user="bridge", password="x"), clock)


def test_fifty_tickets_are_one_call(server: Server, helpdesk: OtrsHelpdesk) -> None:
    assert [ticket.id for ticket in helpdesk.read(IDS).tickets] == IDS
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
@pytest.mark.parametrize("culprits", [(1,), (17,), (50,), (3, 4, 48)])
def test_odd_tickets_are_found_out_in_few_calls(
    server: Server, helpdesk: OtrsHelpdesk, answer: Answer, culprits: tuple[int, ...]
) -> None:
    server.odd = dict.fromkeys(culprits, answer)
    read = helpdesk.read(IDS)
    assert set(read.unreadable) == set(culprits)
    assert [ticket.id for ticket in read.tickets] == [i for i in IDS if i not in culprits]
    assert len(server.asked) <= 4 + 12 * len(culprits)


def test_where_no_ticket_can_be_read_otrs_itself_is_broken(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = dict.fromkeys(IDS, BROKEN)
    with pytest.raises(OtrsUnreachable):
        helpdesk.read(IDS)


def test_a_single_ticket_that_otrs_breaks_over_is_not_called_forbidden(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = {7: BROKEN}
    with pytest.raises(OtrsUnreachable):
        helpdesk.read([7])


def test_a_request_that_is_wrong_for_every_ticket_is_not_split(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = dict.fromkeys(IDS, error("TicketGet.WrongStructure"))
    with pytest.raises(OtrsRejected):
        helpdesk.read(IDS)
    assert len(server.asked) == 1


def test_a_ticket_that_is_silently_left_out_is_told(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.left_out = {9}
    assert set(helpdesk.read(IDS).unreadable) == {9}


HANG = requests.ReadTimeout("no answer in time")
TROUBLE: dict[str, Answer | Exception] = {
    "500": BROKEN,
    "a page instead of JSON": PAGE,
    "a proxy's error": BAD_GATEWAY,
    "half of the JSON": (200, {}, '{"Ticket": [{"TicketID": 1'),
    "another JSON": (200, {}, '{"status": "ok"}'),
    "a hang": HANG,
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize("culprits", [(1,), (50,), (3, 48)])
def test_whatever_otrs_answers_for_a_ticket_costs_that_ticket_only(
    server: Server, helpdesk: OtrsHelpdesk, trouble: Answer | Exception, culprits: tuple[int, ...]
) -> None:
    server.odd, server.shown = dict.fromkeys(culprits, trouble), [50, 7, 1]
    read = helpdesk.read(IDS)
    assert read.broken == set(culprits) == set(read.unreadable)
    assert [ticket.id for ticket in read.tickets] == [i for i in IDS if i not in culprits]


def test_a_hang_costs_its_time_once_besides_the_whole_batch(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd, server.shown = {17: HANG}, [50, 1]
    helpdesk.read(IDS)
    assert sum(17 in ids for ids in server.asked if len(ids) < len(IDS)) == 1


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_a_ticket_asked_for_alone_is_told_from_a_server_by_another_one(
    server: Server, helpdesk: OtrsHelpdesk, trouble: Answer | Exception
) -> None:
    server.odd, server.shown = {7: trouble}, [7, 3]
    assert helpdesk.read([7]).broken == {7}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_where_the_known_ticket_cannot_be_read_either_it_is_the_server(
    server: Server, helpdesk: OtrsHelpdesk, trouble: Answer | Exception
) -> None:
    server.odd, server.shown = dict.fromkeys(range(1, 100), trouble), [98, 97, 1]
    with pytest.raises(OtrsUnavailable):
        helpdesk.read(IDS)


def test_a_refused_ticket_is_not_called_broken(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = {7: ODD["refused"], 9: ODD["invalid"]}
    read = helpdesk.read(IDS)
    assert (set(read.unreadable), read.broken) == ({7, 9}, frozenset())


def test_a_broken_ticket_is_asked_for_ever_more_seldom_and_alone(
    server: Server, helpdesk: OtrsHelpdesk, clock: MovedClock
) -> None:
    server.odd = {17: BROKEN}
    tries = 0
    for _ in range(240):
        server.asked.clear()
        assert helpdesk.read(IDS).broken == {17}
        assert len(server.asked) <= 20
        tries += any(17 in ids for ids in server.asked)
        clock.move(15)
    assert 4 <= tries <= 8


def test_a_ticket_that_is_in_order_again_is_read_with_the_others(
    server: Server, helpdesk: OtrsHelpdesk, clock: MovedClock
) -> None:
    server.odd = {17: BROKEN}
    helpdesk.read(IDS)
    server.odd.clear()
    clock.move(31)
    assert not helpdesk.read(IDS).unreadable
    server.asked.clear()
    helpdesk.read(IDS)
    assert server.asked == [IDS]
