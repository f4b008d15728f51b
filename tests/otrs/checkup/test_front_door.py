"""Faults before the first question: network, certificate, web service, login. Each says who has to act."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from otrs_bridge.domain.checkup import Verdict
from otrs_bridge.errors import ExitCode
from otrs_bridge.otrs.checkup.series import CHECKS
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.otrs.checkup.conftest import Doctor
from tests.otrs.misbehaving_server import Behaviour, answer, raw, running, silence
from tests.otrs.moved_clock import MovedClock
from tests.servers.throwaway import free_port

PAGE = b"<html><head><title>Corporate proxy</title></head></html>"


def test_a_server_that_is_slow_is_not_called_another_one(clock: MovedClock) -> None:
    def hang(connection: socket.socket) -> None:
        server.slow(connection)

    with running(hang) as server:
        doctor = Doctor(url=server.url, clock=clock, connection={"timeout": 0.5})
        found = doctor.examine()
        assert "connected, but no answer" in found["otrs"].said.en
        assert "no web service" not in found["otrs"].said.en
        assert found["otrs"].remedy is not None
        assert "otrs.timeout" in found["otrs"].remedy.en
        assert found.exit_code is ExitCode.OTRS_UNAVAILABLE


@pytest.mark.parametrize("operation", ["SessionCreate", "TicketSearch", "TicketGet", "TicketCreate", "TicketUpdate"])
def test_a_connection_that_otrs_closes_once_without_a_byte_is_no_finding(
    doctor: Doctor, sandbox: Sandbox, operation: str
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation=operation))
    found = doctor.examine()
    assert found.named(Verdict.FAILED) == set()
    assert sandbox.faults.struck, "it did happen"


def test_a_name_nobody_knows_is_told_apart(doctor: Doctor) -> None:
    doctor.url = "http://no-such-host.invalid"
    found = doctor.examine()
    assert "no-such-host.invalid is not known to the name service" in found["network"].said.en
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE
    assert {check.name for check in CHECKS} <= found.named(Verdict.NOT_CHECKED)


def test_a_closed_port_is_told_apart(doctor: Doctor) -> None:
    doctor.url = f"http://127.0.0.1:{free_port()}"
    found = doctor.examine()
    assert "refuses" in found["network"].said.en
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE


def test_https_to_a_plain_server_is_told_apart(doctor: Doctor) -> None:
    doctor.url = doctor.url.replace("http:", "https:")
    found = doctor.examine()
    assert "not in TLS" in found["network"].said.en
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE


def test_an_unknown_authority_names_the_setting(server_side: ssl.SSLContext, clock: MovedClock) -> None:
    with running(answer({}), tls=server_side) as server:
        found = Doctor(url=server.url, clock=clock).examine()
    assert "unknown authority" in found["network"].said.en
    remedy = found["network"].remedy
    assert remedy
    assert "otrs.ca_bundle" in remedy.en
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE


def test_a_certificate_for_another_name_is_told_apart(
    server_side: ssl.SSLContext,
    papers: Path,
    clock: MovedClock,
) -> None:
    with running(answer({}), tls=server_side) as server:
        url = server.url.replace("localhost", "127.0.0.1")
        found = Doctor(url=url, clock=clock, connection={"ca_bundle": papers / "ca.pem"}).examine()
    assert "for another" in found["network"].said.en


def test_a_certificate_that_ends_soon_is_a_warning(
    server_side: ssl.SSLContext,
    papers: Path,
    clock: MovedClock,
) -> None:
    with running(answer(PAGE), tls=server_side) as server:
        # The moved clock stands long before; the certificate is two days old at most.
        doctor = Doctor(url=server.url, clock=clock, connection={"ca_bundle": papers / "ca.pem"})
        clock.move(86400 * 36500)
        found = doctor.examine()
    assert found["network"].verdict is Verdict.WARNING


def test_a_missing_ca_file_is_told_apart(server_side: ssl.SSLContext, clock: MovedClock, tmp_path: Path) -> None:
    with running(answer({}), tls=server_side) as server:
        found = Doctor(url=server.url, clock=clock, connection={"ca_bundle": tmp_path / "none.pem"}).examine()
    assert "certificate file" in found["network"].said.en


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        pytest.param(answer(PAGE), "Corporate proxy", id="a proxy's page"),
        pytest.param(answer(PAGE, status="404 Not Found"), "404", id="a wrong path"),
        pytest.param(raw(b"<!DOCTYPE html><html>"), "bare error page", id="OTRS that broke inside"),
        pytest.param(answer({}, status="503 Unavailable"), "503", id="an overloaded proxy"),
    ],
)
def test_what_is_no_web_service_of_otrs_is_shown(behaviour: Behaviour, words: str, clock: MovedClock) -> None:
    with running(behaviour) as server:
        found = Doctor(url=server.url, clock=clock).examine()
    assert words in found["otrs"].said.en
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE


def test_a_firewall_page_is_a_refusal(clock: MovedClock) -> None:
    with running(answer(PAGE, status="403 Forbidden")) as server:
        assert Doctor(url=server.url, clock=clock).examine().exit_code is ExitCode.OTRS_REFUSED


def test_a_connection_closed_without_a_byte_means_the_web_services_name(clock: MovedClock) -> None:
    with running(silence) as server:
        found = Doctor(url=server.url, clock=clock).examine()
    assert found["web_service"].verdict is Verdict.FAILED
    assert found.exit_code is ExitCode.NEEDS_A_PERSON


def test_the_page_beside_the_web_service_tells_the_version(clock: MovedClock) -> None:
    page = answer(PAGE, headers="X-Powered-By: OTRS 6.0.32 (https://otrs.com/)\r\n")
    with running(page, silence) as server:
        found = Doctor(url=server.url, clock=clock).examine()
    assert "OTRS 6.0.32" in found["otrs"].said.en


def test_the_web_services_name_counts_its_letter_case(doctor: Doctor) -> None:
    doctor.connection["webservice"] = "otrsbridge"
    found = doctor.examine()
    assert "otrsbridge" in found["web_service"].said.en
    remedy = found["web_service"].remedy
    assert remedy
    assert "Admin → Web Services" in remedy.en
    assert found.exit_code is ExitCode.NEEDS_A_PERSON


def test_a_wrong_password_is_tried_twice_and_told_plainly(doctor: Doctor, clock: MovedClock) -> None:
    doctor.connection["password"] = "wrong"
    found = doctor.examine()
    assert "does not accept user name or password of the agent bridge" in found["login"].said.en
    assert clock.slept == [2.0]
    assert found.exit_code is ExitCode.OTRS_REFUSED
    assert "wrong" not in repr(found)


def test_a_hiccup_at_the_login_passes(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.AUTH_FAIL, operation="SessionCreate"))
    assert doctor.examine()["login"].verdict is Verdict.OK


def test_maintenance_shows_by_the_session_that_still_works(doctor: Doctor, sandbox: Sandbox) -> None:
    doctor.examine()
    sandbox.database.maintenance = True
    found = doctor.examine()
    assert "maintenance" in found["login"].said.en
    assert found.exit_code is ExitCode.OTRS_REFUSED


def test_an_invalid_agent_is_refused(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.set_agent_valid("bridge", valid=False)
    assert doctor.examine().exit_code is ExitCode.OTRS_REFUSED


def test_a_server_that_goes_away_in_the_middle_ends_the_examination(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.HTML_PAGE, operation="TicketGet", skip=1, times=None, status=503))
    found = doctor.examine()
    assert found["tickets"].verdict is Verdict.FAILED
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE
    assert found["clock"].verdict is Verdict.NOT_CHECKED
