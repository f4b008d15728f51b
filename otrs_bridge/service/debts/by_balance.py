"""Billing systems that tell balances and no entries: each balance as the one entry that it stands for.

So everything that decides, shows and raises works on such a feed as on any other. Since when a debt is, the journal
remembers; where it has forgotten, the keys of the tickets say it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow
from otrs_bridge.domain.billing.ledger import Row, rows_of
from otrs_bridge.domain.billing.period import Period, day_at
from otrs_bridge.domain.billing.scan import entry_scan
from otrs_bridge.domain.billing.sightings import (
    DebtSighting,
    Line,
    balance_entries,
    first_seen,
    spared_until_due,
)
from otrs_bridge.ports.billing import Billing, BillingFeed, ContractLedger, Ledgers
from otrs_bridge.ports.jobs import JobJournal, MadeTicket
from otrs_bridge.words import Words

_NO_BALANCE = Words(
    ru="нет баланса, а записей у этого биллинга нет", en="has no balance, and this billing system has no entries"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownDebts:
    """Since when each line owes, as far as it is known, which of that is `stored`, and the youngest period of each line
    whose ticket is settled.
    """

    seen: Mapping[Line, DebtSighting] = field(default_factory=lambda: MappingProxyType({}))
    stored: Collection[Line] = ()
    settled: Mapping[Line, Period] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, account: Account, moment: datetime, rules: BillingRules) -> DebtSighting:
        """Since when this account owes what it owes."""
        line = (account.service, account.contract)
        return self.seen.get(line) or first_seen(moment, rules, settled=self.settled.get(line))


def known_debts(jobs: JobJournal, contract: str | None = None) -> KnownDebts:
    """What the journal remembers, with `contract` at least of that one. Of a line that it has forgotten, the oldest ticket
    that is not settled says it.
    """
    stored = jobs.debts_seen()
    seen, settled = dict(stored), dict[Line, Period]()
    for made in jobs.made_tickets(contract):
        if made.key.purpose == "debt":
            _learn(made, seen, settled)
    return KnownDebts(seen=seen, stored=stored.keys(), settled=settled)


def _learn(made: MadeTicket, seen: dict[Line, DebtSighting], settled: dict[Line, Period]) -> None:
    line, period = (made.key.service, made.key.contract), made.key.period
    if made.settled:
        settled[line] = max(period, settled.get(line, period))
    elif line not in seen or (seen[line].at is None and period < seen[line].period):
        seen[line] = DebtSighting(period=period)


@dataclass(kw_only=True, slots=True)
class ByBalance:
    """A billing source, its balances turned into entries where it has no others; any other source stays as it is.

    `known` is asked once a reading, of one contract or (None) of all. What a reading of the whole feed has seen for the
    first time, or no longer, is in `come` and `gone` afterwards.
    """

    billing: Billing
    rules: BillingRules
    known: Callable[[str | None], KnownDebts]
    now: Callable[[], datetime]
    come: dict[Line, DebtSighting] = field(default_factory=dict)
    gone: set[Line] = field(default_factory=set)

    @property
    def name(self) -> str:
        """That of the source."""
        return self.billing.name

    @contextmanager
    def reading(self) -> Iterator[BillingFeed]:
        """One reading of the source."""
        self.come, self.gone = {}, set()
        with self.billing.reading() as feed:
            yield (
                BalanceFeed(feed=feed, known=self.known(None), now=self.now(), owner=self) if feed.by_balance else feed
            )

    def contract(self, contract: str) -> ContractLedger:
        """One contract, read afresh."""
        found = self.billing.contract(contract)
        if not found.by_balance:
            return found
        known, now = self.known(found.accounts[0][0].contract if found.accounts else contract), self.now()
        pairs = []
        for account, _ in found.accounts:
            seen = known.of(account, now, self.rules)
            pairs.append((spared_until_due(account, seen, self.rules), balance_entries(account, seen, self.rules)))
        without = (InsaneRow(account=one.id, why=_NO_BALANCE) for one, _ in found.accounts if one.balance is None)
        return replace(found, accounts=tuple(pairs), faults=(*found.faults, *without))

    def remember(self, jobs: JobJournal) -> None:
        """Keep what the last reading has seen."""
        if self.come or self.gone:
            jobs.remember_debts_seen(self.come, gone=self.gone)


@dataclass(kw_only=True, slots=True)
class BalanceFeed:
    """One reading. `as_of`, `doubts` and all the rest are the feed's own."""

    feed: BillingFeed
    known: KnownDebts
    now: datetime
    owner: ByBalance
    _faults: FaultLog = field(default_factory=FaultLog)
    _checked: bool = False

    @property
    def name(self) -> str:
        """That of the feed: balances are compared with balances."""
        return f"{self.feed.name} (balances)"

    @property
    def as_of(self) -> datetime | None:
        """The feed's own moment."""
        return self.feed.as_of

    @property
    def by_balance(self) -> bool:
        """That there are no other entries."""
        return True

    @property
    def has_balances(self) -> bool:
        """No: there is nothing to compare them with."""
        return False

    @property
    def faults(self) -> FaultLog:
        """The feed's own, and accounts without a balance."""
        found = FaultLog()
        found.add_all(self.feed.faults)
        found.add_all(self._faults)
        return found

    def accounts(self) -> Iterator[Account]:
        """Every account; what is owed and for how long is noted on the way. What an account owes that has ended says nothing
        of one of the same line that goes on.
        """
        rules, known = self.owner.rules, self.known
        today = day_at(self.now, rules.zone)
        owing, left, met, live = dict[Line, DebtSighting](), dict[Line, DebtSighting](), set[Line](), set[Line]()
        for account in self.feed.accounts():
            line = (account.service, account.contract)
            seen, ended = known.of(account, self.now, rules), account.has_ended_by(today)
            if not ended:
                live.add(line)
            if line in known.stored:
                met.add(line)
            if account.balance is None:
                if not self._checked:
                    self._faults.add(InsaneRow(account=account.id, why=_NO_BALANCE))
            elif account.balance < 0 and (line in known.seen or -account.balance >= rules.minimum_debt):
                (left if ended else owing)[line] = seen
            yield spared_until_due(account, seen, rules)
        self._checked = True
        owing |= {line: seen for line, seen in left.items() if line not in live}
        self.owner.come = {line: seen for line, seen in owing.items() if line not in known.stored}
        self.owner.gone = met - owing.keys()

    def unmet_holds(self, day: date) -> Sequence[Words]:
        """The feed's own."""
        return self.feed.unmet_holds(day)

    def doubts(self, now: datetime) -> Sequence[Words]:
        """The feed's own."""
        return self.feed.doubts(now)

    def ledgers(
        self, service: Service, *, moment: datetime, rules: BillingRules, most: Decimal | None = None
    ) -> Ledgers:
        """A row for each account of the service: its balance."""
        del most
        return Ledgers(scan=entry_scan(service, moment, rules), rows=self._rows(service, rules))

    def _rows(self, service: Service, rules: BillingRules) -> Iterable[Row]:
        for account in self.feed.accounts():
            if account.service == service:
                yield from rows_of(account.id, balance_entries(account, self.known.of(account, self.now, rules), rules))
