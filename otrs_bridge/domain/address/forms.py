"""The labelled lines of a web form joined to one address: `Улица: Лесная`, `Дом: 7`, `Квартира: 15`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from otrs_bridge.domain.address.words import KINDS, LOCALITIES


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Where the lines of a form stand, and the address that they make, `""` when the street or the house is left empty."""

    start: int
    end: int
    address: str


def read_forms(text: str) -> Iterator[Form]:
    """Every run of such lines that has one for the street; lines of one form follow each other."""
    lines: dict[str, str] = {}
    start = end = 0
    for found in _LINE.finditer(text):
        part = _PARTS[found["label"].lower().replace("ё", "е")]
        apart = lines and (part in lines or _BETWEEN.fullmatch(text, end, found.start()) is None)
        if apart:
            yield from _form(lines, start, end)
            lines = {}
        start = found.start() if not lines else start
        lines[part], end = found["value"].strip(" \t,;"), found.end()
    yield from _form(lines, start, end)


def _form(lines: dict[str, str], start: int, end: int) -> Iterator[Form]:
    if "street" not in lines:
        return
    if not lines["street"] or not lines.get("house"):
        yield Form(start=start, end=end, address="")
        return
    named = {word.strip(".").lower() for word in lines["street"].split()}
    written = (
        [f"г. {place}" if LOCALITIES.keys().isdisjoint(place.lower().replace(".", " ").split()) else place]
        if (place := lines.get("place", ""))
        else []
    )
    written.append(lines["street"] if named & KINDS.keys() else f"ул. {lines['street']}")
    written += [f"{word} {lines[part]}" for part, word in _WORDS.items() if lines.get(part)]
    yield Form(start=start, end=end, address=", ".join(written))


_LABELS = {
    "place": "город населенный_пункт нас._пункт city",
    "street": "улица ул ул. проспект street",
    "house": "дом д д. номер_дома №_дома house",
    "building": "корпус корп корп. корпус/строение building",
    "structure": "строение стр стр.",
    "flat": "квартира кв кв. номер_квартиры №_квартиры flat apartment",
    "office": "офис оф оф. помещение",
}
_PARTS = {label.replace("_", " "): part for part, labels in _LABELS.items() for label in labels.split()}
_WORDS = {"house": "д.", "building": "корп.", "structure": "стр.", "flat": "кв.", "office": "оф."}
_LABEL = "|".join(re.escape(label).replace("е", "[её]") for label in sorted(_PARTS, key=len, reverse=True))
_LINE = re.compile(
    rf"^[ \t>*•-]{{0,8}}(?P<label>{_LABEL})[ \t]{{0,8}}(?:[:=]|(?<=[ \t])[-–—](?=[ \t]))[ \t]{{0,8}}"
    rf"(?P<value>[^\n]{{0,120}})$",
    re.MULTILINE | re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s{0,8}(?:(?:подъезд|этаж|домофон|код|индекс|район|область|регион)[^\n]{0,60}\s{1,4}){0,3}", re.IGNORECASE
)
