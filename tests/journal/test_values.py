"""Values survive their way through JSON, and what is no value is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.ticket import Customer, Pending, Value
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.values import decode, decode_counts, encode, encode_counts, storable

# Every character, half surrogate pairs included: OTRS can send them.
texts = st.text(st.characters())
values: st.SearchStrategy[Value] = st.one_of(
    texts,
    st.lists(texts).map(tuple),
    st.builds(Customer, user=texts, company=texts),
    st.builds(Pending, state=texts, until=st.integers(0, 2**62)),
)


@given(values)
def test_a_value_comes_back_exactly(value: Value) -> None:
    assert decode(encode(value)) == value


@given(values)
def test_a_stored_value_is_text_that_every_database_takes(value: Value) -> None:
    assert storable(encode(value)) == encode(value)


@given(values, values)
def test_different_values_are_stored_differently(one: Value, other: Value) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@given(st.dictionaries(texts, st.integers(0, 2**40)))
def test_counts_come_back_exactly(counts: dict[str, int]) -> None:
    assert decode_counts(encode_counts(counts)) == counts


@given(texts)
def test_storable_words_are_utf8_without_nul(words: str) -> None:
    assert "\0" not in storable(words)
    assert storable(words).encode().decode() == storable(words)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_ordinary_words_are_stored_as_they_are(words: str) -> None:
    assert storable(words) == words


def test_a_person_can_read_what_is_stored() -> None:
    assert encode("в работе") == '"в работе"'
    assert encode(("ADSL", "GPON")) == '["ADSL","GPON"]'
    assert encode(Customer(user="иванов", company="ЮЛ-17")) == '{"user":"иванов","company":"ЮЛ-17"}'
    assert encode(Pending(state="pending reminder", until=5)) == '{"state":"pending reminder","until":5}'


@pytest.mark.parametrize("stored", ["", "{", "7", "null", "[1]", '{"user":"a"}', '{"state":"a","until":"b"}'])
def test_what_is_no_value_is_named(stored: str) -> None:
    with pytest.raises(JournalUnusable, match="no field value"):
        decode(stored)


@pytest.mark.parametrize("stored", ["", "[]", '{"applied":"many"}', '{"applied":null}'])
def test_what_is_no_summary_is_named(stored: str) -> None:
    with pytest.raises(JournalUnusable):
        decode_counts(stored)
