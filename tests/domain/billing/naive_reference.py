"""The billing rules once more, the slow way: day after day, bucket by bucket, as a bookkeeper with a calendar
would.

Deliberately naive and deliberately apart: it imports nothing of the bridge and knows its own calendar, so
that a mistake in the bridge cannot hide in here. Money is whole kopecks. A day is looked at in the morning,
at six: what happened later that day is not known yet.

How it reads the rules: - Nothing exists before the ledger knows it. - A fee or a bill belongs to the day it
is dated, if the ledger learnt of it on that day or on one of the three days after it. Otherwise it came late:
it belongs to the day it was learnt of, and is asked for the next time that anything is, unless its own day is
asked for later still. What brings money in belongs to the earlier of the day it is for and the day it was
learnt of, what takes money from the subscriber to the later one. - Internet: on the 1st, before anybody can
pay, the fee of that day and everything charged during last month is asked for. What remains unpaid is a debt
from that day on. The line goes off on that 1st. - Telephony: everything charged in a month is on the bill
that is presented on the 1st of the next one. The bill is asked for when its 25th is over. What remains unpaid
is a debt from the 26th on, and the line goes off on the first working day of the next month. - Money paid
lowers first what is asked for, then what will be. - A debt lasts until nothing asked for is unpaid. It is
named after the month in which it began. - Under ten roubles nobody is cut off; the month that counts for the
cut-off is the one in which the debt last came to ten roubles or more. - On the days that a hold covers
nothing is begun. When the contract is over nothing is begun either. - What has been begun stays until the
debt it was begun for is paid. - What was struck out in a month (somebody saw it paid) is not asked for again
when the next bill is. - Who settled something one morning wrote down how much was still unpaid by what he knew then. Of
that no more is ever asked for; what he learnt of later counts as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.domain.billing.naive_calendar import MOSCOW, asks_on, day_of_cut_off, month_asked_for, morning_of

TEN_ROUBLES = 1000


@dataclass
class NaiveEntry:
    """`kind` is charge, payment, refund or correction; `kopecks` as in the ledger; moments in any zone."""

    kind: str
    kopecks: int
    dated: datetime
    posted: datetime


@dataclass
class NaiveAccount:
    """`holds` are pairs of first and last day, both held."""

    name: str
    service: str
    entries: list[NaiveEntry]
    holds: list[tuple[date, date]] = field(default_factory=list)
    last_day: date | None = None


@dataclass(frozen=True)
class Settled:
    """What was settled: `ticket` and everything asked for `until` this month, on the morning of `day`, with `left` kopecks
    unpaid; None where nobody knows the day.
    """

    ticket: tuple[int, int]
    until: tuple[int, int]
    day: date | None
    left: int = 0


@dataclass
class State:
    """What the bookkeeper's sheet says at the end of a day."""

    asked_for: int = 0  # not paid, and should have been; below zero: money that is waiting for the next bill
    this_month: int = 0  # charged this month, not presented yet
    presented: int = 0  # telephony: on the bill whose 25th has not passed
    began: tuple[int, int] | None = None
    counts_from: tuple[int, int] | None = None

    def copy(self) -> State:
        return State(self.asked_for, self.this_month, self.presented, self.began, self.counts_from)


class NaiveBookkeeper:
    """Follows one account from day to day; `look` has to be called for every day in turn."""

    def __init__(self, account: NaiveAccount, first_day: date) -> None:
        self.account = account
        self.first_day = first_day
        self.unknown = sorted(account.entries, key=lambda entry: entry.posted)
        self.by_day: dict[date, list[tuple[datetime, NaiveEntry]]] = {}
        self.sheet = State()
        self.done_until = first_day - timedelta(days=1)
        self.ticket: tuple[int, int] | None = None
        self.struck_out: set[tuple[int, int]] = set()
        self.unpaid: dict[tuple[date, int], int] = {}
        self.seen: dict[date, list[tuple[int, int]]] = {}  # what was unpaid by what was known that morning, and at most

    def look(self, today: date) -> tuple[int, tuple[int, int] | None, tuple[int, int] | None]:
        """In the morning of `today`: kopecks of debt, the month it began, the month whose ticket is open."""
        sheet = self.sheet_of(today)
        self.ticket = self.ticket_after(self.ticket, sheet, today)
        return max(sheet.asked_for, 0), sheet.began, self.ticket

    def sheet_without(self, settled: Sequence[Settled], today: date) -> State:
        """The sheet of this morning, if all this was settled. All is done again for it."""
        return self.again(self.account.entries, settled).sheet_of(today)

    def again(self, entries: Sequence[NaiveEntry], settled: Sequence[Settled]) -> NaiveBookkeeper:
        """Another sheet, of these entries, from which this was settled."""
        other = NaiveBookkeeper(replace(self.account, entries=list(entries)), self.first_day)
        for number, one in enumerate(settled):
            if one.day is None or month_asked_for(self.account.service, one.day) != one.until:
                other.struck_out.add(one.until)
            if one.day is not None:
                unpaid = self.unpaid_as_known(one.day, settled[:number])
                other.seen.setdefault(one.day, []).append((unpaid, one.left))
        return other

    def unpaid_as_known(self, day: date, settled: Sequence[Settled]) -> int:
        """What this morning's sheet said of what is asked for, by what was known then."""
        morning = morning_of(day)
        known = [entry for entry in self.account.entries if entry.posted <= morning]
        if (day, len(known)) not in self.unpaid:
            self.unpaid[day, len(known)] = self.again(known, settled).sheet_of(day).asked_for
        return self.unpaid[day, len(known)]

    def matters(self, one: Settled, before: Sequence[Settled]) -> bool:
        """Whether something has become otherwise since then: most of what was settled stays so."""
        if one.day is None or self.unpaid_as_known(one.day, before) > one.left:
            return True
        morning = morning_of(one.day)
        days = [moment_it_counts(e).astimezone(MOSCOW).date() for e in self.account.entries if e.posted > morning]
        return any(day <= one.day for day in days)

    def sheet_of(self, today: date) -> State:
        """The sheet of this morning; the days have to come one after the other."""
        morning = morning_of(today)
        self.learn(morning)
        while self.done_until < today - timedelta(days=1):
            self.done_until += timedelta(days=1)
            if asks_on(self.account.service, self.done_until):
                self.strike_out(self.sheet, self.done_until - timedelta(days=1))
            one_day(self.account.service, self.sheet, self.done_until, self.by_day.get(self.done_until, []), None)
            self.take_as_seen(self.sheet, self.done_until)
        sheet = self.sheet.copy()
        if asks_on(self.account.service, today):
            self.strike_out(sheet, today - timedelta(days=1))
        one_day(self.account.service, sheet, today, self.by_day.get(today, []), morning)
        self.take_as_seen(sheet, today)
        self.strike_out(sheet, today)
        return sheet

    def take_as_seen(self, sheet: State, day: date) -> None:
        """Of what was known on the morning of this day no more is unpaid than was written down."""
        for unpaid, most in self.seen.get(day, []):
            learnt_later = sheet.asked_for - unpaid
            known = min(unpaid, most)
            sheet.asked_for = known + learnt_later
            if known <= 0:
                month = month_asked_for(self.account.service, day)
                sheet.began = month if sheet.asked_for > 0 else None
                sheet.counts_from = month if sheet.asked_for >= TEN_ROUBLES else None
            elif sheet.asked_for < TEN_ROUBLES:
                sheet.counts_from = None

    def strike_out(self, sheet: State, day: date) -> None:
        """Where the month that was asked for last, seen from the end of this day, is struck out, nothing of it is owed."""
        if month_asked_for(self.account.service, day) in self.struck_out:
            sheet.asked_for = min(sheet.asked_for, 0)
            sheet.began = sheet.counts_from = None

    def learn(self, now: datetime) -> None:
        """Take in the entries that have become known; something about a day already done means: do it all
        again.
        """
        while self.unknown and self.unknown[0].posted <= now:
            entry = self.unknown.pop(0)
            moment = moment_it_counts(entry)
            day = moment.astimezone(MOSCOW).date()
            self.by_day.setdefault(day, []).append((moment, entry))
            if day <= self.done_until:
                self.sheet = State()
                self.done_until = self.first_day - timedelta(days=1)

    def ticket_after(self, ticket: tuple[int, int] | None, sheet: State, today: date) -> tuple[int, int] | None:
        """The month whose ticket is open after this morning's work, given the one before it."""
        if ticket is not None and (sheet.began is None or ticket < sheet.began):
            ticket = None  # paid: since then there was a day on which nothing was owed
        if ticket is None and sheet.began is not None and sheet.counts_from is not None:
            over = self.account.last_day is not None and today > self.account.last_day
            held = any(first <= today <= last for first, last in self.account.holds)
            if not over and not held and today >= day_of_cut_off(self.account.service, sheet.counts_from):
                ticket = sheet.began
        return ticket


def moment_it_counts(entry: NaiveEntry) -> datetime:
    if entry.kind == "charge":
        return entry.posted if came_late(entry) else entry.dated
    if entry.kind == "payment" or (entry.kind == "correction" and entry.kopecks < 0):
        return min(entry.dated, entry.posted)
    return max(entry.dated, entry.posted)


def came_late(entry: NaiveEntry) -> bool:
    learnt, stands_for = (moment.astimezone(MOSCOW).date() for moment in (entry.posted, entry.dated))
    return entry.kind == "charge" and (learnt - stands_for).days > 3


def is_of_an_earlier_month(entry: NaiveEntry) -> bool:
    learnt, stands_for = (moment.astimezone(MOSCOW).date() for moment in (entry.posted, entry.dated))
    return (stands_for.year, stands_for.month) < (learnt.year, learnt.month)


Happened = list[tuple[datetime, NaiveEntry]]


def one_day(service: str, sheet: State, day: date, happened: Happened, until: datetime | None) -> None:
    """What one day does to the sheet. `until` cuts the day off for money that came later; bills take the
    whole day.
    """
    month = (day.year, day.month)
    if day.day == 1:
        present_bills(service, sheet, happened)
    if service == "telephony" and day.day == 26:
        sheet.asked_for += sheet.presented
        sheet.presented = 0
    if sheet.asked_for > 0 and sheet.began is None:
        sheet.began = month
    if sheet.asked_for >= TEN_ROUBLES and sheet.counts_from is None:
        sheet.counts_from = month
    for moment, entry in happened:
        if until is None or moment <= until or entry.kind == "charge":
            book(service, sheet, day, entry)
    if sheet.asked_for <= 0:
        sheet.began = None
    if sheet.asked_for < TEN_ROUBLES:
        sheet.counts_from = None


def present_bills(service: str, sheet: State, happened: Happened) -> None:
    if service == "internet":
        sheet.asked_for += sheet.this_month
        sheet.asked_for += sum(e.kopecks for _, e in happened if e.kind == "charge" and not came_late(e))
    else:
        sheet.presented = sheet.this_month
    sheet.this_month = 0


def book(service: str, sheet: State, day: date, entry: NaiveEntry) -> None:
    if entry.kind == "payment":
        sheet.asked_for -= entry.kopecks
    elif entry.kopecks < 0:
        sheet.asked_for += entry.kopecks
    elif service == "telephony" and came_late(entry) and day.day <= 25 and is_of_an_earlier_month(entry):
        sheet.presented += entry.kopecks  # a receipt of its own: the 25th is still to come
    elif service == "telephony" or entry.kind != "charge" or day.day != 1 or came_late(entry):
        sheet.this_month += entry.kopecks
