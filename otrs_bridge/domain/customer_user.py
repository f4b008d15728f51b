"""What a ticket's customer itself says of whether it is one of OTRS's customer users (docs/field-rules.md#placeholder)."""

from __future__ import annotations

from collections.abc import Sequence

from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.mail import parse_sender
from otrs_bridge.domain.ticket import Customer


def is_customer_user(customer: Customer) -> bool:
    """Whether OTRS took the customer from its customer users: beside a login of theirs it writes their CustomerID.

    Beside the address of a sender whom it does not know stand that address once more, or nothing. A False proves little:
    somebody who registered himself may have his address for a CustomerID, too.
    """
    user, company = customer.user.strip(), customer.company.strip().casefold()
    if not user or not company or "<" in user:
        return False
    return "@" not in user or company not in (user.casefold(), parse_sender(user).email.casefold())


def having_login(clients: Sequence[Client], login: str) -> tuple[Client, ...]:
    """Those clients whose login it is, in any letter case; the others of `by_login` have it for an e-mail address."""
    wanted = login.strip().casefold()
    return tuple(client for client in clients if wanted and client.login.strip().casefold() == wanted)
