"""The stories' line to OTRS: what the bridge sends reaches the proxy and the sandbox in the thread that sends it.

No port, no second thread and no HTTP server: that is half of what a call costs, and a story makes more than a hundred.
requests, urllib3 and the bridge's own connection read and write the same bytes as on a socket, and a line that breaks looks
the same to them: the answer ends early. `test_campaign.py` plays stories on real sockets, too, and they go alike.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextvars import Context
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

from otrs_bridge.otrs.timed_connection import TimedConnection
from otrs_bridge.sandbox.exchange import Exchange
from otrs_bridge.sandbox.request_reading import HttpRequest
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.faults.fault_proxy import FaultProxy, Plan, Request


class WiredProxy(FaultProxy):
    """A fault proxy in front of a sandbox that does not listen; while it is entered, every bridge is connected to it."""

    def __init__(self, sandbox: Sandbox, *, watch: Callable[[str], None]) -> None:
        exchange = Exchange(database=sandbox.database, faults=sandbox.faults, latency={}, pause=lambda _seconds: None)
        super().__init__(self.base_url, watch=watch)
        self._plan = _WiredPlan(host="", port=0, watch=watch, exchange=exchange)
        self._patched = patch.object(TimedConnection, "connect", lambda *_: _Socket(self._plan))

    @property
    def base_url(self) -> str:
        """Nobody looks this name up."""
        return "http://sandbox.invalid"

    def __enter__(self) -> Self:
        self._patched.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patched.stop()


class _WiredPlan(Plan):
    def __init__(self, *, exchange: Exchange, **more: Any) -> None:
        super().__init__(**more)
        self._exchange = exchange

    def forward(self, raw: bytes) -> bytes:
        """The sandbox's answer."""
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, target, _ = first.split()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return self._exchange.answer(
            HttpRequest(method=method, target=target, headers=headers, body=body, remote_address="127.0.0.1")
        )


class _Socket:
    """As much of a connected socket as http.client and urllib3 ask for; for one request."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sent = b""

    def sendall(self, data: bytes) -> None:
        self._sent += data

    def makefile(self, _mode: str) -> io.BytesIO:
        """The answer. Whatever else happens at this request happens in another life, as in another thread."""
        method, target = self._sent[: self._sent.index(b" HTTP/")].decode().split()
        route = re.sub(r"^.*?/Webservice(?:ID)?/[^/]+", "", target)
        request = Request(route=f"{method} {route}", raw=self._sent)
        return io.BytesIO(Context().run(self._plan.answer, request))

    def settimeout(self, _seconds: float | None) -> None:
        """Nobody waits here."""

    def close(self) -> None:
        """Nothing is open."""
