"""A phone that does not work: whether a ticket is about one, and what it has to say. Source:
docs/field-rules.md#phone-fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from otrs_bridge.domain.category import TELEPHONY, categories_of
from otrs_bridge.domain.client import Found
from otrs_bridge.domain.client_type import company_in, company_of_sender
from otrs_bridge.domain.clue import Source
from otrs_bridge.domain.dialect import Categories
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.texts.ticket_text import any_of, text_of
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.words import Words

CHECKLIST: Mapping[str, Words] = MappingProxyType(
    {
        "what": Words(ru="что именно не так", en="what exactly is wrong"),
        "address": Words(ru="точный адрес", en="the exact address"),
        "number": Words(ru="номер, который не работает", en="the number that does not work"),
        "name": Words(ru="ФИО абонента", en="the subscriber's full name"),
        "contact": Words(ru="контактный телефон, лучше мобильный", en="a contact number, better a mobile"),
    }
)


def speaks_of_phone_fault(ticket: Ticket, reading: Categories) -> bool:
    """Whether the text says that a city phone does not work, in part or at all."""
    if not TELEPHONY.isdisjoint(categories_of(ticket, reading)):
        return True
    return any(_DEAD.search(clause) and not _NOT_OURS.search(clause) for clause in text_of(ticket).clauses)


def missing_of_phone_fault(facts: Facts) -> tuple[str, ...]:
    """What of the checklist neither the ticket says nor the directory knows; in doubt it is said."""
    return tuple(item for item, is_told in _TOLD.items() if not is_told(facts))


def _what_is_told(facts: Facts) -> bool:
    if not TELEPHONY.isdisjoint(categories_of(facts.ticket, facts.dialect.categories)):
        return True
    return _SYMPTOM.search(text_of(facts.ticket).plain) is not None


def _address_is_told(facts: Facts) -> bool:
    return bool(facts.clues.addresses) or (isinstance(facts.client, Found) and bool(facts.client.client.address_text))


def _name_is_told(facts: Facts) -> bool:
    known = isinstance(facts.client, Found) and bool(facts.client.client.name)
    return bool(facts.clues.name) or known or bool(company_in(facts.ticket.customer.user) or company_of_sender(facts))


def _number_is_told(facts: Facts) -> bool:
    mobiles, others = _numbers(facts)
    return others > 0 or mobiles > 1


def _contact_is_told(facts: Facts) -> bool:
    mobiles, others = _numbers(facts)
    return mobiles > 0 or others > 1


def _numbers(facts: Facts) -> tuple[int, int]:
    """How many mobile and how many other numbers are known. A local number is read here without its area code.

    A number in the customer line does not count beside a found client: the line gives way to him.
    """
    found = isinstance(facts.client, Found)
    phones = {clue.value.e164 for clue in facts.clues.phones if not (found and clue.source is Source.CUSTOMER)}
    if isinstance(facts.client, Found):
        phones |= {phone.e164 for phone in facts.client.client.phones}
    mobiles = sum(phone.startswith("+79") for phone in phones)
    plain = text_of(facts.ticket).plain
    local = {re.sub(r"\D", "", found[1] or found[2]) for found in _LOCAL.finditer(plain)}
    unread = [number for number in local if not any(phone.endswith(number) for phone in phones)]
    return mobiles, len(phones) - mobiles + len(unread)


_TOLD: Mapping[str, Callable[[Facts], bool]] = MappingProxyType(
    {
        "what": _what_is_told,
        "address": _address_is_told,
        "number": _number_is_told,
        "name": _name_is_told,
        "contact": _contact_is_told,
    }
)

_PHONE = r"(?:(?:городской|домашний|стационарный|рабочий|дом|гор)\.? )?(?:телефон|тлф|тел)\b\.?"
# Still the same phone.
_GAP = r"(?: (?!не\b|есть\b|работа|интернет|инет|тв\b|телев|мобил|сотов|для|контакт|связи)[\w№-]+){0,4}"
_WHERE = r"(?: (?:у|с|меня|нас|клиента|абонента|утра|вчера|сегодня|опять|снова|интернет|и|тв)){0,4}"
_DEAD = any_of(
    rf"(?<!на )(?<!для ){_PHONE}(?: и (?:интернет|инет|тв|телевидение))?{_GAP}"
    r" (?:не ?(?:работает|работают|раб|звонит|функционирует|включается)|молчит|отключился"
    r"|перестал работать|глухой|сломался"
    r"|пропал|замолчал|мертвый|отрубился|вырубился)\b",
    rf"(?:не ?(?:работает|раб)|перестал работать|отключился|замолчал|молчит){_WHERE} {_PHONE}"
    r"(?! (?:поддерж|горяч|доверия|для))",
    r"телефони[яи](?: \w+){0,2} не работает\b",
    r"не работает(?: \w+)? телефония\b",
    r"телефонная лини\w(?: \w+){0,2} (?:не работает|молчит|оборвана)\b",
    r"городской(?: номер)?(?: [\w-]+){0,3} не (?:работает|звонит)\b",
)
_NOT_OURS = any_of(r"(?:мобильн|сотов|смартфон|айфон|iphone|android|андроид|горяч|поддержк|диспетчер|справочн)\w*")
_SYMPTOM = re.compile(
    r"гуд[ко]|тишин|\bшум|треск|трещ|помех|\bфонит|слыш|входящ|исходящ|дозв|(?<!пере)звон|вызов|обрыв|занято|набор"
    r"|набира|импульс|тонов"
    r"|кабел|провод|розетк|трубк|индикатор|лампочк|линк|шлюз|авари"
)
_LOCAL = re.compile(
    r"(?<![\d-])(\d{1,3}-\d\d-\d\d)(?![\d-])|\b(?:номер\w{0,2}|тел|телефон\w{0,2}|т)\.?:? ?(?:№ ?)?(\d{5,7})(?!\d)"
)
