"""The handbook's glossary as hints, and which words call for one. Source: docs/field-rules.md#hints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from otrs_bridge.domain.texts.ticket_text import any_of, text_of
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """What is said, and the words that call for it; `unless` they stand in a text that shows it is not needed."""

    text: Words
    calls: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def hints_for(ticket: Ticket) -> frozenset[str]:
    """The names of the hints that the ticket's text calls for."""
    text = text_of(ticket)
    if not text.clauses:
        return frozenset()
    return frozenset(
        name
        for name, hint in HINTS.items()
        if any(map(hint.calls.search, text.clauses)) and not (hint.unless and hint.unless.search(text.written))
    )


_WIFI = r"(?:wi-? ?fi|вай-? ?фай|вифи|вафля|вайфая)"
_TROUBLE = (
    r"(?:не ?(?:работает|раб|подключается|ловит|видит|видно|раздает|соединяется)|пропал\w*|пропадает"
    r"|отвалил\w*|отваливается"
    r"|тормозит|медленн\w+|исчез\w*|нету?)\b"
)

HINTS: Mapping[str, Hint] = MappingProxyType(
    {
        "red_cross": Hint(
            text=Words(
                ru="красный крест на значке сети — нет линка: кабель не вставлен или повреждён, нужен выезд инженера, "
                "если только компьютер не подключён по Wi-Fi.",
                en="a red cross on the network icon means no link: the cable is unplugged or broken and an engineer must "
                "visit, unless the computer is on Wi-Fi.",
            ),
            calls=any_of(
                r"красн(?:ый|ым|ом) крест(?:ик)?(?:ом|е)?\b",
                r"(?<!без )(?<!нет )красного крест(?:ик)?а\b(?!(?: \w+){0,3} (?:нет|нету|не видно|не горит)\b)",
            ),
            # Both words with a capital inside a sentence are the organisation.
            unless=re.compile(r"[Кк]расн\w{1,12} Крест|(?:отделени|обществ|организаци)\w{1,12} \W?[Кк]расн"),
        ),
        "wi_fi": Hint(
            text=Words(
                ru="«вай-фаем» часто называют роутер: спросите, что ещё к нему подключено и работает ли там.",
                en="“my Wi-Fi” usually means a router: ask what else is connected to it and whether that works.",
            ),
            calls=any_of(rf"{_WIFI}\b(?: [\w-]+){{0,3}} {_TROUBLE}", rf"{_TROUBLE}(?: [\w-]+){{0,3}} {_WIFI}\b"),
            unless=re.compile(r"роутер|маршрутизатор|router", re.IGNORECASE),
        ),
        "tone_dialling": Hint(
            text=Words(
                ru="у нас только тоновый набор: переключите аппарат с импульсного на тоновый или нажмите перед номером *.",
                en="only tone dialling is used: switch the set over from pulse to tone, or press * before the number.",
            ),
            calls=any_of(
                r"импульсн\w+",
                r"тонов\w+ (?:набор|режим)\w*",
                r"(?:набор|режим)\w* (?:не )?тонов\w+",
                r"дисков\w+ (?:телефон|аппарат)\w*|телефон\w* с диском",
            ),
            unless=re.compile(r"импульсн\w{1,12} (?:блок|помех|источник|стабилизатор|напряж)|продаж", re.IGNORECASE),
        ),
        "manual_settings": Hint(
            text=Words(
                ru="если настройки не назначились сами, их прописывают вручную: IP-адрес, маска, шлюз, DNS-серверы.",
                en="settings that are not assigned by themselves are entered by hand: IP address, mask, gateway, DNS.",
            ),
            calls=any_of(
                r"(?:настройки|параметры|ip|ip-адрес\w*|айпи|dhcp)(?: [\w-]+){0,3} не (?:назнача\w+|назначил\w+"
                r"|присва\w+|присвоил\w+|получа\w+|получил\w+|выда\w+|подтягива\w+|приходит)",
                r"не (?:получа\w+|назнача\w+|присва\w+|выда\w+|подтягива\w+)(?: \w+){0,2} (?:настройки|ip|ip-адрес\w*"
                r"|айпи)\b",
                r"169\.254\.|неопознанн\w+ сет\w+|пропис\w+ (?:\w+ )?(?:настройки|ip|dns|шлюз|маск)\w*",
            ),
        ),
        "connectors": Hint(
            text=Words(
                ru="RJ-45 — разъём интернет-кабеля, RJ-11 (уже) — телефонного.",
                en="RJ-45 is the connector of the internet cable, RJ-11 (narrower) that of the telephone cable.",
            ),
            calls=any_of(
                r"(?:rj|рж)-? ?(?:45|11|12)\b",
                r"(?:какой|каким|куда|не тот|не подходит|перепутал\w*)(?: \w+){0,3} (?:коннектор|раз[ъь]?ем"
                r"|штекер)\w*",
                r"телефонн\w+ (?:кабель|провод|шнур)\w*(?: \w+){0,3} в (?:компьютер|роутер|ноутбук|сетев)\w*",
            ),
        ),
    }
)
