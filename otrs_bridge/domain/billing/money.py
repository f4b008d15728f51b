"""Roubles as Decimal, always in whole kopecks. Binary floats never come near money.

Source: docs/field-rules.md#internet.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from otrs_bridge.words import Language

KOPECK: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")

_NO_BREAK_SPACE = "\u00a0"


def to_kopecks(amount: Decimal) -> Decimal:
    """Roubles rounded to kopecks, halves away from zero as in accounting.

    Raises decimal.InvalidOperation for an infinity or an amount of more than 26 digits; a NaN stays one.
    """
    return amount.quantize(KOPECK, rounding=ROUND_HALF_UP)


def from_kopecks(kopecks: int) -> Decimal:
    """A whole number of kopecks as roubles: 150050 -> 1500.50."""
    return Decimal(kopecks).scaleb(-2)


def whole_kopecks(amount: Decimal) -> int:
    """Roubles as a whole number of kopecks: 1500.50 -> 150050."""
    return int(to_kopecks(amount).scaleb(2))


def format_money(amount: Decimal, language: Language) -> str:
    """Roubles as a person reads them: `1 500,50 ₽` in Russian (no-break spaces), `1,500.50 ₽` in English."""
    written = f"{to_kopecks(amount):,.2f}"
    if language == "ru":
        written = written.replace(",", _NO_BREAK_SPACE).replace(".", ",")
    return f"{written}{_NO_BREAK_SPACE}₽"
