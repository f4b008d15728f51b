"""domain/id_set.py: what a set of numbers promises, at a bit for each."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.id_set import IdSet

IDS = st.lists(st.integers(0, 5000) | st.integers(0, 2**63 - 1))


@given(IDS, IDS, IDS)
def test_it_holds_what_a_set_holds(first: list[int], more: list[int], gone: list[int]) -> None:
    ids, plain = IdSet(first), set(first)
    ids.update(more)
    plain.update(more)
    ids.discard(gone)
    plain.difference_update(gone)
    assert list(ids) == sorted(plain)
    assert len(ids) == len(plain)
    assert all(one in ids for one in plain)
    assert not any(one in ids for one in gone)


@given(IDS)
def test_it_comes_back_from_its_blocks(ids: list[int]) -> None:
    assert IdSet.of_blocks(IdSet(ids).blocks.items()) == IdSet(ids)


def test_a_hundred_thousand_ids_in_a_row_cost_less_than_a_byte_each() -> None:
    blocks = IdSet(range(1, 100_001)).blocks
    assert sum(map(sys.getsizeof, blocks.values())) < 100_000
