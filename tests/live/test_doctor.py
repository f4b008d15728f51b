"""The doctor on the real OTRS: silent where all is well, the right sentence where it is not, and never a write."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.live.conftest import Cli, make_cli
from tests.live.making import api, log_in
from tests.live.server.control import LiveServer

pytestmark = pytest.mark.live

# What the package of each Debian release calls itself; see tests/live/server/README.md.
PRODUCT = "Znuny LTS 6.0" if os.environ.get("OTRS_BRIDGE_TEST_RELEASE") == "bullseye" else "Znuny 6.5"
RULES = ("state", "priority", "customer", "client_type")
ALL_FIELDS = {"short_number": "ShortNumber", "contract": "Contract", "address": "Address", "phone": "Phone"}
BLIND, BLIND_PASSWORD = "doctor-reads", "doctor-reads-secret"


@pytest.fixture(scope="module")
def ticket(live: LiveServer) -> str:
    """An open ticket of our own, and a closed one beside it, whoever has reset the server; the open one's full number."""
    made = make_ticket(live, "open", BridgeKey="doctor-1")
    make_ticket(live, "closed successful")
    return made


def make_ticket(live: LiveServer, state: str, **fields: str) -> str:
    ticket = {
        "Title": "doctor",
        "Queue": "Support",
        "State": state,
        "Priority": "3 normal",
        "CustomerUser": "иванов",
    }
    article = {
        "Subject": "doctor",
        "Body": "doctor",
        "ContentType": "text/plain; charset=utf-8",
        "IsVisibleForCustomer": 0,
        "AutoResponseType": "auto remove",
    }
    values = [{"Name": name, "Value": value} for name, value in {"ClientType": "individual", **fields}.items()]
    made = api(live, "POST", "/Ticket", log_in(live), {"Ticket": ticket, "Article": article, "DynamicField": values})
    return str(made["TicketNumber"])


def operator(folder: Path, live: LiveServer, **more: Any) -> Cli:
    """An operator's folder; his language is English unless he says otherwise."""
    rules = more.pop("rules", {})
    settings: dict[str, Any] = {"language": "en", "fields": ALL_FIELDS, **more}
    cli = make_cli(folder, live.base_url, RULES, **settings)
    config = folder / "config.yaml"
    written = yaml.safe_load(config.read_text(encoding="utf-8"))
    written["rules"].update(rules)
    config.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    return cli


def examined(cli: Cli, *arguments: str, status: int = 0) -> dict[str, dict[str, str]]:
    """Each check's line by its name."""
    done = cli.run("doctor", *arguments, "--format", "json")
    assert done.returncode == status, done.stdout + done.stderr
    return {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}


def by_verdict(lines: dict[str, dict[str, str]], verdict: str) -> set[str]:
    return {name for name, line in lines.items() if line["verdict"] == verdict}


def everything(live: LiveServer, number: str) -> list[tuple[str, ...]]:
    """What a write would show in: the ticket, its history, articles and fields; and no ticket of the doctor's making."""
    own = f"(select id from ticket where tn = '{number}')"
    return [
        *live.sql(f"select change_time, change_by, title, ticket_state_id from ticket where id = {own}"),
        *live.sql(f"select count(*) from ticket_history where ticket_id = {own}"),
        *live.sql(f"select count(*) from article where ticket_id = {own}"),
        *live.sql(f"select field_id, value_text from dynamic_field_value where object_id = {own} order by 1, 2"),
        *live.sql("select count(*) from ticket where lower(title) like '%otrs-bridge doctor%'"),
        *live.sql("select count(*) from article_data_mime where lower(a_subject) like '%otrs-bridge doctor%'"),
    ]


def test_all_is_well_and_nothing_is_written(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    before = everything(live, ticket)
    lines = examined(operator(tmp_path, live))
    assert by_verdict(lines, "failed") == set()
    assert by_verdict(lines, "warning") == set()
    assert by_verdict(lines, "not_checked") == {"write_rights"}
    assert "closed successful (closed)" in lines["state_types"]["said"]
    assert PRODUCT in lines["otrs"]["said"]
    assert "Secret" not in lines["queues"]["said"]
    assert everything(live, ticket) == before


def test_the_write_test_proves_rw_and_changes_nothing(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    before = everything(live, ticket)
    lines = examined(operator(tmp_path, live), "--write-test", "--ticket", ticket)
    assert "may write in Support; nothing changed" in lines[f"write_rights {ticket}"]["said"]
    assert everything(live, ticket) == before


def test_an_agent_who_may_only_read_is_told_so(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    add_reader(live)
    before = everything(live, ticket)
    login = {"user": BLIND, "password": BLIND_PASSWORD}
    lines = examined(operator(tmp_path, live, otrs=login), "--write-test", "--ticket", ticket, status=1)
    assert by_verdict(lines, "failed") == {f"write_rights {ticket}"}
    assert "no right to write in Support" in lines[f"write_rights {ticket}"]["said"]
    assert "may not in:" in lines["queues"]["said"]
    assert everything(live, ticket) == before


def add_reader(live: LiveServer) -> None:
    """An agent with nothing but ro; the server keeps him until its next reset."""
    live.perl(f"""
        my $Users = $Kernel::OM->Get('Kernel::System::User');
        my $ID = $Users->UserLookup( UserLogin => '{BLIND}', Silent => 1 ) || $Users->UserAdd(
            UserFirstname => 'Doctor', UserLastname => 'Test', UserLogin => '{BLIND}', UserPw => '{BLIND_PASSWORD}',
            UserEmail => '{BLIND}@mtel.ru', ValidID => 1, ChangeUserID => 1,
        );
        my $Groups = $Kernel::OM->Get('Kernel::System::Group');
        $Groups->PermissionGroupUserAdd(
            GID => $Groups->GroupLookup( Group => 'users' ), UID => $ID, UserID => 1,
            Permission => {{ ro => 1, move_into => 0, create => 0, note => 0, owner => 0, priority => 0, rw => 0 }},
        );
    """)


def test_a_wrong_password(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    lines = examined(operator(tmp_path, live, otrs={"password": "wrong"}), status=77)
    assert "does not accept user name or password of the agent bridge" in lines["login"]["said"]
    assert "Admin → Agents → bridge" in lines["login"]["remedy"]
    assert lines["states"]["verdict"] == "not_checked"


@pytest.mark.parametrize("name", ["otrsbridge", "NoSuchService"])
def test_a_wrong_web_service_name(live: LiveServer, ticket: str, tmp_path: Path, name: str) -> None:
    lines = examined(operator(tmp_path, live, otrs={"webservice": name}), status=1)
    assert f"no web service {name}" in lines["web_service"]["said"]
    assert lines["otrs"]["verdict"] == "ok"


def test_a_wrong_path(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    path = "/otobo/nph-genericinterface.pl/Webservice/"
    lines = examined(operator(tmp_path, live, otrs={"path": path}), status=75)
    assert "404" in lines["otrs"]["said"]


def test_names_that_otrs_does_not_know(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    before = everything(live, ticket)
    rules = {
        "state": {"mode": "enforce", "open": "Open"},
        "priority": {"mode": "enforce", "legal": "6 urgent", "order": ["3 normal", "6 urgent"]},
        "client_type": {"mode": "enforce", "values": {"legal": "Юридическое лицо", "individual": "individual"}},
        "customer": {"mode": "enforce", "address": "test@example.com"},
    }
    cli = operator(tmp_path, live, rules=rules, fields={"contract": "contract"})
    lines = examined(cli, status=1)
    assert by_verdict(lines, "failed") == {"states", "priorities", "field_values", "placeholder", "dynamic_fields"}
    assert "«Open»" in lines["states"]["said"]
    assert "«6 urgent»" in lines["priorities"]["said"]
    assert "ClientType: Юридическое лицо" in lines["field_values"]["said"]
    assert "test@example.com" in lines["placeholder"]["said"]
    assert "contract (there is Contract)" in lines["dynamic_fields"]["said"]
    assert everything(live, ticket) == before


def test_a_wrong_time_zone(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    lines = examined(operator(tmp_path, live, otrs={"timezone": "Asia/Yekaterinburg"}), status=1)
    assert by_verdict(lines, "failed") == {"time_zone"}
    assert "UTC+00:00" in lines["time_zone"]["said"]
    assert "UTC+05:00" in lines["time_zone"]["said"]


def test_a_web_service_with_missing_routes_and_keep_alive(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    live.perl("""
        my $Services = $Kernel::OM->Get('Kernel::System::GenericInterface::Webservice');
        my $Config = $Services->WebserviceGet( Name => 'OtrsBridge' )->{Config};
        delete $Config->{Provider}->{Transport}->{Config}->{RouteOperationMapping}->{TicketHistoryGet};
        $Config->{Provider}->{Transport}->{Config}->{RouteOperationMapping}->{TicketUpdate}->{RequestMethod} = ['PUT'];
        $Config->{Provider}->{Transport}->{Config}->{KeepAlive} = '1';
        $Services->WebserviceAdd( Name => 'DoctorHalf', Config => $Config, ValidID => 1, UserID => 1 );
    """)
    try:
        lines = examined(operator(tmp_path, live, otrs={"webservice": "DoctorHalf"}), status=1)
    finally:
        live.perl("""
            my $Services = $Kernel::OM->Get('Kernel::System::GenericInterface::Webservice');
            $Services->WebserviceDelete( ID => $Services->WebserviceGet( Name => 'DoctorHalf' )->{ID}, UserID => 1 );
        """)
    assert by_verdict(lines, "failed") == {"route TicketHistoryGet", "route TicketUpdate"}
    assert by_verdict(lines, "warning") == {"keep_alive"}
    assert "OtrsBridge.yml" in lines["route TicketUpdate"]["remedy"]
    assert lines["states"]["verdict"] == "not_checked"


def test_people_read_it_in_their_language(live: LiveServer, ticket: str, tmp_path: Path) -> None:
    done = operator(tmp_path, live, language="ru").run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ login              агент bridge вошёл" in done.stdout
    assert "Исправить: 0; обратить внимание: 0; не проверено: 1." in done.stdout
