"""Daemons as processes, each as if on a machine of its own, beside one practice OTRS; and what may happen to them."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from typer.testing import CliRunner

from otrs_bridge.cli.main import app
from otrs_bridge.clock import SystemClock
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import write_config

MOSCOW = ZoneInfo("Europe/Moscow")
ROOT = Path(__file__).parents[2]
PATIENCE = 240.0  # seconds until something that does not come is called lost; how fast it comes is no matter
LEASE = 8.0  # seconds; a machine that is busier than that passes the lead to and fro, and nothing else changes
LATER = 15 * 60.0  # by then recovery calls what is not there not done


class Otrs(Protocol):
    """The practice OTRS, or the real one."""

    @property
    def base_url(self) -> str:
        """Its address."""

    @property
    def user(self) -> str:
        """The bridge's agent."""

    @property
    def password(self) -> str:
        """The agent's."""


class Machine:
    """A daemon, its log told line by line."""

    def __init__(self, folder: Path, url: str, otrs: Otrs, *, ahead: float = 0.0, **sections: Any) -> None:
        folder.mkdir()
        config = folder / "config.yaml"
        modes = {rule.name: {"mode": "off"} for rule in RULES} | {"state": {"mode": "enforce"}}
        wanted = {
            "otrs": {"url": otrs.base_url, "user": otrs.user, "password": otrs.password},
            "database": url,
            "rules": modes,
            "limits": {"max_changes": 5000, "max_share": 1.0, "per_hour": 5000},
            "daemon": {"poll_seconds": 1, "grace_seconds": 0, "lease_seconds": LEASE},
            "log": {"format": "json"},
            "language": "en",
        }
        write_config(config, {**wanted, **sections})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.leading.daemon", str(config), str(ahead)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.said: list[dict[str, Any]] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line)
        self._lines.put("")

    def says(self, event: str) -> dict[str, Any]:
        """The next line of the log that tells of this event."""
        while line := self._lines.get(timeout=PATIENCE):
            found: dict[str, Any] = json.loads(line) if line.startswith("{") else {"event": line}
            self.said.append(found)
            if found["event"] == event:
                return found
        raise AssertionError(f"ended before {event}: {self.said[-20:]}")

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        os.kill(self.process.pid, number)

    def end(self) -> int:
        """SIGTERM, and wait."""
        self.tell(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join()
        assert self.process.stderr is not None
        self.process.stderr.close()


@dataclass(kw_only=True)
class Desk:
    """OTRS, and how often each of its tickets was written to. `step`: what is counted."""

    sandbox: Sandbox
    step: str = "state"
    ids: list[int] = field(default_factory=list)
    written: Counter[int] = field(default_factory=Counter)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.sandbox.observe_steps(self._note)

    def _note(self, step: str, ticket_id: int) -> None:
        if step != self.step:
            return
        with self._news:
            self.written[ticket_id] += 1
            self._news.notify_all()

    def add(self, count: int) -> None:
        """So many new tickets, each with a state to be put right."""
        for number in range(count):
            ticket = self.sandbox.add_ticket(
                f"Не работает интернет {number}", state="new", customer_user="test@mtel.ru", body="Нет связи."
            )
            self.ids.append(ticket.ticket_id)

    def wait_for(self, tickets: int) -> None:
        """Until so many tickets have been written to."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.written) >= tickets, timeout=PATIENCE), dict(self.written)

    def changes(self) -> Counter[int]:
        """How often the state of each ticket was changed."""
        return Counter(
            row.ticket_id for ticket in self.sandbox.tickets() for row in ticket.history if row.type == "StateUpdate"
        )


def ledger_of(folder: Path, debtors: Sequence[str]) -> dict[str, Any]:
    """Who owes this month's fee, in a ledger that both machines read; the sections of their configuration."""
    folder.mkdir()
    first = SystemClock().now().astimezone(MOSCOW).replace(day=1).date()
    accounts = ["account,contract,service,name,fee", *(f"{one},{one},internet,Иванов Иван,500" for one in debtors)]
    entries = ["account,kind,dated,amount", *(f"{one},charge,{first},500" for one in debtors)]
    for name, lines in (("accounts.csv", accounts), ("entries.csv", entries)):
        (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    queues = {"internet": "Internet", "telephony": "Telephony"}
    ledger = {"source": "embedded", "path": str(folder / "ledger.db")}
    sections = {
        "rules": {rule.name: {"mode": "off"} for rule in RULES},
        "billing": {"ledger": ledger, "queues": queues, "max_share": 1, "max_tickets": len(debtors)},
        "jobs": {"internet_suspension": {"mode": "enforce", "at": "00:00"}},
    }
    otrs = {"url": "http://127.0.0.1:1", "user": "bridge", "password": "none"}
    write_config(folder / "config.yaml", {"otrs": otrs, **sections})
    command = ["--config", str(folder / "config.yaml"), "billing", "import"]
    done = CliRunner().invoke(app, [*command, str(folder / "accounts.csv"), str(folder / "entries.csv")])
    assert done.exit_code == 0, done.output
    return sections


def unsettled(url: str) -> int:
    """How many writes are there of which the journal does not know what became."""
    with closing(open_database(url)) as database:
        return len(SqlJournal(database).unsettled())


class Cable:
    """The network between a machine and the database: cut, nothing comes through, and nobody comes in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._whole = True
        self._ends: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                come, _ = self._door.accept()
                if not self._whole:
                    come.close()
                    continue
                gone = socket.create_connection(("127.0.0.1", self._port))
                self._ends += [come, gone]
                for one, other in ((come, gone), (gone, come)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()

    def cut(self) -> None:
        """Nothing more."""
        self._whole = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        """As before."""
        self._whole = True

    def close(self) -> None:
        """Take it away."""
        self.cut()
        self._door.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cable(port: int) -> Iterator[Cable]:
    """One that lasts as long as the block."""
    with closing(Cable(port)) as laid:
        yield laid
