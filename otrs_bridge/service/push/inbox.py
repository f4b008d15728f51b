"""What OTRS tells of its tickets: taken in at once, one entry a ticket, and nothing of it believed but the number."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.looking import SETTLING
from otrs_bridge.service.meters import Latency

PATH = "/push"  # where they come in
TOGETHER = 0.1  # seconds: one create tells of itself two or three times
GAP = SETTLING.total_seconds()  # between two looks at one ticket, however often OTRS tells of it
MOST_WAITING = 10_000  # tickets
MOST_REMEMBERED = 10_000  # tickets that were looked at, and tickets that nobody may see
MINUTE = 60.0
UNKNOWN_A_MINUTE = 100  # looks at tickets that are not there; more is somebody's mistake
WRONG_A_MINUTE = 60  # wrong secrets that are told so
_LONGEST_NUMBER = 18  # digits: OTRS's ids are of 63 bits


class PushOutcome(StrEnum):
    """What became of one push."""

    QUEUED = "queued"  # its ticket will be looked at
    WAITING = "waiting"  # its ticket waits already
    UNKNOWN = "unknown"  # its ticket is not there, or not for us; the poll would find it
    LEFT = "left"  # too many wait, or were unknown: left to the poll
    RUBBISH = "rubbish"  # it names no ticket
    TOO_LONG = "too_long"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - no secret, the name of what is wrong
    TOO_MANY = "too_many"  # wrong secrets in a minute


@dataclass(frozen=True, kw_only=True, slots=True)
class _WaitingTicket:
    """A ticket to look at; both moments are of the monotonic clock."""

    since: float
    due: float


class PushInbox:
    """Safe to use from several threads. `signal` is set when there is something new to wait for.

    `received_at`: when a push with the right secret came last; `lag`: seconds from the first push for a ticket to the end
    of the look at it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[int, _WaitingTicket] = {}
        self._in_hand: dict[int, _WaitingTicket] = {}
        self._looked_at: OrderedDict[int, float] = OrderedDict()
        self._unknown: OrderedDict[int, float] = OrderedDict()
        self._unknown_lately: deque[float] = deque(maxlen=UNKNOWN_A_MINUTE)
        self._wrong_lately: deque[float] = deque(maxlen=WRONG_A_MINUTE)
        self._counts: Counter[PushOutcome] = Counter()
        self._lag = Latency()
        self.signal = threading.Event()
        self.received_at: datetime | None = None

    # --- from outside -----------------------------------------------------------------------------------------------

    def take_in(self, body: bytes) -> PushOutcome:
        """One push of whoever knew the secret."""
        ticket_id = ticket_in(body)
        now = self._clock.monotonic()
        with self._lock:
            self.received_at = self._clock.now()
            outcome = PushOutcome.RUBBISH if ticket_id is None else self._put(ticket_id, now)
            self._counts[outcome] += 1
        if outcome is PushOutcome.QUEUED:
            self.signal.set()
        return outcome

    def turn_away(self, outcome: PushOutcome) -> None:
        """One that is not even read."""
        with self._lock:
            self._counts[outcome] += 1

    def wrong_secret(self) -> tuple[PushOutcome, bool]:
        """One that did not know the secret: what to answer, and whether the log should tell of it (once a minute)."""
        now = self._clock.monotonic()
        with self._lock:
            is_first = not self._wrong_lately or now - self._wrong_lately[-1] >= MINUTE
            many = _are_full(self._wrong_lately, now)
            if not many:
                self._wrong_lately.append(now)
            outcome = PushOutcome.TOO_MANY if many else PushOutcome.WRONG_SECRET
            self._counts[outcome] += 1
        return outcome, is_first

    def _put(self, ticket_id: int, now: float) -> PushOutcome:
        if ticket_id in self._waiting:
            return PushOutcome.WAITING
        if now - self._unknown.get(ticket_id, -MINUTE) < MINUTE:
            return PushOutcome.UNKNOWN
        if len(self._waiting) >= MOST_WAITING or _are_full(self._unknown_lately, now):
            return PushOutcome.LEFT
        due = max(now + TOGETHER, self._looked_at.get(ticket_id, now - GAP) + GAP)
        self._waiting[ticket_id] = _WaitingTicket(since=now, due=due)
        return PushOutcome.QUEUED

    # --- to whoever looks -------------------------------------------------------------------------------------------

    def take(self, at_most: int) -> tuple[int, ...]:
        """The tickets that are due, as they came; they are in hand until `looked_at` or `put_back`."""
        now = self._clock.monotonic()
        with self._lock:
            due = [i for i, waiting in self._waiting.items() if waiting.due <= now][:at_most]
            for ticket_id in due:
                self._in_hand[ticket_id] = self._waiting.pop(ticket_id)
                _remember(self._looked_at, ticket_id, now)
        return tuple(due)

    def looked_at(self, unknown: Collection[int]) -> None:
        """What was in hand is done; these of it could not be seen.

        Only a look tells which are: so when there are too many, what has come in meanwhile is left to the poll as well.
        """
        now = self._clock.monotonic()
        with self._lock:
            for ticket_id, waiting in self._in_hand.items():
                if ticket_id in unknown:
                    self._unknown_lately.append(now)
                    self._counts[PushOutcome.UNKNOWN] += 1
                    _remember(self._unknown, ticket_id, now)
                else:
                    self._lag.add(now - waiting.since)
            self._in_hand.clear()
            if _are_full(self._unknown_lately, now):
                self._counts[PushOutcome.LEFT] += len(self._waiting)
                self._waiting.clear()

    def put_back(self) -> None:
        """What was in hand could not be looked at; what has come for it meanwhile is the same."""
        with self._lock:
            self._waiting = {**self._in_hand, **{i: one for i, one in self._waiting.items() if i not in self._in_hand}}
            self._in_hand.clear()

    @property
    def seconds_left(self) -> float | None:
        """Until the next one is due, 0.0 when it is; None: nothing waits."""
        with self._lock:
            if not self._waiting:
                return None
            return max(0.0, min(waiting.due for waiting in self._waiting.values()) - self._clock.monotonic())

    # --- to whoever watches -----------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many tickets wait."""
        return len(self._waiting) + len(self._in_hand)

    @property
    def counts(self) -> Mapping[PushOutcome, int]:
        """How many pushes there were of each outcome; one that was queued, and then was unknown or left, is in both."""
        with self._lock:
            return {outcome: self._counts[outcome] for outcome in PushOutcome}

    @property
    def lag(self) -> Latency:
        """How long tickets have waited."""
        with self._lock:
            return Latency(classes=list(self._lag.classes), seconds=self._lag.seconds)


def ticket_in(body: bytes) -> int | None:
    """The ticket that a push names; None for what is none. `Ticket::Generic` has it one level deeper."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    event = told.get("Event") if isinstance(told, dict) else None
    found = next((one["TicketID"] for one in (told, event) if isinstance(one, dict) and "TicketID" in one), None)
    if isinstance(found, bool) or not isinstance(found, int | str):
        return None
    number = str(found) if isinstance(found, str) or abs(found) < 10**_LONGEST_NUMBER else ""
    is_number = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
    return int(number) or None if is_number else None


def _are_full(moments: deque[float], now: float) -> bool:
    """Whether as many as may be have happened within a minute."""
    return len(moments) == moments.maxlen and now - moments[0] < MINUTE


def _remember(known: OrderedDict[int, float], ticket_id: int, now: float) -> None:
    known[ticket_id] = now
    known.move_to_end(ticket_id)
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)
