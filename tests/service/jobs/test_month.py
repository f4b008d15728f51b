"""A month of the jobs: suspension, growth, payment, closing, reconnection, telephony, reminders and cleanup."""

from __future__ import annotations

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock, states
from tests.service.jobs.memory_billing import MemoryBilling


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


def test_cleanup_needs_no_billing(bridge: Make, sandbox: Sandbox) -> None:
    ticket = sandbox.add_ticket("Тихая", state="new").ticket_id
    closed = sandbox.add_ticket("Закрыта", state="closed unsuccessful").ticket_id
    bridge(source=None).run("cleanup")
    assert sandbox.state_of(ticket) == "open"
    assert sandbox.state_of(closed) == "closed unsuccessful", "only open tickets"
