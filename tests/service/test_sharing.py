"""service/gateway/sharing.py: nobody waits for the last portion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.service.gateway.sharing import shared_out


@given(st.integers(0, 300), st.integers(1, 8), st.integers(1, 20))
def test_every_item_once_in_order_in_even_portions(count: int, workers: int, at_most: int) -> None:
    portions = shared_out(range(count), workers=workers, at_most=at_most)
    assert [item for portion in portions for item in portion] == list(range(count))
    sizes = {len(portion) for portion in portions}
    assert all(0 < size <= at_most for size in sizes)
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert len(portions) % workers == 0 or count < len(portions) + workers
