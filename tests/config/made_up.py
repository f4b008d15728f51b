"""Rules that do not exist, for a configuration that has to deal with any rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from otrs_bridge.config import Config, load
from otrs_bridge.domain.change import Finding
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule


@dataclass(frozen=True, kw_only=True)
class ColourOptions:
    """Of every kind that real rules have."""

    colour: str = field(default="red", metadata={"description": "the colour of a ticket"})
    longest: int = field(default=60, metadata={"description": "letters at most", "at_least": 10, "at_most": 250})
    order: tuple[str, ...] = field(default=("red", "green"), metadata={"description": "colours, lowest first"})
    by_name: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), metadata={"description": "exceptions: {name: colour}"}
    )

    def __post_init__(self) -> None:
        if self.colour not in self.order:
            raise ValueError("colour has to be one of order")


@dataclass(frozen=True, kw_only=True)
class NoOptions:
    """A rule with nothing to set."""


def check(facts: Facts, options: Any) -> Iterator[Finding]:
    """Asks for nothing."""
    yield from ()


COLOUR: Rule[ColourOptions] = Rule(name="colour", options=ColourOptions, writes=("colour",), check=check)
PLAIN: Rule[NoOptions] = Rule(name="plain", options=NoOptions, writes=("plain",), check=check)
RULES: tuple[Rule[Any], ...] = (COLOUR, PLAIN)

LEAST = """\
otrs:
  url: https://otrs.example.org
  user: bridge
  password: hunter2-secret
"""


def written(folder: Path, text: str, name: str = "config.yaml") -> Path:
    """A config file readable by its owner alone."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def loaded(folder: Path, text: str = LEAST, environ: Mapping[str, str] | None = None) -> Config:
    """The configuration that `text` and the environment give."""
    return load(written(folder, text), RULES, environ or {})
