"""Understanding a whole source: a short one in this process, a long one in several, always in the source's order."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import ExitStack, suppress
from itertools import chain, islice
from typing import IO, Self, cast

from otrs_bridge.directory.reading import ClientSource
from otrs_bridge.directory.table_rows import Portion, TableRows, portions_of, understand
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.words import Words

PORTION = 5000  # rows that are read, understood and written together
WORTH_WORKERS = 4  # portions: starting processes takes longer than understanding fewer here
MOST_WORKERS = 3  # more would only wait for the one process that reads the source and writes the tables

_TOO_LITTLE_MEMORY = Words(ru=" (не хватило памяти?)", en=" (is there too little memory?)")


def table_rows_of(source: ClientSource, *, cores: int | None = None) -> Generator[TableRows]:
    """The table rows of all the source's rows, in its order, holding a few portions at a time.

    `cores`: how many processors may be used, all that this process may run on unless told. Raises what the source
    raises, and DirectoryUnusable when a worker dies.
    """
    portions = portions_of(source, PORTION)
    first = list(islice(portions, WORTH_WORKERS))
    workers = min(cores or len(os.sched_getaffinity(0)), MOST_WORKERS)
    is_short = len(first) < WORTH_WORKERS
    portions = chain(first, portions)
    del first  # or the beginning of the source would stay in memory until its end
    if is_short or workers == 1:
        return (understand(portion, source.area_code) for portion in portions)
    return _in_workers(portions, source.area_code, workers)


def _in_workers(portions: Iterable[Portion], area_code: str, count: int) -> Generator[TableRows]:
    """Portions go to the workers in turn, so their answers come back in order.

    A worker gets its next portion when its answer has been read, never before: so neither side waits for the other to
    empty a pipe, and no more than one portion for each worker is under way.
    """
    with ExitStack() as stack:
        idle = deque(stack.enter_context(_Worker(area_code)) for _ in range(count))
        busy: deque[_Worker] = deque()
        for portion in portions:
            worker, answer = (idle.popleft(), None) if idle else _answered(busy)
            worker.ask(portion)
            busy.append(worker)
            if answer is not None:
                yield answer
        for worker in busy:
            yield worker.answer()


def _answered(busy: deque[_Worker]) -> tuple[_Worker, TableRows]:
    worker = busy.popleft()
    return worker, worker.answer()


class _Worker:
    """One process of `worker.py`."""

    def __init__(self, area_code: str) -> None:
        # -P: what lies in the folder where the bridge is started is not taken for a module of ours.
        command = (sys.executable, "-P", "-m", "otrs_bridge.directory.worker", area_code)
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as broken:
            raise DirectoryUnusable(
                Words(
                    ru=f"не запускается процесс, который читает клиентов: {broken.strerror}",
                    en=f"a process that reads the clients cannot start: {broken.strerror}",
                )
            ) from broken
        self._portions = cast("IO[bytes]", self._process.stdin)
        self._rows = cast("IO[bytes]", self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the process. It holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        self._rows.close()
        with suppress(BrokenPipeError):  # half a portion that never got through
            self._portions.close()

    def ask(self, portion: Portion) -> None:
        """Hand a portion over."""
        try:
            pickle.dump(portion, self._portions, protocol=pickle.HIGHEST_PROTOCOL)
            self._portions.flush()
        except BrokenPipeError as gone:
            raise self._death() from gone

    def answer(self) -> TableRows:
        """The table rows of the portion that was handed over."""
        try:
            rows: TableRows = pickle.load(self._rows)  # noqa: S301 # from our own worker
        except (EOFError, pickle.UnpicklingError) as cut_short:
            raise self._death() from cut_short
        return rows

    def _death(self) -> DirectoryUnusable:
        status = self._process.wait()
        if status < 0:
            name = signal.Signals(-status).name
            how = Words(ru=f"завершён сигналом {name}", en=f"was ended by {name}")
        else:
            how = Words(ru=f"завершился сам с кодом {status}", en=f"ended by itself with status {status}")
        memory = _TOO_LITTLE_MEMORY if status == -signal.SIGKILL else Words.alike("")
        return DirectoryUnusable(
            Words(
                ru=f"процесс, который читает клиентов, {how.ru}{memory.ru}; справочник клиентов остался прежним",
                en=f"a process that reads the clients {how.en}{memory.en}; the clients stay as they were",
            )
        )
