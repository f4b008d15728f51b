"""What OTRS refuses by name: written down as a placeholder in the same run, told once, asked for rarely."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.domain.selection import TheseTickets
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.refusals import BELIEVED
from rules import customer, state
from tests.builders import a_client
from tests.service.conftest import MakeWorkplace, Workplace

NEWCOMER = a_client(
    "Ф-77001",
    name="Новый Клиент Клиентович",
    address="ул. Летная, д. 9, кв. 1",
    login="newclient",
    email="new@client.ru",
)
WRITTEN_DOWN = '"ул. Летная, д. 9, кв. 1, Новый Клиент Клиентович, Ф-77001" <{}>'
FAILED, APPLIED = {"customer": Outcome.FAILED}, {"customer": Outcome.APPLIED}
UNCHANGED = {"customer": Outcome.UNCHANGED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One ticket, and a bridge with the customer rule."""

    place: Workplace
    ticket_id: int

    def sweep(self) -> dict[str, Outcome]:
        """What became of each field."""
        self.place.clock.move(minutes=1)
        report = self.place.sweep.run(TheseTickets(ids=(self.ticket_id,)), apply=True)
        return {line.field: line.outcome for line in report.lines}

    @property
    def customer(self) -> str:
        """The ticket's customer user."""
        return self.place.sandbox.ticket(self.ticket_id).customer_user or ""

    @property
    def notes(self) -> list[str]:
        """What the bridge has written into the ticket."""
        articles = self.place.sandbox.ticket(self.ticket_id).articles
        return [article.body for article in articles if "otrs-bridge" in article.subject]


def desk(workplace: MakeWorkplace, sandbox: Sandbox, user: str) -> Desk:
    rule = ActiveRule(rule=customer.RULE, mode=Mode.ENFORCE, options=customer.Options())
    if user in {"x@y.ru", "new@client.ru"}:
        ticket = sandbox.receive_mail(user, "Нет интернета", "Ф-77001", queue="Support")
    else:
        ticket = sandbox.add_ticket("Нет интернета", customer_user=user, customer_id="", body="Ф-77001")
    place = workplace(rules=[rule], directory=MemoryDirectory([NEWCOMER]))
    return Desk(place=place, ticket_id=ticket.ticket_id)


@pytest.mark.parametrize(
    ("user", "placeholder"),
    [
        pytest.param("test@mtel.ru", WRITTEN_DOWN.format("test@mtel.ru"), id="the bare address"),
        pytest.param("x@y.ru", WRITTEN_DOWN.format("x@y.ru"), id="a stranger"),
        pytest.param("new@client.ru", WRITTEN_DOWN.format("new@client.ru"), id="his own address"),
    ],
)
def test_whom_otrs_refuses_is_written_down_as_a_placeholder_and_left_so(
    workplace: MakeWorkplace, sandbox: Sandbox, user: str, placeholder: str
) -> None:
    at = desk(workplace, sandbox, user)
    assert at.sweep() == APPLIED
    assert at.customer == placeholder
    assert "В OTRS нет клиента newclient: записано, что о нём известно" in at.notes[0]
    assert at.sweep() == at.sweep() == {}
    assert len(at.notes) == 1


def test_a_placeholder_that_says_enough_stays_as_it_is(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    own = '"Новый Клиент Клиентович, Ф-77001" <test@mtel.ru>'
    at = desk(workplace, sandbox, own)
    assert at.sweep() == UNCHANGED
    assert at.sweep() == at.sweep() == {}
    assert (at.customer, at.notes) == (own, [])


def test_after_a_while_otrs_is_asked_once_more(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    at = desk(workplace, sandbox, "test@mtel.ru")
    assert at.sweep() == APPLIED
    at.place.clock.move(seconds=BELIEVED.total_seconds())
    assert at.sweep() == UNCHANGED
    assert at.sweep() == {}
    assert len(at.notes) == 1
    sandbox.add_customer_user("newclient", email="new@client.ru", customer_id="Ф-77001")
    assert at.sweep() == {}
    at.place.clock.move(seconds=BELIEVED.total_seconds())
    assert at.sweep() == APPLIED
    assert at.customer == "newclient"
    assert at.sweep() == {}


REFUSED_SENDERS = ["o_k@under_score.ru", "ivan@example.com", "petrov@no-mail-server.ru"]


def desk_of_strangers(workplace: MakeWorkplace, sandbox: Sandbox, sender: str, body: str) -> Desk:
    rule = ActiveRule(rule=customer.RULE, mode=Mode.ENFORCE, options=customer.Options())
    sandbox.database.mail_exchangers = frozenset({"mtel.ru", "under_score.ru", "example.com"})
    ticket = sandbox.receive_mail(sender, "Нет интернета", body, queue="Support")
    return Desk(place=workplace(rules=[rule], directory=MemoryDirectory([NEWCOMER])), ticket_id=ticket.ticket_id)


@pytest.mark.parametrize("sender", REFUSED_SENDERS)
def test_a_sender_whose_address_otrs_refuses_gets_the_common_one_at_once(
    workplace: MakeWorkplace, sandbox: Sandbox, sender: str
) -> None:
    at = desk_of_strangers(workplace, sandbox, sender, "Ф-99001, Летная 5-132")
    assert at.sweep() == APPLIED
    assert at.customer == '"ул. Летная, д. 5, кв. 132, Ф-99001" <test@mtel.ru>'
    assert f"адрес {sender} OTRS не принимает, поэтому записан общий" in at.notes[0]
    assert at.sweep() == at.sweep() == {}
    assert len(at.notes) == 1


@pytest.mark.parametrize("sender", REFUSED_SENDERS)
def test_nor_is_a_refused_sender_of_whom_nothing_is_known_asked_for_again(
    workplace: MakeWorkplace, sandbox: Sandbox, sender: str
) -> None:
    at = desk_of_strangers(workplace, sandbox, sender, "не работает")
    assert at.sweep() == APPLIED
    assert at.customer == '"" <test@mtel.ru>'
    assert at.sweep() == at.sweep() == {}
    at.place.clock.move(seconds=BELIEVED.total_seconds())
    assert at.sweep() == UNCHANGED
    assert len(at.notes) == 1


def test_a_client_and_his_address_may_both_be_refused(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    at = desk_of_strangers(workplace, sandbox, "o_k@under_score.ru", "Ф-77001")
    assert at.sweep() == APPLIED
    assert at.customer == WRITTEN_DOWN.format("test@mtel.ru")
    entries = at.place.outside.journal.entries(ticket_id=at.ticket_id)
    assert [entry.state for entry in entries] == ["refused", "refused", "applied"]
    assert at.sweep() == {}


def test_where_even_the_common_address_is_refused_the_ticket_fails_and_the_rest_is_written(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    sandbox.database.mail_exchangers = frozenset({"client.ru"})
    ticket = sandbox.add_ticket(
        "Нет интернета", customer_user="test@mtel.ru", customer_id="", body="Ф-77001", state="new"
    )
    rules = [ActiveRule(rule=rule.RULE, mode=Mode.ENFORCE, options=rule.RULE.options()) for rule in (customer, state)]
    at = Desk(place=workplace(rules=rules, directory=MemoryDirectory([])), ticket_id=ticket.ticket_id)
    assert at.sweep() == {"customer": Outcome.FAILED, "state": Outcome.APPLIED}


def test_what_an_agent_took_away_is_not_what_is_written_instead(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    at = desk(workplace, sandbox, "test@mtel.ru")
    assert at.sweep() == APPLIED
    sandbox.edit(at.ticket_id, customer=('"" <test@mtel.ru>', ""))
    at.place.clock.move(seconds=BELIEVED.total_seconds())
    assert (at.sweep(), at.sweep()) == (FAILED, {"customer": Outcome.PINNED})
    assert at.customer == '"" <test@mtel.ru>'


def test_what_failed_for_another_reason_is_tried_again(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    sandbox.add_customer_user("newclient", email="new@client.ru", customer_id="Ф-77001")
    at = desk(workplace, sandbox, "test@mtel.ru")
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketUpdate", times=None))
    assert at.sweep() == {"customer": Outcome.UNKNOWN}
    sandbox.faults.clear()
    at.place.clock.move(minutes=10)
    at.place.gateway.recover()
    assert at.sweep() == APPLIED
    assert at.customer == "newclient"
