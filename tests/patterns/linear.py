"""Whether work grows with its text alone: counted in lines of Python that run, for seconds depend on the machine.

What a pattern does is not seen here; `tests/patterns` counts the steps of each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

SIZE = 6_000  # characters, and twice as many: what grows with the square takes four times as long


def is_linear(work: Callable[[str], object], piece: str) -> bool:
    """Twice the text takes about twice the lines."""
    rounds = SIZE // len(piece)
    return lines_run(work, piece * (2 * rounds)) < 2.5 * lines_run(work, piece * rounds) + 100


def lines_run(work: Callable[[str], object], text: str) -> int:
    """How many lines, calls and returns of Python the work takes."""
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
