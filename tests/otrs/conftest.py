"""Certificates of the tests' own, made once a module."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority (ca.pem), a server for localhost (server.*), a client (client.*)."""
    home = tmp_path_factory.mktemp("papers")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    openssl(
        "req",
        "-x509",
        *curve,
        "-subj",
        "/CN=Test CA",
        "-keyout",
        home / "ca.key",
        "-out",
        home / "ca.pem",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        "keyUsage=critical,keyCertSign",
    )
    for name, subject in (("server", "localhost"), ("client", "otrs-bridge")):
        request = home / f"{name}.csr"
        extensions = home / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{subject}\nauthorityKeyIdentifier=keyid\n")
        openssl("req", *curve[:-2], "-subj", f"/CN={subject}", "-keyout", home / f"{name}.key", "-out", request)
        openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            home / "ca.pem",
            "-CAkey",
            home / "ca.key",
            "-days",
            "2",
            "-CAcreateserial",
            "-extfile",
            extensions,
            "-out",
            home / f"{name}.pem",
        )
    return home


@pytest.fixture
def server_side(papers: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers / "server.pem", papers / "server.key")
    return context
