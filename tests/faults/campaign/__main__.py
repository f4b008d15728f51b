"""`python -m tests.faults.campaign N [FIRST]`: N stories from the seed FIRST on; exit status 1 when a promise was broken."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from multiprocessing import Pool
from pathlib import Path

import structlog

from tests.faults.campaign.invariants import violations
from tests.faults.campaign.story import played


def broken_promises(seed: int) -> tuple[int, list[str], list[str]]:
    """(seed, the promises it broke, its story)."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        try:
            story = played(seed, Path(folder), closing)
        except Exception as error:  # noqa: BLE001 - a story that breaks off is a finding, and the next is played
            return seed, [f"the story broke off: {type(error).__name__}: {error}"], []
        return seed, violations(story), story.world.log


def main(count: int, first: int) -> int:
    """Play them, two at a time; print what was broken."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    began, failed = time.monotonic(), []
    with Pool(2) as pool:
        for seed, broken, log in pool.imap_unordered(broken_promises, range(first, first + count)):
            if broken or count == 1:
                failed.append(seed)
                sys.stdout.write(f"\nseed {seed}\n  " + "\n  ".join([*log, "BROKEN", *broken]) + "\n")
    sys.stdout.write(f"{count} stories in {time.monotonic() - began:.0f} s, {len(failed)} broke a promise: {failed}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
