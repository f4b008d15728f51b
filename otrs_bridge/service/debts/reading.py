"""One reading of the billing feed, for a job: what is decided about every account that owes or has a ticket.

The feed is read as a whole before anything is believed: its gate wants to know how many rows there were and which of
them cannot be true. Only the few accounts that matter are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from otrs_bridge.domain.billing.accounts import SERVICES, Account, Service
from otrs_bridge.domain.billing.debt import Debt, Decision, NoDebt, decide_standing, paid_while_off
from otrs_bridge.domain.billing.episodes import OVER, EpisodeTicket
from otrs_bridge.domain.billing.feed_gate import FeedLimits, FeedVerdict, judge_feed, judged_at, left_out
from otrs_bridge.domain.billing.line import decision_of_line
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.next_step import before_debt
from otrs_bridge.domain.billing.period import day_at, period_at
from otrs_bridge.domain.billing.presumed import Presumed, periods_to_come
from otrs_bridge.domain.billing.reminders import Reminder, reminder
from otrs_bridge.domain.billing.scan import StandingDebt
from otrs_bridge.domain.billing.settlement import moves
from otrs_bridge.domain.job import Almanac, LineFacts
from otrs_bridge.ports.billing import Billing, BillingFeed, FeedSize
from otrs_bridge.service.debts.ledgers import AsCharged, FeedWalk, ServiceLedgers
from otrs_bridge.service.debts.rehearsing import Rehearsal
from otrs_bridge.service.debts.when_covered import Uncharged
from otrs_bridge.words import Words

Line = tuple[Service, str]  # a service on a contract
Tickets = Mapping[Line, Sequence[EpisodeTicket]]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedReading:
    """What one reading came to. `verdict` says whether it may be acted on; `subscribers` are served on the day looked at.

    `presumed`: internet fees that nobody has charged yet, counted because the day is still to come. `left_out`: said of a
    day that is over.
    """

    verdict: FeedVerdict
    size: FeedSize
    subscribers: Counter[Service]
    facts: Sequence[LineFacts] = ()
    reminders: Sequence[Reminder] = ()
    presumed: Presumed | None = None
    left_out: Words | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedReader:
    """Reads the feed as known at a moment. `last_good_rows` tells how many rows a reading of a name had when it last passed.

    A `moment` on a later day than `now` makes a rehearsal: the fees that will be charged by then are presumed. What is to
    be acted on is read at a moment that is now, and presumes nothing.
    """

    billing: Billing
    almanac: Almanac
    limits: FeedLimits
    last_good_rows: Callable[[str], int | None]

    def debts(self, tickets: Tickets, *, moment: datetime, now: datetime, reconnecting: bool = False) -> FeedReading:
        """Decide about every line that owes or has a ticket; tickets without an account are there, undecided.

        With `reconnecting` about lines that are off because of debt as well: what is paid of it is read contract by
        contract. Balances alone do not tell it.
        """
        with self.billing.reading() as feed:
            reconnecting = reconnecting and not feed.by_balance
            rehearsal = self._rehearsal(feed, moment, now)
            walk = self._walk(feed, moment, rehearsal)
            for service, scan, rows in walk.services():
                walk.by_service[service].read_debts(scan, rows)
            decided: dict[Line, list[Decision]] = {}
            today = day_at(moment, self.almanac.rules.zone)
            for account, ledgers in walk.accounts():
                standing = ledgers.debt(account)
                line = (account.service, account.contract)
                if standing or line in tickets or (reconnecting and account.suspended_on(today)):
                    foreseen = ledgers.foreseen(account)
                    decision = self._decide(foreseen, standing, moment)
                    if _may_have_been_settled(decision, tickets.get(line, ())):
                        decision = self._decide(foreseen, self._with_moves(account, standing, moment), moment)
                    decided.setdefault(line, []).append(decision)
            facts = [
                LineFacts(
                    decision=decision_of_line([*map(self._off, decisions)] if reconnecting else decisions),
                    tickets=tuple(tickets.get(line, ())),
                )
                for line, decisions in decided.items()
            ]
            facts += [
                LineFacts(decision=None, tickets=tuple(left)) for line, left in tickets.items() if line not in decided
            ]
            return self._reading(walk, now, rehearsal, facts=facts)

    def reminders(self, *, moment: datetime, now: datetime) -> FeedReading:
        """Who still has to pay by the next pay-by day."""
        with self.billing.reading() as feed:
            rehearsal = self._rehearsal(feed, moment, now)
            walk = self._walk(feed, moment, rehearsal)
            for service, scan, rows in walk.services(full=True):  # nearly everybody has the fee to come to pay
                walk.by_service[service].read_payable(scan, rows)
            rules = self.almanac.rules
            found = [
                one
                for account, ledgers in walk.accounts()
                if (one := reminder(account, ledgers.payable(account), moment=moment, rules=rules))
            ]
            return self._reading(walk, now, rehearsal, reminders=found)

    def _rehearsal(self, feed: BillingFeed, moment: datetime, now: datetime) -> Rehearsal | Uncharged | None:
        zone = self.almanac.rules.zone
        if self.almanac.rules.charges == "when covered" and not feed.by_balance:
            today, through = day_at(min(moment, now), zone), period_at(moment, zone)
            return Uncharged(feed, today=today, through=through, rules=self.almanac.rules)
        if day_at(moment, zone) <= day_at(now, zone):
            return None
        periods = periods_to_come(feed.as_of, now=now, moment=moment, zone=zone)
        return Rehearsal(feed, periods) if periods else None

    def _walk(self, feed: BillingFeed, moment: datetime, rehearsal: Rehearsal | Uncharged | None) -> FeedWalk:
        """Fees are presumed for internet alone: telephony is charged after the month, by what was used."""
        ledgers: dict[Service, ServiceLedgers] = {service: AsCharged() for service in SERVICES}
        if rehearsal is not None:
            ledgers["internet"] = rehearsal
        return FeedWalk(feed=feed, moment=moment, rules=self.almanac.rules, by_service=ledgers, limits=self.limits)

    def _decide(self, account: Account, standing: StandingDebt | None, moment: datetime) -> Decision:
        rules, calendar = self.almanac.rules, self.almanac.calendar
        if standing is not None:
            return decide_standing(account, standing, moment=moment, rules=rules, calendar=calendar)
        step = before_debt(account, NOTHING, moment=moment, rules=rules)
        today = day_at(moment, rules.zone)
        return NoDebt(account=account, moment=moment, today=today, balance=NOTHING, next_step=step)

    def _with_moves(self, account: Account, standing: StandingDebt | None, moment: datetime) -> StandingDebt | None:
        """With what only the entries tell: what was known when a ticket was settled."""
        ledger = self.billing.contract(account.contract)
        entries = next((found for one, found in ledger.accounts if one.id == account.id), ())
        known = moves(account.service, entries, moment, self.almanac.rules)
        adds_up = standing is not None and sum(one.effect for one in known) == standing.amount
        return replace(standing, moves=known) if standing is not None and adds_up else standing

    def _off(self, decision: Decision) -> Decision:
        """With the debt that was paid while the line was off, which only its entries tell."""
        account = decision.account
        if isinstance(decision, Debt) or not account.suspended_on(decision.today):
            return decision
        ledger = self.billing.contract(account.contract)
        entries = () if ledger.faults else next((found for one, found in ledger.accounts if one.id == account.id), ())
        rules = self.almanac.rules
        paid = paid_while_off(account, entries, moment=decision.moment, rules=rules)
        return replace(decision, paid_while_off=paid)

    def _reading(
        self,
        walk: FeedWalk,
        now: datetime,
        rehearsal: Rehearsal | Uncharged | None,
        *,
        facts: Sequence[LineFacts] = (),
        reminders: Sequence[Reminder] = (),
    ) -> FeedReading:
        zone = self.almanac.rules.zone
        judged = judged_at(walk.moment, now=now, as_of=walk.feed.as_of)
        taken_after = period_at(judged, zone).first_moment(zone)
        ticketed = {ticket.key.service for one in facts for ticket in one.tickets if ticket.status not in OVER}
        last_good_rows = self.last_good_rows(walk.feed.name)
        known = walk.facts(last_good_rows=last_good_rows, taken_after=taken_after, ticketed=ticketed)
        return FeedReading(
            verdict=judge_feed(known, moment=judged, limits=self.limits),
            size=FeedSize(feed=walk.feed.name, rows=known.rows),
            subscribers=walk.subscribers,
            facts=facts,
            reminders=reminders,
            presumed=rehearsal.presumed if rehearsal else None,
            left_out=left_out(walk.moment, walk.feed.as_of, zone),
        )


def _may_have_been_settled(decision: Decision, tickets: Sequence[EpisodeTicket]) -> bool:
    """Whether a ticket of this debt may have been settled, or one before a debt that is due: these are few."""
    if not isinstance(decision, Debt):
        return False
    settled = [one for one in tickets if one.status == "settled"]
    return any(
        decision.due or one.key.period >= decision.arose or (one.settled_at or decision.since) > decision.since
        for one in settled
    )
