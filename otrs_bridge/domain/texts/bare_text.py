"""A text without what only a machine sees in it: markup that a form or a mail program left behind, characters of no width.

`Договор&nbsp;&#8470;&nbsp;Ф&#45;27250<br>` is `Договор № Ф-27250`, and a contract is whole with a soft hyphen within it.
Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from otrs_bridge.domain.texts.visible import without_hidden_in_lines


@lru_cache(maxsize=64)
def bare(text: str) -> str:
    """The text as a person would see it; its lines stay. Linear in its length; never raises."""
    text = _without_comments(without_hidden_in_lines(_KEYCAP.sub("", _COLOURS.sub("", text))))
    if ("<" not in text and "&" not in text) or _MARKUP.search(text) is None:
        return text
    text = _UNSEEN.sub(" ", text)
    text = _BREAK.sub("\n", text)
    return unescape(_TAG.sub("", text))


def _without_comments(text: str) -> str:
    """Without what HTML hides: `<!-- Ф-99999 -->`."""
    first, *others = text.split("<!--")
    return "".join((first, *(other[other.find("-->") + 3 :] if "-->" in other else other for other in others)))


_NAMES = (
    "a|b|body|center|div|em|font|h[1-6]|head|html|i|img|li|meta|ol|p|pre|script|span|strong|style|table|tbody|td|th"
    "|tr|u|ul"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s?/?>|</(?:p|div|tr|li|h[1-6])>", re.IGNORECASE)
_MARKUP = re.compile(rf"{_TAG.pattern}|<br\s?/?>|&(?:[a-z]{{2,8}}|#[0-9]{{2,5}}|#x[0-9a-f]{{2,4}});", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script)\b[^>]{0,200}>[^<]{0,2000}</\1>", re.IGNORECASE)
_COLOURS = re.compile("\x1b\\[[0-9;]{0,20}[A-Za-z]")  # what steers a terminal: "\\x1b[31m"
_KEYCAP = re.compile("\ufe0f?\u20e3")
