"""Short ways to say "a ticket", "a client", "the facts" in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from otrs_bridge.domain.address.address import parse_address
from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets
from otrs_bridge.domain.client import Client, ClientType, Found, NotFound, Resolution, SearchStep
from otrs_bridge.domain.clues import Clues, clues_of
from otrs_bridge.domain.dialect import Contacts, Dialect, FieldNames
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.phone import parse_phone
from otrs_bridge.domain.ticket import Article, Customer, Ticket, Value

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

STATE_TYPES = {
    "new": "new",
    "open": "open",
    "closed successful": "closed",
    "closed unsuccessful": "closed",
    "closed with workaround": "closed",
    "pending reminder": "pending reminder",
    "pending auto close+": "pending auto",
    "merged": "merged",
    "removed": "removed",
}


def a_ticket(
    *,
    state: str = "open",
    state_type: str = "",
    priority: str = "3 normal",
    customer: str = "ivanov",
    company: str = "",
    title: str = "Не работает интернет",
    queue: str = "Support",
    sender: str = "",
    body: str = "",
    channel: str = "",
    owner: str = "",
    locked_at: datetime | None = None,
    dynamic_fields: Mapping[str, Value] | None = None,
) -> Ticket:
    """A ticket that obeys every rule unless told otherwise."""
    return Ticket(
        id=135,
        number="2013041610000135",
        title=title,
        queue=queue,
        state=state,
        state_type=state_type or STATE_TYPES.get(state, "open"),
        priority=priority,
        customer=Customer(user=customer, company=company),
        created=datetime(2013, 4, 16, 10, 0, tzinfo=UTC),
        changed=datetime(2013, 4, 16, 10, 0, tzinfo=UTC),
        locked_at=locked_at,
        lock="lock" if locked_at else "unlock",
        owner=owner,
        dynamic_fields=dynamic_fields or {},
        article=Article(id=1, sender=sender, subject=title, body=body, sender_type="customer", channel=channel),
    )


def a_client(
    contract: str = "Ф-15236",
    *,
    kind: ClientType | None = ClientType.INDIVIDUAL,
    name: str = "Иванов Иван Иванович",
    address: str = "ул. Летная, д. 5, кв. 132",
    phones: tuple[str, ...] = (),
    login: str = "ivanov",
    email: str = "",
    district: str = "Центральный",
    customer_id: str = "",
) -> Client:
    """A client of the directory."""
    number = parse_contract(contract)
    return Client(
        contracts=(number,) if number else (),
        type=kind,
        name=name,
        address_text=address,
        address=parse_address(address),
        district=district,
        phones=tuple(phone for text in phones if (phone := parse_phone(text))),
        login=login,
        email=email,
        customer_id=customer_id,
    )


def found(client: Client, by: SearchStep = "login", clue: str = "ivanov") -> Found:
    """The client was found."""
    return Found(client=client, by=by, clue=clue)


def facts_of(
    ticket: Ticket,
    *,
    client: Resolution | None = None,
    known: bool | None = None,
    dialect: Dialect | None = None,
    fields: FieldNames | None = None,
) -> Facts:
    """The facts about a ticket, its clues read as the sweep reads them; `fields` for a dialect with these names."""
    spoken = dialect or Dialect(fields=fields or FieldNames())
    return Facts(
        ticket=ticket,
        now=NOW,
        dialect=spoken,
        clues=clues_of(ticket, spoken),
        client=client or NotFound(),
        customer_known=known,
    )


def read_clues(
    *,
    customer: str = "",
    company: str = "",
    sender: str = "",
    fields: Sequence[str] = (),
    title: str = "",
    subject: str = "",
    body: str = "",
    contacts: Contacts | None = None,
    streets: Streets = NO_STREETS,
) -> Clues:
    """What is read in a ticket that says just this; `fields` are the values of at most three dynamic fields."""
    names = ("contract", "address", "phone")[: len(fields)]
    ticket = Ticket(
        id=1,
        number="1",
        title=title,
        customer=Customer(user=customer, company=company),
        dynamic_fields=dict(zip(names, fields, strict=True)),
        article=Article(id=1, sender=sender, subject=subject, body=body, sender_type="customer"),
    )
    known = Dialect(fields=FieldNames(**{name: name for name in names}), contacts=contacts or Contacts())
    return clues_of(ticket, known, streets)
