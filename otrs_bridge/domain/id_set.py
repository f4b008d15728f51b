"""A set of ticket ids that costs about a bit for each: a million of them fit into a quarter of a megabyte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from types import MappingProxyType

SHIFT = 10
BLOCK = 1 << SHIFT  # ids whose bits share one number; OTRS counts its tickets through, so blocks are full


class IdSet(Set[int]):
    """Numbers from 0, each once, handed out in ascending order. `blocks` is the same as it can be stored, by block."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._blocks: dict[int, int] = {}
        self.update(ids)

    @classmethod
    def of_blocks(cls, blocks: Iterable[tuple[int, int]]) -> IdSet:
        """The set that was stored: pairs of a block's number and its bits."""
        found = cls()
        found._blocks = {number: bits for number, bits in blocks if bits}
        return found

    @property
    def blocks(self) -> Mapping[int, int]:
        """The bits of each block: bit n of block b is the id b * BLOCK + n."""
        return MappingProxyType(self._blocks)

    def update(self, ids: Iterable[int]) -> None:
        """Take these in."""
        for one in ids:
            block = one >> SHIFT
            self._blocks[block] = self._blocks.get(block, 0) | 1 << (one & (BLOCK - 1))

    def discard(self, ids: Iterable[int]) -> None:
        """Leave these out from now on."""
        for one in ids:
            block = one >> SHIFT
            if left := self._blocks.get(block, 0) & ~(1 << (one & (BLOCK - 1))):
                self._blocks[block] = left
            else:
                self._blocks.pop(block, None)

    def __contains__(self, one: object) -> bool:
        return isinstance(one, int) and bool(self._blocks.get(one >> SHIFT, 0) >> (one & (BLOCK - 1)) & 1)

    def __iter__(self) -> Iterator[int]:
        for block in sorted(self._blocks):
            bits = self._blocks[block]
            while bits:
                lowest = bits & -bits
                yield (block << SHIFT) + lowest.bit_length() - 1
                bits ^= lowest

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._blocks.values())
