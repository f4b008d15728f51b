"""The `billing:` section: the numbers of the procedure, its guards, and one class for each kind of ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Discriminator, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from otrs_bridge.config.billing_maps import MappedLedgerSettings
from otrs_bridge.config.foreign_data import Delimiter, Encoding, ForeignDatabaseSettings, ForeignZone, known_columns
from otrs_bridge.config.values import ConfigPath, Section, Share, refusal
from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.feed_gate import FeedLimits

# Defaults are given as a file would give them and are validated alike.
# mypy: disable-error-code="assignment"

ACCOUNT_COLUMNS = (
    *("account", "contract", "service", "name", "type", "address", "district"),
    *("fee", "next_fee", "next_fee_since", "starts", "ends", "ended", "suspended", "frozen"),
    *("promised_until", "do_not_cut", "balance", "credit", "credit_until"),
)
ENTRY_COLUMNS = ("account", "kind", "dated", "posted", "amount", "id")


class EmbeddedLedgerSettings(Section):
    """the ledger is a file that `otrs-bridge billing import` fills"""

    source: Literal["embedded"] = Field(
        default="embedded", description="embedded: a SQLite file of the bridge's own making (docs/billing.md)"
    )
    path: ConfigPath = Field(default="billing-ledger.db", description="that file; `otrs-bridge billing init` makes it")


class CsvLedgerSettings(ForeignZone):
    """the ledger is two CSV exports of the billing system"""

    source: Literal["csv"] = Field(
        default="csv", description="csv: two files; as of the moment when the older one was written"
    )
    accounts: ConfigPath = Field(
        description="the accounts, one a line; header: account,contract,service and, where known, "
        "name,type,address,district, fee,next_fee,next_fee_since, starts,ends,ended,suspended,frozen, "
        "promised_until,do_not_cut, balance,credit,credit_until",
        examples=["accounts.csv"],
    )
    entries: ConfigPath | None = Field(
        default=None,
        description="charges and payments, one a line; header: account,kind,dated,amount and, where known, posted,id; "
        "left out where billing tells balances alone: the debt is the balance then",
        examples=["entries.csv"],
    )
    account_columns: Annotated[Mapping[str, str], known_columns(*ACCOUNT_COLUMNS)] = Field(
        default={},
        description="columns that the accounts call otherwise: {our name: its name}",
        examples=[{"account": "Лицевой счёт", "contract": "Договор"}],
    )
    entry_columns: Annotated[Mapping[str, str], known_columns(*ENTRY_COLUMNS)] = Field(
        default={},
        description="columns that the entries call otherwise: {our name: its name}",
        examples=[{"account": "Лицевой счёт", "amount": "Сумма"}],
    )
    delimiter: Delimiter = ""
    encoding: Encoding = ""


class SqlLedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is any database, by your own queries or views"""

    source: Literal["sql"] = Field(default="sql", description="sql: any database, read only")
    accounts: str = Field(
        min_length=1,
        description="query or view: one row an account, with the columns account,contract,service and, where known, "
        "name,type,address,district, fee,next_fee,next_fee_since, starts,ends,ended,suspended,frozen, "
        "promised_until,do_not_cut, balance,credit,credit_until",
        examples=["SELECT id AS account, number AS contract, service, client AS name, fee FROM accounts"],
    )
    entries: str = Field(
        default="",
        description="query or view: one row an entry, with account,kind,dated,amount and, where known, posted,id; "
        "left out where billing tells balances alone: the debt is the balance then",
        examples=["bridge_entries"],
    )
    sums: str = Field(
        default="",
        description="query or view, when the database adds up faster: account,period,fees,others,paid_early,paid_late",
        examples=["bridge_sums"],
    )
    as_of: str = Field(
        min_length=1,
        description="query for the moment that the data is of: of a live database its clock, "
        "of a copy the moment that it was taken",
        examples=["SELECT now()"],
    )


LedgerSettings = Annotated[
    EmbeddedLedgerSettings | CsvLedgerSettings | SqlLedgerSettings | MappedLedgerSettings, Discriminator("source")
]


class BillingQueues(Section):
    """The queue of the disconnection and reconnection tickets of each service."""

    internet: str = Field(default="Raw", min_length=1, description="of internet")
    telephony: str = Field(default="Raw", min_length=1, description="of telephony")


class BillingSettings(Section):
    """Debts: where they are read, when they become one, and what protects subscribers."""

    ledger: LedgerSettings = Field(
        default={"source": "embedded"}, description="where accounts, charges and payments are"
    )
    pay_by_day: int = Field(default=25, ge=1, le=27, description="last day of the month to pay, inclusive")
    minimum_debt: Decimal = Field(
        default=10, ge=0, le=1_000_000_000, decimal_places=2, description="roubles; a smaller debt cuts nobody off"
    )
    reminder_days: int = Field(
        default=5, ge=0, le=365, description="days before the last day to pay that reminders go out"
    )
    late_posting_days: int = Field(
        default=3,
        ge=0,
        le=31,
        description="days after its own day within which a charge may be posted; "
        "one posted later is due at the first deadline after its posting",
    )
    charges: Literal["ahead", "when covered"] = Field(
        default="ahead",
        description="ahead: billing charges the fee of every month; when covered: it charges only who can pay, and "
        "blocks the others, so that the first fee it has not charged counts as charged",
    )
    spare_eves: bool = Field(default=False, description="cut nobody off on a Friday or the eve of a day off")
    days_off: tuple[date, ...] = Field(
        default=(), description="days off besides those of Russia's production calendar", examples=[["2026-11-06"]]
    )
    working_days: tuple[date, ...] = Field(
        default=(), description="days worked although the production calendar has them off", examples=[["2026-11-07"]]
    )
    confirmed_years: tuple[int, ...] = Field(
        default=(),
        description="years without a known production calendar for which plain holidays and the days above are enough",
        examples=[[2028]],
    )
    hopeless_days: int = Field(
        default=180,
        ge=1,
        le=36_500,
        description="days after the cut-off from which a debt is counted as hopeless; nothing else changes for it",
    )
    holds: ConfigPath | None = Field(
        default=None,
        description="CSV file of contracts not to be cut off: contract,kind,service,since,until,reason; "
        "kind: promised payment, do not cut",
        examples=["holds.csv"],
    )
    queues: BillingQueues = Field(default={}, description="queues of the disconnection and reconnection tickets")
    max_feed_hours: float = Field(
        default=24, gt=0, le=744, description="hours that the data may be old before nothing is decided on it"
    )
    min_feed_share: Share = Field(
        default=0.9, description='share of the last good run\'s rows that must be there (0.9 or "90%")'
    )
    prefilter: bool = Field(
        default=False,
        description="true: a ledger in MariaDB, MySQL or PostgreSQL adds up its entries by itself, and only those of "
        "accounts that may owe are read (`billing check --full` compares); false: all of them",
    )
    balance_tolerance: Decimal = Field(
        default="0.01",
        ge=0,
        le=1_000_000,
        decimal_places=2,
        description="roubles that an account's balance may be from the sum of its entries, for every hundred of them",
    )
    max_parted_share: Share = Field(
        default=0.01, description='share of the balances that may be farther from their entries (0.01 or "1%")'
    )
    max_tickets: int = Field(default=200, ge=0, description="disconnections in one run without an approval")
    max_share: Share = Field(
        default=0.05, description='share of the subscribers in one run without an approval (0.05 or "5%")'
    )
    max_paid_share: Share = Field(
        default=0.5,
        description='share of the debts with tickets that may be paid in one night without an approval (0.5 or "50%")',
    )

    @field_validator("reminder_days")
    @classmethod
    def _in_the_same_month(cls, days: int, info: ValidationInfo) -> int:
        if days >= info.data.get("pay_by_day", days + 1):
            raise refusal(
                ru="должно быть меньше billing.pay_by_day: напоминание выходит в том же месяце",
                en="must be below billing.pay_by_day: the reminder goes out in that month",
            )
        return days

    def rules(self, zone: tzinfo) -> BillingRules:
        """The numbers of the procedure, for an operator in this time zone."""
        return BillingRules(
            zone=zone,
            pay_by_day=self.pay_by_day,
            minimum_debt=self.minimum_debt,
            spare_eves=self.spare_eves,
            reminder_days=self.reminder_days,
            late_posting_days=self.late_posting_days,
            charges=self.charges,
            hopeless_days=self.hopeless_days,
        )

    @property
    def feed_limits(self) -> FeedLimits:
        """What the feed gate demands."""
        return FeedLimits(
            max_age=timedelta(hours=self.max_feed_hours),
            min_share=Fraction(str(self.min_feed_share)),
            balance_tolerance=self.balance_tolerance,
            max_parted=Fraction(str(self.max_parted_share)),
        )

    @property
    def caps(self) -> BillingCaps:
        """What one run may do without an approval."""
        return BillingCaps(
            max_tickets=self.max_tickets,
            max_share=Fraction(str(self.max_share)),
            max_paid_share=Fraction(str(self.max_paid_share)),
        )
