"""Logging in, and what a session is worth."""

import pytest

from tests.contract.otrs.server import Json, Server, error_code

OPERATIONS: list[tuple[str, str, str]] = [
    ("POST", "/TicketSearch", "TicketSearch.AuthFail"),
    ("POST", "/TicketList", "TicketGet.AuthFail"),
    ("POST", "/Ticket", "TicketCreate.AuthFail"),
    ("PATCH", "/Ticket/1", "TicketUpdate.AuthFail"),
    ("POST", "/TicketHistory/1", "TicketHistoryGet.AuthFail"),
]


LOGINS_THAT_FAIL: list[Json] = [
    {"UserLogin": "bridge", "Password": "wrong"},
    {"UserLogin": "nobody", "Password": "bridge-secret"},
    {"Password": "bridge-secret"},
]


def is_alive(server: Server, session: str) -> bool:
    answer = server.call("POST", "/TicketSearch", {"SessionID": session, "Limit": 1}).json()
    return "Error" not in answer


@pytest.mark.parametrize(("method", "route", "code"), OPERATIONS)
def test_a_session_that_is_none_is_refused_with_the_operations_own_auth_fail(
    server: Server, method: str, route: str, code: str
) -> None:
    assert error_code(server.call(method, route, {"SessionID": "nonsense", "TicketID": 1})) == code


@pytest.mark.parametrize(("method", "route", "code"), OPERATIONS)
def test_a_wrong_password_looks_like_a_lost_session(server: Server, method: str, route: str, code: str) -> None:
    body = {"UserLogin": "bridge", "Password": "wrong", "TicketID": 1}
    assert error_code(server.call(method, route, body)) == code


@pytest.mark.parametrize("body", LOGINS_THAT_FAIL)
def test_login_with_wrong_credentials_is_an_auth_fail(server: Server, body: Json) -> None:
    assert error_code(server.call("POST", "/Session", body)) == "SessionCreate.AuthFail"


def test_the_letter_case_of_a_login_matters_on_postgresql_alone(server: Server) -> None:
    answer = server.call("POST", "/Session", {"UserLogin": "BRIDGE", "Password": "bridge-secret"}).json()
    assert ("SessionID" in answer) is server.on_mariadb


@pytest.mark.parametrize("body", [{"UserLogin": "bridge"}, {"Foo": "x"}])
def test_login_without_a_password_misses_a_parameter(server: Server, body: Json) -> None:
    assert error_code(server.call("POST", "/Session", body)) == "SessionCreate.MissingParameter"


@pytest.mark.parametrize(
    ("method", "route", "code"),
    [
        ("POST", "/TicketSearch", "TicketSearch.AuthFail"),
        ("POST", "/TicketList", "TicketGet.AuthFail"),
        ("POST", "/Ticket", "TicketCreate.MissingParameter"),
        ("PATCH", "/Ticket/1", "TicketUpdate.MissingParameter"),
    ],
)
def test_without_any_credentials_writing_misses_a_parameter_and_reading_fails_to_authorize(
    server: Server, method: str, route: str, code: str
) -> None:
    assert error_code(server.call(method, route, {"TicketID": 1})) == code


def test_login_and_password_serve_a_single_call_too(server: Server) -> None:
    body = {"UserLogin": "bridge", "Password": "bridge-secret", "Limit": 1}
    assert "TicketID" in server.call("POST", "/TicketSearch", body).json()


def test_a_session_lives_two_hours_from_its_creation_however_busy_it_is(server: Server) -> None:
    session = server.new_session()
    server.age_session(session, 7000)
    assert is_alive(server, session)
    server.age_session(session, 200)
    assert not is_alive(server, session)


def test_a_session_used_from_another_address_is_refused_and_deleted(server: Server) -> None:
    session = server.new_session()
    server.move_session(session, "192.0.2.7")
    assert not is_alive(server, session)
    assert not is_alive(server, session)


def test_a_bad_session_is_not_saved_by_a_good_password(server: Server) -> None:
    body = {"SessionID": "nonsense", "UserLogin": "bridge", "Password": "bridge-secret"}
    assert error_code(server.call("POST", "/TicketSearch", body)) == "TicketSearch.AuthFail"


def test_a_header_carries_the_session_for_every_operation(server: Server) -> None:
    headers = {"X-OTRS-Header-SessionID": server.session()}
    assert "TicketID" in server.call("POST", "/TicketSearch", {"Limit": 1}, headers=headers).json()
    assert "Ticket" in server.call("GET", "/Ticket/1", headers=headers).json()


def test_a_bad_session_in_the_header_beats_a_good_one_in_the_body(server: Server) -> None:
    response = server.call(
        "POST", "/TicketSearch", {"SessionID": server.session()}, headers={"X-OTRS-Header-SessionID": "nonsense"}
    )
    assert error_code(response) == "TicketSearch.AuthFail"


def test_login_and_password_may_come_in_headers(server: Server) -> None:
    headers = {"X-OTRS-Header-UserLogin": "bridge", "X-OTRS-Header-Password": "bridge-secret"}
    assert "TicketID" in server.call("POST", "/TicketSearch", {"Limit": 1}, headers=headers).json()


def test_many_sessions_of_one_agent_live_side_by_side(server: Server) -> None:
    sessions = [server.new_session() for _ in range(25)]
    assert len(set(sessions)) == 25
    assert is_alive(server, sessions[0])


def test_in_maintenance_old_sessions_work_and_new_logins_fail(server: Server) -> None:
    session = server.new_session()
    server.set_maintenance(active=True)
    try:
        login = {"UserLogin": "bridge", "Password": "bridge-secret"}
        assert is_alive(server, session)
        assert error_code(server.call("POST", "/Session", login)) == "SessionCreate.AuthFail"
        assert error_code(server.call("POST", "/TicketSearch", login)) == "TicketSearch.AuthFail"
    finally:
        server.set_maintenance(active=False)


def test_an_agent_set_invalid_keeps_the_session_finds_nothing_and_cannot_log_in(server: Server) -> None:
    session = server.new_session("agent")
    server.set_agent_valid("agent", valid=False)
    try:
        search = server.call("POST", "/TicketSearch", {"SessionID": session})
        assert (search.status_code, search.json()) == (200, {})
        login = {"UserLogin": "agent", "Password": "agent-secret"}
        assert error_code(server.call("POST", "/Session", login)) == "SessionCreate.AuthFail"
    finally:
        server.set_agent_valid("agent", valid=True)
