"""Sharing work out among the workers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")


def shared_out(items: Sequence[Item], *, workers: int, at_most: int) -> list[Sequence[Item]]:
    """`items` in portions of at most `at_most`, as many for each worker and of one size, give or take one.

    Otherwise all workers would wait in the end for the one with the last portion.
    """
    portions = workers * math.ceil(len(items) / (at_most * workers))
    bounds = [len(items) * number // portions for number in range(portions + 1)] if items else []
    return [items[start:end] for start, end in pairwise(bounds) if end > start]
