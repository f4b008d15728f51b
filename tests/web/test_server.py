"""The page over a real connection."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx2
import pytest

from otrs_bridge.config.web import WebSettings
from otrs_bridge.errors import UsageMistake
from otrs_bridge.web.app import create_app
from otrs_bridge.web.server import serve
from tests.web.conftest import Office


@pytest.fixture
def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_it_answers_while_it_is_served_and_not_after(office: Office, free_port: int) -> None:
    settings = WebSettings(listen=f"127.0.0.1:{free_port}")
    address = f"http://127.0.0.1:{free_port}/"
    with serve(create_app(office.services), settings):
        answer = httpx2.get(address, trust_env=False)
        assert (answer.status_code, "server" in answer.headers) == (200, False)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(address, trust_env=False)


def test_an_address_in_use_is_told(office: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = WebSettings(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        with (
            pytest.raises(UsageMistake, match=r"web\.listen: 127\.0\.0\.1:\d+ cannot be had"),
            serve(create_app(office.services), settings),
        ):
            pass


def test_a_certificate_that_cannot_be_used_is_told_before_anything_is_served(
    office: Office, free_port: int, tmp_path: Path
) -> None:
    (tmp_path / "page.pem").write_text("no certificate", encoding="utf-8")
    for name in ("page.pem", "nowhere.pem"):
        file = tmp_path / name
        settings = WebSettings(listen=f"127.0.0.1:{free_port}", certificate=file, certificate_key=file)
        with pytest.raises(UsageMistake, match=r"web\.certificate"), serve(create_app(office.services), settings):
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - a proxy elsewhere needs the page to listen there
@pytest.mark.parametrize(
    ("told", "seen"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 127.0.0.1"], "127.0.0.1"),
        (["nonsense" * 200], "127.0.0.1"),
    ],
)
def test_behind_a_proxy_whom_it_has_seen_is_slowed_down_and_not_whom_a_visitor_claims_to_be(
    office: Office, free_port: int, host: str, told: list[str], seen: str
) -> None:
    settings = WebSettings(listen=f"{host}:{free_port}", behind_proxy=True)
    office.services.access.add("anna", "reader", "correct horse battery", by="test")
    with (
        serve(create_app(office.services), settings),
        httpx2.Client(base_url=f"http://127.0.0.1:{free_port}", trust_env=False) as client,
    ):
        token = client.get("/login").text.split('name="csrf" value="')[1][:64]
        form = {"csrf": token, "name": "anna", "password": "guess"}
        client.post("/login", data=form, headers=[("x-forwarded-for", one) for one in told])
    assert [act.said for act in office.services.access.people.acts(limit=1)] == [seen]
