"""The HTTP side: loopback, one thread a connection, and the raw bytes that the exchange decides on."""

import contextlib
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from otrs_bridge.sandbox.answers import Answer
from otrs_bridge.sandbox.exchange import PERL_PAGE, Exchange
from otrs_bridge.sandbox.request_reading import HttpRequest
from otrs_bridge.sandbox.routes import BASE_PATH

LONGEST_TARGET = 8190
LOGIN_PAGES = frozenset({"/otrs/index.pl", "/otrs/customer.pl"})
REQUESTS_PER_CONNECTION = 101
NOT_FOUND = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n"
    b"<html>Not Found</html>"
)


class SandboxServer(ThreadingHTTPServer):
    """Listens on loopback; ``exchange`` knows the answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, exchange: Exchange) -> None:
        """Bind; port 0 takes a free one."""
        super().__init__(("127.0.0.1", port), SandboxHandler)
        self.exchange = exchange


class SandboxHandler(BaseHTTPRequestHandler):
    """Serves one connection."""

    protocol_version = "HTTP/1.1"
    timeout = 5
    server: SandboxServer
    _served = 0

    def do_GET(self) -> None:
        """Answer any method; the route decides."""
        self._served += 1
        self.close_connection = True
        if len(self.path) > LONGEST_TARGET:
            too_long = Answer(status=414, body=b"<html>Request-URI Too Long</html>", content_type="text/html")
            self._write(self.server.exchange.on_the_wire(too_long))
        elif self.path in LOGIN_PAGES:
            self._write(self.server.exchange.login_page())
        elif not self.path.startswith(BASE_PATH):
            self._write(NOT_FOUND)
        else:
            self._exchange()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

    def _exchange(self) -> None:
        exchange = self.server.exchange
        announced = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(announced)
        if self.headers.get("Transfer-Encoding"):
            self._drain_chunks()
        if len(body) < announced:
            self._write(PERL_PAGE)
            return
        request = HttpRequest(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            remote_address=self.client_address[0],
        )
        response = exchange.answer(request)
        may_stay = exchange.keeps_connections and self._served < REQUESTS_PER_CONNECTION
        self.close_connection = not (may_stay and _is_whole(response))
        self._write(response)

    def _drain_chunks(self) -> None:
        """Read a chunked body and forget it, as the server does."""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            self.rfile.read(size + 2)
        self.rfile.readline()

    def _write(self, response: bytes) -> None:
        if self.command == "HEAD":
            response = response.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        with contextlib.suppress(OSError):
            self.wfile.write(response)
            self.wfile.flush()
            if self.close_connection:
                self.connection.shutdown(socket.SHUT_WR)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def _is_whole(response: bytes) -> bool:
    head, _, body = response.partition(b"\r\n\r\n")
    return f"Content-Length: {len(body)}".encode() in head
