"""Long values on servers whose columns differ: what is written anew fits, and what stands is left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.domain.selection import Everything
from otrs_bridge.sandbox.product import OTOBO, ZNUNY
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.builders import a_client
from tests.service.conftest import MakeWorkplace, MovableClock, active

COMPANY = a_client("Ф-99123", name=f"ООО «{'Ромашка ' * 25}»", address="ул. Летная, д. 5", login="")
TEXT = "Договор Ф-99123, ул. Летная, д. 5. Нет связи."
UNSAID = replace(ZNUNY, banner="", login_header="X-Unsaid")


@pytest.fixture(params=[ZNUNY, OTOBO, UNSAID], ids=["Znuny", "OTOBO", "not said"])
def sandbox(request: pytest.FixtureRequest, clock: MovableClock) -> Iterator[Sandbox]:
    """One product after the other; the last is a Znuny that does not say so."""
    with Sandbox(clock=clock.now, product=request.param) as running:
        yield running


def test_a_placeholder_is_as_long_as_the_server_takes_it(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(directory=MemoryDirectory([COMPANY]))
    ticket = sandbox.add_ticket("Нет связи", body=TEXT)
    report = place.sweep.run(Everything(), apply=True)
    (line,) = [line for line in report.lines if line.field == "customer"]
    assert line.outcome is Outcome.APPLIED
    written = sandbox.ticket(ticket.ticket_id).customer_user or ""
    assert written.endswith('Ф-99123" <test@mtel.ru>')
    assert len(written) > 191 if sandbox.database.product is ZNUNY else len(written) <= 191
    assert not place.sweep.run(Everything()).counts["planned"], "and the next look finds it right"


def test_what_stands_is_not_rewritten_because_of_the_limit(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    longest = sandbox.database.product.longest_customer_user
    held = f'"ул. Летная, д. 5, {"О" * (longest - 44)}, Ф-99123" <test@mtel.ru>'
    subject = next(rule for rule in RULES if rule.name == "subject")
    brief = ActiveRule(rule=subject, mode=Mode.ENFORCE, options=subject.options(longest=250))
    place = workplace(rules=[*active({"customer": Mode.ENFORCE}), brief])
    title = " ".join(["Соседи жалуются"] * 20)[: min(sandbox.database.product.longest_title, 250)].strip()
    ticket = sandbox.add_ticket(title, customer_user=held, body=TEXT)
    place.sweep.run(Everything(), apply=True)
    assert (ticket.title, ticket.customer_user) == (title, held)


def test_an_undo_puts_back_what_stood_there_whole(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(rules=active({"subject": Mode.ENFORCE}))
    long = ("Здравствуйте, " * 30)[: sandbox.database.product.longest_title].strip()
    ticket = sandbox.add_ticket(f"{long}", body=TEXT)
    done = place.sweep.run(Everything(), apply=True)
    assert ticket.title != long
    assert {line.outcome for line in place.undo.run(done.run, apply=True).lines} == {Outcome.APPLIED}
    assert ticket.title == long
