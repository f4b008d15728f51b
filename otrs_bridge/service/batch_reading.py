"""Reading many tickets in batches, a few requests at once, and doing something with each batch as it comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from otrs_bridge.domain.batched import batched
from otrs_bridge.ports.helpdesk import Helpdesk, TicketRead

BATCH = 50  # tickets per read: 50 cost OTRS 100-250 ms, one alone 27 ms

_Result = TypeVar("_Result")


def in_batches(
    helpdesk: Helpdesk, pages: Iterator[Sequence[int]], work: Callable[[TicketRead], _Result]
) -> Iterator[tuple[TicketRead, _Result]]:
    """Each batch of the tickets on these pages with what `work` made of it, in their order.

    As many workers as OTRS is asked to bear read, and as many others work on what was read, so that OTRS is never kept
    waiting by us; twice as many batches are in memory, however many tickets there are.
    """
    with _pool(helpdesk.workers, "examine") as working, _pool(helpdesk.workers, "read") as reading:

        def read_and_hand_over(ids: Sequence[int]) -> tuple[TicketRead, Future[_Result]]:
            read = helpdesk.read(ids)
            return read, working.submit(work, read)

        waiting: deque[Future[tuple[TicketRead, Future[_Result]]]] = deque()
        for batch in (some for page in pages for some in batched(page, BATCH)):
            waiting.append(reading.submit(read_and_hand_over, batch))
            if len(waiting) > 2 * helpdesk.workers:
                yield _finished(waiting.popleft())
        while waiting:
            yield _finished(waiting.popleft())


def _pool(workers: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix=name)


def _finished(batch: Future[tuple[TicketRead, Future[_Result]]]) -> tuple[TicketRead, _Result]:
    read, worked = batch.result()
    return read, worked.result()
