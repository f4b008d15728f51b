"""Certificates are checked, a private authority can be named, and trouble says which setting to look at."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otrs_bridge.errors import OtrsUnreachable
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.ports.helpdesk import Note
from tests.otrs.misbehaving_server import answer, running
from tests.otrs.moved_clock import MovedClock

BOTH = answer({"Ticket": [{"TicketID": 1}], "TicketID": "1", "ArticleID": "2"})


def desk(url: str, **options: Any) -> OtrsHelpdesk:
    connection = OtrsConnection(url=url, user="bridge", password="x", timeout=5, **options)
    return OtrsHelpdesk(connection, MovedClock())


def read(helpdesk: OtrsHelpdesk) -> None:
    assert helpdesk.read([1]).tickets


def write(helpdesk: OtrsHelpdesk) -> None:
    helpdesk.update(1, {"title": "a"}, Note(subject="a", body="b"))


def test_a_private_authority_is_trusted_when_it_is_named(papers: Path, server_side: ssl.SSLContext) -> None:
    with running(BOTH, tls=server_side) as server:
        helpdesk = desk(server.url, ca_bundle=papers / "ca.pem")
        read(helpdesk)
        write(helpdesk)


@pytest.mark.parametrize("act", [read, write])
def test_an_unknown_authority_is_refused_at_once_and_names_the_setting(
    server_side: ssl.SSLContext, act: Callable[[OtrsHelpdesk], None]
) -> None:
    with running(BOTH, tls=server_side) as server:
        with pytest.raises(OtrsUnreachable, match="ca_bundle"):
            act(desk(server.url))
        assert server.requests == []


def test_the_environment_does_not_override_the_named_authority(
    papers: Path, server_side: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(papers / "client.pem"))
    with running(BOTH, tls=server_side) as server:
        read(desk(server.url, ca_bundle=papers / "ca.pem"))


def test_a_certificate_for_another_host_is_refused(papers: Path, server_side: ssl.SSLContext) -> None:
    with running(BOTH, tls=server_side) as server, pytest.raises(OtrsUnreachable, match="ca_bundle"):
        read(desk(server.url.replace("localhost", "127.0.0.1"), ca_bundle=papers / "ca.pem"))


def test_a_missing_authority_file_names_the_setting(papers: Path, server_side: ssl.SSLContext) -> None:
    with running(BOTH, tls=server_side) as server, pytest.raises(OtrsUnreachable, match="ca_bundle"):
        read(desk(server.url, ca_bundle=papers / "nowhere.pem"))


def test_checking_can_be_switched_off_without_a_warning_each_time(server_side: ssl.SSLContext) -> None:
    with running(BOTH, tls=server_side) as server:
        read(desk(server.url, verify=False))


def test_a_client_certificate_opens_the_door(papers: Path, server_side: ssl.SSLContext) -> None:
    server_side.verify_mode = ssl.CERT_REQUIRED
    server_side.load_verify_locations(papers / "ca.pem")
    with running(BOTH, tls=server_side) as server:
        read(
            desk(
                server.url,
                ca_bundle=papers / "ca.pem",
                client_certificate=papers / "client.pem",
                client_key=papers / "client.key",
            )
        )


def test_a_wanted_client_certificate_is_asked_for(papers: Path, server_side: ssl.SSLContext) -> None:
    server_side.verify_mode = ssl.CERT_REQUIRED
    server_side.load_verify_locations(papers / "ca.pem")
    with running(BOTH, tls=server_side) as server:
        with pytest.raises(OtrsUnreachable):
            read(desk(server.url, ca_bundle=papers / "ca.pem"))
        assert server.requests == []


def test_a_port_without_tls_is_told_plainly() -> None:
    with running(BOTH) as server, pytest.raises(OtrsUnreachable, match="wrong version number"):
        read(desk(server.url.replace("http:", "https:")))
