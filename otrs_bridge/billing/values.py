"""From what a billing system writes to what the bridge counts with: epoch seconds, whole kopecks, its own words.

Nothing is guessed: what cannot be read exactly raises Unreadable with the reason, and its feed is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.entries import EntryKind
from otrs_bridge.domain.billing.faults import is_believable
from otrs_bridge.domain.billing.money import from_kopecks
from otrs_bridge.domain.billing.period import Period, midnight, parse_period, period_of_day
from otrs_bridge.domain.billing.row_format import RowFormat, as_epoch_seconds, kopeck_rows
from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.texts.contract import canonical_contract
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.words import Words

ROWS: Final[RowFormat] = kopeck_rows(as_epoch_seconds)
"""How every source hands its entries on: moments as epoch seconds, money as whole kopecks."""

_SERVICES: Final[dict[str, Service]] = {
    **dict.fromkeys(("internet", "интернет", "шпд"), "internet"),
    **dict.fromkeys(("telephony", "phone", "телефония", "телефон"), "telephony"),
}
_KINDS: Final[dict[str, EntryKind]] = {
    **dict.fromkeys(("opening", "входящий остаток", "остаток"), "opening"),
    **dict.fromkeys(("charge", "начисление", "списание"), "charge"),
    **dict.fromkeys(("payment", "платеж", "оплата"), "payment"),
    **dict.fromkeys(("refund", "возврат"), "refund"),
    **dict.fromkeys(("correction", "корректировка"), "correction"),
}
_YES = frozenset({"1", "true", "t", "yes", "y", "да", "д", "+"})
_NO = frozenset({"", "0", "false", "f", "no", "n", "нет", "н", "-"})
_RUSSIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:[ T,]+(.+))?")
_AMOUNT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_ROUBLES_OR_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_SPACES = str.maketrans("", "", " \u00a0\u202f'")
_SHOWN = 40


class Unreadable(Exception):  # noqa: N818 - it names what the value is
    """A value that cannot be read, and why. Caught by whoever knows the row it stands in."""

    def __init__(self, *, ru: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(ru=ru, en=en)


def read_text(value: object) -> str:
    """A column as one line of text; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray):
        value = bytes(value).decode(errors="replace")
    return " ".join(str(value).split())


def read_moment(value: object, zone: tzinfo) -> int:
    """Epoch seconds. Days and moments without an offset are those of `zone`; a whole number is epoch seconds."""
    match value:
        case datetime():
            moment = value if value.tzinfo is not None else value.replace(tzinfo=zone)
        case date():
            moment = midnight(value, zone)
        case bool() | None:
            raise Unreadable(ru="нет даты", en="has no date")
        case int():
            moment = datetime.fromtimestamp(value, UTC) if 0 < value < 1 << 33 else datetime.min.replace(tzinfo=UTC)
        case str():
            return _written_moment(value, zone)
        case _:
            raise _no_date(value)
    if not is_believable(moment):
        raise _no_date(value)
    return int(moment.timestamp())


@lru_cache(maxsize=1 << 14)
def _written_moment(text: str, zone: tzinfo) -> int:
    bare = text.strip()
    if not bare:
        raise Unreadable(ru="нет даты", en="has no date")
    if found := _RUSSIAN_DAY.fullmatch(bare):
        day, month, year, time = found.groups()
        bare = f"{year}-{int(month):02}-{int(day):02}" + (f" {time}" if time else "")
    try:
        return read_moment(datetime.fromisoformat(bare), zone)
    except (ValueError, Unreadable):
        raise _no_date(text) from None


def read_day(value: object, zone: tzinfo) -> date | None:
    """A calendar day in `zone`; None for an empty value."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return datetime.fromtimestamp(read_moment(value, zone), zone).date()


def read_month(value: object, zone: tzinfo) -> Period | None:
    """`2013-05`, or any day of that month; None for an empty value."""
    known = parse_period(value.strip()) if isinstance(value, str) else None
    if known is not None:
        return known
    day = read_day(value, zone)
    return None if day is None else period_of_day(day)


def read_kopecks(value: object) -> int:
    """Whole kopecks of an amount in roubles: a decimal, a whole number, or text (`1 234,50`, `1234.50`; not `1,234`)."""
    if isinstance(value, str):
        value = _written_amount(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unreadable(
            ru=f"сумма не число в рублях и копейках: {_short(value)}", en=f"is no exact amount: {_short(value)}"
        )
    try:
        kopecks = int(value * 100)
    except (ValueError, OverflowError, InvalidOperation):
        raise Unreadable(ru=f"сумма не может быть {value}", en=f"an amount cannot be {value}") from None
    if kopecks != value * 100:
        raise Unreadable(ru=f"сумма с долями копейки: {value}", en=f"the amount has parts of a kopeck: {value}")
    return kopecks


def read_roubles(value: object) -> Decimal | None:
    """As `read_kopecks`, in roubles; None for an empty value."""
    return None if value is None or value == "" else from_kopecks(read_kopecks(value))


def _written_amount(text: str) -> Decimal | str:
    bare = text.strip().translate(_SPACES)
    if _ROUBLES_OR_THOUSANDS.fullmatch(bare):
        raise _ambiguous(text, bare)
    if _AMOUNT.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    return Decimal(bare) if bare.lower() in {"nan", "inf", "-inf", "infinity", "-infinity"} else text


def _ambiguous(text: str, bare: str) -> Unreadable:
    """`1,500`: one rouble and a half to some billing systems, one and a half thousand to others."""
    thousands = re.sub("[.,]", "", bare)
    return Unreadable(
        ru=f"сумму {_short(text)} можно понять двояко: тысячи пишите как {thousands}, копейки — двумя цифрами",
        en=f"the amount {_short(text)} can be read in two ways: write thousands as {thousands}, kopecks with two digits",
    )


@lru_cache(maxsize=256)
def read_service(text: str) -> str:
    """The bridge's name of a service; a service that it does not know stays as it is written."""
    return _SERVICES.get(text.casefold().replace("ё", "е"), text)


@lru_cache(maxsize=256)
def read_kind(text: str) -> str:
    """The bridge's name of a kind of entry; one that it does not know stays as it is written."""
    return _KINDS.get(text.strip().casefold().replace("ё", "е"), text)


@lru_cache(maxsize=256)
def read_client_type(text: str) -> ClientType | None:
    """Legal or individual; None when the billing system does not tell, or not clearly."""
    low = text.casefold()
    if low.startswith(("legal", "юр", "юл")) or has_legal_form(text):
        return ClientType.LEGAL
    return ClientType.INDIVIDUAL if low.startswith(("individual", "физ", "фл")) else None


def read_flag(value: object) -> bool:
    """Yes or no; an empty value is no."""
    text = read_text(value).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(ru=f"ни да, ни нет: {_short(value)}", en=f"is neither yes nor no: {_short(value)}")


def read_contract(value: object) -> str:
    """The canonical contract number; one of another make than the procedure's as it is written, in capitals."""
    text = read_text(value)
    if not text:
        raise Unreadable(ru="нет номера договора", en="has no contract number")
    if not text.isprintable():
        raise Unreadable(ru="номер договора не читается", en="its contract number is not readable")
    return canonical_contract(text)


def _no_date(value: object) -> Unreadable:
    return Unreadable(ru=f"не дата: {_short(value)}", en=f"is no date: {_short(value)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
