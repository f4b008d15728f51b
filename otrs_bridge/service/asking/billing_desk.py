"""Billing as an operator asks about it: one contract explained, and the feed gate's opinion of the whole feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from otrs_bridge.domain.billing.accounts import SERVICES, Account, BillingRules, Service
from otrs_bridge.domain.billing.debt import Decision, decide
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import Fault, InsaneRow
from otrs_bridge.domain.billing.feed_gate import FeedLimits, FeedVerdict, judge_feed
from otrs_bridge.domain.billing.period import day_at, midnight, period_of_day
from otrs_bridge.domain.billing.presumed import periods_to_come, presumed_fees
from otrs_bridge.domain.billing.receipt import Receipt, receipt
from otrs_bridge.domain.billing.working_calendar import WorkingCalendar
from otrs_bridge.domain.texts.contract import DEFAULT_PREFIXES
from otrs_bridge.ports.billing import Billing, BillingFeed, ContractLedger
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.debts.ledgers import AsCharged, FeedWalk
from otrs_bridge.words import Words

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractView:
    """What there is to say about one contract on one day.

    `decisions` are those of its accounts, or the row that forbids one; `faults` forbid all of them. `presumed`:
    fees that are not charged yet are counted as the tariff promises them, for the day is still to come.
    """

    contract: str
    day: date
    as_of: datetime | None
    decisions: tuple[tuple[Account, Decision | InsaneRow], ...]
    receipt: Receipt
    faults: tuple[InsaneRow, ...]
    presumed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedCheck:
    """What was read, and the gate's verdict. `accounts` and `debtors` by service; `faults`, why rows cannot be true;
    `unmet_holds` (which hold nobody) and `doubts` refuse nothing.
    """

    source: str
    as_of: datetime | None
    accounts: Mapping[Service, int]
    debtors: Mapping[Service, int]
    rows: int
    last_good_rows: int | None
    insane: int
    faults: tuple[Fault, ...]
    verdict: FeedVerdict
    unmet_holds: tuple[Words, ...] = ()
    doubts: tuple[Words, ...] = ()

    @property
    def examples(self) -> tuple[InsaneRow, ...]:
        """The first rows of each fault."""
        return tuple(row for fault in self.faults for row in fault.examples)


@dataclass(frozen=True, kw_only=True, slots=True)
class BillingDesk:
    """Reads only. `last_good_rows` tells how many rows a reading of this name had when it last passed."""

    billing: Billing
    rules: BillingRules
    calendar: WorkingCalendar
    limits: FeedLimits
    clock: Clock
    last_good_rows: Callable[[str], int | None] = lambda _: None

    def moment(self, day: date | None) -> datetime:
        """The moment that a day is looked at: today now, any other day at its end."""
        now = self.clock.now()
        if day is None or day == day_at(now, self.rules.zone):
            return now
        return midnight(day + _ONE_DAY, self.rules.zone) - timedelta(seconds=1)

    def show(self, contract: str, day: date | None = None) -> ContractView | None:
        """One contract, on a day; None when billing does not know it. A bare number is tried with every letter."""
        moment = self.moment(day)
        found = self.billing.contract(contract)
        if not found.accounts and not found.faults and contract.isdecimal():
            others = (self.billing.contract(f"{letter}-{contract}") for letter in sorted(DEFAULT_PREFIXES))
            found = next((other for other in others if other.accounts or other.faults), found)
        return self._view(found, moment) if found.accounts or found.faults else None

    def check(self, day: date | None = None) -> FeedCheck:
        """The feed gate's verdict on the feed as it is now."""
        with self.billing.reading() as feed:
            return self._check(feed, self.moment(day))

    def _view(self, found: ContractLedger, moment: datetime) -> ContractView:
        services = [
            (account, self._entries(account, entries, found.as_of, moment)) for account, entries in found.accounts
        ]
        day = day_at(moment, self.rules.zone)
        return ContractView(
            contract=found.contract,
            day=day,
            as_of=found.as_of,
            decisions=tuple(
                (account, decide(account, entries, moment=moment, rules=self.rules, calendar=self.calendar))
                for account, entries in services
            ),
            receipt=receipt(found.contract, services, period=period_of_day(day), moment=moment, rules=self.rules),
            faults=found.faults,
            presumed=any(
                len(known) > len(entries) for (_, known), (_, entries) in zip(services, found.accounts, strict=True)
            ),
        )

    def _entries(
        self, account: Account, entries: tuple[Entry, ...], as_of: datetime | None, moment: datetime
    ) -> tuple[Entry, ...]:
        """With the fees of the periods that begin between the feed's moment and the day looked at."""
        zone = self.rules.zone
        coming = periods_to_come(as_of, now=self.clock.now(), moment=moment, zone=zone)
        return (*entries, *presumed_fees(account, entries, coming, moment=moment, zone=zone))

    def _check(self, feed: BillingFeed, moment: datetime) -> FeedCheck:
        walk = FeedWalk(feed=feed, moment=moment, rules=self.rules, by_service={one: AsCharged() for one in SERVICES})
        debtors = Counter({service: sum(1 for _ in scan.debts(rows)) for service, scan, rows in walk.services()})
        accounts = Counter(account.service for account, _ in walk.accounts())
        facts = walk.facts(last_good_rows=self.last_good_rows(feed.name))
        return FeedCheck(
            source=self.billing.name,
            as_of=facts.as_of,
            accounts=accounts,
            debtors=debtors,
            rows=facts.rows,
            last_good_rows=facts.last_good_rows,
            insane=facts.insane,
            faults=tuple(facts.faults),
            verdict=judge_feed(facts, moment=moment, limits=self.limits),
            unmet_holds=tuple(feed.unmet_holds(day_at(moment, self.rules.zone))),
            doubts=tuple(feed.doubts(self.clock.now())),
        )
