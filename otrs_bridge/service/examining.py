"""Reading many tickets in batches, a few requests at once, and doing something with each batch as it comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from otrs_bridge.domain.selection import Selection
from otrs_bridge.ports.helpdesk import Helpdesk, TicketRead

BATCH = 50  # tickets per read: 50 cost OTRS 100-250 ms, one alone 27 ms

_Result = TypeVar("_Result")


def in_batches(
    helpdesk: Helpdesk, selection: Selection, work: Callable[[TicketRead], _Result]
) -> Iterator[tuple[TicketRead, _Result]]:
    """Each batch of the selected tickets with what `work` made of it, in the order of the walk.

    As many workers as OTRS is asked to bear, and twice as many batches in memory, however many tickets there are.
    """

    def read_and_work(ids: Sequence[int]) -> tuple[TicketRead, _Result]:
        read = helpdesk.read(ids)
        return read, work(read)

    waiting: deque[Future[tuple[TicketRead, _Result]]] = deque()
    with ThreadPoolExecutor(helpdesk.workers, thread_name_prefix="examine") as pool:
        for batch in _batches(helpdesk.walk(selection)):
            waiting.append(pool.submit(read_and_work, batch))
            if len(waiting) > 2 * helpdesk.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _batches(pages: Iterator[Sequence[int]]) -> Iterator[Sequence[int]]:
    for page in pages:
        for start in range(0, len(page), BATCH):
            yield page[start : start + BATCH]
