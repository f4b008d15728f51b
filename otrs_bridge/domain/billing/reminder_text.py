"""What the ticket with a list of reminders says to the people who work on it.

Source: docs/field-rules.md#reminders.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from otrs_bridge.domain.billing.accounts import SERVICE_NAMES, Account
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.reminders import Reminder, ReminderList
from otrs_bridge.domain.billing.ticket_text import Subscriber
from otrs_bridge.domain.otrs_limits import BODY
from otrs_bridge.domain.texts.visible import visible
from otrs_bridge.words import Language, Words

_ROOM_FOR_THE_REST = 300  # characters kept free for the sentence about who did not fit

_WHAT_TO_DO = Words(
    ru="Что сделать: напомнить об оплате (перед звонком проверить, не поступила ли она) и закрыть заявку.",
    en="What to do: remind them to pay (check for a fresh payment before calling), then close the ticket.",
)


def reminder_text(
    listed: ReminderList, who: Callable[[Account], Subscriber], *, day: date, language: Language, longest: int = BODY
) -> str:
    """The body: totals and the last day to pay, what to do, and one line per account, by contract.

    Not longer than `longest` characters: who does not fit is counted, and where the whole list is, is said. `who` is
    asked about nobody else but those who fit. `day` is that on which the list was made; `listed` is not empty.
    """
    parts = [_head(listed, day).text(language), "", _WHAT_TO_DO.text(language), ""]
    room = longest - sum(len(part) + 1 for part in parts) - _ROOM_FOR_THE_REST
    for told, reminder in enumerate(listed.reminders):
        line = _line(reminder, who(reminder.account), language)
        room -= len(line) + 1
        if room < 0:
            parts += ["", _rest(len(listed.reminders) - told, day).text(language)]
            break
        parts.append(line)
    return "\n".join(parts)


def _head(listed: ReminderList, day: date) -> Words:
    count, pay_by = len(listed.reminders), listed.reminders[0].pay_by
    name = SERVICE_NAMES[listed.service]
    return Words(
        ru=f"Услуга: {name.ru}\nОплатить до: {pay_by:%d.%m.%Y} включительно\n"
        f"Ещё не оплатили: {count}, всего {format_money(listed.total, 'ru')}\nСписок составлен: {day:%d.%m.%Y}",
        en=f"Service: {name.en}\nTo be paid by: {pay_by} inclusive\n"
        f"Not paid yet: {count}, {format_money(listed.total, 'en')} in all\nList made on: {day}",
    )


def _line(reminder: Reminder, subscriber: Subscriber, language: Language) -> str:
    told = (format_money(reminder.amount, language), subscriber.name, subscriber.address)
    return visible(f"{subscriber.contract}: {', '.join(part for part in told if part)}")


def _rest(count: int, day: date) -> Words:
    command = f"otrs-bridge jobs plan reminders --date {day}"
    return Words(
        ru=f"… и ещё {count}: здесь не поместились. Весь список: {command}",
        en=f"… and {count} more that do not fit in here. The whole list: {command}",
    )
