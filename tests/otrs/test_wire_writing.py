"""What is sent is what OTRS will do; what it would silently not do is refused before anything is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.otrs_limits import BODY, SMALLEST, SUBJECT, WIDEST, Lengths
from otrs_bridge.domain.ticket import Customer, NewTicket, Pending, Value
from otrs_bridge.errors import OtrsRejected
from otrs_bridge.otrs.wire_writing import Columns, OtrsTime, create_payload, update_payload
from otrs_bridge.ports.helpdesk import Note

NOW = OtrsTime(now=int(datetime(2024, 5, 13, 9, 30, 47, tzinfo=UTC).timestamp()))


def test_nothing_to_write_is_an_empty_payload() -> None:
    assert update_payload({}, None, NOW) == {}


def test_there_are_no_empty_sections() -> None:
    assert set(update_payload({"title": "a"}, None, NOW)) == {"Ticket"}
    assert set(update_payload({"DynamicField_Phone": ""}, None, NOW)) == {"DynamicField"}
    assert set(update_payload({}, Note(subject="a", body="b"), NOW)) == {"Article"}


def test_names_are_otrs_names() -> None:
    fields: dict[str, Value] = {
        "title": "Нет связи",
        "queue": "Support",
        "state": "open",
        "priority": "4 high",
        "customer": Customer(user="иванов", company="Ф-10482"),
        "DynamicField_Phone": "123",
    }
    assert update_payload(fields, None, NOW) == {
        "Ticket": {
            "Title": "Нет связи",
            "Queue": "Support",
            "State": "open",
            "Priority": "4 high",
            "CustomerUser": "иванов",
            "CustomerID": "Ф-10482",
        },
        "DynamicField": [{"Name": "Phone", "Value": "123"}],
    }


def test_the_customer_user_never_travels_without_the_company() -> None:
    """Even an empty one: the user alone would be written again and again."""
    payload = update_payload({"customer": Customer(user='"а, б" <test@mtel.ru>')}, None, NOW)
    assert payload == {"Ticket": {"CustomerUser": '"а, б" <test@mtel.ru>', "CustomerID": ""}}


REFUSED: dict[str, tuple[str, Value]] = {
    "a company alone would erase the customer user": ("customer", Customer(company="Ф-10482")),
    "the customer cannot be taken off": ("customer", Customer()),
    "a customer of blanks is none": ("customer", Customer(user="  ")),
    "a title cannot be emptied": ("title", ""),
    "a state cannot be emptied": ("state", " "),
    "a pending state needs its time": ("state", Pending(state="pending reminder")),
    "a list is no title": ("title", ("a",)),
    "a text is no customer": ("customer", "иванов"),
    "a customer is no dynamic field": ("DynamicField_Phone", Customer(user="a")),
    "an attribute OTRS does not have": ("colour", "red"),
}


@pytest.mark.parametrize(("name", "value"), REFUSED.values(), ids=REFUSED)
def test_what_otrs_would_ignore_or_spoil_is_refused(name: str, value: Value) -> None:
    with pytest.raises(OtrsRejected) as refused:
        update_payload({"DynamicField_Phone": "1", name: value}, None, NOW)
    assert re.search("[а-я]{3}", refused.value.words.ru.replace(str(value), "")), (
        "the bridge's own words: both languages"
    )


def test_a_multiselect_is_sorted_and_cleared_with_an_empty_list() -> None:
    fields: dict[str, Value] = {"DynamicField_Category": ("tv", "internet"), "DynamicField_District": ()}
    assert update_payload(fields, None, NOW)["DynamicField"] == [
        {"Name": "Category", "Value": ["internet", "tv"]},
        {"Name": "District", "Value": []},
    ]


@pytest.mark.parametrize("lengths", [WIDEST, SMALLEST], ids=["OTRS, Znuny", "OTOBO"])
@given(text=st.text(min_size=1, max_size=5000))
def test_values_are_cut_to_the_servers_lengths(lengths: Lengths, text: str) -> None:
    fields: dict[str, Value] = {
        "title": f"a{text}",
        "customer": Customer(user=f"a{text}", company=text),
        "DynamicField_Phone": text,
    }
    payload = update_payload(fields, Note(subject=text, body=text * 20), NOW, Columns(lengths=lengths))
    assert len(payload["Ticket"]["Title"]) <= lengths.title
    assert len(payload["Ticket"]["CustomerUser"]) <= lengths.customer_user
    assert len(payload["Ticket"]["CustomerID"]) <= lengths.customer_id
    assert len(payload["DynamicField"][0]["Value"]) <= lengths.dynamic_field
    assert 0 < len(payload["Article"]["Subject"]) <= SUBJECT
    assert 0 < len(payload["Article"]["Body"]) <= BODY


def test_a_note_is_internal_silent_and_answered_by_nobody() -> None:
    article = update_payload({}, Note(subject="Мост", body="Исправлено"), NOW)["Article"]
    assert article["IsVisibleForCustomer"] == 0
    assert article["NoAgentNotify"] == 1
    assert article["AutoResponseType"] == "auto remove"
    assert article["CommunicationChannel"] == "Internal"
    assert article["SenderType"] == "agent"
    assert "charset=utf-8" in article["ContentType"]


@given(st.integers(60, 3600 * 24 * 400))
def test_a_pending_time_is_met_to_the_minute(seconds: int) -> None:
    until = NOW.now + seconds
    payload = update_payload({"state": Pending(state="pending reminder", until=until)}, None, NOW)["Ticket"]
    met = NOW.now + 60 * int(payload["PendingTime"]["Diff"])
    assert payload["State"] == "pending reminder"
    assert met // 60 == until // 60


def test_a_pending_time_that_has_passed_goes_as_a_date_of_otrs_zone() -> None:
    moscow = OtrsTime(now=NOW.now, zone=ZoneInfo("Europe/Moscow"))
    until = int((datetime.fromtimestamp(NOW.now, UTC) - timedelta(days=1)).timestamp())
    payload = update_payload({"state": Pending(state="pending reminder", until=until)}, None, moscow)
    assert payload["Ticket"]["PendingTime"] == {
        "Year": "2024",
        "Month": "05",
        "Day": "12",
        "Hour": "12",
        "Minute": "30",
    }


def test_without_a_zone_a_passed_pending_time_becomes_the_next_minute() -> None:
    payload = update_payload({"state": Pending(state="pending reminder", until=1)}, None, NOW)
    assert payload["Ticket"]["PendingTime"] == {"Diff": "1"}


def test_a_new_ticket_has_a_silent_first_article_and_no_empty_fields() -> None:
    new = NewTicket(
        title="Отключение [#key:a-1]",
        queue="Billing",
        state="new",
        priority="3 normal",
        customer=Customer(user="иванов", company="Ф-10482"),
        subject="Отключение",
        body="За неуплату",
        dynamic_fields={"BridgeKey": "a-1", "Phone": "", "Category": ()},
    )
    payload = create_payload(new)
    assert payload["Ticket"]["Title"] == "Отключение [#key:a-1]"
    assert payload["DynamicField"] == [{"Name": "BridgeKey", "Value": "a-1"}]
    assert payload["Article"]["IsVisibleForCustomer"] == 0
    assert payload["Article"]["AutoResponseType"] == "auto remove"
    assert payload["Article"]["NoAgentNotify"] == 1
