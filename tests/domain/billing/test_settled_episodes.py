"""A payment vanishes after its ticket was settled: of what was owed besides then, no more is ever owed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import ClosePaid, LeaveAlone, Raise, episode_actions
from otrs_bridge.domain.billing.settlement import Left, parse_left
from tests.domain.billing.ledgers import account, at, charge, decided, paid, period
from tests.domain.billing.test_episodes import JUNE, MAY, kinds, owing, ticket

SETTLED_IN_JUNE = replace(ticket(status="settled"), settled_at=at("2013-06-03 03:00"))
STILL_OWED = Left(since=period("2013-06"), amount=Decimal(500))


def test_a_newer_debt_that_stood_when_the_ticket_was_settled_is_a_debt_like_any_other() -> None:
    """May was paid on 31 May, posted on 3 June, when June's fee was owed already; then that payment vanishes."""
    there = decided(account(), [MAY, paid(500, "2013-05-31", "2013-06-02"), JUNE], "2013-06-03")
    raised, closed = episode_actions(there, [ticket()])
    assert (type(raised), closed) == (Raise, ClosePaid(ticket=ticket(), left=STILL_OWED))
    told, raised = episode_actions(owing("2013-06-04", JUNE), [replace(SETTLED_IN_JUNE, left=STILL_OWED)])
    assert isinstance(told, LeaveAlone)
    assert isinstance(raised, Raise)
    assert str(raised.key) == "debt:internet:Ф-15236:2013-06"
    assert (raised.debt.amount, raised.debt.disputed) == (Decimal(500), Decimal(500))
    assert kinds(owing("2013-06-04", JUNE), SETTLED_IN_JUNE) == [LeaveAlone], "nothing was owed besides"


@pytest.mark.parametrize("before", ["2013-05-20", "2013-06-01"])
def test_of_a_newer_debt_that_stood_no_more_is_owed_than_then(before: str) -> None:
    """300 of June were paid when May was settled: they are not taken for May when the payment of May vanishes."""
    left = Left(since=period("2013-06"), amount=Decimal(200))
    known = [MAY, JUNE, paid(300, before)]
    raised = episode_actions(decided(account(), known, "2013-06-04"), [replace(SETTLED_IN_JUNE, left=left)])[1]
    assert isinstance(raised, Raise)
    assert (str(raised.key), raised.debt.amount) == ("debt:internet:Ф-15236:2013-06", Decimal(200))
    again = decided(account(), [*known, paid(200, "2013-06-05")], "2013-06-06")
    assert kinds(again, replace(SETTLED_IN_JUNE, left=left)) == [LeaveAlone]


SETTLED_IN_MAY = replace(ticket(status="settled"), settled_at=at("2013-05-11 03:00"))
PAID_JUNE = {
    "in time": paid(500, "2013-05-25"),
    "late": paid(500, "2013-06-02"),
    "at the very end of May": paid(500, "2013-05-31 23:59"),
    "in time, posted later": paid(500, "2013-05-20", "2013-06-03"),
    "before the ticket was settled, posted after that": paid(500, "2013-05-10", "2013-05-12"),
}


@pytest.mark.parametrize("payment", PAID_JUNE.values(), ids=PAID_JUNE.keys())
def test_who_prepays_after_a_payment_vanished_is_spared_as_who_pays_late(payment: Entry) -> None:
    """May was paid and its ticket settled on 11 May; that payment is taken out, and June's is there."""
    known = owing("2013-06-04", JUNE, payment)
    assert kinds(known, SETTLED_IN_MAY) == [LeaveAlone]
    july = owing("2013-07-02", JUNE, payment, charge(500, "2013-07-01"))
    raised = episode_actions(july, [SETTLED_IN_MAY])[1]
    assert isinstance(raised, Raise)
    assert (str(raised.key), raised.debt.amount) == ("debt:internet:Ф-15236:2013-07", Decimal(500))


def test_what_was_paid_in_part_before_the_ticket_was_settled_is_paid_for_that_debt_alone() -> None:
    """Of May's 500, 200 are there and 300 vanished: the 200 are not June's as well."""
    raised = episode_actions(owing("2013-06-04", JUNE, paid(200, "2013-05-05")), [SETTLED_IN_MAY])[1]
    assert isinstance(raised, Raise)
    assert (raised.debt.amount, raised.debt.disputed) == (Decimal(500), Decimal(300))


def test_what_was_paid_ahead_before_the_debt_arose_is_not_lost() -> None:
    """Of May's 500, 100 were paid in April: 400 were owed and paid twice over, and the one payment vanished."""
    early, more = paid(100, "2013-04-20"), paid(450, "2013-05-05")
    known = [early, MAY, more, JUNE]
    ahead = decided(account(), [*known, charge(70, "2013-05-05")], "2013-06-04")
    raised = episode_actions(ahead, [ticket("2013-05", "settled")])
    assert [type(one) for one in raised] == [Raise], "May is even: nothing of it vanished"
    assert isinstance(raised[0], Raise)
    assert raised[0].debt.amount == Decimal(520)


@pytest.mark.parametrize("mark", ["", "promised payment 2013-05-20", "left x since 2013-06", "left 5", "left"])
def test_no_other_mark_is_read_as_a_newer_debt(mark: str) -> None:
    assert parse_left(mark) is None
    assert [parse_left(left.mark) for left in (STILL_OWED, Left())] == [STILL_OWED, Left()]
