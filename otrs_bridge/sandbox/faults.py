"""Faults to order: what can go wrong between a client and OTRS, by operation, once or every n-th time."""

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum


class FaultKind(Enum):
    """What goes wrong, and whether the work was done when it does."""

    REQUEST_LOST = "connection closed before anything was done"
    ANSWER_LOST = "done, then the connection closed without a byte"
    ANSWER_CUT = "done, then the connection closed in the middle of the answer"
    SERVER_ERROR = "HTTP 500 before anything was done"
    BROKEN_MIDWAY = "HTTP 500 after the n-th write"
    HTML_PAGE = "a proxy's HTML page with status 200 or 502 or 503, nothing done"
    HTML_PAGE_AFTER = "done, then a proxy's HTML page instead of the answer"
    PERL_DIED = "an HTML page without a status line, nothing done"
    AUTH_FAIL = "AuthFail although the credentials are right: the database hiccuped"
    NOTHING_FOUND = "an empty object although there would be something: the SQL failed"
    SESSION_GONE = "every session deleted just before"
    SLOW = "done after a pause"
    LANDS_LATE = "connection closed at once, done only before the n-th further call: a table was locked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One order. ``operation`` None means any; ``times`` None means for ever; ``step`` is for BROKEN_MIDWAY, ``after``
    for LANDS_LATE.

    ``ticket_id`` strikes only the calls that name this ticket, alone or among others.

    The first ``skip`` matching calls pass, then every ``every``-th one is hit, ``times`` times.
    """

    kind: FaultKind
    operation: str | None = None
    ticket_id: int | None = None
    skip: int = 0
    every: int = 1
    times: int | None = 1
    step: int = 1
    after: int = 1
    status: int = 200
    seconds: float = 0.0


@dataclass(kw_only=True, slots=True)
class _OrderedFault:
    fault: Fault
    seen: int = 0
    struck: int = 0

    def strikes(self, operation: str, tickets: Collection[str]) -> bool:
        fault = self.fault
        if fault.operation not in {None, operation} or self.struck == fault.times:
            return False
        if fault.ticket_id is not None and str(fault.ticket_id) not in tickets:
            return False
        self.seen += 1
        if self.seen <= fault.skip or (self.seen - fault.skip - 1) % fault.every:
            return False
        self.struck += 1
        return True


@dataclass(kw_only=True, slots=True)
class Faults:
    """The standing orders, and the record of what was done about them."""

    struck: list[tuple[str, FaultKind]] = field(default_factory=list)
    _orders: list[_OrderedFault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        with self._lock:
            self._orders.append(_OrderedFault(fault=fault))

    def clear(self) -> None:
        """Take back all orders and forget what was struck."""
        with self._lock:
            self._orders.clear()
            self.struck.clear()

    def take(self, operation: str, tickets: Collection[str] = ()) -> Fault | None:
        """Return the fault that this call to ``operation``, which names ``tickets``, must suffer."""
        with self._lock:
            for order in self._orders:
                if order.strikes(operation, tickets):
                    self.struck.append((operation, order.fault.kind))
                    return order.fault
        return None
