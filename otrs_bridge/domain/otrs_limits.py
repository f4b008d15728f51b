"""What OTRS's columns hold. Longer values make OTRS fail half-way through an update, so they are cut before sending."""

from __future__ import annotations

import re

from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Customer, Pending, Value

TITLE = 255
CUSTOMER_USER = 250
CUSTOMER_ID = 150
DYNAMIC_FIELD = 3800
SUBJECT = 3800
BODY = 60_000  # no hard limit, but OTRS indexes every word: 100 kB takes 0.6 s, 5 MB half a minute

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def fitted(field: str, value: Value) -> Value:
    """`value` as OTRS will keep it in `field`: without control characters and blanks around, cut to the column."""
    match value:
        case Customer():
            return Customer(
                user=_cut(value.user, CUSTOMER_USER),
                company=_cut(value.company, CUSTOMER_ID),
            )
        case tuple():
            return tuple(sorted(_cut(part, DYNAMIC_FIELD) for part in value))
        case Pending():
            return value
        case str():
            return _cut(value, DYNAMIC_FIELD if field.startswith(DYNAMIC_FIELD_PREFIX) else TITLE)


def fitted_subject(text: str) -> str:
    """An article's subject as OTRS can keep it: one line."""
    return _cut(" ".join(text.split()), SUBJECT)


def fitted_body(text: str) -> str:
    """An article's body of a size that does not slow OTRS down."""
    return _cut(text, BODY)


def _cut(text: str, length: int) -> str:
    return _CONTROL.sub("", text).strip()[:length].rstrip()
