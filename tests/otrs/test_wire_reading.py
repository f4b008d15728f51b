"""OTRS versions differ in types, order and absent keys; the tickets read from them do not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.ticket import Article, Customer, Pending, Ticket
from otrs_bridge.otrs import wire_reading

NOW = 1_715_592_620

ARTICLE: dict[str, Any] = {
    "ArticleID": 7,
    "From": '"ул. Летная, 5, Иванов, Ф-10482" <test@mtel.ru>',
    "Subject": "Нет связи",
    "Body": "Не работает\nс утра 😀",
    "SenderType": "customer",
    "CommunicationChannelID": 2,
    "CreateTime": "2024-05-13 12:30:20",
}
TICKET: dict[str, Any] = {
    "TicketID": 5,
    "TicketNumber": "2024051310000013",
    "Title": "Нет связи",
    "Queue": "Support",
    "State": "pending reminder",
    "StateType": "pending reminder",
    "RealTillTimeNotUsed": NOW + 3600,
    "UntilTime": 3600,
    "Priority": "3 normal",
    "CustomerUserID": "иванов",
    "CustomerID": "Ф-10482",
    "Lock": "unlock",
    "Owner": "bridge",
    "Created": "2024-05-13 12:30:20",
    "Changed": "2024-05-13 12:31:00",
    "DynamicField": [
        {"Name": "Phone", "Value": "+7 495 123-45-67"},
        {"Name": "Category", "Value": ["tv", "internet"]},
        {"Name": "Address", "Value": None},
    ],
    "Article": [ARTICLE],
}


def read_one(item: dict[str, Any]) -> Ticket:
    (ticket,) = wire_reading.tickets({"Ticket": [item]}, now=NOW)
    return ticket


def test_a_ticket_is_read_as_it_is() -> None:
    assert read_one(TICKET) == Ticket(
        id=5,
        number="2024051310000013",
        title="Нет связи",
        queue="Support",
        state="pending reminder",
        state_type="pending reminder",
        priority="3 normal",
        customer=Customer(user="иванов", company="Ф-10482"),
        pending_until=datetime.fromtimestamp(NOW + 3600, UTC),
        lock="unlock",
        owner="bridge",
        created=datetime(2024, 5, 13, 12, 30, 20, tzinfo=UTC),
        changed=datetime(2024, 5, 13, 12, 31, tzinfo=UTC),
        raw_created="2024-05-13 12:30:20",
        raw_changed="2024-05-13 12:31:00",
        dynamic_fields={"Phone": "+7 495 123-45-67", "Category": ("internet", "tv"), "Address": ""},
        article=Article(
            id=7,
            sender='"ул. Летная, 5, Иванов, Ф-10482" <test@mtel.ru>',
            subject="Нет связи",
            body="Не работает\nс утра 😀",
            sender_type="customer",
            channel="Phone",
            created=datetime(2024, 5, 13, 12, 30, 20, tzinfo=UTC),
        ),
    )


def strung(value: Any) -> Any:
    match value:
        case int():
            return str(value)
        case dict():
            return {key: strung(item) for key, item in value.items()}
        case list():
            return [strung(item) for item in value]
        case _:
            return value


def crlf(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\n", "\r\n")
        case dict():
            return {key: crlf(item) for key, item in value.items()}
        case list():
            return [crlf(item) for item in value]
        case _:
            return value


FIELDS = TICKET["DynamicField"]
BY_NAME = {part["Name"]: part["Value"] for part in FIELDS}
WITHOUT_FIELDS = {key: value for key, value in TICKET.items() if key != "DynamicField"}
DIALECTS = {
    "numbers as strings": strung(TICKET),
    "line ends of a mail": crlf(TICKET),
    "dynamic fields as an object": {**TICKET, "DynamicField": BY_NAME},
    "dynamic fields as flat keys": {**WITHOUT_FIELDS, **{f"DynamicField_{k}": v for k, v in BY_NAME.items()}},
    "the only article as an object": {**TICKET, "Article": ARTICLE},
    "later articles too": {**TICKET, "Article": [{"ArticleID": "30"}, ARTICLE]},
    "the channel by name": {**TICKET, "Article": [{**ARTICLE, "CommunicationChannel": "Phone"}]},
    "no field that is empty": {**TICKET, "DynamicField": FIELDS[:2]},
    "the customer under the name that updates use": {
        **{k: v for k, v in TICKET.items() if k != "CustomerUserID"},
        "CustomerUser": "иванов",
    },
    "only the time left": {k: v for k, v in TICKET.items() if k != "RealTillTimeNotUsed"},
    "keys nobody knows": {**TICKET, "Responsible": 1, "TimeUnit": None, "X": {"y": []}},
}


@pytest.mark.parametrize("item", DIALECTS.values(), ids=DIALECTS)
def test_every_dialect_says_the_same(item: dict[str, Any]) -> None:
    read, known = read_one(item), read_one(TICKET)
    names = [f"DynamicField_{name}" for name in BY_NAME]
    assert [read.value_of(name) for name in names] == [known.value_of(name) for name in names]
    assert replace(read, dynamic_fields={}) == replace(known, dynamic_fields={})


@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_and_fields_does_not_matter(source: random.Random) -> None:
    keys = list(TICKET)
    source.shuffle(keys)
    fields = list(FIELDS)
    source.shuffle(fields)
    assert read_one({**{key: TICKET[key] for key in keys}, "DynamicField": fields}) == read_one(TICKET)


@pytest.mark.parametrize("key", [key for key in TICKET if key != "TicketID"])
def test_absent_null_and_empty_are_one(key: str) -> None:
    absent = read_one({name: value for name, value in TICKET.items() if name != key})
    assert absent == read_one({**TICKET, key: None}) == read_one({**TICKET, key: ""})


@pytest.mark.parametrize(
    ("differs", "internal"),
    [
        ({}, True),
        ({"CommunicationChannel": "Internal"}, True),
        ({"IsVisibleForCustomer": "1"}, False),
        ({"SenderType": "customer"}, False),
        ({"SenderType": "system"}, False),
        ({"CommunicationChannelID": "1"}, False),
    ],
)
def test_internal_is_what_an_agent_wrote_and_no_client_sees(differs: dict[str, str], internal: bool) -> None:
    note = {"ArticleID": "7", "SenderType": "agent", "IsVisibleForCustomer": "0", "CommunicationChannelID": "3"}
    article = read_one({**TICKET, "Article": [{**note, **differs}]}).article
    assert article is not None
    assert article.internal is internal


def test_a_half_stored_article_without_texts_is_an_article() -> None:
    assert read_one({**TICKET, "Article": [{"ArticleID": "7"}]}).article == Article(id=7)


def test_a_ticket_still_being_created_has_no_article() -> None:
    assert read_one({**TICKET, "Article": []}).article is None


def test_a_time_left_over_from_an_earlier_pending_state_is_no_pending_time() -> None:
    assert read_one({**TICKET, "State": "open", "StateType": "open"}).pending_until is None


def test_the_pending_value_can_be_put_back() -> None:
    assert read_one(TICKET).state_value == Pending(state="pending reminder", until=NOW + 3600)


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ({}, []),
        ({"TicketID": ["2", 1]}, [2, 1]),
        ({"TicketID": "3"}, [3]),
        ({"TicketID": None}, []),
        ({"TicketID": ""}, []),
    ],
)
def test_hits_come_as_list_or_scalar_or_not_at_all(answer: dict[str, Any], ids: list[int]) -> None:
    assert wire_reading.ticket_ids(answer) == ids


def test_articles_come_oldest_first_whatever_their_order() -> None:
    answer = {"Ticket": {"TicketID": 1, "Article": [{"ArticleID": "10"}, {"ArticleID": 9}]}}
    assert [article.id for article in wire_reading.articles(answer)] == [9, 10]


@pytest.mark.parametrize("mark", [1, "1", True])
def test_a_deleted_article_is_none(mark: object) -> None:
    deleted = {"ArticleID": 1, "Body": "Договор Ф-1", "IsDeleted": mark}
    kept = {"ArticleID": "2", "Body": "Нет связи", "IsDeleted": "0"}
    article = read_one({**TICKET, "Article": [deleted, kept]}).article
    assert article
    assert (article.id, article.body) == (2, "Нет связи")
    alone = read_one({**TICKET, "Article": [deleted]}).article
    assert alone, "without any article the ticket would count as still being created"
    assert (alone.body, alone.sender) == ("", "")
    assert wire_reading.articles({"Ticket": {"TicketID": 1, "Article": [deleted]}}) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*TICKET, *ARTICLE, "Name", "Value"]), inner)
    ),
    max_leaves=30,
)


@given(JSON)
def test_nothing_a_server_may_send_breaks_the_reading(value: Any) -> None:
    answer = {"Ticket": value, "TicketID": value}
    for ticket in wire_reading.tickets(answer, now=NOW):
        assert ticket.id
    wire_reading.articles(answer)
    wire_reading.ticket_ids(answer)


@given(st.text())
def test_texts_survive(text: str) -> None:
    assert read_one({**TICKET, "Title": text}).title == text.replace("\r\n", "\n")


def test_a_time_of_otrs_is_a_moment_in_the_zone_of_otrs() -> None:
    moscow = timezone(timedelta(hours=3))
    (ticket,) = wire_reading.tickets({"Ticket": [TICKET]}, now=NOW, zone=moscow)
    assert ticket.created == datetime(2024, 5, 13, 9, 30, 20, tzinfo=UTC)
    assert ticket.article is not None
    assert ticket.article.created == ticket.created
    assert ticket.raw_created == "2024-05-13 12:30:20", "what OTRS is asked for is its own writing"


@pytest.mark.parametrize("written", ["", "13.05.2024 12:30", "0000-00-00 00:00:00", None, 5])
def test_a_time_of_an_unknown_form_is_none(written: object) -> None:
    assert read_one({**TICKET, "Created": written, "Changed": written}).changed is None


@pytest.mark.parametrize(
    ("lock", "timeout", "since"),
    [
        ("lock", NOW, datetime.fromtimestamp(NOW, UTC)),
        ("lock", str(NOW), datetime.fromtimestamp(NOW, UTC)),
        ("lock", 0, None),
        ("lock", 10**18, None),
        ("unlock", NOW, None),
        ("tmp_lock", NOW, None),
    ],
)
def test_a_ticket_tells_since_when_an_agent_has_it_locked(lock: str, timeout: object, since: datetime | None) -> None:
    assert read_one({**TICKET, "Lock": lock, "UnlockTimeout": timeout}).locked_at == since
