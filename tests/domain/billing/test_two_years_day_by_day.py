"""Two years of a made-up town, every morning: the bridge's debts and open tickets are the naive reference's.

`make test` follows a small part of the town, `.ci/run` a larger one; OTRS_BRIDGE_REPLAY_CLIENTS=2000 follows all of it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold, Service
from otrs_bridge.domain.billing.debt import Debt, NoDebt, decide_standing
from otrs_bridge.domain.billing.episodes import (
    ClosePaid,
    EpisodeTicket,
    Raise,
    episode_actions,
)
from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.domain.billing.money import NOTHING, whole_kopecks
from otrs_bridge.domain.billing.next_step import before_debt
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.row_format import as_epoch_seconds, kopeck_rows
from otrs_bridge.domain.billing.scan import entry_scan
from tests.depth import deep
from tests.domain.billing.generated_ledger import FIRST_DAY, LAST_DAY, MOSCOW, MadeAccount, town
from tests.domain.billing.naive_reference import NaiveAccount, NaiveBookkeeper, NaiveEntry

CLIENTS = int(os.environ.get("OTRS_BRIDGE_REPLAY_CLIENTS", deep(150, 40)))
RULES = BillingRules(zone=MOSCOW)
CALENDAR = production_calendar()
FORMAT = kopeck_rows(as_epoch_seconds)

Seen = tuple[int, tuple[int, int] | None, tuple[int, int] | None]


@dataclass
class Bridge:
    """The bridge's half: rows as a source would stream them, and the tickets it has open."""

    service: Service
    accounts: dict[str, Account]
    rows: list[Row]
    feed: list[Row] = field(default_factory=list)
    tickets: dict[str, list[EpisodeTicket]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def morning(self, moment: datetime) -> dict[str, Seen]:
        """What it sees and does in one morning: debt, episode, open ticket, of everybody who has any."""
        if moment.day == 1:  # the future beyond the next month is left out for speed alone
            end = FORMAT.moment(moment + timedelta(days=40))
            self.feed = [row for row in self.rows if row[3] < end]
        scan = entry_scan(self.service, moment, RULES, FORMAT)
        standing = {found.account: found for found in scan.debts(self.feed)}
        assert scan.faults.count == 0
        seen = {}
        for name in {*standing, *self.tickets}:
            account = self.accounts[name]
            decision: Debt | NoDebt
            if name in standing:
                decision = decide_standing(account, standing[name], moment=moment, rules=RULES, calendar=CALENDAR)
            else:
                step = before_debt(account, NOTHING, moment=moment, rules=RULES)
                decision = NoDebt(account=account, moment=moment, today=moment.date(), balance=NOTHING, next_step=step)
            self.act(name, decision)
            seen[name] = self.shown(name, decision)
        return seen

    def act(self, name: str, decision: Debt | NoDebt) -> None:
        tickets = self.tickets.get(name, [])
        for action in episode_actions(decision, tickets):
            self.done[type(action).__name__] += 1
            if isinstance(action, Raise):
                raised = EpisodeTicket(
                    key=action.key,
                    ticket_id=self.done["Raise"],
                    status="open",
                    noted_debt=action.debt.amount,
                    noted_in=action.debt.period,
                )
                self.tickets.setdefault(name, []).append(raised)
            elif isinstance(action, ClosePaid):
                self.tickets[name] = [one for one in self.tickets[name] if one is not action.ticket]
        if not self.tickets.get(name):
            self.tickets.pop(name, None)

    def shown(self, name: str, decision: Debt | NoDebt) -> Seen:
        tickets = self.tickets.get(name, [])
        assert len(tickets) <= 1, f"{name} has two open tickets"
        opened = month_of(tickets[0].key.period) if tickets else None
        if isinstance(decision, NoDebt):
            return 0, None, opened
        return whole_kopecks(decision.amount), month_of(decision.arose), opened


def month_of(period: Period) -> tuple[int, int]:
    return period.year, period.month


def bridge_for(service: Service, made: Sequence[MadeAccount]) -> Bridge:
    accounts = {
        one.name: Account(
            id=one.name,
            contract=one.name.split("/")[0],
            service=service,
            starts=one.starts,
            ends=one.ends,
            holds=tuple(Hold(kind=kind, since=since, until=until) for kind, since, until in one.holds),  # type: ignore[arg-type] # the made-up kinds are ours
        )
        for one in made
    }
    rows: list[Row] = [
        (one.name, e.kind, FORMAT.moment(e.dated), FORMAT.moment(e.posted), e.kopecks)
        for one in made
        for e in one.entries
    ]
    return Bridge(service=service, accounts=accounts, rows=rows)


def bookkeepers(made: Sequence[MadeAccount]) -> dict[str, NaiveBookkeeper]:
    return {
        one.name: NaiveBookkeeper(
            NaiveAccount(
                name=one.name,
                service=one.service,
                entries=[NaiveEntry(e.kind, e.kopecks, e.dated, e.posted) for e in one.entries],
                holds=[(since, until) for _, since, until in one.holds],
                last_day=one.ends,
            ),
            FIRST_DAY - timedelta(days=31),  # a payment of January may have been learnt of before
        )
        for one in made
    }


def days() -> Iterator[date]:
    day = FIRST_DAY
    while day <= LAST_DAY:
        yield day
        day += timedelta(days=1)


def follow(service: Service) -> Counter[str]:
    made = [one for one in town(CLIENTS) if one.service == service]
    bridge, naive = bridge_for(service, made), bookkeepers(made)
    for day in days():
        seen = bridge.morning(datetime(day.year, day.month, day.day, 6, tzinfo=MOSCOW))
        for name, keeper in naive.items():
            assert seen.get(name, (0, None, None)) == keeper.look(day), f"{name} on {day}"
    return bridge.done


def test_internet_is_decided_every_morning_as_a_bookkeeper_would() -> None:
    done = follow("internet")
    assert min(done["Raise"], done["ClosePaid"]) > CLIENTS / 4


def test_telephony_is_decided_every_morning_as_a_bookkeeper_would() -> None:
    done = follow("telephony")
    assert min(done["Raise"], done["ClosePaid"]) > CLIENTS / 10


def test_the_town_has_every_kind_of_entry_and_every_kind_of_trouble() -> None:
    made = town(150)
    kinds = Counter(entry.kind for one in made for entry in one.entries)
    assert set(kinds) == {"charge", "payment", "refund", "correction"}
    assert any(one.ends for one in made)
    assert any(one.starts > FIRST_DAY for one in made)
    assert any(one.holds for one in made)
    assert any(Decimal(entry.kopecks) < 0 for one in made for entry in one.entries)
