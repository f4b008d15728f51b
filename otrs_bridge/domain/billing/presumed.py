"""Fees that will be charged by a day to come: what a rehearsal takes for granted, for no ledger can know it yet.

A fee that is charged already, ahead of its day, is not presumed a second time. Telephony is charged by use: nothing can be
presumed of it. A real run presumes nothing. Source: docs/field-rules.md#internet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import Account
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.period import Period, day_at, period_at
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Presumed:
    """What a rehearsal took for granted: the internet fees of `periods`, that nobody pays any more, and that nothing is
    charged to the `without_tariff` accounts of which no tariff is known.
    """

    periods: tuple[Period, ...]
    without_tariff: int = 0

    @property
    def words(self) -> Words:
        """A sentence or two for the report."""
        ru, en = (", ".join(one.name.text(language) for one in self.periods) for language in ("ru", "en"))
        words = Words(
            ru=f"Плата за интернет, которой ещё нет в биллинге ({ru}), взята по тарифу: так будет, если больше никто "
            "не заплатит.",
            en=f"Internet fees that are not charged yet ({en}) are taken from the tariffs: so it will be if nobody pays "
            "any more.",
        )
        if not self.without_tariff:
            return words
        return Words(
            ru=f"{words.ru} Счета, тариф которых неизвестен, остались без неё: {self.without_tariff}.",
            en=f"{words.en} Accounts of which no tariff is known, and thus no fee: {self.without_tariff}.",
        )


def periods_to_come(as_of: datetime | None, *, now: datetime, moment: datetime, zone: tzinfo) -> tuple[Period, ...]:
    """The periods that begin between the feed's own moment (`as_of`, None: now) and `moment`, oldest first."""
    first = period_at(min(as_of or now, now), zone).plus(1)
    return tuple(first.plus(step) for step in range(period_at(moment, zone).number - first.number + 1))


def fees_to_come(account: Account, periods: Iterable[Period]) -> Iterator[tuple[Period, Decimal]]:
    """What the tariff promises for these periods, in roubles."""
    if account.service == "internet":
        for period in periods:
            fee = account.fee(period)
            if fee is not None:
                yield period, fee


def presumed_fees(
    account: Account, entries: Iterable[Entry], periods: Sequence[Period], *, moment: datetime, zone: tzinfo
) -> Iterator[Entry]:
    """The fees of these periods that are not among the entries known at `moment`, as entries."""
    charged = {day_at(entry.dated, zone) for entry in entries if entry.kind == "charge" and entry.known_from <= moment}
    for period, fee in fees_to_come(account, periods):
        if period.first_day not in charged:
            yield Entry(kind="charge", amount=fee, dated=period.first_moment(zone))
