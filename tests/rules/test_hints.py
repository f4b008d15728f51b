"""rules/hints.py: short hints where the text clearly calls for one (more texts: test_texts.py)."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.rule import WrongOptions
from otrs_bridge.domain.ticket import Ticket
from rules import hints
from tests.builders import a_ticket, facts_of

LEAVES_ALONE = {
    "a complaint that needs no hint": a_ticket(body="Не работает интернет"),
    "a red cross that is not there": a_ticket(body="Красного креста нет, всё подключено"),
    "an organisation": a_ticket(body="Отделение Красный Крест, не работает интернет"),
    "a Wi-Fi whose router is spoken of": a_ticket(body="Wi-Fi не работает, роутер перезагружали"),
    "a text about what might be": a_ticket(title="Вопрос", body="Что значит, если появился красный крест?"),
    "a ticket where all is well again": a_ticket(title="Re:", body="Красный крест пропал, всё заработало"),
    "a closed ticket": a_ticket(body="Красный крест на значке сети", state="closed successful"),
    "a merged ticket": a_ticket(body="Красный крест на значке сети", state="merged"),
}

ASKS_FOR = {
    "the red cross": ("Красный крест на значке сети", "нет линка"),
    "my Wi-Fi": ("Мой вай-фай не работает", "роутер"),
    "pulse dialling": ("Телефон стоит на импульсном наборе", "тоновый"),
    "settings that do not come": ("Компьютер не получает ip-адрес", "DNS"),
    "connectors": ("Нужен RJ-45 или RJ-11?", "телефонного"),
}


@pytest.mark.parametrize("ticket", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(ticket: Ticket) -> None:
    assert list(hints.check(facts_of(ticket), hints.Options())) == []


@pytest.mark.parametrize(("text", "says"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(text: str, says: str) -> None:
    (remark,) = hints.check(facts_of(a_ticket(title="Заявка", body=text)), hints.Options())
    assert remark.text.ru.startswith("Подсказка: ")
    assert says in remark.text.ru


def test_several_hints_are_one_remark() -> None:
    ticket = a_ticket(body="Красный крест на значке. Вай-фай пропал")
    (remark,) = hints.check(facts_of(ticket), hints.Options())
    assert "нет линка" in remark.text.ru
    assert "роутер" in remark.text.ru
    assert remark.text.en.startswith("Hint: a red cross")


def test_the_operator_says_which_hints_are_given() -> None:
    ticket = a_ticket(body="Красный крест на значке. Вай-фай пропал")
    (remark,) = hints.check(facts_of(ticket), hints.Options(give=("wi_fi",)))
    assert "крест" not in remark.text.ru


def test_only_hints_that_exist_can_be_given() -> None:
    with pytest.raises(WrongOptions, match=r"give\.0 must be one of red_cross, wi_fi") as refused:
        hints.Options(give=("tea",))
    assert refused.value.mistakes[0][1].ru.startswith("допустимы: red_cross, wi_fi")
