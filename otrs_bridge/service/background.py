"""Answers that take long: made by a thread behind the page, and shown with the moment they are of.

A page never waits for them longer than a blink: it shows the last answer, says of when it is, and whether a newer one is on
its way.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

import structlog

from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)
Value = TypeVar("Value")
Start = Callable[[Callable[[], None]], threading.Thread | None]

BLINK = 0.05  # seconds that a page may wait for what is quick after all
FRESH = 60.0  # seconds for which an answer counts as given just now
RESTS = 5  # times as long as it took, an answer is not made anew
_KEPT = 16  # answers; the one that nobody has asked for longest is forgotten first
_QUEUED = 8
_PATIENCE = 3.0  # seconds for which closing waits for the answer in hand

BROKE = Words(ru="непредвиденная ошибка, подробности в журнале работы", en="it broke; the log has the details")
BUSY = Words(ru="слишком много вопросов сразу; повторите позже", en="too many questions at once; try again later")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer(Generic[Value]):
    """What is known of a question. `value` is the last answer, and `at` the moment it is of (None: there is none yet);
    `under_way`: a newer one is being made; `trouble`: why the newest try came to nothing.
    """

    value: Value | None = None
    at: datetime | None = None
    under_way: bool = False
    trouble: Words | None = None


@dataclass(kw_only=True, slots=True)
class _Known:
    answer: Answer[Any] = field(default_factory=Answer)
    fresh: float = FRESH
    rests_until: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)


def in_a_thread(work: Callable[[], None]) -> threading.Thread | None:
    """A thread that does not keep the process."""
    thread = threading.Thread(target=work, name="background", daemon=True)
    thread.start()
    return thread


@dataclass(kw_only=True, slots=True)
class Background:
    """One lane: one question is worked on at a time, the others wait in line. Safe to use from several threads."""

    clock: Clock
    start: Start = in_a_thread
    blink: float = BLINK
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    _line: list[tuple[str, Callable[[], Any]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_work: bool = False
    _closed: bool = False
    _thread: threading.Thread | None = None

    def ask(self, name: str, work: Callable[[], Value], *, fresh: float = FRESH) -> Answer[Value]:
        """The answer to the question of this name; `work` makes it anew where the last one is older than `fresh`."""
        with self._lock:
            known = self._find(name)
            due = not known.answer.under_way and self.clock.monotonic() >= known.rests_until
            begin = due and self._enter(name, known, work, fresh)
        if begin and (thread := self.start(self._work_off)) is not None:
            self._thread = thread
        known.done.wait(self.blink)
        return cast("Answer[Value]", known.answer)

    def again(self, name: str, work: Callable[[], Value]) -> Answer[Value]:
        """The same, made anew even where the last answer is fresh."""
        with self._lock:
            self._find(name).rests_until = 0.0
        return self.ask(name, work)

    def known(self, name: str) -> Answer[Any]:
        """What is known of a question; nothing is begun."""
        with self._lock:
            found = self._known.get(name)
            return found.answer if found else Answer()

    def forget(self, name: str) -> None:
        """The next one who asks gets a new answer."""
        with self._lock:
            if (known := self._known.get(name)) and not known.answer.under_way:
                del self._known[name]

    def close(self) -> None:
        """Begin nothing more; what is in hand may end, or is left behind: it only reads."""
        with self._lock:
            self._closed = True
            self._line.clear()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _find(self, name: str) -> _Known:
        known = self._known.setdefault(name, _Known())
        self._known.move_to_end(name)
        for old in [one for one, it in self._known.items() if not it.answer.under_way and one != name]:
            if len(self._known) <= _KEPT:
                break
            del self._known[old]
        return known

    def _enter(self, name: str, known: _Known, work: Callable[[], Any], fresh: float) -> bool:
        """Put a question in line; whether somebody has to begin to work the line off."""
        if self._closed or len(self._line) >= _QUEUED:
            known.answer = replace(known.answer, trouble=BUSY)
            return False
        known.answer = replace(known.answer, under_way=True)
        known.fresh = fresh
        known.done.clear()
        self._line.append((name, work))
        begin, self._at_work = not self._at_work, True
        return begin

    def _work_off(self) -> None:
        while True:
            with self._lock:
                if not self._line:
                    self._at_work = False
                    return
                name, work = self._line.pop(0)
            self._answer(name, work)

    def _answer(self, name: str, work: Callable[[], Any]) -> None:
        known, began, at = self._known[name], self.clock.monotonic(), self.clock.now()
        found = replace(known.answer, under_way=False, trouble=BROKE)
        try:
            found = Answer(value=work(), at=at)
        except BridgeError as error:
            log.warning("no answer in the background", question=name, error=str(error))
            found = replace(found, trouble=error.words)
        finally:
            with self._lock:
                now = self.clock.monotonic()
                known.rests_until = now + max(known.fresh, RESTS * (now - began))
                known.answer = found
                known.done.set()
                if found.trouble is BROKE:
                    self._at_work = False  # the thread ends with what nobody foresaw; the next question begins another
