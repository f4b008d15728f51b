"""rules/client_type.py: the ticket's client type says what the client is."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.client_type import client_type_of
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.facts import Facts
from rules import client_type
from tests.builders import a_client, a_ticket, facts_of, found

LEGAL = found(a_client("Ю-204", kind=ClientType.LEGAL, name="ООО «Ромашка»", login="romashka"))
PERSON = found(a_client())

LEAVES_ALONE = {
    "a field that is right": facts_of(a_ticket(dynamic_fields={"ClientType": "legal"}), client=LEGAL),
    "a field that says it in words": facts_of(a_ticket(dynamic_fields={"ClientType": "Юр. лицо"}), client=LEGAL),
    "a client of whom nothing is known": facts_of(a_ticket()),
    "an OTRS without such a field": facts_of(a_ticket(), client=LEGAL, fields=FieldNames(client_type="")),
    "a field against a contract's prefix: the field is believed": facts_of(
        a_ticket(dynamic_fields={"ClientType": "individual"}, title="Договор Ю-2041", customer="")
    ),
    "a key that says neither against a contract's prefix: whoever chose it knows better": facts_of(
        a_ticket(dynamic_fields={"ClientType": "Партнёр"}, title="Договор Ф-15236", customer="")
    ),
    "a merged ticket": facts_of(a_ticket(state="merged"), client=LEGAL),
}

ASKS_FOR = {
    "an empty field of a known company": (facts_of(a_ticket(), client=LEGAL), "legal"),
    "an empty field of a known person": (facts_of(a_ticket(), client=PERSON), "individual"),
    "a field that the directory contradicts": (
        facts_of(a_ticket(dynamic_fields={"ClientType": "legal"}), client=PERSON),
        "individual",
    ),
    "an empty field, a contract in the title": (
        facts_of(a_ticket(title="Договор Ф-15236", customer="")),
        "individual",
    ),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(client_type.check(facts, client_type.Options())) == []


@pytest.mark.parametrize(("facts", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, wanted: str) -> None:
    (change,) = client_type.check(facts, client_type.Options())
    assert (change.field, change.new) == ("DynamicField_ClientType", wanted)


OWN_KEYS = client_type.Options(values={"legal": "JUR", "individual": "FIZ"})
OWN = client_type.RULE.dialect(OWN_KEYS, Dialect())


@pytest.mark.parametrize("written", ["JUR", "jur ", "legal", "Юр. лицо"])
def test_a_key_of_ones_own_is_the_fields_word(written: str) -> None:
    ticket = a_ticket(dynamic_fields={"ClientType": written}, title="Договор Ф-15236", customer="")
    facts = facts_of(ticket, dialect=OWN)
    verdict = client_type_of(facts)
    assert verdict is not None
    assert (verdict.type, verdict.witness) == (ClientType.LEGAL, "field")
    assert list(client_type.check(facts, OWN_KEYS)) == []


def test_a_key_of_ones_own_gives_way_to_the_directory() -> None:
    ticket = a_ticket(dynamic_fields={"ClientType": "JUR"})
    (change,) = client_type.check(facts_of(ticket, client=PERSON, dialect=OWN), OWN_KEYS)
    assert (change.old, change.new) == ("JUR", "FIZ")


def test_doctor_asks_for_both_keys_also_when_one_is_named() -> None:
    assert client_type.uses(client_type.Options(values={"legal": "JUR"})) == {"client_type": ("JUR", "individual")}
