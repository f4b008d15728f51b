"""From what an operator wrote about categories to how they are read. Source: docs/field-rules.md#category."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from otrs_bridge.domain.category import Category, CategoryReading
from otrs_bridge.domain.rule import WrongOption, WrongOptions, unknown_names
from otrs_bridge.domain.texts.keywords import ALLOWED, LONGEST, is_keyword
from otrs_bridge.words import Words

_UNNAMED = Words(ru="нужно имя категории", en="needs a name for the category")
_EMPTY = Words(ru="не должно быть пустым", en="must not be empty")
_NO_WORDS = Words(
    ru="нужен список слов и словосочетаний, [домофон*, не открывается дверь]",
    en="must be a list of words and phrases, [домофон*, не открывается дверь]",
)


def reading_of(
    keywords: Mapping[str, Collection[str]], *, built_in: Collection[str], keys: Mapping[str, str], several: bool
) -> CategoryReading:
    """The reading that the options of rule `category` ask for; raises WrongOptions with every mistake in them.

    `keys` are the option `values`: the field's key of a category, which is its name where none is given.
    """
    mistakes = [
        *_in_keywords(keywords),
        *unknown_names("built_in", built_in, tuple(Category)),
        *_in_values(keys, keywords),
    ]
    if mistakes:
        raise WrongOptions(mistakes)
    return CategoryReading(
        built_in=frozenset(built_in),
        keywords=tuple((name, tuple(words)) for name, words in keywords.items()),
        keys=tuple(keys.items()),
        several=several,
    )


def _in_keywords(keywords: Mapping[str, Collection[str]]) -> Iterator[WrongOption]:
    for name, words in keywords.items():
        if not name.strip():
            yield ("keywords", name), _UNNAMED
        if not words:
            yield ("keywords", name), _NO_WORDS
        for index, text in enumerate(words):
            if not is_keyword(text):
                given = repr(text[:LONGEST])
                yield (
                    ("keywords", name, index),
                    Words(ru=f"{ALLOWED.ru} (указано {given})", en=f"{ALLOWED.en}; not {given}"),
                )


def _in_values(keys: Mapping[str, str], keywords: Collection[str]) -> Iterator[WrongOption]:
    known = ", ".join(dict.fromkeys([*map(str, Category), *keywords]))
    for name, key in keys.items():
        if name not in {*Category, *keywords}:
            yield (
                ("values", name),
                Words(ru=f"нет такой категории; допустимы: {known}", en=f"is no category; allowed: {known}"),
            )
        if not key.strip():
            yield ("values", name), _EMPTY
