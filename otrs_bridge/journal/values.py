"""Field values as the journal stores them: JSON that a person can read in the database.

"open"                                   a text
["ADSL", "GPON"]                         a multiselect
{"user": "ivanov", "company": "ЮЛ-17"}   the customer pair
{"state": "pending reminder", "until": 1767225600}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from otrs_bridge.domain.ticket import Customer, Pending, Value
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.words import Words


def encode(value: Value) -> str:
    """The value as JSON text."""
    match value:
        case str():
            return _dump(value)
        case tuple():
            return _dump(list(value))
        case Customer():
            return _dump({"user": value.user, "company": value.company})
        case Pending():
            return _dump({"state": value.state, "until": value.until})


@lru_cache(maxsize=4096)  # the same few states and priorities come again and again, and values never change
def decode(stored: str) -> Value:
    """The value of a JSON text that `encode` wrote; raises JournalUnusable for anything else."""
    try:
        found: object = json.loads(stored)
    except ValueError as error:
        raise _unreadable(stored) from error
    match found:
        case str():
            return found
        case list() if all(isinstance(part, str) for part in found):
            return tuple(str(part) for part in found)
        case {"user": str(user), "company": str(company)}:
            return Customer(user=user, company=company)
        case {"state": str(state), "until": int(until)}:
            return Pending(state=state, until=until)
    raise _unreadable(stored)


def encode_counts(counts: Mapping[str, int]) -> str:
    """A run's summary as JSON text."""
    return _dump(dict(counts))


def decode_counts(stored: str) -> dict[str, int]:
    """The summary that `encode_counts` wrote; raises JournalUnusable for anything else."""
    try:
        return {str(name): int(count) for name, count in json.loads(stored).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable(stored) from error


def storable(text: str) -> str:
    """Free text as every database takes it: PostgreSQL refuses NUL, and half a surrogate pair is no UTF-8."""
    return text.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _dump(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair (OTRS can send one, JSON-escaped) stays exact only as an escape.
    return text if _is_utf8(text) else json.dumps(found, separators=(",", ":"))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unreadable(stored: str) -> JournalUnusable:
    return JournalUnusable(
        Words(
            ru=f"в журнале записано то, что не может быть значением поля: {stored[:100]!r}",
            en=f"the journal holds something that is no field value: {stored[:100]!r}",
        )
    )
