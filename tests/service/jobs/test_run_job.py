"""service/jobs/run_job.py: a month of the jobs, their guards, and what happens when missed, repeated or approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.billing.accounts import Hold
from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.outage import parse_outage
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.contract import parse_contract
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import Mode
from otrs_bridge.errors import BillingUnusable, UsageMistake
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.sandbox.records import Ticket
from otrs_bridge.otrs.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge, make_bridge
from tests.service.jobs.memory_billing import MOSCOW, MemoryBilling

Make = Callable[..., JobBridge]
INTERNET = "internet_suspension"


def moscow(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


def set_clock(clock: MovableClock, written: str) -> None:
    clock.move(seconds=(moscow(written).astimezone(UTC) - clock.now()).total_seconds())


@pytest.fixture
def billing(clock: MovableClock) -> MemoryBilling:
    """Three internet debtors since 1 December 2025, and one who has paid."""
    set_clock(clock, "2025-12-01T07:00")
    made = MemoryBilling(clock=clock)
    for number in range(4):
        made.debtor(f"Ф-1000{number}", charged=moscow("2025-12-01T00:00"))
    made.pay("Ф-10003/internet")
    return made


@pytest.fixture
def bridge(sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling) -> Iterator[Make]:
    """Makes bridges; each on a database of its own, unless one is given."""
    sandbox.add_ticket("Обычная заявка")
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:

        def make(database: Database | None = None, source: MemoryBilling | None = billing, **more: object) -> JobBridge:
            if database is None:
                database = open_database("sqlite://")
                closing.callback(database.close)
            return make_bridge(database, connection, clock, source, closing, **more)  # type: ignore[arg-type]

        yield make


def ours(sandbox: Sandbox, word: str = "Откл.") -> dict[str, Ticket]:
    """The bridge's tickets by contract."""
    return {ticket.title.split()[2]: ticket for ticket in sandbox.tickets() if ticket.title.startswith(word)}


def states(sandbox: Sandbox, word: str = "Откл.") -> dict[str, str]:
    return {contract: sandbox.state_of(ticket.ticket_id) for contract, ticket in ours(sandbox, word).items()}


def test_a_month_of_suspension_growth_payment_closing_and_reconnection(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    report = here.run(INTERNET)
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    assert states(sandbox) == {"Ф-10000": "open", "Ф-10001": "open", "Ф-10002": "open"}
    ticket = ours(sandbox)["Ф-10000"]
    assert sandbox.queue_of(ticket.ticket_id) == "Internet"
    assert ticket.customer_user == '"Иванов Иван Иванович, Ф-10000" <test@mtel.ru>'
    assert ticket.values["Category"] == ["billing"]
    assert "Квитанция за декабрь 2025" in ticket.articles[0].body
    assert "Долг: 500,00" in ticket.articles[0].body

    sandbox.edit(ours(sandbox)["Ф-10001"].ticket_id, state="closed successful")  # the line was cut
    set_clock(clock, "2025-12-10T07:00")
    billing.pay("Ф-10000/internet")
    billing.pay("Ф-10001/internet")
    here.run("debt_sync")
    assert states(sandbox) == dict.fromkeys(("Ф-10000", "Ф-10001"), "closed successful") | {"Ф-10002": "open"}
    assert states(sandbox, "Вкл.") == {"Ф-10001": "open"}

    set_clock(clock, "2026-01-01T07:00")
    for account in billing.accounts:
        billing.charge(account, moscow("2026-01-01T00:00"))
    here.run("debt_sync")
    here.run(INTERNET)
    assert states(sandbox)["Ф-10002"] == "open"
    assert "1 000,00" in ours(sandbox)["Ф-10002"].articles[-1].body.replace("\u00a0", " ")
    assert len([t for t in sandbox.tickets() if t.title.startswith("Откл.")]) == 6, "one episode, one ticket"
    before = {t.ticket_id: (len(t.articles), t.changed) for t in sandbox.tickets()}
    clock.move(hours=1)
    here.run("debt_sync")
    here.run(INTERNET)
    assert {t.ticket_id: (len(t.articles), t.changed) for t in sandbox.tickets()} == before


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


def test_a_ticket_obeys_the_field_rules_from_its_first_moment(bridge: Make, sandbox: Sandbox) -> None:
    number = parse_contract("Ф-10000")
    assert number is not None
    romashka = Client(
        contracts=(number,),
        type=ClientType.LEGAL,
        name="ООО «Ромашка»",
        district="Южный",
        login="Ю-204",
        customer_id="Ю-204",
    )
    here = bridge(directory=MemoryDirectory([romashka]))
    here.run(INTERNET)
    ticket = ours(sandbox)["Ф-10000"]
    assert ticket.customer_user == "Ю-204"
    assert sandbox.priority_of(ticket.ticket_id) == "4 high"
    assert ticket.values["District"] == ["Южный"]
    assert sandbox.priority_of(ours(sandbox)["Ф-10001"].ticket_id) == "3 normal"
    history = {t.ticket_id: len(sandbox.history(t.ticket_id)) for t in ours(sandbox).values()}
    here.run("cleanup")
    assert {t.ticket_id: len(sandbox.history(t.ticket_id)) for t in ours(sandbox).values()} == history


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


def test_too_many_wait_for_an_approval_which_lets_go_what_did_not_drift(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    here = bridge(caps=BillingCaps(max_tickets=2))
    held = here.run(INTERNET)
    assert held.objection is not None
    assert not ours(sandbox)
    assert here.tick() != [f"{INTERNET} 2025-12"], "a held run waits for a person, not for the next turn"
    assert not ours(sandbox)
    billing.pay("Ф-10000/internet")
    billing.pay("Ф-10001/internet", 100)
    billing.debtor("Ф-30000", charged=moscow("2025-12-01T00:00"))
    done = here.runner.approve(held.run)
    assert set(ours(sandbox)) == {"Ф-10002"}
    drifted = {line.new.split()[2]: line.why.en for line in done.lines if line.outcome is Outcome.SKIPPED}
    assert set(drifted) == {"Ф-10000", "Ф-10001", "Ф-30000"}
    assert "500.00" in drifted["Ф-10001"]
    assert "400.00" in drifted["Ф-10001"]
    here.runner.approve(held.run)
    assert set(ours(sandbox)) == {"Ф-10002"}
    with pytest.raises(UsageMistake, match="no plan"):
        here.runner.approve(999)


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


def test_telephony_goes_off_on_the_first_working_day_and_not_before(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    billing.debtor("Ф-50000", "telephony", charged=moscow("2025-11-30T23:00"))
    here = bridge(modes={INTERNET: Mode.OFF})
    for day in ("2025-12-26", "2026-01-01", "2026-01-09", "2026-01-11"):
        set_clock(clock, f"{day}T07:00")
        here.tick()
        assert not ours(sandbox), day
    set_clock(clock, "2026-01-12T07:00")
    assert "telephony_disconnection 2026-01" in here.tick()
    assert set(ours(sandbox)) == {"Ф-50000"}
    assert sandbox.queue_of(ours(sandbox)["Ф-50000"].ticket_id) == "Telephony"


def test_reminders_list_who_has_not_paid_and_touch_nothing(bridge: Make, sandbox: Sandbox, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-20T07:00")
    report = bridge().run("reminders")
    assert {line.new for line in report.lines} == {"Ф-10000", "Ф-10001", "Ф-10002"}
    assert not ours(sandbox)


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


def test_cleanup_needs_no_billing(bridge: Make, sandbox: Sandbox) -> None:
    ticket = sandbox.add_ticket("Тихая", state="new").ticket_id
    closed = sandbox.add_ticket("Закрыта", state="closed unsuccessful").ticket_id
    bridge(source=None).run("cleanup")
    assert sandbox.state_of(ticket) == "open"
    assert sandbox.state_of(closed) == "closed unsuccessful", "only open tickets"
