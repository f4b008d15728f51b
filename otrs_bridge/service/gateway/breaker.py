"""When to leave OTRS alone for the rest of a run: one for every write, and for all threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from otrs_bridge.errors import BridgeError, OtrsUnavailable

UNANSWERED = 3  # requests in a row that nothing answered: OTRS is away
FAILED = 12  # in a row that OTRS answered with a failure: so many odd tickets are none, OTRS itself is broken


@dataclass(kw_only=True, slots=True)
class Breaker:
    """Counts failures in a row. A failure that OTRS answers with may be the fault of that one ticket."""

    _run: int = 0
    _unanswered: int = 0
    _failed: int = 0
    _lock: Lock = field(default_factory=Lock)

    def begin(self, run: int) -> None:
        """Another run tries anew; a further part of the same run goes on counting."""
        with self._lock:
            if run != self._run:
                self._run, self._unanswered, self._failed = run, 0, 0

    def note(self, error: BridgeError | None) -> None:
        """What came of one request; None: OTRS carried it out, or refused it as OTRS does."""
        with self._lock:
            if not isinstance(error, OtrsUnavailable):
                self._unanswered = self._failed = 0
                return
            self._failed += 1
            self._unanswered = 0 if error.answered else self._unanswered + 1

    @property
    def is_open(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._unanswered >= UNANSWERED or self._failed >= FAILED
