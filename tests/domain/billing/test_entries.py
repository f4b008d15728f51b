"""From when an entry counts."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.billing.entries import EntryKind
from tests.domain.billing.ledgers import RULES, at, entry

EARLY, LATE = "2013-04-30", "2013-05-02"

COUNTS: dict[str, tuple[EntryKind, int, str, str, str]] = {
    "a payment posted late counts from the day it was made": ("payment", 5, EARLY, LATE, EARLY),
    "a payment dated ahead counts from the day it is known": ("payment", 5, LATE, EARLY, EARLY),
    "a correction in the subscriber's favour does as well": ("correction", -5, EARLY, LATE, EARLY),
    "a correction to the subscriber's cost counts from the day it is known": ("correction", 5, EARLY, LATE, LATE),
    "and not before the day it is for": ("correction", 5, LATE, EARLY, LATE),
    "a refund counts from the later day": ("refund", 5, EARLY, LATE, LATE),
    "a charge counts from its own day, posted late": ("charge", 5, EARLY, LATE, EARLY),
    "posted exactly three days later as well": ("charge", 5, EARLY, "2013-05-03 23:59", EARLY),
    "at whatever hour it is dated": ("charge", 5, "2013-04-30 00:01", "2013-05-03 23:59", "2013-04-30 00:01"),
    "posted more than three days later it counts from then": ("charge", 5, EARLY, "2013-05-04", "2013-05-04"),
    "in days, not in hours": ("charge", 5, "2013-04-30 23:59", "2013-05-04", "2013-05-04"),
    "a charge counts from its own day, posted ahead": ("charge", 5, LATE, EARLY, LATE),
}


@pytest.mark.parametrize(("kind", "amount", "dated", "posted", "counts"), COUNTS.values(), ids=COUNTS.keys())
def test_in_the_subscribers_favour(kind: EntryKind, amount: int, dated: str, posted: str, counts: str) -> None:
    made = entry(kind, amount, dated, posted)
    assert made.counts_from(RULES) == at(counts)
    assert made.known_from == at(posted)
