"""What every rule promises, and all of them together, for any ticket."""

from __future__ import annotations

import dataclasses
import inspect
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings

from otrs_bridge.config import load
from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, still_stands
from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.placeholder import is_bare, parse_placeholder
from otrs_bridge.domain.rule import Rule
from otrs_bridge.domain.ticket import Customer, Ticket, same_value
from otrs_bridge.errors import ConfigMistake
from otrs_bridge.service.judge import Judge
from rules import RULES
from tests.builders import a_ticket
from tests.config.made_up import LEAST, written
from tests.contract.rules.any_ticket import ONES_OWN, any_customer, any_ticket, disagreeing_ticket
from tests.contract.rules.judging import decision, digests, make_judge, obeying, writes
from tests.depth import deep

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
quickly = settings(max_examples=deep(150, 15))
thoroughly = settings(max_examples=deep(1_100, 100))

thoroughly_where_it_matters = settings(
    quickly, max_examples=int(os.environ.get("OTRS_BRIDGE_DISAGREEING_TICKETS", "150"))
)

ALONE = {rule.name: make_judge([rule]) for rule in RULES}
TOGETHER = {True: make_judge(), False: make_judge(directory=False)}
ONES_OWN_WORDS = make_judge(options=ONES_OWN)
SHUFFLED = make_judge(random.Random(7).sample(RULES, len(RULES)))


# --- one rule ---------------------------------------------------------------------------------------------------------


@every_rule
@quickly
@given(ticket=any_ticket(technical=False))
def test_obeying_a_rule_silences_it(rule: Rule[Any], ticket: Ticket) -> None:
    first = decision(ALONE[rule.name], ticket)
    again = decision(ALONE[rule.name], obeying(ticket, first.planned), digests(first))
    assert first.broken == again.broken == ()
    assert again.planned == ()
    assert again.planned_remarks == ()


@thoroughly_where_it_matters
@given(ticket=disagreeing_ticket())
@example(ticket=a_ticket(customer='"123456, Гусейнов Тимур" <x@mail.ru>', title="", channel="Email"))
def test_obeying_silences_though_customer_line_text_and_fields_disagree(ticket: Ticket) -> None:
    first = decision(TOGETHER[True], ticket)
    obeyed, told = obeying(ticket, first.planned), digests(first)
    again = decision(TOGETHER[True], obeyed, told, writes(first))
    assert first.broken == again.broken == ()
    assert again.planned == ()
    assert [one for one in again.planned_remarks if one.rule == "customer"] == [], "whom it may be is told once"


@every_rule
@quickly
@given(ticket=any_ticket())
def test_a_rule_asks_properly(rule: Rule[Any], ticket: Ticket) -> None:
    judge = ALONE[rule.name]
    facts = judge.facts(ticket)
    findings = judge.rules[0].findings(facts)
    assert findings == judge.rules[0].findings(facts), "the same facts, the same answer"
    changes = [item for item in findings if isinstance(item, Change)]
    remarks = [item for item in findings if isinstance(item, Remark)]
    assert {item.rule for item in findings} <= {rule.name}
    assert len(remarks) <= 1, "the journal remembers the last remark of a rule"
    assert max(Counter(change.field for change in changes).values(), default=0) <= 1
    for change in changes:
        assert change.field in rule.owned(facts.fields)
        assert same_value(change.old, ticket.value_of(change.field)), "the note tells the value that there was"
        assert not same_value(change.new, ticket.value_of(change.field)), "what the ticket holds is not asked for"
        assert change.why.ru
        assert change.why.en
    for remark in remarks:
        assert remark.text.ru
        assert remark.text.en


@every_rule
@settings(max_examples=deep(40, 10))
@given(ticket=any_ticket(technical=True))
def test_no_rule_touches_what_is_merged_or_removed(rule: Rule[Any], ticket: Ticket) -> None:
    judge = ALONE[rule.name]
    assert judge.rules[0].findings(judge.facts(ticket)) == ()


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("directory", [True, False])
@thoroughly
@given(ticket=any_ticket(technical=False, complete=True))
def test_all_rules_together_settle_in_two_rounds(directory: bool, ticket: Ticket) -> None:
    _settle(TOGETHER[directory], ticket)


@quickly
@given(ticket=any_ticket(technical=False, complete=True))
def test_they_settle_by_the_operators_own_words_too(ticket: Ticket) -> None:
    _settle(ONES_OWN_WORDS, ticket)


def _settle(judge: Judge, ticket: Ticket) -> None:
    first = decision(judge, ticket)
    ticket, told = obeying(ticket, first.planned), digests(first)
    second = decision(judge, ticket, told)
    assert second.proposals == (), "one round puts every field right"
    third = decision(judge, ticket, told | digests(second))
    assert _said(third) == [], "two rounds say everything"
    assert first.broken == second.broken == ()


@settings(max_examples=deep(400, 60))
@given(ticket=any_ticket(technical=False, complete=True), corrected=any_customer)
def test_one_round_puts_every_field_right_when_a_person_corrects_the_client_that_the_bridge_named(
    ticket: Ticket, corrected: Customer
) -> None:
    judge = TOGETHER[True]
    first = decision(judge, ticket)
    ticket = replace(obeying(ticket, first.planned), customer=corrected)
    second = decision(judge, ticket, digests(first), writes(first))
    ticket = obeying(ticket, second.planned)
    third = decision(judge, ticket, digests(first) | digests(second), writes(first) | writes(second))
    assert third.planned == ()
    named = writes(first).get("customer")
    if named and not still_stands(corrected, named):
        assert not still_stands(ticket.customer, named), "never back to whom the person took away"
        if parse_placeholder(corrected.user) is None and not is_bare(corrected.user.strip()):
            assert ticket.customer == corrected


@settings(max_examples=deep(400, 60))
@given(ticket=any_ticket())
def test_shuffling_the_rules_changes_nothing(ticket: Ticket) -> None:
    assert _said(decision(SHUFFLED, ticket)) == _said(decision(TOGETHER[True], ticket))


def _said(decided: Decision) -> list[str]:
    return sorted(map(repr, (*decided.proposals, *decided.remarks, *decided.broken)))


def test_no_two_rules_own_one_field() -> None:
    fields = FieldNames(short_number="ShortNumber")
    owned = Counter(field for rule in RULES for field in rule.owned(fields))
    assert {field: count for field, count in owned.items() if count > 1} == {}


# --- its options and its words ----------------------------------------------------------------------------------------


@every_rule
def test_an_option_that_does_not_exist_is_refused(rule: Rule[Any], tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        rule.options(colour="red")
    text = f"{LEAST}rules:\n  {rule.name}:\n    colour: red\n"
    with pytest.raises(ConfigMistake, match=rf"config\.yaml:7: rules\.{rule.name}\.colour is not a key"):
        load(written(tmp_path, text), RULES, {})


@every_rule
def test_options_are_frozen_documented_and_have_defaults(rule: Rule[Any]) -> None:
    defaults = rule.options()
    assert rule.options.__doc__
    for option in dataclasses.fields(rule.options):
        assert option.metadata.get("description"), option.name
        assert option.kw_only
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(defaults, option.name, None)


@every_rule
def test_a_rule_explains_itself(rule: Rule[Any]) -> None:
    module = inspect.getmodule(rule.check)
    assert module is not None
    assert module.__name__ == f"rules.{rule.name}"
    headline, _blank, rest = (module.__doc__ or "").partition("\n\n")
    assert headline.endswith(".")
    assert "\n" not in headline or rule.name == "customer", "one sentence: it stands in config.yaml"
    assert rest.strip()
    assert f"docs/field-rules.md#{'client' if rule.name == 'customer' else rule.name.replace('_', '-')}" in (
        rule.check.__doc__ or ""
    )


@every_rule
def test_a_rule_names_what_it_writes_as_the_bridge_does(rule: Rule[Any]) -> None:
    roles = {"title", "queue", "state", "priority", "customer", *(item.name for item in dataclasses.fields(FieldNames))}
    assert set(rule.writes) <= roles
    assert set(rule.uses(rule.options())) <= {*roles, "open_state", "closed_state"}
