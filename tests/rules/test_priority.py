"""rules/priority.py: priority follows the client's type and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.ticket import Ticket
from rules import priority
from tests.builders import a_client, a_ticket, facts_of, found

LEGAL = found(a_client("Ю-204", kind=ClientType.LEGAL, name="ООО «Ромашка»", login="romashka"))
PERSON = found(a_client())


def from_whom(sender: str, *, sender_type: str) -> Ticket:
    ticket = a_ticket(sender=sender, customer="test@mtel.ru")
    assert ticket.article is not None
    return replace(ticket, article=replace(ticket.article, sender_type=sender_type))


LEAVES_ALONE = {
    "a company at 4": facts_of(a_ticket(priority="4 high"), client=LEGAL),
    "a person at 3": facts_of(a_ticket(priority="3 normal"), client=PERSON),
    "a person at 2": facts_of(a_ticket(priority="2 low"), client=PERSON),
    "a person at 1": facts_of(a_ticket(priority="1 very low"), client=PERSON),
    "nobody we know at 3": facts_of(a_ticket(priority="3 normal")),
    "shouting does not raise anything": facts_of(
        a_ticket(priority="2 low", title="СРОЧНО!!!", body="НЕМЕДЛЕННО ПОЧИНИТЕ!!!"), client=PERSON
    ),
    "a client of unknown type: the customer line that gives way to him says nothing of him": facts_of(
        a_ticket(customer='"ООО «Вектор», Ю-2041" <test@mtel.ru>'),
        client=found(a_client("123456", kind=None, name="Никто"), "phone", "+7"),
    ),
    **{
        f"a company in the From line of the {writer} who wrote the ticket: that is the operator": facts_of(
            from_whom('"ООО «МТЕЛ»" <support@mtel.ru>', sender_type=writer)
        )
        for writer in ("agent", "system")
    },
    "a priority that nobody listed": facts_of(a_ticket(priority="Наивысший"), client=PERSON),
    "a merged ticket": facts_of(a_ticket(priority="5 very high", state="merged"), client=PERSON),
}

ASKS_FOR = {
    "a company at 1 goes to 4": (facts_of(a_ticket(priority="1 very low"), client=LEGAL), "4 high"),
    "a company at 3 goes to 4": (facts_of(a_ticket(priority="3 normal"), client=LEGAL), "4 high"),
    "a company at 5 goes down to 4": (facts_of(a_ticket(priority="5 very high"), client=LEGAL), "4 high"),
    "a person at 4 comes down": (facts_of(a_ticket(priority="4 high"), client=PERSON), "3 normal"),
    "a person at 5 comes down": (facts_of(a_ticket(priority="5 very high"), client=PERSON), "3 normal"),
    "nobody we know is capped like a person": (facts_of(a_ticket(priority="5 very high")), "3 normal"),
    "the field speaks when the directory does not": (
        facts_of(a_ticket(dynamic_fields={"ClientType": "legal"})),
        "4 high",
    ),
    "the directory wins over the field": (
        facts_of(a_ticket(priority="4 high", dynamic_fields={"ClientType": "legal"}), client=PERSON),
        "3 normal",
    ),
    "the contract's prefix speaks when the field is empty": (
        facts_of(a_ticket(title="Нет связи, договор Ю-2041", customer="test@mtel.ru")),
        "4 high",
    ),
    "a client of unknown type goes by his own contract": (
        facts_of(a_ticket(), client=found(a_client("Ю-204", kind=None))),
        "4 high",
    ),
    "a client of unknown type goes by his own name": (
        facts_of(a_ticket(), client=found(a_client("123456", kind=None, name="ООО «Ромашка»"))),
        "4 high",
    ),
    "a legal form in a placeholder as the sender": (
        facts_of(a_ticket(sender='"ул. Мира, д. 7, ООО «Ромашка»" <test@mtel.ru>', customer="test@mtel.ru")),
        "4 high",
    ),
    "a legal form in the sender's name": (
        facts_of(a_ticket(sender='"ООО «Ромашка»" <office@romashka.ru>', customer="office@romashka.ru")),
        "4 high",
    ),
    "an individual entrepreneur counts as legal": (
        facts_of(a_ticket(customer='"ИП Сидоров А.А." <test@mtel.ru>')),
        "4 high",
    ),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(priority.check(facts, priority.Options())) == []


@pytest.mark.parametrize(("facts", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, wanted: str) -> None:
    (change,) = priority.check(facts, priority.Options())
    assert (change.field, change.old, change.new) == ("priority", facts.ticket.priority, wanted)


def test_other_names_of_priorities_can_be_given() -> None:
    options = priority.Options(legal="высокий", individual_at_most="обычный", order=("низкий", "обычный", "высокий"))
    facts = facts_of(a_ticket(priority="высокий"), client=PERSON)
    assert [change.new for change in priority.check(facts, options)] == ["обычный"]
