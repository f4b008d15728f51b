"""On the real OTRS: a debtor whose open fault only the ticket itself names keeps his line; doctor knows the jobs' queues."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.ticket import Customer, NewTicket, Value
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.live.conftest import Cli, make_cli
from tests.live.server.control import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

PLACEHOLDER = '"ул. Мира (подъезд 2), д. 5, Иванов Иван Иванович, {}" <test@mtel.ru>'
NAMES = [f"Ф-{60000 + number}" for number in range(6)]


def operator(folder: Path, server: LiveServer, **jobs: Any) -> Cli:
    """Six internet debtors of this month, none of them known to the client directory."""
    first = datetime.now(ZoneInfo("Europe/Moscow")).replace(day=1).date()  # noqa: TID251 - the real server lives in the real time
    accounts = [f"{name},{name},internet,500" for name in NAMES]
    entries = [f"{name},charge,{first},500" for name in NAMES]
    (folder / "accounts.csv").write_text("\n".join(["account,contract,service,fee", *accounts, ""]), encoding="utf-8")
    (folder / "entries.csv").write_text("\n".join(["account,kind,dated,amount", *entries, ""]), encoding="utf-8")
    cli = make_cli(
        folder,
        server.base_url,
        ("state", "priority", "customer"),
        language="en",
        fields={"contract": "Contract"},
        billing={"queues": {"internet": "Internet", "telephony": "Telephony"}, "max_share": 1},
        jobs={"internet_suspension": "enforce", **jobs},
    )
    done = cli.run("billing", "import", "accounts.csv", "entries.csv")
    assert done.returncode == 0, done.stderr
    return cli


def test_nobody_is_cut_off_in_the_middle_of_a_fault(fresh: LiveServer, tmp_path: Path) -> None:
    fresh.reset()
    connection = OtrsConnection(url=fresh.base_url, user=fresh.user, password=fresh.password)
    helpdesk = OtrsHelpdesk(connection, SystemClock())

    def fault(title: str, customer: str, **fields: Value) -> int:
        return helpdesk.create_ticket(
            NewTicket(
                title=title,
                queue="Support",
                state="open",
                priority="3 normal",
                customer=Customer(user=customer),
                subject=title,
                body=title,
                dynamic_fields=fields,
            )
        )

    fault("Нет связи", PLACEHOLDER.format(NAMES[0]))
    fault("Нет связи", "test@mtel.ru", Contract="ф 60001")
    fault(f"Нет связи ({NAMES[2]}) & тишина!", "test@mtel.ru")
    fault("Не то тарифицировали", PLACEHOLDER.format(NAMES[3]), Category=("billing",))
    mended = fault("Нет связи", PLACEHOLDER.format(NAMES[4]))
    helpdesk.update(mended, {"state": "closed successful"}, None)
    helpdesk.close()
    lines, _ = operator(tmp_path, fresh).lines("jobs", "run", "internet_suspension", "--apply")
    outcomes = {line["new"].split()[2]: line["outcome"] for line in lines}
    assert outcomes == {
        **dict.fromkeys(NAMES[:3], "skipped"),
        **dict.fromkeys(NAMES[3:], "applied"),
    }
    raised = fresh.sql("SELECT title FROM ticket WHERE title LIKE 'Откл.%' ORDER BY title")
    assert [row[0].split()[2] for row in raised] == NAMES[3:]


def test_doctor_tells_queues_that_are_there_from_those_that_are_not(fresh: LiveServer, tmp_path: Path) -> None:
    said = {}
    for queue in ("Billing", "Reminders"):
        done = operator(tmp_path, fresh, reminders={"ticket_queue": queue}).run("doctor", "--format", "json")
        found = {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}
        said[queue] = (found["job_queues"]["verdict"], found["job_queues"]["said"])
    assert said["Billing"] == ("ok", "may create in: Internet, Telephony, Billing")
    assert said["Reminders"] == ("failed", "OTRS has no queue «Reminders» (letter case counts)")
