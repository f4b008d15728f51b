"""What a map of a billing system is: our own queries over its tables, and what they were made for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What the operator has to decide: the option, why, and a query that shows what there is to decide about."""

    option: str
    words: Words
    query: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BillingMap:
    """A billing system by its own tables. `marks` are the tables it is known by and the columns that the queries need;
    `versions` the tables or columns (`table` or `table.column`) that tell its versions apart, the newest first.

    `accounts`, `entries` ("": balances alone), `as_of` are what a ledger of source `sql` takes, `clients` what a directory
    of that source does. `month`: the entries' `dated` as `201305`.
    """

    name: str
    title: str
    fits: Words
    compared: Words
    marks: Mapping[str, Sequence[str]]
    versions: Mapping[str, Words] = field(default_factory=lambda: MappingProxyType({}))
    accounts: str
    entries: str
    as_of: str
    clients: str
    month: str = "EXTRACT(YEAR_MONTH FROM dated)"
    questions: tuple[Question, ...] = ()

    @property
    def queries(self) -> Mapping[str, str]:
        """The queries by their keys in the configuration."""
        found = {
            "billing.ledger.accounts": self.accounts,
            "billing.ledger.entries": self.entries,
            "billing.ledger.as_of": self.as_of,
            "directory.query": self.clients,
        }
        return {key: query for key, query in found.items() if query}
