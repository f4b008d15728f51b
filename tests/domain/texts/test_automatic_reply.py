"""Which mails answered by themselves, and which only speak of such things."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.texts.automatic_reply import is_automatic_reply

AUTOMATIC = [
    ("Автоматический ответ", "В отпуске. Моя коллега, тел. 8 916 555-01-01"),
    ("Автоматический ответ: Ваша заявка", ""),
    ("[Ticket#2026113010000135] Автоматический ответ: Re: нет интернета", ""),
    ("Автоответ (отпуск)", ""),
    ("Автоматический ответ на Ваше письмо", ""),
    ("Automatic reply: Ticket", "I am away"),
    ("Auto-Reply", ""),
    ("AutoReply: счёт", ""),
    ("Out of Office: счёт", ""),
    ("Out of the office AutoReply", ""),
    ("Нет на работе: счёт", ""),
    ("Re: заявка", "Здравствуйте! Это автоматический ответ. Пишите Петровой, Ф-15236."),
    ("Re: заявка", "Я в отпуске до 12.12. По всем срочным вопросам обращайтесь к Петровой, 8 916 555-01-01"),
    ("Re: заявка", "Добрый день! Отсутствую до понедельника, меня замещает Петрова, 8 916 555-01-01."),
    ("Re: ticket", "I am out of the office until 12 December. Please contact Anna, +7 916 555-01-01."),
]
WRITTEN = [
    ("Нет интернета", "дозвонился только до вашего автоответчика; интернета нет третий день"),
    ("Автоответчик не записывает", "договор Ф-15236"),
    ("Автоматический ответ АТС не включается", "договор Ф-15236"),
    ("Re: Автоматический ответ: заявка принята", "мой договор Ф-15236"),
    ("Нет интернета", "Я в отпуске, дома жена, звоните ей: 8 916 555-01-01"),
    ("Нет на работе интернета", "договор Ф-15236"),
    ("Нет интернета", "Уеду в командировку 5-го, договор Ф-15236. Обращайтесь до этого дня."),
    ("Вопрос", "Получил ваш автоматический ответ, а ответа нет. Ф-15236"),
    ("", ""),
]


@pytest.mark.parametrize(("subject", "body"), AUTOMATIC)
def test_a_machine_wrote(subject: str, body: str) -> None:
    assert is_automatic_reply(subject, body)


@pytest.mark.parametrize(("subject", "body"), WRITTEN)
def test_a_person_wrote(subject: str, body: str) -> None:
    assert not is_automatic_reply(subject, body)
