"""May this feed be acted on at all? And would this run act on too much?

An empty, old or broken feed never reads as "everybody paid" or "everybody owes": nothing is closed, nothing
raised. Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.balances import Reconciliation
from otrs_bridge.domain.billing.faults import FaultyRows
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.words import Words

_EXAMPLES = 3
_FARTHEST_ZONE = 14
_SAME_CLOCK = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedLimits:
    """`max_age` of the feed's own "as of"; `min_share` (0..1) of the last good run's rows; `max_ahead`: a
    feed from the future by more than that has a wrong clock. Where accounts have a balance, `balance_tolerance` (roubles for
    every hundred entries) is how far it may be from their sum, and `max_parted` (0..1) how many may be farther.
    """

    max_age: timedelta = timedelta(hours=24)
    min_share: Fraction = Fraction(9, 10)
    max_ahead: timedelta = timedelta(minutes=10)
    balance_tolerance: Decimal = Decimal("0.01")
    max_parted: Fraction = Fraction(1, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedFacts:
    """What is known of a feed once it has been read.

    `as_of` is its own moment, aware, None when it has none; `rows` counts accounts and entries (or sums) as
    read; `silent` services have subscribers, but not one charge or payment; `last_good_rows` is the number of
    rows of the last run that passed, None before the first one; `insane` how many rows cannot be true, and
    `faults` why. `taken_after` is a moment the feed must not be older than, such as the beginning
    of the period whose fees it has to contain. `balances`: how the entries and the balances agree, None where there are not
    both.
    """

    as_of: datetime | None
    rows: int
    silent: Sequence[Service] = ()
    last_good_rows: int | None = None
    insane: int = 0
    faults: Sequence[FaultyRows] = ()
    taken_after: datetime | None = None
    balances: Reconciliation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRefused:
    """The feed must not be acted on, for each of these reasons."""

    reasons: tuple[Words, ...]

    @property
    def words(self) -> Words:
        """The same as one part of a sentence."""
        ru, en = "; ".join(one.ru for one in self.reasons), "; ".join(one.en for one in self.reasons)
        return Words(ru=f"выгрузка биллинга не принята: {ru}", en=f"the feed of the billing is refused: {en}")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedAccepted:
    """The feed is fresh, complete and sane."""

    rows: int


FeedVerdict = FeedAccepted | FeedRefused


def judge_feed(facts: FeedFacts, *, moment: datetime, limits: FeedLimits | None = None) -> FeedVerdict:
    """Whether the feed may be acted on at `moment`, with every reason against it at once."""
    known = limits or FeedLimits()
    found = (
        _age(facts, moment, known),
        _too_early(facts),
        _completeness(facts, known),
        _silence(facts),
        _sanity(facts),
        _balances(facts.balances, known),
    )
    reasons = tuple(reason for reason in found if reason is not None)
    return FeedRefused(reasons=reasons) if reasons else FeedAccepted(rows=facts.rows)


def judged_at(moment: datetime, *, now: datetime, as_of: datetime | None) -> datetime:
    """When a feed that is read for `moment` is judged. For a day that is over it may well have been taken since: what was
    posted after that day is left out, and the feed is no feed from the future for it.
    """
    return min(now, moment if as_of is None else max(moment, as_of))


def is_over(moment: datetime, as_of: datetime | None, zone: tzinfo) -> bool:
    """Whether a feed is read for a day that was over when it was taken."""
    return as_of is not None and day_at(moment, zone) < day_at(as_of, zone)


def left_out(moment: datetime, as_of: datetime | None, zone: tzinfo) -> Words | None:
    """That a day which is over is looked at as it was, of a feed that was taken on a later one."""
    if not is_over(moment, as_of, zone):
        return None
    day = day_at(moment, zone)
    return Words(
        ru=f"день прошёл: всё, что биллинг узнал после {day:%d.%m.%Y}, не учтено",
        en=f"that day is over: what billing learnt of after {day} is left out",
    )


def _age(facts: FeedFacts, moment: datetime, limits: FeedLimits) -> Words | None:
    if facts.as_of is None:
        return Words(ru="выгрузка не говорит, на какой момент она сделана", en="the feed does not say as of when it is")
    age = moment - facts.as_of
    if age > limits.max_age:
        return Words(
            ru=f"выгрузка устарела: сделана {facts.as_of:%d.%m.%Y %H:%M %z}, предел {_hours(limits.max_age)} ч",
            en=f"the feed is old: as of {facts.as_of:%Y-%m-%d %H:%M %z}, "
            f"at most {_hours(limits.max_age)} h are allowed",
        )
    if -age > limits.max_ahead:
        zone = hours_off(facts.as_of, moment)
        ru, en = (f"; {zone[0].ru}", f"; {zone[0].en}") if zone else ("", "")
        return Words(
            ru=f"выгрузка из будущего: {facts.as_of:%d.%m.%Y %H:%M %z}, проверьте часы{ru}",
            en=f"the feed is from the future: {facts.as_of:%Y-%m-%d %H:%M %z}, check the clocks{en}",
        )
    return None


def hours_off(as_of: datetime, now: datetime) -> tuple[Words, ...]:
    """A warning when a clock that was just asked is off by whole hours: it is right, and in another time zone."""
    hours = round((now - as_of) / timedelta(hours=1))
    if not hours or abs(hours) > _FARTHEST_ZONE or abs(now - as_of - timedelta(hours=hours)) > _SAME_CLOCK:
        return ()
    words = Words(
        ru=f"as_of расходится с нашими часами ровно на {abs(hours)} ч: похоже, сервер живёт в другом часовом поясе "
        "(billing.ledger.timezone, или as_of в секундах с 1970 года)",
        en=f"as_of and our clock are exactly {abs(hours)} h apart: the server seems to be in another time zone "
        "(billing.ledger.timezone, or as_of as epoch seconds)",
    )
    return (words,)


def _too_early(facts: FeedFacts) -> Words | None:
    if facts.as_of is None or facts.taken_after is None or facts.as_of >= facts.taken_after:
        return None
    return Words(
        ru=f"выгрузка сделана до {facts.taken_after:%d.%m.%Y %H:%M}: последних оплат и начислений в ней нет",
        en=f"the feed was taken before {facts.taken_after:%Y-%m-%d %H:%M}: it lacks the last payments and charges",
    )


def _completeness(facts: FeedFacts, limits: FeedLimits) -> Words | None:
    if facts.rows <= 0:
        return Words(ru="выгрузка пуста", en="the feed is empty")
    if facts.last_good_rows is None or facts.rows >= facts.last_good_rows * limits.min_share:
        return None
    share = f"{float(limits.min_share):.0%}"
    return Words(
        ru=f"выгрузка неполна: строк {facts.rows}, в прошлый раз {facts.last_good_rows}, нужно не меньше {share}",
        en=f"the feed is not complete: {facts.rows} rows, {facts.last_good_rows} last time, at least {share} needed",
    )


def _silence(facts: FeedFacts) -> Words | None:
    if not facts.silent or facts.rows <= 0:
        return None
    ru = ", ".join({"internet": "интернету", "telephony": "телефонии"}[service] for service in facts.silent)
    return Words(
        ru=f"абоненты есть, но нет ни одного начисления и ни одной оплаты: по {ru}",
        en=f"there are subscribers, but not one charge and not one payment: {', '.join(facts.silent)}",
    )


def _sanity(facts: FeedFacts) -> Words | None:
    if not facts.insane:
        return None
    told = [fault.words for fault in facts.faults]
    ru, en = "; ".join(one.ru for one in told), "; ".join(one.en for one in told)
    return Words(ru=f"невозможных строк: {facts.insane} ({ru})", en=f"rows that cannot be true: {facts.insane} ({en})")


def _balances(found: Reconciliation | None, limits: FeedLimits) -> Words | None:
    if found is None or found.parted <= found.compared * limits.max_parted:
        return None
    share = f"{float(limits.max_parted):.0%}"
    first = [one.words for one in found.worst[:_EXAMPLES]]
    ru, en = "; ".join(one.ru for one in first), "; ".join(one.en for one in first)
    return Words(
        ru=f"{found.words.ru}, допустимо не больше {share}: записи неполны, удвоены или не те ({ru})",
        en=f"{found.words.en}, at most {share} is allowed: entries are missing, doubled or not what they say ({en})",
    )


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):g}"
