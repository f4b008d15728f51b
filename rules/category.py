"""The ticket's category says what it is about, when its text says so unmistakably.

Only an empty field is filled, with one or several categories: `internet`, `setup`, `speed`, `telephony-incoming`,
`telephony-outgoing`, `telephony-international`, `tv`, `cable`, `billing`. Whole phrases decide ("не работает интернет",
"рябь по всем каналам"), not single words. What only supposes, tells of the past or says that all is well again does not
count. A text in doubt leaves the field empty, and rule `required_fields` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from otrs_bridge.domain.category import Category, categories_of
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.completeness import is_empty
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary
from otrs_bridge.domain.ticket import dynamic
from otrs_bridge.domain.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """How this OTRS writes the categories into the field."""

    values: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({category.value: category.value for category in Category}),
        metadata={"description": "the field's key for each category; several categories may share one key"},
    )
    several: bool = field(
        default=True,
        metadata={"description": "the field takes several values; if not, only a single category is filled in"},
    )

    def __post_init__(self) -> None:
        """Every category has to have its key, or the ticket would stay without one for ever."""
        missing = [category.value for category in Category if not self.values.get(category.value, "").strip()]
        if missing or len(self.values) > len(Category):
            allowed = ", ".join(Category)
            raise ValueError(f"values needs a key for each of {allowed}, and for nothing else")


def check(facts: Facts, options: Options) -> Iterator[Change]:
    """Ask for the categories that the text points to (docs/field-rules.md#category)."""
    name = facts.fields.category
    if facts.ticket.is_technical or not name or not is_empty(facts, name):
        return
    found = categories_of(facts.ticket)
    keys = tuple(sorted({options.values[category] for category in found}))
    if not keys or (len(keys) > 1 and not options.several):
        return
    said = "; ".join(f"«{words}»" for words in found.values())
    why = Words(ru=f"в тексте: {said}", en=f"the text says: {said}")
    yield Change(
        rule=RULE.name,
        field=dynamic(name),
        old="",
        new=keys if options.several else keys[0],
        why=why,
        told=False,
    )


def uses(options: Options) -> Vocabulary:
    """The keys that the field must allow."""
    return {"category": tuple(dict.fromkeys(options.values.values()))}


RULE = Rule(name="category", options=Options, writes=("category",), check=check, uses=uses)
