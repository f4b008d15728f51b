"""A PostgreSQL of the tests' own: on a free port, in a folder of its own, thrown away at the end.

It uses the machine's programs (Debian's package `postgresql`, installed when missing, by root) and touches
no cluster that the machine has. Other suites ask for the fixture `postgres` and take `postgres.database()`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.servers.throwaway import ThrowawayServer, free_port, install

# Where Debian puts initdb and pg_ctl, one folder a version.
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")

# Installing the package would otherwise also start a cluster on port 5432, which nobody asked for.
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/otrs-bridge-tests.conf")

# Nothing here has to survive a power cut.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "listen_addresses": "127.0.0.1",
    "TimeZone": "Asia/Vladivostok",  # far from UTC: whoever forgets the time zone notices
}


class Postgres(ThrowawayServer):
    """A running server. `url()` leads to a database of it, `database()` makes a new one."""

    user = "postgres"

    def __init__(self) -> None:
        """Start the server; it runs when this returns."""
        self.programs = programs()
        super().__init__("postgres", account=self.user)

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, as the configuration takes it."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template0") -> str:
        """Make a database, empty or a copy of another that nobody is connected to; returns its name."""
        name = self.new_name()
        making = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self.execute(making)
        return name

    def drop(self, database: str) -> None:
        """Throw a database away, whoever is connected."""
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """The URL of a database that lasts as long as the block."""
        name = self.database(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def execute(self, statement: sql.Composed | sql.SQL, database: str = "postgres") -> None:
        """Run one statement as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Make the data and start; the server answers when this returns."""
        self._initialise()
        self.port = self._start()

    def kill(self) -> None:
        """End the server, hard; it may not have been started."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self.folder / "data"), "-m", "immediate", "-w")

    def restart(self) -> None:
        """As an administrator does it: every session is ended, and the port stays."""
        self._run(
            "pg_ctl", "restart", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-m", "fast", "-w"
        )

    def _initialise(self) -> None:
        password = self.folder / "password"
        password.write_text(self.password)
        if self.account is not None:
            shutil.chown(password, self.account)
        self._run(
            *("initdb", "-D", str(self.folder / "data"), "-U", self.user, "--pwfile", str(password)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
        )
        lines = [f"{name} = '{value}'\n" for name, value in SETTINGS.items()]
        lines.append(f"unix_socket_directories = '{self.folder}'\n")
        with (self.folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.writelines(lines)

    def _start(self, attempts: int = 5) -> int:
        """Start on a port that is free; somebody else may take it first, then on another."""
        log = self.folder / "log"
        for _ in range(attempts):
            port = free_port()
            options = ("-D", str(self.folder / "data"), "-l", str(log), "-o", f"-p {port}", "-w", "-t", "60")
            if self._run("pg_ctl", "start", *options, check=False):
                return port
        raise RuntimeError("PostgreSQL does not start:\n" + (log.read_text() if log.exists() else "no log"))

    def _run(self, program: str, *arguments: str, check: bool = True) -> bool:
        # Output goes to a file: the server inherits it, and a pipe would stay open as long as it runs.
        output = self.folder / f"{program}.out"
        with output.open("w") as file:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False, cwd=self.folder,
                user=self.account, group=self.account, extra_groups=[] if self.account else None,
            )  # fmt: skip
        if check and done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{output.read_text()}")
        return done.returncode == 0


def programs() -> Path:
    """The folder with initdb and pg_ctl, the newest; installs Debian's package when there is none."""
    found = _installed()
    if found is None:
        _install()
        found = _installed()
    if found is None:
        raise RuntimeError(f"the package postgresql is installed, but {DEBIAN_PROGRAMS}/*/bin/initdb is not there")
    return found


def _installed() -> Path | None:
    folders = [path.parent for path in DEBIAN_PROGRAMS.glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _install() -> None:
    if os.geteuid() != 0:
        raise RuntimeError(f"no PostgreSQL in {DEBIAN_PROGRAMS}: install Debian's package postgresql")
    NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_CLUSTER.write_text("create_main_cluster = false\n")
    try:
        install("postgresql")
    finally:
        NO_CLUSTER.unlink(missing_ok=True)  # another worker may have been faster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the whole test run; each worker of pytest-xdist has its own."""
    with Postgres() as server:
        yield server
