"""Where OTRS is: what cannot be its address is refused at once, with what would be right, and never repeats a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.made_up import LEAST, loaded
from tests.config.test_mistakes import mistakes

URL = "https://otrs.example.org"
ANY = f"must be an address such as {URL}"


def with_url(url: str) -> str:
    return LEAST.replace(f"url: {URL}", f"url: {url!r}")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("otrs.example.org", f"must begin with https://: {URL}"),
        ("otrs:8443", "must begin with https://: https://otrs:8443"),
        ("otrs.example.org/otrs/index.pl", f"must begin with https://: {URL}"),
        ("ftp://otrs.example.org", ANY),
        ("https:/otrs.example.org", ANY),
        ("https://", ANY),
        ("https://otrs example.org", ANY),
        ("https://otrs\texample.org", ANY),
        ("https://otrs,example.org", ANY),
        ("https://otrs..example.org", ANY),
        ("https://https://otrs.example.org", ANY),
        ("https://otrs.example.org:", ANY),
        ("https://otrs.example.org:port", ANY),
        ("https://otrs.example.org:0", "has no port 0"),
        ("https://otrs.example.org:99999", "has no port 99999"),
        ("https://[::1", ANY),
        (
            "https://otrs.example.org/otrs/index.pl",
            f"must be without a path: {URL}; the path of the web services is otrs.path",
        ),
        ("https://otrs.example.org/otrs/index.pl?Action=secret", f"must be without a path: {URL}"),
        ("https://otrs.example.org?token=secret", f"must be without a path: {URL}"),
        ("https://otrs.example.org/#secret", f"must be without a path: {URL}"),
        ("https://bridge:hunter2-secret@otrs.example.org", "must not hold a user and password"),
        ("https://bridge:hunter2/secret#@otrs.example.org", "must not hold a user and password"),
        ("bridge:hunter2-secret@otrs.example.org", "must not hold a user and password"),
        ("https://@otrs.example.org", "must not hold a user and password"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused_with_what_would_be_right(
    tmp_path: Path, url: str, told: str
) -> None:
    (only,) = mistakes(tmp_path, with_url(url))
    assert only.startswith(f"config.yaml:2: otrs.url {told}")
    assert "hunter2" not in only


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        (f"{URL}/", URL),
        (f" {URL} ", URL),
        ("HTTPS://OTRS.example.org:8443/", "https://OTRS.example.org:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://заявки.пример.рф", "https://заявки.пример.рф"),
        ("http://otrs_1", "http://otrs_1"),
    ],
)
def test_an_address_is_taken_as_it_is_without_the_slash(tmp_path: Path, url: str, taken: str) -> None:
    assert loaded(tmp_path, with_url(url)).otrs.url == taken


@pytest.mark.parametrize(
    "path", ["/otrs/index.pl", "otrs/customer.pl?Action=x", "https://otrs.example.org/otrs/", "/ot rs/"]
)
def test_what_is_no_path_of_web_services_is_refused(tmp_path: Path, path: str) -> None:
    (only,) = mistakes(tmp_path, f"{LEAST}  path: {path!r}\n")
    assert only.startswith("config.yaml:5: otrs.path must be a path such as /otrs/nph-genericinterface.pl/Webservice/")


def test_a_path_of_a_proxy_s_own_is_taken(tmp_path: Path) -> None:
    assert loaded(tmp_path, f"{LEAST}  path: api/helpdesk\n").otrs.path == "/api/helpdesk/"
