"""Entries that a feed has from after its own moment: they are not counted yet, which somebody has to be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from otrs_bridge.billing.values import ROWS
from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.faults import is_believable
from otrs_bridge.domain.billing.ledger import LaterRows
from otrs_bridge.domain.billing.scan import DebtScan, entry_scan
from otrs_bridge.words import Words

_WHILE_READING: Final = timedelta(minutes=10)  # where the database sees no one moment, entries go on coming


class LaterEntries:
    """Makes the scans of one reading, and tells what they met from after `as_of`."""

    def __init__(self) -> None:
        """Nothing scanned yet."""
        self._met: dict[Service, LaterRows] = {}
        self._zone: tzinfo = UTC

    def scan(self, service: Service, *, moment: datetime, rules: BillingRules, as_of: datetime | None) -> DebtScan:
        """A scan over entries as the sources write them."""
        if as_of is None:
            return entry_scan(service, moment, rules, ROWS)
        self._zone = rules.zone
        self._met[service] = LaterRows(beyond=ROWS.moment(max(as_of + _WHILE_READING, moment)))
        return entry_scan(service, moment, rules, ROWS, later=self._met[service])

    def doubts(self) -> tuple[Words, ...]:
        """How many there are and the first; complete when the scans are."""
        first = next((later.first for later in self._met.values() if later.first), None)
        if first is None or not is_believable(first[2]):  # such a moment refuses the feed by name
            return ()
        account, kind, known = first
        count = sum(later.count for later in self._met.values())
        when = f"{datetime.fromtimestamp(known, self._zone):%Y-%m-%d %H:%M}"
        return (
            Words(
                ru=f"записей из будущего, позже самих данных: {count}, они ещё не учтены; первая: {account}, {kind}, {when}",
                en=f"entries from the future, later than the data itself: {count}, not counted yet;"
                f" the first: {account}, {kind}, {when}",
            ),
        )
