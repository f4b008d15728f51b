"""What judging costs without any OTRS: all rules against the first three, on 5,000 tickets held in memory.

    .venv/bin/python -m bench.rules [TICKETS]

Wanted: less than 1 ms a ticket for all rules together.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from otrs_bridge.clock import SystemClock
from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.rule import ActiveRule, Mode, Rule
from otrs_bridge.domain.ticket import Article, Customer, Ticket, Value
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.service.judge import Judge
from rules import RULES, customer, priority, state
from tests.builders import a_client, a_ticket

ROUNDS = 5
BATCH = 50
TEXTS = Path(__file__).parents[1] / "tests" / "rules" / "texts.yaml"
FIELDS: dict[str, Value] = {"ClientType": "", "District": "", "Category": (), "MasterTicket": "", "ShortNumber": ""}


def main() -> None:
    """Make tickets, judge them in turns with few rules and with all, print what a ticket costs."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    tickets = make_tickets(count)
    clients = [a_client(f"Ф-{20_000 + number}", login=f"client{number}") for number in range(1_000)]
    ways = {
        "no rule": judge((), clients),
        "three rules": judge((state.RULE, priority.RULE, customer.RULE), clients),
        "all rules": judge(RULES, clients),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            spent[name].append(seconds(way, tickets))
    print(f"{count} tickets, median of {ROUNDS} rounds, milliseconds of processor time a ticket")
    for name, rounds in spent.items():
        print(f"  {name:<12} {statistics.median(rounds) / count * 1000:6.3f}")
    added = statistics.median(spent["all rules"]) - statistics.median(spent["no rule"])
    print(f"  the rules themselves, all of them {added / count * 1000:6.3f}   (wanted: below 1)")


def judge(rules: Sequence[Rule[Any]], clients: Sequence[Any]) -> Judge:
    """A judge over these rules, only observing: the journal has nothing to remember."""
    return Judge(
        rules=[ActiveRule(rule=rule, mode=Mode.OBSERVE, options=rule.options()) for rule in rules],
        dialect=lambda: Dialect(fields=FieldNames(short_number="ShortNumber")),
        directory=MemoryDirectory(clients),
        journal=SqlJournal(open_database("sqlite://")),
        clock=SystemClock(),
    )


def seconds(way: Judge, tickets: Sequence[Ticket]) -> float:
    """The processor time that judging all tickets takes, in batches as a sweep does it."""
    began = time.process_time()
    for start in range(0, len(tickets), BATCH):
        way.decide(tickets[start : start + BATCH])
    return time.process_time() - began


def make_tickets(count: int) -> list[Ticket]:
    """Tickets with real-life texts, no two alike, half of them from known clients; one in ten is a long mail."""
    rows = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    made = []
    for number in range(count):
        row = rows[number % len(rows)]
        where = f"ул. Летная, д. {number % 200 + 1}, кв. {number % 90 + 1}, тел. 8 916 {number % 1000:03}-12-34"
        body = f"{row.get('text', '')}\n{where}\nзаявка {number}"
        if number % 10 == 0:
            body += "\n\nС уважением, Иванов Иван Иванович\n" + "> Прежнее письмо, в котором было много слов.\n" * 60
        login = f"client{number % 1000}" if number % 2 else "test@mtel.ru"
        title = row.get("title") or "Заявка"
        ticket = a_ticket(title=title, state="new", priority="5 very high", dynamic_fields=FIELDS)
        article = Article(id=1, sender=f"x{number}@mail.ru", subject=title, body=body, channel="Email")
        made.append(replace(ticket, id=number + 1, customer=Customer(user=login), article=article))
    return made


if __name__ == "__main__":
    main()
