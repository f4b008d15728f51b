"""A long list a few at a time, as itertools has it from Python 3.12 on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """`items` in their order, `size` at a time; the last batch may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
