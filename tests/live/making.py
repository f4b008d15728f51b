"""Tickets for the live suite, made through the API as another program would, and by e-mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import requests
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from tests.live.server.control import LiveServer


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A ticket to make, and how it has to look once the rules were applied."""

    title: str
    customer: str = "иванов"
    state: str = "new"
    priority: str = "3 normal"
    body: str = "Не работает интернет"
    fields: Mapping[str, str] = field(default_factory=dict)
    then: tuple[str, str, str] = ("open", "3 normal", "иванов")


# Two logins in one moment clear the same folder of OTRS's cache, and whoever writes there just then dies in the middle.
_patient = retry(retry=retry_if_exception_type(requests.ConnectionError), stop=stop_after_attempt(5), reraise=True)


@_patient
def api(server: LiveServer, method: str, route: str, session: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """One call; OTRS's answer."""
    url = f"{server.webservice_url}{route}"
    answer = requests.request(method, url, json={"SessionID": session, **payload}, timeout=60)
    found: dict[str, Any] = answer.json()
    return found


@_patient
def log_in(server: LiveServer, user: str | None = None, password: str | None = None) -> str:
    """A session of the bridge's agent or of another."""
    login = {"UserLogin": user or server.user, "Password": password or server.password}
    answer = requests.post(f"{server.webservice_url}/Session", json=login, timeout=60)
    return str(answer.json()["SessionID"])


def make_tickets(server: LiveServer, wishes: Sequence[Wish], queue: str = "Internet") -> list[int]:
    """Make tickets through the API; ids in the order of the wishes."""
    session = log_in(server, server.agent, server.agent_password)

    def make(wish: Wish) -> int:
        ticket: dict[str, Any] = {
            "Title": wish.title,
            "Queue": queue,
            "State": wish.state,
            "Priority": wish.priority,
            "CustomerUser": wish.customer,
        }
        if wish.state.startswith("pending") or wish.state == "ждём клиента":
            ticket["PendingTime"] = {"Diff": "1440"}
        article = {"Subject": wish.title, "Body": wish.body, "ContentType": "text/plain; charset=utf-8"}
        payload: dict[str, Any] = {"Ticket": ticket, "Article": article}
        if wish.fields:
            payload["DynamicField"] = [{"Name": name, "Value": value} for name, value in wish.fields.items()]
        answer = api(server, "POST", "/Ticket", session, payload)
        assert "TicketID" in answer, answer
        return int(answer["TicketID"])

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(make, wishes))


def mail(sender: str, subject: str, body: str) -> bytes:
    """An e-mail to the helpdesk."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "support@mtel.ru"
    message["Subject"] = subject
    message.set_content(body)
    return message.as_bytes()
