"""What happens to an account next, and when: the sentence that `billing show` ends with.

Source: docs/field-rules.md#internet, #telephony.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from otrs_bridge.domain.billing.accounts import Account, BillingRules
from otrs_bridge.domain.billing.cut_off import CutOff
from otrs_bridge.domain.billing.deadlines import last_deadline
from otrs_bridge.domain.billing.money import NOTHING, format_money
from otrs_bridge.domain.billing.period import Period, day_at
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """`pay`: `amount` roubles are expected by the day `on`, inclusive; `cut off`: on the day `on`; `held`:
    not as things stand; `nothing`: nothing is expected. `words` says it to an operator.
    """

    kind: Literal["nothing", "pay", "cut off", "held"]
    words: Words
    on: date | None = None
    amount: Decimal = NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Payable:
    """What has to be paid so that the next deadline, that of `period`, finds no debt.

    `pay_by` is the procedure's last day, inclusive; `at_last` the last one on which money still comes in
    time.
    """

    amount: Decimal
    period: Period
    pay_by: date
    at_last: date


def payable(account: Account, charged: Decimal, *, moment: datetime, rules: BillingRules) -> Payable:
    """What the account has to pay next. `charged` is what `DebtScan.payable` says; the fee to come is added
    here.
    """
    coming = last_deadline(account.service, moment, rules).plus(1)
    if account.service == "telephony":
        last = coming.day(rules.pay_by_day)
        return Payable(amount=charged, period=coming, pay_by=last, at_last=last)
    before = coming.plus(-1)
    fee = account.fee(coming) or NOTHING
    return Payable(amount=charged + fee, period=coming, pay_by=before.day(rules.pay_by_day), at_last=before.last_day)


def before_debt(account: Account, charged: Decimal, *, moment: datetime, rules: BillingRules) -> NextStep:
    """The next step of an account that owes nothing overdue."""
    expected = payable(account, charged, moment=moment, rules=rules)
    if expected.amount <= 0:
        words = Words(ru="платежей не ожидается", en="no payment is expected")
        return NextStep(kind="nothing", words=words)
    late = day_at(moment, rules.zone) > expected.pay_by
    on = expected.at_last if late else expected.pay_by
    ru, en = (format_money(expected.amount, language) for language in ("ru", "en"))
    words = Words(ru=f"оплатить {ru} до {on:%d.%m.%Y} включительно", en=f"pay {en} by {on} inclusive")
    if late:
        words = Words(
            ru=f"{words.ru}: срок был {expected.pay_by:%d.%m.%Y}, но оплата ещё успевает",
            en=f"{words.en}: the day was {expected.pay_by}, but a payment still comes in time",
        )
    return NextStep(kind="pay", words=words, on=on, amount=expected.amount)


def after_debt(amount: Decimal, end: CutOff, today: date) -> NextStep:
    """The next step of an account in debt."""
    held = Words(ru="", en="")
    if end.stop is not None:
        held = Words(ru=f": {end.stop.words.ru}", en=f": {end.stop.words.en}")
    if end.acts_on is None:
        words = Words(ru=f"отключения не будет{held.ru}", en=f"no disconnection{held.en}")
        return NextStep(kind="held", words=words, amount=amount)
    if end.acts_on == today:
        words = Words(ru="подлежит отключению сегодня", en="to be cut off today")
    else:
        words = Words(
            ru=f"отключение {end.acts_on:%d.%m.%Y}, если долг не будет оплачен{held.ru}",
            en=f"cut off on {end.acts_on} unless paid{held.en}",
        )
    return NextStep(kind="cut off", words=words, on=end.acts_on, amount=amount)
