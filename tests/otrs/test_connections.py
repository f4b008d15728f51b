"""As many requests at once as there are workers, few connections, no write over one that may be dead."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otrs_bridge.domain.ticket import Customer, NewTicket
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.otrs.moved_clock import MovedClock

NEW = NewTicket(
    title="a", queue="b", state="new", priority="3 normal", customer=Customer(user="c"), subject="d", body="e"
)


class KeepAlive(ThreadingHTTPServer):
    """Keeps connections open and counts them, and how many requests were under way at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = 0
        self.under_way = 0
        self.most_under_way = 0
        self.lock = threading.Lock()
        self.expected = 1
        self.met = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: KeepAlive

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.under_way += 1
            self.server.most_under_way = max(self.server.most_under_way, self.server.under_way)
            if self.server.under_way == self.server.expected:
                self.server.met.set()
        self.server.met.wait(5)
        with self.server.lock:
            self.server.under_way -= 1
        body = json.dumps({"SessionID": "s", "TicketID": "1", "Ticket": [{"TicketID": 1}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PATCH = do_POST  # noqa: N815 - http.server's name

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[KeepAlive]:
    with KeepAlive() as found:
        threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield found
        found.shutdown()


def helpdesk(server: KeepAlive, clock: MovedClock, workers: int = 1) -> OtrsHelpdesk:
    url = f"http://127.0.0.1:{server.server_port}"
    return OtrsHelpdesk(OtrsConnection(url=url, user="bridge", password="x", workers=workers), clock)


def test_one_worker_keeps_one_connection(server: KeepAlive) -> None:
    clock = MovedClock()
    desk = helpdesk(server, clock)
    for _ in range(5):
        desk.read([1])
        desk.update(1, {"title": "a"}, None)
    desk.close()
    assert server.connections == 1


def test_a_write_does_not_trust_a_connection_that_was_idle(server: KeepAlive) -> None:
    clock = MovedClock()
    desk = helpdesk(server, clock)
    desk.read([1])
    clock.move(4)
    desk.update(1, {"title": "a"}, None)
    assert server.connections == 2
    desk.close()


def test_a_write_does_not_trust_a_connection_that_has_served_nearly_as_many_as_apache_lets_it(
    server: KeepAlive,
) -> None:
    """It is closed after 101 requests, and the last answer does not say so."""
    desk = helpdesk(server, MovedClock())
    for _ in range(200):
        desk.update(1, {"title": "a"}, None)
    desk.close()
    assert server.connections == 3


def test_a_ticket_is_created_on_a_fresh_connection(server: KeepAlive) -> None:
    desk = helpdesk(server, MovedClock())
    desk.read([1])
    assert desk.create_ticket(NEW) == 1
    assert server.connections == 2
    desk.close()


def test_no_more_requests_are_under_way_than_there_are_workers(server: KeepAlive) -> None:
    desk = helpdesk(server, MovedClock(), workers=2)
    desk.read([1])
    server.expected = 2
    server.met.clear()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.read([1]), range(24)))
    assert server.most_under_way == 2
    assert server.connections == 2
    desk.close()
