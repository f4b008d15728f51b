"""Clients who write, agents who work, and a line that breaks: everything that happens around the bridge meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import requests

from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind
from tests.live.making import Wish, api, log_in, mail, make_tickets
from tests.live.server.control import LiveServer
from tests.live.test_main_job import BY_API, BY_MAIL

CHOICES = {"state": "closed successful", "priority": "2 low", "title": "Исправлено агентом"}  # which no rule minds
API_NAME = {"state": "State", "priority": "Priority", "title": "Title"}
ROUTES = ("PATCH /Ticket/", "POST /Ticket", "POST /TicketList", "POST /TicketSearch", None)
WISHES = [wish for wish in BY_API if "Ф-30001" not in wish.body]  # a debtor with a fault ticket is not cut off
KINDS = (
    *(ProxyFaultKind.REQUEST_LOST, ProxyFaultKind.ANSWER_LOST, ProxyFaultKind.ANSWER_LOST, ProxyFaultKind.ANSWER_CUT),
    *(ProxyFaultKind.ERROR_PAGE, ProxyFaultKind.ERROR_PAGE_AFTER, ProxyFaultKind.SESSION_GONE, ProxyFaultKind.DELAY),
)


@dataclass(kw_only=True)
class Traffic:
    """`chosen`: what agents chose last, by ticket and field; `counts`: how often what happened.

    `companies`: tickets of those that have priority `4 high` by the rules, whatever agents say.
    """

    server: LiveServer
    proxy: FaultProxy
    random: Random
    ids: list[int] = field(default_factory=list)
    chosen: dict[tuple[int, str], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    companies: set[int] = field(default_factory=set)

    def happen(self) -> None:
        """One thing."""
        kind = self.random.choice(("api", "api", "api", "mail", "agent", "agent", "fault"))
        try:
            getattr(self, f"_{kind}")()
        except requests.RequestException:  # OTRS is just being restarted: whoever wrote gave up
            kind = f"{kind}, OTRS away"
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def _api(self) -> None:
        wish: Wish = self.random.choice(WISHES)
        self._made(make_tickets(self.server, [wish])[0], wish.then)

    def _mail(self) -> None:
        sender, subject, body, then = self.random.choice(BY_MAIL)
        self._made(self.server.mail(mail(sender, subject, body)), then)

    def _made(self, ticket: int, then: tuple[str, str, str]) -> None:
        self.ids.append(ticket)
        if then[1] == "4 high":
            self.companies.add(ticket)

    def _agent(self) -> None:
        """Half of the times on one of the newest tickets, which the bridge may have in hand at this moment."""
        if not self.ids:
            return
        some = self.ids[-3:] if self.random.random() < 0.5 else self.ids
        ticket, name = self.random.choice(some), self.random.choice([*CHOICES])
        if name == "priority" and ticket in self.companies:
            name = "title"
        session = log_in(self.server, self.server.agent, self.server.agent_password)
        answer = api(self.server, "PATCH", f"/Ticket/{ticket}", session, {"Ticket": {API_NAME[name]: CHOICES[name]}})
        if "TicketID" in answer:
            self.chosen[ticket, name] = CHOICES[name]

    def _fault(self) -> None:
        random = self.random
        self.proxy.order(
            ProxyFault(
                kind=random.choice(KINDS), route=random.choice(ROUTES), skip=random.randint(0, 4),
                times=random.choice((1, 1, 2, 5)), status=random.choice((200, 500, 502)), seconds=random.choice((2, 8)),
            )
        )  # fmt: skip
