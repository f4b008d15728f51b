"""A real server on loopback that answers exactly the bytes it was told to, and remembers what it was sent."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Behaviour = Callable[[socket.socket], None]


def answer(payload: dict[str, Any] | bytes, *, status: str = "200 OK", headers: str = "") -> Behaviour:
    """An ordinary HTTP answer, closing the connection."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def raw(data: bytes) -> Behaviour:
    """These bytes, and the end."""
    return lambda connection: connection.sendall(data)


def silence(connection: socket.socket) -> None:
    """Close without a byte."""


def cut_in_the_middle(connection: socket.socket) -> None:
    """Promise more than comes."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"TicketID":')


TLS_HELLO = b"\x16"
SESSION = answer({"SessionID": "session-1"})


@dataclass(kw_only=True)
class Request:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(kw_only=True)
class MisbehavingServer:
    """`behaviours` are used up one by one; the last one stays. Logins are answered as they should be, unless `logins`."""

    behaviours: list[Behaviour]
    scheme: str = "http"
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    logins: bool = False

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}"

    @property
    def asked(self) -> list[Request]:
        """What was asked beside logins."""
        return [request for request in self.requests if not request.line.split()[1].endswith("/Session")]

    def slow(self, connection: socket.socket) -> None:
        """Never answer, until the test ends."""
        self.stopping.wait(20)

    def serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if not isinstance(connection, ssl.SSLSocket) and connection.recv(1, socket.MSG_PEEK) == TLS_HELLO:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            request = _received(connection)
            if not request.line:  # somebody only knocked
                return
            self.requests.append(request)
            if request.line.split()[1].endswith("/Session") and not self.logins:
                SESSION(connection)
                return
            behaviour = self.behaviours[0] if len(self.behaviours) == 1 else self.behaviours.pop(0)
            behaviour(connection)


def _received(connection: socket.socket) -> Request:
    stream = connection.makefile("rb")
    line = stream.readline().decode().strip()
    headers: dict[str, str] = {}
    while header := stream.readline().decode().strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Request(line=line, headers=headers, body=stream.read(int(headers.get("content-length", "0"))))


@contextmanager
def running(
    *behaviours: Behaviour, tls: ssl.SSLContext | None = None, logins: bool = False
) -> Iterator[MisbehavingServer]:
    """The server, listening."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = MisbehavingServer(
        behaviours=list(behaviours), scheme="https" if tls else "http", port=listener.getsockname()[1], logins=logins
    )

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection: socket.socket) -> None:
        with suppress(OSError):
            server.serve(tls.wrap_socket(connection, server_side=True) if tls else connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        server.stopping.set()
        listener.close()
