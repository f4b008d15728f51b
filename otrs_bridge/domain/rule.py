"""What a field rule is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from otrs_bridge.domain.change import Change, Finding
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.ticket import dynamic
from otrs_bridge.words import Words

Options = TypeVar("Options")

# Names that must exist in OTRS, by field: {"state": ("open", …)}. The key is an attribute or a field of FieldNames, or
# `open_state` and `closed_state` for the states that have to be of such a type.
Vocabulary = Mapping[str, tuple[str, ...]]


# A key below the rule's own, and what is wrong with it or allowed there.
WrongOption = tuple[tuple[str | int, ...], Words]


class WrongOptions(ValueError):  # noqa: N818 - it says what, in the words of the config
    """Options that make no sense, all of them at once: for each the key below the rule's own, and what is allowed."""

    def __init__(self, mistakes: Sequence[WrongOption]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, key))} {allowed.en}" for key, allowed in mistakes))
        self.mistakes = tuple(mistakes)


def unknown_names(option: str, given: Collection[str], known: Collection[str]) -> list[WrongOption]:
    """What to say of each name in the list `option` that is none of the known ones."""
    allowed = ", ".join(known)
    return [
        (
            (option, index),
            Words(ru=f"допустимы: {allowed} (указано {name!r})", en=f"must be one of {allowed}; not {name!r}"),
        )
        for index, name in enumerate(given)
        if name not in set(known)
    ]


class Mode(StrEnum):
    """What the config says of a rule: not run, only reported, or carried out."""

    OFF = "off"
    OBSERVE = "observe"
    ENFORCE = "enforce"


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[Options]):
    """A rule: its one name (file = config key = log key = test), its options, the fields it owns, and its check.

    `options` is a frozen dataclass whose defaults are the procedure's own; `writes` names the one or more fields this
    rule, and no other, may change: an attribute (`state`) or a field of FieldNames (`client_type`). `uses` names what has
    to exist in OTRS for the rule to work as its options say; `otrs-bridge doctor` asks OTRS for it. `dialect` adds what its
    options say of how this OTRS speaks: all rules and jobs go by it, whatever this rule's own mode is. `yields`: once
    it has written a field, any other value that the field gets is a person's choice and stays; without it only a value
    put back is, or the third that is set after the bridge: the procedure itself says what the field may hold.
    """

    name: str
    options: type[Options]
    writes: tuple[str, ...]
    check: Callable[[Facts, Options], Iterator[Finding]]
    uses: Callable[[Options], Vocabulary] = lambda _options: {}
    dialect: Callable[[Options, Dialect], Dialect] = lambda _options, dialect: dialect
    yields: bool = False

    def owned(self, fields: FieldNames) -> frozenset[str]:
        """The fields that the rule may change, as a Change calls them; those that this OTRS does not have are left out."""
        names = {role: getattr(fields, role, None) for role in self.writes}
        return frozenset(role if name is None else dynamic(name) for role, name in names.items() if name != "")


@dataclass(frozen=True, kw_only=True)
class ActiveRule(Generic[Options]):
    """A rule as this operator runs it."""

    rule: Rule[Options]
    mode: Mode
    options: Options

    def findings(self, facts: Facts) -> tuple[Finding, ...]:
        """What the rule asks for, given these facts; raises ValueError when that is not the rule's to change."""
        found = tuple(self.rule.check(facts, self.options))
        if found:
            strange = {item.field for item in found if isinstance(item, Change)} - self.rule.owned(facts.fields)
            if strange:
                raise ValueError(f"rule {self.rule.name} does not own {', '.join(sorted(strange))}: see its `writes`")
        return found

    def uses(self) -> Vocabulary:
        """The names that OTRS has to know."""
        return self.rule.uses(self.options)


def contested(rules: Iterable[Rule[Any]], fields: FieldNames) -> Mapping[str, tuple[str, ...]]:
    """The fields that more than one of the rules may write, each with the rules' names; empty when all is well.

    One field has one owner: two rules that write it would undo each other's work in turns. Two roles that are configured to
    one dynamic field are one field, too.
    """
    owners: dict[str, list[str]] = {}
    for rule in rules:
        for name in rule.owned(fields):
            owners.setdefault(name, []).append(rule.name)
    return {name: tuple(found) for name, found in sorted(owners.items()) if len(found) > 1}


def overwritten(rules: Iterable[Rule[Any]], fields: FieldNames) -> Sequence[tuple[str, str, str]]:
    """Roles that are configured to one dynamic field, one of them written and the other only read: (written, read, field).

    What is written there, by a rule or, the bridge's key, by jobs, would be read as the other: a ticket's number as the
    contract of its client. Two roles that are both written are `contested`, two that are only read do no harm.
    """
    roles = {role: name for role, name in asdict(fields).items() if name}
    written = {role for rule in rules for role in rule.writes if role in roles}
    makes = sorted(written | ({"bridge_key"} & roles.keys()))
    return [
        (role, other, roles[role])
        for role in makes
        for other in roles
        if roles[other] == roles[role] and other not in written and other != role
    ]
