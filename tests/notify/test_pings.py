"""notify/pings.py: /start, success and /fail over real HTTP, and no harm when nobody takes them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from structlog.testing import capture_logs

from otrs_bridge.notify.pings import AT_MOST_WAITING, HttpPings


class Watcher(ThreadingHTTPServer):
    """Keeps the paths that were pinged; `holding` keeps every answer back until it is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []
        self.status = 200
        self.holding = threading.Event()
        self.holding.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/s3cret-uuid"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Watcher)
        self.server.holding.wait(20)
        self.server.paths.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    with Watcher() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_pings_of_a_job_go_where_it_says_in_their_order(watcher: Watcher) -> None:
    with closing(HttpPings({"debt_sync": f"{watcher.url}/"})) as ping:
        for event in ("start", "success", "fail"):
            ping("debt_sync", event)
            ping("cleanup", event)
    assert watcher.paths == ["/s3cret-uuid/start", "/s3cret-uuid", "/s3cret-uuid/fail"]


def test_what_nobody_takes_is_told_without_the_address(watcher: Watcher) -> None:
    watcher.status = 404
    with capture_logs() as logged, closing(HttpPings({"a": watcher.url, "b": "http://127.0.0.1:1/s3cret"})) as ping:
        ping("a", "start")
        ping("b", "success")
    assert [(line["event"], line["name"], line["error"]) for line in logged] == [
        ("not pinged", "a", "HTTP 404"),
        ("not pinged", "b", "ConnectionError"),
    ]
    assert "s3cret" not in str(logged)


def test_a_service_that_hangs_makes_nobody_wait_and_nothing_pile_up(watcher: Watcher) -> None:
    watcher.holding.clear()
    with closing(HttpPings({"a": watcher.url})) as ping:
        for _ in range(5 * AT_MOST_WAITING):
            ping("a", "success")
        watcher.holding.set()
    assert len(watcher.paths) == AT_MOST_WAITING


def test_without_addresses_nothing_is_made_at_all() -> None:
    before = threading.active_count()
    with closing(HttpPings({})) as ping:
        ping("a", "start")
        assert threading.active_count() == before
