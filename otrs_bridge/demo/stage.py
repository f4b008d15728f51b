"""Where a demo is shown: the acts speak to this, and the command line is one of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """Something that the demo claims, and what speaks against it: nothing when the claim is kept."""

    claim: Words
    against: tuple[Words, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the claim is true."""
        return not self.against


def facts(lines: Iterable[str]) -> tuple[Words, ...]:
    """What speaks against a promise and is no language: numbers of tickets, values of fields."""
    return tuple(map(Words.alike, lines))


def ended_with(status: int) -> tuple[Words, ...]:
    """What speaks against a command's having gone well: nothing when its status is 0."""
    return (Words(ru=f"код завершения {status}", en=f"exit status {status}"),) if status else ()


class Stage(Protocol):
    """What an act can do to be understood. Everything it shows goes through here."""

    def title(self, words: Words) -> None:
        """The heading of an act."""

    def say(self, words: Words) -> None:
        """Explain something in a sentence or a few."""

    def table(self, headings: Sequence[Words], rows: Sequence[Sequence[str]]) -> None:
        """A table with a line per row."""

    def quote(self, lines: Sequence[str]) -> None:
        """Text as it stands in OTRS."""

    def promises(self, promises: Sequence[Promise]) -> None:
        """The claims and whether each was kept."""

    def command(self, *arguments: str, tickets: int | None = None) -> int:
        """Type `otrs-bridge …` and show what it prints, of many tickets only the first few; returns the exit status."""

    def at(self, config: Path, clock: Clock) -> Self:
        """The same stage, where commands are typed beside another config, and by a clock of its own."""

    def ask(self, *arguments: str) -> Sequence[dict[str, Any]]:
        """Run `otrs-bridge … --format json` without showing it; returns the objects that it prints."""
