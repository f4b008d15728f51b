"""Tickets over which OTRS broke: asked for alone and ever more seldom, so that each of them costs itself only."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

FIRST_REST = 30.0
LONGEST_REST = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Patient:
    tries: int
    until: float
    words: Words


class Quarantine:
    """Thread-safe. It lasts as long as the process; a ticket that can be read leaves it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._patients: dict[int, _Patient] = {}

    def resting(self, ids: Iterable[int]) -> Mapping[int, Words]:
        """Those of the tickets that are not to be asked for now, and what OTRS said when it broke over them."""
        now = self._clock.monotonic()
        with self._lock:
            known = {i: patient for i in ids if (patient := self._patients.get(i))}
        return {i: patient.words for i, patient in known.items() if now < patient.until}

    def __contains__(self, ticket_id: int) -> bool:
        """Whether OTRS broke over the ticket when it was last asked for."""
        return ticket_id in self._patients

    def admit(self, ticket_id: int, failure: BridgeError) -> None:
        """OTRS broke over this ticket, while it could show others."""
        with self._lock:
            before = self._patients.get(ticket_id)
            tries = before.tries + 1 if before else 1
            rest = min(FIRST_REST * 2 ** (tries - 1), LONGEST_REST)
            until = self._clock.monotonic() + rest
            self._patients[ticket_id] = _Patient(tries=tries, until=until, words=failure.words)
        log.warning("ticket unreadable", ticket_id=ticket_id, tries=tries, wait_seconds=rest, error=str(failure))

    def dismiss(self, ids: Iterable[int]) -> None:
        """These can be read."""
        if self._patients:
            with self._lock:
                for ticket_id in ids:
                    self._patients.pop(ticket_id, None)
