"""otrs-bridge explain: what it reads in a ticket is what the client said, and nothing that the bridge said itself."""

from __future__ import annotations

from typing import Any

import pytest

from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge

RULES: dict[str, Any] = {"customer": "enforce"}
OPEN_LIMITS = {"max_share": 1.0}


def seen(bridge: Bridge, number: str) -> dict[str, str]:
    """The lines that say what was read."""
    done = bridge("explain", number)
    assert done.exit_code == 0, done.output
    pairs = (line.strip().split("  ", 1) for line in done.stdout.splitlines()[1:10])
    return {label: value.strip() for label, value in (pair for pair in pairs if len(pair) > 1)}


@pytest.mark.parametrize(("deleted", "phones"), [(False, "+7 495 586-12-12"), (True, "—")], ids=["kept", "deleted"])
def test_the_bridges_note_is_not_read_as_the_clients_words_whether_or_not_the_first_article_is_deleted(
    bridge: Bridge, desk: Sandbox, deleted: bool, phones: str
) -> None:
    """The note lists whom the phone fits, with their contracts and addresses; OTOBO 11 can delete the article before it."""
    ticket = desk.add_ticket("Не работает", body="Нет связи, тел. 8 (495) 586-12-12")
    done = bridge("sweep", "--ticket", ticket.number, "--apply", rules=RULES, limits=OPEN_LIMITS)
    assert done.exit_code == 0, done.output
    assert "Ф-15240" in ticket.articles[-1].body
    if deleted:
        desk.delete_first_article(ticket.ticket_id)
    found = seen(bridge, ticket.number)
    assert (found["Contracts"], found["Addresses"], found["Phones"]) == ("—", "—", phones)
