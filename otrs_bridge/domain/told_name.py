"""The caller's name, of all the places of a ticket that tell one. Source: docs/field-rules.md#placeholder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from otrs_bridge.domain.placeholder import Placeholder
from otrs_bridge.domain.texts.introduced import sender_name, whole_name_of
from otrs_bridge.domain.texts.mail import parse_sender
from otrs_bridge.domain.texts.person import find_full_name


def told_name(customer: str, shown: str, told: Collection[str], ours: Collection[object]) -> str:
    """The first full name in the customer line, what the `From` line shows, and what is told; or a fuller one of its words.

    A `From` line's name may be of any language; what it abbreviates ("Рауф М.") is looked for in what is told. Names among
    `ours` are our people's.
    """
    if _ABBREVIATED.fullmatch(shown) and (whole := _whole(shown.split(maxsplit=1)[0], told)):
        return whole
    places = (find_full_name(_without_address(customer)), _of_sender(shown), *map(find_full_name, filter(None, told)))
    found = (name for name in places if name and name.lower() not in ours)
    first = next(found, "")
    words = set(first.lower().split())
    return next((name for name in found if words < set(name.lower().split())), first) if first else ""


def _without_address(customer: str) -> str:
    """What a customer line with an e-mail address shows: its quotes are the line's, and no company's."""
    return parse_sender(customer).name if "<" in customer else customer


def name_in(placeholder: Placeholder | None) -> str:
    """The name in a placeholder, if it is one and no remark."""
    return placeholder.name if placeholder and not placeholder.name[:1].islower() else ""


def _of_sender(shown: str) -> str:
    """As it is shown when it is a person; else a name within it."""
    found, whole = find_full_name(shown), sender_name(shown)
    return whole if whole and (not found or ("." in whole and set(found.split()) < set(whole.split()))) else found


def _whole(given: str, told: Iterable[str]) -> str:
    return next(filter(None, (whole_name_of(given, text) for text in told)), "")


_ABBREVIATED = re.compile(r"[А-ЯЁA-Z][а-яёa-z]{2,15}(?: [А-ЯЁA-Z]\.)?")  # Рауф М., Олег
