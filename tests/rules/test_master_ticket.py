"""rules/master_ticket.py: the field for a master ticket is not used."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.facts import Facts
from rules import master_ticket
from tests.builders import a_ticket, facts_of

LEAVES_ALONE = {
    "an empty field": facts_of(a_ticket(dynamic_fields={"MasterTicket": ""})),
    "a field of blanks": facts_of(a_ticket(dynamic_fields={"MasterTicket": "  "})),
    "an OTRS without such a field": facts_of(a_ticket()),
    "a field of that name that is not the procedure's": facts_of(
        a_ticket(dynamic_fields={"MasterTicket": "2013041610000135"}), fields=FieldNames(master_ticket="")
    ),
    "a merged ticket": facts_of(a_ticket(dynamic_fields={"MasterTicket": "2013041610000135"}, state="merged")),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(master_ticket.check(facts, master_ticket.Options())) == []


@pytest.mark.parametrize("value", ["2013041610000135", "Master", ("SlaveOf:1", "x")], ids=str)
def test_asks_for_an_empty_field_and_keeps_the_old_value_in_the_note(value: str | tuple[str, ...]) -> None:
    (change,) = master_ticket.check(facts_of(a_ticket(dynamic_fields={"MasterTicket": value})), master_ticket.Options())
    assert (change.field, change.old, change.new) == ("DynamicField_MasterTicket", value, "")
    assert change.told
