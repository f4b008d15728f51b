"""The key of a ticket, and the title made from it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.billing.accounts import SERVICES
from otrs_bridge.domain.billing.keys import (
    LONGEST_TITLE,
    EpisodeKey,
    NotAKey,
    ReminderKey,
    is_searchable,
    parse_key,
    parse_ticket_key,
)
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.otrs.conditions import title_is_one_of
from otrs_bridge.sandbox.search_text import like
from tests.domain.billing.ledgers import period

KEY = EpisodeKey(service="internet", contract="Ф-15236", period=period("2013-05"))

contracts = st.text(min_size=1, max_size=80).filter(lambda text: text == text.strip() and text.isprintable())
keys = st.builds(
    EpisodeKey,
    purpose=st.sampled_from(["debt", "reconnect"]),
    service=st.sampled_from(SERVICES),
    contract=contracts,
    period=st.builds(Period, year=st.integers(1990, 2100), month=st.integers(1, 12)),
)


def test_a_key_and_its_title_look_as_agreed() -> None:
    assert str(KEY) == "debt:internet:Ф-15236:2013-05"
    assert KEY.title == "Откл. интернет Ф-15236 2013-05"
    assert str(KEY.reconnection) == "reconnect:internet:Ф-15236:2013-05"
    assert KEY.reconnection.title == "Вкл. интернет Ф-15236 2013-05"
    phone = EpisodeKey(service="telephony", contract="Ю-77", period=period("2013-12"))
    assert phone.title == "Откл. телефония Ю-77 2013-12"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "debt",
        "debt:internet:Ф-15236",
        "debt:internet::2013-05",
        "debt:internet:Ф-15236:2013-5",
        "debt:tv:Ф-15236:2013-05",
        "credit:internet:Ф-15236:2013-05",
        " debt:internet:Ф-15236:2013-05",
        "debt:internet: Ф-15236:2013-05",
        "debt:internet:Ф-15236:2013-05\n",
    ],
)
def test_what_is_not_a_key_is_said_to_be_none(text: str) -> None:
    assert isinstance(parse_key(text), NotAKey)


@pytest.mark.parametrize("contract", ["", " ", " Ф-1", "Ф-1 ", "Ф-1\n2", "Ф-\x001"])
def test_no_key_is_made_for_a_contract_that_is_none(contract: str) -> None:
    with pytest.raises(ValueError, match="contract"):
        EpisodeKey(service="internet", contract=contract, period=period("2013-05"))


@given(keys)
def test_a_key_is_read_back_as_written(key: EpisodeKey) -> None:
    assert parse_key(str(key)) == key


@given(keys)
def test_every_title_is_brief_and_can_be_searched_for(key: EpisodeKey) -> None:
    for title in (key.title, key.earlier_title):
        assert len(title) <= LONGEST_TITLE
        assert title == " ".join(title.split())
        (pattern,) = title_is_one_of([title])["Title"]
        assert re.fullmatch(r"[\w :\-#\[\]./*]+", pattern)
        assert like(pattern, str.lower)(title)


@given(keys)
def test_a_contract_that_has_room_is_shown_as_billing_writes_it(key: EpisodeKey) -> None:
    brief = replace(key, contract=key.contract[:20].strip())
    shown = brief.title.removesuffix(f" {key.period}").split(" ", maxsplit=2)[2]
    assert shown == brief.contract or re.search("  | AND | OR |#[0-9a-f]{8}$", brief.contract)


@pytest.mark.parametrize("contract", ["МТ/191-15", "№ 12 (доп.)", "12/3", "ФЛ&Ю+1", 'А"1"', "А\\1", "Б!7", "Ф 15"])
def test_people_read_the_real_number_and_the_title_of_older_versions_is_known(contract: str) -> None:
    key = EpisodeKey(service="internet", contract=contract, period=period("2026-11"))
    assert key.title == f"Откл. интернет {contract} 2026-11"
    assert key.earlier_title.startswith("Откл. интернет ")
    assert key.earlier_title != key.title
    assert re.fullmatch(r"[0-9A-Za-zА-Яа-яЁё :\-_#\[\].]+", key.earlier_title)


def test_the_earlier_title_is_the_one_that_stands_in_otrs() -> None:
    odd = EpisodeKey(service="internet", contract="МТ/191-15", period=period("2026-11"))
    assert odd.earlier_title == "Откл. интернет МТ_191-15#dbafb80f 2026-11"
    assert KEY.earlier_title == KEY.title


@given(keys, keys)
def test_different_keys_have_different_titles(one: EpisodeKey, other: EpisodeKey) -> None:
    assert (one == other) == (one.title == other.title)


def test_long_and_odd_contracts_are_told_apart() -> None:
    odd = ["Ю-12/34", "Ю-12_34", "Ю-12%34", "Ю-12*34", "А" * 40, "А" * 41, "Ф 1  2", "Ф 1 2", "Ф_1_2"]
    titles = {EpisodeKey(service="telephony", contract=c, period=period("2013-05")).title for c in odd}
    assert len(titles) == len(odd)


def test_the_key_of_a_list_of_reminders_looks_as_agreed_and_is_read_back() -> None:
    key = ReminderKey(service="telephony", period=period("2013-05"))
    assert str(key) == "reminder:telephony:2013-05"
    assert key.title == "Напоминания телефония 2013-05"
    assert parse_ticket_key(str(key)) == key
    assert parse_ticket_key(str(KEY)) == KEY


def test_the_key_of_a_list_of_reminders_is_that_of_no_debt() -> None:
    assert isinstance(parse_key("reminder:internet:2013-05"), NotAKey)


@pytest.mark.parametrize(
    "text",
    [
        "reminder",
        "reminder:internet",
        "reminder:tv:2013-05",
        "reminder:internet:2013-5",
        "reminder:internet:Ф-1:2013-05",
        "reminder:internet:2013-05 ",
        "Reminder:internet:2013-05",
    ],
)
def test_what_only_looks_like_the_key_of_a_list_is_none(text: str) -> None:
    assert isinstance(parse_ticket_key(text), NotAKey)


@given(keys)
def test_no_ticket_about_a_debt_has_the_title_of_a_list(key: EpisodeKey) -> None:
    assert key.title != ReminderKey(service=key.service, period=key.period).title


@pytest.mark.parametrize("contract", ["", " ", "АБ-1*", "%", " Ф-1", "Ф-1 ", "Ф-1\n2", "Ф\u00a01", "Ф-1𝟐"])
def test_a_contract_that_otrs_cannot_search_for_is_known(contract: str) -> None:
    assert not is_searchable(contract)


@given(contracts.filter(lambda text: not set("*%") & set(text) and max(text) <= "\uffff"))
def test_of_any_other_contract_a_key_can_be_made(contract: str) -> None:
    assert is_searchable(contract)
