"""OTRS tells of its tickets: its console imports what `webservice --push` prints, and its invoker finds the bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.live.conftest import Cli
from tests.live.making import Wish, api, log_in, mail, make_tickets
from tests.live.pushing import pushes, tell_bridge
from tests.live.server.control import LiveServer
from tests.live.test_daemon import eventually
from tests.live.test_main_job import rows
from tests.servers import forked

pytestmark = pytest.mark.live

SELDOM = 3600  # seconds between two polls: what is put right within some seconds, no poll has done


@dataclass(frozen=True, kw_only=True)
class Told:
    """A daemon that OTRS tells of its tickets."""

    server: LiveServer
    cli: Cli
    address: str

    def pushes(self) -> dict[str, int]:
        """How many came, by outcome."""
        return dict(pushes(self.address))

    def is_right(self, *ids: int) -> bool:
        """Whether these are in line."""
        return {row[0] for row in rows(self.server, list(ids)).values()} == {"open"}


@pytest.fixture(params=[True, False], ids=["synchronous", "asynchronous"])
def told(live: LiveServer, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Told]:
    """OTRS as freshly provisioned, which pushes in one way or the other, and a daemon that hears it."""
    cli, listen = tell_bridge(live, tmp_path, synchronous=request.param, poll_seconds=SELDOM)
    if not request.param:
        live._run("daemon-start")
    with (tmp_path / "log").open("w") as log:
        process = forked.start("run", folder=cli.folder, stderr=log)
        found = Told(server=live, cli=cli, address=f"http://{listen}")
        try:
            assert eventually(lambda: "otrs_bridge_poll_lag" in _metrics(found), within=120)
            assert eventually(lambda: _polled(found), within=120)
            yield found
        finally:
            process.kill()
            process.wait(timeout=10)
            if not request.param:
                live._run("daemon-stop")


def _metrics(told: Told) -> str:
    try:
        return requests.get(f"{told.address}/metrics", timeout=60).text
    except requests.ConnectionError:  # not yet
        return ""


def _polled(told: Told) -> bool:
    return 'otrs_bridge_healthy{part="poll"} 1.0' in _metrics(told)


def by_api(server: LiveServer) -> int:
    return make_tickets(server, [Wish(title="Заявка", priority="5 very high")])[0]


def by_mail(server: LiveServer) -> int:
    return server.mail(mail("ivanov@mtel.ru", "Не работает интернет", "С утра"))


def by_agent(server: LiveServer) -> int:
    """At the phone, by OTRS's own code as the agents' screen runs it."""
    made = server.perl(
        "my $t = $Kernel::OM->Get('Kernel::System::Ticket'); my $id = $t->TicketCreate(Title => 'Звонок', "
        "Queue => 'Internet', Lock => 'unlock', Priority => '3 normal', State => 'new', CustomerUser => 'иванов', "
        "CustomerID => 'Ф-10482', OwnerID => 3, UserID => 3) or die; "
        "$Kernel::OM->Get('Kernel::System::Ticket::Article')->BackendForChannel(ChannelName => 'Phone')->ArticleCreate("
        "TicketID => $id, SenderType => 'customer', IsVisibleForCustomer => 1, From => 'иванов', Subject => 'Звонок', "
        "Body => 'Не работает', MimeType => 'text/plain', Charset => 'utf-8', HistoryType => 'PhoneCallCustomer', "
        "HistoryComment => '%%', UserID => 3) or die; print $id;"
    )
    return int(made)


@pytest.mark.parametrize("make", [by_api, by_mail, by_agent])
def test_a_new_ticket_is_put_right_long_before_the_poll(told: Told, make: Callable[[LiveServer], int]) -> None:
    ticket = make(told.server)
    assert eventually(lambda: told.is_right(ticket), within=90), told.pushes()


def test_an_agents_change_is_heard_of_and_the_bridges_own_is_not(told: Told) -> None:
    ticket = by_api(told.server)
    assert eventually(lambda: told.is_right(ticket), within=90)
    before = sum(told.pushes().values())
    session = log_in(told.server)  # as the bridge
    api(told.server, "PATCH", f"/Ticket/{ticket}", session, {"Ticket": {"Priority": "5 very high"}})
    api(told.server, "PATCH", f"/Ticket/{ticket}", session, {"Ticket": {"Title": "Моя правка"}})
    agent = log_in(told.server, told.server.agent, told.server.agent_password)
    api(told.server, "PATCH", f"/Ticket/{ticket}", agent, {"Ticket": {"State": "closed unsuccessful"}})
    closed = {"closed successful"}
    assert eventually(lambda: {row[0] for row in rows(told.server, [ticket]).values()} == closed, within=90)
    assert sum(told.pushes().values()) == before + 1, "one of the agent's, none of the bridge's"
    assert "push" in told.cli.run("doctor").stdout
