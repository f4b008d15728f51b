"""What others wrote, as it may be shown: characters that nobody sees, or that steer a terminal, become marks.

A subject, a client's name, a row of billing and OTRS's own words can hold escape sequences that repaint the screen,
bidi controls that turn the order of a line around, and zero-width letters that make two contracts look alike. Each is
shown as `⟨U+202E⟩`, wherever it goes: terminal, JSON, log, note, mail. What is written into a field of a ticket is no
showing, and stays as it is.

Marked are all control characters (C0, C1), line and paragraph separators, halves of surrogate pairs, and whatever
Unicode calls default ignorable (soft hyphen, zero-width, bidi, fillers, tags, variation selectors). Left alone is what
real writing needs: a joiner or non-joiner between letters of Arabic and Indic scripts, a joiner inside an emoji, the
selector of an emoji's look. Combining letters are no controls and never marked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_HIDDEN_IN_LINES = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb"  # steer, or are no characters at all
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HIDDEN = rf"\n\r\t{_HIDDEN_IN_LINES}"
# Arabic and its neighbours, the scripts of India, Tibet, Burma and the Khmer, Arabic once more as presentation forms.
_JOINING = "\u0620-\u08ff\u0900-\u0dff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17b3\u17b6-\u17d3\ufb50-\ufdfb\ufe70-\ufefc"
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_EMOJI_OR_TEXT = rf"0-9#*\xa9\xae\u203c\u2049\u2122\u2139\u3030\u303d\u3297\u3299{_EMOJI}"

_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)))

_NEEDED = (
    rf"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])"
    rf"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
    rf"|(?<=[{_EMOJI_OR_TEXT}])[\ufe0e\ufe0f]"
)
_FOUND = re.compile(rf"({_NEEDED})|[{_HIDDEN}]")
_ANY_HIDDEN, _ANY_HIDDEN_IN_LINES = re.compile(f"[{_HIDDEN}]"), re.compile(f"[{_HIDDEN_IN_LINES}]")
_END_OF_LINE = re.compile(r"\r\n?")


def visible(text: str) -> str:
    """One line: ends of lines and tabs are marked, too, so that nothing can pass for a line of ours."""
    return _FOUND.sub(_mark, text)


def without_hidden(text: str) -> str:
    """One line as it is written anew, into a field: what would be marked is not written at all."""
    return " ".join((text if _ANY_HIDDEN.search(text) is None else _FOUND.sub(_replacement, text)).split())


def without_hidden_in_lines(text: str) -> str:
    """The same of a text that is read, and not written anew: its lines and blanks stay."""
    return text if _ANY_HIDDEN_IN_LINES.search(text) is None else _FOUND.sub(_replacement_in_lines, text)


def visible_lines(text: str) -> str:
    """Text that may have several lines, such as a note: their ends and tabs stay."""
    return _FOUND.sub(_mark_within_lines, _END_OF_LINE.sub("\n", text))


def visible_data(value: Any) -> Any:
    """The same for all texts inside of lists and mappings, keys included; a format like JSON has its own ends of lines."""
    if isinstance(value, str):
        return visible_lines(value)
    if isinstance(value, Mapping):
        return {visible(str(name)): visible_data(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [visible_data(item) for item in value]
    return value


def beginning(text: str, length: int) -> str:
    """The first `length` characters, or a few fewer: nothing is parted that people see as one character.

    A letter keeps the marks that follow it (`й` may be two characters), an emoji all that it is joined of. A heap of marks
    without end is parted all the same.
    """
    if len(text) <= length:
        return text
    for end in range(length, max(length - _LONGEST_SEEN, 0), -1):
        if not _is_within(text, end):
            return text[:end]
    return text[:length]


def _is_within(text: str, at: int) -> bool:
    """Whether the character at `at` goes on what stands before it."""
    this = text[at]
    if unicodedata.category(this).startswith("M") or text[at - 1] == _JOINER or _GOES_ON.match(this):
        return True
    flags = 0  # a flag is two letters
    while flags < at and _FLAG.match(text[at - 1 - flags]):
        flags += 1
    return flags % 2 == 1 and _FLAG.match(this) is not None


_LONGEST_SEEN = 32  # characters; the longest emoji that Unicode lists have some ten
_JOINER = "\u200d"
_GOES_ON = re.compile("[\u200d\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")


def _replacement(found: re.Match[str]) -> str:
    """Controls part words, as ends of lines do; what has no width stands within them."""
    return found[1] or (" " if found[0] in _CONTROLS else "")


def _replacement_in_lines(found: re.Match[str]) -> str:
    return found[0] if found[0] in "\n\r\t" else _replacement(found)


def _mark(found: re.Match[str]) -> str:
    return found[1] or f"⟨U+{ord(found[0]):04X}⟩"


def _mark_within_lines(found: re.Match[str]) -> str:
    return found[0] if found[0] in "\n\t" else _mark(found)
