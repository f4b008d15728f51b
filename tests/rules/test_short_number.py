"""rules/short_number.py: the number that the client is told stands in a field of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.ticket import Ticket, Value
from rules import short_number
from tests.builders import a_ticket, facts_of

FIELD = FieldNames(short_number="ShortNumber")


def holding(value: Value) -> Ticket:
    return a_ticket(dynamic_fields={"ShortNumber": value})


LEAVES_ALONE = {
    "a field that is right": facts_of(holding("10000135"), fields=FIELD),
    "an OTRS whose operator wants no such field": facts_of(holding("")),
    "an OTRS that does not list the field": facts_of(a_ticket(dynamic_fields={"District": ""}), fields=FIELD),
    "a merged ticket": facts_of(a_ticket(state="merged", dynamic_fields={"ShortNumber": ""}), fields=FIELD),
}

ASKS_FOR = {
    "an empty field": (facts_of(holding(""), fields=FIELD), "10000135"),
    "another number": (facts_of(holding("10000136"), fields=FIELD), "10000135"),
    "a number without a date is told whole": (
        facts_of(replace(holding(""), number="1000042"), fields=FIELD),
        "1000042",
    ),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(short_number.check(facts, short_number.Options())) == []


@pytest.mark.parametrize(("facts", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, wanted: str) -> None:
    (change,) = short_number.check(facts, short_number.Options())
    assert (change.field, change.new, change.told) == ("DynamicField_ShortNumber", wanted, False)
