"""A new ticket is left to whoever is typing it, and put right when that is over; also after a restart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from otrs_bridge.domain.grace import Grace
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.daemon import Daemon
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace

MINUTE = Grace(new=timedelta(seconds=60), user="bridge")


@pytest.fixture(autouse=True)
def _some_ticket(sandbox: Sandbox, clock: MovableClock) -> None:
    """An OTRS that shows no ticket at all is not believed."""
    sandbox.add_ticket("Решено", state="closed successful", customer_user="иванов", customer_id="Ф-10482")
    clock.move(hours=2)


@pytest.fixture
def daemon(workplace: MakeWorkplace) -> Daemon:
    return restarted(workplace())


def restarted(place: Workplace, grace: Grace = MINUTE) -> Daemon:
    """Another daemon on the same journal."""
    return Daemon(outside=place.outside, sweep=place.sweep, caps=place.daemon.caps, poll_seconds=15, grace=grace)


def a_call(sandbox: Sandbox) -> int:
    return sandbox.add_ticket("Звонок", state="new", customer_user="иванов", customer_id="Ф-10482").ticket_id


def test_nobody_is_corrected_while_typing(daemon: Daemon, sandbox: Sandbox, clock: MovableClock) -> None:
    ticket = a_call(sandbox)
    for _ in range(3):
        daemon.turn()
        clock.move(seconds=15)
    assert sandbox.state_of(ticket) == "new"


def test_it_is_put_right_when_its_grace_ends(daemon: Daemon, sandbox: Sandbox, clock: MovableClock) -> None:
    ticket = a_call(sandbox)
    daemon.turn()
    clock.move(seconds=59)
    assert not daemon.looking.grace_is_over()
    clock.move(seconds=1)
    assert daemon.looking.grace_is_over()
    daemon.turn()
    assert sandbox.state_of(ticket) == "open"
    assert not daemon.looking.grace_is_over()


def test_a_mail_is_put_right_at_once(daemon: Daemon, sandbox: Sandbox) -> None:
    ticket = sandbox.receive_mail("a@b.ru", "Нет интернета", "С утра")
    daemon.turn()
    assert sandbox.state_of(ticket.ticket_id) == "open"


def test_a_restart_neither_forgets_it_nor_ends_it(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    ticket = a_call(sandbox)
    restarted(place).turn()
    clock.move(seconds=30)
    restarted(place).turn()
    assert sandbox.state_of(ticket) == "new"
    clock.move(seconds=30)
    restarted(place).turn()
    assert sandbox.state_of(ticket) == "open"


def test_what_the_agent_has_put_right_himself_is_not_touched(
    daemon: Daemon, sandbox: Sandbox, clock: MovableClock
) -> None:
    ticket = a_call(sandbox)
    daemon.turn()
    clock.move(seconds=20)
    sandbox.edit(ticket, state="open")
    daemon.turn()
    clock.move(seconds=60)
    assert daemon.turn().counts["changed_tickets"] == 0


def test_a_locked_ticket_waits_for_its_agent_where_that_is_wanted(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    daemon = restarted(workplace(), Grace(while_locked=True, user="bridge"))
    ticket = a_call(sandbox)
    sandbox.edit(ticket, locked=True, owner="agent")
    for _ in range(10):
        daemon.turn()
        clock.move(minutes=5)
    assert sandbox.state_of(ticket) == "new"
    sandbox.edit(ticket, locked=False)
    daemon.turn()
    assert sandbox.state_of(ticket) == "open"
