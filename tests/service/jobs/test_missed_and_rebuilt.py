"""A run that was missed is made up for, and a bridge that lost its database learns anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, ours, set_clock, states
from tests.service.jobs.memory_billing import MemoryBilling


def test_a_missed_month_is_run_once_for_the_day_it_was_due(bridge: Make, sandbox: Sandbox, clock: MovableClock) -> None:
    here = bridge()
    set_clock(clock, "2025-12-05T05:59")
    assert here.tick() == [f"{INTERNET} 2025-12", "telephony_disconnection 2025-12"], "the time of day is for today"
    set_clock(clock, "2025-12-05T09:00")
    sandbox.edit(ours(sandbox)["Ф-10000"].ticket_id, state="removed")
    assert f"{INTERNET} 2025-12-05" in here.tick()
    run = here.jobs.job_run(INTERNET, "2025-12")
    assert run is not None
    assert (run.due_on, run.state) == (date(2025, 12, 1), "done")
    assert here.tick() == []
    assert len(ours(sandbox)) == 3


def test_a_bridge_that_lost_its_database_learns_everything_from_the_keys(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    old = bridge()
    old.run(INTERNET)
    sandbox.edit(ours(sandbox)["Ф-10001"].ticket_id, state="closed successful")
    set_clock(clock, "2025-12-10T07:00")
    billing.pay("Ф-10000/internet")
    old.run("debt_sync")
    new = bridge()
    assert new.runner.debts is not None
    assert new.runner.debts.memory.rebuild() == (3, 0)
    clock.move(days=1)
    billing.pay("Ф-10001/internet")
    before = len(sandbox.tickets())
    new.run(INTERNET)
    new.run("debt_sync")
    assert states(sandbox) == {"Ф-10000": "closed successful", "Ф-10001": "closed successful", "Ф-10002": "open"}
    assert states(sandbox, "Вкл.") == {"Ф-10001": "open"}, "nobody had cut Ф-10000, so it needs no reconnection"
    assert len(sandbox.tickets()) == before + 1
    made = {one.key.contract: one for one in new.jobs.made_tickets() if one.key.purpose == "debt"}
    assert made["Ф-10002"].noted_debt == Decimal("500.00")
