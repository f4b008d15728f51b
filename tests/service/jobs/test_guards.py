"""What keeps a job from cutting off the wrong people: dry runs, bad feeds, faults, holds, late payments."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.billing.accounts import Hold
from otrs_bridge.domain.billing.outage import parse_outage
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.errors import BillingUnusable, UsageMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock, states
from tests.service.jobs.memory_billing import MemoryBilling


def test_a_dry_run_shows_exactly_what_a_real_one_raises(bridge: Make, sandbox: Sandbox) -> None:
    here = bridge()
    planned = here.runner.plan(here.runner.named(INTERNET))
    assert not ours(sandbox)
    assert {line.outcome for line in planned.lines} == {Outcome.PLANNED}
    done = here.run(INTERNET)
    assert [line.new for line in planned.lines] == [line.new for line in done.lines]


def test_an_observed_job_writes_nothing_and_one_that_is_off_does_not_run(bridge: Make, sandbox: Sandbox) -> None:
    watching = bridge(modes={INTERNET: Mode.OBSERVE})
    assert {line.outcome for line in watching.run(INTERNET).lines} == {Outcome.OBSERVED}
    with pytest.raises(UsageMistake, match="is off"):
        bridge(modes={INTERNET: Mode.OFF}).run(INTERNET)
    assert not ours(sandbox)


def test_who_pays_at_the_last_second_is_not_cut_off(bridge: Make, sandbox: Sandbox, billing: MemoryBilling) -> None:
    here = bridge()
    fresh = billing.contract

    def paid_meanwhile(contract: str) -> object:
        if contract == "Ф-10001":
            billing.pay("Ф-10001/internet")
        return fresh(contract)

    billing.contract = paid_meanwhile  # type: ignore[method-assign, assignment] # the payment comes right then
    report = here.run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10000", "Ф-10002"}
    spared = [line for line in report.lines if line.outcome is Outcome.SKIPPED]
    assert [line.new for line in spared] == ["Откл. интернет Ф-10001 2025-12"]


@pytest.mark.parametrize("trouble", ["old", "empty", "broken", "too short"])
def test_a_bad_feed_raises_nothing_and_closes_nothing_and_the_job_stays_due(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling, trouble: str
) -> None:
    here = bridge()
    here.run(INTERNET)
    set_clock(clock, "2025-12-20T07:00")
    whole = dict(billing.accounts)
    billing.debtor("Ф-20000", charged=moscow("2025-12-01T00:00"))
    for account in whole:
        billing.pay(account)
    if trouble == "old":
        billing.lagging = clock.now() - timedelta(hours=25)
    elif trouble == "empty":
        billing.accounts.clear()
    elif trouble == "too short":
        for name in list(billing.accounts)[:3]:
            del billing.accounts[name]
    billing.broken = trouble == "broken"
    for name in (INTERNET, "debt_sync"):
        if trouble == "broken":
            with pytest.raises(BillingUnusable):
                here.run(name)
        else:
            assert here.run(name).objection is not None
        known = here.jobs.job_run(name, "2025-12-20")
        assert known is not None
        assert known.state == "refused"
    assert states(sandbox) == dict.fromkeys(("Ф-10000", "Ф-10001", "Ф-10002"), "open")


def test_a_feed_without_charges_and_payments_closes_nothing_even_for_a_bridge_that_lost_its_memory(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    billing.debtor("Ф-50000", "telephony", charged=moscow("2025-10-31T23:00"))
    bridge().tick()
    raised = states(sandbox)
    assert set(raised) == {"Ф-10000", "Ф-10001", "Ф-10002", "Ф-50000"}
    known = dict(billing.entries)
    clock.move(days=1)
    for silent, said in ((billing.entries, "internet, telephony"), (("Ф-50000/telephony",), "telephony")):
        billing.entries = {name: [] if name in silent else entries for name, entries in known.items()}
        report = bridge().run("debt_sync")
        assert report.objection is not None
        assert report.objection.en.endswith(f"not one payment: {said}")
        assert states(sandbox) == raised


def test_a_service_that_has_just_begun_may_have_no_charges_yet(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    billing.debtor("Ф-50000", "telephony", charged=moscow("2025-12-01T00:00"))
    billing.entries["Ф-50000/telephony"] = []
    bridge().run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10000", "Ф-10001", "Ф-10002"}


def test_an_open_fault_or_an_announced_outage_postpones(bridge: Make, sandbox: Sandbox, clock: MovableClock) -> None:
    number = parse_contract("Ф-10000")
    assert number is not None
    ivanov = Client(contracts=(number,), name="Иванов", district="Северный", login="иванов", customer_id="Ф-10482")
    fault = sandbox.add_ticket("Нет связи", customer_user="иванов", customer_id="Ф-10482", state="open")
    here = bridge(directory=MemoryDirectory([ivanov]))
    report = here.run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10001", "Ф-10002"}
    assert any(fault.number in line.why.en for line in report.lines if line.outcome is Outcome.SKIPPED)
    sandbox.edit(fault.ticket_id, state="closed successful")
    outage = parse_outage("2025-12-01..2025-12-03 internet Северный")
    set_clock(clock, "2025-12-03T07:00")
    bridge(directory=MemoryDirectory([ivanov]), outages=[outage]).run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10001", "Ф-10002"}
    set_clock(clock, "2025-12-04T07:00")
    bridge(directory=MemoryDirectory([ivanov]), outages=[outage]).run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10000", "Ф-10001", "Ф-10002"}


def test_a_hold_keeps_connected_until_it_ends_and_warns_in_an_open_ticket(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    billing.hold("Ф-10000/internet", Hold(kind="promised payment", until=date(2025, 12, 5)))
    here = bridge()
    here.run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10001", "Ф-10002"}
    billing.hold("Ф-10001/internet", Hold(kind="do not cut"))
    for _ in range(3):
        clock.move(days=1)
        here.tick()
    assert set(ours(sandbox)) == {"Ф-10001", "Ф-10002"}
    assert len(ours(sandbox)["Ф-10001"].articles) == 2
    assert "не отключать" in ours(sandbox)["Ф-10001"].articles[-1].body
    set_clock(clock, "2025-12-06T07:00")
    here.tick()
    assert set(ours(sandbox)) == {"Ф-10000", "Ф-10001", "Ф-10002"}
