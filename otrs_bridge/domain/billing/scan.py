"""Finding the debts of a million accounts while their rows stream by.

A row is a plain tuple as a database driver gives it: `(account id, kind, dated, posted, amount)`, see `entries`; the
rows of one account stand together, in any order. Most accounts owe nothing: for them a row costs a comparison and an
addition. Only those that owe are walked deadline by deadline.
Sources that can add up give sums per period instead (`period_sums`), through the same scan.

Rows that cannot be true are never decided on: the feed gate is told. Source: docs/field-rules.md#internet, #telephony,
#feed-gate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.deadlines import last_deadline
from otrs_bridge.domain.billing.faults import FaultLog, InsaneAmountError, ledger_doubt, scattered
from otrs_bridge.domain.billing.ledger import LaterRows, LedgerReader, Reader, Row, Sums
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.overdue import BEGINNING, Walk, standing_episode, walked
from otrs_bridge.domain.billing.period import Period, period_number
from otrs_bridge.domain.billing.period_sums import PeriodSumsReader
from otrs_bridge.domain.billing.row_format import RowFormat, rouble_rows
from otrs_bridge.domain.billing.settlement import Move, Settlement, ceilings

_NOT_COMPUTABLE = (InsaneAmountError, InvalidOperation, TypeError, ValueError)
NO_SUMS: Final[Mapping[int, Any]] = MappingProxyType({})
_BEYOND_BELIEF = 10**13  # neither roubles nor kopecks: such a sum is an infinity or a broken feed


@dataclass(frozen=True, slots=True)
class StandingDebt:
    """What one account should have paid by now and has not. `amount` in roubles, above zero.

    `arose` names the episode; the debt may be older when `began_before` says that an opening balance was owed
    already. `ripe` is the period in which the debt last reached the minimum, None while it is below. `slots` are what was
    due and what was paid since `arose`: (`Period.number`, due, paid). `moves` are all there ever were, where they are known.
    """

    account: str
    amount: Decimal
    arose: Period
    began_before: bool
    ripe: Period | None
    slots: tuple[tuple[int, Decimal, Decimal], ...] = ()
    moves: tuple[Move, ...] = field(default=(), compare=False, repr=False)

    def after(self, settled: Collection[Settlement], service: Service, rules: BillingRules) -> StandingDebt | None:
        """The debt that stands if all that was settled was paid: what fell due since, if anything."""
        most = ceilings(settled, self.moves, service, rules)
        ahead = self.amount - sum(due - paid for _, due, paid in self.slots)
        start = BEGINNING if self.moves else Walk(ahead)
        found = standing_episode(*self._sums(), rules.minimum_debt, after=start, ceilings=most)
        if found is None:
            return None
        return StandingDebt(
            account=self.account,
            amount=found.amount,
            arose=period_number(found.arose),
            began_before=False,
            ripe=None if found.ripe is None else period_number(found.ripe),
            slots=tuple(one for one in self.slots if one[0] >= found.arose),
            moves=self.moves,
        )

    def _sums(self) -> tuple[Sums, Sums]:
        """What was due and what was paid, by period: all, or since the debt arose."""
        if not self.moves:
            return {slot: due for slot, due, _ in self.slots}, {slot: paid for slot, _, paid in self.slots}
        debits: Sums = {}
        paid: Sums = {}
        for move in self.moves:
            sums = debits if move.effect > 0 else paid
            sums[move.slot] = sums.get(move.slot, NOTHING) + abs(move.effect)
        return debits, paid


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """The ledger of one account, walked up to the first period whose fee is not charged yet: small, to be kept.

    `debits` and `paid` are what is known of that period and later ones, `openings` and `charged` as `Reader` tells; `last`
    and `first` are the newest period in which anything was charged and that of the first row, `total` what all rows come to.
    """

    walk: Walk
    debits: Mapping[int, Any]
    paid: Mapping[int, Any]
    openings: frozenset[int]
    charged: frozenset[int]
    last: int | None = None
    first: int | None = None
    total: Any = 0


EMPTY_LEDGER: Final = OpenLedger(BEGINNING, NO_SUMS, NO_SUMS, frozenset(), frozenset())


class DebtScan:
    """One pass over the rows of one service, as known at one moment; make one with `entry_scan` or `sums_scan`.

    `rows` and `accounts` count what was read, `faults` keeps what could not be true, `totals` (after
    `add_up`) what each account's rows come to, in their units, and how many they are; all are complete when the pass is.
    """

    def __init__(self, *, due_now: Reader, due_next: Reader, rows: RowFormat) -> None:
        self._due_now = due_now
        self._due_next = due_next
        self._format = rows
        self._seen: set[str] = set()
        self.rows = 0
        self.accounts = 0
        self.faults = FaultLog()
        self.charged: dict[str, frozenset[int]] = {}
        self.totals: dict[str, tuple[Any, int]] | None = None
        self._totals_of: Any = None

    def debts(self, rows: Iterable[Row]) -> Iterator[StandingDebt]:
        """The accounts that owe, as they come."""
        for account, ledger, due in self._sums(rows, self._due_now):
            if due > 0:
                debits, paid = self._due_now.sums(ledger)
                standing = self._standing(account, debits, paid, self._due_now.openings(ledger))
                if standing is None:
                    raise AssertionError(f"account {account}: the sum and the walk over its deadlines disagree")
                yield standing

    def open_ledgers(self, rows: Iterable[Row], *, first: Period, most: Decimal) -> Iterator[tuple[str, OpenLedger]]:
        """The accounts that owe, or would if `most` roubles of fees were charged besides, from the period `first` on.

        The others owe nothing with fees up to `most`; `met` tells them from accounts without any rows.
        """
        limit = self._format.amount(most)
        for account, ledger, due in self._sums(rows, self._due_now):
            if due + limit > 0:
                yield account, self._opened(ledger, first.number)

    def uncharged_ledgers(
        self, rows: Iterable[Row], *, through: Period, most: Decimal
    ) -> Iterator[tuple[str, OpenLedger]]:
        """The accounts that owe, or would if the fees of the months without a charge, `most` roubles at most, were there.

        The others owe nothing with them. Each ledger is walked up to its own first month without a charge.
        """
        limit = self._format.amount(most)
        for account, ledger, due in self._sums(rows, self._due_now):
            last, first = self._due_now.months(ledger)
            if due > 0 or (due + limit > 0 and (last is None or last < through.number)):
                yield account, self._with_months(ledger, last, first)

    def payable_ledgers(
        self, rows: Iterable[Row], *, through: Period
    ) -> Iterator[tuple[str, Decimal, OpenLedger | None]]:
        """As `payable`, with the ledger of an account that has months without a charge up to `through`."""
        for account, ledger, due in self._sums(rows, self._due_next):
            last, first = self._due_next.months(ledger)
            charged = last is not None and last >= through.number
            yield account, self._format.roubles(due), None if charged else self._with_months(ledger, last, first)

    def _with_months(self, ledger: list[Row], last: int | None, first: int | None) -> OpenLedger:
        opened = self._opened(ledger, 1 + ((first or 0) if last is None else last))
        return replace(opened, last=last, first=first, total=self._due_now.total(ledger))

    def roubles(self, amount: Any) -> Decimal:
        """An amount of the rows in roubles."""
        return self._format.roubles(amount)

    def with_fees(self, account: str, opened: OpenLedger, fees: Mapping[int, Decimal]) -> StandingDebt | None:
        """The debt that stands when these fees (roubles, by `Period.number`) are charged as well, where they are not yet."""
        debits = dict(opened.debits)
        for slot, fee in fees.items():
            if slot not in opened.charged:
                debits[slot] = debits.get(slot, 0) + self._format.amount(fee)
        return self._standing(account, debits, opened.paid, opened.openings, after=opened.walk)

    def met(self, account: str) -> bool:
        """Whether any rows of this account came by."""
        return account in self._seen

    def add_up(self, known: datetime | None) -> None:
        """Keep `totals` of the pass to come: of what was known at that moment, whatever day is looked at."""
        self.totals, self._totals_of = {}, None if known is None else self._format.moment(known)

    def leave_out(self, account: str, rows: int, total: Any) -> None:
        """Count an account that surely owes nothing, whose rows do not come: how many they are, and what they come to."""
        self._seen.add(account)
        self.rows, self.accounts = self.rows + rows, self.accounts + 1
        if self.totals is not None:
            self.totals[account] = (total, rows)

    def total_of(self, account: str) -> tuple[Decimal, int]:
        """What the rows of an account come to, in roubles, and how many they are; see `totals`."""
        total, rows = (self.totals or {}).get(account, (0, 0))
        return self._format.roubles(total), rows

    def payable(self, rows: Iterable[Row], *, first: Period | None = None) -> Iterator[tuple[str, Decimal]]:
        """For each account, in roubles, what it has to pay by the next pay-by day; negative: paid ahead.

        Fees not charged yet are not in it: add `Account.fee` of the period to come for internet. With `first`, `charged`
        keeps which accounts have fees of that period or later in it already.
        """
        for account, ledger, due in self._sums(rows, self._due_next):
            if first is not None and (charged := self._due_next.fees_charged(ledger, first.number)):
                self.charged[account] = charged
            yield account, self._format.roubles(due)

    def _sums(self, rows: Iterable[Row], reader: Reader) -> Iterator[tuple[str, list[Row], Any]]:
        seen = self._seen
        for account, group in groupby(rows, itemgetter(0)):
            ledger = list(group)
            self.rows += len(ledger)
            if account in seen:
                self.faults.add(scattered(account))
                continue
            seen.add(account)
            self.accounts += 1
            try:
                due = reader.due(ledger)
                believable = not isinstance(due, float) and -_BEYOND_BELIEF < due < _BEYOND_BELIEF
            except _NOT_COMPUTABLE:
                believable = False
            if believable:
                if self.totals is not None:
                    self.totals[account] = (reader.total(ledger, self._totals_of), len(ledger))
                yield account, ledger, due
            else:
                self.faults.add(ledger_doubt(account, ledger))

    def _opened(self, ledger: list[Row], first: int) -> OpenLedger:
        reader = self._due_now
        debits, paid = reader.sums(ledger)
        before = {slot: sum_ for slot, sum_ in debits.items() if slot < first}
        walk = walked(before, {slot: sum_ for slot, sum_ in paid.items() if slot < first}, reader.minimum)
        since = first if walk.arose is None else walk.arose  # a debt that stands is kept in its parts
        early = [{slot: sum_ for slot, sum_ in sums.items() if slot < since} for sums in (debits, paid)]
        late = [{slot: sum_ for slot, sum_ in sums.items() if slot >= since} for sums in (debits, paid)]
        return OpenLedger(
            walk=walked(early[0], early[1], reader.minimum),
            debits=late[0] or NO_SUMS,
            paid=late[1] or NO_SUMS,
            openings=reader.openings(ledger),
            charged=reader.fees_charged(ledger, first),
        )

    def _standing(
        self, account: str, debits: Sums, paid: Mapping[int, Any], openings: frozenset[int], after: Walk = BEGINNING
    ) -> StandingDebt | None:
        episode = standing_episode(debits, paid, self._due_now.minimum, after=after)
        if episode is None:
            return None
        roubles = self._format.roubles
        moved = (slot for slot in {*debits, *paid} if debits.get(slot) or paid.get(slot))
        slots = sorted(slot for slot in moved if slot >= episode.arose)
        return StandingDebt(
            account=account,
            amount=roubles(episode.amount),
            arose=period_number(episode.arose),
            began_before=episode.arose in openings,
            ripe=None if episode.ripe is None else period_number(episode.ripe),
            slots=tuple((slot, roubles(debits.get(slot, 0)), roubles(paid.get(slot, 0))) for slot in slots),
        )


def entry_scan(
    service: Service,
    moment: datetime,
    rules: BillingRules,
    rows: RowFormat | None = None,
    *,
    later: LaterRows | None = None,
) -> DebtScan:
    """A scan over entries: `(account id, kind, dated, posted, amount)`. `rows` None: aware datetimes, Decimal roubles.
    `later` takes note of entries that are not known yet.
    """
    written = rows or rouble_rows()
    due = last_deadline(service, moment, rules)
    now, following = (
        LedgerReader(service=service, moment=moment, through=through, rules=rules, rows=written, fees=fees, later=later)
        for through, fees in ((due, True), (due.plus(1), False))
    )
    return DebtScan(due_now=now, due_next=following, rows=written)


def sums_scan(service: Service, moment: datetime, rules: BillingRules, rows: RowFormat | None = None) -> DebtScan:
    """A scan over sums per period, see `period_sums`: those of what was known at `moment`."""
    written = rows or rouble_rows()
    due = last_deadline(service, moment, rules)
    now, following = (
        PeriodSumsReader(service=service, through=through, rules=rules, rows=written, fees=fees)
        for through, fees in ((due, True), (due.plus(1), False))
    )
    return DebtScan(due_now=now, due_next=following, rows=written)
