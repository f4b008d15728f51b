"""From what an operator wrote about categories to how they are read. Source: docs/field-rules.md#category."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from otrs_bridge.domain.category import Category, CategoryReading
from otrs_bridge.domain.rule import WrongOptions
from otrs_bridge.domain.texts.keywords import ALLOWED, LONGEST, is_keyword

_Mistake = tuple[tuple[str | int, ...], str]


def reading_of(
    keywords: Mapping[str, Collection[str]], *, built_in: Collection[str], keys: Mapping[str, str], several: bool
) -> CategoryReading:
    """The reading that the options of rule `category` ask for; raises WrongOptions with every mistake in them.

    `keys` are the option `values`: the field's key of a category, which is its name where none is given.
    """
    mistakes = [*_in_keywords(keywords), *_in_built_in(built_in), *_in_values(keys, keywords)]
    if mistakes:
        raise WrongOptions(mistakes)
    return CategoryReading(
        built_in=frozenset(built_in),
        keywords=tuple((name, tuple(words)) for name, words in keywords.items()),
        keys=tuple(keys.items()),
        several=several,
    )


def _in_keywords(keywords: Mapping[str, Collection[str]]) -> Iterator[_Mistake]:
    for name, words in keywords.items():
        if not name.strip():
            yield ("keywords", name), "needs a name for the category"
        if not words:
            yield ("keywords", name), "must be a list of words and phrases, [домофон*, не открывается дверь]"
        for index, text in enumerate(words):
            if not is_keyword(text):
                yield ("keywords", name, index), f"{ALLOWED}; not {text[:LONGEST]!r}"


def _in_built_in(names: Collection[str]) -> Iterator[_Mistake]:
    for index, name in enumerate(names):
        if name not in set(Category):
            yield (
                ("built_in", index),
                f"must be one of {', '.join(Category)}; not {name!r}",
            )


def _in_values(keys: Mapping[str, str], keywords: Collection[str]) -> Iterator[_Mistake]:
    known = dict.fromkeys([*map(str, Category), *keywords])
    for name, key in keys.items():
        if name not in known:
            yield ("values", name), f"is no category; allowed: {', '.join(known)}"
        if not key.strip():
            yield ("values", name), "must not be empty"
