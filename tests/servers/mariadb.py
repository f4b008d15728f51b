"""A MariaDB of the tests' own: started on a free port in a folder of its own, thrown away at the end.

It uses the machine's programs (Debian's core packages of mariadb-server: they have the server and start none;
installed when missing and when we are root) and touches no server that the machine has.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from tests.servers.throwaway import ThrowawayServer, free_port, install

PATIENCE = 60.0
PACKAGES = ("mariadb-server-core", "mariadb-client-core")
INITIALISE = "mariadb-install-db"
ACCOUNT = "nobody"  # the package without a service makes no account of its own


class MariaDb(ThrowawayServer):
    """A running server. `url()` leads to a database of it, `database()` makes a new one."""

    user = "bridge"

    def __init__(self) -> None:
        """Start the server; it runs when this returns."""
        _install_when_missing()
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__("mariadb", account=ACCOUNT)

    def url(self, database: str = "mysql") -> str:
        """The URL of a database, as the configuration takes it."""
        return f"mysql+pymysql://{self.user}:{self.password}@127.0.0.1:{self.port}/{database}?charset=utf8mb4"

    def database(self) -> str:
        """Make an empty database; returns its name."""
        name = self.new_name()
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return name

    def start(self) -> None:
        """Make the data and start; the server answers when this returns."""
        self._initialise()
        self.port = free_port()
        self._process = self._start()
        self._wait(self._process)

    def kill(self) -> None:
        """End the server, hard; it may not have been started."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _initialise(self) -> None:
        first = self.folder / "first.sql"
        first.write_text(
            f"CREATE USER '{self.user}'@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL ON *.* TO '{self.user}'@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        account = [f"--user={self.account}"] if self.account else []
        done = subprocess.run(
            [INITIALISE, "--no-defaults", *account, f"--datadir={self.folder / 'data'}", "--skip-test-db"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=self.folder,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{INITIALISE} failed:\n{done.stdout}{done.stderr}")

    def _start(self) -> subprocess.Popen[bytes]:
        account = [f"--user={self.account}"] if self.account else []
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [
                    _server(), "--no-defaults", *account, f"--datadir={self.folder / 'data'}",
                    f"--tmpdir={self.folder}",  # a server that starts removes what others keep in theirs
                    f"--socket={self.folder / 'socket'}", f"--pid-file={self.folder / 'pid'}",
                    f"--init-file={self.folder / 'first.sql'}", f"--port={self.port}",
                    "--bind-address=127.0.0.1", "--skip-name-resolve",
                    "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._connect().close()
            except pymysql.err.OperationalError:
                if time.monotonic() > end or process.poll() is not None:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"MariaDB does not start:\n{log}") from None
            else:
                return

    def _connect(self) -> pymysql.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(host="127.0.0.1", port=self.port, user=self.user, password=self.password)


def _server() -> str:
    return shutil.which("mariadbd") or "/usr/sbin/mariadbd"


def _install_when_missing() -> None:
    if not (Path(_server()).exists() and shutil.which(INITIALISE) and shutil.which("my_print_defaults")):
        install(*PACKAGES)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """One server for the whole test run; each worker of pytest-xdist has its own."""
    with MariaDb() as server:
        yield server
