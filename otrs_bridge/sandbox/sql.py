"""The databases that may lie beneath an OTRS, where its answers show which: PostgreSQL, and MariaDB as Debian sets it up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_BEYOND_THREE_BYTES = re.compile(r"[\U00010000-\U0010FFFF]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sql:
    """How texts are compared and kept.

    Each of the first four makes equal what the database takes for the same: ``like`` in a pattern, ``in_index`` in the full
    text, ``equal`` in a comparison, ``exact`` in one where OTRS does not ask for lower case by itself. A subject or a field
    of more than ``longest_text`` characters breaks the statement. ``ends_at_nul``: what follows a NUL is lost.
    ``three_bytes``: so is a letter that takes more.
    """

    like: Callable[[str], str]
    in_index: Callable[[str], str]
    equal: Callable[[str], str]
    exact: Callable[[str], str]
    longest_text: int
    ends_at_nul: bool = False
    three_bytes: bool = False

    def column(self, text: str) -> str:
        """A short text as its column keeps it."""
        return text.split("\0", 1)[0] if self.ends_at_nul else text

    def kept_of(self, data: Any) -> Any:
        """What is left of a request: OTRS puts a replacement character for what would not fit, before it asks or writes."""
        match data:
            case str():
                return _BEYOND_THREE_BYTES.sub("\ufffd", data) if self.three_bytes else data
            case list():
                return [self.kept_of(one) for one in data]
            case dict():
                return {key: self.kept_of(one) for key, one in data.items()}
            case _:
                return data


def _same_letter(text: str) -> str:
    """The collation utf8_general_ci: letter for letter, without marks and case; only й stays apart from и."""
    return "".join(
        one.upper() if one in "йЙ" else (unicodedata.normalize("NFD", one)[0].upper() or one) for one in text
    )


def _padded(text: str) -> str:
    return _same_letter(text).rstrip(" ")


POSTGRESQL = Sql(like=str.lower, in_index=str, equal=str.lower, exact=str, longest_text=3800, ends_at_nul=True)
MARIADB = Sql(
    like=_same_letter, in_index=_same_letter, equal=_padded, exact=_padded, longest_text=65_535, three_bytes=True
)
