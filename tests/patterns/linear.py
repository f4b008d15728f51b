"""Whether work grows with its text alone: counted in lines of Python that run, for seconds depend on the machine.

What a pattern does is not seen here; `tests/patterns` counts the steps of each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import _lru_cache_wrapper
from types import FrameType
from typing import Any

CACHES_OF_TEXTS = range(64, 257)
SIZE = 6_000  # characters, and twice as many: what grows with the square takes four times as long


def is_linear(work: Callable[[str], object], piece: str) -> bool:
    """Twice the text takes about twice the lines."""
    rounds = SIZE // len(piece)
    return lines_run(work, piece * (2 * rounds)) < 2.5 * lines_run(work, piece * rounds) + 100


def lines_run(work: Callable[[str], object], text: str) -> int:
    """How many lines, calls and returns of Python the work takes."""
    forget_texts()
    count = 0

    def counted(_: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)
    try:
        work(text)
    finally:
        sys.settrace(before)
    return count


def forget_texts() -> None:
    """Empty the caches of texts that were read, so that each text is read in full; those of words and settings stay."""
    ours = [module for name, module in sys.modules.items() if name.partition(".")[0] == "otrs_bridge"]
    kept = [value for module in ours for value in vars(module).values() if isinstance(value, _lru_cache_wrapper)]
    for cache in kept:
        if cache.cache_parameters()["maxsize"] in CACHES_OF_TEXTS:
            cache.cache_clear()
