"""service/debts/do_no_harm.py: nobody is cut off in the middle of an open fault, whoever the client directory knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

import pytest

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.domain.billing.debt import Debt, decide
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import Raise, key_of
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.dialect import Categories, Dialect, FieldNames
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.debts.do_no_harm import DoNoHarm
from tests.builders import a_client
from tests.depth import deep
from tests.service.conftest import MakeWorkplace
from tests.service.jobs.memory_billing import MOSCOW

PLACEHOLDER = '"ул. Летная (подъезд 2), д. 5, Иванов Иван Иванович, {}" <test@mtel.ru>'
FIELDS = FieldNames(contract="Contract")

Ask = Callable[..., list[str]]


def debtor(contract: str, service: Service = "internet") -> Raise:
    """Somebody who was charged on 1 December 2025, has paid nothing, and is about to be cut off."""
    account = Account(id=contract, contract=contract, service=service)
    charge = Entry(kind="charge", amount=Decimal(500), dated=datetime(2025, 12, 1, tzinfo=MOSCOW))
    debt = decide(
        account,
        [charge],
        moment=datetime(2026, 2, 2, 9, tzinfo=MOSCOW),
        rules=BillingRules(zone=MOSCOW),
        calendar=production_calendar(),
    )
    assert isinstance(debt, Debt)
    return Raise(key=key_of(debt), debt=debt)


@pytest.fixture
def postponed(workplace: MakeWorkplace, sandbox: Sandbox) -> Ask:
    """Asks which of these debtors wait; their contracts."""
    sandbox.add_ticket("Обычная заявка")
    helpdesk = workplace().outside.helpdesk

    def ask(
        raises: Sequence[Raise],
        *clients: Client,
        fields: FieldNames = FIELDS,
        categories: Categories | None = None,
    ) -> list[str]:
        directory = MemoryDirectory(clients)
        dialect = Dialect(fields=fields, categories=categories or Categories())
        harm = DoNoHarm(helpdesk=helpdesk, directory=directory, dialect=dialect)
        return sorted(key.contract for key in harm.postponed(raises))

    return ask


def test_a_fault_is_found_however_its_ticket_names_the_contract(postponed: Ask, sandbox: Sandbox) -> None:
    sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format("Ф-15231"))
    sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format("договор № ф 15232"))
    sandbox.add_ticket("Нет связи", customer_user="petrov", customer_id="F15233")
    sandbox.add_ticket("Нет связи", fields={"Contract": "15234"})
    sandbox.add_ticket("Нет связи (Ф-15235) & тишина в трубке!", customer_user="test@mtel.ru")
    sandbox.add_ticket("Нет связи", customer_user="ф-15236")
    contracts = [f"Ф-1523{number}" for number in range(10)]
    assert postponed([debtor(contract) for contract in contracts]) == contracts[1:7]


def test_a_fault_is_found_by_the_login_and_by_the_address_of_a_known_client(postponed: Ask, sandbox: Sandbox) -> None:
    sandbox.add_ticket("Нет связи", customer_user="Sidorova", customer_id="x")
    sandbox.add_ticket("Нет связи", customer_user="ANNA@mtel.ru", customer_id="y")
    clients = [a_client("Ф-15236", login="sidorova"), a_client("Ф-15237", login="anna", email="anna@mtel.ru")]
    assert postponed([debtor("Ф-15236"), debtor("Ф-15237"), debtor("Ф-15238")], *clients) == ["Ф-15236", "Ф-15237"]


def test_somebody_elses_fault_and_a_finished_one_postpone_nobody(postponed: Ask, sandbox: Sandbox) -> None:
    sandbox.add_ticket("Юр. лицо", customer_user=PLACEHOLDER.format("Ю-15236"))
    sandbox.add_ticket("Длиннее", customer_user=PLACEHOLDER.format("Ф-152361"))
    sandbox.add_ticket("Телефон 8 495 152-36-00, касса 15236")
    for state in ("closed successful", "closed unsuccessful", "merged", "removed"):
        sandbox.add_ticket("Было", customer_user=PLACEHOLDER.format("Ф-15236"), state=state)
    ours = {"BridgeKey": "debt:telephony:Ф-15236:2025-12"}
    sandbox.add_ticket("Откл. телефония Ф-15236 2025-12", customer_user=PLACEHOLDER.format("Ф-15236"), fields=ours)
    assert postponed([debtor("Ф-15236")]) == []
    sandbox.add_ticket("Ждёт", customer_user=PLACEHOLDER.format("Ф-15236"), state="pending reminder")
    assert postponed([debtor("Ф-15236")]) == ["Ф-15236"]


@pytest.mark.parametrize(
    ("category", "internet", "telephony"),
    [
        ([], True, True),
        (["cable"], True, True),
        (["speed"], True, False),
        (["telephony-incoming"], False, True),
        (["billing", "tv"], False, False),
        (["billing", "internet"], True, False),
    ],
)
def test_a_ticket_postpones_the_service_that_its_category_may_mean(
    postponed: Ask, sandbox: Sandbox, category: list[str], internet: bool, telephony: bool
) -> None:
    sandbox.add_ticket("Заявка", customer_user=PLACEHOLDER.format("Ф-15236"), fields={"Category": category})
    assert bool(postponed([debtor("Ф-15236", "internet")])) is internet
    assert bool(postponed([debtor("Ф-15236", "telephony")])) is telephony


def test_a_category_in_the_operators_own_words_may_be_a_fault(postponed: Ask, sandbox: Sandbox) -> None:
    sandbox.add_ticket("Заявка", customer_user=PLACEHOLDER.format("Ф-15236"), fields={"District": "авария"})
    assert postponed([debtor("Ф-15236")], fields=FieldNames(category="District")) == ["Ф-15236"]


def test_the_keys_that_the_operators_field_has_for_the_categories_are_understood(
    postponed: Ask, sandbox: Sandbox
) -> None:
    own = Categories(keys=(("billing", "Оплата"), ("internet", "Авария"), ("tv", "Прочее"), ("speed", "Прочее")))
    for number, key in enumerate(["Оплата", "Авария", "Прочее"]):
        fields = {"District": key}
        sandbox.add_ticket("Заявка", customer_user=PLACEHOLDER.format(f"Ф-1523{number}"), fields=fields)
    wanted = [debtor(f"Ф-1523{number}") for number in range(3)]
    found = postponed(wanted, fields=FieldNames(category="District"), categories=own)
    assert found == ["Ф-15231", "Ф-15232"], "what may be slow internet is not taken for television"


def test_a_contract_that_reads_like_none_is_found_where_it_stands_as_billing_writes_it(
    postponed: Ask, sandbox: Sandbox
) -> None:
    sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format("юр-12/34"))
    assert postponed([debtor("ЮР-12/34"), debtor("ЮР-12/3")]) == ["ЮР-12/34"]


def test_where_otrs_hides_a_contract_nobody_is_cut_off(postponed: Ask, sandbox: Sandbox) -> None:
    """Its cache may say for hours that a filled field is empty: that ticket could be anybody's."""
    hidden = sandbox.add_ticket("Нет связи", fields={"Contract": "Ф-15236"})
    sandbox.poison_field(hidden.ticket_id, "Contract")
    with pytest.raises(SearchNotTrusted, match=hidden.number):
        postponed([debtor("Ф-15236")])
    sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format("Ф-15237"))
    assert postponed([debtor("Ф-15237")], fields=FieldNames()) == ["Ф-15237"]


def test_a_contract_field_that_does_not_exist_cuts_nobody_off(postponed: Ask) -> None:
    with pytest.raises(SearchNotTrusted, match="Kontrakt"):
        postponed([debtor("Ф-15236")], fields=FieldNames(contract="Kontrakt"))


def test_many_debtors_are_one_walk_over_the_open_tickets(postponed: Ask, sandbox: Sandbox) -> None:
    for number in range(60):
        sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format(f"Ф-{20000 + number}"))
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, skip=9, times=None))
    assert len(postponed([debtor(f"Ф-{20000 + number}") for number in range(deep(2000, 300))])) == 60


@pytest.mark.parametrize("skip", range(4))
def test_a_search_that_broke_does_not_cut_anybody_off(postponed: Ask, sandbox: Sandbox, skip: int) -> None:
    sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format("Ф-15236"))
    sandbox.faults.add(Fault(kind=FaultKind.NOTHING_FOUND, operation="TicketSearch", skip=skip, times=None))
    with pytest.raises(SearchNotTrusted):
        postponed([debtor("Ф-15236")])


def test_an_open_ticket_that_otrs_breaks_over_saves_only_those_whom_it_may_be_about(
    postponed: Ask, sandbox: Sandbox
) -> None:
    named = [
        sandbox.add_ticket("Нет связи", customer_user=PLACEHOLDER.format("Ф-15231")),
        sandbox.add_ticket("Нет связи", customer_user="petrov", customer_id="F15232"),
        sandbox.add_ticket("Нет связи", fields={"Contract": "15233"}),
        sandbox.add_ticket("Нет связи (Ф-15234)", customer_user="test@mtel.ru"),
        sandbox.add_ticket("Нет связи", customer_user="sidorova"),
    ]
    for ticket in named:
        sandbox.faults.add(
            Fault(kind=FaultKind.SERVER_ERROR, operation="TicketGet", ticket_id=ticket.ticket_id, times=None)
        )
    contracts = [f"Ф-1523{number}" for number in range(9)]
    known = a_client(contract="Ф-15235", login="sidorova")
    assert postponed([debtor(contract) for contract in contracts], known) == contracts[1:6]
    assert postponed([debtor("ЮР-12/34")]) == ["ЮР-12/34"], "what cannot be searched for, is not ruled out either"
