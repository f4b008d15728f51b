"""The ticket's district is that of the client's address.

An empty field is filled from the client directory when exactly one client was found. A district that somebody chose is
never changed: the trouble may be elsewhere than the client lives. One that the bridge itself filled in, and that nobody has
set once more since, follows when the ticket turns out to be another client's, as long as it is not closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.completeness import is_empty, known_district
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary
from otrs_bridge.domain.ticket import dynamic, same_value
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """How this OTRS writes districts."""

    values: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata={"description": "the field's key where it is not the directory's own word: {district: key}"},
    )


def check(facts: Facts, _options: Options) -> Iterator[Change]:
    """Ask for the client's district in a field that nobody but the bridge has filled (docs/field-rules.md#district)."""
    name, district = facts.fields.district, known_district(facts)
    if facts.ticket.is_technical or not name or not district:
        return
    empty, written = is_empty(facts, name), facts.dynamic_value(name)
    if (empty or dynamic(name) in facts.ours) and not same_value(written, district):
        why = Words(ru="по справочнику клиентов", en="by the client directory")
        yield Change(rule=RULE.name, field=dynamic(name), old=written, new=district, why=why, told=not empty)


def uses(options: Options) -> Vocabulary:
    """The keys that the field must allow."""
    return {"district": tuple(options.values.values())}


RULE = Rule(
    name="district",
    options=Options,
    writes=("district",),
    check=check,
    uses=uses,
    dialect=lambda options, dialect: replace(dialect, districts=options.values),
)
