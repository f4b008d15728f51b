"""The page is off until it is told where to listen, and never where passwords would travel in the clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.config import load
from otrs_bridge.config.web import WebSettings
from otrs_bridge.errors import ConfigMistake
from rules import RULES
from tests.config.made_up import LEAST, written


def page(folder: Path, text: str) -> WebSettings:
    return load(written(folder, LEAST + text), RULES, {}).web


def test_it_is_off_by_default(tmp_path: Path) -> None:
    assert page(tmp_path, "").listen == ""


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:80", "localhost", 80), ('"[::1]:8080"', "::1", 8080)],
)
def test_this_machine_alone_needs_neither_users_nor_https(tmp_path: Path, listen: str, host: str, port: int) -> None:
    found = page(tmp_path, f"web: {{listen: {listen}}}\n")
    assert (found.host, found.port, found.needs_users, found.is_secure) == (host, port, False, False)


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "10.0.0.5:8080", "bridge.example.org:8080", '"[::]:8080"'])
def test_elsewhere_passwords_do_not_travel_in_the_clear(tmp_path: Path, listen: str) -> None:
    with pytest.raises(ConfigMistake, match="in the clear"):
        page(tmp_path, f"web: {{listen: {listen}}}\n")
    found = page(tmp_path, f"web: {{listen: {listen}, behind_proxy: true}}\n")
    assert (found.needs_users, found.is_secure) == (True, True)
    with_tls = page(tmp_path, f"web: {{listen: {listen}, certificate: page.pem, certificate_key: page.key}}\n")
    assert (with_tls.needs_users, with_tls.is_secure) == (True, True)
    assert with_tls.certificate == tmp_path / "page.pem"


def test_behind_a_proxy_this_machine_is_not_alone(tmp_path: Path) -> None:
    assert page(tmp_path, "web: {listen: 127.0.0.1:8080, behind_proxy: true}\n").needs_users


@pytest.mark.parametrize(
    "listen", ["8080", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "http://127.0.0.1:8080", "a b:1"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, listen: str) -> None:
    with pytest.raises(ConfigMistake, match=r"web\.listen must be an address and a port"):
        page(tmp_path, f'web: {{listen: "{listen}"}}\n')


@pytest.mark.parametrize("half", ["certificate: a.pem", "certificate_key: a.key"])
def test_half_of_a_certificate_is_refused(tmp_path: Path, half: str) -> None:
    with pytest.raises(ConfigMistake, match="both certificate and certificate_key"):
        page(tmp_path, f"web: {{listen: 127.0.0.1:8080, {half}}}\n")
