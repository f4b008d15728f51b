"""Faults of a real connection: reads are repeated, a write goes out once and its fate is called unknown."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import (
    AccessRefused,
    LoginRefused,
    OtrsUnavailable,
    OtrsUnintelligible,
    OtrsUnreachable,
    OutcomeUnknown,
    SearchNotTrusted,
)
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.otrs.retry import ATTEMPTS
from otrs_bridge.ports.helpdesk import Note
from tests.otrs.misbehaving_server import (
    Behaviour,
    MisbehavingServer,
    answer,
    cut_in_the_middle,
    raw,
    running,
    silence,
)
from tests.otrs.moved_clock import MovedClock

UPDATED = answer({"TicketID": "1", "TicketNumber": "1", "ArticleID": "2"})
TICKETS = answer({"Ticket": [{"TicketID": 1, "TicketNumber": "7"}]})
GONE = answer({"Error": {"ErrorCode": "TicketGet.AuthFail", "ErrorMessage": "Authorization failing!"}})
PAGE = answer(b"<html><title>Proxy: please log in</title></html>")
BROKEN = answer({"faultcode": "Server", "faultstring": "broke"}, status="500 Internal Server Error")


def helpdesk(server: MisbehavingServer, **options: Any) -> OtrsHelpdesk:
    given: dict[str, Any] = {"user": "bridge", "password": "hunter2", "timeout": 0.5, **options}
    return OtrsHelpdesk(OtrsConnection(url=server.url, **given), MovedClock())


def read(desk: OtrsHelpdesk) -> None:
    assert [ticket.number for ticket in desk.read([1]).tickets] == ["7"]


def write(desk: OtrsHelpdesk) -> None:
    desk.update(1, {"title": "a"}, Note(subject="a", body="b"))


FAULTS: dict[str, Behaviour] = {
    "closed without a byte": silence,
    "a page without a status line": raw(b"<!DOCTYPE html><title>Internal error</title>"),
    "cut in the middle": cut_in_the_middle,
    "a page instead of JSON": PAGE,
    "500": BROKEN,
    "503": answer(b"", status="503 Service Unavailable"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_read_is_repeated_until_it_succeeds(fault: Behaviour) -> None:
    with running(fault, fault, TICKETS) as server:
        read(helpdesk(server))
        assert len(server.asked) == 3


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_read_is_not_repeated_for_ever(fault: Behaviour) -> None:
    with running(fault) as server:
        with pytest.raises(OtrsUnavailable) as caught:
            read(helpdesk(server))
        assert not isinstance(caught.value, OutcomeUnknown)
        questions = [request for request in server.asked if "TicketList" in request.line]
        assert len(questions) == ATTEMPTS, "the search besides looks for another ticket"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_write_goes_out_once_and_its_fate_is_unknown(fault: Behaviour) -> None:
    with running(fault, UPDATED) as server:
        with pytest.raises(OutcomeUnknown):
            write(helpdesk(server))
        assert len(server.asked) == 1


@pytest.mark.parametrize(("act", "error"), [(read, OtrsUnreachable), (write, OutcomeUnknown)])
def test_an_answer_that_does_not_come_ends_in_time(act: Callable[[OtrsHelpdesk], None], error: type[Exception]) -> None:
    with running() as server:
        server.behaviours.append(server.slow)
        with pytest.raises(error, match="in time"):
            act(helpdesk(server, timeout=0.05))


@pytest.mark.parametrize("act", [read, write])
def test_where_nobody_listens_nothing_was_sent(act: Callable[[OtrsHelpdesk], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OtrsUnreachable) as caught:
        act(helpdesk(MisbehavingServer(behaviours=[], port=port)))
    assert isinstance(caught.value.__cause__, requests.ConnectionError)


def test_a_session_gone_in_the_middle_is_renewed_once_also_for_a_write() -> None:
    with running(GONE, UPDATED) as server:
        write(helpdesk(server))
        assert [request.line.split()[0] for request in server.requests] == ["POST", "PATCH", "POST", "PATCH"]


@pytest.mark.parametrize("act", [read, write])
def test_a_fresh_session_that_is_refused_ends_it(act: Callable[[OtrsHelpdesk], None]) -> None:
    with running(GONE) as server:
        with pytest.raises(LoginRefused):
            act(helpdesk(server))
        assert len(server.requests) == 4


def test_a_redirect_is_not_followed() -> None:
    with running(UPDATED) as elsewhere:
        redirect = answer(b"", status="301 Moved", headers=f"Location: {elsewhere.url}/\r\n")
        with running(redirect) as server, pytest.raises(OutcomeUnknown, match="redirect"):
            write(helpdesk(server))
        assert elsewhere.requests == []


def test_an_update_answered_for_another_ticket_is_not_believed() -> None:
    with running(answer({"TicketID": "2"})) as server, pytest.raises(OutcomeUnknown):
        write(helpdesk(server))


def test_json_of_another_form_is_not_believed() -> None:
    with running(answer({"status": "ok"})) as server:
        with pytest.raises(OtrsUnintelligible):
            read(helpdesk(server))
        with pytest.raises(OutcomeUnknown):
            write(helpdesk(server))


def test_a_wall_in_front_of_otrs_is_not_a_forbidden_ticket() -> None:
    with running(answer(b"", status="403 Forbidden")) as server:
        with pytest.raises(AccessRefused):
            helpdesk(server).read(range(1, 51))
        assert len(server.asked) == 1


def test_the_session_travels_only_in_the_body_and_the_password_only_in_the_login() -> None:
    with running(TICKETS, UPDATED) as server:
        desk = helpdesk(server)
        read(desk)
        write(desk)
        for request in server.asked:
            assert request.json["SessionID"] == "session-1"
            assert "session-1" not in request.line + str(request.headers)
            assert b"hunter2" not in request.body
        for request in server.requests:
            assert "hunter2" not in request.line + str(request.headers)
            assert int(request.headers["content-length"]) == len(request.body)
            assert "transfer-encoding" not in request.headers


def test_netrc_is_not_consulted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with running(TICKETS) as server:
        read(helpdesk(server))
        assert all("authorization" not in request.headers for request in server.requests)


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(TICKETS) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        desk = OtrsHelpdesk(OtrsConnection(url="http://otrs.invalid", user="bridge", password="hunter2"), MovedClock())
        read(desk)
        assert proxy.asked[0].line.startswith("POST http://otrs.invalid/otrs/")


def test_a_login_in_the_url_is_used_and_never_shown() -> None:
    with running(PAGE) as server:
        connection = OtrsConnection(url=server.url.replace("//", "//door:s3cret@"), user="bridge", password="hunter2")
        with pytest.raises(OtrsUnintelligible) as caught:
            read(OtrsHelpdesk(connection, MovedClock()))
        assert server.requests[0].headers["authorization"].startswith("Basic ")
        assert "s3cret" not in str(caught.value) + repr(connection.address)


def test_the_session_file_spares_the_login(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    with running(TICKETS) as server:
        read(helpdesk(server, session_file=file))
        read(helpdesk(server, session_file=file))
        assert len(server.requests) == 3


def test_a_server_that_finds_nothing_at_all_is_not_believed() -> None:
    with running(answer({})) as server, pytest.raises(SearchNotTrusted):
        list(helpdesk(server).walk(Everything()))


def test_nothing_happens_before_the_first_use_and_nothing_is_sent_for_nothing() -> None:
    with running() as server:
        desk = helpdesk(server)
        desk.update(1, {}, None)
        assert desk.read([]).tickets == ()
        assert desk.last_articles(1, 0) == ()
        desk.close()
        assert server.requests == []
