"""What the rules read from real-life Russian: 238 texts, most of which must be left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.dialect import Categories
from otrs_bridge.domain.hint import hints_for
from otrs_bridge.domain.phone_fault import speaks_of_phone_fault
from tests.builders import a_ticket

TEXTS: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("texts.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
UNTOUCHED = [row for row in TEXTS if not (row.get("is") or row.get("hints") or row.get("phone"))]


def said(row: dict[str, Any]) -> str:
    return f"{row.get('title', '')}|{row.get('text', '')}"[:60]


@pytest.mark.parametrize("row", TEXTS, ids=said)
def test_a_text_is_read_as_a_person_would(row: dict[str, Any]) -> None:
    ticket = a_ticket(title=row.get("title", ""), body=row.get("text", ""))
    assert sorted(categories_of(ticket, Categories())) == sorted(row.get("is", []))
    assert sorted(hints_for(ticket)) == sorted(row.get("hints", []))
    assert speaks_of_phone_fault(ticket, Categories()) is row.get("phone", False)


def test_there_are_enough_of_both_kinds() -> None:
    assert len(UNTOUCHED) >= 60
    assert len(TEXTS) - len(UNTOUCHED) >= 60
    assert {category for row in TEXTS for category in row.get("is", [])} >= {"internet", "setup", "cable", "billing"}


def test_letter_case_typos_and_yo_change_nothing() -> None:
    for text in ("НЕ РАБОТАЕТ ИНТЕРНЕТ", "не рабоатет интренет", "Не работает  интернет", "Всё, не работает интернет"):
        assert list(categories_of(a_ticket(title="", body=text), Categories())) == ["internet"], text


def test_only_the_beginning_of_a_long_letter_is_read() -> None:
    assert not categories_of(
        a_ticket(title="Письмо", body=f"{'Добрый день. ' * 150}Не работает интернет."), Categories()
    )
