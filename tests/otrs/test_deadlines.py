"""A call to OTRS ends: in time however it is kept waiting, at a size, and at once when the bridge is being stopped."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import zlib
from collections.abc import Callable

import pytest

from otrs_bridge.errors import OtrsUnavailable, OtrsUnreachable, OutcomeUnknown
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.otrs.request import Stopped
from otrs_bridge.otrs.retry import ATTEMPTS
from otrs_bridge.ports.helpdesk import Note
from tests.otrs.misbehaving_server import Behaviour, MisbehavingServer, answer, running
from tests.otrs.moved_clock import MovedClock

WHOLE = (
    b"HTTP/1.1 200 OK\r\nX-Padding: "
    + b"x" * 400
    + b'\r\nContent-Length: 60\r\n\r\n{"TicketID":"1","Ticket":[{"TicketID":1,"TicketNumber":"7"}]}'[:60]
)
DRIPS = {"in the status line": 3, "in the headers": 60, "in the body": WHOLE.index(b"{") + 2}


def helpdesk(server: MisbehavingServer, **options: object) -> OtrsHelpdesk:
    given: dict[str, object] = {"user": "bridge", "password": "hunter2", "timeout": 0.4, **options}
    return OtrsHelpdesk(OtrsConnection(url=server.url, **given), MovedClock())  # type: ignore[arg-type] # by name


def read(desk: OtrsHelpdesk) -> None:
    desk.last_articles(1, 5)


def write(desk: OtrsHelpdesk) -> None:
    desk.update(1, {"title": "a"}, Note(subject="a", body="b"))


def dripping(at_once: int, over: threading.Event) -> Behaviour:
    """So many bytes at once, the rest byte by byte: the pause between two is always shorter than any timeout."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(WHOLE[:at_once])
        for byte in WHOLE[at_once:]:
            if over.wait(0.05):
                return
            connection.sendall(bytes([byte]))

    return drip


@pytest.mark.parametrize(("act", "error"), [(read, OtrsUnreachable), (write, OutcomeUnknown)])
@pytest.mark.parametrize("at_once", DRIPS.values(), ids=DRIPS)
def test_an_answer_that_drips_is_late_as_a_whole(
    at_once: int, act: Callable[[OtrsHelpdesk], None], error: type[Exception]
) -> None:
    over = threading.Event()
    with running(dripping(at_once, over)) as server, pytest.raises(error, match="in time"):
        act(helpdesk(server))
    over.set()


def test_a_dripping_answer_over_tls_is_late_as_well(server_side: ssl.SSLContext) -> None:
    over = threading.Event()
    with running(dripping(60, over), tls=server_side) as server, pytest.raises(OutcomeUnknown, match="in time"):
        write(helpdesk(server, verify=False, timeout=1.5))
    over.set()


def test_a_request_that_nobody_takes_in_is_late() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # the system connects, nobody reads
        deaf = MisbehavingServer(behaviours=[], port=listener.getsockname()[1])
        with pytest.raises(OtrsUnreachable, match="in time"):
            read(helpdesk(deaf))


def test_after_a_late_answer_the_next_call_has_a_connection_and_a_time_of_its_own() -> None:
    over = threading.Event()
    whole = answer({"Ticket": [{"TicketID": 1, "Article": []}]})
    with running(dripping(60, over), whole) as server:
        read(helpdesk(server))
        assert len(server.asked) == 2
    over.set()


def bomb(megabytes: int) -> bytes:
    """So many megabytes of spaces, packed: members one behind the other, of which one alone was packed."""
    return gzip.compress(b" " * 1_000_000) * megabytes


LONG = json.dumps({"TicketID": "1", "Ticket": ["x" * 3_000_000]}).encode()
PACKED = {
    "plain": answer(LONG),
    "gzip": answer(gzip.compress(LONG), headers="Content-Encoding: gzip\r\n"),
    "deflate": answer(zlib.compress(LONG), headers="Content-Encoding: deflate\r\n"),
    "without a length": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + LONG),
    "an error page": answer(LONG, status="500 Internal Server Error"),
    "a gzip bomb": answer(bomb(200), headers="Content-Encoding: gzip\r\n"),
}


@pytest.mark.parametrize("behaviour", PACKED.values(), ids=PACKED)
def test_an_answer_longer_than_agreed_is_not_read_and_not_asked_for_again(behaviour: Behaviour) -> None:
    with running(behaviour) as server:
        desk = helpdesk(server, longest_answer=1 << 20, timeout=30.0)
        with pytest.raises(OtrsUnavailable, match="max_answer_mb") as caught:
            read(desk)
        assert not isinstance(caught.value, OutcomeUnknown)
        assert len(server.asked) == 1
        with pytest.raises(OutcomeUnknown, match="max_answer_mb"):
            write(desk)
        assert len(server.asked) == 2


def test_a_packed_answer_of_a_fitting_size_is_read() -> None:
    body = json.dumps({"Ticket": [{"TicketID": 1, "TicketNumber": "7"}]}).encode()
    with running(answer(gzip.compress(body), headers="Content-Encoding: gzip\r\n")) as server:
        assert [ticket.number for ticket in helpdesk(server).read([1]).tickets] == ["7"]


def test_one_ticket_that_makes_the_answer_too_long_costs_itself_only() -> None:
    def by_size(connection: socket.socket) -> None:
        ids = server.requests[-1].json["TicketID"]
        tickets = [{"TicketID": i, "Title": "x" * (2_000_000 if i == 5 else 1)} for i in ids]
        answer({"Ticket": tickets})(connection)

    with running(by_size) as server:
        found = helpdesk(server, longest_answer=1 << 20, timeout=30.0).read(range(1, 9))
        assert found.broken == {5}
        assert [ticket.id for ticket in found.tickets] == [1, 2, 3, 4, 6, 7, 8]


@pytest.mark.parametrize(("act", "error"), [(read, Stopped), (write, OutcomeUnknown)])
@pytest.mark.parametrize("tls", [False, True])
def test_hanging_up_ends_the_call_under_way_and_begins_no_other(
    act: Callable[[OtrsHelpdesk], None], error: type[Exception], tls: bool, server_side: ssl.SSLContext
) -> None:
    with running(tls=server_side if tls else None) as server:
        desk = helpdesk(server, timeout=60.0, verify=False)

        def hang(connection: socket.socket) -> None:
            desk.hang_up()
            server.slow(connection)

        server.behaviours.append(hang)
        with pytest.raises(error, match="being stopped"):
            act(desk)
        assert len(server.asked) == 1
        with pytest.raises(Stopped):
            act(desk)
        assert len(server.asked) == 1


def test_hanging_up_ends_a_connection_in_the_making() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, socket.socket() as filling:
        port = listener.getsockname()[1]
        filling.connect(("127.0.0.1", port))
        others = [socket.socket() for _ in range(4)]
        for other in others:
            other.setblocking(False)
            other.connect_ex(("127.0.0.1", port))  # the queue is full now: who comes next is not even refused
        desk = helpdesk(MisbehavingServer(behaviours=[], port=port), timeout=60.0, connect_timeout=50.0)
        hang_up = threading.Timer(0.2, desk.hang_up)
        hang_up.start()
        with pytest.raises(Stopped):
            read(desk)
        hang_up.join()
        for other in others:
            other.close()


def test_once_the_bridge_is_stopping_nothing_is_asked_again_and_no_write_begins() -> None:
    broken = answer({"faultcode": "Server", "faultstring": "broke"}, status="500 Internal Server Error")
    with running(broken) as server:
        stop = threading.Event()
        connection = OtrsConnection(url=server.url, user="bridge", password="x")
        desk = OtrsHelpdesk(connection, MovedClock(), stopping=stop.is_set)
        with pytest.raises(OtrsUnreachable):
            read(desk)
        assert len(server.asked) == ATTEMPTS
        stop.set()
        with pytest.raises(OtrsUnreachable):
            read(desk)
        assert len(server.asked) == ATTEMPTS + 1
        with pytest.raises(Stopped):
            write(desk)
        assert len(server.asked) == ATTEMPTS + 1
