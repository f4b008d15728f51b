"""What billing posts long after the day it stands for: nobody who owed nothing on the 1st is cut off in mid-month."""

from __future__ import annotations

from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.debt import Debt, NoDebt
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import ClosePaid, EpisodeTicket, episode_actions, key_of
from otrs_bridge.domain.billing.settlement import Left
from tests.domain.billing.ledgers import MOSCOW, account, charge, correction, debt, decided, paid

PREPAID = [paid(500, "2013-05-20"), charge(500, "2013-06-01")]
ANOTHER_PRICE = [correction(-500, "2013-06-01", "2013-06-10 12:00"), charge(700, "2013-06-01", "2013-06-10 12:00")]

# service, ledger, a moment without a debt, the first one with it, its sum, the period in which it arose
DUE: dict[str, tuple[Service, list[Entry], str, str, int, str]] = {
    "another price, dated back": (
        "internet", [*PREPAID, *ANOTHER_PRICE], "2013-06-30 23:59", "2013-07-01", 200, "2013-07",
    ),
    "three fees of one who came back": (
        "internet", [charge(500, f"2013-0{month}-01", "2013-06-10 12:00") for month in (4, 5, 6)],
        "2013-06-30 23:59", "2013-07-01", 1500, "2013-07",
    ),
    "the run of the 1st on the 4th": (
        "internet", [charge(500, "2013-06-01", "2013-06-04 23:59")], "2013-06-04", "2013-06-05", 500, "2013-06",
    ),
    "the run of the 1st on the 5th": (
        "internet", [charge(500, "2013-06-01", "2013-06-05")], "2013-06-30", "2013-07-01", 500, "2013-07",
    ),
    "posted on a 1st, for a day long past": (
        "internet", [charge(500, "2013-05-20", "2013-06-01")], "2013-06-30", "2013-07-01", 500, "2013-07",
    ),
    "posted late, but in the same month": (
        "internet", [charge(500, "2013-05-10", "2013-05-20")], "2013-05-31", "2013-06-01", 500, "2013-06",
    ),
    "calls of May, on a bill of the 10th of June": (
        "telephony", [charge(90, "2013-05-31", "2013-06-10")], "2013-06-25", "2013-06-26", 90, "2013-06",
    ),
    "calls of May, on the last day to pay": (
        "telephony", [charge(90, "2013-05-31", "2013-06-25 23:59")], "2013-06-25", "2013-06-26", 90, "2013-06",
    ),
    "calls of May, the day after": (
        "telephony", [charge(90, "2013-05-31", "2013-06-26")], "2013-07-25", "2013-07-26", 90, "2013-07",
    ),
    "calls of the 1st, ten days late": (
        "telephony", [charge(90, "2013-06-01", "2013-06-11")], "2013-07-25", "2013-07-26", 90, "2013-07",
    ),
    "calls of March, in June": (
        "telephony", [charge(90, "2013-03-31", "2013-06-10")], "2013-06-25", "2013-06-26", 90, "2013-06",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("service", "ledger", "before", "then", "sum_", "arose"), DUE.values(), ids=DUE.keys())
def test_it_is_due_at_the_first_deadline_after_its_posting(
    service: Service, ledger: list[Entry], before: str, then: str, sum_: int, arose: str
) -> None:
    assert not isinstance(decided(account(service), ledger, before), Debt)
    found = debt(account(service), ledger, then)
    assert (found.amount, str(found.arose)) == (Decimal(sum_), arose)


def test_a_line_is_cut_off_with_those_of_that_deadline() -> None:
    found = debt(account(), [*PREPAID, *ANOTHER_PRICE], "2013-07-01 06:00")
    assert (found.due, str(found.cut_off_on)) == (True, "2013-07-01")
    calls = debt(account("telephony"), [charge(90, "2013-05-31", "2013-06-10")], "2013-06-26 06:00")
    assert (calls.due, str(calls.cut_off_on)) == (False, "2013-07-01")


def test_what_has_to_be_paid_by_the_next_deadline_includes_it() -> None:
    step = decided(account(), [*PREPAID, *ANOTHER_PRICE], "2013-06-11").next_step
    assert (step.kind, step.amount) == ("pay", Decimal(700))  # 200 and the fee of July


def test_a_debt_that_was_there_before_does_not_grow_by_it_in_mid_month() -> None:
    ledger = [charge(500, "2013-06-01"), charge(300, "2013-05-01", "2013-06-20")]
    assert debt(account(), ledger, "2013-06-21").amount == 500
    assert debt(account(), ledger, "2013-07-01").amount == 800


def test_a_debtor_whose_fee_is_replaced_owes_nothing_until_the_new_one_is_due() -> None:
    """The correction counts at once, the charge at the next 1st; nothing is lost, and nothing is counted twice."""
    ledger = [charge(500, "2013-06-01")]
    ticket = EpisodeTicket(
        key=key_of(debt(account(), ledger, "2013-06-02")), ticket_id=7, status="open",
        noted_debt=debt(account(), ledger, "2013-06-02").amount, noted_in=debt(account(), ledger, "2013-06-02").arose,
    )  # fmt: skip
    after = decided(account(), [*ledger, *ANOTHER_PRICE], "2013-06-11")
    assert isinstance(after, NoDebt)
    assert after.balance == 700
    assert episode_actions(after, [ticket]) == (ClosePaid(ticket=ticket, left=Left()),)
    assert debt(account(), [*ledger, *ANOTHER_PRICE], "2013-07-01").amount == 700


def test_how_many_days_are_in_time_is_the_operators_to_say() -> None:
    ledger = [charge(500, "2013-06-01", "2013-06-10")]
    assert debt(account(), ledger, "2013-06-11", BillingRules(zone=MOSCOW, late_posting_days=9)).amount == 500
    assert not isinstance(
        decided(account(), ledger, "2013-06-11", BillingRules(zone=MOSCOW, late_posting_days=8)), Debt
    )
    same_day = [charge(500, "2013-06-01 23:00", "2013-06-02 01:00")]
    assert not isinstance(
        decided(account(), same_day, "2013-06-03", BillingRules(zone=MOSCOW, late_posting_days=0)), Debt
    )
    with pytest.raises(ValueError, match="late_posting_days"):
        BillingRules(late_posting_days=-1)


def test_a_temporary_payment_annulled_the_next_day_makes_no_debt_before_the_next_1st() -> None:
    ledger = [charge(500, "2013-06-01"), paid(1000, "2013-06-10"), correction(1000, "2013-06-11")]
    for moment in ("2013-06-11", "2013-06-30 23:59"):
        found = decided(account(), ledger, moment)
        assert isinstance(found, NoDebt)
        assert found.balance == 500
    assert debt(account(), ledger, "2013-07-01").amount == 500
