"""The ticket's client type says what the client is.

The directory knows best: a field that says otherwise is corrected, an empty one is filled. Without a client in the
directory an empty field is filled from the contract's prefix (`Ф` individual, `Ю` legal entity) or from a legal form in
the name (ООО, АО, ИП, …), and a field that says something is believed, unless the bridge itself wrote that of another
client, and the ticket is not closed. What the field says is read by the keys in `values`, by every rule alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.client_type import client_type_of, client_types_from
from otrs_bridge.domain.dialect import ClientTypes
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary
from otrs_bridge.domain.ticket import dynamic, shown
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """How this OTRS writes the two types into the field."""

    values: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({"legal": "legal", "individual": "individual"}),
        metadata={"description": "the field's key for each type: {legal: …, individual: …}"},
    )

    def __post_init__(self) -> None:
        """Keys that could not be told apart are refused."""
        _ = self.client_types

    @cached_property
    def client_types(self) -> ClientTypes:
        """How every rule reads and writes the field."""
        return client_types_from(self.values)


def check(facts: Facts, _options: Options) -> Iterator[Change]:
    """Ask for the type that the best witness names (docs/field-rules.md#client-type)."""
    name = facts.fields.client_type
    verdict = client_type_of(facts)
    if facts.ticket.is_technical or not name or verdict is None or verdict.witness == "field":
        return
    written = shown(facts.dynamic_value(name))
    if written.strip() and verdict.witness != "directory" and dynamic(name) not in facts.ours:
        return  # a key of the operator's own that says neither: whoever chose it knows better than a prefix
    if facts.dialect.client_types.type_in(written) is not verdict.type:
        wanted = facts.dialect.client_types.key_of(verdict.type)
        why = verdict.words
        if written:
            why = Words(
                ru=f"в поле «{written}», а клиент — {why.ru}", en=f"the field says “{written}”, the client is {why.en}"
            )
        yield Change(rule=RULE.name, field=dynamic(name), old=written, new=wanted, why=why, told=bool(written))


def uses(options: Options) -> Vocabulary:
    """The keys that the field must allow."""
    return {"client_type": tuple(map(options.client_types.key_of, ClientType))}


RULE = Rule(
    name="client_type",
    options=Options,
    writes=("client_type",),
    check=check,
    uses=uses,
    dialect=lambda options, dialect: replace(dialect, client_types=options.client_types),
)
