"""`python -m tests.faults.campaign N [FIRST [PROCESSES]]`: N stories from the seed FIRST on, two at a time or as told.

The exit status is 1 when a promise was broken.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from contextlib import ExitStack
from multiprocessing import Pool
from pathlib import Path

import structlog

from tests.compiled import share_compiled_statements
from tests.faults.campaign.invariants import violations
from tests.faults.campaign.story import played

# Nobody cuts the power here: in memory the journals need not wait for a disk at every write.
_MEMORY = Path("/dev/shm")  # noqa: S108 - only folders with names of their own are made there


def broken_promises(seed: int) -> tuple[int, list[str], list[str]]:
    """(seed, the promises it broke, its story)."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder, ExitStack() as closing:
        try:
            story = played(seed, Path(folder), closing)
            return seed, violations(story), story.world.log
        except Exception as error:  # noqa: BLE001 - a story that breaks off is a finding, and the next is played
            return seed, [f"the story broke off: {type(error).__name__}: {error}"], []


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(count: int, first: int = 0, processes: int = 2) -> int:
    """Play them; say of each, as it ends, whether its promises held, and at the end which seeds failed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    share_compiled_statements()
    gc.freeze()  # what is imported stays: the collector need not look through it again and again
    began, failed = time.monotonic(), list[int]()
    with Pool(processes) as pool:
        stories = pool.imap_unordered(broken_promises, range(first, first + count))
        for played_so_far, (seed, broken, log) in enumerate(stories, start=1):
            held = "broke a promise" if broken else "held"
            _say(f"{played_so_far}/{count}: seed {seed} {held}")
            if broken or count == 1:
                _say("  " + "\n  ".join([*log, *(f"BROKEN: {promise}" for promise in broken)]))
            if broken:
                failed.append(seed)
    seconds = time.monotonic() - began
    _say(f"{count} stories in {seconds:.0f} s; failing seeds: {sorted(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
