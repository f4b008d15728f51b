"""`python -m tests.live.campaign N [FIRST]`: N stories on the real OTRS; the exit status is 1 when a promise was broken."""

from __future__ import annotations

import sys
import time

import structlog

from tests.live.campaign.stories import broken_promises
from tests.live.server.control import LiveServer


def main(count: int, first: int = 0) -> int:
    """Play them one after another; say of each, as it ends, whether its promises held, and at the end which failed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    server, began, failed = LiveServer(), time.monotonic(), list[int]()
    server.up()
    server.reset()
    for seed in range(first, first + count):
        try:
            broken, log = broken_promises(seed)
        except Exception as error:  # noqa: BLE001 - a story that breaks off is a finding, and the next is played
            broken, log = [f"the story broke off: {type(error).__name__}: {error}"], []
        _say(f"seed {seed} {'broke a promise' if broken else 'held'} ({time.monotonic() - began:.0f} s)")
        if broken or count == 1:
            _say("  " + "\n  ".join([*log, *(f"BROKEN: {promise}" for promise in broken)]))
        if broken:
            failed.append(seed)
    _say(f"{count} stories in {time.monotonic() - began:.0f} s; failing seeds: {failed or 'none'}")
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
