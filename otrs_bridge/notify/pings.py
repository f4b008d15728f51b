"""Pings to a service that raises the alarm when they stay away (healthchecks and its like): /start, success, /fail.

They go out one after the other in a thread of their own. One that nobody takes is told in the log, and never more than that.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import structlog

log = structlog.get_logger(__name__)

Event = Literal["start", "success", "fail"]

PATIENCE = 5.0  # seconds for one ping
LAST_PATIENCE = 1.0  # the same when the process is about to end
AT_MOST_WAITING = 20  # a service that hangs must not let them pile up

_SUFFIXES: Mapping[Event, str] = {"start": "/start", "success": "", "fail": "/fail"}


class HttpPings:
    """`urls`: where to ping for each name. A name without one is not pinged."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = dict(urls)
        self._patience = PATIENCE
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pings") if urls else None
        self._room = threading.BoundedSemaphore(AT_MOST_WAITING)

    def __call__(self, name: str, event: Event) -> None:
        """Ping, soon. Never raises, never waits."""
        url = self._urls.get(name)
        if url is None or self._thread is None or not self._room.acquire(blocking=False):
            return
        self._thread.submit(self._send, name, event, f"{url.rstrip('/')}{_SUFFIXES[event]}")

    def close(self) -> None:
        """Wait for what is under way, and not long for what hangs."""
        self._patience = LAST_PATIENCE
        if self._thread is not None:
            self._thread.shutdown()

    def _send(self, name: str, event: Event, url: str) -> None:
        import requests  # late: few are pinged

        try:
            answer = requests.post(
                url, timeout=self._patience, allow_redirects=False, headers={"User-Agent": "otrs-bridge"}
            )
            why = "" if answer.ok else f"HTTP {answer.status_code}"
        except requests.RequestException as error:
            why = type(error).__name__  # its text has the address, which is secret
        finally:
            self._room.release()
        if why:
            log.warning("not pinged", name=name, ping=event, error=why)
