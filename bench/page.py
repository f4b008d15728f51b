"""How fast the operator's page answers when there is much to show: `python -m bench.page [--entries 1000000]`.

Fills a journal with that many entries of thirty days, a plan that waits with 100,000 lines, and an embedded ledger of 20,000
accounts, and serves the page by uvicorn on loopback. Every address is asked fifty times in turn with the others, and so is a
route of FastAPI that does nothing: what counts is the ratio to that one. Then the same once more while billing is read in
the background without a pause (wanted: below 100 ms for 95 of 100, in the first column).
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import yaml
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from sqlalchemy import insert, text

from bench.billing import MOMENT
from bench.billing import fill as fill_ledger
from bench.journal import row as entry_row
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import Config, load
from otrs_bridge.config.web import WebSettings
from otrs_bridge.domain.billing.held_plan import PlanLine, PlannedTicket, fingerprint
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import parse_period
from otrs_bridge.journal import tables
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.jobs import JobRun, StoredPlan
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.web.app import create_app
from otrs_bridge.web.opening import open_services
from otrs_bridge.web.server import serve
from otrs_bridge.web.visitors import COOKIE
from rules import RULES
from tests.servers.throwaway import free_port

LINES, ACCOUNTS, ROUNDS, AT_ONCE = 100_000, 20_000, 50, 10_000
CLEANUP, TURNS = 0.3, 200  # the share of the first run, and how many others there are
RULE_NAMES = [rule.name for rule in RULES]
RARE, OLD = RULE_NAMES[-1], 10  # a rule that has only these entries, the oldest
JOB, PERIOD, PASSWORD = "internet_suspension", "2026-02", "correct horse battery"
STATES = [*["applied"] * 97, "failed", "refused", "unchanged"]
BARE = "/bare"


@dataclass(kw_only=True, slots=True)
class Took:
    """Milliseconds of each answer: of the clock, and of this process's time on a processor, which others' work does not
    lengthen much (the one who asks is in the same process).
    """

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)


class AfterFilling:
    """It is the moment to which everything was filled when this is made; from then on time goes by."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._ahead = self._clock.now() - MOMENT
        self.monotonic, self.sleep = self._clock.monotonic, self._clock.sleep

    def now(self) -> datetime:
        """The moment."""
        return self._clock.now() - self._ahead


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    entries = parser.parse_args().entries
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-")))
        clock = AfterFilling()
        sandbox = closing.enter_context(Sandbox(clock=clock.now))
        ticket = sandbox.add_ticket("Обычная заявка").ticket_id
        config = configured(folder, sandbox)
        run = fill(config, entries)
        fill_ledger(folder / "ledger.db", ACCOUNTS)
        services = closing.enter_context(open_services(config, clock))
        services.access.add("anna", "admin", PASSWORD, by="bench")
        app = create_app(services)
        app.add_api_route(BARE, nothing)
        address = closing.enter_context(served(app))
        entered = services.access.log_in("anna", PASSWORD, address="")
        cookie = f"{COOKIE}={getattr(entered, 'token', '')}"
        paths = addresses(run, ticket)
        print(f"{entries:,} entries, {LINES:,} lines in a plan, {ACCOUNTS:,} accounts")
        ask_all(address, cookie, paths)  # the first answers in the background
        threading.Event().wait(5)
        show("at rest", ask_all(address, cookie, paths))
        over = threading.Event()
        reader = threading.Thread(target=lambda: [services.billing and services.billing.debtors() for _ in until(over)])
        reader.start()
        show("while billing is read", ask_all(address, cookie, paths))
        over.set()
        reader.join()


def nothing() -> HTMLResponse:
    """What everything is compared with."""
    return HTMLResponse("<!doctype html><title>-</title>")


def until(over: threading.Event) -> Iterator[int]:
    """Counts until then."""
    return itertools.takewhile(lambda _: not over.is_set(), itertools.count())


def addresses(run: int, ticket: int) -> Sequence[str]:
    """Every page, and what is hardest to find on it."""
    plan, day = f"/plans/{run}", "/history?day=2026-01-15"
    return (
        *(
            BARE,
            "/",
            plan,
            f"{plan}?q=nobody",
            f"{plan}?q={quote('летная 89')}",
            f"{plan}?sort=amount&down=1",
            f"{plan}?out=1",
        ),
        *(f"{plan}?after={quote(json.dumps(['debt:internet:Ф-099000:2026-02'] * 2))}", "/history", "/history?before=9"),
        *(f"/history?rule={RARE}", f"/history?rule={RARE}&state=intended", "/history?state=superseded"),
        *("/history?state=refused", "/history?ticket=123", "/history?ticket=2026010100012345"),
        *(day, f"{day}&rule={RARE}", f"{day}&state=superseded", f"/history?run=1&rule={RARE}"),
        *("/history?run=1&state=intended", "/runs", "/runs/1", f"/tickets/{ticket}", "/clients", "/debts", "/jobs"),
        *("/rules", "/pauses", "/doctor", "/contract?number=%D0%A4-00001"),
    )


def configured(folder: Path, sandbox: Sandbox) -> Config:
    """A bridge on the sandbox."""
    written = {
        "otrs": {"url": sandbox.base_url, "user": sandbox.user, "password": sandbox.password},
        "billing": {
            "ledger": {"source": "embedded", "path": "ledger.db"},
            "queues": {"internet": "Internet", "telephony": "Telephony"},
        },
        "jobs": {JOB: "enforce"},
        "timezone": "Europe/Moscow",
        "web": {"listen": "127.0.0.1:8080"},
        "log": {"level": "error"},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    path.chmod(0o600)
    return load(path, RULES, {})


def fill(config: Config, entries: int) -> int:
    """The journal; returns the run that left the plan."""
    database = open_database(config.database)
    journal, chance = SqlJournal(database), random.Random(1)
    began, pace = MOMENT - timedelta(days=30), timedelta(days=30) / entries
    runs = [journal.start_run("daemon", at=began, selection="x") for _ in range(1 + TURNS)]
    first_run = int(CLEANUP * entries)
    for first in range(0, entries, AT_ONCE):
        rows = []
        for number in range(first, min(first + AT_ONCE, entries)):
            later = TURNS * (number - first_run) // (entries - first_run)
            run, rule = runs[max(0, later + 1)], RARE if number < OLD else chance.choice(RULE_NAMES[:-1])
            at = began + number * pace
            what = {"rule": rule, "state": chance.choice(STATES), "intended_at": at, "settled_at": at}
            rows.append(entry_row(run, number) | what)
        with database.writing() as connection:
            connection.execute(insert(tables.entries), rows)
    held = hold(database)
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))
    database.close()
    return held


def hold(database: Database) -> int:
    """A plan that waits."""
    period = parse_period(PERIOD)
    assert period is not None
    keys = [EpisodeKey(service="internet", contract=f"Ф-{number:06}", period=period) for number in range(LINES)]
    tickets = tuple(PlannedTicket(key=key, amount=Decimal(index % 977)) for index, key in enumerate(keys))
    lines = [
        PlanLine(
            ticket=one, client=f"Клиент {index}", address=f"ул. Лётная, {index % 90}", district=f"район {index % 9}"
        )
        for index, one in enumerate(tickets)
    ]
    jobs, run = SqlJobJournal(database), SqlJournal(database).start_run("job", at=MOMENT, selection=f"{JOB} {PERIOD}")
    jobs.claim_run(JOB, PERIOD, due_on=MOMENT.date(), at=MOMENT, lease=timedelta(minutes=1))
    mark = fingerprint(tickets)
    jobs.store_plan(
        StoredPlan(run=run, job=JOB, period=PERIOD, fingerprint=mark, tickets=tickets, made_at=MOMENT), lines
    )
    jobs.close_run(JobRun(job=JOB, period=PERIOD, due_on=MOMENT.date(), state="held", started_at=MOMENT, run=run))
    return run


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """By the server of the page itself."""
    settings = WebSettings(listen=f"127.0.0.1:{free_port()}")
    with serve(app, settings):
        threading.Event().wait(0.5)
        yield settings.listen


def ask_all(address: str, cookie: str, paths: Sequence[str]) -> Mapping[str, Took]:
    """How long each took."""
    found: dict[str, Took] = {path: Took() for path in paths}
    connection = http.client.HTTPConnection(address, timeout=60)
    for path in [*paths] * ROUNDS:
        began, worked = time.perf_counter(), time.process_time()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        found[path].waited.append(1000 * (time.perf_counter() - began))
        found[path].worked.append(1000 * (time.process_time() - worked))
    connection.close()
    return found


def show(when: str, found: Mapping[str, Took]) -> None:
    """The 95th of a hundred and the median in milliseconds, the processor's median, and how many times the bare route's."""
    bare = found[BARE]
    print(f"\n{when}: p95 ms, p50 ms, p50 of the processor; ratios of p95 and of the processor to a bare route")
    for path, took in found.items():
        p95, p50, worked = _p95(took.waited), statistics.median(took.waited), statistics.median(took.worked)
        ratios = f"{p95 / _p95(bare.waited):6.1f} {worked / statistics.median(bare.worked):6.1f}"
        print(f"{p95:7.1f} {p50:7.1f} {worked:7.1f} {ratios}  {path}", flush=True)


def _p95(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    main()
