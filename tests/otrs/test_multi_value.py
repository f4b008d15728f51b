"""Fields that can hold several values (OTOBO 11): OTRS dies of a single one, so a list goes where a list came from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otrs_bridge.domain.ticket import Value
from otrs_bridge.errors import OutcomeUnknown
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.sandbox.product import OTOBO
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.otrs.moved_clock import MovedClock


@pytest.fixture
def desk() -> Iterator[Sandbox]:
    with Sandbox(clock=MovedClock().now, product=OTOBO) as running:
        for name in ("District", "ClientType"):
            running.set_multi_value(name)
        yield running


@pytest.fixture
def helpdesk(desk: Sandbox) -> Iterator[OtrsHelpdesk]:
    found = OtrsHelpdesk(OtrsConnection(url=desk.base_url, user=desk.user, password=desk.password), MovedClock())
    yield found
    found.close()


FILLED: dict[str, str | list[str]] = {"District": ["Центр"], "ClientType": ["legal"]}


@pytest.mark.parametrize(("field", "value"), [("District", "Север"), ("ClientType", "individual"), ("District", "")])
def test_one_value_is_written_as_a_list_of_one(desk: Sandbox, helpdesk: OtrsHelpdesk, field: str, value: Value) -> None:
    other, ticket = desk.add_ticket("other", fields=FILLED), desk.add_ticket("t", fields=FILLED)
    helpdesk.read([other.ticket_id])
    helpdesk.update(ticket.ticket_id, {f"DynamicField_{field}": value, "priority": "4 high"}, None)
    assert ticket.values.get(field, []) == ([value] if value else [])
    assert desk.priority_of(ticket.ticket_id) == "4 high"


def test_the_stand_in_dies_of_a_single_value_as_otobo_does(desk: Sandbox, helpdesk: OtrsHelpdesk) -> None:
    ticket = desk.add_ticket("t")
    with pytest.raises(OutcomeUnknown, match="Internal Server Error"):
        helpdesk.update(ticket.ticket_id, {"DynamicField_District": "Север", "priority": "4 high"}, None)
    assert desk.priority_of(ticket.ticket_id) == "4 high", "half-way"
    assert "District" not in ticket.values
