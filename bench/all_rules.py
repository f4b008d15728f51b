"""What all the rules and a directory of a million clients cost a sweep, against three rules and no directory.

    make otrs && .venv/bin/python -m bench.all_rules [TICKETS [CLIENTS]]

The tickets are made on the real test OTRS and used again by later runs. Wanted: at least 0.8 of the speed with three
rules, and less than 250 MB of memory.
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
SEED = 500  # tickets made through the API; the others are copies

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
    """Make some tickets through the API, the rest as copies of them: to read, a copied row is as good as its original."""
    make(server, min(SEED, count))
    while (have := tickets_of(server)) < count:
        server.perl(COPY.replace("COUNT", str(min(have, count - have))))


def tickets_of(server: LiveServer) -> int:
    """How many tickets there are."""
    return int(server.sql("SELECT count(*) FROM ticket")[0][0])


def make(server: LiveServer, count: int) -> None:
    """Make the tickets that are missing to `count`, as a telephone operator's program would."""
    session = session_of(server)

    def post(connection: Any, number: int) -> None:
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

    have = tickets_of(server)
    if have < count:
        print(f"making {count - have} tickets …", flush=True)
        in_parallel(post, range(have, count))


# The newest COUNT tickets once more, with their first article; the numbers go on from the highest.
COPY = """
my $DB = $Kernel::OM->Get('Kernel::System::DB');
my @Steps = (
    "CREATE TEMPORARY TABLE twin AS SELECT id AS old, nextval('ticket_id_seq') AS new,
        (SELECT max(tn::bigint) FROM ticket) + row_number() OVER (ORDER BY id) AS tn
        FROM (SELECT id FROM ticket ORDER BY id DESC LIMIT COUNT) AS newest",
    "INSERT INTO ticket SELECT (r).* FROM (SELECT jsonb_populate_record(t, jsonb_build_object(
        'id', twin.new, 'tn', twin.tn::text)) AS r FROM ticket t JOIN twin ON twin.old = t.id) AS copies",
    "CREATE TEMPORARY TABLE twin_article AS SELECT min(a.id) AS old, nextval('article_id_seq') AS new, twin.new AS ticket
        FROM article a JOIN twin ON twin.old = a.ticket_id GROUP BY twin.new",
    "INSERT INTO article SELECT (r).* FROM (SELECT jsonb_populate_record(a, jsonb_build_object(
        'id', p.new, 'ticket_id', p.ticket)) AS r FROM article a JOIN twin_article p ON p.old = a.id) AS copies",
    "INSERT INTO article_data_mime SELECT (r).* FROM (SELECT jsonb_populate_record(m, jsonb_build_object(
        'id', nextval('article_data_mime_id_seq'), 'article_id', p.new)) AS r
        FROM article_data_mime m JOIN twin_article p ON p.old = m.article_id) AS copies",
);
for my $Step (@Steps) { $DB->Do( SQL => $Step ) or die; }
"""


if __name__ == "__main__":
    main()
