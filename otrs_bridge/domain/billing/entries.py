"""Ledger entries, and from when each one counts.

Two moments belong to an entry: `dated`, for which it stands (a fee: the 1st; calls: the last day of their
period; a payment: when the subscriber paid), and `posted`, when the ledger came to know it. Where the two
differ the subscriber gets the better one:

* nothing counts before it is posted: what the ledger does not know cannot be decided on;
* a charge counts from `dated`: the procedure tells the subscriber its date beforehand, and the billing run
  may come on the 1st or on the 3rd. One that is posted more than `late_posting_days` after its day, in days of
  the operator's zone, is late: it is due at the first deadline after it was posted, for nobody could know of it
  before;
* a payment, or a correction in the subscriber's favour, counts from the earlier of the two: money paid in the
  evening of the 31st and posted on the 2nd was paid before the 1st;
* a refund, or a correction to the subscriber's cost, counts from the later of the two: nobody owes in
  hindsight.

Source: docs/field-rules.md#internet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, get_args

from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.billing.period import day_at

EntryKind = Literal["opening", "charge", "payment", "refund", "correction"]
ENTRY_KINDS: Final[tuple[EntryKind, ...]] = get_args(EntryKind)
SIGNED_KINDS: Final = frozenset({"opening", "correction"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of an account's ledger; `amount` in roubles, moments timezone-aware.

    * `charge`: a fee or the calls of a period; `payment`: money in; `refund`: money given back. None is
      negative.
    * `correction`: signed; positive costs the subscriber, negative is in the subscriber's favour.
    * `opening`: signed; what was owed just before `dated`, for a ledger that does not reach back to the
      beginning.

    `posted` None means: known from `dated` on.
    """

    kind: EntryKind
    amount: Decimal
    dated: datetime
    posted: datetime | None = None

    @property
    def effect(self) -> Decimal:
        """What the entry adds to what is owed; a payment takes away."""
        return -self.amount if self.kind == "payment" else self.amount

    @property
    def known_from(self) -> datetime:
        """The moment from which the ledger knows the entry."""
        return self.dated if self.posted is None else self.posted

    def is_late(self, rules: BillingRules) -> bool:
        """Whether it is a charge that was posted too long after its day to be due with it."""
        if self.kind != "charge" or self.posted is None:
            return False
        waited = day_at(self.posted, rules.zone) - day_at(self.dated, rules.zone)
        return waited.days > rules.late_posting_days

    def counts_from(self, rules: BillingRules) -> datetime:
        """The moment to which the entry belongs, by the reading above."""
        if self.posted is None or self.kind == "opening":
            return self.dated
        if self.kind == "charge":
            return self.posted if self.is_late(rules) else self.dated
        return min(self.dated, self.posted) if self.effect < 0 else max(self.dated, self.posted)
