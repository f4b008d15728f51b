"""A reverse proxy that breaks things to order, for use in front of a sandbox or of the real OTRS.

with FaultProxy(server.base_url) as proxy:
    proxy.order(ProxyFault(kind=ProxyFaultKind.ANSWER_LOST, route="PATCH /Ticket/"))
    ... talk to proxy.base_url instead of server.base_url ...
"""

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

PAGE = b"<html><head><title>Gateway</title></head><body><h1>Please try again later</h1></body></html>\n"


class ProxyFaultKind(Enum):
    """What goes wrong on the way. Only the kinds that say "done" let the whole request through."""

    REQUEST_LOST = "the connection is closed, nothing is forwarded"
    REQUEST_CUT = "half of the request is forwarded, then both connections are closed"
    ANSWER_LOST = "done, then the connection is closed without a byte"
    ANSWER_CUT = "done, then the connection is closed in the middle of the answer"
    ERROR_PAGE = "an HTML page with `status`, nothing is forwarded"
    ERROR_PAGE_AFTER = "done, then an HTML page with `status`"
    SESSION_GONE = "forwarded with a session that OTRS does not know"
    DELAY = "done, the answer held back for `seconds`"
    LANDS_LATE = "the connection is closed; OTRS gets the request when `FaultProxy.land` is called"


@dataclass(frozen=True, kw_only=True)
class ProxyFault:
    """One order. `route` is searched for in "METHOD /path" behind the web service's name; None is any request.

    With `ticket` only requests that name this ticket's id, in the path or in the body, are meant.

    The first `skip` matching requests pass, then every `every`-th one is struck, `times` times (None: for ever).
    """

    kind: ProxyFaultKind
    route: str | None = None
    ticket: int | None = None
    skip: int = 0
    every: int = 1
    times: int | None = 1
    status: int = 200
    seconds: float = 0.0


@dataclass(kw_only=True)
class _Order:
    fault: ProxyFault
    seen: int = 0
    struck: int = 0

    def strikes(self, request: "Request") -> bool:
        fault = self.fault
        if (fault.route is not None and fault.route not in request.route) or self.struck == fault.times:
            return False
        if fault.ticket is not None and not request.names(fault.ticket):
            return False
        self.seen += 1
        if self.seen <= fault.skip or (self.seen - fault.skip - 1) % fault.every:
            return False
        self.struck += 1
        return True


@dataclass(kw_only=True)
class Request:
    """One request on its way: "METHOD /route" behind the web service's name, and all its bytes."""

    route: str
    raw: bytes

    def names(self, ticket: int) -> bool:
        """Whether this request is about this ticket, alone or among others."""
        if self.route.endswith(f"/Ticket/{ticket}"):
            return True
        with contextlib.suppress(ValueError):
            named = json.loads(self.raw.partition(b"\r\n\r\n")[2]).get("TicketID", ())
            return str(ticket) in map(str, named if isinstance(named, list) else str(named).split(","))
        return False


@dataclass(kw_only=True)
class Plan:
    """What the handlers share: orders, records, and where to forward."""

    host: str
    port: int
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    orders: list[_Order] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    struck: list[tuple[str, ProxyFaultKind]] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    watch: Callable[[str], None] = lambda _route: None

    def take(self, request: Request) -> ProxyFault | None:
        with self.lock:
            self.seen.append(request.route)
            for order in self.orders:
                if order.strikes(request):
                    self.struck.append((request.route, order.fault.kind))
                    return order.fault
        return None

    def answer(self, request: Request) -> bytes:
        """The bytes for the client; none when the connection is just closed."""
        self.watch(request.route)
        fault = self.take(request)
        if fault is None:
            return self.forward(request.raw)
        match fault.kind:
            case ProxyFaultKind.REQUEST_LOST:
                return b""
            case ProxyFaultKind.LANDS_LATE:
                with self.lock:
                    self.late.append(request.raw)
                return b""
            case ProxyFaultKind.REQUEST_CUT:
                return self._forward_half(request.raw)
            case ProxyFaultKind.ERROR_PAGE:
                return _page(fault.status)
            case ProxyFaultKind.SESSION_GONE:
                return self.forward(_without_session(request.raw))
            case _:
                return self._spoil(fault, self.forward(request.raw))

    def _spoil(self, fault: ProxyFault, answer: bytes) -> bytes:
        match fault.kind:
            case ProxyFaultKind.ANSWER_CUT:
                head, blank, body = answer.partition(b"\r\n\r\n")
                return head + blank + body[: len(body) // 2]
            case ProxyFaultKind.ERROR_PAGE_AFTER:
                return _page(fault.status)
            case ProxyFaultKind.DELAY:
                self.stopping.wait(fault.seconds)
                return answer
            case _:
                return b""

    def forward(self, raw: bytes) -> bytes:
        """The server's answer; nothing when it is not there, or goes away meanwhile."""
        with contextlib.suppress(OSError):
            return self._forward(raw)
        return b""

    def _forward(self, raw: bytes) -> bytes:
        with socket.create_connection((self.host, self.port), timeout=60) as upstream:
            upstream.sendall(raw)
            received = b""
            while block := upstream.recv(65536):
                received += block
            return received

    def _forward_half(self, raw: bytes) -> bytes:
        """Send the head and half of the body; the server must see the end before it may be asked anything else."""
        head, blank, body = raw.partition(b"\r\n\r\n")
        with (
            socket.create_connection((self.host, self.port), timeout=60) as upstream,
            contextlib.suppress(OSError),
        ):
            upstream.sendall(head + blank + body[: len(body) // 2])
            upstream.shutdown(socket.SHUT_WR)
            while upstream.recv(65536):
                pass
        return b""


class FaultProxy:
    """Listens on loopback and forwards every request on a connection of its own to `upstream` (http://host:port)."""

    def __init__(self, upstream: str, *, watch: Callable[[str], None] = lambda _route: None) -> None:
        """`watch` is called with "METHOD /route" before anything happens to a request, in the thread that serves it."""
        address = urlsplit(upstream)
        assert address.hostname is not None
        self._plan = Plan(host=address.hostname, port=address.port or 80, watch=watch)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def order(self, fault: ProxyFault) -> None:
        """Let a fault happen from now on."""
        with self._plan.lock:
            self._plan.orders.append(_Order(fault=fault))

    def clear(self) -> None:
        """Take back all orders and forget what has been seen."""
        with self._plan.lock:
            self._plan.orders.clear()
            self._plan.seen.clear()
            self._plan.struck.clear()

    @property
    def late(self) -> int:
        """How many requests are still to land."""
        with self._plan.lock:
            return len(self._plan.late)

    def land(self) -> int:
        """Let OTRS get the requests that were to land late; how many there were."""
        with self._plan.lock:
            late, self._plan.late = self._plan.late, []
        for raw in late:
            self._plan.forward(raw)
        return len(late)

    @property
    def seen(self) -> list[str]:
        """Every request so far, as "METHOD /route"."""
        return list(self._plan.seen)

    @property
    def struck(self) -> list[tuple[str, ProxyFaultKind]]:
        """The requests that suffered, and what."""
        return list(self._plan.struck)

    @property
    def base_url(self) -> str:
        """Where to send what was meant for the upstream."""
        assert self._server is not None, "the proxy is not running"
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server = _Server(self._plan)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._plan.stopping.set()
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan = plan


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.close_connection = True
        answer = self.server.plan.answer(self._request())
        with contextlib.suppress(OSError):
            self.wfile.write(answer)
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def _request(self) -> Request:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = [(name, value) for name, value in self.headers.items() if name.lower() not in {"connection", "expect"}]
        lines = [f"{self.command} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in kept)]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        route = re.sub(r"^.*?/Webservice(?:ID)?/[^/]+", "", self.path)
        return Request(route=f"{self.command} {route}", raw=head + body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def _page(status: int) -> bytes:
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\nConnection: close"
    return head.encode() + b"\r\n\r\n" + PAGE


def _without_session(raw: bytes) -> bytes:
    """The same request, as long as before, with a session made of noughts."""
    return re.sub(rb'("SessionID"\s*:\s*")([^"]+)', lambda found: found.group(1) + b"0" * len(found.group(2)), raw)
