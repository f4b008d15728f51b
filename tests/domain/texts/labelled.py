"""The labelled tickets beside this file, and what the bridge reads in them (see README.md). Run it to see the figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from otrs_bridge.clock import SystemClock
from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.address.address import Address, parse_address
from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.client import Client, Found
from otrs_bridge.domain.client_type import client_type_of
from otrs_bridge.domain.dialect import Contacts, Dialect
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.service.judge import Judge
from tests.builders import a_client, a_ticket
from tests.domain.corpus_reading import Score

HERE = Path(__file__).parent
AREA_CODE = "495"
KINDS = ("contracts", "phones", "addresses", "name", "type", "categories", "client")
Values = frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """One ticket, and for each kind what a careful person reads in it: one set, or several that are as right."""

    id: str
    ticket: Ticket
    own: tuple[str, ...]
    right: dict[str, tuple[Values, ...]]


def load(name: str) -> list[Labelled]:
    """The tickets of one set, which is a folder beside this file."""
    return [_labelled(row) for row in _rows(name, "tickets")]


def clients(name: str) -> tuple[Client, ...]:
    """The client list that the tickets of one set were labelled by."""
    return tuple(
        a_client(
            row["contract"],
            kind=None,
            name=row["name"],
            address=row["address"],
            phones=tuple(row["phones"]),
            login=f"c{number}",
        )
        for number, row in enumerate(_rows(name, "clients"))
    )


def read(one: Labelled, directory: MemoryDirectory) -> dict[str, Values]:
    """What the bridge reads in a ticket, by kind, as it is compared."""
    facts = Judge(
        rules=(),
        directory=directory,
        journal=_NO_JOURNAL,
        clock=SystemClock(),
        dialect=lambda: Dialect(contacts=Contacts(area_code=AREA_CODE, own=one.own)),
    ).facts(one.ticket)
    return {kind: frozenset(_read(facts, kind)) for kind in KINDS}


def measure(name: str, known: tuple[Client, ...]) -> dict[str, Score]:
    """The score of each kind on one set, with this client list."""
    scores = {kind: Score() for kind in KINDS}
    directory = MemoryDirectory(known)
    for one in load(name):
        found = read(one, directory)
        for kind, score in scores.items():
            options = _among(one, kind, directory)
            right = _nearest(found[kind], options)
            score.right += len(found[kind] & right)
            score.wrong += [f"{one.id}: {value}" for value in sorted(found[kind] - right)]
            score.missed += [f"{one.id}: {value}" for value in sorted(right - found[kind])]
    return scores


def report(name: str, scores: dict[str, Score]) -> str:
    """The figures as a table."""
    lines = [f"{name:12} precision  recall  right  wrong  missed"]
    for kind, score in scores.items():
        lines.append(
            f"{kind:12} {score.precision:9.3f} {score.recall:7.3f} {score.right:6d} "
            f"{len(score.wrong):6d} {len(score.missed):7d}"
        )
    return "\n".join(lines)


def _nearest(found: Values, options: Iterable[Values]) -> Values:
    return max(options, key=lambda wanted: (len(wanted & found), -len(wanted ^ found)))


def _among(one: Labelled, kind: str, directory: MemoryDirectory) -> list[Values]:
    """What is right beside this client list: of a client who is not in it nobody knows, one who is in it has a type."""
    known = [frozenset(filter(lambda text: _listed(text, directory), wanted)) for wanted in one.right["client"]]
    if kind == "client":
        return known
    if kind == "type" and any(known):
        of_client = [frozenset({"legal" if text.startswith("Ю") else "individual"}) for text in set().union(*known)]
        return of_client if all(known) else [*of_client, *one.right[kind]]
    return list(one.right[kind])


def _listed(contract: str, directory: MemoryDirectory) -> bool:
    number = parse_contract(contract)
    return number is not None and bool(directory.by_contract(number))


_NO_JOURNAL = SqlJournal(open_database("sqlite://"))


def _rows(name: str, part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


def _labelled(row: dict[str, Any]) -> Labelled:
    ticket = a_ticket(
        title=row["title"], customer=row.get("customer", ""), sender=row.get("sender", ""), body=row["body"]
    )
    return Labelled(
        id=row["id"],
        ticket=ticket,
        own=tuple(row.get("own", ())),
        right={kind: tuple(map(frozenset, _right(row, kind))) for kind in KINDS},
    )


def _right(row: dict[str, Any], kind: str) -> Iterator[list[str]]:
    """The label, and beside it what `<kind>_any` says is as right."""
    for label in (row.get(kind, [] if kind.endswith("s") else ""), *row.get(f"{kind}_any", ())):
        values = label if isinstance(label, list) else [label] if label else []
        as_compared = {"addresses": _place, "contracts": _contract, "name": _name}.get(kind, str)
        yield [as_compared(value) for value in values]


def _read(facts: Facts, kind: str) -> Iterator[str]:
    match kind:
        case "contracts":
            yield from (clue.value.number for clue in facts.clues.contracts)
        case "phones":
            yield from (clue.value.e164 for clue in facts.clues.phones)
        case "addresses":
            yield from (_shown(clue.value) for clue in facts.clues.addresses)
        case "name":
            yield from filter(None, [_name(facts.clues.name)])
        case "type":
            verdict = client_type_of(facts)
            yield from [verdict.type.value] if verdict else []
        case "categories":
            yield from categories_of(facts.ticket, facts.dialect.categories)
        case _:
            yield from [facts.client.client.contract] if isinstance(facts.client, Found) else []


def _name(written: str) -> str:
    """In any letter case, and with or without a blank between initials."""
    return " ".join(written.replace(".", ". ").split()).title()


def _contract(written: str) -> str:
    """By its number: one told without its letter is the same contract."""
    number = parse_contract(written)
    return written if number is None else number.number


def _place(written: str) -> str:
    """As it is compared; a label that the code cannot read at all is one that it misses."""
    address = parse_address(written)
    return written if address is None else _shown(address)


def _shown(address: Address) -> str:
    """As it is compared: neither the settlement nor the word for the street counts."""
    return " | ".join((address.street, address.house, address.building, address.flat, address.office))


if __name__ == "__main__":
    for part in sys.argv[1:]:
        for known, of_whom in ((clients(part), "client list"), (clients(part)[:1], "one client")):
            found = measure(part, known)
            sys.stdout.write(f"{of_whom}\n{report(part, found)}\n")
            if part == "tuning" and of_whom == "client list":
                for kind, score in found.items():
                    sys.stdout.write(f"{kind}\n  wrong  {score.wrong}\n  missed {score.missed}\n")
