"""domain/caps.py: how much one run may change."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.caps import Caps

ALLOWED = {
    "nothing to change": (0, 0),
    "few tickets, all of them": (20, 20),
    "a fifth of many": (500, 100),
    "exactly the number": (100_000, 200),
}
STOPPED = {
    "more than a fifth": (500, 101),
    "more than the number": (100_000, 201),
    "twenty-one of twenty-one": (21, 21),
}


@pytest.mark.parametrize(("examined", "changes"), ALLOWED.values(), ids=ALLOWED.keys())
def test_allows(examined: int, changes: int) -> None:
    assert Caps().objection(examined=examined, would_change=changes) is None


@pytest.mark.parametrize(("examined", "changes"), STOPPED.values(), ids=STOPPED.keys())
def test_stops(examined: int, changes: int) -> None:
    objection = Caps().objection(examined=examined, would_change=changes)
    assert objection is not None
    assert str(changes) in objection.ru
    assert str(changes) in objection.en
