"""What the contract tests need of an OTRS: its REST, raw, and an administrator's hand in its data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import requests

Json = dict[str, Any]
PLAIN = "text/plain; charset=utf-8"


class Server(ABC):
    """One OTRS: a sandbox or the real one. The verbs below `call` are the administrator's."""

    user = "bridge"
    password = "bridge-secret"
    agent = "agent"
    agent_password = "agent-secret"
    base_url: str
    on_mariadb: bool
    """What lies beneath, where that makes a difference: MariaDB, or PostgreSQL."""

    def __init__(self) -> None:
        self._sessions: dict[str, str] = {}

    @property
    def longest_text(self) -> int:
        """How many one-byte characters fit into a subject or a text field."""
        return 65_535 if self.on_mariadb else 3800

    @property
    def url(self) -> str:
        """The web service's address."""
        return f"{self.base_url}/otrs/nph-genericinterface.pl/Webservice/OtrsBridge"

    def call(
        self, method: str, route: str, body: object = None, *, base: str | None = None, **options: Any
    ) -> requests.Response:
        """One raw request on a connection of its own; nothing is added to it."""
        if body is not None:
            options["json"] = body
        address = f"{self.url if base is None else base}{route}"
        return requests.request(method, address, timeout=30, **options)

    # --- calls with a session

    def new_session(self, login: str = "bridge", password: str | None = None) -> str:
        """A fresh session."""
        secret = f"{login}-secret" if password is None else password
        answer = self.call("POST", "/Session", {"UserLogin": login, "Password": secret}).json()
        return str(answer["SessionID"])

    def session(self, login: str = "bridge") -> str:
        """A session that all tests of the module share."""
        if login not in self._sessions:
            self._sessions[login] = self.new_session(login)
        return self._sessions[login]

    def ask(self, method: str, route: str, body: Json | None = None, *, login: str = "bridge") -> requests.Response:
        """A request whose JSON body carries the session."""
        return self.call(method, route, {"SessionID": self.session(login), **(body or {})})

    def search(self, conditions: Json | None = None, /, *, login: str = "bridge", **more: Any) -> list[int]:
        """The numbers found, sorted; an answer that is neither numbers nor `{}` fails."""
        answer = self.ask("POST", "/TicketSearch", {**(conditions or {}), **more}, login=login).json()
        assert set(answer) <= {"TicketID"}, answer
        return sorted(int(number) for number in answer.get("TicketID", []))

    def get(self, *tickets: int, login: str = "bridge", **options: Any) -> list[Json]:
        """The tickets with their dynamic fields and articles."""
        wanted = {"TicketID": list(tickets), "DynamicFields": 1, "AllArticles": 1, **options}
        found: list[Json] = self.ask("POST", "/TicketList", wanted, login=login).json()["Ticket"]
        return found

    def one(self, ticket: int, **options: Any) -> Json:
        """One ticket; its dynamic fields as a mapping under `Fields`."""
        (found,) = self.get(ticket, **options)
        return {**found, "Fields": {field["Name"]: field["Value"] for field in found.get("DynamicField", [])}}

    def create(self, title: str = "Нет связи", *, login: str = "bridge", **changes: Any) -> int:
        """A ticket made by an agent; `changes` as for `ticket_request`."""
        answer = self.ask("POST", "/Ticket", ticket_request(title, **changes), login=login).json()
        assert "TicketID" in answer, answer
        return int(answer["TicketID"])

    def update(self, ticket: int, *, login: str = "bridge", **body: Any) -> requests.Response:
        """A raw update of a ticket: `Ticket`, `Article`, `DynamicField`."""
        return self.ask("PATCH", f"/Ticket/{ticket}", body, login=login)

    def history(self, ticket: int) -> list[str]:
        """The types of the ticket's history, oldest first, without the bookkeeping of unlock times."""
        answer = self.ask("POST", f"/TicketHistory/{ticket}").json()
        lines = answer["TicketHistory"][0]["History"]
        return [line["HistoryType"] for line in lines if line["Name"] != "Reset of unlock time."]

    # --- the administrator's hand

    @abstractmethod
    def let_a_second_pass(self) -> None:
        """Afterwards the server writes other times than before."""

    @abstractmethod
    def bare_ticket(self, title: str, *, queue: str = "Misc") -> int:
        """A ticket that nobody has finished creating: no customer, no article."""

    @abstractmethod
    def delete_ticket(self, ticket: int) -> None:
        """Delete a ticket for good."""

    @abstractmethod
    def receive_mail(self, sender: str, subject: str, body: str) -> int:
        """An e-mail comes in; the ticket that it made or continued."""

    @abstractmethod
    def recipients_of_mail(self) -> list[str]:
        """Who has been sent mail so far, in order."""

    @abstractmethod
    def set_agent_valid(self, login: str, *, valid: bool) -> None:
        """Set an agent valid or invalid."""

    @abstractmethod
    def set_rights_in_secret(self, login: str, rights: Iterable[str]) -> None:
        """Replace what an agent may do in queue Secret."""

    @abstractmethod
    def age_session(self, session: str, seconds: int) -> None:
        """Make a session that much older."""

    @abstractmethod
    def move_session(self, session: str, address: str) -> None:
        """Make a session belong to another client address."""

    @abstractmethod
    def set_maintenance(self, *, active: bool) -> None:
        """Begin or end system maintenance."""

    @abstractmethod
    def poison_field(self, ticket: int, field: str) -> None:
        """Put a wrong null for a dynamic field into the cache."""


def article(**changes: Any) -> Json:
    """An article's section; a change to `...` leaves the key out."""
    section = {"Subject": "Обращение", "Body": "Текст", "ContentType": PLAIN, **changes}
    return {key: value for key, value in section.items() if value is not ...}


def ticket_request(title: str, *, fields: Json | None = None, note: Json | None = None, **changes: Any) -> Json:
    """A request for TicketCreate in queue Misc, which answers nobody; a change to `...` leaves the key out."""
    ticket = {
        "Title": title,
        "Queue": "Misc",
        "State": "open",
        "Priority": "3 normal",
        "CustomerUser": "иванов",
        **changes,
    }
    body: Json = {
        "Ticket": {key: value for key, value in ticket.items() if value is not ...},
        "Article": article(**(note or {})),
    }
    if fields is not None:
        body["DynamicField"] = field_list(**fields)
    return body


def field_list(**fields: Any) -> list[Json]:
    """A `DynamicField` section."""
    return [{"Name": name, "Value": value} for name, value in fields.items()]


def error_code(response: requests.Response) -> str:
    """The code of an application error, which always comes with HTTP 200."""
    assert response.status_code == 200, response.text
    return str(response.json()["Error"]["ErrorCode"])
