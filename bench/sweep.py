"""How fast the sweep is, measured against the real test OTRS in one run, as ratios.

    make otrs && .venv/bin/python -m bench.sweep [TICKETS]

Three ways over the same tickets: `sweep` (ours), a plain PyOTRS loop (log in, search, get each, update each), and the
server's own ceiling (raw parallel requests with no logic at all, at the same parallelism). Wanted: examining at least
6 times the loop, fixing at least 0.9 of the ceiling.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyotrs
import requests
import yaml

from otrs_bridge import config as configuration
from otrs_bridge.bootstrap.bridge import Bridge, open_bridge
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.note_text import compose_note
from otrs_bridge.domain.selection import TheseTickets
from otrs_bridge.service.gateway.writing import Order
from rules import RULES
from tests.live.server.control import LiveServer

WORKERS = 2
ROUNDS = 3


def main() -> None:
    """Make tickets, measure the three ways in turns, print the ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 240
    server = LiveServer()
    server.up()
    server.reset()
    print(f"making {count} tickets that break the rules …", flush=True)
    ids = create(server, count)
    with bridge_on(server) as bridge:
        examining(server, bridge, ids)
        fixing(server, bridge, ids)


def examining(server: LiveServer, bridge: Bridge, ids: Sequence[int]) -> None:
    """Looking at tickets without writing."""
    ways: dict[str, Callable[[], object]] = {
        "sweep": lambda: bridge.sweep.run(TheseTickets(ids=tuple(ids))),
        "loop": lambda: loop_examines(server, ids),
        "ceiling": lambda: raw_reads(server, ids),
    }
    speed = {name: len(ids) / statistics.median(in_turns(way)) for name, way in ways.items()}
    print("\nexamining, tickets a second")
    for name, value in speed.items():
        print(f"  {name:<8} {value:8.1f}")
    print(f"  sweep / loop    {speed['sweep'] / speed['loop']:.2f}   (wanted: at least 6)")
    print(f"  sweep / ceiling {speed['sweep'] / speed['ceiling']:.2f}")


def fixing(server: LiveServer, bridge: Bridge, ids: Sequence[int]) -> None:
    """Writing: thirds of the tickets, taken in turns so that a slow minute of the machine hits all ways alike."""
    decisions = {d.ticket.id: d for d in bridge.sweep.examine(TheseTickets(ids=tuple(ids))).decisions}
    spent = {"sweep": 0.0, "ceiling": 0.0, "loop": 0.0}
    done = dict.fromkeys(spent, 0)
    size = len(ids) // (3 * ROUNDS)
    run = bridge.outside.journal.start_run("sweep", at=bridge.outside.clock.now(), selection="bench")
    for turn in range(ROUNDS):
        for place, name in enumerate(spent):
            some = [decisions[i] for i in ids[(3 * turn + place) * size :][:size]]
            payloads = [(d.ticket.id, payload_of(d, run)) for d in some]
            began = time.perf_counter()
            if name == "sweep":
                lines = list(bridge.gateway.carry_out(Order(run=run), some))
                assert all(line.outcome is Outcome.APPLIED for line in lines), lines
            elif name == "ceiling":
                raw_updates(server, payloads)
            else:
                loop_fixes(server, payloads)
            spent[name] += time.perf_counter() - began
            done[name] += len(some)
    speed = {name: done[name] / spent[name] for name in spent}
    print(f"\nfixing, tickets a second ({done['sweep']} tickets each, state + priority + customer + note)")
    for name, value in speed.items():
        print(f"  {name:<8} {value:8.2f}")
    print(f"  sweep / ceiling {speed['sweep'] / speed['ceiling']:.2f}   (wanted: at least 0.9)")
    print(f"  sweep / loop    {speed['sweep'] / speed['loop']:.2f}")


def payload_of(decision: Any, run: int) -> dict[str, Any]:
    """The update that the gateway would send, as plain JSON."""
    fields: dict[str, Any] = {}
    for change in decision.planned:
        if change.field == "customer":
            fields |= {"CustomerUser": change.new.user, "CustomerID": change.new.company}
        elif change.field in {"state", "priority"}:
            fields[change.field.capitalize()] = change.new
    note = compose_note(decision.planned, decision.planned_remarks, run=run, language="ru")
    payload: dict[str, Any] = {"Ticket": fields}
    if note:
        payload["Article"] = {
            "Subject": note[0],
            "Body": note[1],
            "ContentType": "text/plain; charset=utf-8",
            "CommunicationChannel": "Internal",
            "SenderType": "agent",
            "IsVisibleForCustomer": 0,
            "NoAgentNotify": 1,
            "AutoResponseType": "auto remove",
        }
    return payload


# --- the plain loop -------------------------------------------------------------------------------------------------


def pyotrs_client(server: LiveServer) -> Any:
    """PyOTRS as its documentation shows it, on our web service."""
    routes = {
        "Name": server.webservice,
        "Config": {
            "SessionCreate": {"RequestMethod": "POST", "Route": "/Session", "Result": "SessionID"},
            "TicketGet": {"RequestMethod": "GET", "Route": "/Ticket/:TicketID", "Result": "Ticket"},
            "TicketSearch": {"RequestMethod": "POST", "Route": "/TicketSearch", "Result": "TicketID"},
            "TicketUpdate": {"RequestMethod": "PATCH", "Route": "/Ticket/:TicketID", "Result": "TicketID"},
        },
    }
    client = pyotrs.Client(
        server.base_url, server.user, server.password, webservice_config_ticket=routes, use_legacy_sessions=True
    )
    client.session_create()
    return client


def loop_examines(server: LiveServer, ids: Sequence[int]) -> None:
    """Log in, search, get each."""
    client = pyotrs_client(server)
    client.ticket_search(Limit=100_000)
    for ticket_id in ids:
        ticket = client.ticket_get_by_id(ticket_id, articles=True, dynamic_fields=True)
        assert ticket.field_get("State")


def loop_fixes(server: LiveServer, payloads: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Log in, get each, update each."""
    client = pyotrs_client(server)
    for ticket_id, payload in payloads:
        client.ticket_get_by_id(ticket_id, articles=True, dynamic_fields=True)
        article = pyotrs.Article(payload["Article"]) if "Article" in payload else None
        client.ticket_update(ticket_id, article=article, **payload["Ticket"])


# --- the ceiling ----------------------------------------------------------------------------------------------------


def session_of(server: LiveServer) -> str:
    """A fresh session id."""
    login = {"UserLogin": server.user, "Password": server.password}
    return str(requests.post(f"{server.webservice_url}/Session", json=login, timeout=30).json()["SessionID"])


def in_parallel(work: Callable[[requests.Session, Any], None], items: Sequence[Any]) -> None:
    """Do `work` for every item with as many connections as the bridge has workers."""
    shares = [items[start::WORKERS] for start in range(WORKERS)]

    def do(share: Sequence[Any]) -> None:
        with requests.Session() as connection:
            for item in share:
                work(connection, item)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(do, shares))


def raw_reads(server: LiveServer, ids: Sequence[int]) -> None:
    """Fifty tickets with fields and first article a request."""
    session = session_of(server)

    def read(connection: requests.Session, some: Sequence[int]) -> None:
        wish = {"TicketID": list(some), "DynamicFields": 1, "AllArticles": 1, "ArticleLimit": 1}
        answer = connection.post(f"{server.webservice_url}/TicketList", json={"SessionID": session, **wish}, timeout=60)
        assert len(answer.json()["Ticket"]) == len(some)

    in_parallel(read, [ids[i : i + 50] for i in range(0, len(ids), 50)])


def raw_updates(server: LiveServer, payloads: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """One update request a ticket, nothing else."""
    session = session_of(server)

    def update(connection: requests.Session, item: tuple[int, dict[str, Any]]) -> None:
        url = f"{server.webservice_url}/Ticket/{item[0]}"
        answer = connection.patch(url, json={"SessionID": session, **item[1]}, timeout=60)
        assert "TicketID" in answer.json(), answer.text

    in_parallel(update, payloads)


# --- helpers --------------------------------------------------------------------------------------------------------


def in_turns(way: Callable[[], object]) -> Iterator[float]:
    """Seconds of each round, after one that warms everything up."""
    way()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        way()
        yield time.perf_counter() - began


def create(server: LiveServer, count: int) -> list[int]:
    """Tickets that need state, priority and customer set right."""
    session = session_of(server)
    ids: list[int] = []

    def make(connection: requests.Session, number: int) -> None:
        ticket = {
            "Title": f"Не работает интернет {number}",
            "Queue": "Support",
            "State": "new",
            "Priority": "5 very high",
            "CustomerUser": "test@mtel.ru",
        }
        text = f"Звонил Иванов Иван Иванович, ул. Летная, д. {number}, кв. 12, договор Ф-{20000 + number}. Нет связи."
        article = {
            "Subject": "s",
            "Body": text,
            "ContentType": "text/plain; charset=utf-8",
            "NoAgentNotify": 1,
            "AutoResponseType": "auto remove",
        }
        body = {"SessionID": session, "Ticket": ticket, "Article": article}
        ids.append(int(connection.post(f"{server.webservice_url}/Ticket", json=body, timeout=60).json()["TicketID"]))

    in_parallel(make, range(count))
    return sorted(ids)


@contextmanager
def bridge_on(server: LiveServer) -> Iterator[Bridge]:
    """A bridge with the first three rules enforced and no caps in the way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        settings = {
            "otrs": {"url": server.base_url, "user": server.user, "password": server.password, "workers": WORKERS},
            "rules": {rule: {"mode": "enforce"} for rule in ("state", "priority", "customer")},
            "limits": {"max_changes": 100_000, "max_share": 1.0},
            "log": {"level": "error"},
        }
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")
        with open_bridge(configuration.load(path, RULES, {})) as bridge:
            yield bridge


if __name__ == "__main__":
    main()
