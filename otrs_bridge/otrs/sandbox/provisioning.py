"""The freshly provisioned server: the same states, queues, fields and people as the test Znuny has."""

from otrs_bridge.otrs.sandbox.records import (
    Agent,
    CustomerUser,
    DynamicField,
    FieldType,
    Priority,
    Queue,
    Right,
    State,
)

BRIDGE_LOGIN = "bridge"
BRIDGE_PASSWORD = "bridge-secret"  # noqa: S105 - the sandbox's, on loopback
AGENT_LOGIN = "agent"
AGENT_PASSWORD = "agent-secret"  # noqa: S105 - the sandbox's, on loopback

ALL_RIGHTS: frozenset[Right] = frozenset({"ro", "rw", "create", "move_into", "note", "owner", "priority"})
OPEN_QUEUES = ("Postmaster", "Raw", "Junk", "Misc", "Support", "Internet", "Telephony", "TV", "Billing")
SECRET_QUEUE = "Secret"  # noqa: S105 - a queue's name
CATEGORIES = (
    "internet",
    "setup",
    "speed",
    "telephony-incoming",
    "telephony-outgoing",
    "telephony-international",
    "tv",
    "cable",
    "billing",
)
CLIENT_TYPES = {"legal": "юридическое лицо", "individual": "физическое лицо"}
TEXT_FIELDS = ("District", "MasterTicket", "BridgeKey", "ShortNumber", "Contract", "Address", "Phone")

_STATES = (
    ("new", "new"),
    ("closed successful", "closed"),
    ("closed unsuccessful", "closed"),
    ("open", "open"),
    ("removed", "removed"),
    ("pending reminder", "pending reminder"),
    ("pending auto close+", "pending auto"),
    ("pending auto close-", "pending auto"),
    ("merged", "merged"),
    ("ждём клиента", "pending reminder"),
    ("waiting for part", "open"),
)
STATE_TYPE_IDS = {
    "new": 1,
    "open": 2,
    "closed": 3,
    "pending reminder": 4,
    "pending auto": 5,
    "removed": 6,
    "merged": 7,
}


def states() -> list[State]:
    """Return the shipped states and two of the ISP's own."""
    return [State(state_id=i, name=name, type=kind) for i, (name, kind) in enumerate(_STATES, start=1)]


def priorities() -> list[Priority]:
    """Return the five shipped priorities."""
    names = ("1 very low", "2 low", "3 normal", "4 high", "5 very high")
    return [Priority(priority_id=i, name=name) for i, name in enumerate(names, start=1)]


def queues() -> list[Queue]:
    """Return the queues of group users, and one that belongs to nobody."""
    opened = [Queue(queue_id=i, name=name) for i, name in enumerate(OPEN_QUEUES, start=1)]
    return [*opened, Queue(queue_id=len(opened) + 1, name=SECRET_QUEUE, group_id=4)]


def _text_field(name: str) -> tuple[str, FieldType, dict[str, str]]:
    return name, "Text", {}


def dynamic_fields() -> list[DynamicField]:
    """Return the ticket fields that the bridge works with."""
    plan: list[tuple[str, FieldType, dict[str, str]]] = [
        ("ClientType", "Dropdown", dict(CLIENT_TYPES)),
        *[_text_field(name) for name in TEXT_FIELDS],
        ("Category", "Multiselect", {key: key for key in CATEGORIES}),
    ]
    return [
        DynamicField(field_id=i, name=name, type=kind, possible_values=values)
        for i, (name, kind, values) in enumerate(plan, start=1)
    ]


def agents() -> list[Agent]:
    """Return root, the bridge's agent and a person."""
    people = (
        ("root@localhost", "root", "Admin Znuny", "root@localhost"),
        (BRIDGE_LOGIN, BRIDGE_PASSWORD, "Bridge Bot", "bridge@mtel.ru"),
        (AGENT_LOGIN, AGENT_PASSWORD, "Анна Оператор", "agent@mtel.ru"),
    )
    rows = [
        Agent(
            user_id=i,
            login=login,
            password=password,
            name=name,
            email=email,
            rights=dict.fromkeys(OPEN_QUEUES, ALL_RIGHTS),
        )
        for i, (login, password, name, email) in enumerate(people, start=1)
    ]
    rows[0].rights[SECRET_QUEUE] = ALL_RIGHTS
    return rows


def customer_users() -> list[CustomerUser]:
    """Return a few customers, with Latin and Cyrillic logins."""
    rows = (
        ("ivanov", "ivanov@mtel.ru", "Ф-15236", "Иван", "Иванов"),
        ("petrova", "petrova@mtel.ru", "Ф-20417", "Анна", "Петрова"),
        ("Ф-31007", "f31007@mtel.ru", "Ф-31007", "Ольга", "Сидорова"),
        ("Ю-00412", "office@romashka.ru", "Ю-00412", "ООО", "Ромашка"),
    )
    return [
        CustomerUser(login=login, email=email, customer_id=customer, first_name=first, last_name=last)
        for login, email, customer, first, last in rows
    ]
