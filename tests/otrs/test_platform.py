"""Which product answers, and so how long its columns are: by the operator's word, its login page, its folder."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.otrs_limits import SMALLEST, WIDEST, Lengths, Platform
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.otrs.platform import ASK_AGAIN_AFTER
from tests.otrs.misbehaving_server import Behaviour, MisbehavingServer, answer, running, silence
from tests.otrs.moved_clock import MovedClock

OTOBO_SAYS = answer(b"", headers="X-Powered-By: OTOBO 10.1.11 (x)\r\n")
ZNUNY_SAYS = answer(b"", headers="X-Powered-By: Znuny 6.5.x (x)\r\n")
NOTHING_SAID = answer(b"<html></html>")
CLOSED_TO_US = answer(b"", status="401 Unauthorized")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def helpdesk(server: MisbehavingServer, clock: MovedClock, **more: object) -> OtrsHelpdesk:
    settings: dict[str, object] = {"url": server.url, "user": "bridge", "password": "x", "timeout": 5.0, **more}
    return OtrsHelpdesk(OtrsConnection(**settings), clock)  # type: ignore[arg-type] # by name


@pytest.mark.parametrize(
    ("behaviours", "lengths"),
    [
        pytest.param([OTOBO_SAYS], SMALLEST, id="OTOBO"),
        pytest.param([ZNUNY_SAYS], WIDEST, id="Znuny"),
        pytest.param([answer(b"", headers="X-Powered-By: OTRS 6.0.30 (x)\r\n")], WIDEST, id="OTRS"),
        pytest.param([answer(b"", headers="X-OTRS-Login: /otrs/index.pl?\r\n")], WIDEST, id="its banner is off"),
        pytest.param(
            [answer(b"", headers="X-OTOBO-Login: /otobo/index.pl?\r\n")], SMALLEST, id="OTOBO's banner is off"
        ),
        pytest.param([CLOSED_TO_US, ZNUNY_SAYS], WIDEST, id="only the customers' page is open"),
        pytest.param([NOTHING_SAID], SMALLEST, id="no sign"),
        pytest.param([answer(b"", headers="X-Powered-By: PHP 8.2\r\n")], SMALLEST, id="something else"),
        pytest.param([silence], SMALLEST, id="no page"),
    ],
)
def test_the_server_says_what_it_holds(behaviours: list[Behaviour], lengths: Lengths, clock: MovedClock) -> None:
    with running(*behaviours) as server:
        assert helpdesk(server, clock).lengths == lengths


def test_the_operators_word_is_believed_without_asking(clock: MovedClock) -> None:
    with running(OTOBO_SAYS) as server:
        assert helpdesk(server, clock, platform=Platform.ZNUNY).lengths == WIDEST
        assert server.requests == []


def test_a_product_once_found_out_is_not_asked_for_again(clock: MovedClock) -> None:
    with running(ZNUNY_SAYS) as server:
        desk = helpdesk(server, clock)
        assert [desk.lengths for _ in range(3)] == [WIDEST] * 3
        assert len(server.requests) == 1


def test_a_server_that_says_nothing_is_asked_again_after_a_while(clock: MovedClock) -> None:
    with running(NOTHING_SAID, NOTHING_SAID, ZNUNY_SAYS) as server:
        desk = helpdesk(server, clock)
        assert [desk.lengths for _ in range(3)] == [SMALLEST] * 3
        clock.move(ASK_AGAIN_AFTER)
        assert desk.lengths == WIDEST


@pytest.mark.parametrize(("says", "kept"), [(NOTHING_SAID, 240), (ZNUNY_SAYS, 240), (OTOBO_SAYS, 191)])
def test_an_old_value_that_is_put_back_is_cut_only_where_it_cannot_have_stood(
    says: Behaviour, kept: int, clock: MovedClock
) -> None:
    """An undo writes what the ticket held before; only what the bridge makes anew keeps to the smallest."""
    done = answer({"TicketID": "1"})
    pages = [says, says] if says is NOTHING_SAID else [says]
    with running(*pages, done) as server:
        helpdesk(server, clock).update(1, {"title": "т" * 240}, None)
        assert len(server.asked[-1].json["Ticket"]["Title"]) == kept
