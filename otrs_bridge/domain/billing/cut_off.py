"""The day of the disconnection, and what holds it back.

Internet goes off on the 1st of the period in which the debt arose, telephony on the first working day of the
period after it. From that day on the disconnection is due on every day on which nothing holds it back.
Source: docs/field-rules.md#internet, #telephony, #holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold, HoldKind, Service
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.working_calendar import UnknownYear, WorkingCalendar
from otrs_bridge.words import LANGUAGES, Words

StopKind = Literal[
    "promised payment",
    "do not cut",
    "first seen in mid-month",
    "minimum debt",
    "contract ended",
    "suspended",
    "frozen",
    "covered",
    "eve of a day off",
    "no calendar",
    "settled before",
    "waits for approval",
]
HOLD_NAMES: Final[dict[HoldKind, Words]] = {
    "promised payment": Words(ru="обещанный платёж", en="promised payment"),
    "do not cut": Words(ru="отметка «не отключать»", en="marked “do not cut”"),
    "first seen in mid-month": Words(ru="долг впервые увиден в середине месяца", en="first seen in mid-month"),
}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Why a debtor is not cut off; `until` is the last day it holds, None when no end is known."""

    kind: StopKind
    words: Words
    until: date | None = None

    @property
    def mark(self) -> str:
        """Tells one stop from another across runs: `promised payment 2013-05-20`."""
        return self.kind if self.until is None else f"{self.kind} {self.until}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CutOff:
    """When the procedure wants the line off (`day`), and when it will go (`acts_on`, None: not as things
    stand).

    `acts_on` is today when the disconnection is due today. `stop` is the first thing that moves or prevents
    it.
    """

    day: date | UnknownYear | None
    acts_on: date | None
    stop: Stop | None = None


def cut_off_day(service: Service, ripe: Period, calendar: WorkingCalendar) -> date | UnknownYear:
    """The day on which a debt that arose (grew worth acting on) in `ripe` cuts the service off."""
    if service == "internet":
        return ripe.first_day
    return calendar.first_working_day(ripe.plus(1))


def cut_off(
    account: Account, *, ripe: Period | None, today: date, rules: BillingRules, calendar: WorkingCalendar
) -> CutOff:
    """What becomes of a debtor's line, seen from `today`. `ripe` None: the debt is below the minimum."""
    if account.has_ended_by(today):
        words = Words(ru="договор закончился: отключать нечего", en="the contract has ended: nothing to cut off")
        return CutOff(day=None, acts_on=None, stop=Stop(kind="contract ended", words=words))
    if ripe is None:
        return CutOff(day=None, acts_on=None, stop=_too_small(rules))
    day = cut_off_day(account.service, ripe, calendar)
    if isinstance(day, UnknownYear):
        return CutOff(day=day, acts_on=None, stop=_no_calendar(day))
    return _first_free_day(account, day, max(day, today), rules, calendar)


def _first_free_day(
    account: Account, day: date, acts_on: date, rules: BillingRules, calendar: WorkingCalendar
) -> CutOff:
    first: Stop | None = None
    while True:
        hold = _longest_hold(account.holds, acts_on)
        stop = _off(account, acts_on) or _covered(account, acts_on)
        stop = stop or (_held(hold) if hold is not None else _eve(acts_on, rules, calendar))
        if stop is None:
            return CutOff(day=day, acts_on=acts_on, stop=first)
        first = first or stop
        if stop.until is None or stop.until == date.max:  # databases write "for ever" as 9999-12-31
            return CutOff(day=day, acts_on=None, stop=first)
        acts_on = stop.until + _ONE_DAY


def _off(account: Account, day: date) -> Stop | None:
    if account.frozen_on(day):
        words = Words(
            ru="приостановлено по желанию клиента: не отключаем", en="paused at the client's wish: nobody is cut off"
        )
        return Stop(kind="frozen", words=words)
    if account.suspended_on(day):
        words = Words(
            ru="линия уже отключена за долг: отключать нечего",
            en="the line is off because of debt already: nothing to cut off",
        )
        return Stop(kind="suspended", words=words)
    return None


def _covered(account: Account, day: date) -> Stop | None:
    if account.balance is None or not account.is_covered_on(day):
        return None
    credit = account.credit_on(day)
    ru, en = (tuple(format_money(one, language) for one in (account.balance, credit)) for language in LANGUAGES)
    words = Words(ru=f"баланс в биллинге {ru[0]}", en=f"the balance in billing is {en[0]}")
    if credit:
        words = Words(ru=f"{words.ru}, кредит {ru[1]}", en=f"{words.en}, its credit {en[1]}")
    until = account.credit_until if account.balance < 0 else None
    if until is not None:
        words = Words(ru=f"{words.ru} до {until:%d.%m.%Y} включительно", en=f"{words.en} until {until} inclusive")
    words = Words(ru=f"{words.ru}: не отключаем", en=f"{words.en}: nobody is cut off")
    return Stop(kind="covered", words=words, until=until)


def _longest_hold(holds: tuple[Hold, ...], day: date) -> Hold | None:
    covering = [hold for hold in holds if hold.covers(day)]
    return max(covering, key=lambda hold: hold.until or date.max, default=None)


def _held(hold: Hold) -> Stop:
    reason = f" ({hold.reason})" if hold.reason else ""
    named = HOLD_NAMES[hold.kind]
    words = Words(ru=f"{named.ru}{reason}", en=f"{named.en}{reason}")
    if hold.until is not None:
        day = f"{hold.until:%d.%m.%Y}"
        words = Words(ru=f"{words.ru} до {day} включительно", en=f"{words.en} until {hold.until} inclusive")
    return Stop(kind=hold.kind, words=words, until=hold.until)


def _eve(day: date, rules: BillingRules, calendar: WorkingCalendar) -> Stop | None:
    if not rules.spare_eves:
        return None
    eve = calendar.is_friday_or_eve(day)
    if isinstance(eve, UnknownYear):
        return _no_calendar(eve)
    if not eve:
        return None
    words = Words(
        ru=f"{day:%d.%m.%Y} — пятница или канун выходного: в такие дни не отключаем",
        en=f"{day} is a Friday or the eve of a day off: nobody is cut off on such a day",
    )
    return Stop(kind="eve of a day off", words=words, until=day)


def _no_calendar(unknown: UnknownYear) -> Stop:
    return Stop(kind="no calendar", words=unknown.words)


def _too_small(rules: BillingRules) -> Stop:
    words = Words(
        ru=f"долг меньше {format_money(rules.minimum_debt, 'ru')}: за такой не отключаем",
        en=f"the debt is below {format_money(rules.minimum_debt, 'en')}: nobody is cut off for that",
    )
    return Stop(kind="minimum debt", words=words)
