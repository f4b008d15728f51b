"""The number that a client is told.

OTRS counts `2013041610000135`: a date and a number. The client is told the number only, `10000135`.
Source: docs/field-rules.md#ticket-number.
"""

from __future__ import annotations

from datetime import date

_DATE_LENGTH = 8
_FIRST_YEAR = 2000  # before OTRS existed; keeps a random number such as 1012… from being taken for a date
_LAST_YEAR = 2099


def short_number(number: str) -> str:
    """The part after a leading date YYYYMMDD; the whole number when it does not begin with a valid date.

    OTRS's generators Date and DateChecksum begin with the date, AutoIncrement and Random do not.
    """
    rest = number[_DATE_LENGTH:]
    return rest if rest.isdigit() and _is_date(number[:_DATE_LENGTH]) else number


def both(number: str) -> str:
    """Both numbers for texts and reports, `2013041610000135 (10000135)`; one when they are the same."""
    short = short_number(number)
    return number if short == number else f"{number} ({short})"


def _is_date(digits: str) -> bool:
    if not (digits.isascii() and digits.isdigit()):
        return False
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _FIRST_YEAR <= day.year <= _LAST_YEAR
