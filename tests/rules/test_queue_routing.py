"""rules/queue_routing.py: a ticket in an intake queue goes to the department of its category."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.facts import Facts
from rules import queue_routing
from tests.builders import a_ticket, facts_of

QUEUES = {
    "internet": "Internet",
    "speed": "Internet",
    "tv": "TV",
    "cable": "Field",
    "Телевидение": "TV",
    "billing": "Raw",
}
OPTIONS = queue_routing.Options(queues=QUEUES)
BOTH = "Не работает интернет, рябь по всем каналам"

LEAVES_ALONE = {
    "a queue that a person chose": facts_of(a_ticket(queue="Support")),
    "a text without a category": facts_of(a_ticket(queue="Raw", title="Вопрос")),
    "a category that goes nowhere": facts_of(a_ticket(queue="Raw", title="Нужно настроить компьютер")),
    "two departments": facts_of(a_ticket(queue="Raw", title="Заявка", body=BOTH)),
    "one department and one that is not named": facts_of(
        a_ticket(queue="Raw", title="Заявка", body="Не работает интернет, настроить роутер")
    ),
    "a category that a person chose and that goes nowhere": facts_of(
        a_ticket(queue="Raw", dynamic_fields={"Category": ("setup",)})
    ),
    "the queue it is in": facts_of(a_ticket(queue="Raw", title="Прошу перерасчет")),
    "a merged ticket": facts_of(a_ticket(queue="Raw", state="merged")),
}

ASKS_FOR = {
    "what the text says": (facts_of(a_ticket(queue="Raw")), "Internet"),
    "two categories of one department": (
        facts_of(a_ticket(queue="Postmaster", title="Заявка", body="Пропадает интернет, низкая скорость")),
        "Internet",
    ),
    "what a person chose, whatever the text says": (
        facts_of(a_ticket(queue="Misc", dynamic_fields={"Category": ("tv",)})),
        "TV",
    ),
    "a value of the field by its own name": (
        facts_of(a_ticket(queue="Misc", dynamic_fields={"Category": "Телевидение"})),
        "TV",
    ),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(queue_routing.check(facts, OPTIONS)) == []


@pytest.mark.parametrize(("facts", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, wanted: str) -> None:
    (change,) = queue_routing.check(facts, OPTIONS)
    assert (change.field, change.new, change.told) == ("queue", wanted, True)


def test_nothing_is_moved_until_the_operator_says_where() -> None:
    assert list(queue_routing.check(facts_of(a_ticket(queue="Raw")), queue_routing.Options())) == []


def test_the_operator_says_where_tickets_come_in() -> None:
    options = queue_routing.Options(intake=("Приём",), queues=QUEUES)
    assert list(queue_routing.check(facts_of(a_ticket(queue="Raw")), options)) == []
    assert [change.new for change in queue_routing.check(facts_of(a_ticket(queue="Приём")), options)] == ["Internet"]
