"""Which contracts a ticket names where people and the bridge write them on purpose, its text apart.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.texts.contract import ContractNumber, find_contracts, parse_contract
from otrs_bridge.domain.ticket import Ticket, shown


def contracts_named(ticket: Ticket, fields: FieldNames) -> frozenset[ContractNumber]:
    """The contracts in the customer line, the company, the contract field and the title, in any writing."""
    whole = whole_values(ticket, fields)
    told = {read for text in whole if (read := parse_contract(text)) is not None}
    return frozenset(told.union(*(find_contracts(text) for text in (*whole, ticket.title))))


def whole_values(ticket: Ticket, fields: FieldNames) -> tuple[str, ...]:
    """The values that may be a contract as a whole: the customer, the company, and the field for it if there is one."""
    field = (shown(ticket.dynamic_fields.get(fields.contract, "")),) if fields.contract else ()
    return (ticket.customer.user, ticket.customer.company, *field)


def may_be_same(told: ContractNumber, wanted: ContractNumber) -> bool:
    """Whether both may be one contract; one told without its letter may be any with that number."""
    return told.number == wanted.number and (not told.prefix or not wanted.prefix or told.prefix == wanted.prefix)
