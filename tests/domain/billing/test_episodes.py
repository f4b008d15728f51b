"""What is done about the tickets of one account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import Hold
from otrs_bridge.domain.billing.debt import Decision
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import (
    Action,
    ClosePaid,
    EpisodeTicket,
    Grow,
    LeaveAlone,
    Raise,
    Reconnect,
    Revive,
    TicketStatus,
    Warn,
    episode_actions,
)
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.settlement import Left, Settlement
from tests.domain.billing.ledgers import account, at, charge, decided, entry, paid, period

MAY, JUNE = charge(500, "2013-05-01"), charge(500, "2013-06-01")


def ticket(
    arose: str = "2013-05", status: TicketStatus = "open", noted: str = "500", noted_in: str = "", number: int = 1
) -> EpisodeTicket:
    return EpisodeTicket(
        key=EpisodeKey(service="internet", contract="Ф-15236", period=period(arose)),
        ticket_id=number,
        status=status,
        noted_debt=Decimal(noted),
        noted_in=period(noted_in or arose),
    )


def owing(moment: str = "2013-05-02", *more: Entry) -> Decision:
    return decided(account(), [MAY, *more], moment)


def clear(moment: str = "2013-05-04") -> Decision:
    return decided(account(), [MAY, paid(500, "2013-05-03")], moment)


def kinds(decision: Decision | None, *tickets: EpisodeTicket) -> list[type[Action]]:
    return [type(action) for action in episode_actions(decision, tickets)]


LEAVES_ALONE: dict[str, tuple[Decision | None, list[EpisodeTicket]]] = {
    "nobody owes and nothing is open": (clear(), []),
    "a debt on whose ticket people work": (owing(), [ticket()]),
    "a debt whose line is off": (owing(), [ticket(status="carried out")]),
    "a debt that grew and was noted this month": (
        owing("2013-06-02", JUNE),
        [ticket(noted="1000", noted_in="2013-06")],
    ),
    "a debt that shrank": (owing("2013-06-02", JUNE, paid(700, "2013-06-01")), [ticket()]),
    "a debt that grew within the month of the ticket": (owing(), [ticket(noted="400")]),
    "an account that is not in the feed": (None, [ticket(), ticket("2013-04", "carried out")]),
    "a paid episode long settled": (clear(), [ticket(status="settled")]),
    "a debt on a held account": (
        decided(account(holds=(Hold(kind="do not cut"),)), [MAY], "2013-05-02"),
        [],
    ),
    "a cut line whose contract ended, paid": (
        decided(account(ended=True), [MAY, paid(500, "2013-05-03")], "2013-05-04"),
        [ticket(status="carried out")],
    ),
    "a settled ticket whose payment vanished from the ledger": (owing(), [ticket(status="settled")]),
    "a ticket younger than the debt, since a payment vanished": (
        owing("2013-06-02", JUNE),
        [ticket("2013-06", noted="1000")],
    ),
}


@pytest.mark.parametrize(("decision", "tickets"), LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_left_alone_is(decision: Decision | None, tickets: list[EpisodeTicket]) -> None:
    assert set(kinds(decision, *tickets)) <= {LeaveAlone}


ASKS_FOR: dict[str, tuple[Decision, list[EpisodeTicket], list[type[Action]]]] = {
    "a ticket for a new debt": (owing(), [], [Raise]),
    "a new ticket after an episode long settled": (owing(), [ticket("2013-03", "settled")], [Raise]),
    "the growth to be noted in the next month": (owing("2013-06-02", JUNE), [ticket()], [Grow]),
    "the growth to be noted although the line is off": (
        owing("2013-06-02", JUNE),
        [ticket(status="carried out")],
        [Grow],
    ),
    "a paid ticket to be closed": (clear(), [ticket()], [ClosePaid]),
    "a line to be switched on again": (clear(), [ticket(status="carried out")], [Reconnect]),
    "the old ticket closed and a new one raised, paid and owing again between two looks": (
        decided(account(), [MAY, paid(500, "2013-05-31"), JUNE], "2013-06-02"),
        [ticket()],
        [Raise, ClosePaid],
    ),
    "only the new ticket when the line is off and a new debt stands": (
        decided(account(), [MAY, paid(500, "2013-05-31"), JUNE], "2013-06-02"),
        [ticket(status="carried out")],
        [Raise, LeaveAlone],
    ),
    "the line switched on when the new debt has a promise": (
        decided(
            account(holds=(Hold(kind="promised payment", until=date(2013, 6, 9)),)),
            [MAY, paid(500, "2013-05-31"), JUNE],
            "2013-06-02",
        ),
        [ticket(status="carried out")],
        [LeaveAlone, Reconnect],
    ),
    "both to be undone, the open one closed and the cut line switched on": (
        decided(account(), [MAY, JUNE, paid(1000, "2013-06-02")], "2013-06-03"),
        [ticket("2013-05", "carried out"), ticket("2013-06", number=2)],
        [ClosePaid, Reconnect],
    ),
}


@pytest.mark.parametrize(("decision", "tickets", "expected"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asked_for_is(decision: Decision, tickets: list[EpisodeTicket], expected: list[type[Action]]) -> None:
    assert kinds(decision, *tickets) == expected


def test_one_reconnection_settles_every_cut_of_the_line() -> None:
    first, second = ticket("2013-03", "carried out"), ticket("2013-05", "carried out", number=2)
    (action,) = episode_actions(clear(), [second, first])
    assert isinstance(action, Reconnect)
    assert action.key == second.key.reconnection
    assert action.settles == (first, second)


def test_a_stop_that_came_up_later_is_written_into_an_open_ticket_once() -> None:
    held = decided(account(holds=(Hold(kind="promised payment", until=date(2013, 5, 20)),)), [MAY], "2013-05-10")
    (action,) = episode_actions(held, [ticket()])
    assert isinstance(action, Warn)
    noted = replace(ticket(), noted_stop=action.stop.mark)
    assert kinds(held, noted) == [LeaveAlone]
    assert kinds(held, ticket(status="carried out")) == [LeaveAlone]


def test_an_episode_is_named_after_the_period_in_which_the_debt_arose() -> None:
    (action,) = episode_actions(owing("2013-06-02", JUNE), [])
    assert isinstance(action, Raise)
    assert str(action.key) == "debt:internet:Ф-15236:2013-05"


def test_with_an_opening_debt_the_ticket_of_an_earlier_month_is_its_own() -> None:
    carried = decided(account(), [entry("opening", 500, "2013-06-01"), JUNE], "2013-06-02")
    assert kinds(carried, ticket("2013-02")) == [Grow]
    assert kinds(carried, ticket("2013-02", "settled")) == [Raise]


def test_contradictions_are_shown_to_a_person() -> None:
    for decision, tickets in ((owing(), [ticket(status="settled")]), (None, [ticket()])):
        (action,) = episode_actions(decision, tickets)
        assert isinstance(action, LeaveAlone)
        assert action.needs_a_person
        assert action.why.ru
        assert action.why.en
    assert not any(
        isinstance(action, LeaveAlone) and action.needs_a_person
        for decision, tickets in ((clear(), []), (owing(), [ticket()]))
        for action in episode_actions(decision, tickets)
    )


@pytest.mark.parametrize("status", ["open", "carried out", "hidden", "reopened"])
def test_looking_twice_raises_nothing_twice(status: TicketStatus) -> None:
    (raised,) = episode_actions(owing(), [])
    assert isinstance(raised, Raise)
    for moment in ("2013-05-02", "2013-05-31", "2013-06-02", "2013-08-02"):
        assert Raise not in kinds(owing(moment, JUNE), ticket(status=status))


def test_a_settled_debt_that_is_there_again_is_never_raised_again_and_what_fell_due_later_is() -> None:
    paid_once = ticket(status="settled")
    assert kinds(owing("2013-05-31"), paid_once) == [LeaveAlone]
    for moment in ("2013-06-02", "2013-08-02"):
        told, raised = episode_actions(owing(moment, JUNE), [paid_once])
        assert isinstance(told, LeaveAlone)
        assert (told.needs_a_person, told.key) == (True, paid_once.key)
        assert isinstance(raised, Raise)
        assert str(raised.key) == "debt:internet:Ф-15236:2013-06"
        assert (raised.debt.amount, raised.debt.disputed) == (Decimal(500), Decimal(500))
        later = ticket("2013-06", number=2)
        assert kinds(owing(moment, JUNE), paid_once, later) == [LeaveAlone, LeaveAlone]


def test_the_ticket_of_a_later_debt_is_closed_when_that_is_paid() -> None:
    tickets = [ticket(status="settled"), ticket("2013-06", number=2)]
    both = owing("2013-06-20", JUNE, paid(500, "2013-06-10"))
    assert kinds(both, *tickets) == [LeaveAlone, ClosePaid]
    cut = [tickets[0], replace(tickets[1], status="carried out")]
    told, back = episode_actions(both, cut)
    assert isinstance(back, Reconnect)
    assert (type(told), back.settled) == (LeaveAlone, (Settlement(through=period("2013-05")),))


def test_all_that_was_due_when_the_ticket_was_settled_is_settled_with_it() -> None:
    when = {"2013-05-31 23:59": [LeaveAlone, Raise], "2013-06-01": [LeaveAlone], "2013-06-30": [LeaveAlone]}
    for moment, expected in when.items():
        grown = replace(ticket(status="settled"), settled_at=at(moment))
        assert kinds(owing("2013-06-30", JUNE), grown) == expected
    assert kinds(owing("2013-06-30", JUNE), grown, ticket("2013-06", number=2)) == [LeaveAlone, LeaveAlone]


def test_a_later_debt_below_the_minimum_cuts_nobody_off() -> None:
    assert kinds(owing("2013-06-02", charge(9, "2013-06-01")), ticket(status="settled")) == [LeaveAlone, LeaveAlone]


def test_what_is_charged_anew_for_a_settled_month_stays_with_a_person_and_the_next_month_begins_anew() -> None:
    settled = replace(ticket(status="settled"), settled_at=at("2013-05-03 03:00"), left=Left())
    anew = [paid(500, "2013-05-02"), charge(300, "2013-05-01", "2013-05-04")]
    assert [
        action.needs_a_person
        for action in episode_actions(owing("2013-05-04", *anew), [settled])
        if isinstance(action, LeaveAlone)
    ] == [True]
    in_june = episode_actions(owing("2013-06-02", *anew, JUNE), [settled])
    (raised,) = (action for action in in_june if isinstance(action, Raise))
    assert (raised.key.period, raised.debt.amount) == (period("2013-06"), Decimal(500))


def test_a_settled_ticket_that_somebody_opened_again_speaks_for_the_whole_debt() -> None:
    assert kinds(owing("2013-06-02", JUNE), ticket(status="reopened")) == [Revive]
