"""Any ticket at all, as Hypothesis makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.otrs_limits import fitted
from otrs_bridge.domain.ticket import Article, Customer, Ticket, Value, shown
from rules import category, client_type, queue_routing
from tests.builders import STATE_TYPES, a_client

CLIENTS = (
    a_client(phones=("8 495 123-45-67", "8 916 123-45-67"), email="ivanov@mail.ru"),
    a_client("Ф-15240", name="Смирнов Пётр", address="ул. Летная, д. 5, кв. 133", login="smirnov"),
    a_client("Ф-20001", name="Петрова Анна", address="ул. Летная, д. 5, кв. 133", login="", district=""),
    a_client("Ю-204", kind=ClientType.LEGAL, name="ООО «Ромашка»", address="ул. Мира, д. 7", login="romashka"),
    a_client(
        "123456", kind=None, name="Никто", address="ул. Садовая, д. 1", login="nobody", phones=("8 916 000-00-00",)
    ),
)

QUEUES = {"internet": "Internet", "speed": "Internet", "tv": "TV", "telephony-incoming": "Telephony"}
OPTIONS: Mapping[str, Any] = {queue_routing.RULE.name: queue_routing.Options(queues=QUEUES)}
ONES_OWN: Mapping[str, Any] = {
    queue_routing.RULE.name: queue_routing.Options(queues={**QUEUES, "domofon": "TV"}),
    category.RULE.name: category.Options(
        several=False,
        built_in=("internet", "tv", "speed"),
        keywords={"domofon": ("домофон*", "заявк*"), "internet": ("не работает", "сотрудник*")},
        values={"speed": "internet"},
    ),
    client_type.RULE.name: client_type.Options(values={"legal": "JUR", "individual": "FIZ"}),
}
"""An operator's own words, categories and keys, for a field of one value."""

_TEXTS = [
    text
    for row in yaml.load(
        (Path(__file__).parents[2] / "rules" / "texts.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    for text in (row.get("title", ""), row.get("text", ""))
    if text
]
_PIECES = (
    *(
        "Re: ",
        "СРОЧНО!!! ",
        "!!!",
        "На: ",
        "[Ticket#2013041610000135] ",
        "URGENT ",
        "помогите ",
        "домофон молчит ",
        "\n",
        ", ",
        ". ",
        "… ",
    ),
    *(
        "договор Ф-15236 ",
        "дог ф 15240 ",
        "Ю-2041 ",
        "Ф-99999 ",
        "ул. Летная, д. 5, кв. 132 ",
        "Летная 5-133 ",
        "Мира 7 ",
    ),
    *(
        "8 916 123-45-67 ",
        "8 495 123-45-67 ",
        "тел 5-12-34 ",
        "8 916 000-00-00 ",
        "Иванов Иван Иванович ",
        "ООО «Вектор» ",
    ),
    *("Добрый день, уважаемые сотрудники технической поддержки, ", "С уважением, ", "НЕ РАБОТАЕТ ", "Сидоров П. П. "),
    *("> не работает интернет\n", "12.03.2026 10:00, x@y.ru пишет:\n", "-- \n", '"', "<", "\x07", "😡"),
)
_SENTENCES = st.sampled_from(_TEXTS) | st.sampled_from(_PIECES)
_LINES = st.lists(_SENTENCES, max_size=4).map("".join) | st.lists(st.sampled_from(_PIECES), max_size=9).map("".join)
_PROSE = _LINES | st.text(max_size=100)

_CUSTOMERS = st.sampled_from(
    (
        *(
            "",
            "ivanov",
            "IVANOV",
            "smirnov",
            "romashka",
            "nobody",
            "petrov77",
            "ivanov@mail.ru",
            "x@mail.ru",
            "test@mtel.ru",
        ),
        *('"" <test@mtel.ru>', '"Ф-15236" <test@mtel.ru>', '"ул. Летная, д. 5, кв. 133" <test@mtel.ru>', " "),
        *(
            '"ООО «Вектор»" <office@vector.ru>',
            "ООО «Вектор»",
            '"Сидоров" <x@mail.ru>',
            '"ул. Мира, д. 7, Ю-204" <a@b.ru>',
        ),
        *("Ф-15236", "8 916 123-45-67", '"ИП Сидоров А.А." <test@mtel.ru>', "а" * 300),
    )
)
_SENDERS = st.sampled_from(
    (
        "",
        "x@mail.ru",
        '"ООО «Вектор»" <office@vector.ru>',
        '"Иванов Иван Иванович" <ivanov@mail.ru>',
        "broken <",
        "ivanov",
    )
)
_FIELDS: Mapping[str, tuple[Value, ...]] = {
    "ClientType": ("", "legal", "individual", "Юр. лицо", "JUR", "FIZ", "VIP"),
    "District": ("", " ", "Центральный", "Южный"),
    "Category": ("", (), ("tv",), "internet", ("internet", "telephony-outgoing"), "Прочее"),
    "MasterTicket": ("", "2013041610000135", ("SlaveOf:1",)),
    "ShortNumber": ("", "10000135", "7"),
    "Other": ("",),
}
_STATES = (
    *STATE_TYPES.items(),
    ("ждём клиента", "pending reminder"),
    ("waiting for part", "open"),
    ("склеена", "merged"),
)


@st.composite
def _dynamic_fields(draw: st.DrawFn) -> dict[str, Value]:
    """The fields of an OTRS that lists all it has, be they empty or not, or of one that lists the filled ones only."""
    if draw(st.booleans()):
        names = {"Other", *draw(st.sets(st.sampled_from(tuple(_FIELDS))) | st.just(set(_FIELDS)))}
        return {name: draw(st.sampled_from(_FIELDS[name])) for name in sorted(names)}
    values = {name: draw(st.sampled_from(_FIELDS[name])) for name in _FIELDS}
    return {name: value for name, value in values.items() if shown(value)}


@st.composite
def any_ticket(draw: st.DrawFn, *, technical: bool | None = None, complete: bool = False) -> Ticket:
    """A ticket; `technical`: merged or removed, or not; `complete`: with its article, as a sweep judges it."""
    states = [one for one in _STATES if technical is None or (one[1] in {"merged", "removed"}) is technical]
    state, state_type = draw(st.sampled_from(states))
    title = fitted("title", draw(_PROSE))
    assert isinstance(title, str)
    article = Article(
        id=1,
        sender=draw(_SENDERS),
        subject=draw(st.sampled_from((title, "", "Звонок", f"Re: {title}"))),
        body=draw(_PROSE),
        channel=draw(st.sampled_from(("Phone", "Email", ""))),
    )
    return Ticket(
        id=135,
        number=draw(st.sampled_from(("2013041610000135", "1000042"))),
        title=title,
        queue=draw(st.sampled_from(("Raw", "Postmaster", "Support", "Internet", ""))),
        state=state,
        state_type=state_type,
        priority=draw(st.sampled_from(("1 very low", "3 normal", "4 high", "5 very high", "срочный", ""))),
        customer=Customer(
            user=draw(_CUSTOMERS),
            company=draw(st.sampled_from(("", "Ф-15236", "Ю-204", "Ф-99999", "x@mail.ru", "HOME"))),
        ),
        pending_until=datetime.fromtimestamp(1_800_000_000, UTC),
        dynamic_fields=draw(_dynamic_fields()),
        article=article if complete else draw(st.sampled_from((article, article, article, None))),
    )


_CONTRACTS = ("Ф-15236", "Ф-15240", "Ф-20001", "Ю-204", "Ю-9991", "123456", "88126")
_PHONES = ("8 916 123-45-67", "8 495 123-45-67", "8 916 000-00-00", "8 903 577-14-20")
_ADDRESSES = (
    "ул. Летная, д. 5, кв. 132",
    "Летная 5-133",
    "ул. Мира, д. 7",
    "ул. Садовая, д. 1",
    "ул. Новая, д. 2, корп. В",
)
_SAID = st.lists(
    st.sampled_from((*_CONTRACTS, *(f"договор {one}" for one in _CONTRACTS), *_PHONES, *_ADDRESSES))
    | st.sampled_from(
        ("Гусейнов Тимур", "Иванов Иван Иванович", "ООО «Вектор»", "звоню за соседа из 77-й", "не", "мой")
    ),
    max_size=4,
).map(", ".join)
_LINES_OF_CUSTOMERS = (
    st.sampled_from((*_CONTRACTS, *_PHONES, *_ADDRESSES, "", "test@mtel.ru", "x@mail.ru", "ivanov@mail.ru"))
    | _SAID
    | st.tuples(_SAID, st.sampled_from(("test@mtel.ru", "x@mail.ru"))).map(lambda said: f'"{said[0]}" <{said[1]}>')
)


@st.composite
def disagreeing_ticket(draw: st.DrawFn) -> Ticket:
    """A ticket whose customer line, CustomerID, sender, subject, text and fields each speak of whomever they like."""
    ticket = draw(any_ticket(technical=False, complete=True))
    article, said = ticket.article, draw(_SAID)
    assert article is not None
    article = replace(article, subject=said, body=draw(_SAID), sender=draw(_SENDERS))
    customer = Customer(
        user=draw(_LINES_OF_CUSTOMERS), company=draw(st.sampled_from(("", "", *_CONTRACTS, "x@mail.ru")))
    )
    return replace(ticket, title=said, customer=customer, article=article)


any_customer = st.builds(Customer, user=_CUSTOMERS)
"""Whom an agent may name in the customer's place."""
