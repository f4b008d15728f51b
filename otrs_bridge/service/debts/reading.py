"""One reading of the billing feed, for a job: what is decided about every account that owes or has a ticket.

The feed is read as a whole before anything is believed: its gate wants to know how many rows there were and which of
them cannot be true. Only the few accounts that matter are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import SERVICES, Account, Service
from otrs_bridge.domain.billing.debt import Decision, NoDebt, decide_standing
from otrs_bridge.domain.billing.episodes import EpisodeTicket
from otrs_bridge.domain.billing.feed_gate import FeedFacts, FeedLimits, FeedVerdict, judge_feed
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.next_step import before_debt
from otrs_bridge.domain.billing.period import day_at, period_at
from otrs_bridge.domain.billing.presumed import Presumed, periods_to_come
from otrs_bridge.domain.billing.reminders import Reminder, reminder
from otrs_bridge.domain.billing.scan import DebtScan, StandingDebt
from otrs_bridge.domain.job import AccountFacts, Almanac
from otrs_bridge.ports.billing import Billing, BillingFeed
from otrs_bridge.service.debts.rehearsing import Rehearsal

Line = tuple[Service, str]  # a service on a contract
Tickets = Mapping[Line, Sequence[EpisodeTicket]]


@dataclass(kw_only=True, slots=True)
class FeedReading:
    """What one reading came to. `verdict` says whether it may be acted on; `subscribers` are served on the day looked at.

    `presumed`: internet fees that nobody has charged yet, counted because the day is still to come.
    """

    verdict: FeedVerdict
    rows: int
    subscribers: Counter[Service]
    facts: list[AccountFacts] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    presumed: Presumed | None = None


@dataclass(kw_only=True, slots=True)
class _Counts:
    """Rows and doubts, as the scans tell them when they are done."""

    scans: list[DebtScan] = field(default_factory=list)
    subscribers: Counter[Service] = field(default_factory=Counter)
    accounts: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedReader:
    """Reads the feed as known at a moment. `last_good_rows` tells how many rows it had when it last passed.

    A `moment` on a later day than `now` makes a rehearsal: the fees that will be charged by then are presumed. What is to
    be acted on is read at a moment that is now, and presumes nothing.
    """

    billing: Billing
    almanac: Almanac
    limits: FeedLimits
    last_good_rows: Callable[[], int | None]

    def debts(self, tickets: Tickets, *, moment: datetime, now: datetime) -> FeedReading:
        """Decide about every account that owes or has a ticket; tickets without an account are there, undecided."""
        counts = _Counts()
        with self.billing.reading() as feed:
            rehearsal = self._rehearsal(feed, moment, now)
            owing: dict[str, StandingDebt] = {}
            for service in SERVICES:
                scan, rows = feed.ledgers(service, moment=moment, rules=self.almanac.rules)
                counts.scans.append(scan)
                if rehearsal and service == "internet":
                    rehearsal.read(scan, rows)
                else:
                    owing |= {debt.account: debt for debt in scan.debts(rows)}
            facts: list[AccountFacts] = []
            missing = dict(tickets)
            for account in self._accounts(feed, counts, moment):
                standing = owing.get(account.id)
                if rehearsal and account.service == "internet":
                    standing = rehearsal.debt(account)
                mine = tuple(missing.pop((account.service, account.contract), ())) if missing else ()
                if standing or mine:
                    facts.append(AccountFacts(decision=self._decide(account, standing, moment), tickets=mine))
            facts += [AccountFacts(decision=None, tickets=tuple(left)) for left in missing.values()]
            return self._reading(feed, counts, now, facts=facts, rehearsal=rehearsal)

    def reminders(self, *, moment: datetime, now: datetime) -> FeedReading:
        """Who still has to pay by the next pay-by day."""
        counts = _Counts()
        with self.billing.reading() as feed:
            rehearsal = self._rehearsal(feed, moment, now)
            payable: dict[str, Decimal] = {}
            for service in SERVICES:
                scan, rows = feed.ledgers(service, moment=moment, rules=self.almanac.rules)
                counts.scans.append(scan)
                if rehearsal and service == "internet":
                    payable |= rehearsal.payable(scan, rows)
                else:
                    payable |= dict(scan.payable(rows))
            found = []
            for account in self._accounts(feed, counts, moment):
                charged = payable.get(account.id, NOTHING)
                if rehearsal and account.service == "internet":
                    charged += rehearsal.uncharged(account)
                one = reminder(account, charged, moment=moment, rules=self.almanac.rules)
                if one is not None:
                    found.append(one)
            return self._reading(feed, counts, now, reminders=found, rehearsal=rehearsal)

    def _rehearsal(self, feed: BillingFeed, moment: datetime, now: datetime) -> Rehearsal | None:
        zone = self.almanac.rules.zone
        if day_at(moment, zone) <= day_at(now, zone):
            return None
        periods = periods_to_come(feed.as_of, now=now, moment=moment, zone=zone)
        return Rehearsal(feed, periods) if periods else None

    def _accounts(self, feed: BillingFeed, counts: _Counts, moment: datetime) -> Iterator[Account]:
        today = day_at(moment, self.almanac.rules.zone)
        accounts, served = 0, dict.fromkeys(SERVICES, 0)
        for account in feed.accounts():
            accounts += 1
            if account.serves_on(today):
                served[account.service] += 1
            yield account
        counts.accounts = accounts
        counts.subscribers.update(served)

    def _decide(self, account: Account, standing: StandingDebt | None, moment: datetime) -> Decision:
        rules, calendar = self.almanac.rules, self.almanac.calendar
        if standing is not None:
            return decide_standing(account, standing, moment=moment, rules=rules, calendar=calendar)
        step = before_debt(account, NOTHING, moment=moment, rules=rules)
        today = day_at(moment, rules.zone)
        return NoDebt(account=account, moment=moment, today=today, balance=NOTHING, next_step=step)

    def _reading(
        self,
        feed: BillingFeed,
        counts: _Counts,
        now: datetime,
        *,
        facts: list[AccountFacts] | None = None,
        reminders: list[Reminder] | None = None,
        rehearsal: Rehearsal | None = None,
    ) -> FeedReading:
        zone = self.almanac.rules.zone
        known = FeedFacts(
            as_of=feed.as_of,
            rows=counts.accounts + sum(scan.rows for scan in counts.scans),
            last_good_rows=self.last_good_rows(),
            insane=feed.faults.count + sum(scan.faults.count for scan in counts.scans),
            examples=(*feed.faults.first, *(row for scan in counts.scans for row in scan.faults.first)),
            taken_after=period_at(now, zone).first_moment(zone),
        )
        return FeedReading(
            verdict=judge_feed(known, moment=now, limits=self.limits),
            rows=known.rows,
            subscribers=counts.subscribers,
            facts=facts or [],
            reminders=reminders or [],
            presumed=rehearsal.presumed if rehearsal else None,
        )
