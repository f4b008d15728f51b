"""Searching by dynamic field: what filters, and what silently finds every ticket."""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.contract.otrs.server import Server

WELCOME = 1


@dataclass(frozen=True)
class Known:
    """The tickets there are: three with a key, one without, and the one OTRS is born with."""

    legal: int
    person: int
    ampersand: int
    empty: int

    @property
    def everything(self) -> list[int]:
        return [WELCOME, self.legal, self.person, self.ampersand, self.empty]


@pytest.fixture(scope="module")
def known(server: Server) -> Known:
    return Known(
        legal=server.create(fields={"BridgeKey": "gl-1", "ClientType": "legal", "Category": ["tv", "cable"]}),
        person=server.create(fields={"BridgeKey": "gl-2", "District": "Северный", "Category": ["tv"]}),
        ampersand=server.create(fields={"BridgeKey": "x*y & z", "ClientType": "individual"}),
        empty=server.create(),
    )


def found_by(server: Server, field: str, condition: object) -> list[int]:
    return server.search({f"DynamicField_{field}": condition})


def test_equals_over_post_finds_the_one(server: Server, known: Known) -> None:
    assert found_by(server, "BridgeKey", {"Equals": "gl-1"}) == [known.legal]


def test_equals_with_a_list_means_any_of_them(server: Server, known: Known) -> None:
    assert found_by(server, "BridgeKey", {"Equals": ["gl-1", "gl-2"]}) == [known.legal, known.person]


@pytest.mark.parametrize("key", ["GL-1", "Gl-1"])
def test_a_text_matches_in_any_letter_case(server: Server, known: Known, key: str) -> None:
    assert found_by(server, "BridgeKey", {"Equals": key}) == [known.legal]
    assert found_by(server, "District", {"Equals": "северный"}) == [known.person]


@pytest.mark.parametrize("pattern", ["gl-*", "gl-%", "GL*", "(gl-1||gl-2)"])
def test_like_takes_wildcards_and_expressions(server: Server, known: Known, pattern: str) -> None:
    assert found_by(server, "BridgeKey", {"Like": pattern}) == [known.legal, known.person]


@pytest.mark.parametrize("key", ["gl-*", "gl-%", "x*y & z"])
def test_a_wildcard_inside_equals_finds_nothing_not_even_itself(server: Server, known: Known, key: str) -> None:
    assert found_by(server, "BridgeKey", {"Equals": key}) == []


@pytest.mark.parametrize("operator", ["Equals", "Like"])
@pytest.mark.parametrize("value", ["", "*", "%", "**", [""], None])
def test_an_empty_value_or_nothing_but_wildcards_is_ignored_so_that_all_tickets_are_found(
    server: Server, known: Known, operator: str, value: object
) -> None:
    assert found_by(server, "BridgeKey", {operator: value}) == known.everything


@pytest.mark.parametrize("condition", ["gl-1", ["gl-1"], {}, None])
def test_a_condition_that_is_no_object_is_ignored(server: Server, known: Known, condition: object) -> None:
    assert found_by(server, "BridgeKey", condition) == known.everything


@pytest.mark.parametrize("field", ["Nope", "bridgekey", "BRIDGEKEY"])
def test_an_unknown_field_or_another_letter_case_is_ignored(server: Server, known: Known, field: str) -> None:
    assert found_by(server, field, {"Equals": "gl-1"}) == known.everything


def test_an_unknown_operator_finds_nothing(server: Server, known: Known) -> None:
    assert found_by(server, "BridgeKey", {"Is": "gl-1"}) == []


@pytest.mark.parametrize("value", [1, "1"])
def test_empty_finds_tickets_without_a_value(server: Server, known: Known, value: object) -> None:
    assert found_by(server, "BridgeKey", {"Empty": value}) == [WELCOME, known.empty]


@pytest.mark.parametrize("value", [0, "0"])
def test_not_empty_finds_tickets_with_a_value(server: Server, known: Known, value: object) -> None:
    assert found_by(server, "BridgeKey", {"Empty": value}) == [known.legal, known.person, known.ampersand]


@pytest.mark.parametrize(
    ("operator", "value", "hits"),
    [
        ("GreaterThan", "gl-1", 2),
        ("GreaterThanEquals", "gl-1", 3),
        ("SmallerThan", "gl-2", 1),
        ("SmallerThanEquals", "gl-2", 2),
    ],
)
def test_texts_can_be_compared(server: Server, known: Known, operator: str, value: str, hits: int) -> None:
    assert len(found_by(server, "BridgeKey", {operator: value})) == hits


@pytest.mark.parametrize("value", ["Юридическое лицо", "nope"])
def test_a_dropdown_is_found_by_its_key_alone(server: Server, known: Known, value: str) -> None:
    assert found_by(server, "ClientType", {"Equals": "legal"}) == [known.legal]
    assert found_by(server, "ClientType", {"Equals": value}) == []


def test_the_letter_case_of_a_dropdowns_key_matters_on_postgresql_alone(server: Server, known: Known) -> None:
    assert found_by(server, "ClientType", {"Equals": "LEGAL"}) == ([known.legal] if server.on_mariadb else [])


def test_a_multiselect_is_found_by_each_of_its_values(server: Server, known: Known) -> None:
    assert found_by(server, "Category", {"Equals": "tv"}) == [known.legal, known.person]
    assert found_by(server, "Category", {"Equals": "cable"}) == [known.legal]


@pytest.mark.parametrize("listed", [True, False])
def test_the_long_form_names_the_field_inside(server: Server, known: Known, listed: bool) -> None:
    condition = {"Name": "BridgeKey", "Equals": "gl-1"}
    assert server.search(DynamicField=[condition] if listed else condition) == [known.legal]


def test_conditions_on_several_fields_must_all_hold(server: Server, known: Known) -> None:
    key, client = {"Name": "BridgeKey", "Equals": "gl-1"}, {"Name": "ClientType", "Equals": "individual"}
    assert server.search(DynamicField=[key, client]) == []
    assert server.search(DynamicField_BridgeKey={"Like": "gl*"}, DynamicField_ClientType={"Equals": "legal"}) == [
        known.legal
    ]


def test_of_two_conditions_on_one_field_the_last_counts(server: Server, known: Known) -> None:
    first, last = {"Name": "BridgeKey", "Equals": "gl-1"}, {"Name": "BridgeKey", "Equals": "gl-2"}
    assert server.search(DynamicField=[first, last]) == [known.person]


def test_the_long_form_makes_the_short_one_be_ignored(server: Server, known: Known) -> None:
    found = server.search(
        DynamicField={"Name": "BridgeKey", "Equals": "gl-1"}, DynamicField_BridgeKey={"Equals": "gl-2"}
    )
    assert found == [known.legal]


def test_a_list_of_scalars_makes_perl_die(server: Server, known: Known) -> None:
    with pytest.raises(requests.ConnectionError, match="BadStatusLine"):
        server.ask("POST", "/TicketSearch", {"DynamicField": ["BridgeKey"]})


def test_a_search_reads_the_rows_and_not_a_poisoned_cache(server: Server, known: Known) -> None:
    ticket = server.create(fields={"BridgeKey": "cached"})
    server.one(ticket)
    server.poison_field(ticket, "BridgeKey")
    assert server.one(ticket)["Fields"]["BridgeKey"] is None
    assert found_by(server, "BridgeKey", {"Equals": "cached"}) == [ticket]
    server.update(ticket, DynamicField=[{"Name": "BridgeKey", "Value": "cached"}])
    assert server.one(ticket)["Fields"]["BridgeKey"] == "cached"
    server.delete_ticket(ticket)


def test_a_tickets_key_survives_merging_and_removing(server: Server, known: Known) -> None:
    merged = server.create(State="merged", fields={"BridgeKey": "technical"})
    removed = server.create(State="removed", fields={"BridgeKey": "technical"})
    assert found_by(server, "BridgeKey", {"Equals": "technical"}) == [merged, removed]


def test_a_deleted_ticket_is_found_no_more(server: Server, known: Known) -> None:
    ticket = server.create(fields={"BridgeKey": "doomed"})
    assert found_by(server, "BridgeKey", {"Equals": "doomed"}) == [ticket]
    server.delete_ticket(ticket)
    assert found_by(server, "BridgeKey", {"Equals": "doomed"}) == []


def test_nothing_prevents_two_tickets_with_one_key(server: Server, known: Known) -> None:
    twins: list[Any] = [server.create(fields={"BridgeKey": "twin"}) for _ in range(2)]
    assert found_by(server, "BridgeKey", {"Equals": "twin"}) == twins
