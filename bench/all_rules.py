"""What all the rules and a directory of a million clients cost a sweep, against three rules and no directory.

    make otrs && .venv/bin/python -m bench.all_rules [TICKETS [CLIENTS]]

The tickets are made once on the real test OTRS (some eight a second) and used again by later runs. Wanted: at least 0.8
of the speed with three rules, and less than 250 MB of memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bench.streets import write_clients
from bench.sweep import in_parallel, session_of
from rules import RULES
from tests.live.server.control import LiveServer

THREE = ("state", "priority", "customer")
ROUNDS = 3

TEXTS = (
    (
        "Не работает интернет",
        "Звонил Иванов Иван, ул. Летная, д. {n}, кв. 12, договор Ф-{c}. Красный крест на значке сети.",
    ),
    (
        "Re: Re: СРОЧНО!!! Нет телефона",
        "Не работает городской телефон, тишина в трубке. Мой номер 8 916 {a:03d} {b:02d} 17",
    ),
    ("Низкая скорость", "ул. Кольцевая {n}-15, скорость упала, роутер вай-фай. Договор f {c}"),
    (
        "Рябит ТВ",
        "Рябь по всем каналам. Адрес: Олимпийский пр-т, д. {n}, корп. 2, кв. 4. Тел. +7 (495) {a:03d}-{b:02d}-11",
    ),
    ("Вопрос по счёту", "Здравствуйте! Пришла квитанция, договор № Ю-{c}, прошу сверить начисления за март."),
)


def main() -> None:
    """Make what is missing, then measure both ways in turns."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    server = LiveServer()
    server.up()
    fill(server, count)
    with tempfile.TemporaryDirectory() as folder:
        few = prepare(Path(folder) / "few", server, THREE, clients=0)
        every = prepare(Path(folder) / "every", server, [rule.name for rule in RULES], clients=clients)
        speeds: dict[str, list[float]] = {"three rules": [], "all rules": []}
        peak = 0
        for _ in range(ROUNDS):
            for name, place in (("three rules", few), ("all rules", every)):
                speed, memory = sweep(place)
                speeds[name].append(speed)
                peak = max(peak, memory)
    best = {name: max(found) for name, found in speeds.items()}
    print(f"examining {count} tickets, tickets a second")
    for name, value in best.items():
        print(f"  {name:<12} {value:8.1f}")
    print(f"  ratio        {best['all rules'] / best['three rules']:8.2f}   (wanted: at least 0.8)")
    print(f"  peak memory  {peak / 1024:8.0f} MB (wanted: under 250)")


def sweep(place: Path) -> tuple[float, int]:
    """A dry sweep in a process of its own: tickets a second, and its peak memory in KiB."""
    code = (
        "import json, resource, sys; from otrs_bridge.cli.main import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "print(json.dumps({'peak': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))"
    )
    command = [sys.executable, "-c", code, "sweep", "--all", "--format", "json"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    *_, summary, peak = (json.loads(line) for line in done.stdout.splitlines())
    return summary["summary"]["examined"] / summary["summary"]["seconds"], int(peak["peak"])


def prepare(place: Path, server: LiveServer, rules: Any, *, clients: int) -> Path:
    """A folder with a configuration; with `clients` also a directory of so many, mirrored."""
    place.mkdir()
    settings: dict[str, Any] = {
        "otrs": {"url": server.base_url, "user": server.user, "password": server.password},
        "rules": {rule.name: {"mode": "enforce" if rule.name in rules else "off"} for rule in RULES},
        "fields": {"short_number": "ShortNumber", "contract": "Contract", "address": "Address", "phone": "Phone"},
        "log": {"level": "error"},
    }
    if clients:
        write_clients(place / "clients.csv", clients)
        settings["directory"] = {"source": "csv", "path": "clients.csv"}
    (place / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    if clients:
        began = time.perf_counter()
        program = Path(sys.executable).with_name("otrs-bridge")
        subprocess.run([program, "directory", "sync"], cwd=place, check=True, capture_output=True)
        print(f"{clients} clients mirrored in {time.perf_counter() - began:.0f} s")
    return place


def fill(server: LiveServer, count: int) -> None:
    """Make the tickets that are missing to `count`."""
    have = int(server.sql("SELECT count(*) FROM ticket")[0][0])
    session = session_of(server)

    def make(connection: Any, number: int) -> None:
        title, body = TEXTS[number % len(TEXTS)]
        text = body.format(n=number % 90 + 1, c=10_000 + number * 7 % 80_000, a=number % 1000, b=number % 100)
        payload: Mapping[str, Any] = {
            "SessionID": session,
            "Ticket": {
                "Title": title,
                "Queue": ("Support", "Internet", "Raw")[number % 3],
                "State": ("new", "open", "closed successful")[number % 3],
                "Priority": ("3 normal", "5 very high")[number % 2],
                "CustomerUser": ("test@mtel.ru", "иванов", "x@nowhere.ru")[number % 3],
            },
            "Article": {
                "Subject": title,
                "Body": text,
                "ContentType": "text/plain; charset=utf-8",
                "NoAgentNotify": 1,
                "AutoResponseType": "auto remove",
            },
        }
        answer = connection.post(f"{server.webservice_url}/Ticket", json=payload, timeout=60).json()
        assert "TicketID" in answer, answer

    if have < count:
        print(f"making {count - have} tickets …", flush=True)
        in_parallel(make, range(have, count))


if __name__ == "__main__":
    main()
