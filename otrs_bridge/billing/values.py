"""From what a billing system writes to what the bridge counts with: epoch seconds, whole kopecks, its own words.

Nothing is guessed: what cannot be read exactly raises Unreadable with the reason, and its feed is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final

from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.entries import EntryKind
from otrs_bridge.domain.billing.faults import LETTERS, is_believable
from otrs_bridge.domain.billing.money import from_kopecks, to_kopecks
from otrs_bridge.domain.billing.period import Period, midnight, parse_period, period_of_day
from otrs_bridge.domain.billing.row_format import RowFormat, as_epoch_seconds, kopeck_rows
from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.texts.contract import canonical_contract
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.domain.texts.mojibake import is_mojibake, is_mojibake_number
from otrs_bridge.words import Words

ROWS: Final[RowFormat] = kopeck_rows(as_epoch_seconds)
"""How every source hands its entries on: moments as epoch seconds, money as whole kopecks."""

_SERVICES: Final[dict[str, Service]] = {
    **dict.fromkeys(("internet", "интернет", "шпд"), "internet"),
    **dict.fromkeys(("telephony", "phone", "телефония", "телефон"), "telephony"),
}
KINDS: Final[dict[str, EntryKind]] = {
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
_BALANCE = re.compile(r"-?[0-9]{1,12}\.[0-9]{4,}")  # not `1.500`, which may be a thousand and a half
_SPACES = str.maketrans("", "", " \u00a0\u202f'")
_SHOWN = 40
_EPOCH = re.compile(r"[0-9]{9,10}(?:\.[0-9]*)?")
_EPOCH_END = 1 << 33
_UNBELIEVABLE: Final = datetime.min.replace(tzinfo=UTC)
# Besides MySQL's zeros: the days with which epochs begin (Unix, in any zone; Go and .NET; Delphi).
_NO_DAYS: Final = frozenset({"1969-12-31", "1970-01-01", "0001-01-01", "1899-12-30"})
_NO_DAY = re.compile(rf"0+(?:\.0*)?$|0000-|00\.00\.0000|(?:{'|'.join(sorted(_NO_DAYS))})|01\.01\.(?:1970|0001)")
_BITS = frozenset({b"\0", b"\1"})
_TWO_WAYS: Final = Words(ru="сумму можно понять двояко", en="the amount can be read in two ways")
_CAST = "CAST(… AS DECIMAL(14, 2))"
_TOO_MUCH = 10**12  # roubles: nobody owes or pays as much, and all kopecks of a feed together still fit everywhere


def read_text(value: object) -> str:
    """A column as one line of text; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray):
        value = bytes(value).decode(errors="replace")
    return " ".join(str(value).split())


def read_words(value: object) -> str:
    """As `read_text`, of a column that people read. Raises Unreadable for letters that were lost or became others on the
    way, as those of CP1251 in a column that the database takes for Latin-1 (`Ô-15236`, `Èâàíîâ`).
    """
    text = read_text(value)
    if is_mojibake(text):
        raise Unreadable(ru=LETTERS.ru, en=LETTERS.en, found=_short(text))
    return text


def read_moment(value: object, zone: tzinfo) -> int:
    """Epoch seconds. Days and moments without an offset are those of `zone`; a number is epoch seconds, as text as well."""
    match value:
        case datetime():
            moment = value if value.tzinfo is not None else value.replace(tzinfo=zone)
        case date():
            moment = midnight(value, zone)
        case bool() | None:
            raise _no_date_at_all()
        case int() | Decimal() | float():
            moment = datetime.fromtimestamp(int(value), UTC) if 0 < value < _EPOCH_END else _UNBELIEVABLE
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
        raise _no_date_at_all()
    try:
        return read_moment(int(bare[:10]) if _EPOCH.fullmatch(bare) else _from_iso(bare), zone)
    except (ValueError, Unreadable):
        raise _no_date(text) from None


def _from_iso(bare: str) -> datetime:
    if found := _RUSSIAN_DAY.fullmatch(bare):
        day, month, year, time = found.groups()
        bare = f"{year}-{int(month):02}-{int(day):02}" + (f" {time}" if time else "")
    return datetime.fromisoformat(bare)


def is_no_moment(value: object) -> bool:
    """Whether this is how a database writes that there is no date: nothing, MySQL's `0000-00-00`, the epoch's zero."""
    match value:
        case None:
            return True
        case bytes() | bytearray():
            return not value.strip(b"\0 ")
        case date():
            return value.isoformat()[:10] in _NO_DAYS
        case int() | Decimal() | float():
            return value == 0
        case str():
            return not value.strip() or _NO_DAY.match(value.strip()) is not None
        case _:
            return False


def read_day(value: object, zone: tzinfo) -> date | None:
    """A calendar day in `zone`, whatever the year; None where there is no date (`is_no_moment`)."""
    if is_no_moment(value):
        return None
    if isinstance(value, str) and not _EPOCH.fullmatch(value.strip()):
        try:
            value = _from_iso(value.strip())
        except ValueError:
            raise _no_date(value) from None
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(zone)).date()
    if isinstance(value, date):
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
    if type(value) is Decimal and value.is_finite() and (kopecks := int(value * 100)) == value * 100:
        return kopecks  # the rows of a database, by the million
    if isinstance(value, str):
        value = _written_amount(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _no_amount(value)
    if not (isinstance(value, int) or value.is_finite()) or not -_TOO_MUCH < value < _TOO_MUCH:
        told = str(value)[:_SHOWN]
        raise Unreadable(ru=f"сумма не может быть {told}", en=f"an amount cannot be {told}")
    kopecks = int(value * 100)
    if kopecks != value * 100:
        raise Unreadable(ru="сумма с долями копейки", en="the amount has parts of a kopeck", found=str(value))
    return kopecks


def read_roubles(value: object) -> Decimal | None:
    """As `read_kopecks`, in roubles; None for an empty value."""
    return None if value is None or value == "" else from_kopecks(read_kopecks(value))


def read_balance(value: object) -> Decimal | None:
    """As `read_roubles`, rounded to kopecks: billing systems that charge by the day keep more decimals of a balance. It is
    compared with other numbers, and never added to them.
    """
    if isinstance(value, Decimal) and value.is_finite():
        value = to_kopecks(value) + 0
    elif isinstance(value, str) and _BALANCE.fullmatch(value.strip()):
        value = to_kopecks(Decimal(value.strip())) + 0
    return read_roubles(value)


def _no_amount(value: object) -> Unreadable:
    ru, en = "сумма не число в рублях и копейках", "is no exact amount"
    if isinstance(value, float):
        ru, en = f"{ru}, а двоичная дробь; нужно {_CAST}", f"{en} but a binary float; write {_CAST}"
    return Unreadable(ru=ru, en=en, found=_short(value))


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
        reason=_TWO_WAYS,
    )


@lru_cache(maxsize=256)
def read_service(text: str) -> str:
    """The bridge's name of a service; one that it does not know stays as it is written."""
    return _SERVICES.get(text.casefold().replace("ё", "е"), text)


@lru_cache(maxsize=256)
def read_kind(text: str) -> EntryKind:
    """The bridge's name of a kind of entry."""
    known = KINDS.get(text.strip().casefold().replace("ё", "е"))
    if known is None:
        raise Unreadable(ru="неизвестный вид записи", en="unknown kind of entry", found=text)
    return known


@lru_cache(maxsize=256)
def read_client_type(text: str) -> ClientType | None:
    """Legal or individual; None when the billing system does not tell, or not clearly."""
    low = text.casefold()
    if low.startswith(("legal", "юр", "юл")) or has_legal_form(text):
        return ClientType.LEGAL
    return ClientType.INDIVIDUAL if low.startswith(("individual", "физ", "фл")) else None


def read_flag(value: object) -> bool:
    """Yes or no; an empty value is no. A database's bits (`b"\\x01"`) are numbers."""
    if value is None:
        return False
    if isinstance(value, bytes | bytearray) and not any(value[:-1]) and bytes(value[-1:]) in _BITS:
        return value[-1:] == b"\1"
    if isinstance(value, int | float | Decimal) and value in {0, 1}:
        return bool(value)
    text = read_text(value).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(ru="ни да, ни нет", en="is neither yes nor no", found=_short(value))


def read_contract(value: object) -> str:
    """The canonical contract number; one of another make than the procedure's as it is written, in capitals."""
    text = read_words(value)
    if not text:
        raise Unreadable(ru="нет номера договора", en="has no contract number")
    if not text.isprintable() or is_mojibake_number(text):
        raise Unreadable(ru=LETTERS.ru, en=LETTERS.en, found=_short(text))
    return canonical_contract(text)


def _no_date_at_all() -> Unreadable:
    return Unreadable(ru="нет даты", en="has no date")


def _no_date(value: object) -> Unreadable:
    return Unreadable(ru="не дата", en="is no date", found=_short(value))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
