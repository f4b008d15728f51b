"""Which of the configured dynamic fields a rule may write: OTRS refuses a whole update for one it does not have."""

from __future__ import annotations

from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.ticket import Ticket, Value

NAMES = FieldNames(client_type="ClientType", district="District", category="Category")


def present(**listed: Value) -> FieldNames:
    return NAMES.present_on(Ticket(id=1, number="1", dynamic_fields=listed))


def test_where_empty_fields_are_listed_an_unlisted_one_does_not_exist() -> None:
    """OTRS 6.0, Znuny 6.5.1."""
    found = present(ClientType="legal", District="")
    assert (found.client_type, found.district, found.category) == ("ClientType", "District", "")


def test_where_only_filled_fields_are_listed_an_unlisted_one_is_empty() -> None:
    """Znuny 6.5.15, 6.5.26: otherwise no rule would ever fill a field on a ticket that has another one."""
    assert present(ClientType="legal") == NAMES
    assert present(ClientType="legal", Category=("tv",)) == NAMES


def test_a_ticket_without_fields_says_nothing() -> None:
    assert present() == NAMES
