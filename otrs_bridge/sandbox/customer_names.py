"""What a CustomerUser string may be: a login, an address, or anything with an address in it."""

import re

from otrs_bridge.sandbox.answers import text
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.records import CustomerUser

# Domains that the shipped configuration never accepts.
REFUSED_DOMAINS = ("example.com", "anywhere.com", "foo.com")


_FIRST_ENTRY = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,;])+')
_BRACKETS = re.compile(r"<([^<>]*)>\s*$")


def address_is_valid(address: str) -> bool:
    """Whether the server would send mail there: a plain ``local@domain.tld`` outside the refused domains."""
    local, at, domain = address.rpartition("@")
    if not at or not local or " " in address or "," in address or "_" in domain:
        return False
    labels = domain.split(".")
    return len(labels) > 1 and all(labels) and domain.lower() not in REFUSED_DOMAINS


def first_address(value: str) -> str | None:
    """Return the bare address of the first entry, or None where nothing can be parsed."""
    entry = _FIRST_ENTRY.match(value)
    first = entry.group() if entry else ""
    in_brackets = _BRACKETS.search(first)
    address = in_brackets.group(1) if in_brackets else first
    return address.strip() or None


def known_customer(database: SandboxDatabase, value: str) -> CustomerUser | None:
    """Return the customer user with this login or else with this bare address."""
    return database.customer_user(value) or database.customer_user_with_email(value)


def is_acceptable(database: SandboxDatabase, given: object) -> bool:
    """Whether validation lets it pass: known, or its first address is valid, or there is none to check."""
    if isinstance(given, list | dict):
        return False
    value = text(given)
    if known_customer(database, value) is not None:
        return True
    address = first_address(value)
    if address is None or address == "":
        return True
    exchangers = database.mail_exchangers
    return address_is_valid(address) and (exchangers is None or address.rpartition("@")[2] in exchangers)
