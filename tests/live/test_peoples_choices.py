"""On the real OTRS: what agents choose after the bridge stays, and what the bridge itself filled in follows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import RULES
from tests.live.conftest import make_cli
from tests.live.making import Wish, api, log_in, make_tickets
from tests.live.server.control import LiveServer
from tests.live.test_field_rules import rows

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

CLAIMS = "Ф-15236, не работает интернет"
NAMES = ("moved on", "another client", "wrong client")


def test_an_agents_queue_and_client_stay_and_the_bridges_own_district_follows(
    fresh: LiveServer, tmp_path: Path
) -> None:
    wishes = [Wish(title=name, customer="test@mtel.ru", body=CLAIMS) for name in NAMES]
    ids = dict(zip(NAMES, make_tickets(fresh, wishes, "Raw"), strict=True))
    routing = {"queue_routing": {"mode": "enforce", "queues": {"internet": "Internet"}}}
    cli = make_cli(
        tmp_path, fresh.base_url, [], rules={rule.name: {"mode": "enforce"} for rule in RULES} | routing, language="en"
    )
    cli.lines("sweep", "--all", "--apply")
    swept = rows(fresh, ids)
    assert {(row.queue, row.customer, row.fields["District"]) for row in swept.values()} == {
        ("Internet", "Ф-15236", ("Центральный",))
    }

    session = log_in(fresh, fresh.agent, fresh.agent_password)
    corrections = {
        "moved on": {"Queue": "Misc"},
        "another client": {"CustomerUser": '"Сосед" <x@y.ru>'},
        "wrong client": {"CustomerUser": "петрова"},
    }
    for name, ticket in corrections.items():
        assert "TicketID" in api(fresh, "PATCH", f"/Ticket/{ids[name]}", session, {"Ticket": ticket})

    lines, _ = cli.lines("sweep", "--all", "--apply")
    after = rows(fresh, ids)
    outcomes = {(line["ticket_id"], line["field"]): line["outcome"] for line in lines}
    assert (outcomes[ids["moved on"], "queue"], outcomes[ids["another client"], "customer"]) == ("pinned", "pinned")
    assert (after["moved on"].queue, after["another client"].customer) == ("Misc", '"Сосед" <x@y.ru>')
    assert (after["wrong client"].customer, after["wrong client"].fields["District"]) == ("петрова", ("Северный",))
    assert after["moved on"].notes == swept["moved on"].notes

    again, _ = cli.lines("sweep", "--all", "--apply")
    assert {line["outcome"] for line in again} == {"pinned"}
    assert rows(fresh, ids) == after, "a second sweep touches nothing"

    listed = cli.run("pins").stdout
    assert "Misc" in listed
    released = cli.run("pins", "--release", after["moved on"].number)
    assert released.stdout.strip() == "Pins released: 1."
    cli.lines("sweep", "--all", "--apply")
    assert rows(fresh, ids)["moved on"].queue == "Internet"
