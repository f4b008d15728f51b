"""Billing as an operator asks about it: one contract explained, and the feed gate's opinion of the whole feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from otrs_bridge.domain.billing.accounts import SERVICES, Account, BillingRules, Service
from otrs_bridge.domain.billing.balances import Parting, parting
from otrs_bridge.domain.billing.cut_off import Stop
from otrs_bridge.domain.billing.debt import Debt, Decision, decide
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.episodes import EpisodeTicket, as_told
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.feed_gate import (
    FeedLimits,
    FeedRefused,
    FeedVerdict,
    is_over,
    judge_feed,
    judged_at,
    left_out,
)
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.ledger import balance
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import day_at, midnight, period_of_day
from otrs_bridge.domain.billing.presumed import Presumed, periods_to_come, presumed_fees
from otrs_bridge.domain.billing.receipt import Receipt, receipt
from otrs_bridge.domain.billing.scan import StandingDebt
from otrs_bridge.domain.billing.uncharged import uncharged_entries
from otrs_bridge.domain.billing.working_calendar import WorkingCalendar
from otrs_bridge.domain.job import Almanac
from otrs_bridge.domain.texts.contract import DEFAULT_PREFIXES
from otrs_bridge.ports.billing import Billing, BillingFeed, ContractLedger
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.debts.ledgers import AsCharged, FeedWalk, ServiceLedgers
from otrs_bridge.service.debts.reading import FeedReader, Line
from otrs_bridge.service.debts.when_covered import Uncharged
from otrs_bridge.service.queries.feed_check import FeedCheck
from otrs_bridge.service.queries.full_check import full_check
from otrs_bridge.words import Words

_ONE_DAY = timedelta(days=1)


def _soonest(debt: Debt) -> tuple[object, ...]:
    return debt.account.service, debt.acts_on or date.max, -debt.amount, debt.account.contract, debt.account.id


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractView:
    """What there is to say about one contract on one day.

    `decisions` are those of its accounts, or the row that forbids one; `faults` forbid all of them. `presumed`:
    fees that are not charged yet are counted as the tariff promises them, for the day is still to come. `parted`: accounts
    whose entries do not come to their balance.
    """

    contract: str
    day: date
    as_of: datetime | None
    decisions: tuple[tuple[Account, Decision | InsaneRow], ...]
    receipt: Receipt
    faults: tuple[InsaneRow, ...]
    presumed: bool
    parted: tuple[Parting, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskMemory:
    """What the jobs remember that holds lines: disconnections by line, and by key the run whose plan waits for an
    approval.
    """

    tickets: Mapping[Line, Sequence[EpisodeTicket]] = field(default_factory=dict)
    waiting: Mapping[EpisodeKey, int] = field(default_factory=dict)

    def told(self, debt: Debt) -> Debt:
        """The debt with what is known to hold its line besides billing's own holds."""
        tickets = self.tickets.get((debt.account.service, debt.account.contract), ())
        found = as_told(debt, tickets)
        run = next((run for key, run in self.waiting.items() if _is_about(key, found)), 0)
        if not run or found.stopped_by is not None:
            return found
        words = Words(
            ru=f"план ждёт одобрения: otrs-bridge jobs approve {run}",
            en=f"its plan waits for an approval: otrs-bridge jobs approve {run}",
        )
        return replace(found, stopped_by=Stop(kind="waits for approval", words=words))


def _is_about(key: EpisodeKey, debt: Debt) -> bool:
    line = (key.service, key.contract) == (debt.account.service, debt.account.contract)
    return line and key.purpose == "debt" and key.period >= debt.arose


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorList:
    """Every line in debt on one day, by service, the soonest cut-off and the greatest debt first.

    `verdict`: whether the feed may be acted on; `presumed`: fees that count although nobody has charged them yet;
    `left_out`: said of a day that is over.
    """

    day: date
    debtors: tuple[Debt, ...]
    verdict: FeedVerdict
    presumed: Presumed | None
    left_out: Words | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BillingDesk:
    """Reads only. `last_good_rows` tells how many rows a reading of this name had when it last passed, `memory` what the
    jobs know of the lines of a contract (None: of all).
    """

    billing: Billing
    rules: BillingRules
    calendar: WorkingCalendar
    limits: FeedLimits
    clock: Clock
    last_good_rows: Callable[[str], int | None] = lambda _: None
    memory: Callable[[str | None], DeskMemory] = lambda _: DeskMemory()

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

    def check(self, day: date | None = None, *, full: bool = False) -> FeedCheck:
        """The feed gate's verdict on the feed as it is now. `full`: with every row read, and compared with what is decided
        when the source leaves out who owes nothing.
        """
        moment = self.moment(day)

        def read(*, everything: bool) -> FeedCheck:
            with self.billing.reading() as feed:
                return self._check(feed, moment, full=everything)

        some = partial(read, everything=False)
        return full_check(partial(read, everything=True), some) if full else some()

    def refusal(self, day: date | None = None) -> tuple[Words, ...]:
        """Why the whole feed may not be acted on, on a day: what is said of one contract is not to be relied on then."""
        verdict = self.check(day).verdict
        return verdict.reasons if isinstance(verdict, FeedRefused) else ()

    def debtors(self, day: date | None = None) -> DebtorList:
        """Everybody who is in debt on a day; on one to come, if nobody pays any more."""
        moment, almanac = self.moment(day), Almanac(rules=self.rules, make_calendar=lambda: self.calendar)
        reader = FeedReader(
            billing=self.billing, almanac=almanac, limits=self.limits, last_good_rows=self.last_good_rows
        )
        reading = reader.debts({}, moment=moment, now=self.clock.now())
        memory = self.memory(None)
        found = [memory.told(one.decision) for one in reading.facts if isinstance(one.decision, Debt)]
        return DebtorList(
            day=day_at(moment, self.rules.zone),
            debtors=tuple(sorted(found, key=_soonest)),
            verdict=reading.verdict,
            presumed=reading.presumed,
            left_out=reading.left_out,
        )

    def _view(self, found: ContractLedger, moment: datetime) -> ContractView:
        over = not found.by_balance and is_over(moment, found.as_of, self.rules.zone)
        services = []
        for account, entries in found.accounts:
            known = self._entries(account, entries, found, moment)
            presumed = sum((one.amount for one in known[len(entries) :]), start=NOTHING)
            services.append((replace(account, balance=None) if over else account.less(presumed), known))
        day, memory = (
            day_at(moment, self.rules.zone),
            self.memory(found.accounts[0][0].contract if found.accounts else found.contract),
        )
        return ContractView(
            contract=found.contract,
            day=day,
            as_of=found.as_of,
            decisions=tuple(
                (account, self._decision(account, entries, moment, memory)) for account, entries in services
            ),
            receipt=receipt(
                found.contract,
                services,
                period=period_of_day(day),
                moment=moment,
                rules=self.rules,
                by_balance=found.by_balance,
            ),
            faults=found.faults,
            parted=() if over or found.by_balance else tuple(self._parted(found, moment)),
            presumed=any(
                len(known) > len(entries) for (_, known), (_, entries) in zip(services, found.accounts, strict=True)
            ),
        )

    def _parted(self, found: ContractLedger, moment: datetime) -> Iterator[Parting]:
        """Where the entries and the balance of an account of this contract do not agree, as both were known."""
        for account, entries in found.accounts:
            owed, rows = balance(entries, found.as_of or moment), len(entries)
            if parted := parting(account, owed, rows, self.limits.balance_tolerance):
                yield parted

    def _decision(
        self, account: Account, entries: Sequence[Entry], moment: datetime, memory: DeskMemory
    ) -> Decision | InsaneRow:
        decision = decide(account, entries, moment=moment, rules=self.rules, calendar=self.calendar)
        return memory.told(decision) if isinstance(decision, Debt) else decision

    def _entries(
        self, account: Account, entries: tuple[Entry, ...], found: ContractLedger, moment: datetime
    ) -> tuple[Entry, ...]:
        """With the fees of the periods that begin between the feed's moment and the day looked at, or that are not charged
        since the account does not cover them.
        """
        zone, now = self.rules.zone, self.clock.now()
        if self.rules.charges == "when covered" and not found.by_balance:
            return (*entries, *uncharged_entries(account, entries, now=now, moment=moment, rules=self.rules))
        coming = periods_to_come(found.as_of, now=now, moment=moment, zone=zone)
        return (*entries, *presumed_fees(account, entries, coming, moment=moment, zone=zone))

    def _check(self, feed: BillingFeed, moment: datetime, *, full: bool) -> FeedCheck:
        ledgers: dict[Service, ServiceLedgers] = {one: AsCharged() for one in SERVICES}
        if self.rules.charges == "when covered" and not feed.by_balance:
            today = day_at(moment, self.rules.zone)
            ledgers["internet"] = Uncharged(feed, today=today, through=period_of_day(today), rules=self.rules)
        walk = FeedWalk(feed=feed, moment=moment, rules=self.rules, by_service=ledgers, limits=self.limits)
        for service, scan, rows in walk.services(full=full):
            ledgers[service].read_debts(scan, rows)
        accounts, debtors, owing = Counter[Service](), Counter[Service](), dict[str, StandingDebt]()
        for account, known in walk.accounts():
            accounts[account.service] += 1
            if (debt := known.debt(account)) is not None:
                debtors[account.service] += 1
                owing[account.id] = debt
        facts = walk.facts(last_good_rows=self.last_good_rows(feed.name))
        judged = judged_at(moment, now=self.clock.now(), as_of=facts.as_of)
        past = left_out(moment, facts.as_of, self.rules.zone)
        return FeedCheck(
            source=self.billing.name,
            as_of=facts.as_of,
            accounts=accounts,
            debtors=debtors,
            owing=owing,
            rows=facts.rows,
            last_good_rows=facts.last_good_rows,
            insane=facts.insane,
            faults=tuple(facts.faults),
            verdict=judge_feed(facts, moment=judged, limits=self.limits),
            unmet_holds=tuple(feed.unmet_holds(day_at(moment, self.rules.zone))),
            doubts=(*feed.doubts(self.clock.now()), *([past] if past else ())),
            balances=facts.balances,
        )
