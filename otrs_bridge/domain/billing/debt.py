"""The decision on one account at one moment: what is owed, since when, what happens next, what holds it back.

Everything is in the arguments, so that a later look at the same facts decides the same.
Source: docs/field-rules.md#internet, #telephony, #holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from otrs_bridge.domain.billing.accounts import Account, BillingRules
from otrs_bridge.domain.billing.cut_off import Stop, cut_off
from otrs_bridge.domain.billing.deadlines import deadline, last_deadline
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.ledger import LedgerReader, balance, rows_of
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.next_step import NextStep, after_debt, before_debt
from otrs_bridge.domain.billing.overdue import Walk, walked
from otrs_bridge.domain.billing.period import Period, day_at, midnight, period_number, period_of_day
from otrs_bridge.domain.billing.row_format import rouble_rows
from otrs_bridge.domain.billing.scan import StandingDebt, entry_scan
from otrs_bridge.domain.billing.settlement import Settlement, moves
from otrs_bridge.domain.billing.working_calendar import UnknownYear, WorkingCalendar
from otrs_bridge.words import Words

_CONTRADICTED: Final = Words(
    ru="по записям биллинга долг есть, а баланс не ниже нуля, и линия отключена: проверьте оплату",
    en="by billing's entries there is a debt, yet the balance is not below zero, and the line is off: check the payment",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoDebt:
    """Nothing is overdue. `balance` in roubles: everything charged less everything paid, negative when paid
    ahead. `paid_while_off`: the period in which the debt arose that was paid while the line was switched off for it; None
    when it is not off, or not known.
    """

    account: Account
    moment: datetime
    today: date
    balance: Decimal
    next_step: NextStep
    paid_while_off: Period | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Debt:
    """Something is overdue: `amount` in roubles, above zero; paying exactly that clears it.

    `arose` is the period that names the episode and `since` the moment it began (both no later than; the debt
    is older when `began_before`). `cut_off_on` is the procedure's day, None when no disconnection is to come;
    `acts_on` the day on which it can happen, holds considered, None when it cannot; `stopped_by` what moves
    or prevents it. `settled` is what counts as paid although the ledger shows it owing, and
    `disputed` what it shows of that: see `after`.
    """

    account: Account
    moment: datetime
    today: date
    amount: Decimal
    arose: Period
    began_before: bool
    since: datetime
    cut_off_on: date | UnknownYear | None
    acts_on: date | None
    stopped_by: Stop | None
    next_step: NextStep
    standing: StandingDebt = field(repr=False)
    rules: BillingRules = field(repr=False)
    calendar: WorkingCalendar = field(repr=False)
    settled: tuple[Settlement, ...] = ()
    disputed: Decimal = NOTHING
    others: tuple[Debt, ...] = field(default=(), repr=False)  # debts of the same line, see `line`

    def after(self, settled: Collection[Settlement]) -> Decision:
        """What is decided if all that was settled was paid: about what fell due later alone."""
        later = self.standing.after(settled, self.account.service, self.rules)
        if later is None:
            step = before_debt(self.account, NOTHING, moment=self.moment, rules=self.rules)
            return NoDebt(account=self.account, moment=self.moment, today=self.today, balance=NOTHING, next_step=step)
        found = decide_standing(self.account, later, moment=self.moment, rules=self.rules, calendar=self.calendar)
        return replace(found, settled=tuple(settled), disputed=self.amount - later.amount)

    @property
    def due(self) -> bool:
        """Whether the disconnection is due today: its day has come and nothing holds it back."""
        return self.acts_on == self.today

    @property
    def contradicted(self) -> Words | None:
        """What to tell of a line that is off for this debt when billing's own balance, without any credit, owes nothing."""
        return None if self.account.balance is None or self.account.balance < 0 else _CONTRADICTED

    @property
    def period(self) -> Period:
        """The period that `moment` lies in."""
        return period_of_day(self.today)


Decision = NoDebt | Debt


def decide_standing(
    account: Account,
    standing: StandingDebt,
    *,
    moment: datetime,
    rules: BillingRules,
    calendar: WorkingCalendar,
) -> Debt:
    """The decision on an account that a scan found to owe."""
    today = day_at(moment, rules.zone)
    end = cut_off(account, ripe=standing.ripe, today=today, rules=rules, calendar=calendar)
    return Debt(
        account=account,
        moment=moment,
        today=today,
        amount=standing.amount,
        arose=standing.arose,
        began_before=standing.began_before,
        since=deadline(account.service, standing.arose, rules),
        cut_off_on=end.day,
        acts_on=end.acts_on,
        stopped_by=end.stop,
        next_step=after_debt(standing.amount, end, today),
        standing=standing,
        rules=rules,
        calendar=calendar,
    )


def paid_while_off(
    account: Account, entries: Iterable[Entry], *, moment: datetime, rules: BillingRules
) -> Period | None:
    """Of a line that is off because of debt and owes nothing: the period in which the debt arose that it has paid.

    Where billing tells since when the line is off, whatever was paid from that day on counts. Where it says yes alone, what
    was paid in this period or the one before: an older debt is not why the line is off today.
    """
    if not account.suspended_on(day_at(moment, rules.zone)):
        return None
    known = list(entries)
    walk = _walk_to(account, known, moment, rules)
    if walk.arose is not None or walk.over is None:
        return None
    arose, paid = walk.over
    since = account.suspended
    if isinstance(since, bool):
        return period_number(arose) if paid >= last_deadline(account.service, moment, rules).number - 1 else None
    # A day has no hour: who paid on that very day paid a line that was off, and is asked for rather once too often.
    morning, evening = (midnight(day, rules.zone) for day in (since, since + timedelta(days=1)))
    before = [one for one in known if one.counts_from(rules) < (morning if one.effect < 0 else evening)]
    off = last_deadline(account.service, evening - timedelta(seconds=1), rules)
    owed_then = _walk_to(account, before, moment, rules, off).arose is not None
    return period_number(arose) if paid > off.number or owed_then else None


def _walk_to(
    account: Account, entries: Iterable[Entry], moment: datetime, rules: BillingRules, through: Period | None = None
) -> Walk:
    last = through or last_deadline(account.service, moment, rules)
    reader = LedgerReader(service=account.service, moment=moment, through=last, rules=rules, rows=rouble_rows())
    return walked(*reader.sums(rows_of(account.id, entries)), reader.minimum)


def decide(
    account: Account,
    entries: Iterable[Entry],
    *,
    moment: datetime,
    rules: BillingRules,
    calendar: WorkingCalendar,
) -> Decision | InsaneRow:
    """The decision on one account from all its entries, in any order; those not known at `moment` are not
    looked at.

    An entry that cannot be true gives the InsaneRow instead: nothing is decided on it.
    """
    known = list(entries)
    rows = rows_of(account.id, known)
    scan = entry_scan(account.service, moment, rules)
    standing = next(scan.debts(rows), None)
    if scan.faults.first:
        return scan.faults.first[0]
    if standing is not None:
        standing = replace(standing, moves=moves(account.service, known, moment, rules))
        return decide_standing(account, standing, moment=moment, rules=rules, calendar=calendar)
    charged = next(entry_scan(account.service, moment, rules).payable(rows), (account.id, NOTHING))[1]
    return NoDebt(
        account=account,
        moment=moment,
        today=day_at(moment, rules.zone),
        balance=balance(known, moment),
        next_step=before_debt(account, charged, moment=moment, rules=rules),
        paid_while_off=paid_while_off(account, known, moment=moment, rules=rules),
    )
