"""The doctor on an OTOBO under its own web server: shorter columns, other words for a missing web service, its console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from otrs_bridge.domain.checkup import Verdict
from otrs_bridge.domain.otrs_limits import Platform
from otrs_bridge.errors import ExitCode
from otrs_bridge.otrs.checkup.searching import SAMPLES
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.product import OTOBO
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.contract.helpdesk.dialects import DIALECTS, DialectProxy
from tests.otrs.checkup.conftest import Doctor
from tests.otrs.misbehaving_server import answer, running
from tests.otrs.moved_clock import MovedClock


@pytest.fixture
def desk(clock: MovedClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock.now, welcome_ticket=True, product=OTOBO) as running_desk:
        clock.move(3 * 86400)
        running_desk.add_ticket("first", customer_user="иванов", fields={"BridgeKey": "gl-1", "Category": ["tv"]})
        yield running_desk


@pytest.fixture
def otobo(desk: Sandbox, clock: MovedClock) -> Iterator[Doctor]:
    dialect = DIALECTS["otobo-11.0.6"]
    with DialectProxy(desk.base_url, dialect) as proxy:
        yield Doctor(url=proxy.url, clock=clock, connection={"path": f"{dialect.path}Webservice/"})


def test_all_is_well_and_connections_are_its_web_servers_matter(otobo: Doctor) -> None:
    found = otobo.examine()
    assert found.named(Verdict.FAILED) | found.named(Verdict.WARNING) == set()
    assert "OTOBO 11.0.6" in found["otrs"].said.en
    assert found["keep_alive"].verdict is Verdict.NOT_CHECKED


def test_what_stands_before_it_decides_about_connections_too(otobo: Doctor, desk: Sandbox) -> None:
    """An Apache as a proxy keeps connections, whatever the web service is told."""
    before = replace(DIALECTS["otobo-11.0.6"], product=replace(OTOBO, psgi=False))
    with DialectProxy(desk.base_url, before) as proxy:
        otobo.url = proxy.url
        assert otobo.examine()["keep_alive"].verdict is Verdict.NOT_CHECKED


def test_it_says_which_lengths_it_uses(otobo: Doctor, doctor: Doctor) -> None:
    assert "OTOBO: titles up to 191 characters, customers up to 191" in otobo.examine()["lengths"].said.en
    assert "Znuny: titles up to 255 characters, customers up to 250" in doctor.examine()["lengths"].said.en


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({"webservice": "otrsbridge"}, "there is no web service otrsbridge"),
        ({"path": "/otobo/nph-genericinterface.pl/"}, "no web services at the path"),
        ({"path": "/otobo/nph-genericinterface.pl/webservice/"}, "no web services at the path"),
    ],
    ids=["no such name", "no Webservice/", "in the wrong letter case"],
)
def test_an_empty_answer_means_that_there_is_no_such_web_service(
    otobo: Doctor, spoilt: dict[str, str], words: str
) -> None:
    otobo.connection |= spoilt
    found = otobo.examine()
    assert found.named(Verdict.FAILED) == {"web_service"}
    assert words in found["web_service"].said.en
    assert found.exit_code is ExitCode.NEEDS_A_PERSON


def test_a_path_without_webservice_is_told_apart_on_znuny_too(doctor: Doctor) -> None:
    doctor.connection["path"] = "/otrs/nph-genericinterface.pl/"
    found = doctor.examine()
    assert "no web services at the path" in found["web_service"].said.en
    assert found.exit_code is ExitCode.NEEDS_A_PERSON


def test_a_crash_is_not_taken_for_a_missing_web_service(otobo: Doctor, desk: Sandbox) -> None:
    desk.faults.add(Fault(kind=FaultKind.PERL_DIED, operation="TicketSearch", times=None))
    found = otobo.examine()
    assert "Internal Server Error" in found["otrs"].said.en
    assert found.exit_code is ExitCode.OTRS_UNAVAILABLE


@pytest.mark.parametrize(
    ("headers", "path", "console"),
    [
        ("X-Powered-By: OTOBO 10.1.11 (x)\r\n", "/otrs/", "bin/otobo.Console.pl"),
        ("X-OTOBO-Login: /otobo/index.pl?\r\n", "/otrs/", "bin/otobo.Console.pl"),
        ("X-Powered-By: Znuny 7.1.3 (x)\r\n", "/otrs/", "bin/znuny.Console.pl"),
        ("X-Powered-By: Znuny 6.5.x (x)\r\n", "/otrs/", "bin/otrs.Console.pl"),
        ("X-Powered-By: Znuny LTS 6.0.32 (x)\r\n", "/otrs/", "bin/otrs.Console.pl"),
        ("X-OTRS-Login: /otrs/index.pl?\r\n", "/otrs/", "bin/otrs.Console.pl"),
        ("", "/znuny/", "bin/znuny.Console.pl"),
        ("", "/otobo/", "bin/otobo.Console.pl"),
        ("", "/otrs/", "bin/otrs.Console.pl (OTOBO: bin/otobo.Console.pl)"),
    ],
)
def test_the_console_is_called_by_its_name(clock: MovedClock, headers: str, path: str, console: str) -> None:
    with running(answer(b"", status="500 Internal Server Error", headers=headers)) as server:
        doctor = Doctor(url=server.url, clock=clock)
        doctor.connection["path"] = f"{path}nph-genericinterface.pl/Webservice/"
        remedy = doctor.examine()["web_service"].remedy
    assert remedy
    assert f"console: {console} Admin::WebService::Add" in remedy.en


def test_a_product_given_wrongly_is_a_warning(otobo: Doctor) -> None:
    otobo.connection["platform"] = Platform.ZNUNY
    found = otobo.examine()["lengths"]
    assert found.verdict is Verdict.WARNING
    assert (
        "otrs.platform says Znuny (titles up to 255 characters, customers up to 250), and OTOBO answers"
        in found.said.en
    )


@pytest.mark.parametrize("number", [0, 1], ids=["seen on the newest tickets", "looked for"])
def test_a_field_of_several_values_is_told_beforehand(otobo: Doctor, desk: Sandbox, number: int) -> None:
    for name in ("BridgeKey", "District"):
        desk.set_multi_value(name)
    for _ in range(SAMPLES * number):
        desk.add_ticket("newer")
    found = otobo.examine()
    assert found.named(Verdict.FAILED) == {"multi_value"}
    assert "where the bridge writes one: BridgeKey." in found["multi_value"].said.en, "of District nobody knows"
    assert found.exit_code is ExitCode.NEEDS_A_PERSON


def test_several_values_are_right_where_several_are_written(otobo: Doctor) -> None:
    assert otobo.examine()["multi_value"].verdict is Verdict.OK, "Category holds a list"
