"""What a billing source must offer: accounts and their ledgers, streamed, and one contract read afresh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow
from otrs_bridge.domain.billing.scan import DebtScan
from otrs_bridge.words import Words

NO_BILLING = Words(
    ru="раздела billing нет, о долгах ничего не известно: добавьте его (образец — `otrs-bridge config example`)",
    en="there is no section billing, so nothing is known of debts: add it (`otrs-bridge config example` shows how)",
)


class Ledgers(NamedTuple):
    """The ledgers of one service: `scan.debts(rows)` or `scan.payable(rows)`, one of them, once.

    The scan knows how this source writes moments and money, and whether the rows are entries or sums. When
    `rows` are read to the end, `scan.rows`, `scan.accounts` and `scan.faults` are complete.
    """

    scan: DebtScan
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedSize:
    """How many rows a reading had; `feed` is its name (`BillingFeed.name`)."""

    feed: str
    rows: int


class BillingFeed(Protocol):
    """One reading of the billing system: everything in it is of the same moment. Use it from one thread.

    A million accounts stream by, so keep the few that matter: first the debts of a service (`scan.debts`),
    by account id, then `accounts()` for those who owe, who have a ticket, or whom a reminder is for. Read one
    stream at a time; each can be read again, which costs a reading. What the feed gate wants to know (`FeedFacts`):
    `as_of`; `rows` are `scan.rows` and the accounts counted together; `insane` are `faults.count` and
    `scan.faults.count` together, `faults` their `faults`. Decide on nothing before `judge_feed` passed.
    """

    @property
    def name(self) -> str:
        """What was read: `Billing.name`, and how, where there is more than one way. Complete when the ledgers are.

        Only readings of one name have numbers of rows that can be compared.
        """

    @property
    def as_of(self) -> datetime | None:
        """The feed's own moment, aware: it holds all that was known then. None when it does not say."""

    @property
    def has_balances(self) -> bool:
        """Whether accounts tell the balance that billing itself keeps: it is compared with the entries."""

    @property
    def by_balance(self) -> bool:
        """Whether there are no entries at all, so that the balance is the debt (`service/debts/by_balance.py`)."""

    @property
    def faults(self) -> FaultLog:
        """What this source could not read, or cannot be true of its accounts: complete once everything is read."""

    def accounts(self) -> Iterator[Account]:
        """Every account of every service, each id once, in no order that means anything.

        Those that cannot be true (an unknown service, a negative fee, an id that comes twice) are not given:
        they are in `faults`. With no account in the feed there is nothing to be said about its entries.
        """

    def unmet_holds(self, day: date) -> Sequence[Words]:
        """The operator's own holds that no account has asked for, each with its place: complete once `accounts()` is.

        Those that are over on `day` are not told: there is nobody left whom they could have held.
        """

    def doubts(self, now: datetime) -> Sequence[Words]:
        """What refuses nothing, but a person should look at: rows that look doubled, or a clock that looks like that of
        another time zone. Complete once everything is read.
        """

    def ledgers(
        self, service: Service, *, moment: datetime, rules: BillingRules, most: Decimal | None = None
    ) -> Ledgers:
        """The ledgers of all accounts of one service, to be decided on as known at `moment`.

        With `most`, of those that may owe: an account that owes nothing, even with so many roubles of fees besides, may be
        counted (`DebtScan.leave_out`) in place of its rows. None: whoever asks needs everybody's.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractLedger:
    """One contract as the billing system has it now: its accounts with all their entries, `()` when unknown.

    The pairs are what `receipt` takes and what `decide` is called with. `faults` are rows of this contract
    that cannot be true or could not be read: with any of them nothing may be decided on the contract. `by_balance`: billing
    tells no entries, only balances.
    """

    contract: str
    as_of: datetime | None
    accounts: tuple[tuple[Account, tuple[Entry, ...]], ...] = ()
    faults: tuple[InsaneRow, ...] = ()
    by_balance: bool = False


class Billing(Protocol):
    """Who owes what. Everything is read only; raises BillingUnusable and nothing else."""

    @property
    def name(self) -> str:
        """The source as a person knows it: a file, a database; no password."""

    def reading(self) -> AbstractContextManager[BillingFeed]:
        """Open one reading of the whole feed; it holds a transaction, so do not keep it while talking to OTRS."""

    def contract(self, contract: str) -> ContractLedger:
        """One contract, read afresh: for `billing show`, and right before its ticket is raised.

        `contract` in its canonical writing (`Account.contract`). A fraction of a second, safe from any thread.
        """
