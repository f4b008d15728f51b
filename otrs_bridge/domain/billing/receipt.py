"""The receipt of a contract for one period, as a value.

For period P it shows, per service: what was owed when P-1 began, what was paid and charged during P-1, and,
for internet, the prepayment for P; telephony on it is that of P-1. What came in since P began stands below
the line, with what is not due yet, so that the last sum of a receipt is today's debt. Source: docs/field-rules.md#receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import SERVICE_NAMES, Account, BillingRules, Service
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.ledger import not_due
from otrs_bridge.domain.billing.money import NOTHING, format_money
from otrs_bridge.domain.billing.period import Period, day_at, period_of_day
from otrs_bridge.words import Language, Words


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptLine:
    """One service of a receipt; roubles, owed is positive. `brought_forward` negative: paid ahead.

    `corrections` are refunds and corrections of the previous month, signed. `prepayment` is the fee of the
    current month, `presumed` when it comes from the tariff because the month is still to come: once it has begun, the
    ledger alone tells what is owed. `paid_since` and `charged_since` are what happened after the current month began
    (`charged_since`: charges other than its fee, refunds, corrections). `not_due` is what of all that is due at a
    deadline to come. `by_balance`: billing tells its balance and nothing else, so that is all there is to show; `seen` is
    the period in which that debt was first seen.
    """

    service: Service
    brought_forward: Decimal
    payments: Decimal
    charges: Decimal
    corrections: Decimal
    prepayment: Decimal
    presumed: bool
    paid_since: Decimal
    charged_since: Decimal
    not_due: Decimal
    by_balance: bool = False
    seen: Period | None = None

    @property
    def total(self) -> Decimal:
        """What the receipt asks for; negative: paid ahead."""
        return self.brought_forward - self.payments + self.charges + self.corrections + self.prepayment

    @property
    def now(self) -> Decimal:
        """What is left of it today, with everything that happened since."""
        return self.total - self.paid_since + self.charged_since

    @property
    def overdue(self) -> Decimal:
        """The debt: what is left now and was due already; not above zero where nothing is."""
        return self.now - self.not_due


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The receipt of `contract` for `period`, one line per service."""

    contract: str
    period: Period
    lines: tuple[ReceiptLine, ...]

    @property
    def total(self) -> Decimal:
        """What all services together ask for."""
        return sum((line.total for line in self.lines), start=NOTHING)

    @property
    def debt(self) -> Decimal:
        """What all services together owe that was due already."""
        return sum((max(line.overdue, NOTHING) for line in self.lines), start=NOTHING)

    def text(self, language: Language) -> str:
        """The receipt as plain text, without a line break at the end."""
        title = receipt_title(self.contract, self.period)
        return "\n".join([title.text(language), *(row for line in self.lines for row in _rows(line, language))])


def receipt_title(contract: str, period: Period) -> Words:
    """The first line of a receipt: whatever it says of money, there is one for each contract and period."""
    return Words(
        ru=f"Квитанция за {period.name.ru}, договор {contract}",
        en=f"Receipt for {period.name.en}, contract {contract}",
    )


def receipt(
    contract: str,
    services: Iterable[tuple[Account, Iterable[Entry]]],
    *,
    period: Period,
    moment: datetime,
    rules: BillingRules,
    by_balance: bool = False,
) -> Receipt:
    """The receipt for `period` from the entries, in any order, that the ledger knows at `moment`.

    `services` are the accounts of the contract with their entries; the lines come in the same order. `by_balance`: these
    entries stand for balances.
    """
    found = [(_line(account, entries, period, moment, rules), entries) for account, entries in services]
    if by_balance:
        found = [(replace(line, by_balance=True, seen=_seen(entries, rules)), entries) for line, entries in found]
    return Receipt(contract=contract, period=period, lines=tuple(line for line, _ in found))


_BROUGHT_FORWARD = Words(ru="задолженность", en="debt brought forward")
_PAID_AHEAD = Words(ru="переплата", en="paid ahead")
_PREPAYMENT = Words(ru="предоплата за текущий месяц", en="prepayment for the current month")
_PRESUMED = Words(ru="предоплата за текущий месяц (по тарифу)", en="prepayment for the current month (by tariff)")
_BEFORE, _PREVIOUS, _CURRENT = range(3)


def _line(
    account: Account, entries: Iterable[Entry], period: Period, moment: datetime, rules: BillingRules
) -> ReceiptLine:
    sums: dict[tuple[int, str], Decimal] = {}
    known = [entry for entry in entries if entry.known_from <= moment]
    for entry in known:
        key = _column(account.service, entry, period, rules)
        sums[key] = sums.get(key, NOTHING) + entry.effect

    def of(time: int, column: str) -> Decimal:
        return sums.get((time, column), NOTHING)

    to_come = moment < period.first_moment(rules.zone) and (_CURRENT, "fee") not in sums
    tariff = account.fee(period) if account.service == "internet" and to_come else None
    return ReceiptLine(
        service=account.service,
        brought_forward=sum((amount for (time, _), amount in sums.items() if time == _BEFORE), start=NOTHING),
        payments=-of(_PREVIOUS, "payment"),
        charges=of(_PREVIOUS, "charge") + of(_PREVIOUS, "fee"),
        corrections=of(_PREVIOUS, "correction"),
        prepayment=of(_CURRENT, "fee") if tariff is None else tariff,
        presumed=tariff is not None,
        paid_since=-of(_CURRENT, "payment"),
        charged_since=of(_CURRENT, "charge") + of(_CURRENT, "correction"),
        not_due=not_due(account.service, known, moment, rules),
    )


def _seen(entries: Iterable[Entry], rules: BillingRules) -> Period | None:
    """Since when the balance is below zero, which is the day that its entry has."""
    return next((period_of_day(day_at(entry.dated, rules.zone)) for entry in entries if entry.effect > 0), None)


def _column(service: Service, entry: Entry, period: Period, rules: BillingRules) -> tuple[int, str]:
    day = day_at(entry.counts_from(rules), rules.zone)
    lag = period.number - period_of_day(day).number
    if lag > 1 or entry.kind == "opening":
        return _BEFORE, ""
    time = _CURRENT if lag <= 0 else _PREVIOUS
    match entry.kind:
        case "payment":
            return time, "payment"
        case "charge":
            fee = service == "internet" and day.day == 1 and lag >= 0 and not entry.is_late(rules)
            return time, "fee" if fee else "charge"
        case "refund" | "correction":
            return time, "correction"


def _balance_rows(line: ReceiptLine, language: Language) -> list[str]:
    owed = Words(ru="долг по балансу биллинга", en="debt by billing's balance")
    ahead = Words(ru="на балансе в биллинге", en="on the balance in billing")
    rows = [f"  {(owed if line.now > 0 else ahead).text(language)}: {format_money(abs(line.now), language)}"]
    if line.seen is not None:
        seen = Words(ru=f"впервые увиден: {line.seen.name.ru}", en=f"first seen: {line.seen.name.en}")
        rows.append(f"  {seen.text(language)}")
    if line.prepayment and line.presumed:
        rows.append(f"  {_PRESUMED.text(language)}: {format_money(line.prepayment, language)}")
    told = Words(ru="начислений и оплат биллинг не сообщает", en="billing tells neither charges nor payments")
    return [f"{SERVICE_NAMES[line.service].text(language)}:", *rows, f"  {told.text(language)}"]


def _rows(line: ReceiptLine, language: Language) -> list[str]:
    if line.by_balance:
        return _balance_rows(line, language)
    internet = line.service == "internet"
    since = bool(line.paid_since or line.charged_since)
    owed = line.brought_forward > 0
    rows = [  # label, amount, whether it is shown even when it is nothing
        (_BROUGHT_FORWARD if owed else _PAID_AHEAD, abs(line.brought_forward), False),
        (Words(ru="оплачено в прошлом месяце", en="paid in the previous month"), line.payments, True),
        (Words(ru="начислено за прошлый месяц", en="charged for the previous month"), line.charges, True),
        (Words(ru="возвраты и корректировки", en="refunds and corrections"), line.corrections, False),
        (_PRESUMED if line.presumed else _PREPAYMENT, line.prepayment, internet),
        (Words(ru="итого по квитанции", en="total of the receipt"), line.total, True),
        (Words(ru="оплачено с начала месяца", en="paid since the month began"), line.paid_since, False),
        (Words(ru="прочее с начала месяца", en="other since the month began"), line.charged_since, False),
        (Words(ru="остаётся сейчас", en="left now"), line.now if since else NOTHING, since),
        (Words(ru="из этого срок ещё не наступил", en="of it not due yet"), line.not_due, False),
        (Words(ru="из этого долг", en="of it in debt"), max(line.overdue, NOTHING) if line.not_due else NOTHING, False),
    ]
    return [f"{SERVICE_NAMES[line.service].text(language)}:"] + [
        f"  {label.text(language)}: {format_money(amount, language)}"
        for label, amount, always in rows
        if amount or always
    ]
