"""otrs-bridge sweep as an operator meets it: the first one, which a limit normally stops."""

from __future__ import annotations

import pytest

from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge

DRY = "This was a dry run. To carry it out: the same command with --apply"
ADVICE = "If the list is right: in smaller steps (--ticket, --since 1h), or raise the limit for one run"


@pytest.fixture(scope="module")
def desk(desk: Sandbox) -> Sandbox:
    """A desk that nobody ever brought in line."""
    for number in range(30):
        desk.add_ticket(f"Заявка {number}", state="new")
    return desk


def test_who_is_stopped_by_a_limit_is_told_what_to_do(bridge: Bridge, desk: Sandbox) -> None:
    for options in ([], ["--apply"]):
        done = bridge("sweep", "--all", *options, rules={"state": "enforce"})
        assert "limits.max_share allows 20%" in done.stdout
        assert ADVICE in done.stdout
        assert DRY not in done.stdout, "the same command with --apply would be stopped as well"
    assert {desk.state_of(ticket.ticket_id) for ticket in desk.tickets()} == {"new"}


def test_the_advice_works(bridge: Bridge, desk: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = desk.tickets()[0]
    one = bridge("sweep", "--ticket", ticket.number, rules={"state": "enforce"})
    assert DRY in one.stdout
    assert ADVICE not in one.stdout
    monkeypatch.setenv("OTRS_BRIDGE__LIMITS__MAX_SHARE", "100%")
    assert bridge("sweep", "--all", "--apply", rules={"state": "enforce"}).exit_code == 0
    assert {desk.state_of(ticket.ticket_id) for ticket in desk.tickets()} == {"open"}
