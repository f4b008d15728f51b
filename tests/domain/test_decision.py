"""domain/decision.py: from what rules ask to what shall happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import (
    LastWrite,
    Outcome,
    PersonsWord,
    RuleAnswer,
    TicketMemory,
    decide,
    remark_digest,
    was_told,
)
from otrs_bridge.domain.otrs_limits import SMALLEST, WIDEST, Lengths
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer, Pending, Value
from otrs_bridge.words import Words
from tests.builders import a_ticket

WHY = Words(ru="потому", en="because")
NOTHING = TicketMemory()


def change(field: str, new: Value, rule: str = "a", old: Value = "") -> Change:
    return Change(rule=rule, field=field, old=old, new=new, why=WHY)


def enforced(*findings: Change | Remark, rule: str = "a") -> RuleAnswer:
    return RuleAnswer(rule=rule, mode=Mode.ENFORCE, findings=findings)


def test_what_holds_already_is_no_change() -> None:
    ticket = a_ticket(priority="3 normal", title=" Тема ")
    decision = decide(ticket, [enforced(change("priority", "3 normal"), change("title", "Тема"))], NOTHING)
    assert decision.proposals == ()


def test_two_wishes_for_one_field_are_a_conflict_and_neither_is_written() -> None:
    answers = [
        enforced(change("priority", "4 high", "a"), rule="a"),
        enforced(change("priority", "2 low", "b"), rule="b"),
    ]
    decision = decide(a_ticket(), answers, NOTHING)
    assert [item.outcome for item in decision.proposals] == [Outcome.CONFLICT, Outcome.CONFLICT]
    assert [item.detail for item in decision.proposals] == ["b", "a"]
    assert not decision.wants_write


def test_the_same_wish_twice_is_written_once() -> None:
    answers = [enforced(change("priority", "4 high", "a")), enforced(change("priority", "4 high", "b"))]
    assert len(decide(a_ticket(), answers, NOTHING).planned) == 1


def test_an_observing_rule_only_reports_and_disputes_nothing() -> None:
    observing = RuleAnswer(rule="b", mode=Mode.OBSERVE, findings=(change("priority", "2 low", "b"),))
    decision = decide(a_ticket(), [enforced(change("priority", "4 high")), observing], NOTHING)
    assert [item.outcome for item in decision.proposals] == [Outcome.PLANNED, Outcome.OBSERVED]


def test_a_field_that_holds_again_what_the_bridge_replaced_is_left_to_the_person() -> None:
    memory = TicketMemory(last_writes={"priority": LastWrite(rule="a", old="5 very high", new="3 normal")})
    ticket = a_ticket(priority="5 very high")
    decision = decide(ticket, [enforced(change("priority", "3 normal"))], memory)
    assert [item.outcome for item in decision.proposals] == [Outcome.PINNED]


def test_a_field_that_a_person_moved_on_is_not_pinned() -> None:
    memory = TicketMemory(last_writes={"priority": LastWrite(rule="a", old="5 very high", new="3 normal")})
    decision = decide(a_ticket(priority="4 high"), [enforced(change("priority", "3 normal"))], memory)
    assert [item.outcome for item in decision.proposals] == [Outcome.PLANNED]


@pytest.mark.parametrize(
    ("replaced", "held", "word"),
    [
        (("5 very high", "4 high"), "5 very high", PersonsWord.PUT_BACK),
        (("5 very high", "4 high"), "1 very low", None),
        (("5 very high", "4 high"), "3 normal", None),
        (("5 very high", "4 high", "1 very low"), "4 high", PersonsWord.PUT_BACK),
        (("5 very high", "4 high", "1 very low"), "6 new", PersonsWord.CHOSEN),
        (("5 very high", "4 high", "1 very low"), "3 normal", None),
    ],
    ids=[
        "the first came back",
        "a third value",
        "the bridge's own",
        "an earlier one came back",
        "enough",
        "its own still",
    ],
)
def test_people_win_also_when_they_set_one_value_after_another(
    replaced: tuple[str, ...], held: str, word: PersonsWord | None
) -> None:
    last = LastWrite(rule="a", old=replaced[-1], new="3 normal", replaced=replaced)
    (item,) = decide(
        a_ticket(priority=held), [enforced(change("priority", "2 low"))], TicketMemory(last_writes={"priority": last})
    ).proposals
    assert (item.outcome, item.detail) == ((Outcome.PINNED, word) if word else (Outcome.PLANNED, ""))


def test_where_the_rule_yields_any_other_value_after_a_write_of_the_bridges_is_a_persons_choice() -> None:
    moved = TicketMemory(last_writes={"queue": LastWrite(rule="a", old="Raw", new="Internet")})
    yielding = replace(enforced(change("queue", "Internet")), yields=True)
    told = {
        queue: [(item.outcome, item.detail) for item in decide(a_ticket(queue=queue), [yielding], moved).proposals]
        for queue in ("Misc", "Raw", "Internet")
    }
    assert told == {
        "Misc": [(Outcome.PINNED, PersonsWord.CHOSEN)],
        "Raw": [(Outcome.PINNED, PersonsWord.PUT_BACK)],
        "Internet": [],
    }
    assert decide(a_ticket(queue="Misc"), [yielding], NOTHING).wants_write, "nobody but the first comer chose it"


def test_what_the_bridge_itself_wrote_is_no_persons_choice_whatever_company_otrs_gave_it() -> None:
    written = TicketMemory(
        last_writes={"customer": LastWrite(rule="a", old="", new=Customer(user="Иван", company="1"))}
    )
    client = replace(enforced(change("customer", Customer(user="ivanov"))), yields=True)
    assert decide(a_ticket(customer=" иван ", company="2"), [client], written).wants_write
    assert not decide(a_ticket(customer="сосед", company="1"), [client], written).wants_write


def test_a_pending_state_put_back_is_recognised_whatever_its_time() -> None:
    old = Pending(state="pending reminder", until=100)
    memory = TicketMemory(last_writes={"state": LastWrite(rule="state", old=old, new="open")})
    ticket = a_ticket(state="pending reminder")
    assert decide(ticket, [enforced(change("state", "open"))], memory).proposals[0].outcome is Outcome.PINNED


def test_a_remark_is_told_once_and_again_when_it_says_something_else() -> None:
    first, second = (Remark(rule="a", text=Words(ru=text, en=text)) for text in ("раз", "два"))
    told = TicketMemory(told={"a": remark_digest(first)})
    assert decide(a_ticket(), [enforced(first)], NOTHING).planned_remarks == (first,)
    assert decide(a_ticket(), [enforced(first)], told).planned_remarks == ()
    assert decide(a_ticket(), [enforced(second)], told).planned_remarks == (second,)


@pytest.mark.parametrize("lengths", [WIDEST, SMALLEST], ids=["OTRS, Znuny", "OTOBO"])
def test_values_are_cut_to_what_the_server_can_hold(lengths: Lengths) -> None:
    customer = Customer(user="x" * 300, company="y" * 200)
    wishes = [enforced(change("title", "т" * 300), change("customer", customer))]
    title, kept = (item.new for item in decide(a_ticket(), wishes, NOTHING, lengths=lengths).planned)
    assert title == "т" * lengths.title
    assert kept == Customer(user="x" * lengths.customer_user, company="y" * 150)


def test_a_cut_value_ends_with_a_whole_character() -> None:
    (title,) = (item.new for item in decide(a_ticket(), [enforced(change("title", "и\u0306" * 200))], NOTHING).planned)
    assert title == "и\u0306" * 95


@pytest.mark.parametrize("held", ["т" * 300, "т" * 255, "т" * 191], ids=["whole", "cut at 255", "cut at 191"])
def test_what_stands_is_not_rewritten_because_of_a_limit(held: str) -> None:
    """Where the product is not known, the smallest lengths hold for what is written anew, and for nothing else."""
    assert not decide(a_ticket(title=held), [enforced(change("title", "т" * 300))], NOTHING).wants_write


def test_what_really_differs_is_written_however_long_it_is() -> None:
    longer = a_ticket(title="т" * 191 + " и ещё")
    assert decide(longer, [enforced(change("title", "т" * 191))], NOTHING).wants_write
    assert decide(longer, [enforced(change("title", "д" * 300))], NOTHING).wants_write


def test_a_rule_that_broke_is_reported() -> None:
    decision = decide(a_ticket(), [RuleAnswer(rule="a", mode=Mode.ENFORCE, error="ValueError: x")], NOTHING)
    assert decision.says_something
    assert not decision.wants_write


def test_a_list_that_has_only_become_shorter_is_no_news() -> None:
    def asking(*items: str) -> Remark:
        return Remark(rule="r", text=Words(ru=f"Не хватает: {items}", en=f"Missing: {items}"), items=frozenset(items))

    told = remark_digest(asking("client", "district", "category"))
    assert was_told(asking("client", "district", "category"), told)
    assert was_told(asking("district"), told)
    assert not was_told(asking("district", "text"), told)
    assert not was_told(asking("district"), None)
    by_text = remark_digest(replace(asking("district"), items=frozenset()))
    assert was_told(asking("district"), by_text), "what recovery found by its text"
