"""A connection to OTRS on which every call ends in time, however it is kept waiting, and at once when somebody hangs up.

The timeouts of requests are pauses between two bytes: a server that sends a byte a second is never late by them. So a
watch is set over the whole call, from the look-up of the name to the last byte. When its time is over, or when the bridge
is being stopped, the socket is shut down underneath whoever reads, writes or connects.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from functools import partial
from typing import Any

import requests
import requests.adapters
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from otrs_bridge.otrs.deadlines import DEADLINES

_CHUNK = 1 << 16


class Ended(Enum):
    """Why a call was ended by us."""

    LATE = "its time was over"
    STOPPED = "the bridge is being stopped"


class TimedConnection:
    """One connection, used by one thread at a time; `hang_up` may be called from any other."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._call = 0
        self._connected_at = 0
        self._busy = False
        self._hung_up = False
        self._socket: socket.socket | None = None  # a second handle: the first goes its way through TLS and pools
        self.ended: Ended | None = None

    @property
    def is_hung_up(self) -> bool:
        """Whether no call may begin any more."""
        return self._hung_up

    @property
    def asked(self) -> int:
        """How many calls were made since it was connected."""
        return self._call - self._connected_at

    @contextmanager
    def call(self) -> Iterator[None]:
        """Watch over one call. `ended` says afterwards whether it was ended by us, and why."""
        with self._lock:
            self._call += 1
            self._busy, self.ended = True, Ended.STOPPED if self._hung_up else None
            late = partial(self._late, self._call)
        watch = DEADLINES.begin(self._seconds, late)
        try:
            yield
        finally:
            DEADLINES.end(watch)
            with self._lock:
                self._busy = False

    def hang_up(self) -> None:
        """End the call under way; every later one ends before it begins."""
        with self._lock:
            self._hung_up = True
            self._end(Ended.STOPPED)

    def connect(self, host: str, port: int, timeout: Any, options: Any) -> socket.socket:
        """A connected socket. Raises OSError: gaierror, TimeoutError or what the system says."""
        failure: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                self._watch(made)
                for option in options or ():
                    made.setsockopt(*option)
                made.settimeout(timeout)
                made.connect(address)
            except OSError as error:
                made.close()
                failure = error
            else:
                return made
            if self.ended:
                break
        raise failure or OSError("no address")

    def forget(self) -> None:
        """The connection is gone."""
        with self._lock:
            self._let_go()

    def __del__(self) -> None:
        """The pool of connections is not closed by hand either."""
        self._let_go()

    def _watch(self, made: socket.socket) -> None:
        with self._lock:
            self._let_go()
            self._socket, self._connected_at = made.dup(), self._call
            if self.ended:
                raise TimeoutError(self.ended.value)

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _late(self, call: int) -> None:
        with self._lock:
            if call == self._call:
                self._end(Ended.LATE)

    def _end(self, why: Ended) -> None:
        if self._busy and self.ended is None:
            self.ended = why
            if self._socket is not None:
                with suppress(OSError):  # not connected yet, or gone already
                    self._socket.shutdown(socket.SHUT_RDWR)


class TimedAdapter(requests.adapters.HTTPAdapter):
    """Has requests make its connections on a timed one, straight or through a proxy."""

    def __init__(self, timed: TimedConnection) -> None:
        self._pools = _pools_on(timed)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """As requests does."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager


def session_on(timed: TimedConnection) -> requests.Session:
    """A session of requests whose connections are timed ones."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, TimedAdapter(timed))
    return session


class _OnTimed(HTTPConnection):
    timed: TimedConnection

    def _new_conn(self) -> socket.socket:
        try:
            return self.timed.connect(self._dns_host, self.port, self.timeout, self.socket_options)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, f"no connection: {error}") from error


def _pools_on(timed: TimedConnection) -> dict[str, Any]:
    plain = type("PlainConnection", (_OnTimed,), {"timed": timed})
    secure = type("SecureConnection", (HTTPSConnection, _OnTimed), {"timed": timed, "_new_conn": _OnTimed._new_conn})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


def body_of(response: requests.Response, at_most: int) -> bytes | None:
    """The whole body, unpacked; None where it is longer than `at_most` bytes. Raises as urllib3 does."""
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > at_most:
            response.close()
            return None
    return bytes(body)
