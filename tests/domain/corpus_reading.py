"""The corpus of texts: loading it, and measuring what is read in it against what a person reads; quotes are left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from otrs_bridge.domain.address.words import canonical_street
from otrs_bridge.domain.clue import Source
from otrs_bridge.domain.clues import Clues
from otrs_bridge.domain.dialect import Contacts
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.phone import parse_phone
from tests.builders import read_clues

KINDS = ("contracts", "phones", "addresses", "name")
_GIVEN = ("customer", "sender", "fields", "title", "body")
CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One ticket of the corpus: what goes into `read_clues`, and what is to be found, comparable, by kind."""

    id: str
    given: dict[str, Any]
    expected: dict[str, frozenset[str]]


@dataclass(slots=True)
class Score:
    """Counts of one kind over many texts, and the texts where it was wrong or missed."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right; 1 when nothing was found."""
        found = self.right + len(self.wrong)
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Of what was to be found, the share that was found; 1 when there was nothing."""
        wanted = self.right + len(self.missed)
        return self.right / wanted if wanted else 1.0


def load(part: str) -> list[Text]:
    """The texts of `tuning` or `held_out`, in the order of the files."""
    return [
        _text(entry)
        for path in sorted(CORPUS.glob(f"{part}_*.yaml"))
        for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    ]


def read(text: Text) -> dict[str, frozenset[str]]:
    """What the code reads in a text, comparable with what was expected."""
    clues = read_clues(**text.given)
    return {kind: frozenset(_found(clues, kind)) for kind in KINDS}


def measure(texts: list[Text]) -> dict[str, Score]:
    """The score of each kind."""
    scores = {kind: Score() for kind in KINDS}
    for text in texts:
        found = read(text)
        for kind, score in scores.items():
            score.right += len(found[kind] & text.expected[kind])
            score.wrong += [f"{text.id}: {value}" for value in sorted(found[kind] - text.expected[kind])]
            score.missed += [f"{text.id}: {value}" for value in sorted(text.expected[kind] - found[kind])]
    return scores


def report(part: str, texts: list[Text]) -> str:
    """The figures as a table."""
    lines = [f"{part}: {len(texts)} texts", f"{'':10} precision  recall   right  wrong  missed"]
    for kind, score in measure(texts).items():
        lines.append(
            f"{kind:10} {score.precision:9.3f} {score.recall:7.3f} "
            f"{score.right:7d} {len(score.wrong):6d} {len(score.missed):7d}"
        )
    return "\n".join(lines)


def _text(entry: dict[str, Any]) -> Text:
    given: dict[str, Any] = {name: entry[name] for name in _GIVEN if name in entry}
    if "own" in entry:
        given["contacts"] = Contacts(own=tuple(entry["own"]))
    contracts = [parse_contract(value) for value in entry.get("contracts", ())]
    phones = [parse_phone(value) for value in entry.get("phones", ())]
    assert None not in contracts, entry["id"]
    assert None not in phones, entry["id"]
    return Text(
        id=entry["id"],
        given=given,
        expected={
            "contracts": frozenset(str(contract) for contract in contracts),
            "phones": frozenset(phone.e164 for phone in phones if phone is not None),
            "addresses": frozenset(_place(written) for written in entry.get("addresses", ())),
            "name": frozenset([entry["name"]] if "name" in entry else []),
        },
    )


def _place(written: str) -> str:
    """`ул Летная | 5 | 2с1 | 132` as it is compared: the settlement does not count."""
    street, house, building, flat = (part.strip() for part in written.split("|"))
    kind, _, name = street.partition(" ")
    return " | ".join((kind, canonical_street(name, kind), house, building, flat))


def _found(clues: Clues, kind: str) -> Iterator[str]:
    match kind:
        case "contracts":
            yield from (clue.value.canonical for clue in clues.contracts if clue.source is not Source.QUOTED)
        case "phones":
            yield from (clue.value.e164 for clue in clues.phones)
        case "addresses":
            for clue in (clue for clue in clues.addresses if clue.source is not Source.QUOTED):
                at = clue.value
                building = at.building + (f"с{at.structure}" if at.structure else "")
                flat = at.flat or (f"оф{at.office}" if at.office else "")
                yield " | ".join((at.kind, at.street, at.house, building, flat))
        case _:
            yield from [clues.name] if clues.name else []
