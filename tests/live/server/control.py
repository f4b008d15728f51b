"""The live tests' handle on the real OTRS that otrs.sh runs; every verb is one call of that script."""

from __future__ import annotations

import base64
import csv
import io
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests

SCRIPT = Path(__file__).with_name("otrs.sh")


class ServerError(RuntimeError):
    """otrs.sh said no; the message is its own."""


DATABASE = os.environ.get("OTRS_BRIDGE_TEST_DATABASE", "postgresql")  # what is beneath the server


OF_ALL = "pg_stat_activity"  # of which PostgreSQL shows each user his own sessions, and only its owner all


def _copied(query: str) -> str:
    """What `otrs.sh sql` prints, without the five processes that it takes."""
    port = int(os.environ.get("OTRS_BRIDGE_TEST_PG_PORT", "15532"))
    number = int(os.environ.get("OTRS_BRIDGE_TEST_SERVER", "1"))
    address = f"host=127.0.0.1 port={port + number - 1} dbname=otrs2 user=otrs password=otrs-test"
    with (
        psycopg.connect(address, options="-c default_transaction_read_only=on", client_encoding="utf8") as connection,
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()) as rows,
    ):
        return b"".join(rows).decode()


def _default_base_url() -> str:
    port = int(os.environ.get("OTRS_BRIDGE_TEST_HTTP_PORT", "18080"))
    number = int(os.environ.get("OTRS_BRIDGE_TEST_SERVER", "1"))
    return f"http://127.0.0.1:{port + number - 1 + (0 if DATABASE == 'postgresql' else 50)}"


@dataclass(frozen=True, kw_only=True)
class LiveServer:
    """A provisioned Znuny; `user` is the bridge's agent, `agent` an ordinary one who also sees Secret."""

    base_url: str = field(default_factory=_default_base_url)
    webservice: str = "OtrsBridge"
    user: str = "bridge"
    password: str = "bridge-secret"
    agent: str = "agent"
    agent_password: str = "agent-secret"

    @property
    def webservice_url(self) -> str:
        return f"{self.base_url}/otrs/nph-genericinterface.pl/Webservice/{self.webservice}"

    def up(self) -> None:
        """Build, start or just verify the server; a first build takes about a minute and a half."""
        self._run("up")

    def down(self) -> None:
        self._run("down")

    def reset(self) -> None:
        """Back to the freshly provisioned database, in about two seconds; sessions are gone too."""
        self._run("reset")

    def restart(self) -> None:
        """Stop OTRS's web server in the middle of whatever it does, and start it again; the database stays as it is."""
        self._run("restart")

    def restart_database(self) -> None:
        """The same with the database beneath OTRS, whose web server goes on."""
        self._run("restart-database")

    def is_up(self) -> bool:
        """Whether the web service answers a (wrong) login as OTRS does."""
        login = {"UserLogin": "nobody", "Password": "wrong"}
        try:
            answer = requests.post(f"{self.webservice_url}/Session", json=login, timeout=10)
        except requests.RequestException:
            return False
        return "SessionCreate.AuthFail" in answer.text

    def console(self, *args: str) -> str:
        """What `otrs.Console.pl ARGS` prints."""
        return self._run("console", *args)

    def mail(self, message: bytes) -> int:
        """Let OTRS receive one e-mail; the id of the ticket that it made or followed up."""
        return self.mails([message])[0]

    def mails(self, messages: Sequence[bytes]) -> list[int]:
        """Let OTRS receive e-mails one after another, in one process; their tickets' ids."""
        lines = b"".join(base64.b64encode(message) + b"\n" for message in messages)
        answer = self._run("mails", stdin=lines)
        return [int(line.split()[1]) for line in answer.splitlines()]

    def sql(self, query: str) -> list[tuple[str, ...]]:
        """Rows straight from OTRS's database, read only, past OTRS and its cache; NULL reads as ''."""
        asks = DATABASE == "postgresql" and query.lstrip().upper().startswith("SELECT") and OF_ALL not in query
        text = _copied(query) if asks else self._run("sql", query)
        return [tuple(row) for row in csv.reader(io.StringIO(text))]

    def perl(self, code: str) -> str:
        """What Perl code prints inside OTRS, with `$Kernel::OM` at hand and text as UTF-8."""
        return self._run("perl", "-", stdin=code.encode())

    def _run(self, *args: str, stdin: bytes = b"") -> str:
        done = subprocess.run([str(SCRIPT), *args], input=stdin, capture_output=True, check=False)
        if done.returncode:
            raise ServerError(f"otrs.sh {args[0]}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode()
