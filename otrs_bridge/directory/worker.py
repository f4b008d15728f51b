"""A process that understands portions of clients: portions come in, table rows go out, until nothing comes any more.

Started by `workers.py` as `python -m`, not by multiprocessing: that would load the whole command line into each worker,
100 MB and a second of the processor. The end of standard input is the end of the parent, however it came about.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from typing import BinaryIO

from otrs_bridge.directory.table_rows import Portion, understand

# A terminal and systemd send these to every process at once, but when to end is the parent's to say.
_LEFT_TO_THE_PARENT = (signal.SIGINT, signal.SIGTERM)


def answer(portions: BinaryIO, rows: BinaryIO, area_code: str) -> None:
    """Answer each portion with its table rows, until the parent has no more or is gone."""
    try:
        while True:
            portion: Portion = pickle.load(portions)  # noqa: S301 # from our own parent
            pickle.dump(understand(portion, area_code), rows, protocol=pickle.HIGHEST_PROTOCOL)
            rows.flush()
    except (EOFError, BrokenPipeError):
        return


def main() -> None:
    """Work for the parent process; its one argument is the source's area code."""
    for number in _LEFT_TO_THE_PARENT:
        signal.signal(number, signal.SIG_IGN)
    gc.disable()  # nothing here refers to itself, and looking for it takes a fifth of the time
    answer(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1])
    os._exit(0)  # half an answer to a parent that is gone need not be flushed


if __name__ == "__main__":
    main()
