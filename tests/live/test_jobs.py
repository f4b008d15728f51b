"""Jobs on the real OTRS: killed at any moment, every answer lost in turn, two bridges at once; fifty debtors, fifty tickets.

What is right is read straight from OTRS's database, past OTRS, its cache and the bridge.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind
from tests.live.conftest import Cli, let_minutes_pass, make_cli
from tests.live.server.control import LiveServer
from tests.servers import forked
from tests.service.conftest import MovableClock
from tests.service.debts.keeping_scene import (
    GROWTH,
    PAID,
    RAISED,
    STOP,
    THE_NEXT_NIGHT,
    THE_NIGHT,
    Scene,
    bridge_at,
    scene,
)
from tests.service.debts.openers import HurriedClock, make_desk, opening
from tests.service.jobs.bridges import make_bridge
from tests.service.jobs.memory_billing import MemoryBilling

pytestmark = [pytest.mark.live, pytest.mark.waits, pytest.mark.timeout(600)]

MOSCOW = ZoneInfo("Europe/Moscow")
DEBTORS = 50
CONTRACTS = [f"Ф-{30000 + number}" for number in range(DEBTORS)]
SUSPEND = ("jobs", "run", "internet_suspension", "--apply")


def operator(folder: Path, server: LiveServer, **more: Any) -> Cli:
    """A folder with fifty internet debtors of this month, and ten who have paid."""
    first = datetime.now(MOSCOW).replace(day=1).date()  # noqa: TID251 - the real server lives in the real time
    contracts = [*CONTRACTS, *(f"Ф-{40000 + number}" for number in range(10))]
    accounts = [f"{name},{name},internet,Иванов Иван Иванович,500" for name in contracts]
    entries = [f"{name},charge,{first},500" for name in contracts]
    entries += [f"{name},payment,{first.replace(year=first.year - 1)},500" for name in contracts[DEBTORS:]]
    (folder / "accounts.csv").write_text(
        "\n".join(["account,contract,service,name,fee", *accounts, ""]), encoding="utf-8"
    )
    (folder / "entries.csv").write_text("\n".join(["account,kind,dated,amount", *entries, ""]), encoding="utf-8")
    cli = make_cli(
        folder,
        server.base_url,
        ("state", "priority", "customer"),
        billing={
            "ledger": {"source": "embedded", "path": "ledger.db"},
            "queues": {"internet": "Internet", "telephony": "Telephony"},
            "max_share": 1,
        },
        jobs={"internet_suspension": "enforce", "debt_sync": "enforce", **more.pop("jobs", {})},
        **more,
    )
    done = cli.run("billing", "import", "accounts.csv", "entries.csv")
    assert done.returncode == 0, done.stderr
    return cli


def assert_one_each(server: LiveServer, contracts: Sequence[str], state: str = "open") -> None:
    """Exactly one whole ticket for each contract: key, customer, one internal article, nobody was written to."""
    rows = server.sql(
        "SELECT t.title, s.name, CASE WHEN t.customer_user_id <> '' THEN 'customer' END, count(DISTINCT a.id), "
        "max(a.is_visible_for_customer), count(DISTINCT v.value_text) "
        "FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id "
        "LEFT JOIN article a ON a.ticket_id = t.id LEFT JOIN dynamic_field_value v ON v.object_id = t.id AND v.field_id "
        "= (SELECT id FROM dynamic_field WHERE name = 'BridgeKey') WHERE t.title LIKE 'Откл.%' GROUP BY t.id, s.name"
    )
    found = Counter(row[0].split()[2] for row in rows)
    assert found == dict.fromkeys(contracts, 1)
    assert {tuple(row[1:]) for row in rows} == {(state, "customer", "1", "0", "1")}
    assert server.sql("SELECT count(*) FROM mail_queue") == [("0",)]


def killed_at(request: int, server: LiveServer, folder: Path) -> bool:
    """Whether a run of the job was killed while OTRS worked on its request of this number."""
    came, at_work = count(1), threading.Event()

    def watch(_route: str) -> None:
        if next(came) == request:
            at_work.set()

    with FaultProxy(server.base_url, watch=watch) as proxy:
        process = forked.start(
            *SUSPEND, folder=folder, environ={**os.environ, "OTRS_BRIDGE__OTRS__URL": proxy.base_url}
        )
        while process.poll() is None and not at_work.wait(0.05):
            pass
        process.kill()
        return process.wait() == -signal.SIGKILL


def test_killed_again_and_again_fifty_debtors_get_fifty_tickets(fresh: LiveServer, tmp_path: Path) -> None:
    fresh.reset()
    cli = operator(tmp_path, fresh)
    killed = [killed_at(request, fresh, tmp_path) for request in (9, 31, 24, 40)]
    assert killed.count(True) >= 3, "the test must have killed it in the middle"
    cli.run(*SUSPEND)  # at once: what may still come is not sent again
    made = fresh.sql("SELECT title, count(*) FROM ticket WHERE title LIKE 'Откл.%' GROUP BY title")
    assert {count for _, count in made} == {"1"}
    let_minutes_pass(cli.folder)
    cli.lines(*SUSPEND)
    assert_one_each(fresh, CONTRACTS)
    lines, _ = cli.lines(*SUSPEND)
    assert lines == []
    (cli.folder / "otrs-bridge.db").unlink()
    cli.lines(*SUSPEND)
    assert_one_each(fresh, CONTRACTS)


def test_every_answer_is_lost_in_turn(fresh: LiveServer, tmp_path: Path) -> None:
    fresh.reset()
    contracts: list[str] = []
    skip, struck = 0, True
    with FaultProxy(fresh.base_url) as proxy, ExitStack() as closing:
        database = open_database(f"sqlite:///{tmp_path}/journal.db")
        closing.callback(database.close)
        while struck:
            some = [f"Ф-{skip}0{number}" for number in range(2)]
            contracts += some
            proxy.clear()
            proxy.order(ProxyFault(kind=ProxyFaultKind.ANSWER_LOST, skip=skip))
            connection = OtrsConnection(
                url=proxy.base_url, user=fresh.user, password=fresh.password, workers=1, timeout=10.0
            )
            done = make_desk(database, connection, HurriedClock(), closing).open(some)
            struck = bool(proxy.struck)
            assert {one.outcome for one in done.values()} == {Outcome.APPLIED}
            skip += 1
    assert skip > 6
    assert_one_each(fresh, contracts)


def test_every_answer_to_a_nightly_write_is_lost_in_turn(fresh: LiveServer) -> None:
    fresh.reset()
    with FaultProxy(fresh.base_url) as proxy:
        keep(fresh, proxy, scene(0))
        writes = [n for n, route in enumerate(proxy.seen) if route.startswith("PATCH ") or route == "POST /Ticket"]
        assert len(writes) == 4, "two notes, the closing, the reconnection"
        for number, request in enumerate(writes, start=1):
            keep(fresh, proxy, scene(number), ProxyFault(kind=ProxyFaultKind.ANSWER_LOST, skip=request))
            assert proxy.struck


def keep(server: LiveServer, proxy: FaultProxy, who: Scene, fault: ProxyFault | None = None) -> None:
    """Raise, cut a line, and do a night's work with this fault and another without."""
    with ExitStack() as closing:
        connection = OtrsConnection(
            url=server.base_url, user=server.user, password=server.password, workers=1, timeout=10.0
        )
        database = open_database("sqlite://")
        closing.callback(database.close)
        bridge_at(RAISED, who, connection, database, closing).run("internet_suspension")
        helpdesk = OtrsHelpdesk(connection, HurriedClock())
        closing.callback(helpdesk.close)
        (cut,) = helpdesk.find_by_title(who.cut)
        helpdesk.update(cut, {"state": "closed successful"}, None)
        proxy.clear()
        if fault is not None:
            proxy.order(fault)
        bridge_at(THE_NIGHT, who, replace(connection, url=proxy.base_url), database, closing).run("debt_sync")
        bridge_at(THE_NEXT_NIGHT, who, connection, database, closing).run("debt_sync")
        assert_kept_once(server, who)


def assert_kept_once(server: LiveServer, who: Scene) -> None:
    """One note of growth, one of the hold, one closing with its note, one reconnection, and nothing else."""
    rows = server.sql(
        "SELECT t.title, s.name, m.a_body FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id "
        "JOIN article a ON a.ticket_id = t.id JOIN article_data_mime m ON m.article_id = a.id ORDER BY a.id"
    )
    expected = {
        f"Откл. интернет {who.grown} 2025-12": ("open", GROWTH),
        f"Откл. интернет {who.held} 2025-12": ("open", STOP),
        f"Откл. интернет {who.paid} 2025-12": ("closed successful", PAID),
        f"Откл. интернет {who.cut} 2025-12": ("closed successful", None),
        f"Вкл. интернет {who.cut} 2025-12": ("open", None),
    }
    assert {row[0] for row in rows if row[0].split()[2] in who.contracts} == {*expected}
    for title, (state, note) in expected.items():
        mine = [row for row in rows if row[0] == title]
        assert {row[1] for row in mine} == {state}, title
        assert [note in row[2] for row in mine[1:]] == [True] if note else len(mine) == 1, title


def test_two_bridges_at_once_on_one_database(fresh: LiveServer, tmp_path: Path) -> None:
    fresh.reset()
    cli = operator(tmp_path, fresh)
    program = Path(sys.executable).with_name("otrs-bridge")
    both = [
        subprocess.Popen([program, *SUSPEND], cwd=cli.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    for process in both:
        process.wait(300)
    cli.lines(*SUSPEND)
    assert_one_each(fresh, CONTRACTS)


def test_a_ticket_looks_right_to_a_person(fresh: LiveServer, tmp_path: Path) -> None:
    """After the tests above: the tickets of the last one."""
    body = fresh.sql(
        "SELECT m.a_body FROM article_data_mime m JOIN article a ON a.id = m.article_id JOIN ticket t ON t.id = a.ticket_id "
        f"WHERE t.title = '{opening(CONTRACTS[0]).title.rsplit(' ', 1)[0]} {SystemClock().now().astimezone(MOSCOW):%Y-%m}'"
    )
    assert len(body) == 1
    text = body[0][0]
    for said in ("Договор: Ф-30000", "Услуга: интернет", "Квитанция за", "Что сделать"):
        assert said in text


def test_the_lists_of_reminders_are_one_ticket_each_whoever_runs_again(fresh: LiveServer) -> None:
    """Two runs, a third by a bridge that remembers nothing, and a sweep of all open tickets by the rules."""
    fresh.reset()
    clock = MovableClock()
    clock.move(seconds=(datetime(2025, 12, 20, 7, tzinfo=MOSCOW) - clock.now()).total_seconds())
    billing = MemoryBilling(clock=clock)
    for contract in CONTRACTS:
        billing.debtor(contract, charged=datetime(2025, 12, 1, tzinfo=MOSCOW))
    billing.debtor("Ф-50000", "telephony", charged=datetime(2025, 11, 30, 23, tzinfo=MOSCOW))
    connection = OtrsConnection(url=fresh.base_url, user=fresh.user, password=fresh.password, timeout=20.0)
    with ExitStack() as closing:
        bridges = []
        for _ in range(2):
            database = open_database("sqlite://")
            closing.callback(database.close)
            bridges.append(make_bridge(database, connection, clock, billing, closing, reminder_queue="Billing"))
        first, forgetful = bridges
        seen = [[line.outcome for line in here.run("reminders").lines[:2]] for here in (first, first, forgetful)]
        assert seen == [[Outcome.APPLIED] * 2, [Outcome.UNCHANGED] * 2, [Outcome.UNCHANGED] * 2]
        first.run("debt_sync")
        forgetful.run("cleanup")
    rows = fresh.sql(
        "SELECT t.title, q.name, s.name, p.name, t.customer_user_id, v.value_text, count(DISTINCT a.id), "
        "max(a.is_visible_for_customer), max(m.a_body) FROM ticket t JOIN queue q ON q.id = t.queue_id "
        "JOIN ticket_state s ON s.id = t.ticket_state_id JOIN ticket_priority p ON p.id = t.ticket_priority_id "
        "JOIN article a ON a.ticket_id = t.id JOIN article_data_mime m ON m.article_id = a.id "
        "JOIN dynamic_field_value v ON v.object_id = t.id AND v.field_id = (SELECT id FROM dynamic_field WHERE "
        "name = 'BridgeKey') WHERE t.title LIKE 'Напоминания%' GROUP BY t.id, q.name, s.name, p.name, v.value_text "
        "ORDER BY t.title"
    )
    nobody = '"Напоминания об оплате" <test@mtel.ru>'
    alike = ("Billing", "open", "3 normal", nobody)
    assert [row[:8] for row in rows] == [
        ("Напоминания интернет 2025-12", *alike, "reminder:internet:2025-12", "1", "0"),
        ("Напоминания телефония 2025-12", *alike, "reminder:telephony:2025-12", "1", "0"),
    ]
    assert all(f"{contract}: " in rows[0][8] for contract in CONTRACTS)
    assert "Оплатить до: 25.12.2025" in rows[0][8]
    assert fresh.sql("SELECT count(*) FROM mail_queue") == [("0",)]
