"""otrs/history_reading.py: the texts of OTRS's history as events of fields."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.field_events import FieldEvent
from otrs_bridge.otrs.history_reading import field_events


def entry(kind: str, name: str, by: object = 3) -> dict[str, object]:
    return {"HistoryType": kind, "Name": name, "CreateBy": by}


@pytest.mark.parametrize(
    ("kind", "name", "event"),
    [
        ("StateUpdate", "%%new%%open%%", FieldEvent(field="state", by=3, new="open", old="new")),
        (
            "PriorityUpdate",
            "%%3 normal%%3%%4 high%%4",
            FieldEvent(field="priority", by=3, new="4 high", old="3 normal"),
        ),
        ("Move", "%%Misc%%4%%Raw%%2", FieldEvent(field="queue", by=3, new="Misc", old="Raw")),
        ("TitleUpdate", "%%Было%%Стало", FieldEvent(field="title", by=3, new="Стало", old="Было")),
        (
            "TitleUpdate",
            f"%%Было%%{'Т' * 50}...",
            FieldEvent(field="title", by=3, new="Т" * 50, old="Было", cut=True),
        ),
        (
            "CustomerUpdate",
            '%%CustomerID=;CustomerUser="ул. Мира; д. 3" <test@mtel.ru>;',
            FieldEvent(field="customer", by=3, new='"ул. Мира; д. 3" <test@mtel.ru>'),
        ),
        (
            "CustomerUpdate",
            "%%CustomerID=Ф-1;CustomerUser=иванов;",
            FieldEvent(field="customer", by=3, new="иванов", company="Ф-1"),
        ),
        (
            "TicketDynamicFieldUpdate",
            "%%FieldName%%Category%%Value%%billing, tv%%OldValue%%",
            FieldEvent(field="DynamicField_Category", by=3, new="billing, tv", old=""),
        ),
        (
            "TicketDynamicFieldUpdate",
            f"%%FieldName%%Address%%Value%%{'x' * 150}[...]%%OldValue%%",
            FieldEvent(field="DynamicField_Address", by=3, new="x" * 150, cut=True),
        ),
        (
            "TicketDynamicFieldUpdate",
            "%%FieldName%%Address%%Value%%дом",
            FieldEvent(field="DynamicField_Address", by=3, new="дом"),
        ),
    ],
)
def test_each_kind_of_entry_is_read(kind: str, name: str, event: FieldEvent) -> None:
    answer = {"TicketHistory": [{"TicketID": "7", "History": [entry(kind, name)]}]}
    assert dict(field_events(answer)) == {7: (event,)}


@pytest.mark.parametrize("kind", ["Misc", "StateUpdate", "CustomerUpdate", "TicketDynamicFieldUpdate", "AddNote"])
@pytest.mark.parametrize("name", ["", "Reset of unlock time.", "%%"])
def test_what_is_no_event_of_a_field_is_none(kind: str, name: str) -> None:
    assert dict(field_events({"TicketHistory": {"TicketID": 7, "History": entry(kind, name)}})) == {7: ()}
