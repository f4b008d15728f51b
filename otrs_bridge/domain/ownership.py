"""One field has one owner: two rules that write the same field would undo each other's work in turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from otrs_bridge.domain.facts import FieldNames
from otrs_bridge.domain.rule import Rule


def contested(rules: Iterable[Rule[Any]], fields: FieldNames) -> Mapping[str, tuple[str, ...]]:
    """The fields that more than one of the rules may write, each with the rules' names; empty when all is well.

    Two roles that are configured to one dynamic field are one field, too.
    """
    owners: dict[str, list[str]] = {}
    for rule in rules:
        for name in rule.owned(fields):
            owners.setdefault(name, []).append(rule.name)
    return {name: tuple(found) for name, found in sorted(owners.items()) if len(found) > 1}
