"""What has to be true when the soak is over, read from OTRS's database and the bridge's journal."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from tests.live.conftest import Cli
from tests.live.server.control import LiveServer
from tests.live.soak.bridge import Bridge, Sample
from tests.live.soak.traffic import Traffic
from tests.live.test_jobs import CONTRACTS
from tests.servers.mail import Mailbox, text_of

WARM = 60.0  # seconds after which a daemon has loaded what it needs
MEMORY_GROWTH = 25.0  # MB between a warm daemon's first and last samples: the journal's and PyOTRS's caches fill
HANDLE_GROWTH = 12  # connections of workers come and go


def violations(server: LiveServer, cli: Cli, bridge: Bridge, traffic: Traffic, mailbox: Mailbox) -> list[str]:
    """Every promise that was broken, in words; [] when all were kept."""
    return [
        *bridge.broken,
        *_unsettled(cli.folder),
        *_said_twice(server),
        *_tickets_of_debts(server),
        *_people(server, traffic),
        *_still_to_do(cli),
        *_logs(cli.folder),
        *_growth(bridge.samples),
        *_alarms(mailbox),
        *(["no hint was taken"] if not bridge.hints().get("queued") else []),
    ]


def _unsettled(folder: Path) -> Iterator[str]:
    database = open_database(f"sqlite:///{folder}/otrs-bridge.db")
    for entry in SqlJournal(database).unsettled():
        yield f"the intent {entry.id} on {entry.field} of ticket {entry.ticket_id} was never settled"
    database.close()


def _said_twice(server: LiveServer) -> Iterator[str]:
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for ticket, body in server.sql(
        "SELECT a.ticket_id, m.a_body FROM article a JOIN article_data_mime m ON m.article_id = a.id "
        "JOIN users u ON u.id = a.create_by WHERE u.login = 'bridge'"
    ):
        lines = {line for line in body.splitlines() if line.startswith("• ")}
        said[ticket].update(lines or {re.sub(r"\d+", "", body)[:200]})
    for ticket, counts in said.items():
        yield from (f"ticket {ticket} says {count} times: {line}" for line, count in counts.items() if count > 1)


def _tickets_of_debts(server: LiveServer) -> Iterator[str]:
    """One whole ticket for each of the debtors, if the job ran at all, and none for anybody else."""
    rows = server.sql(
        "SELECT t.title, t.customer_user_id, count(DISTINCT a.id), count(DISTINCT v.value_text) FROM ticket t "
        "LEFT JOIN article a ON a.ticket_id = t.id LEFT JOIN dynamic_field_value v ON v.object_id = t.id AND v.field_id "
        "= (SELECT id FROM dynamic_field WHERE name = 'BridgeKey') WHERE t.title LIKE 'Откл.%' GROUP BY t.id"
    )
    found = Counter(row[0].split()[2] for row in rows)
    if found != Counter(CONTRACTS):
        yield f"disconnections: {found - Counter(CONTRACTS)} too many, {Counter(CONTRACTS) - found} missing"
    for title, customer, articles, keys in rows:
        if not customer or articles != "1" or keys != "1":
            yield f"{title}: customer {customer!r}, {articles} articles, {keys} keys"


def _people(server: LiveServer, traffic: Traffic) -> Iterator[str]:
    column = {"state": "s.name", "priority": "p.name", "title": "t.title"}
    now = {
        (int(row[0]), name): value
        for row in server.sql(
            f"SELECT t.id, {', '.join(column.values())} FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id "
            "JOIN ticket_priority p ON p.id = t.ticket_priority_id"
        )
        for name, value in zip(column, row[1:], strict=True)
    }
    for (ticket, name), value in traffic.chosen.items():
        if now[ticket, name] != value:
            yield f"an agent set {name} of ticket {ticket} to {value}, it is {now[ticket, name]}"


def _still_to_do(cli: Cli) -> Iterator[str]:
    lines, _ = cli.lines("sweep", "--all")
    for line in lines:
        if line["outcome"] in {"planned", "failed"}:
            yield f"still to do: {line['field']} of ticket {line['ticket_id']}, {line['old']} → {line['new']}"


def _logs(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.log")):
        if "Traceback" in file.read_text(encoding="utf-8", errors="replace"):
            yield f"a traceback in {file.name}"


def _growth(samples: Sequence[Sample]) -> Iterator[str]:
    """Within each daemon that lived long enough: the first quarter of its samples against the last."""
    for life in {one.life for one in samples}:
        warm = [one for one in samples if one.life == life and one.age > WARM]
        quarter = len(warm) // 4
        if quarter < 2:
            continue
        first, last = warm[:quarter], warm[-quarter:]
        memory = _mean([one.memory for one in last]) - _mean([one.memory for one in first])
        handles = max(one.handles for one in last) - max(one.handles for one in first)
        if memory > MEMORY_GROWTH or handles > HANDLE_GROWTH:
            yield f"daemon {life} grew by {memory:.0f} MB and {handles} handles in {warm[-1].age:.0f} s"


def _alarms(mailbox: Mailbox) -> Iterator[str]:
    """Each job that the broken feed kept from its work was told of, once; nothing else has to bother a person."""
    told = [line for letter in mailbox.letters for line in text_of(letter).splitlines() if line.startswith("• ")]
    of_feed = Counter(line.split()[2] for line in told if line.startswith("• Задание ") and "выгрузка устарела" in line)
    if of_feed["debt_sync"] != 1 or set(of_feed.values()) - {1}:
        yield f"the broken feed was told of so often: {dict(of_feed)}"
    yield from (f"a person was bothered: {line}" for line in told if "выгрузка устарела" not in line)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
