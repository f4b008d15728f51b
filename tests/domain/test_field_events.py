"""domain/field_events.py: what a write covered unseen, by the order and the words of OTRS's history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.field_events import FieldEvent, overwritten
from otrs_bridge.words import Words

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPENING = Change(rule="state", field="state", old="new", new="open", why=Words.alike(""))
PERSON, BRIDGE = 3, 2


def event(by: int, old: str, new: str, seconds: float = 0) -> FieldEvent:
    return FieldEvent(field="state", by=by, old=old, new=new, at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("by", [PERSON, 4])
def test_a_closing_of_the_same_second_is_covered_though_otrs_says_it_was_still_new(by: int) -> None:
    """OTRS was at both writes at once, and read the old value of each before either was done."""
    closing = event(by, "new", "closed successful")
    assert overwritten(OPENING, [closing, event(BRIDGE, "new", "open", 1)]) == closing


@pytest.mark.parametrize(
    "before",
    [
        event(PERSON, "open", "new"),
        event(PERSON, "new", "open"),
        event(BRIDGE, "new", "closed successful"),
        event(PERSON, "new", "closed successful", -3600),
    ],
    ids=["what was read", "what was written", "the bridge itself", "long ago, and changed since without a trace"],
)
def test_nothing_was_covered_by_a_write_over_what_was_read(before: FieldEvent) -> None:
    assert overwritten(OPENING, [before, event(BRIDGE, "new", "open", 1)]) is None


def test_without_moments_the_words_of_our_own_write_are_believed() -> None:
    closing = FieldEvent(field="state", by=PERSON, old="new", new="closed successful")
    assert overwritten(OPENING, [closing, FieldEvent(field="state", by=BRIDGE, old="new", new="open")]) is None
