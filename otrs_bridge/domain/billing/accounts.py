"""What is billed: a service on a contract, its tariff over time, and what holds a disconnection back.

Source: docs/field-rules.md#internet, #telephony, #holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from decimal import Decimal
from typing import Final, Literal, get_args

from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.client import ClientType
from otrs_bridge.words import Words

Service = Literal["internet", "telephony"]
SERVICES: Final[tuple[Service, ...]] = get_args(Service)

SERVICE_NAMES: Final[dict[Service, Words]] = {
    "internet": Words(ru="интернет", en="internet"),
    "telephony": Words(ru="телефония", en="telephony"),
}

Charges = Literal["ahead", "when covered"]

_LAST_DAY_OF_EVERY_MONTH = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class BillingRules:
    """The numbers of the procedure; each is a config value with the procedure's default.

    `zone` is the operator's; `pay_by_day` (1..27, inclusive) the last day to pay; `minimum_debt` in roubles:
    a smaller one cuts nobody off; `spare_eves`: no disconnection on a Friday or the eve of a day off;
    `reminder_days` before the pay-by day the reminders go out; a charge posted more than `late_posting_days`
    after its day is late, see `entries`. `charges`: billing charges the fee of a month in any case, or only when the account
    covers it, see `uncharged`. `hopeless_days` after the cut-off a debt counts as hopeless. Raises ValueError for numbers
    that make no sense.
    """

    zone: tzinfo = UTC
    pay_by_day: int = 25
    minimum_debt: Decimal = Decimal("10.00")
    spare_eves: bool = False
    reminder_days: int = 5
    late_posting_days: int = 3
    charges: Charges = "ahead"
    hopeless_days: int = 180

    def __post_init__(self) -> None:
        if not 1 <= self.pay_by_day < _LAST_DAY_OF_EVERY_MONTH:
            raise ValueError(f"pay_by_day is {self.pay_by_day}: every month must have it and a day after it (1..27)")
        if not self.minimum_debt >= 0:
            raise ValueError(f"minimum_debt is {self.minimum_debt}: it cannot be negative")
        if not 0 <= self.reminder_days < self.pay_by_day:
            raise ValueError(f"reminder_days is {self.reminder_days}: the reminder would not be in the same month")
        if self.hopeless_days < 1:
            raise ValueError(f"hopeless_days is {self.hopeless_days}: it must be at least 1")
        if self.late_posting_days < 0:
            raise ValueError(f"late_posting_days is {self.late_posting_days}: it cannot be negative")


# Yes, no, or the first day from which on it is so.
Since = bool | date

HoldKind = Literal["promised payment", "do not cut", "first seen in mid-month"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Something that keeps a debtor connected: from `since` to `until`, both inclusive; None leaves that side
    open.
    """

    kind: HoldKind
    until: date | None = None
    since: date | None = None
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Whether the hold is in force on this day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """The monthly fee in roubles, from the period `since` until the next tariff begins."""

    since: Period
    fee: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One service on one contract.

    `id` is the billing system's own, the same that its entries carry; `contract` the canonical number.
    Another service of the contract is another account; two lines of one service are one. `starts` and `ends`
    are the first and last day of service (both inclusive, None: open), `ended` is the billing system saying
    that the contract is over whatever the dates say. `suspended`: switched off because of debt, while the fee goes on;
    `frozen`: paused at the client's own wish, for which no fee is charged. `tariffs` in any order. `client` is the
    client's name; with `client_type`, `address` and `district` it is what a ticket says of a client whom the directory does
    not know, "" or None where the billing system does not tell.

    `balance` is what billing itself says that the account has, in roubles, below zero what it owes, None where it does not
    say; `credit` how far below zero it may be, through `credit_until`, inclusive (None: without end).
    """

    id: str
    contract: str
    service: Service
    client: str = ""
    tariffs: tuple[Tariff, ...] = ()
    starts: date | None = None
    ends: date | None = None
    ended: bool = False
    suspended: Since = False
    frozen: Since = False
    holds: tuple[Hold, ...] = field(default=())
    client_type: ClientType | None = None
    address: str = ""
    district: str = ""
    balance: Decimal | None = None
    credit: Decimal = NOTHING
    credit_until: date | None = None

    def serves_on(self, day: date) -> bool:
        """Whether the service is provided, by contract, on this day."""
        # Every account is asked this at every reading, so `has_ended_by` is not called, but written out.
        if self.ended or (self.ends is not None and self.ends < day):
            return False
        return self.starts is None or self.starts <= day

    def has_ended_by(self, day: date) -> bool:
        """Whether the contract was over before this day: there is nothing left to switch off."""
        return self.ended or (self.ends is not None and self.ends < day)

    def suspended_on(self, day: date) -> bool:
        """Whether the line is off because of debt on this day: there is nothing left to cut off, and a paid debt asks for
        the reconnection.
        """
        return self.suspended if isinstance(self.suspended, bool) else self.suspended <= day

    def frozen_on(self, day: date) -> bool:
        """Whether the client has paused the service on this day: nothing is charged, and nothing is cut off."""
        return self.frozen if isinstance(self.frozen, bool) else self.frozen <= day

    def is_covered_on(self, day: date) -> bool:
        """Whether billing's own balance, with the credit of this day, is not below zero: nobody is cut off then, whatever
        the entries come to.
        """
        return self.balance is not None and self.balance + self.credit_on(day) >= 0

    def less(self, fees: Decimal) -> Account:
        """The account when so many roubles more are charged."""
        return self if self.balance is None or not fees else replace(self, balance=self.balance - fees)

    def credit_on(self, day: date) -> Decimal:
        """The credit in force on this day, in roubles."""
        return self.credit if self.credit_until is None or day <= self.credit_until else NOTHING

    def fee(self, period: Period) -> Decimal | None:
        """The fee charged on the 1st of `period`: None when no tariff is known, or the contract does not serve that day or
        is paused on it.

        A contract that starts in mid-month is charged for its first month by the billing system's own entry.
        """
        if not self.serves_on(period.first_day) or self.frozen_on(period.first_day):
            return None
        known = [tariff for tariff in self.tariffs if tariff.since <= period]
        return max(known, key=lambda tariff: tariff.since).fee if known else None
