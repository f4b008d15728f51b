"""The jobs in a thread of their own: one that takes hours must not keep the poll from its turns."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context

PATIENCE = 2.0  # seconds; most turns of the jobs find nothing due, and end long before


class Beside:
    """Does `work` in one thread, never twice at once. `patience`: the seconds for which a turn waits for its end."""

    def __init__(self, work: Callable[[], object], *, patience: float = PATIENCE) -> None:
        self._work = work
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")
        self._under_way: Future[object] | None = None

    def turn(self) -> None:
        """Begin it, unless it is still under way. Raises what it raised; when it took longer, at a later turn."""
        if self._under_way is None:
            self._under_way = self._thread.submit(copy_context().run, self._work)
        done, _ = wait([self._under_way], self._patience)
        if done:
            ended, self._under_way = self._under_way, None
            ended.result()

    def close(self) -> None:
        """Wait for its end: whoever calls this has told it to stop."""
        self._thread.shutdown()
