"""One request and what comes back for it: reading, faults, the operation, and the bytes on the wire."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from otrs_bridge.sandbox.answers import PLAIN_TEXT, Answer, ConnectionDropped, PerlDied
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.faults import Fault, FaultKind, Faults
from otrs_bridge.sandbox.logins import Call
from otrs_bridge.sandbox.operations import fault as fault_answer
from otrs_bridge.sandbox.operations import perform, refused, written
from otrs_bridge.sandbox.request_reading import HttpRequest, TransportError, read_call

REASONS = {
    200: "OK",
    414: "URI Too Long",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Unavailable",
}
PERL_PAGE = (
    b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n'
    b"<html><head><title>500 Internal Server Error</title></head><body>Internal Server Error</body></html>\n"
)
PROXY_PAGE = b"<html><head><title>Gateway</title></head><body><h1>Please try again later</h1></body></html>\n"


@dataclass(kw_only=True, slots=True)
class Exchange:
    """Turns requests into bytes; ``pause`` waits some seconds, ``latency`` holds them per operation."""

    database: SandboxDatabase
    faults: Faults
    latency: dict[str, float]
    pause: Callable[[float], None]
    keep_alive: bool = False
    _late: list[tuple[int, Call]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: HttpRequest) -> bytes:
        """Return the whole response; no bytes at all when the connection is just closed."""
        try:
            call = read_call(request)
        except TransportError as error:
            plain = Answer(status=500, body=str(error).encode(), content_type=PLAIN_TEXT)
            return self.on_the_wire(plain)
        except ConnectionDropped:
            return self.on_the_wire(Answer(status=500, body=b"", content_type=PLAIN_TEXT)) if self._is_psgi else b""
        except PerlDied:
            return self._page_of_perl()
        self.pause(self.latency.get(call.operation, 0.0))
        self.let_land()
        fault = self.faults.take(call.operation, _tickets_of(call))
        try:
            return self._perform(call) if fault is None else self._suffer(fault, call)
        except PerlDied:
            return self._page_of_perl()

    @property
    def keeps_connections(self) -> bool:
        """Whether a connection may serve the next request, too: as configured, or as the product's own web server does."""
        return self.keep_alive or self._is_psgi

    @property
    def _is_psgi(self) -> bool:
        return self.database.product.psgi

    def _page_of_perl(self) -> bytes:
        if not self._is_psgi:
            return PERL_PAGE
        return self.on_the_wire(Answer(status=500, body=b"Internal Server Error", content_type=PLAIN_TEXT))

    def login_page(self) -> bytes:
        """Return the page beside the web service; its headers say which product this is."""
        product = self.database.product
        answer = self.on_the_wire(Answer(status=200, body=b"<html>Login</html>", content_type="text/html"))
        head, _, body = answer.partition(b"\r\n\r\n")
        said = f"X-Powered-By: {product.banner}\r\n{product.login_header}: /index.pl?".encode()
        return b"\r\n".join([head, said, b"", body])

    def let_land(self, *, everything: bool = False) -> None:
        """Carry out what was to land late and whose time has come, or all of it."""
        with self._lock:
            waiting = [(left - 1, call) for left, call in self._late]
            self._late = [] if everything else [(left, call) for left, call in waiting if left > 0]
            due = [call for left, call in waiting if everything or left <= 0]
        for call in due:
            perform(self.database, call)

    def on_the_wire(self, answer: Answer) -> bytes:
        """Return an answer with status line and headers."""
        lines = (
            f"HTTP/1.1 {answer.status} {REASONS[answer.status]}",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(answer.body)}",
            *(() if self._is_psgi else (f"Connection: {'Keep-Alive' if self.keep_alive else 'close'}",)),
        )
        return "\r\n".join([*lines, "", ""]).encode() + answer.body

    def _perform(self, call: Call) -> bytes:
        return self.on_the_wire(perform(self.database, call))

    def _suffer(self, fault: Fault, call: Call) -> bytes:
        match fault.kind:
            case FaultKind.ANSWER_LOST | FaultKind.ANSWER_CUT | FaultKind.HTML_PAGE_AFTER | FaultKind.SLOW:
                return self._suffer_afterwards(fault, self._perform(call))
            case FaultKind.BROKEN_MIDWAY:
                return self.on_the_wire(perform(self.database, call, break_after=fault.step))
            case FaultKind.LANDS_LATE:
                with self._lock:
                    self._late.append((fault.after, call))
                return b""
            case FaultKind.SESSION_GONE:
                self.database.sessions.clear()
                return self._perform(call)
            case _:
                return self._suffer_instead(fault, call)

    def _suffer_afterwards(self, fault: Fault, done: bytes) -> bytes:
        match fault.kind:
            case FaultKind.ANSWER_CUT:
                return done[: len(done) - len(done.partition(b"\r\n\r\n")[2]) // 2 - 1]
            case FaultKind.HTML_PAGE_AFTER:
                return self.on_the_wire(_page(fault))
            case FaultKind.SLOW:
                self.pause(fault.seconds)
                return done
            case _:
                return b""

    def _suffer_instead(self, fault: Fault, call: Call) -> bytes:
        match fault.kind:
            case FaultKind.SERVER_ERROR:
                return self.on_the_wire(fault_answer("The server failed before it did anything."))
            case FaultKind.HTML_PAGE:
                return self.on_the_wire(_page(fault))
            case FaultKind.PERL_DIED:
                return self._page_of_perl()
            case FaultKind.AUTH_FAIL:
                failing = f"{call.operation}: Authorization failing!"
                return self.on_the_wire(refused(call.operation, "AuthFail", failing))
            case FaultKind.NOTHING_FOUND:
                return self.on_the_wire(written({}))
            case _:
                return b""


def _tickets_of(call: Call) -> set[str]:
    """The ids that a call names; a search names none, although it can ask for some."""
    named = call.data.get("TicketID") if call.operation != "TicketSearch" else None
    return {str(one) for one in (named if isinstance(named, list) else [named])}


def _page(fault: Fault) -> Answer:
    return Answer(status=fault.status, body=PROXY_PAGE, content_type="text/html; charset=UTF-8")
