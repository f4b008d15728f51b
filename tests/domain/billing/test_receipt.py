"""The receipt, and what tickets and lists say."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.billing.accounts import Hold, Service
from otrs_bridge.domain.billing.debt import Debt, NoDebt
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import EpisodeTicket
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.ledger import balance
from otrs_bridge.domain.billing.period import period_at
from otrs_bridge.domain.billing.receipt import ReceiptLine, receipt
from otrs_bridge.domain.billing.ticket_text import (
    Cleared,
    Subscriber,
    disconnection_text,
    growth_note,
    how_cleared,
    paid_note,
    paid_notes,
    reconnection_text,
    stop_note,
)
from otrs_bridge.words import LANGUAGES
from tests.domain.billing.ledgers import (
    MOSCOW,
    RULES,
    account,
    at,
    charge,
    correction,
    debt,
    entry,
    paid,
    period,
    refund,
)
from tests.domain.billing.test_promises import ledgers, look, moments, owed, services

INTERNET = [
    charge(500, "2013-02-01"),
    charge(500, "2013-03-01"),
    paid(700, "2013-03-10"),
    correction(-50, "2013-03-12"),
    charge(500, "2013-04-01"),
    paid(100, "2013-04-03"),
    refund(20, "2013-04-04"),
]
TELEPHONY = [charge(300, "2013-02-28"), paid(300, "2013-03-20"), charge(120, "2013-03-31")]
SOMEBODY = Subscriber(contract="Ф-15236", name="Иванов Иван Иванович", address="ул. Летная, д. 5, кв. 132")


def line(ledger: list[Entry], month: str = "2013-04", moment: str = "2013-04-10", **who: Any) -> ReceiptLine:
    made = receipt("Ф-15236", [(account(**who), ledger)], period=period(month), moment=at(moment), rules=RULES)
    return made.lines[0]


def test_the_internet_line_has_what_the_procedure_lists() -> None:
    shown = line(INTERNET)
    assert shown.brought_forward == 500
    assert shown.payments == 700
    assert shown.charges == 500
    assert shown.corrections == -50
    assert shown.prepayment == 500
    assert not shown.presumed
    assert shown.total == 750
    assert shown.paid_since == 100
    assert shown.charged_since == 20
    assert shown.now == 670


def test_telephony_on_it_is_that_of_the_month_before() -> None:
    shown = line(TELEPHONY, service="telephony")
    assert shown.brought_forward == shown.payments == 300
    assert shown.charges == shown.total == 120
    assert shown.prepayment == 0


def test_a_fee_that_is_not_charged_yet_is_presumed_from_the_tariff() -> None:
    shown = line([paid(500, "2013-03-20")], moment="2013-03-28")
    assert shown.presumed
    assert shown.prepayment == 500
    assert shown.total == 0


def test_what_the_ledger_does_not_know_yet_is_not_on_it() -> None:
    assert line([charge(500, "2013-03-01"), paid(500, "2013-03-02", "2013-04-20")]).payments == 0


def test_an_opening_balance_is_brought_forward() -> None:
    assert line([entry("opening", 70, "2013-03-15")]).brought_forward == 70


def test_an_opening_balance_beside_a_fee_is_all_that_is_asked_for() -> None:
    """The month has begun: its fee is charged, or it is none of the ledger's."""
    for dated in ("2013-04-01", "2013-03-15"):
        ledger = [entry("opening", 1500, dated)]
        shown = line(ledger, moment="2013-04-10")
        assert (shown.total, shown.prepayment, shown.presumed) == (Decimal(1500), Decimal(0), False)
        assert debt(account(), ledger, "2013-04-10").amount == 1500
    charged = line([entry("opening", 1500, "2013-04-01"), charge(500, "2013-04-01")], moment="2013-04-10")
    assert (charged.total, charged.presumed) == (Decimal(2000), False)
    assert line([entry("opening", 1500, "2013-03-15")], moment="2013-03-31").total == 2000  # for the month to come


def test_a_fee_that_billing_posts_on_the_3rd_is_not_on_the_receipt_before() -> None:
    ledger = [charge(500, "2013-04-01", "2013-04-03 02:00")]
    assert [line(ledger, moment=f"2013-04-0{day}").total for day in (2, 4)] == [0, 500]


def test_what_is_posted_late_stands_below_the_line_until_it_is_due() -> None:
    ledger = [charge(500, "2013-04-01"), charge(300, "2013-03-01", "2013-04-10")]
    shown = line(ledger, moment="2013-04-11")
    assert [shown.total, shown.now, shown.not_due, shown.overdue] == [500, 800, 300, 500]
    on_a_1st = line([charge(300, "2013-03-01", "2013-04-01")], moment="2013-04-11")
    assert [on_a_1st.prepayment, on_a_1st.not_due] == [0, 300]


@given(services, ledgers, moments, st.booleans())
def test_the_last_sum_of_a_receipt_is_the_debt(
    service: Service, ledger: list[Entry], moment: datetime, with_a_fee: bool
) -> None:
    who = account(service) if with_a_fee else account(service, tariffs=())
    made = receipt("Ф-15236", [(who, ledger)], period=period_at(moment, MOSCOW), moment=moment, rules=RULES)
    found = look(service, ledger, moment)
    assert made.debt == owed(found)
    if not isinstance(found, Debt):
        assert made.lines[0].overdue <= 0


@given(services, ledgers, moments)
def test_what_is_left_on_the_receipt_is_the_balance(service: Service, ledger: list[Entry], moment: datetime) -> None:
    who = account(service, tariffs=())
    month = period_at(moment, MOSCOW)
    made = receipt("Ф-15236", [(who, ledger)], period=month, moment=moment, rules=RULES)
    assert made.lines[0].now == balance(ledger, moment)


def test_the_receipt_of_a_contract_has_all_its_services() -> None:
    services = [(account(), INTERNET), (account("telephony"), TELEPHONY)]
    paper = receipt("Ф-15236", services, period=period("2013-04"), moment=at("2013-04-10"), rules=RULES)
    assert paper.total == Decimal(870)
    assert paper.text("ru").replace("\u00a0", " ").splitlines() == [
        "Квитанция за апрель 2013, договор Ф-15236",
        "интернет:",
        "  задолженность: 500,00 ₽",
        "  оплачено в прошлом месяце: 700,00 ₽",
        "  начислено за прошлый месяц: 500,00 ₽",
        "  возвраты и корректировки: -50,00 ₽",
        "  предоплата за текущий месяц: 500,00 ₽",
        "  итого по квитанции: 750,00 ₽",
        "  оплачено с начала месяца: 100,00 ₽",
        "  прочее с начала месяца: 20,00 ₽",
        "  остаётся сейчас: 670,00 ₽",
        "  из этого срок ещё не наступил: 20,00 ₽",
        "  из этого долг: 650,00 ₽",
        "телефония:",
        "  задолженность: 300,00 ₽",
        "  оплачено в прошлом месяце: 300,00 ₽",
        "  начислено за прошлый месяц: 120,00 ₽",
        "  итого по квитанции: 120,00 ₽",
        "  из этого срок ещё не наступил: 120,00 ₽",
    ]
    assert len(paper.text("en").splitlines()) == len(paper.text("ru").splitlines())


def _ticket_facts() -> tuple[Debt, str, str]:
    ledger = [charge(500, "2013-05-01"), charge(500, "2013-06-01")]
    found = debt(account(), ledger, "2013-06-03")
    paper = receipt("Ф-15236", [(account(), ledger)], period=period("2013-06"), moment=at("2013-06-03"), rules=RULES)
    ru, en = (disconnection_text(SOMEBODY, found, paper, rules=RULES, language=one) for one in ("ru", "en"))
    assert paper.text("en") in en
    return found, ru.replace("\u00a0", " "), en.replace("\u00a0", " ")


def test_a_disconnection_ticket_says_who_what_since_when_and_what_to_do() -> None:
    _, ru, en = _ticket_facts()
    assert ru.splitlines()[:7] == [
        "Договор: Ф-15236",
        "Клиент: Иванов Иван Иванович",
        "Адрес: ул. Летная, д. 5, кв. 132",
        "Услуга: интернет",
        "Долг: 1 000,00 ₽",
        "Долг возник: 01.05.2013 (2013-05)",
        "Отключение с: 01.05.2013",
    ]
    assert "Квитанция за июнь 2013" in ru
    assert "Что сделать: " in ru
    assert "Debt: 1,000.00 ₽\nDebt since: 2013-05-01 (2013-05)" in en
    assert "What to do: " in en


def test_what_is_not_known_of_the_subscriber_is_said_to_be_unknown() -> None:
    settled = EpisodeTicket(
        key=EpisodeKey(service="telephony", contract="Ф-1", period=period("2013-05")),
        ticket_id=7,
        status="carried out",
        noted_debt=Decimal(1),
        noted_in=period("2013-05"),
    )
    text = reconnection_text(Subscriber(contract="Ф-1"), settled, language="ru")
    assert "Клиент: не указано\nАдрес: не указано\nУслуга: телефония" in text
    assert "Откл. телефония Ф-1 2013-05" in text
    assert "May 2013" in reconnection_text(Subscriber(contract="Ф-1"), settled, language="en")


def test_notes_are_said_in_both_languages() -> None:
    found, _, _ = _ticket_facts()
    paper = receipt("Ф-15236", [], period=period("2013-06"), moment=at("2013-06-03"), rules=RULES)
    assert "1\u00a0000,00\u00a0₽" in growth_note(found, paper, language="ru")
    assert "1,000.00" in growth_note(found, paper, language="en")
    assert paid_note(language="ru") != paid_note(language="en")
    held = debt(account(holds=(Hold(kind="do not cut", reason="суд"),)), [charge(500, "2013-05-01")], "2013-05-02")
    assert held.stopped_by is not None
    assert "не отключать» (суд)" in stop_note(held.stopped_by, language="ru")
    assert "суд" in stop_note(held.stopped_by, language="en")


def test_an_owing_account_has_no_positive_receipt_without_a_reason() -> None:
    decision = look("internet", INTERNET, at("2013-04-10"))
    assert not isinstance(decision, NoDebt)
    assert owed(decision) == 650  # the refund of April is not due before May


HOW = {
    "a payment": ([paid(500, "2013-05-02")], "paid"),
    "a payment in time, posted later": ([paid(500, "2013-04-24", "2013-05-02")], "paid"),
    "a correction": ([correction(-500, "2013-05-01", "2013-05-10")], "corrected"),
    "another price, dated back and due later": (
        [correction(-500, "2013-05-01", "2013-05-10"), charge(700, "2013-05-01", "2013-05-10")], "corrected",
    ),
    "some of each": ([paid(200, "2013-05-02"), correction(-300, "2013-05-03")], "both"),
    "a payment of the month before and a correction": ([paid(9, "2013-04-02"), correction(-491, "2013-05-03")], "corrected"),
    "nothing at all: the charge is not there any more": ([], "corrected"),
}  # fmt: skip


@pytest.mark.parametrize(("since", "expected"), HOW.values(), ids=HOW.keys())
def test_nobody_is_said_to_have_paid_who_did_not(since: list[Entry], expected: Cleared) -> None:
    key = EpisodeKey(service="internet", contract="Ф-1", period=period("2013-05"))
    found = how_cleared([charge(500, "2013-05-01"), *since], key, at("2013-05-20"), RULES)
    assert found == expected
    for language, told in zip(LANGUAGES, ("оплачен полностью", "paid in full"), strict=True):
        said = paid_note(language=language, cleared=found)
        assert (told in said) is (expected == "paid")
        assert said in paid_notes()
        assert (told in reconnection_text(Subscriber(contract="Ф-1"), key, language=language, cleared=found)) is (
            expected == "paid"
        )
