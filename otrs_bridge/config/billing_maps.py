"""Ledgers of billing systems that the bridge has a map of: one class each, with what its operator has to decide."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from otrs_bridge.config.foreign_data import ForeignDatabaseSettings, ForeignZone

# Defaults are given as a file would give them and are validated alike.
# mypy: disable-error-code="assignment"

_SERVICE = "the service that the lines are: internet or telephony"


class AbillsLedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is the database of ABillS, by the bridge's own queries"""

    source: Literal["abills"] = Field(default="abills", description="abills: its database, read only (docs/billing.md)")
    service: Literal["internet", "telephony"] = Field(default="internet", description=_SERVICE)
    off_for_debt: tuple[int, ...] = Field(default=(4, 5), description="statuses of a line that is off because of debt")
    paused: tuple[int, ...] = Field(
        default=(2, 3, 6), description="statuses of a line that is charged nothing and not cut"
    )
    disabled: Literal["ended", "suspended", "frozen"] = Field(
        default="ended",
        description="what a user or a line is that is switched off by hand: ended: its contract is over, suspended: off "
        "because of debt, frozen: paused",
    )
    own_periods: bool = Field(
        default=True,
        description="lines with a day of activation are charged from that day on: no fee of a 1st is presumed of them",
    )


class UbillingLedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is the database of Ubilling and Stargazer, by the bridge's own queries"""

    source: Literal["ubilling"] = Field(
        default="ubilling", description="ubilling: its database, read only (docs/billing.md)"
    )
    service: Literal["internet", "telephony"] = Field(default="internet", description=_SERVICE)
    history: Literal["fees", "balance"] = Field(
        default="balance",
        description="fees: Ubilling's harvester fills its table fees; balance: it does not, balances alone",
    )
    down: Literal["ended", "suspended", "frozen"] = Field(
        default="ended", description="what a user is that is Down: ended: its contract is over, suspended: off because of "
        "debt, frozen: paused"
    )  # fmt: skip
    off_when_owing: bool = Field(
        default=False,
        description="Stargazer itself takes whoever is below the credit off the line: nothing is left to cut",
    )


TableName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]


class Utm5LedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is the database of NetUP UTM5, by the bridge's own queries"""

    source: Literal["utm5"] = Field(default="utm5", description="utm5: its database, read only (docs/billing.md)")
    service: Literal["by numbers", "internet", "telephony"] = Field(
        default="by numbers",
        description="telephony is what has phone numbers (tel_numbers); or the same service for all",
    )
    off_for_debt: tuple[int, ...] = Field(default=(1,), description="kinds of blocks that are because of debt")
    paused: tuple[int, ...] = Field(default=(3,), description="kinds of blocks that are the client's own pause")
    charge_archives: tuple[TableName, ...] = Field(
        default=(),
        description="archived tables of charges (archives, table_type 1)",
        examples=[["discount_transactions_1"]],
    )
    payment_archives: tuple[TableName, ...] = Field(
        default=(),
        description="archived tables of payments (archives, table_type 7)",
        examples=[["payment_transactions_1"]],
    )


class MikbillLedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is the database of MikBill, by the bridge's own queries"""

    source: Literal["mikbill"] = Field(
        default="mikbill", description="mikbill: its database, read only (docs/billing.md)"
    )
    types: Literal["by sign", "by list"] = Field(
        default="by sign", description="by sign: its types of payments have deposit_action; by list: an older version"
    )
    payments: tuple[int, ...] = Field(
        default=(5, 28, 31, 37, 38, 40, 41, 44, 45, 47, *range(52, 64), 97, 109),
        description="bughtypeid that are payments, one for each payment system (by list)",
    )
    given_back: tuple[int, ...] = Field(
        default=(10, 15, 16, 17, 24, 49), description="bughtypeid that give something back or for nothing (by list)"
    )
    no_money: tuple[int, ...] = Field(
        default=(18, 20, 23), description="bughtypeid that change no balance, such as a credit (by list)"
    )
    blocked: Literal["ended", "suspended", "frozen"] = Field(
        default="suspended",
        description="what a user in usersblok is: off because of debt (suspended), paused (frozen), or ended",
    )


class LanbillingLedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is the database of LANBilling, by the bridge's own queries: balances alone"""

    source: Literal["lanbilling"] = Field(
        default="lanbilling", description="lanbilling: its database, read only (docs/billing.md)"
    )
    phone_agents: tuple[int, ...] = Field(default=(), description="agents (vgroups.id) of telephony")
    off_for_debt: tuple[int, ...] = Field(default=(1, 4), description="vgroups.blocked that is because of debt")
    paused: tuple[int, ...] = Field(default=(2,), description="vgroups.blocked that is the client's own pause")
    over: tuple[int, ...] = Field(default=(10,), description="vgroups.blocked of what is over")


class BgbillingLedgerSettings(ForeignDatabaseSettings, ForeignZone):
    """the ledger is the database of BGBilling, by the bridge's own queries"""

    source: Literal["bgbilling"] = Field(
        default="bgbilling", description="bgbilling: its database, read only (docs/billing.md)"
    )
    phone_groups: tuple[Annotated[int, Field(ge=0, le=62)], ...] = Field(
        default=(), description="groups of contracts (bits of contract.gr) that are telephony"
    )
    off_for_debt: tuple[int, ...] = Field(default=(2,), description="contract.status that is because of debt")
    paused: tuple[int, ...] = Field(default=(4,), description="contract.status that is the client's own pause")
    over: tuple[int, ...] = Field(default=(3,), description="contract.status of what is over")


MappedLedgerSettings = (
    AbillsLedgerSettings
    | BgbillingLedgerSettings
    | LanbillingLedgerSettings
    | MikbillLedgerSettings
    | UbillingLedgerSettings
    | Utm5LedgerSettings
)
