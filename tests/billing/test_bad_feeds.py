"""What must never be decided on: each kind of broken feed is refused, with the row and the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedLimits, FeedRefused
from otrs_bridge.ports.billing import Billing
from otrs_bridge.service.queries.billing_desk import BillingDesk
from otrs_bridge.service.queries.feed_check import FeedCheck
from tests.billing.facts import ACCOUNTS, AS_OF, ENTRIES, MOSCOW, Cells, Facts
from tests.otrs.moved_clock import MovedClock

Maker = Callable[[Facts], Billing]


def checked(billing: Billing, *, hours: float = 1, last: int | None = None) -> FeedCheck:
    """`billing check` so many hours after the feed was taken."""
    return BillingDesk(
        billing=billing,
        rules=BillingRules(zone=MOSCOW),
        calendar=production_calendar(),
        limits=FeedLimits(),
        clock=MovedClock(AS_OF + timedelta(hours=hours)),
        last_good_rows=lambda _: last,
    ).check()


def reasons(found: FeedCheck) -> str:
    """Why it was refused."""
    assert isinstance(found.verdict, FeedRefused)
    return "; ".join(reason.en for reason in found.verdict.reasons)


def account(**cells: str) -> Cells:
    """One more account."""
    return (cells.get("account", "И-9"), cells.get("contract", "Ф-9"), cells.get("service", "internet"), "Ещё", "", "", "",
            cells.get("fee", "1.00"), *[""] * 7)  # fmt: skip


def entry(**cells: str) -> Cells:
    """One more entry."""
    row = {
        "account": "И-5",
        "kind": "payment",
        "dated": "2013-05-01 10:00:00",
        "posted": "",
        "amount": "1.00",
        "id": "99",
    }
    return tuple((row | cells).values())


def test_a_good_feed_passes(made: Maker) -> None:
    found = checked(made(Facts()), last=len(ACCOUNTS) + len(ENTRIES))
    assert found.verdict == FeedAccepted(rows=len(ACCOUNTS) + len(ENTRIES))
    assert (found.accounts["internet"], found.debtors["internet"]) == (5, 3)
    assert (found.accounts["telephony"], found.debtors["telephony"]) == (2, 2)


def test_an_old_feed_is_refused(made: Maker) -> None:
    assert "is old" in reasons(checked(made(Facts()), hours=25))


def test_a_truncated_feed_is_refused(made: Maker) -> None:
    half = made(Facts(entries=ENTRIES[: len(ENTRIES) // 2]))
    assert "not complete" in reasons(checked(half, last=len(ACCOUNTS) + len(ENTRIES)))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (Facts(accounts=(*ACCOUNTS, account(service="cable"))), "unknown service: cable"),
        (Facts(accounts=(*ACCOUNTS, account(fee="-5.00"))), "a fee cannot be -5.00"),
        (Facts(accounts=(*ACCOUNTS, account(), account())), "twice"),
        (Facts(accounts=(*ACCOUNTS, account(contract="АБ-0*"))), "cannot search for the contract 'АБ-0*'"),
        (Facts(accounts=(*ACCOUNTS, account(contract="АБ-0%"))), "cannot search for the contract 'АБ-0%'"),
        (Facts(accounts=(*ACCOUNTS, account(contract="-"))), "contract '-': no number in it"),
        (Facts(accounts=(*ACCOUNTS, account(contract="Ф-"))), "contract 'Ф-': no number in it"),
        (Facts(accounts=(*ACCOUNTS, account(contract="ю 0"))), "no number in it"),
        (Facts(entries=(*ENTRIES, entry(account="И-99"))), "account"),
        (Facts(entries=(*ENTRIES, entry(kind="bonus"))), "unknown kind of entry: bonus"),
        (Facts(entries=(*ENTRIES, entry(amount="-1.00"))), "a negative payment"),
        (Facts(entries=(*ENTRIES, entry(id="15"))), "15 comes twice"),
        (Facts(entries=(*ENTRIES, entry(dated="1970-01-01 03:00:00"))), "no date"),
        (Facts(entries=(*ENTRIES, entry(posted="2201-01-01 03:00:00"))), "no date"),
        (Facts(entries=ENTRIES * 2), "comes twice"),
    ],
    ids=[
        "unknown service", "negative fee", "account twice", "a wildcard", "another wildcard",
        "a contract of nothing", "a letter alone", "the number nought",
        "entries of no account", "unknown kind",
        "negative payment", "entry twice", "a date that is none", "a date nobody believes", "the whole feed twice",
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_true_refuses_the_feed(made_elsewhere: Maker, facts: Facts, why: str) -> None:
    found = checked(made_elsewhere(facts))
    assert why in reasons(found)
    assert found.insane >= 1


def test_an_empty_feed_is_refused(made_elsewhere: Maker) -> None:
    assert "is empty" in reasons(checked(made_elsewhere(Facts(accounts=(), entries=()))))


def test_a_contract_with_a_wrong_row_says_so(made_elsewhere: Maker) -> None:
    billing = made_elsewhere(Facts(entries=(*ENTRIES, entry(kind="bonus"))))
    assert len(billing.contract("Ф-5").faults) == 1
    assert billing.contract("Ю-7").faults == ()


@pytest.mark.parametrize(
    ("dated", "posted"), [("2013-05-05 12:00:00", ""), ("2013-05-01 12:00:00", "2013-05-05 12:00:00")]
)
def test_entries_later_than_the_feed_are_warned_of_with_the_first(made: Maker, dated: str, posted: str) -> None:
    """A payment of the day after tomorrow is not counted: without a word its client would be cut off."""
    later = [(who, "payment", dated, posted, "1.00", id_) for who, id_ in (("Т-1", "90"), ("И-1", "91"))]
    billing = made(Facts(entries=(*ENTRIES, *later)))
    found = checked(billing)
    assert isinstance(found.verdict, FeedAccepted)
    (told,) = found.doubts
    assert "later than the data itself: 2, not counted yet; the first: И-1, payment, 2013-05-05 12:00" in told.en
    assert "2, они ещё не учтены; первая: И-1, payment, 2013-05-05 12:00" in told.ru


def test_of_a_day_that_is_over_later_entries_are_no_oddity(made: Maker) -> None:
    moment = AS_OF - timedelta(days=40)
    with made(Facts()).reading() as feed:
        for service in SERVICES:
            scan, rows = feed.ledgers(service, moment=moment, rules=BillingRules(zone=MOSCOW))
            assert all(debt.amount > 0 for debt in scan.debts(rows))
            assert scan.rows
        assert feed.doubts(AS_OF) == ()
