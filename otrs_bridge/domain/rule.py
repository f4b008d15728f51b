"""What a field rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from otrs_bridge.domain.change import Finding
from otrs_bridge.domain.facts import Facts

Options = TypeVar("Options")


class Mode(StrEnum):
    """What the config says of a rule: not run, only reported, or carried out."""

    OFF = "off"
    OBSERVE = "observe"
    ENFORCE = "enforce"


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[Options]):
    """A rule: its one name (file = config key = log key = test), its options, the fields it owns, and its check.

    `options` is a frozen dataclass whose defaults are the procedure's own; `writes` names the one or more fields this
    rule, and no other, may change: an attribute (`state`) or a field of FieldNames (`client_type`).
    """

    name: str
    options: type[Options]
    writes: tuple[str, ...]
    check: Callable[[Facts, Options], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class ActiveRule(Generic[Options]):
    """A rule as this operator runs it."""

    rule: Rule[Options]
    mode: Mode
    options: Options

    def findings(self, facts: Facts) -> tuple[Finding, ...]:
        """What the rule asks for, given these facts."""
        return tuple(self.rule.check(facts, self.options))
