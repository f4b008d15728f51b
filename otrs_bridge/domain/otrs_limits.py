"""What OTRS's columns hold. Longer values make OTRS fail half-way through an update, so they are cut before sending.

How long they are is a matter of the product: OTOBO's are shorter than those of OTRS and Znuny. Where nobody knows which it
is, what the bridge writes anew fits all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from otrs_bridge.domain.texts.visible import beginning
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Customer, Pending, Value

SUBJECT = 3800  # in every product
BODY = 60_000  # no hard limit, but OTRS indexes every word: 100 kB takes 0.6 s, 5 MB half a minute

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Platform(StrEnum):
    """The product that answers."""

    OTRS = "otrs"
    ZNUNY = "znuny"
    OTOBO = "otobo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lengths:
    """How many characters OTRS keeps of a ticket's title, its two customer strings, and one value of a dynamic field."""

    title: int
    customer_user: int
    customer_id: int = 150
    dynamic_field: int = 3800


WIDEST = Lengths(title=255, customer_user=250)
SMALLEST = Lengths(title=191, customer_user=191)
LENGTHS: Mapping[Platform, Lengths] = MappingProxyType(
    {Platform.OTRS: WIDEST, Platform.ZNUNY: WIDEST, Platform.OTOBO: SMALLEST}
)


def fitted(field: str, value: Value, lengths: Lengths = SMALLEST) -> Value:
    """`value` as OTRS will keep it in `field`: without control characters and blanks around, cut to the column."""
    match value:
        case Customer():
            return Customer(
                user=_cut(value.user, lengths.customer_user),
                company=_cut(value.company, lengths.customer_id),
            )
        case tuple():
            return tuple(sorted(_cut(part, lengths.dynamic_field) for part in value))
        case Pending():
            return value
        case str():
            is_dynamic = field.startswith(DYNAMIC_FIELD_PREFIX)
            return _cut(value, lengths.dynamic_field if is_dynamic else lengths.title)


def fitted_subject(text: str) -> str:
    """An article's subject as OTRS can keep it: one line."""
    return _cut(" ".join(text.split()), SUBJECT)


def fitted_body(text: str) -> str:
    """An article's body of a size that does not slow OTRS down."""
    return _cut(text, BODY)


def _cut(text: str, length: int) -> str:
    return beginning(_CONTROL.sub("", text).strip(), length).rstrip()
