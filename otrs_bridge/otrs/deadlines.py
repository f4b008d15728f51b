"""One thread that ends whatever call is late, for all connections of this process.

A timer of its own for each call would be a thread for each call, which costs the processor more than the call's own bytes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import inf


class Deadlines:
    """Thread-safe. The thread begins with the first call that is watched, and ends when it wakes and nothing is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: dict[object, tuple[float, Callable[[], object]]] = {}
        self._wakes_at = inf
        self._thread: threading.Thread | None = None

    def begin(self, seconds: float, late: Callable[[], object]) -> object:
        """Call `late` so many seconds from now, in another thread, unless `end` comes first with what is returned here.

        `late` is quick, raises nothing and asks nothing of us.
        """
        call, due = object(), time.monotonic() + seconds
        with self._changed:
            self._watched[call] = due, late
            if self._thread is None or not self._thread.is_alive():  # in a forked process it is not
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif due < self._wakes_at:
                self._changed.notify()
        return call

    def end(self, call: object) -> None:
        """It is over. The thread is left asleep: mostly the next call has begun before it wakes."""
        with self._changed:
            self._watched.pop(call, None)

    def _watch(self) -> None:
        with self._changed:
            while self._watched:
                now = time.monotonic()
                for call, (due, late) in list(self._watched.items()):
                    if due <= now:
                        del self._watched[call]
                        late()
                self._wakes_at = min((due for due, _ in self._watched.values()), default=now)
                self._changed.wait(self._wakes_at - now)
            self._thread = None


DEADLINES = Deadlines()
