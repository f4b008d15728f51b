"""What a ticket is about, when its text points to it unmistakably.

Whole phrases decide, never single words: "интернет" alone says nothing, "не работает интернет" does. Precision goes
before recall: a text that might mean something else has no category. An operator adds words of his own, also for
categories of his own. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from otrs_bridge.domain.dialect import Categories, Category
from otrs_bridge.domain.rule import WrongOption, WrongOptions, unknown_names
from otrs_bridge.domain.texts import billing_phrases, call_phrases, clause_words, service_phrases
from otrs_bridge.domain.texts.billing_phrases import BILLING_TITLE, PAID_AND_CUT_OFF
from otrs_bridge.domain.texts.clause_words import MENTIONED, Together
from otrs_bridge.domain.texts.keywords import ALLOWED, LONGEST, any_keyword, is_keyword
from otrs_bridge.domain.texts.ticket_text import TicketText, text_of
from otrs_bridge.domain.ticket import Ticket, Value
from otrs_bridge.words import Words

TELEPHONY: frozenset[str] = frozenset(category.value for category in Category if category.startswith("telephony-"))

MOST = 3
"""A text that fits more categories than this is a list of services, not a complaint."""


def categories_of(ticket: Ticket, reading: Categories) -> Mapping[str, str]:
    """The categories that the ticket's text points to, each with the words that say so; empty when it is not sure."""
    return _categories(text_of(ticket), reading)


def value_to_fill(ticket: Ticket, reading: Categories) -> Value:
    """What the text puts into an empty field: the keys in order of the alphabet, or the one that the field takes.

    Empty when the text is not sure, or says more than the field takes.
    """
    return reading.value_of(categories_of(ticket, reading))


@lru_cache(maxsize=64)
def _categories(text: TicketText, reading: Categories) -> Mapping[str, str]:
    found: dict[str, str] = {}
    built_in = {name for name in reading.built_in if MENTIONED[name].search(text.plain)}
    for category, says, unless, is_built_in in _searched(reading):
        if category in found or (is_built_in and category not in built_in):
            continue
        for clause in text.of_money if category == Category.BILLING.value else text.clauses:
            if (match := says.search(clause)) and not (unless and unless.search(clause)):
                found[category] = match[0].strip()
                break
    for category, words in _TOGETHER if text.clauses else ():
        if category in built_in and category not in found:
            said = next(filter(None, map(words.found_in, text.clauses)), "")
            said = said or next(filter(None, (words.found_below(text.title, clause) for clause in text.clauses)), "")
            found |= {category: said} if said else {}
    if Category.BILLING.value in built_in and Category.BILLING.value not in found:
        found |= _of_money(text)
    return MappingProxyType(found if len(found) <= MOST else {})


def _of_money(text: TicketText) -> dict[str, str]:
    """Whether money is the matter by the title alone, or by a whole sentence."""
    found = BILLING_TITLE.fullmatch(text.title) or (text.of_money and PAID_AND_CUT_OFF.search(text.plain))
    return {Category.BILLING.value: found[0]} if found else {}


@lru_cache(maxsize=8)
def _searched(reading: Categories) -> tuple[_Searched, ...]:
    """What is looked for: the phrases that mean a category, what makes it mean something else, whether it is built in."""
    own = [(category, any_keyword(words), None, False) for category, words in reading.keywords]
    return (*((*phrases, True) for phrases in _PHRASES if phrases[0] in reading.built_in), *own)


def categories_from(
    keywords: Mapping[str, Collection[str]], *, built_in: Collection[str], keys: Mapping[str, str], several: bool
) -> Categories:
    """How categories are read, by the options of rule `category`; raises WrongOptions with every mistake in them.

    `keys` are the option `values`: the field's key of a category, which is its name where none is given.
    """
    mistakes = [
        *_in_keywords(keywords),
        *unknown_names("built_in", built_in, tuple(Category)),
        *_in_values(keys, keywords),
    ]
    if mistakes:
        raise WrongOptions(mistakes)
    return Categories(
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


_UNNAMED = Words(ru="нужно имя категории", en="needs a name for the category")
_EMPTY = Words(ru="не должно быть пустым", en="must not be empty")
_NO_WORDS = Words(
    ru="нужен список слов и словосочетаний, [домофон*, не открывается дверь]",
    en="must be a list of words and phrases, [домофон*, не открывается дверь]",
)

_Phrases = tuple[str, re.Pattern[str], re.Pattern[str] | None]
_Searched = tuple[str, re.Pattern[str], re.Pattern[str] | None, bool]

_TOGETHER: tuple[tuple[str, Together], ...] = (
    (Category.INTERNET.value, clause_words.INTERNET),
    (Category.SPEED.value, clause_words.SPEED),
    (Category.TELEPHONY_INCOMING.value, clause_words.INCOMING),
    (Category.TV.value, clause_words.TV),
)

_PHRASES: tuple[_Phrases, ...] = (
    (Category.INTERNET.value, service_phrases.INTERNET, service_phrases.NOT_INTERNET),
    (Category.SETUP.value, service_phrases.SETUP, service_phrases.NOT_SETUP),
    (Category.SPEED.value, service_phrases.SPEED, service_phrases.NOT_SPEED),
    (Category.TELEPHONY_INCOMING.value, call_phrases.INCOMING, None),
    (Category.TELEPHONY_OUTGOING.value, call_phrases.OUTGOING, None),
    (Category.TELEPHONY_INTERNATIONAL.value, call_phrases.INTERNATIONAL, None),
    (Category.TV.value, service_phrases.TV, service_phrases.NOT_TV),
    (Category.CABLE.value, service_phrases.CABLE, service_phrases.NOT_CABLE),
    (Category.BILLING.value, billing_phrases.BILLING, billing_phrases.NOT_BILLING),
)
