"""What the bridge's billing tickets say to the people who work on them.

Source: docs/field-rules.md#episodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from otrs_bridge.domain.billing.accounts import SERVICE_NAMES, BillingRules, Service
from otrs_bridge.domain.billing.cut_off import Stop
from otrs_bridge.domain.billing.deadlines import deadline
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import EpisodeTicket
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.domain.billing.receipt import Receipt
from otrs_bridge.domain.texts.visible import visible
from otrs_bridge.words import LANGUAGES, Language, Words

_UNKNOWN = Words(ru="не указано", en="not known")

_BY_BILLING = Words(ru="без заявки, биллингом", en="none, by billing itself")

_CUT_OFF: dict[Service, Words] = {
    "internet": Words(
        ru="Проверить, не поступила ли оплата, и отключить интернет за неуплату (плата продолжает "
        "начисляться). После отключения закрыть заявку: после оплаты мост создаст заявку на включение.",
        en="Check for a fresh payment, then switch the internet off for non-payment (the fee goes on being "
        "charged). Then close the ticket: once the debt is paid, the bridge raises one to switch on again.",
    ),
    "telephony": Words(
        ru="Проверить, не поступила ли оплата, и отключить телефон за неуплату. "
        "После отключения закрыть заявку: когда долг оплатят, мост создаст заявку на включение.",
        en="Check for a fresh payment, then switch the telephone line off for non-payment. "
        "Then close the ticket: once the debt is paid, the bridge raises one to switch on again.",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """Whom a ticket is about, as the client directory knows them; "" for what it does not know."""

    contract: str
    name: str = ""
    address: str = ""


def disconnection_text(
    subscriber: Subscriber, debt: Debt, paper: Receipt, *, rules: BillingRules, language: Language
) -> str:
    """The body of a disconnection ticket."""
    since = day_at(debt.since, rules.zone)
    facts = [
        *_who(subscriber, debt.account.service),
        (Words(ru="Долг", en="Debt"), _money(debt)),
        (Words(ru="Долг возник", en="Debt since"), _same(f"{_day(since, language)} ({debt.arose})")),
    ]
    if isinstance(debt.cut_off_on, date):
        facts.append((Words(ru="Отключение с", en="Cut off from"), _same(_day(debt.cut_off_on, language))))
    if debt.disputed:
        facts.append(
            (
                Words(
                    ru="Кроме того, в биллинге снова долг, закрытый как оплаченный", en="Besides, once settled as paid"
                ),
                Words(ru=format_money(debt.disputed, "ru"), en=format_money(debt.disputed, "en")),
            )
        )
    return "\n\n".join(
        [
            _table(facts, language),
            paper.text(language),
            _to_do(_CUT_OFF[debt.account.service], language),
        ]
    )


Cleared = Literal["paid", "corrected", "both", "even"]
"""How a debt went away: by payments, without any (billing corrected it, or charges it later), by some of each, or nobody
knows, for billing tells its balance alone."""

_CLEARED: dict[Cleared, Words] = {
    "paid": Words(ru="Долг оплачен полностью", en="The debt is paid in full"),
    "corrected": Words(
        ru="Долга в биллинге больше нет: его исправили или перенесли, оплаты не было",
        en="Billing shows no debt any more: it was corrected or put off, nobody paid",
    ),
    "even": Words(
        ru="Баланс в биллинге больше не ниже нуля, долга нет",
        en="The balance in billing is not below zero any more, there is no debt",
    ),
    "both": Words(
        ru="Долга в биллинге больше нет: часть оплачена, остальное исправлено или перенесено",
        en="Billing shows no debt any more: part of it was paid, the rest corrected or put off",
    ),
}
_GONE: dict[Cleared, Words] = {
    **dict.fromkeys(
        ("corrected", "both", "even"), Words(ru="Долга больше нет, возник", en="No longer owed: the debt of")
    ),
    "paid": Words(ru="Оплачен долг, возникший", en="Paid: the debt of"),
}


def how_cleared(entries: Iterable[Entry], key: EpisodeKey, moment: datetime, rules: BillingRules) -> Cleared:
    """How the debt with this key went away, by what the ledger learnt since it arose."""
    arose = deadline(key.service, key.period, rules)
    since = [one for one in entries if arose <= one.known_from <= moment and one.effect < 0]
    paid = any(one.kind == "payment" for one in since)
    if not paid:
        return "corrected"
    return "paid" if all(one.kind == "payment" for one in since) else "both"


def reconnection_text(
    subscriber: Subscriber, settled: EpisodeTicket | EpisodeKey, *, language: Language, cleared: Cleared = "paid"
) -> str:
    """The body of a reconnection ticket; `settled` is the disconnection that it takes back, or the ticket's own key where
    billing itself had switched the line off.
    """
    key = settled if isinstance(settled, EpisodeKey) else settled.key
    off = key.title if isinstance(settled, EpisodeTicket) else ""
    facts = [
        *_who(subscriber, key.service),
        (_GONE[cleared], key.period.name),
        (Words(ru="Отключение было по заявке", en="Disconnected by the ticket"), _same(off) if off else _BY_BILLING),
    ]
    gone = _CLEARED[cleared]
    what = Words(
        ru=f"{gone.ru}. Включить услугу и закрыть заявку.", en=f"{gone.en}. Switch the service on and close the ticket."
    )
    return "\n\n".join([_table(facts, language), _to_do(what, language)])


def growth_note(debt: Debt, paper: Receipt, *, language: Language) -> str:
    """The internal note with which a ticket learns that its debt has grown."""
    said = Words(
        ru=f"Долг вырос и составляет {format_money(debt.amount, 'ru')}.",
        en=f"The debt has grown and is now {format_money(debt.amount, 'en')}.",
    )
    return f"{said.text(language)}\n\n{paper.text(language)}"


def paid_note(*, language: Language, cleared: Cleared = "paid") -> str:
    """The internal note with which a ticket is closed whose debt is gone."""
    gone = _CLEARED[cleared]
    return Words(
        ru=f"{gone.ru}, отключать не нужно. Заявка закрыта.",
        en=f"{gone.en}, there is nothing to cut off. The ticket is closed.",
    ).text(language)


def paid_notes() -> tuple[str, ...]:
    """Every such note, in every language."""
    return tuple(paid_note(language=language, cleared=cleared) for cleared in _CLEARED for language in LANGUAGES)


def again_note(*, language: Language) -> str:
    """The internal note that says that a settled ticket is at work again."""
    return Words(
        ru="Долг снова есть: заявка снова в работе.",
        en="There is a debt again: the ticket is at work again.",
    ).text(language)


def stop_note(stop: Stop, *, language: Language) -> str:
    """The internal note that warns the reader of an open ticket not to cut the line."""
    return Words(ru=f"Сейчас не отключать: {stop.words.ru}.", en=f"Do not cut off for now: {stop.words.en}.").text(
        language
    )


def _who(subscriber: Subscriber, service: Service) -> list[tuple[Words, Words]]:
    return [
        (Words(ru="Договор", en="Contract"), _same(subscriber.contract)),
        (Words(ru="Клиент", en="Client"), _same(subscriber.name) if subscriber.name else _UNKNOWN),
        (Words(ru="Адрес", en="Address"), _same(subscriber.address) if subscriber.address else _UNKNOWN),
        (Words(ru="Услуга", en="Service"), SERVICE_NAMES[service]),
    ]


def _money(debt: Debt) -> Words:
    return Words(ru=format_money(debt.amount, "ru"), en=format_money(debt.amount, "en"))


def _same(text: str) -> Words:
    return Words(ru=text, en=text)


def _day(day: date, language: Language) -> str:
    return f"{day:%d.%m.%Y}" if language == "ru" else day.isoformat()


def _table(facts: list[tuple[Words, Words]], language: Language) -> str:
    return "\n".join(f"{name.text(language)}: {visible(value.text(language))}" for name, value in facts)


def _to_do(what: Words, language: Language) -> str:
    return f"{Words(ru='Что сделать', en='What to do').text(language)}: {what.text(language)}"
