"""How much memory commands take over a big backlog: `python -m bench.memory [TICKETS]` (default 1,000,000).

The sandbox keeps its tickets on the disk; each command runs in a process of its own, whose greatest resident size is
read at its end. Every ticket has something to report, every hundredth something to write.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from otrs_bridge.clock import SystemClock
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.journal import Intent
from otrs_bridge.sandbox.disk_tickets import DiskTickets
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES

START = datetime(2024, 1, 1)  # noqa: DTZ001 - OTRS's naive time
WRONG = 100  # every so many tickets has a state that is to be changed
AT_ONCE = 500
# What the system says of the greatest size of a child (getrusage) begins with the size of its parent.
COMMAND = """
import atexit, pathlib, re
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: pathlib.Path("peak").write_text(re.search(r"VmHWM:\\s*([0-9]+) kB", status.read_text())[1] + "000"))
from otrs_bridge.cli.main import run
run()
"""
# The same in bytes that Python asked for: exact, and slow.
TRACED = """
import atexit, pathlib, tracemalloc
import otrs_bridge.cli.history, otrs_bridge.cli.sweep
from otrs_bridge.cli.main import run
tracemalloc.start()
atexit.register(lambda: pathlib.Path("peak").write_text(str(tracemalloc.get_traced_memory()[1])))
run()
"""
BODY = (
    "Звонил Иванов Иван Иванович, ул. Летная, д. {n}, кв. 12, договор Ф-{n}. Нет связи со вчерашнего вечера, на роутере "
    "горит красная лампа, перезагрузка не помогла. Просит перезвонить на 8 (916) 123-45-67 после шести часов вечера."
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a command took. `peak`: bytes of memory; `summary`: the last line that it printed."""

    peak: int
    seconds: float
    lines: int
    summary: dict[str, Any]


@contextmanager
def backlog(folder: Path, tickets: int, *, wrong: int = WRONG) -> Iterator[Sandbox]:
    """A running sandbox with so many tickets on the disk, and beside it a configuration of a bridge."""
    store = DiskTickets(folder / "tickets.db")
    with Sandbox(clock=SystemClock().now, tickets=store) as sandbox:
        for first in range(0, tickets, AT_ONCE):
            with sandbox.database.request():
                for number in range(first, min(first + AT_ONCE, tickets)):
                    _add(sandbox, number, wrong)
        modes = {rule.name: {"mode": "off"} for rule in RULES}
        modes |= {"state": {"mode": "enforce"}, "priority": {"mode": "observe"}}
        settings = {
            "otrs": {"url": sandbox.base_url, "user": sandbox.user, "password": sandbox.password},
            "rules": modes,
            "limits": {"max_changes": tickets, "max_share": 1.0},
            "jobs": {"cleanup": "enforce"},
            "log": {"level": "error"},
            "language": "en",
        }
        (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        (folder / "config.yaml").chmod(0o600)
        yield sandbox
    store.close()


def _add(sandbox: Sandbox, number: int, wrong: int) -> None:
    sandbox.add_ticket(
        f"Не работает интернет {number}",
        state="open" if number % wrong else "new",
        priority="5 very high",
        customer_user="test@mtel.ru",
        body=BODY.format(n=number),
        created=START + timedelta(seconds=7 * number),
    )


def remember_a_run(folder: Path, sandbox: Sandbox, tickets: int) -> int:
    """A run in the journal that claims to have set the priority of every ticket."""
    database = open_database(f"sqlite:///{folder}/otrs-bridge.db")
    journal, now = SqlJournal(database), SystemClock().now()
    run = journal.start_run("sweep", at=now, selection="all")
    for first in range(1, tickets + 1, AT_ONCE):
        with sandbox.database.request():
            numbers = {i: sandbox.ticket(i).number for i in range(first, min(first + AT_ONCE, tickets + 1))}
        intents = [_intent(ticket_id, number) for ticket_id, number in numbers.items()]
        entries = journal.intend(run, intents, at=now)
        journal.settle(dict.fromkeys(entries, ("applied", "")), at=now)
    journal.finish_run(run, at=now, summary={"applied": tickets})
    database.close()
    return run


def _intent(ticket_id: int, number: str) -> Intent:
    return Intent(
        ticket_id=ticket_id,
        ticket_number=number,
        rule="priority",
        field="priority",
        old="3 normal",
        new="5 very high",
        why="юридическое лицо всегда обслуживается с высоким приоритетом, кто бы ни звонил",
        mode="enforce",
    )


def measured(folder: Path, *command: str, program: str = COMMAND) -> Measured:
    """Run a command of the bridge in this folder, and wait for its end."""
    told = folder / "told.jsonl"
    began = time.perf_counter()
    with told.open("wb") as output:
        subprocess.run([sys.executable, "-c", program, *command], cwd=folder, stdout=output, check=True)
    lines, last = 0, b"{}"
    with told.open("rb") as printed:
        for line in printed:
            lines, last = lines + 1, line
    peak, seconds = int((folder / "peak").read_text(encoding="ascii")), time.perf_counter() - began
    return Measured(peak=peak, seconds=seconds, lines=lines, summary=json.loads(last).get("summary", {}))


def main() -> None:
    """Fill, run, print."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="otrs-bridge-memory-") as name:
        folder = Path(name)
        began = time.perf_counter()
        with backlog(folder, tickets) as sandbox:
            print(f"{tickets:,} tickets made in {time.perf_counter() - began:.0f} s", flush=True)
            run = str(remember_a_run(folder, sandbox, tickets))
            for command in (*SWEEPS, ("history", "--run", run), ("undo", run)):
                found = measured(folder, *command, *JSON)
                counts = {key: count for key, count in found.summary.items() if count}
                print(f"{' '.join(command)}: {found.peak / 1e6:.0f} MB, {found.seconds:.0f} s, ", end="")
                print(f"{found.lines:,} lines, {counts}", flush=True)


JSON = ("--format", "json")
SWEEPS = (("sweep", "--all"), ("sweep", "--all", "--apply"))

if __name__ == "__main__":
    main()
