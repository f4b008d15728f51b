"""The real OTRS as a story sees it: what people do goes through the API, what is asserted is read from the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from otrs_bridge.sandbox.records import ArticleRow, HistoryEntry, TicketRow
from tests.live.making import api, log_in
from tests.live.server.control import LiveServer

STRANGER = "test@mtel.ru"
OUT_OF_SIGHT = "Secret"  # a queue that the bridge's agent may not see
NEVER = datetime.min.replace(tzinfo=UTC)  # no story asks when something was

TICKETS = """
SELECT json_build_object('id', t.id, 'tn', t.tn, 'title', t.title, 'by', t.create_by, 'customer', t.customer_user_id,
'state', s.name, 'priority', p.name,
'values', (SELECT json_agg(json_build_array(f.name, v.value_text) ORDER BY v.id) FROM dynamic_field_value v
    JOIN dynamic_field f ON f.id = v.field_id WHERE v.object_id = t.id AND f.object_type = 'Ticket'),
'articles', (SELECT json_agg(json_build_array(a.id, a.create_by, m.a_subject, m.a_body) ORDER BY a.id) FROM article a
    JOIN article_data_mime m ON m.article_id = a.id WHERE a.ticket_id = t.id),
'history', (SELECT json_agg(json_build_array(h.id, y.name, h.name, h.create_by) ORDER BY h.id) FROM ticket_history h
    JOIN ticket_history_type y ON y.id = h.history_type_id WHERE h.ticket_id = t.id))
FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id JOIN ticket_priority p ON p.id = t.ticket_priority_id
WHERE t.id > {after} ORDER BY t.id
"""


@dataclass(kw_only=True)
class LiveDesk:
    """The tickets of one story: those that are younger than it."""

    server: LiveServer
    _still: bool = False
    _after: int = 0
    _session: str = ""
    _found: list[TicketRow] = field(default_factory=list)
    _words: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._after = int(self._value("SELECT max(id) FROM ticket"))
        self._customers = {row[0] for row in self.server.sql("SELECT login FROM customer_user")}
        self._session = log_in(self.server, self.server.agent, self.server.agent_password)
        self.put_away()

    @property
    def base_url(self) -> str:
        """Where the proxy forwards to."""
        return self.server.base_url

    @property
    def password(self) -> str:
        """The bridge's."""
        return self.server.password

    @property
    def ours(self) -> int:
        """The bridge's number."""
        return int(self._value("SELECT id FROM users WHERE login = 'bridge'"))

    def _value(self, query: str) -> str:
        return self.server.sql(query)[0][0]

    # --- what people do

    def add_ticket(
        self,
        title: str,
        *,
        state: str,
        priority: str,
        customer_user: str | None,
        customer_id: str | None,
        sender: str | None,
    ) -> TicketRow:
        """A ticket as another program makes it. The API takes customers that OTRS knows, and addresses."""
        del customer_id
        ticket: dict[str, Any] = {
            "Title": title, "Queue": "Internet", "State": state, "Priority": priority,
            "CustomerUser": customer_user if customer_user in self._customers else STRANGER,
        }  # fmt: skip
        if state.startswith("pending"):
            ticket["PendingTime"] = {"Diff": "1440"}
        article = {"Subject": title, "Body": "Текст обращения", "ContentType": "text/plain; charset=utf-8"}
        if sender:
            article["From"] = f"Иван <{STRANGER}>"  # OTRS looks up where an address gets its mail
        answer = api(self.server, "POST", "/Ticket", self._session, {"Ticket": ticket, "Article": article})
        assert "TicketID" in answer, answer
        return self.ticket(int(answer["TicketID"]))

    def edit(
        self, ticket_id: int, *, title: str | None = None, state: str | None = None, priority: str | None = None
    ) -> TicketRow:
        """An agent's change."""
        wanted = {"Title": title, "State": state, "Priority": priority}
        given = {name: value for name, value in wanted.items() if value is not None}
        answer = api(self.server, "PATCH", f"/Ticket/{ticket_id}", self._session, {"Ticket": given})
        assert "TicketID" in answer, answer
        return self.ticket(ticket_id)

    def put_away(self) -> None:
        """No story sees the tickets that are there now: those of an earlier one that broke off, too."""
        seen = "SELECT t.id FROM ticket t JOIN queue q ON q.id = t.queue_id WHERE q.name <> '" + OUT_OF_SIGHT + "'"
        for row in self.server.sql(seen):
            api(self.server, "PATCH", f"/Ticket/{row[0]}", self._session, {"Ticket": {"Queue": OUT_OF_SIGHT}})

    # --- what is there

    def hold_still(self) -> None:
        """Nothing happens any more: what is there is read once."""
        self._still = False
        self.tickets()
        self._still = True

    def tickets(self) -> list[TicketRow]:
        """All of them, oldest first."""
        if not self._still:
            rows = self.server.sql(TICKETS.format(after=self._after))
            told = [json.loads(row[0]) for row in rows]
            self._found = [_ticket(one) for one in told]
            self._words = {one["id"]: (one["state"], one["priority"]) for one in told}
        return self._found

    def ticket(self, ticket_id: int) -> TicketRow:
        """One of them, as it is now."""
        return next(one for one in self.tickets() if one.ticket_id == ticket_id)

    def state_of(self, ticket_id: int) -> str:
        """The name of its state."""
        self.tickets()
        return self._words[ticket_id][0]

    def priority_of(self, ticket_id: int) -> str:
        """The name of its priority."""
        self.tickets()
        return self._words[ticket_id][1]


def _ticket(told: Mapping[str, Any]) -> TicketRow:
    number, values = told["id"], dict[str, list[str]]()
    for name, value in told["values"] or ():
        values.setdefault(name, []).append(value)
    return TicketRow(
        ticket_id=number, number=told["tn"], title=told["title"], created_by=told["by"], values=values,
        customer_user=told["customer"], articles=[_article(number, *one) for one in told["articles"] or ()],
        history=[_entry(number, *one) for one in told["history"] or ()],
        queue_id=0, state_id=0, priority_id=0, owner_id=0, created=NEVER, changed=NEVER, changed_by=0,
    )  # fmt: skip


def _article(ticket_id: int, number: int, by: int, subject: str, body: str) -> ArticleRow:
    return ArticleRow(
        article_id=number, ticket_id=ticket_id, subject=subject or "", body=body or "", created=NEVER, created_by=by,
        sender_type="agent", channel="Internal", is_visible_for_customer=False, sender="", to="", cc="", content_type="",
    )  # fmt: skip


def _entry(ticket_id: int, number: int, kind: str, name: str, by: int) -> HistoryEntry:
    return HistoryEntry(
        history_id=number, ticket_id=ticket_id, type=kind, name=name, created=NEVER, created_by=by,
        queue_id=0, state_id=0, priority_id=0, owner_id=0,
    )  # fmt: skip
