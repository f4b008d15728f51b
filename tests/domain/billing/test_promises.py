"""What holds for every ledger there can be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from otrs_bridge.domain.billing.accounts import SERVICES, Account, BillingRules, Service
from otrs_bridge.domain.billing.cut_off import cut_off_day
from otrs_bridge.domain.billing.deadlines import deadline, last_deadline
from otrs_bridge.domain.billing.debt import Debt, Decision, NoDebt, decide
from otrs_bridge.domain.billing.entries import Entry, EntryKind
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.ledger import balance, rows_of
from otrs_bridge.domain.billing.money import NOTHING, from_kopecks
from otrs_bridge.domain.billing.period import Period, day_at, period_at
from otrs_bridge.domain.billing.scan import StandingDebt, entry_scan, sums_scan
from tests.depth import deep
from tests.domain.billing.ledgers import CALENDAR, MOSCOW

RULES = BillingRules(zone=MOSCOW)
FIRST = datetime(2013, 1, 1, tzinfo=UTC)
HALF_HOURS = 48 * 200

services = st.sampled_from(SERVICES)
moments = st.integers(min_value=0, max_value=HALF_HOURS).map(lambda n: FIRST + timedelta(minutes=30 * n))
amounts = st.integers(min_value=0, max_value=200_000).map(from_kopecks)
signed = st.integers(min_value=-200_000, max_value=200_000).map(from_kopecks)
KINDS: tuple[EntryKind, ...] = ("charge", "charge", "charge", "payment", "payment", "refund", "correction")
delays = st.sampled_from([None, -24, 0, 5, 60, 72, 90, 96, 240, 900])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(KINDS))
    dated = draw(moments)
    if kind == "charge" and draw(st.booleans()):
        dated = period_at(dated, MOSCOW).first_moment(MOSCOW)
    delay = draw(delays)
    posted = None if delay is None else dated + timedelta(hours=delay)
    amount = draw(signed if kind == "correction" else amounts)
    return Entry(kind=kind, amount=amount, dated=dated, posted=posted)


ledgers = st.lists(entries(), max_size=14)


def look(service: Service, ledger: list[Entry], moment: datetime) -> Decision:
    account = Account(id="Ф-1", contract="Ф-1", service=service)
    decision = decide(account, ledger, moment=moment, rules=RULES, calendar=CALENDAR)
    assert not isinstance(decision, InsaneRow)
    return decision


def owed(decision: Decision) -> Decimal:
    return decision.amount if isinstance(decision, Debt) else NOTHING


@given(services, ledgers, moments)
def test_paying_the_debt_always_clears_it(service: Service, ledger: list[Entry], moment: datetime) -> None:
    decision = look(service, ledger, moment)
    if isinstance(decision, Debt):
        payment = Entry(kind="payment", amount=decision.amount, dated=moment)
        assert isinstance(look(service, [*ledger, payment], moment), NoDebt)


@given(services, ledgers, moments)
def test_paying_a_kopeck_less_never_clears_it(service: Service, ledger: list[Entry], moment: datetime) -> None:
    decision = look(service, ledger, moment)
    if isinstance(decision, Debt):
        payment = Entry(kind="payment", amount=decision.amount - Decimal("0.01"), dated=moment)
        rest = look(service, [*ledger, payment], moment)
        assert isinstance(rest, Debt)
        assert (rest.amount, rest.arose) == (Decimal("0.01"), decision.arose)


@given(services, ledgers, moments, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    service: Service, ledger: list[Entry], moment: datetime, random: Random
) -> None:
    shuffled = random.sample(ledger, len(ledger))
    assert look(service, shuffled, moment) == look(service, ledger, moment)


@given(services, ledgers, moments, st.lists(st.tuples(amounts, st.integers(0, 86_399)), max_size=4), st.data())
def test_the_order_of_payments_inside_a_day_does_not_matter(
    service: Service, ledger: list[Entry], moment: datetime, paid: list[tuple[Decimal, int]], data: st.DataObject
) -> None:
    midnight = datetime.combine(data.draw(moments).astimezone(MOSCOW).date(), datetime.min.time(), MOSCOW)
    times = data.draw(st.permutations([second for _, second in paid]))

    def with_times(seconds: list[int]) -> list[Entry]:
        return ledger + [
            Entry(kind="payment", amount=amount, dated=midnight + timedelta(seconds=second))
            for (amount, _), second in zip(paid, seconds, strict=True)
        ]

    evening = max(moment, midnight + timedelta(days=1))
    asked = [second for _, second in paid]
    assert look(service, with_times(asked), evening) == look(service, with_times(list(times)), evening)


@given(services, ledgers, moments)
def test_no_account_without_debt_is_ever_chosen(service: Service, ledger: list[Entry], moment: datetime) -> None:
    decision = look(service, ledger, moment)
    if isinstance(decision, Debt):
        assert decision.amount > 0
        favour = sum((e.effect for e in ledger if e.known_from <= moment and e.effect < 0), start=NOTHING)
        cost = sum((e.effect for e in ledger if e.known_from <= moment and e.effect > 0), start=NOTHING)
        assert decision.amount <= cost + favour
        assert decision.since <= moment
        assert decision.arose <= last_deadline(service, moment, RULES)


@given(services, ledgers, moments, ledgers)
def test_a_later_look_at_the_same_facts_decides_the_same(
    service: Service, ledger: list[Entry], moment: datetime, learnt: list[Entry]
) -> None:
    unknown_then = [entry for entry in learnt if entry.known_from > moment]
    assert look(service, ledger + unknown_then, moment) == look(service, ledger, moment)


@given(services, ledgers, moments)
def test_nothing_happens_between_two_deadlines_but_payments(
    service: Service, ledger: list[Entry], moment: datetime
) -> None:
    last = last_deadline(service, moment, RULES)
    end = deadline(service, last.plus(1), RULES) - timedelta(microseconds=1)
    known = [entry for entry in ledger if entry.known_from <= moment]
    assert owed(look(service, known, moment)) == owed(look(service, known, end))


@given(services, ledgers, moments, amounts)
def test_another_payment_never_raises_a_debt_nor_makes_it_older(
    service: Service, ledger: list[Entry], moment: datetime, amount: Decimal
) -> None:
    before = look(service, ledger, moment)
    after = look(service, [*ledger, Entry(kind="payment", amount=amount, dated=moment - timedelta(days=9))], moment)
    assert owed(after) <= owed(before)
    if isinstance(after, Debt):
        assert isinstance(before, Debt)
        assert after.arose >= before.arose


@given(services, ledgers, moments)
def test_a_line_never_goes_off_before_its_day(service: Service, ledger: list[Entry], moment: datetime) -> None:
    decision = look(service, ledger, moment)
    if isinstance(decision, Debt) and decision.due:
        day = cut_off_day(service, decision.arose, CALENDAR)
        assert isinstance(day, date)
        assert isinstance(decision.cut_off_on, date)
        assert day <= decision.cut_off_on <= day_at(moment, MOSCOW)


@settings(max_examples=deep(50, 20))
@given(services, st.lists(ledgers, max_size=8), moments)
def test_the_sum_on_tickets_equals_the_sum_in_the_ledger(
    service: Service, town: list[list[Entry]], moment: datetime
) -> None:
    rows = [row for number, ledger in enumerate(town) for row in rows_of(f"Ф-{number}", ledger)]
    on_tickets = sum((debt.amount for debt in entry_scan(service, moment, RULES).debts(rows)), start=NOTHING)
    due = [[entry for entry in ledger if _is_due(service, entry, moment)] for ledger in town]
    in_ledger = sum((max(balance(ledger, moment), NOTHING) for ledger in due), start=NOTHING)
    assert on_tickets == in_ledger


def _is_due(service: Service, entry: Entry, moment: datetime) -> bool:
    if entry.effect <= 0:
        return True
    now = moment.astimezone(MOSCOW)
    counts = entry.counts_from(RULES).astimezone(MOSCOW)
    period = _sums_period(service, entry)
    months = (now.year - period.year) * 12 + now.month - period.month
    if service == "telephony":
        return months > 1 or (months == 1 and now.day > 25)
    fee = entry.kind == "charge" and counts.day == 1 and not entry.is_late(RULES)
    return months > 0 or (months == 0 and fee)


def _sums_period(service: Service, entry: Entry) -> Period:
    """Where sums per period put an entry: old calls that came late are due on the 26th of this very month, or the next."""
    counts = entry.counts_from(RULES)
    old = period_at(entry.dated, MOSCOW) < period_at(counts, MOSCOW)
    early = service == "telephony" and entry.is_late(RULES) and old and day_at(counts, MOSCOW).day <= 25
    return period_at(counts, MOSCOW).plus(-1 if early else 0)


@given(services, ledgers, moments, st.lists(entries(), max_size=4))
def test_what_is_posted_late_makes_nobody_owe_before_the_next_deadline(
    service: Service, ledger: list[Entry], moment: datetime, others: list[Entry]
) -> None:
    last = last_deadline(service, moment, RULES)
    late = [
        Entry(kind="charge", amount=abs(other.amount), dated=moment - timedelta(days=n * 7 + 4), posted=moment)
        for n, other in enumerate(others)
    ]
    known = [entry for entry in ledger if entry.known_from <= moment]
    before = owed(look(service, known, moment))
    assert owed(look(service, [*known, *late], moment)) == before
    following = deadline(service, last.plus(1), RULES)
    assert owed(look(service, [*known, *late], following - timedelta(microseconds=1))) == before
    in_the_end = sum((entry.amount for entry in late), start=NOTHING)
    with_a_debt = [*known, Entry(kind="charge", amount=Decimal(10**7), dated=FIRST - timedelta(days=99))]
    afterwards = deadline(service, last.plus(2), RULES)
    both = [owed(look(service, one, afterwards)) for one in (with_a_debt, [*with_a_debt, *late])]
    assert both[1] - both[0] == in_the_end


@given(services, st.lists(ledgers, max_size=4), moments)
def test_sums_per_period_decide_as_the_entries_do(service: Service, town: list[list[Entry]], moment: datetime) -> None:
    rows = [row for number, ledger in enumerate(town) for row in rows_of(f"Ф-{number}", ledger)]
    sums = [row for number, ledger in enumerate(town) for row in _added_up(service, f"Ф-{number}", ledger, moment)]
    by_entry, by_sums = entry_scan(service, moment, RULES), sums_scan(service, moment, RULES)
    assert list(map(_without_age, by_sums.debts(sums))) == list(map(_without_age, by_entry.debts(rows)))


def _without_age(debt: StandingDebt) -> tuple[Any, ...]:
    return debt.account, debt.amount, debt.arose, debt.ripe


def _added_up(service: Service, name: str, ledger: list[Entry], moment: datetime) -> list[tuple[Any, ...]]:
    known = sorted((e for e in ledger if e.known_from <= moment), key=lambda e: _sums_period(service, e))
    rows = []
    for written, group in groupby(known, key=lambda e: str(_sums_period(service, e))):
        sums = [NOTHING] * 4
        for entry in group:
            day = day_at(entry.counts_from(RULES), MOSCOW).day
            if entry.effect > 0 or entry.kind in {"charge", "refund"}:
                fee = entry.kind == "charge" and day == 1 and not entry.is_late(RULES)
                sums[0 if fee else 1] += entry.amount
            else:
                sums[2 if day <= 25 else 3] += abs(entry.amount)
        rows.append((name, written, *sums))
    return rows
