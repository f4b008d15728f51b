"""A made-up town: clients who pay early, late, in parts, too much, at midnight, through a slow bank, or not
at all.

Everything comes from one seed, so that every run sees the same town. Money is whole kopecks, moments are
aware.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 12, 31)
MONTHS = [(year, month) for year in (2024, 2025) for month in range(1, 13)]

HABITS = ("early", "on the 25th", "last minute", "around midnight", "late", "in parts", "ahead", "forgets", "gave up")
WEIGHTS = (20, 10, 8, 6, 20, 10, 6, 14, 6)


@dataclass
class MadeEntry:
    kind: str
    kopecks: int
    dated: datetime
    posted: datetime


@dataclass
class MadeAccount:
    """One service of one client. `holds` are (kind, first day, last day)."""

    name: str
    service: str
    starts: date
    ends: date | None
    entries: list[MadeEntry] = field(default_factory=list)
    holds: list[tuple[str, date, date]] = field(default_factory=list)


def town(clients: int, seed: int = 20130416) -> list[MadeAccount]:
    """The accounts of so many clients; two in three have internet, half of them telephony, some have both."""
    random = Random(seed)
    made = []
    for number in range(clients):
        services = random.choices([["internet"], ["telephony"], ["internet", "telephony"]], [45, 25, 30])[0]
        starts = _some_day(random) if random.random() < 0.25 else FIRST_DAY
        ends = _some_day(random) if random.random() < 0.12 else None
        if ends is not None and ends < starts:
            starts, ends = ends, starts
        habit = random.choices(HABITS, WEIGHTS)[0]
        made += [
            _account(random, f"Ф-{10000 + number}/{service}", service, starts, ends, habit) for service in services
        ]
    return made


def _some_day(random: Random) -> date:
    return FIRST_DAY + timedelta(days=random.randrange((LAST_DAY - FIRST_DAY).days))


def _account(random: Random, name: str, service: str, starts: date, ends: date | None, habit: str) -> MadeAccount:
    account = MadeAccount(name, service, starts, ends)
    fee = random.choice([30000, 45000, 50050, 79999, 120000])
    for year, month in MONTHS:
        first = date(year, month, 1)
        last = _end_of_month(first)
        if last < starts or (ends is not None and ends < first):
            continue
        if random.random() < 0.04:
            fee = random.choice([25000, 45000, 60000, 99900])  # another tariff from this month on
        _charge(random, account, first, last, fee)
        _pay(random, account, first, habit)
        _odd_things(random, account, first)
    _dated_back(Random(f"{name} dated back"), account)
    if habit in {"late", "forgets", "gave up"} and random.random() < 0.4:
        begin = _some_day(random)
        kind = random.choice(["promised payment", "do not cut"])
        account.holds.append((kind, begin, begin + timedelta(days=random.randrange(60))))
    return account


def _charge(random: Random, account: MadeAccount, first: date, last: date, fee: int) -> None:
    posted_late = timedelta(hours=random.choice([0, 0, 0, 3, 30]))
    if account.service == "internet":
        day = max(first, account.starts)
        dated = _moment(day, 0, 0)
        account.entries.append(MadeEntry("charge", fee, dated, dated + posted_late))
    elif random.random() < 0.9:
        dated = _moment(last, 23, 0)
        calls = random.choice([200, 950, 1000, 12345, fee])
        account.entries.append(MadeEntry("charge", calls, dated, dated + posted_late))


def _pay(random: Random, account: MadeAccount, first: date, habit: str) -> None:
    owed = sum(-e.kopecks if e.kind == "payment" else e.kopecks for e in account.entries)
    if owed <= 0 or (habit == "gave up" and random.random() < 0.9) or (habit == "forgets" and random.random() < 0.5):
        return
    # An orderly internet client pays for the coming month, too; this town's ledger is made month by month.
    amount = owed + (random.choice([0, owed]) if account.service == "internet" else 0)
    last_charge = next((e.kopecks for e in reversed(account.entries) if e.kind == "charge"), 0)
    if random.random() < 0.2 and owed > last_charge > 0:
        amount = owed - last_charge  # only what was owed before
    if habit == "ahead":
        amount *= random.randrange(1, 5)
    moments = _moments(random, first, habit)
    if random.random() < 0.1:
        amount += random.choice([-1, -300, -999, -1000, 100])
    for part, moment in enumerate(moments):
        share = amount // len(moments) + (amount % len(moments) if part == 0 else 0)
        if share > 0:
            account.entries.append(MadeEntry("payment", share, moment, moment + _bank(random)))


def _moments(random: Random, first: date, habit: str) -> list[datetime]:
    last = _end_of_month(first)
    match habit:
        case "on the 25th":
            return [_moment(first.replace(day=25), random.choice([0, 12, 23]), random.choice([0, 59]))]
        case "last minute":
            return [_moment(last, 23, random.choice([0, 58, 59]))]
        case "around midnight":
            return [_moment(last, 23, 30) + timedelta(minutes=random.randrange(60))]
        case "late" | "forgets" | "gave up":
            return [_moment(first, random.randrange(24), 0) + timedelta(days=random.randrange(1, 50))]
        case "in parts":
            return [_moment(first, 12, 0) + timedelta(days=random.randrange(28)) for _ in range(3)]
        case _:
            return [_moment(first.replace(day=random.randrange(2, 21)), random.randrange(24), 0)]


def _bank(random: Random) -> timedelta:
    return random.choice(
        [timedelta(0)] * 6 + [timedelta(hours=9), timedelta(days=2), timedelta(days=6), -timedelta(days=1)]
    )


def _odd_things(random: Random, account: MadeAccount, first: date) -> None:
    chance = random.random()
    moment = _moment(first, random.randrange(24), 0) + timedelta(days=random.randrange(28))
    later = moment + timedelta(days=random.choice([0, 0, 5, 40]))
    if chance < 0.02:
        account.entries.append(MadeEntry("refund", random.choice([5000, 50000]), moment, later))
    elif chance < 0.04:
        account.entries.append(MadeEntry("correction", -random.choice([700, 30000, 90000]), moment, later))
    elif chance < 0.06:
        account.entries.append(MadeEntry("correction", random.choice([700, 30000]), moment, later))
    elif chance < 0.08:
        account.entries.append(MadeEntry("charge", random.choice([500, 20000]), moment, moment))


def _dated_back(random: Random, account: MadeAccount) -> None:
    """What the billing people put right long after its day: bills that come late, fees of months at once, other prices.

    With dice of its own, so that the rest of the town stays as it was.
    """
    charges = [entry for entry in account.entries if entry.kind == "charge"]
    for charge in charges:
        if random.random() < 0.05:  # three days are still in time, whatever the hours
            days = random.choice([2, 3, 3, 4, 4, 5, 9, 20, 27, 45])
            charge.posted = _later(charge.dated, days, random)
        elif random.random() < 0.03:
            moment = _later(charge.dated, random.choice([3, 4, 9, 15, 30, 31, 60]), random)
            other = max(0, charge.kopecks + random.choice([-20000, -500, 900, 20000, 50000]))
            account.entries.append(MadeEntry("correction", -charge.kopecks, charge.dated, moment))
            account.entries.append(MadeEntry("charge", other, charge.dated, moment))
    if charges and random.random() < 0.15:  # came back after a while: the fees of three months in one night
        begin = random.randrange(len(charges))
        moment = _later(charges[begin : begin + 3][-1].dated, random.choice([1, 9, 24]), random)
        for charge in charges[begin : begin + 3]:
            charge.posted = moment


def _later(dated: datetime, days: int, random: Random) -> datetime:
    return _moment(dated.astimezone(MOSCOW).date() + timedelta(days=days), random.choice([0, 0, 5, 6, 12, 23]), 0)


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW)


def _end_of_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
