"""Texts where a path or a database URL may stand: which of them was meant as a URL, though it is none.

Taken for a file's name, `postgresql//user:password@host/name` would become a folder beside the configuration, and its
password would be told in every message about that file.
"""

from __future__ import annotations

import re

_NO_PATH = re.compile(
    r"""
    .* //                                                        # postgresql//, //user:password@host
    | (?:postgres|postgresql|mysql|mariadb|sqlite|mssql|oracle)  # a driver, with what parts it from the rest
      (?:\+\w*)? \s* [:;/]
    | (?! /|\.{1,2}/|~/ ) .* @                                   # user:password@host; a folder may be called user@domain
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def is_meant_as_url(text: str) -> bool:
    """Whether this is no path of a file that anybody would write."""
    return _NO_PATH.match(text.strip()) is not None
