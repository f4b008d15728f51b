"""A feed that is old, short or insane raises nothing; too many tickets wait for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.domain.billing.accounts import Tariff
from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow, account_doubts
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedFacts, FeedRefused, hours_off, judge_feed
from otrs_bridge.words import Words
from tests.domain.billing.ledgers import account, at, period

NOW = at("2013-05-01 06:00")
GOOD = FeedFacts(as_of=at("2013-05-01 03:00"), rows=1000, last_good_rows=1000)

ACCEPTED: dict[str, dict[str, Any]] = {
    "fresh, complete and sane": {},
    "exactly a day old": {"as_of": NOW - timedelta(hours=24)},
    "a little ahead of our clock": {"as_of": NOW + timedelta(minutes=9)},
    "exactly nine tenths of the last good run": {"rows": 900},
    "the first one ever": {"last_good_rows": None, "rows": 1},
    "larger than ever": {"rows": 100_000},
    "taken when the period had begun": {"taken_after": at("2013-05-01")},
}


@pytest.mark.parametrize("facts", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_feed_is_acted_on_that_is(facts: dict[str, Any]) -> None:
    judged = replace(GOOD, **facts)
    assert judge_feed(judged, moment=NOW) == FeedAccepted(rows=judged.rows)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "silent about a service": ({"silent": ["internet"]}, "not one charge and not one payment: internet"),
    "a second too old": ({"as_of": NOW - timedelta(hours=24, seconds=1)}, "is old"),
    "from the future": ({"as_of": NOW + timedelta(hours=1)}, "future"),
    "silent about its age": ({"as_of": None}, "does not say"),
    "a row short of nine tenths": ({"rows": 899}, "not complete"),
    "empty": ({"rows": 0, "last_good_rows": None}, "empty"),
    "insane in one row": ({"insane": 1}, "cannot be true"),
    "taken before the period began": ({"taken_after": at("2013-05-01 03:01")}, "taken before"),
}


@pytest.mark.parametrize(("facts", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_feed_is_refused_that_is(facts: dict[str, Any], reason: str) -> None:
    verdict = judge_feed(replace(GOOD, **facts), moment=NOW)
    assert isinstance(verdict, FeedRefused)
    assert len(verdict.reasons) == 1
    assert reason in verdict.reasons[0].en
    assert verdict.reasons[0].ru


@pytest.mark.parametrize(
    ("off", "hours"),
    [
        (timedelta(hours=3), 3),
        (timedelta(hours=-3, seconds=40), 3),
        (timedelta(hours=10, seconds=-90), 10),
        (timedelta(0), 0),
        (timedelta(seconds=50), 0),
        (timedelta(hours=3, minutes=5), 0),
        (timedelta(hours=20), 0),
    ],
)
def test_a_clock_that_is_off_by_whole_hours_is_told(off: timedelta, hours: int) -> None:
    told = hours_off(NOW - off, NOW)
    assert len(told) == bool(hours)
    assert all(f"exactly {hours} h apart" in one.en and f"ровно на {hours} ч" in one.ru for one in told)


def test_a_feed_from_the_future_by_whole_hours_says_why_it_may_be() -> None:
    verdict = judge_feed(replace(GOOD, as_of=NOW + timedelta(hours=3)), moment=NOW)
    assert isinstance(verdict, FeedRefused)
    assert "another time zone" in verdict.reasons[0].en


def test_faults_of_one_reason_are_told_once_whatever_logs_they_come_from() -> None:
    reason = Words(ru="минус", en="minus")
    logs = [FaultLog(), FaultLog()]
    for number, log in enumerate(logs * 3):
        why = Words.alike(f"minus {number}")
        log.add(InsaneRow(account=f"Ф-{number}", why=why, reason=reason, found=str(-number)))
    logs[0].add_all(logs[1])
    (fault,) = logs[0].faults
    assert (fault.count, fault.words.en) == (6, "Ф-0: minus 0; and 5 more like it (Ф-2: -2; Ф-4: -4)")
    assert logs[0].count == 6


def test_every_reason_is_told_at_once_and_examples_are_shown() -> None:
    log = FaultLog()
    for number in range(1, 10):
        log.add(InsaneRow(account=f"Ф-{number}", why=Words(ru="минус", en="minus")))
    bad = FeedFacts(as_of=None, rows=0, insane=9, faults=log.faults)
    verdict = judge_feed(bad, moment=NOW)
    assert isinstance(verdict, FeedRefused)
    assert len(verdict.reasons) == 3
    assert verdict.reasons[-1].ru == "невозможных строк: 9 (Ф-1: минус; и ещё таких строк: 8 (Ф-2; Ф-3))"


@pytest.mark.parametrize(
    ("who", "faults"),
    [
        pytest.param(account(), 0, id="a plain account"),
        pytest.param(account(tariffs=(Tariff(since=period("2013-01"), fee=Decimal(0)),)), 0, id="a free tariff"),
        pytest.param(account(tariffs=(Tariff(since=period("2013-01"), fee=Decimal(-1)),)), 1, id="a negative fee"),
        pytest.param(account(tariffs=(Tariff(since=period("2013-01"), fee=Decimal("NaN")),)), 1, id="a fee that is none"),
        pytest.param(account("tv"), 1, id="an unknown service"),  # type: ignore[arg-type] # that is it
    ],
)  # fmt: skip
def test_what_cannot_be_true_of_an_account_is_told(who: Any, faults: int) -> None:
    assert len(list(account_doubts(who))) == faults


@pytest.mark.parametrize(
    ("raised", "subscribers", "stops"),
    [
        pytest.param(0, 0, False, id="nothing to raise, nobody there"),
        pytest.param(200, 4000, False, id="exactly two hundred and exactly one in twenty"),
        pytest.param(201, 100_000, True, id="two hundred and one"),
        pytest.param(200, 3999, True, id="a little more than one in twenty"),
        pytest.param(1, 20, False, id="one of twenty"),
        pytest.param(1, 19, True, id="one of nineteen"),
        pytest.param(1, 0, True, id="a ticket for nobody"),
    ],
)
def test_too_many_tickets_wait_for_a_person(raised: int, subscribers: int, stops: bool) -> None:
    objection = BillingCaps().objection(raised=raised, subscribers=subscribers)
    assert (objection is not None) is stops
    if objection is not None:
        assert "одобрение" in objection.ru
        assert "approve" in objection.en


@pytest.mark.parametrize(
    ("paid", "standing", "allowed"),
    [(10, 10, True), (11, 22, True), (11, 21, False), (500, 1000, True), (501, 1000, False)],
)
def test_more_than_half_of_the_debts_paid_at_once_wait_for_a_person(paid: int, standing: int, *, allowed: bool) -> None:
    assert (BillingCaps().too_many_paid(paid=paid, standing=standing) is None) is allowed
