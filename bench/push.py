"""How soon a new ticket is put right on the real test OTRS: told by OTRS, or found by the poll; idle, and during a sweep.

    make otrs && .venv/bin/python -m bench.push [TICKETS] [SWEPT] [MINUTES]

From the moment at which OTRS has answered the create to that at which the bridge has read its correction back (the
journal's). Wanted: told, p95 < 1 s idle and < 3 s while a sweep writes to 1,000 tickets; polled, the interval and a
second at most. Then MINUTES of changes by programs, mail and agents, while the receiver is away for the middle third: a
full sweep at the end must find nothing missed, and the journal nothing written twice.
"""

from __future__ import annotations

import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import yaml

from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.journal import JournalEntry
from tests.live.conftest import Cli
from tests.live.making import Wish, api, log_in, mail, make_tickets
from tests.live.pushing import tell_bridge
from tests.live.server.control import LiveServer
from tests.servers.throwaway import free_port

POLL = 15.0
PAUSE = threading.Event()
PROGRAM = Path(sys.executable).with_name("otrs-bridge")
SEED = 1


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A test OTRS, and a folder with the bridge's configuration; `listen` is where pushes come in."""

    server: LiveServer
    cli: Cli
    listen: str

    def entries(self) -> Sequence[JournalEntry]:
        """The journal."""
        database = open_database(f"sqlite:///{self.cli.folder}/otrs-bridge.db")
        try:
            return SqlJournal(database).entries()
        finally:
            database.close()

    def metrics(self) -> str:
        """Of the daemon; "" while it does not answer."""
        try:
            return requests.get(f"http://{self.listen}/metrics", timeout=60).text
        except requests.RequestException:
            return ""


def main() -> None:
    """Measure, then reconcile."""
    defaults = (40, 1000, 30)
    given = tuple(map(int, sys.argv[1:]))
    tickets, swept, minutes = (*given, *defaults[len(given) :])
    with tempfile.TemporaryDirectory() as folder:
        desk = prepared(Path(folder))
        print(f"{tickets} tickets each, {swept} swept, the poll every {POLL:g} s\n")
        print(f"{'':<28}{'p50':>8}{'p95':>8}{'most':>8}")
        with daemon(desk, told=True):
            shown("told, idle", latencies(desk, tickets))
            with sweeping(desk, swept) as is_sweeping:
                shown("told, during a sweep", latencies(desk, tickets, going_on=is_sweeping))
        with daemon(desk, told=False):
            shown("polled, idle", latencies(desk, tickets))
            with sweeping(desk, swept) as is_sweeping:
                shown("polled, during a sweep", latencies(desk, tickets, going_on=is_sweeping))
        if minutes:
            reconcile(desk, minutes)


def prepared(folder: Path) -> Desk:
    """OTRS as freshly provisioned, told to push."""
    server = LiveServer()
    server.up()
    cli, listen = tell_bridge(
        server,
        folder,
        synchronous=True,
        poll_seconds=POLL,
        limits={"max_changes": 100_000, "max_share": 1.0, "per_hour": 100_000},
        log={"format": "json"},
    )
    return Desk(server=server, cli=cli, listen=listen)


@contextmanager
def daemon(desk: Desk, *, told: bool) -> Iterator[subprocess.Popen[bytes]]:
    """`otrs-bridge run`, polled once; `told`: where OTRS finds it, or elsewhere."""
    path = desk.cli.folder / "config.yaml"
    settings: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not told:
        settings["web"]["listen"] = f"127.0.0.1:{free_port()}"
    elsewhere = desk.cli.folder / f"told-{told}.yaml"
    elsewhere.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    elsewhere.chmod(0o600)
    here = replace(desk, listen=settings["web"]["listen"])
    with (desk.cli.folder / "daemon.log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, "--config", elsewhere, "run"], cwd=desk.cli.folder, stderr=log)
    try:
        until(lambda: 'otrs_bridge_healthy{part="poll"} 1.0' in here.metrics(), within=180)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def until(what: Callable[[], bool], *, within: float) -> None:
    """Wait for it."""
    end = time.monotonic() + within
    while not what():
        if time.monotonic() > end:
            raise TimeoutError("that has not come about")
        PAUSE.wait(0.2)


@contextmanager
def sweeping(desk: Desk, count: int) -> Iterator[Callable[[], bool]]:
    """A sweep by hand that has so many tickets to put right, another process; begun when the first one is written."""
    path = desk.cli.folder / "sweep.yaml"
    settings = yaml.safe_load((desk.cli.folder / "config.yaml").read_text(encoding="utf-8"))
    for rule in ("state", "priority"):
        settings["rules"][rule] = {"mode": "off"}
    settings["rules"]["subject"] = {"mode": "enforce"}
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    path.chmod(0o600)
    make_tickets(desk.server, [Wish(title="Re: Re: Не работает", state="open") for _ in range(count)], queue="Internet")
    before = len(desk.entries())
    process = subprocess.Popen(
        [PROGRAM, "--config", path, "sweep", "--all", "--apply"], cwd=desk.cli.folder, stdout=subprocess.DEVNULL
    )
    try:
        until(lambda: len(desk.entries()) > before or process.poll() is not None, within=900)
        yield lambda: process.poll() is None
    finally:
        process.wait(timeout=1800)


def latencies(desk: Desk, count: int, *, going_on: Callable[[], bool] = lambda: True) -> list[float]:
    """Seconds from OTRS's answer to the create until the correction was read back, of tickets made one by one."""
    chance = random.Random(SEED)
    made: dict[int, float] = {}
    while len(made) < count and going_on():
        (ticket,) = make_tickets(desk.server, [Wish(title="Заявка", priority="5 very high")])
        made[ticket] = time.time()  # noqa: TID251 - compared with the journal's moments, of the same machine
        PAUSE.wait(chance.uniform(0.2, 1.8))
    until(lambda: made.keys() <= {e.ticket_id for e in desk.entries() if e.settled_at}, within=300)
    ended: dict[int, datetime] = {}
    for entry in desk.entries():
        if entry.ticket_id in made and entry.settled_at is not None:
            ended[entry.ticket_id] = max(entry.settled_at, ended.get(entry.ticket_id, entry.settled_at))
    return [max(0.0, ended[i].timestamp() - since) for i, since in made.items()]


def shown(name: str, found: Sequence[float]) -> None:
    """One line of the table."""
    if len(found) < 2:
        print(f"{name:<28}{len(found)} tickets only: too few", flush=True)
        return
    p95 = statistics.quantiles(found, n=20, method="inclusive")[-1]
    print(f"{name:<28}{statistics.median(found):8.2f}{p95:8.2f}{max(found):8.2f}   ({len(found)} tickets)", flush=True)


# --- nothing missed, nothing twice ----------------------------------------------------------------------------------


def reconcile(desk: Desk, minutes: int) -> None:
    """Changes without end, with the receiver away for the middle third."""
    chance, count = random.Random(SEED), Counter[str]()
    ids: list[int] = []
    before = len(desk.entries())
    for told in (True, False, True):
        with daemon(desk, told=told):
            end = time.monotonic() + minutes * 60 / 3
            while time.monotonic() < end:
                kind = chance.choice(("api", "api", "mail", "agent"))
                count[kind] += 1
                _happen(desk.server, kind, ids, chance)
                PAUSE.wait(chance.uniform(0.0, 1.5))
            PAUSE.wait(2 * POLL)
    done = desk.cli.run("sweep", "--all", "--format", "json")
    *lines, _ = (yaml.safe_load(line) for line in done.stdout.splitlines())
    planned = {line["ticket_id"] for line in lines if line["outcome"] == "planned"}
    missed = planned & set(ids)  # the ticket that OTRS ships is older than the daemon looks back
    print(f"\n{minutes} minutes: {dict(count)}; the receiver was away for a third of them")
    print(f"  missed (a full sweep would still change them): {len(missed)}")
    print(f"  written twice (the same value, with nobody's change in between): {twice(desk.entries()[before:])}")
    print(f"  failed or unknown: {sum(e.state in {'failed', 'intended'} for e in desk.entries()[before:])}")


def _happen(server: LiveServer, kind: str, ids: list[int], chance: random.Random) -> None:
    """A program makes a ticket, a client writes, or an agent undoes what the rules want."""
    if kind == "mail":
        ids.append(server.mail(mail("ivanov@mtel.ru", "Нет интернета", "С утра")))
    elif kind == "api" or not ids:
        ids.extend(make_tickets(server, [Wish(title="Заявка", priority="5 very high")]))
    else:
        agent = log_in(server, server.agent, server.agent_password)
        ticket = chance.choice(ids[-10:])
        api(server, "PATCH", f"/Ticket/{ticket}", agent, {"Ticket": {"Title": f"Правка {chance.random()}"}})


def twice(entries: Sequence[JournalEntry]) -> int:
    """How many writes of one value into one field of one ticket came after another that held."""
    known: Counter[tuple[int, str, str]] = Counter(
        (entry.ticket_id, entry.field, str(entry.new)) for entry in entries if entry.state == "applied"
    )
    return sum(count - 1 for count in known.values())


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")  # noqa: TID251 - when it was measured
    main()
