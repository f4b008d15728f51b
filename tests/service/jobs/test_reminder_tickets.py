"""Reminders as tickets: one for each service and period, raised exactly once, and left alone by everything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import Mode
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.builders import a_client
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, set_clock
from tests.service.jobs.memory_billing import MemoryBilling

REMINDERS = "reminders"
QUEUE = "Billing"
TITLES = ["Напоминания интернет 2025-12", "Напоминания телефония 2025-12"]


@pytest.fixture
def billing(billing: MemoryBilling, clock: MovableClock) -> MemoryBilling:
    """On the day of the reminders: three have not paid for internet, one for calls of November."""
    billing.debtor("Ф-50000", "telephony", charged=moscow("2025-11-30T23:00"), fee=300)
    set_clock(clock, "2025-12-20T07:00")
    return billing


def lists(sandbox: Sandbox) -> list[TicketRow]:
    return [ticket for ticket in sandbox.tickets() if ticket.title.startswith("Напоминания")]


def titles(sandbox: Sandbox) -> list[str]:
    return sorted(ticket.title for ticket in lists(sandbox))


def test_each_service_gets_one_ticket_that_obeys_the_rules_and_tells_nobody(bridge: Make, sandbox: Sandbox) -> None:
    romashka = a_client("Ф-10001", name="ООО «Ромашка»", address="ул. Летная, д. 5, кв. 132", login="romashka")
    here = bridge(reminder_queue=QUEUE, directory=MemoryDirectory([romashka]))
    report = here.run(REMINDERS)
    assert titles(sandbox) == TITLES
    assert [line.new for line in report.lines if line.outcome is Outcome.APPLIED] == TITLES
    assert {line.new for line in report.lines if line.outcome is Outcome.OBSERVED} == {
        "Ф-10000",
        "Ф-10001",
        "Ф-10002",
        "Ф-50000",
    }
    internet, telephony = sorted(lists(sandbox), key=lambda ticket: ticket.title)
    for ticket in (internet, telephony):
        assert sandbox.queue_of(ticket.ticket_id) == QUEUE
        assert sandbox.state_of(ticket.ticket_id) == "open"
        assert sandbox.priority_of(ticket.ticket_id) == "3 normal"
        assert ticket.customer_user == '"Напоминания об оплате" <test@mtel.ru>'
        assert ticket.values["Category"] == ["billing"]
        (article,) = ticket.articles
        assert not article.is_visible_for_customer
    assert internet.values["BridgeKey"] == ["reminder:internet:2025-12"]
    assert sandbox.mails() == []
    body = internet.articles[0].body.replace("\u00a0", " ")
    assert "Оплатить до: 25.12.2025" in body
    assert "Ещё не оплатили: 3, всего" in body
    assert "Ф-10001: " in body
    assert "ООО «Ромашка», " in body
    assert "Летная" in body
    assert "Ф-10003" not in body.split("Ф-10002")[0]
    assert "Ф-50000: 300,00 ₽" in telephony.articles[0].body.replace("\u00a0", " ")


def test_without_a_queue_for_it_there_is_no_ticket(bridge: Make, sandbox: Sandbox) -> None:
    report = bridge().run(REMINDERS)
    assert len(report.lines) == 4
    assert lists(sandbox) == []


def test_a_plan_and_an_observed_run_show_the_tickets_and_raise_none(bridge: Make, sandbox: Sandbox) -> None:
    here = bridge(reminder_queue=QUEUE, modes={REMINDERS: Mode.OBSERVE})
    planned = here.runner.plan(here.runner.named(REMINDERS))
    observed = here.run(REMINDERS)
    assert lists(sandbox) == []
    assert [line.new for line in planned.lines][:2] == TITLES
    assert {line.outcome for line in planned.lines} == {Outcome.PLANNED}
    assert planned.lines[0].why.en.startswith("not paid yet: 3, ")
    assert [line.new for line in observed.lines] == [line.new for line in planned.lines]
    assert {line.outcome for line in observed.lines} == {Outcome.OBSERVED}
    enforcing = bridge(reminder_queue=QUEUE)
    assert [line.new for line in enforcing.run(REMINDERS).lines] == [line.new for line in planned.lines]


def test_run_again_by_the_same_bridge_or_by_one_that_lost_its_memory_there_is_still_one(
    bridge: Make, sandbox: Sandbox, clock: MovableClock
) -> None:
    here = bridge(reminder_queue=QUEUE)
    here.run(REMINDERS)
    clock.move(hours=3)
    again = here.run(REMINDERS)
    assert {line.outcome for line in again.lines[:2]} == {Outcome.UNCHANGED}
    for ticket in lists(sandbox):
        sandbox.edit(ticket.ticket_id, state="closed successful")
    forgetful = bridge(reminder_queue=QUEUE).run(REMINDERS)
    assert {line.outcome for line in forgetful.lines[:2]} == {Outcome.UNCHANGED}
    assert titles(sandbox) == TITLES
    assert {len(ticket.articles) for ticket in lists(sandbox)} == {1}


@pytest.mark.parametrize("kind", [FaultKind.REQUEST_LOST, FaultKind.ANSWER_LOST, FaultKind.BROKEN_MIDWAY])
@pytest.mark.parametrize("step", [1, 5])
def test_whatever_the_network_does_to_the_create_there_is_one_whole_ticket(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, kind: FaultKind, step: int
) -> None:
    here = bridge(reminder_queue=QUEUE)
    sandbox.faults.add(Fault(kind=kind, operation="TicketCreate", step=step))
    here.run(REMINDERS)
    clock.move(minutes=15)  # when the daemon comes back to a run of which something is unknown
    here.run(REMINDERS)
    assert titles(sandbox) == TITLES
    assert sorted(ticket.values["BridgeKey"] for ticket in lists(sandbox)) == [
        ["reminder:internet:2025-12"],
        ["reminder:telephony:2025-12"],
    ]
    assert all("Оплатить до" in ticket.articles[0].body for ticket in lists(sandbox))


class Killed(BaseException):
    """What a SIGKILL looks like from the inside: nothing is cleaned up that a dead process could not."""


class KilledAfterCreating:
    """A helpdesk whose process dies right after OTRS has made the ticket."""

    def __init__(self, inner: OtrsHelpdesk) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create_ticket(self, new: Any) -> int:
        self._inner.create_ticket(new)
        raise Killed


def test_killed_after_the_create_the_next_run_finds_the_ticket(
    bridge: Make, sandbox: Sandbox, clock: MovableClock
) -> None:
    database = open_database("sqlite://")

    def dying(inner: Any) -> Any:
        return KilledAfterCreating(inner) if isinstance(inner, OtrsHelpdesk) else inner

    with pytest.raises(Killed):
        bridge(database, reminder_queue=QUEUE, wrap=dying).run(REMINDERS)
    assert lists(sandbox)
    clock.move(hours=1)  # the process lives on in this test, so only the lease ends its claim
    report = bridge(database, reminder_queue=QUEUE).run(REMINDERS)
    assert titles(sandbox) == TITLES
    assert {line.outcome for line in report.lines[:2]} == {Outcome.APPLIED}
    database.close()


def test_nobody_to_remind_is_no_ticket(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    billing.pay("Ф-50000/telephony")
    here = bridge(reminder_queue=QUEUE)
    here.run(REMINDERS)
    assert titles(sandbox) == TITLES[:1]
    set_clock(clock, "2025-12-26T07:00")
    late = bridge(reminder_queue=QUEUE).run(REMINDERS)
    assert late.lines == ()
    set_clock(clock, "2026-01-02T07:00")
    planned = here.runner.plan(here.runner.named(REMINDERS))
    assert not [line for line in planned.lines if line.new.startswith("Напоминания")], "December is over"


@pytest.mark.parametrize("trouble", ["old", "empty", "broken"])
def test_a_feed_that_fails_its_gate_raises_none_and_the_job_stays_due(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling, trouble: str
) -> None:
    here = bridge(reminder_queue=QUEUE)
    billing.broken = trouble == "broken"
    if trouble == "old":
        billing.lagging = clock.now() - timedelta(hours=25)
    if trouble == "empty":
        billing.accounts.clear()
    if trouble == "broken":
        with pytest.raises(BillingUnusable):
            here.run(REMINDERS)
    else:
        assert here.run(REMINDERS).objection is not None
    assert lists(sandbox) == []
    known = here.jobs.job_run(REMINDERS, "2025-12")
    assert known is not None
    assert known.state == "refused"


def test_a_queue_that_otrs_does_not_know_is_said_and_the_job_stays_due(bridge: Make, sandbox: Sandbox) -> None:
    here = bridge(reminder_queue="Нет такой")
    report = here.run(REMINDERS)
    assert {line.outcome for line in report.lines[:2]} == {Outcome.FAILED}
    known = here.jobs.job_run(REMINDERS, "2025-12")
    assert known is not None
    assert known.state == "refused"


def test_no_other_job_touches_it_and_rebuilding_does_not_take_it_for_a_disconnection(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    old = bridge(reminder_queue=QUEUE)
    old.run(REMINDERS)
    before = {ticket.ticket_id: (ticket.changed, len(ticket.history)) for ticket in lists(sandbox)}
    new = bridge(reminder_queue=QUEUE)
    assert new.runner.debts is not None
    assert new.runner.debts.memory.rebuild() == (2, 0)
    assert new.jobs.made_tickets() == []
    for account in billing.accounts:
        billing.pay(account)
    for here in (old, new):
        for name in (INTERNET, "debt_sync", "cleanup"):
            clock.move(hours=1)
            here.run(name)
    assert {ticket.ticket_id: (ticket.changed, len(ticket.history)) for ticket in lists(sandbox)} == before
    assert {line.outcome for line in new.run(REMINDERS).lines} == set()
