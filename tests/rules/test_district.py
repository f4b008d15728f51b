"""rules/district.py: the ticket's district is that of the client's address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.client import Several
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.facts import Facts
from rules import district
from tests.builders import a_client, a_ticket, facts_of, found

OURS = frozenset({"DynamicField_District"})
KNOWN = found(a_client())
TWO = Several(candidates=(a_client("Ф-15236"), a_client("Ф-20001")), by="address", clue="Летная 5")

LEAVES_ALONE = {
    "a district that is right": facts_of(a_ticket(dynamic_fields={"District": "Центральный"}), client=KNOWN),
    "a district that somebody chose": facts_of(a_ticket(dynamic_fields={"District": "Южный"}), client=KNOWN),
    "a district of the bridge's own that is right": replace(
        facts_of(a_ticket(dynamic_fields={"District": "Центральный"}), client=KNOWN), ours=OURS
    ),
    "a district of the bridge's own where nobody knows better": replace(
        facts_of(a_ticket(dynamic_fields={"District": "Южный"})), ours=OURS
    ),
    "a client who was not found": facts_of(a_ticket(dynamic_fields={"District": ""})),
    "several clients, even of one district": facts_of(a_ticket(dynamic_fields={"District": ""}), client=TWO),
    "a client whose district nobody knows": facts_of(a_ticket(), client=found(a_client(district=" "))),
    "an OTRS without such a field": facts_of(a_ticket(), client=KNOWN, fields=FieldNames(district="")),
    "an OTRS that does not list the field": facts_of(a_ticket(dynamic_fields={"Category": ""}), client=KNOWN),
    "a merged ticket": facts_of(a_ticket(state="merged"), client=KNOWN),
}

ASKS_FOR = {
    "an empty field": facts_of(a_ticket(dynamic_fields={"District": ""}), client=KNOWN),
    "a field of blanks": facts_of(a_ticket(dynamic_fields={"District": " "}), client=KNOWN),
    "an empty selection": facts_of(a_ticket(dynamic_fields={"District": ()}), client=KNOWN),
    "a client found by his contract": facts_of(
        a_ticket(dynamic_fields={"District": ""}, customer=""), client=found(a_client(), "contract", "Ф-15236")
    ),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(district.check(facts, district.Options())) == []


@pytest.mark.parametrize("facts", ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts) -> None:
    (change,) = district.check(facts, district.Options())
    assert isinstance(change, Change)
    assert (change.field, change.new, change.told) == ("DynamicField_District", "Центральный", False)


def test_a_district_that_the_bridge_wrote_for_another_client_is_replaced_and_told() -> None:
    facts = replace(facts_of(a_ticket(dynamic_fields={"District": "Южный"}), client=KNOWN), ours=OURS)
    (change,) = district.check(facts, district.Options())
    assert (change.old, change.new, change.told) == ("Южный", "Центральный", True)


def test_otrs_may_call_the_districts_otherwise() -> None:
    options = district.Options(values={"Центральный": "centre"})
    facts = facts_of(a_ticket(), client=KNOWN, dialect=district.RULE.dialect(options, Dialect()))
    assert [change.new for change in district.check(facts, options)] == ["centre"]
