"""Sharing work out among the workers."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

from otrs_bridge.domain.batched import batched

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 10  # portions for each worker


def shared_out(items: Sequence[Item], *, workers: int, at_most: int) -> list[Sequence[Item]]:
    """`items` in portions of at most `at_most`, as many for each worker and of one size, give or take one.

    Otherwise all workers would wait in the end for the one with the last portion.
    """
    portions = workers * math.ceil(len(items) / (at_most * workers))
    bounds = [len(items) * number // portions for number in range(portions + 1)] if items else []
    return [items[start:end] for start, end in pairwise(bounds) if end > start]


def worked_off(
    items: Iterable[Item], work: Callable[[Sequence[Item]], Result], *, workers: int, at_most: int
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Each portion of the items with what `work` made of it, in their order; however many come, few are in memory."""
    waiting: deque[tuple[Sequence[Item], Future[Result]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for portion in _in_portions(items, workers=workers, at_most=at_most):
                waiting.append((portion, pool.submit(work, portion)))
                if len(waiting) > 2 * workers:
                    done, result = waiting.popleft()
                    yield done, result.result()
            while waiting:
                done, result = waiting.popleft()
                yield done, result.result()
        finally:  # a portion broke, or whoever reads this broke off: what has not begun does not begin
            for _, result in waiting:
                result.cancel()


def _in_portions(items: Iterable[Item], *, workers: int, at_most: int) -> Iterator[Sequence[Item]]:
    for some in batched(items, _AHEAD * workers * at_most):
        yield from shared_out(some, workers=workers, at_most=at_most)
