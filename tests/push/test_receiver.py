"""push/receiver.py over real HTTP: whoever knows the secret is heard, and nobody can do harm."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from fastapi import FastAPI

from otrs_bridge.config.web import WebSettings
from otrs_bridge.push.receiver import LONGEST_BODY, push_router
from otrs_bridge.service.push.inbox import WRONG_A_MINUTE, PushInbox, PushOutcome
from otrs_bridge.web.server import serve
from tests.depth import deep
from tests.servers.throwaway import free_port
from tests.service.conftest import MovableClock

USER, SECRET = "otrs", "not-to-be-guessed"
Send = Callable[..., requests.Response]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def inbox(clock: MovableClock) -> PushInbox:
    return PushInbox(clock)


@pytest.fixture
def address(inbox: PushInbox) -> Iterator[str]:
    """A receiver that answers."""
    listen = f"127.0.0.1:{free_port()}"
    app = FastAPI()
    app.include_router(push_router(inbox, user=USER, password=SECRET))
    with serve(app, WebSettings(listen=listen)):
        yield f"http://{listen}/push"


@pytest.fixture
def send(address: str) -> Send:
    def sent(
        body: bytes | None = None, *, header: str | None = None, user: str = USER, password: str = SECRET
    ) -> requests.Response:
        told = json.dumps({"TicketID": "28", "Event": "TicketCreate"}).encode() if body is None else body
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}" if header is None else header, "Content-Type": "application/json"}
        return requests.post(address, data=told, headers=headers, timeout=60)

    return sent


def test_a_push_is_answered_at_once_and_waits_to_be_looked_at(send: Send, inbox: PushInbox) -> None:
    answer = send()
    assert (answer.status_code, answer.json()) == (200, {"push": "queued"})
    assert inbox.waiting == 1


def test_the_blank_that_ce_6_puts_behind_the_secret_changes_nothing(send: Send, inbox: PushInbox) -> None:
    basic = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    assert send(header=f"basic {basic} ").status_code == 200
    assert inbox.counts[PushOutcome.QUEUED] == 1


WRONG = {
    "no header": "",
    "no Basic one": "Bearer not-to-be-guessed",
    "no base64": "Basic ???",
    "nothing": "Basic",
    "the bare secret": "not-to-be-guessed",
    "not ASCII": "Basic \xe9\xe9\xe9",
    "a part of it": "Basic " + base64.b64encode(b"otrs:not-to-be").decode(),
    "more than it": "Basic " + base64.b64encode(b"otrs:not-to-be-guessed\x00").decode(),
    "another name": "Basic " + base64.b64encode(b"root:not-to-be-guessed").decode(),
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG)
def test_whoever_does_not_know_the_secret_is_turned_away(send: Send, inbox: PushInbox, header: str) -> None:
    answer = send(header=header)
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    assert inbox.seconds_left is None
    assert inbox.received_at is None
    assert inbox.counts[PushOutcome.WRONG_SECRET] == 1


def test_guessing_is_slowed_down_and_keeps_nobody_out_who_knows_the_secret(send: Send, inbox: PushInbox) -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda n: send(password=f"guess number {n}").status_code, range(WRONG_A_MINUTE + 5)))
    assert (codes.count(401), codes.count(429)) == (WRONG_A_MINUTE, 5)
    assert send().status_code == 200


def test_a_long_body_is_not_read_to_its_end(send: Send, inbox: PushInbox) -> None:
    assert send(b'{"TicketID": "28", "x": "' + b"x" * LONGEST_BODY + b'"}').status_code == 413
    assert (inbox.counts[PushOutcome.TOO_LONG], inbox.waiting) == (1, 0)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 60_000, b"\xff", b'{"TicketID": "x"}', b'"28"'], ids=range(6))
def test_rubbish_need_not_be_sent_again(send: Send, inbox: PushInbox, body: bytes) -> None:
    answer = send(body)
    assert (answer.status_code, answer.json()) == (200, {"push": "rubbish"})
    assert inbox.waiting == 0


def test_a_flood_costs_an_answer_each_and_one_look_at_each_ticket(
    address: str, inbox: PushInbox, clock: MovableClock
) -> None:
    count, tickets = deep(10_000, 400), 20

    def some(start: int) -> set[int]:
        with requests.Session() as session:
            session.auth = (USER, SECRET)
            return {
                session.post(address, json={"TicketID": number % tickets + 1}, timeout=60).status_code
                for number in range(start, count, 4)
            }

    with ThreadPoolExecutor(4) as pool:
        assert set().union(*pool.map(some, range(4))) == {200}
    assert sum(inbox.counts.values()) == count
    clock.move(seconds=1)
    assert sorted(inbox.take(10 * tickets)) == list(range(1, tickets + 1))


def test_nothing_else_can_be_asked_there(address: str) -> None:
    assert {requests.request(method, address, timeout=60).status_code for method in ("GET", "PUT", "DELETE")} == {405}
