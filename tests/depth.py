"""How deep the tests go: `make test` takes a sample of what is long, `.ci/run` takes all of it (OTRS_BRIDGE_TESTS=all)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")
Depth = TypeVar("Depth", int, float)

ALL = os.environ.get("OTRS_BRIDGE_TESTS") == "all"


def sample(cases: Sequence[Case], size: int) -> Sequence[Case]:
    """So many of the cases, spread over them, the first and the last included; with all of it every one."""
    if ALL or size >= len(cases):
        return cases
    step = (len(cases) - 1) / (size - 1)
    return [cases[round(number * step)] for number in range(size)]


def deep(everything: Depth, sampled: Depth) -> Depth:
    """How many clients, writes, examples or steps."""
    return everything if ALL else sampled
