"""How phrases are written down for searching: one a line, words apart by one blank, as `ticket_text.plainly` leaves them."""

from __future__ import annotations

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """A pattern that finds the first of several phrases; each begins and ends at a word's edge unless it says otherwise."""
    return re.compile("|".join(rf"(?<!\w)(?:{phrase})" for phrase in phrases))


def one_of(*words: str) -> str:
    """A part of a phrase: one of these words, which may be given in lines of several words."""
    return f"(?:{'|'.join('|'.join(line.split()) for line in words)})"
