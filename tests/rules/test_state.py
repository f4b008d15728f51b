"""rules/state.py: only two states are used."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.ticket import Ticket, shown
from rules import state
from tests.builders import a_ticket, facts_of

LEAVES_ALONE = {
    "an open ticket": a_ticket(state="open"),
    "a ticket closed successfully": a_ticket(state="closed successful"),
    "a merged ticket has gone into another": a_ticket(state="merged"),
    "a removed ticket": a_ticket(state="removed"),
    "a custom state of a technical type": a_ticket(state="склеена", state_type="merged"),
}

ASKS_FOR = {
    "a new ticket is open": (a_ticket(state="new"), "open"),
    "a reminder means unfinished work": (a_ticket(state="pending reminder"), "open"),
    "automatic closing means unfinished work": (a_ticket(state="pending auto close+"), "open"),
    "closed unsuccessfully is closed": (a_ticket(state="closed unsuccessful"), "closed successful"),
    "closed with a workaround is closed": (a_ticket(state="closed with workaround"), "closed successful"),
    "a custom pending state follows its type": (
        a_ticket(state="ждём клиента", state_type="pending reminder"),
        "open",
    ),
    "a custom open state is not the one that is used": (
        a_ticket(state="waiting for part", state_type="open"),
        "open",
    ),
    "a type nobody has heard of is work": (a_ticket(state="испытание", state_type="trial"), "open"),
}


@pytest.mark.parametrize("ticket", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(ticket: Ticket) -> None:
    assert list(state.check(facts_of(ticket), state.Options())) == []


@pytest.mark.parametrize(("ticket", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(ticket: Ticket, wanted: str) -> None:
    (change,) = state.check(facts_of(ticket), state.Options())
    assert (change.field, shown(change.old), change.new) == ("state", ticket.state, wanted)
    assert ticket.state in change.why.ru


def test_a_state_can_be_excepted_by_name() -> None:
    options = state.Options(by_name={"waiting for part": "closed successful", "open": "open"})
    part = a_ticket(state="waiting for part", state_type="open")
    assert [c.new for c in state.check(facts_of(part), options)] == ["closed successful"]
    assert list(state.check(facts_of(a_ticket(state="open")), options)) == []


def test_a_pending_state_is_remembered_with_its_time() -> None:
    (change,) = state.check(facts_of(a_ticket(state="pending reminder")), state.Options())
    assert isinstance(change, Change)
    assert not isinstance(change.old, str), "without its time OTRS would not take the state back"
