"""The freshly provisioned server: the same states, queues, fields and people as the test Znuny has."""

from otrs_bridge.sandbox.records import (
    Agent,
    AutoReply,
    CustomerUser,
    DynamicField,
    FieldType,
    Priority,
    Queue,
    Right,
    StateRow,
)

BRIDGE_LOGIN = "bridge"
BRIDGE_PASSWORD = "bridge-secret"  # noqa: S105 - the sandbox's, on loopback
AGENT_LOGIN = "agent"
AGENT_PASSWORD = "agent-secret"  # noqa: S105 - the sandbox's, on loopback

ALL_RIGHTS: frozenset[Right] = frozenset({"ro", "rw", "create", "move_into", "note", "owner", "priority"})
OPEN_QUEUES = ("Postmaster", "Raw", "Junk", "Misc", "Support", "Internet", "Telephony", "TV", "Billing")
SECRET_QUEUE = "Secret"  # noqa: S105 - a queue's name
CATEGORIES = {
    "internet": "Нет интернета",
    "setup": "Настройка компьютера",
    "speed": "Низкая скорость",
    "telephony-incoming": "Нет входящих звонков",
    "telephony-outgoing": "Нет исходящих звонков",
    "telephony-international": "Нет международной связи",
    "tv": "Телевидение",
    "cable": "Кабель и разъёмы",
    "billing": "Оплата",
}
CLIENT_TYPES = {"legal": "Юридическое лицо", "individual": "Физическое лицо"}
SHIPPED_FIELDS = (
    "ProcessManagementProcessID",
    "ProcessManagementActivityID",
    "ProcessManagementAttachment",
    "TicketCalendarStartTime",
    "TicketCalendarEndTime",
)
TEXT_FIELDS = ("District", "MasterTicket", "BridgeKey", "ShortNumber", "Contract", "Address", "Phone")
USERS_GROUP = 1
SECRET_GROUP = 4

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
_CLIENTS = (
    ("иванов", "Ф-10482", "Иван Петрович", "Иванов", "ivanov", "+7 (495) 123-45-67", "ул. Летная, д. 5, кв. 132"),
    ("петрова", "Ф-10517", "Мария Сергеевна", "Петрова", "petrova", "8 495 123-45-68", "ул. Летная, д. 5, кв. 133"),
    (
        "Ф-15236",
        "Ф-15236",
        "Анна Васильевна",
        "Сидорова",
        "sidorova",
        "8 (495) 586-12-12",
        "ул. Кольцевая, д. 14, кв. 15",
    ),
    ("Ф-20011", "Ф-20011", "Олег Игоревич", "Щербаков", "scherbakov", "", "Олимпийский пр-т, д. 9, к. 2, кв. 4"),
    (
        "smirnov",
        "Ф-15240",
        "Пётр Алексеевич",
        "Смирнов",
        "smirnov",
        "8 (495) 586-12-12",
        "ул. Кольцевая, д. 14, кв. 16",
    ),
    (
        "кузнецов.а",
        "Ф-15301",
        "Андрей Юрьевич",
        "Кузнецов",
        "kuznetsov",
        "+7 (498) 600-15-30",
        "ул. Воронина, д. 1а, кв. 77",
    ),
    (
        "Ю-204",
        "Ю-204",
        "ООО «Ромашка»",
        "Бухгалтерия",
        "romashka",
        "+7 (495) 586-20-40",
        "ул. Кольцевая, д. 14, офис 3",
    ),
    (
        "Ю-317",
        "Ю-317",
        "ИП Фёдоров Ф. Ф.",
        "Фёдоров",
        "fedorov",
        "+7 (495) 583-03-17",
        "Шараповский пр-д, вл. 2, стр. 3",
    ),
)
_HISTORY_TYPES = (
    "NewTicket",
    "FollowUp",
    "SendAutoReject",
    "SendAutoReply",
    "SendAutoFollowUp",
    "Forward",
    "Bounce",
    "SendAnswer",
    "SendAgentNotification",
    "SendCustomerNotification",
    "EmailAgent",
    "EmailCustomer",
    "PhoneCallAgent",
    "PhoneCallCustomer",
    "AddNote",
    "Move",
    "Lock",
    "Unlock",
    "Remove",
    "TimeAccounting",
    "CustomerUpdate",
    "PriorityUpdate",
    "OwnerUpdate",
    "LoopProtection",
    "Misc",
    "SetPendingTime",
    "StateUpdate",
    "TicketDynamicFieldUpdate",
    "WebRequestCustomer",
    "TicketLinkAdd",
    "TicketLinkDelete",
    "SystemRequest",
    "Merged",
    "ResponsibleUpdate",
)
HISTORY_TYPE_IDS = {name: number for number, name in enumerate(_HISTORY_TYPES, start=1)}
STATE_TYPE_IDS = {
    "new": 1,
    "open": 2,
    "closed": 3,
    "pending reminder": 4,
    "pending auto": 5,
    "removed": 6,
    "merged": 7,
}


def states() -> list[StateRow]:
    """Return the shipped states and two of the ISP's own."""
    return [StateRow(state_id=i, name=name, type=kind) for i, (name, kind) in enumerate(_STATES, start=1)]


def priorities() -> list[Priority]:
    """Return the five shipped priorities."""
    names = ("1 very low", "2 low", "3 normal", "4 high", "5 very high")
    return [Priority(priority_id=i, name=name) for i, name in enumerate(names, start=1)]


def queues() -> list[Queue]:
    """Return the queues of group users, Support with an auto reply, and one that the bridge must not see."""
    opened = [Queue(queue_id=i, name=name, group_id=USERS_GROUP) for i, name in enumerate(OPEN_QUEUES, start=1)]
    support = next(queue for queue in opened if queue.name == "Support")
    support.auto_replies["auto reply"] = AutoReply(
        subject="Ваша заявка принята", body="Здравствуйте! Ваша заявка принята."
    )
    return [*opened, Queue(queue_id=len(opened) + 1, name=SECRET_QUEUE, group_id=SECRET_GROUP)]


def _text_field(name: str) -> tuple[str, FieldType, dict[str, str]]:
    return name, "Text", {}


def dynamic_fields() -> list[DynamicField]:
    """Return the ticket fields that the bridge works with."""
    plan: list[tuple[str, FieldType, dict[str, str]]] = [
        ("ClientType", "Dropdown", dict(CLIENT_TYPES)),
        ("Category", "Multiselect", dict(CATEGORIES)),
        *[_text_field(name) for name in (*TEXT_FIELDS, *SHIPPED_FIELDS)],
    ]
    return [
        DynamicField(field_id=i, name=name, type=kind, possible_values=values)
        for i, (name, kind, values) in enumerate(plan, start=1)
    ]


def agents() -> list[Agent]:
    """Return root, the bridge's agent and a person."""
    people = (
        ("root@localhost", "root", "Admin OTRS", "root@localhost"),
        (BRIDGE_LOGIN, BRIDGE_PASSWORD, "Bridge Test", "bridge@mtel.ru"),
        (AGENT_LOGIN, AGENT_PASSWORD, "Agent Test", "agent@mtel.ru"),
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
    for row in rows:
        if row.login != BRIDGE_LOGIN:
            row.rights[SECRET_QUEUE] = ALL_RIGHTS
    return rows


def customer_users() -> list[CustomerUser]:
    """Return eight clients: two share a house, two share a phone, Cyrillic logins among them."""
    keys = ("login", "customer_id", "first_name", "last_name", "email", "phone", "street")
    records = [dict(zip(keys, row, strict=True)) for row in _CLIENTS]
    return [CustomerUser(**{**record, "email": f"{record['email']}@mtel.ru"}) for record in records]
