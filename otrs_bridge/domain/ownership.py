"""One field has one owner: two rules that write the same field would undo each other's work in turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.rule import Rule

KEY = "bridge_key"


def contested(rules: Iterable[Rule[Any]], fields: FieldNames) -> Mapping[str, tuple[str, ...]]:
    """The fields that more than one of the rules may write, each with the rules' names; empty when all is well.

    Two roles that are configured to one dynamic field are one field, too.
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
    makes = sorted(written | ({KEY} & roles.keys()))
    return [
        (role, other, roles[role])
        for role in makes
        for other in roles
        if roles[other] == roles[role] and other not in written and other != role
    ]
