"""The ticket's category says what it is about, when its text says so unmistakably.

Only an empty field is filled, with one or several categories: `internet`, `setup`, `speed`, `telephony-incoming`,
`telephony-outgoing`, `telephony-international`, `tv`, `cable`, `billing`. Whole phrases decide ("не работает интернет",
"рябь по всем каналам"), not single words. What only supposes, tells of the past or says that all is well again does not
count. A text in doubt, or one of two categories for a field that takes one, leaves it empty, and rule `required_fields`
asks for it.

`keywords` adds your own words, also for your own categories: `{internet: [роутер* перезагружается], domofon: [домофон*]}`;
all rules read them. A keyword is a word or several in a row, `*` stands for any ending, "не" before it turns it around.
A category that is not in `built_in` is read by your keywords alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from otrs_bridge.domain.category import categories_from, categories_of, value_to_fill
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.completeness import is_empty
from otrs_bridge.domain.dialect import Categories, Category
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary
from otrs_bridge.domain.ticket import dynamic
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is read in the texts, and how this OTRS writes it into the field."""

    values: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata={"description": "the field's key where it is not the category's name: {category: key}"},
    )
    several: bool = field(
        default=True, metadata={"description": "the field takes several values; if not, it is filled when one is read"}
    )
    keywords: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata={
            "description": "your own words and phrases for a category, also for one of your own; * is any ending",
            "examples": [{"internet": ["роутер* перезагружается"], "domofon": ["домофон*"]}],
        },
    )
    built_in: tuple[str, ...] = field(
        default=tuple(map(str, Category)), metadata={"description": "categories whose built-in phrases are read, too"}
    )

    def __post_init__(self) -> None:
        """What could never be read or never be written is refused."""
        _ = self.categories

    @cached_property
    def categories(self) -> Categories:
        """How every rule reads and writes categories."""
        return categories_from(self.keywords, built_in=self.built_in, keys=self.values, several=self.several)


def check(facts: Facts, _options: Options) -> Iterator[Change]:
    """Ask for the categories that the text points to (docs/field-rules.md#category)."""
    name = facts.fields.category
    if facts.ticket.is_technical or not name or not is_empty(facts, name):
        return
    categories = facts.dialect.categories
    if new := value_to_fill(facts.ticket, categories):
        said = "; ".join(f"«{words}»" for words in categories_of(facts.ticket, categories).values())
        why = Words(ru=f"в тексте: {said}", en=f"the text says: {said}")
        yield Change(rule=RULE.name, field=dynamic(name), old="", new=new, why=why, told=False)


def uses(options: Options) -> Vocabulary:
    """The keys that the field must allow."""
    return {"category": options.categories.field_keys}


RULE = Rule(
    name="category",
    options=Options,
    writes=("category",),
    check=check,
    uses=uses,
    dialect=lambda options, dialect: replace(dialect, categories=options.categories),
)
