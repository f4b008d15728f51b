"""service/push/inbox.py: one entry a ticket, whatever comes and however often."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.service.push import inbox as room
from otrs_bridge.service.push.inbox import PushInbox, PushOutcome, ticket_in
from tests.service.conftest import MovableClock


@pytest.fixture
def inbox(clock: MovableClock) -> PushInbox:
    return PushInbox(clock)


def told(ticket_id: object, event: str = "TicketCreate") -> bytes:
    return json.dumps({"TicketID": ticket_id, "Event": event}).encode()


NAMES_NONE = [
    *(b"", b"null", b"[]", b"28", b"{}", b"[" * 50_000, b"\xff\xfe"),
    *(b'{"TicketID": null}', b'{"TicketID": true}', b'{"TicketID": 0}', b'{"TicketID": -5}', b'{"TicketID": 1.5}'),
    *(b'{"TicketID": "28; DROP"}', b'{"TicketID": "\xd9\xa2"}', b'{"TicketID": [28]}'),
    *(b'{"TicketID": "9999999999999999999999"}', b'{"TicketID": 1' + b"0" * 5000 + b"}"),
]


@pytest.mark.parametrize("body", NAMES_NONE, ids=range(len(NAMES_NONE)))
def test_what_names_no_ticket_is_rubbish_and_harmless(inbox: PushInbox, body: bytes) -> None:
    assert inbox.take_in(body) is PushOutcome.RUBBISH
    assert inbox.seconds_left is None


@given(st.binary(max_size=64) | st.from_regex(rb'\{"TicketID": ?"?[0-9a-z.-]{0,30}"?\}', fullmatch=True))
def test_whatever_comes_is_a_ticket_or_none(body: bytes) -> None:
    found = ticket_in(body)
    assert found is None or 0 < found < 10**18


@pytest.mark.parametrize(
    "body",
    [
        b'{"TicketID":"28"}',
        b'{"Event":"TicketCreate","TicketID":28}',
        b'{"Event":{"Event":"TicketCreate","TicketID":"28"},"Ticket":{"TicketID":"5"}}',
        b'{"TicketID":"28","Event":"TicketStateUpdate","OldTicketData":{"TicketID":"1"}}',
    ],
    ids=["CE 6.0", "a number", "Ticket::Generic", "an update"],
)
def test_every_version_and_invoker_names_its_ticket(body: bytes) -> None:
    assert ticket_in(body) == 28


def test_many_pushes_are_one_look_at_each_ticket_in_the_order_they_came(inbox: PushInbox, clock: MovableClock) -> None:
    for number in (3, 1, 2) * 3000:
        inbox.take_in(told(number))
    assert (inbox.counts[PushOutcome.QUEUED], inbox.counts[PushOutcome.WAITING]) == (3, 8997)
    clock.move(seconds=1)
    assert inbox.take(12) == (3, 1, 2)
    assert inbox.take(12) == ()


def test_the_two_or_three_pushes_of_one_create_are_waited_for(inbox: PushInbox, clock: MovableClock) -> None:
    inbox.take_in(told(1))
    assert inbox.take(12) == ()
    assert inbox.seconds_left == pytest.approx(room.TOGETHER)
    clock.move(seconds=room.TOGETHER)
    assert inbox.take(12) == (1,)


def test_what_comes_while_it_is_looked_at_is_looked_at_again_but_not_at_once(
    inbox: PushInbox, clock: MovableClock
) -> None:
    inbox.take_in(told(1))
    clock.move(seconds=1)
    assert inbox.take(12) == (1,)
    assert inbox.take_in(told(1)) is PushOutcome.QUEUED
    inbox.looked_at(unknown=())
    clock.move(seconds=1)
    assert inbox.take(12) == ()
    clock.move(seconds=room.GAP)
    assert inbox.take(12) == (1,)


def test_a_look_that_failed_loses_none_of_its_tickets(inbox: PushInbox, clock: MovableClock) -> None:
    for number in (1, 2):
        inbox.take_in(told(number))
    clock.move(seconds=1)
    assert inbox.take(12) == (1, 2)
    inbox.take_in(told(2))
    inbox.put_back()
    assert inbox.waiting == 2
    assert inbox.take(12) == (1, 2)


def test_a_ticket_that_nobody_may_see_is_not_looked_for_again_at_once(inbox: PushInbox, clock: MovableClock) -> None:
    inbox.take_in(told(999))
    clock.move(seconds=1)
    inbox.take(12)
    inbox.looked_at(unknown={999})
    assert inbox.take_in(told(999)) is PushOutcome.UNKNOWN
    clock.move(seconds=room.MINUTE)
    assert inbox.take_in(told(999)) is PushOutcome.QUEUED


def test_of_a_flood_that_came_at_once_the_rest_is_left_to_the_poll(inbox: PushInbox, clock: MovableClock) -> None:
    """Which tickets are unknown only a look tells, and by then all of them may wait."""
    flood = 3 * room.UNKNOWN_A_MINUTE
    for number in range(flood):
        assert inbox.take_in(told(10**6 + number)) is PushOutcome.QUEUED
    clock.move(seconds=1)
    looked_at = 0
    while due := inbox.take(12):
        looked_at += len(due)
        inbox.looked_at(unknown=due)
    assert room.UNKNOWN_A_MINUTE <= looked_at < room.UNKNOWN_A_MINUTE + 12
    assert inbox.counts[PushOutcome.UNKNOWN] == looked_at
    assert inbox.counts[PushOutcome.LEFT] == flood - looked_at
    assert (inbox.waiting, inbox.seconds_left) == (0, None)
    clock.move(seconds=room.MINUTE)
    assert inbox.take_in(told(5)) is PushOutcome.QUEUED


def test_a_flood_of_unknown_tickets_is_left_to_the_poll(inbox: PushInbox, clock: MovableClock) -> None:
    for number in range(room.UNKNOWN_A_MINUTE):
        inbox.take_in(told(10**6 + number))
    clock.move(seconds=1)
    inbox.looked_at(unknown=inbox.take(room.UNKNOWN_A_MINUTE))
    assert inbox.take_in(told(5)) is PushOutcome.LEFT
    clock.move(seconds=room.MINUTE)
    assert inbox.take_in(told(5)) is PushOutcome.QUEUED


def test_more_tickets_than_can_wait_are_left_to_the_poll(inbox: PushInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING", 5)
    outcomes = [inbox.take_in(told(number)) for number in range(1, 8)]
    assert outcomes == [PushOutcome.QUEUED] * 5 + [PushOutcome.LEFT] * 2
    assert inbox.take_in(told(3)) is PushOutcome.WAITING


def test_wrong_secrets_are_slowed_down_and_told_of_once_a_minute(inbox: PushInbox, clock: MovableClock) -> None:
    found = [inbox.wrong_secret() for _ in range(room.WRONG_A_MINUTE + 2)]
    assert [outcome for outcome, _ in found[-3:]] == [PushOutcome.WRONG_SECRET, *[PushOutcome.TOO_MANY] * 2]
    assert [is_first for _, is_first in found].count(True) == 1
    clock.move(seconds=room.MINUTE)
    assert inbox.wrong_secret() == (PushOutcome.WRONG_SECRET, True)


def test_what_it_remembers_does_not_grow_without_end(
    inbox: PushInbox, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_REMEMBERED", 10)
    for number in range(1, 40):
        inbox.take_in(told(number))
        clock.move(seconds=1)
        inbox.take(1)
        inbox.looked_at(unknown={number} if number % 2 else ())
    assert (len(inbox._looked_at), len(inbox._unknown)) == (10, 10)
