"""What a mail answers to or forwards: read where its writer tells nothing himself, and never trusted alone."""

from __future__ import annotations

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Doubtful, Found, NotFound, Resolution
from otrs_bridge.domain.clue import Source
from otrs_bridge.domain.customer import candidates
from otrs_bridge.domain.dialect import Contacts
from otrs_bridge.domain.texts.mail import split_mail
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.service.identify import identify
from tests.builders import a_client, read_clues

ANSWER = "Никто не приехал.\n\n24.11.2026 15:20, Поддержка <help@isp.example> пишет:\n> {}"
FORWARD = "Звоните мне, 8 916 555-02-02.\n\n---------- Forwarded message ---------\nОт: Анна Белова <a@b.example>\n\n{}"
PAVEL = a_client("Ф-41001", name="Белов Павел Ильич", address="ул. Летная, д. 5, кв. 7", phones=("8 916 555-02-02",))
ANNA = a_client("Ф-41002", name="Белова Анна Олеговна", address="ул. Летная, д. 9, кв. 8", login="anna")


def test_what_is_quoted_is_kept_apart_from_what_is_said() -> None:
    mail = split_mail(ANSWER.format("Ваш договор Ф-41001"))
    assert (mail.text, "Ф-41001" in mail.quoted) == ("Никто не приехал.", True)
    assert split_mail("Да.\n> Приехать завтра?").quoted == "Приехать завтра?"


def test_an_answer_below_the_quote_is_the_text() -> None:
    body = "Здравствуйте, Служба.\n\nВы писали 30 ноября 2026 г., 18:02:05:\n\nS> Ваш номер?\n\n8 916 555-02-02\n-- \nПавел"
    assert split_mail(body).text == "Здравствуйте, Служба.\n\n8 916 555-02-02"


def test_a_line_of_dashes_begins_a_signature_unless_a_letters_head_follows() -> None:
    line = "_" * 30
    signed = split_mail(f"Нет связи.\n{line}\nПавел Белов\nтел. 8 916 555-02-02")
    assert "8 916 555-02-02" in signed.signature
    assert split_mail(f"Нет связи.\n{line}\nFrom: a@b.example\nSent: today\n\nПрежнее").text == "Нет связи."


def test_a_quote_is_read_where_the_writer_tells_nothing_of_the_kind() -> None:
    clues = read_clues(body=ANSWER.format("Договор Ф-41001, ул. Летная, д. 5, кв. 7"))
    assert [(str(clue.value), clue.source) for clue in clues.contracts] == [("Ф-41001", Source.QUOTED)]
    assert [clue.source for clue in clues.addresses] == [Source.QUOTED]
    own = read_clues(body="Мой договор Ф-41002.\n" + ANSWER.format("Договор Ф-41001"))
    assert [str(clue.value) for clue in own.contracts] == ["Ф-41002"]
    assert read_clues(body=ANSWER.format("Договоры Ф-41001 и Ф-41002")).contracts == (), "nobody knows which"


def test_of_several_addresses_that_are_quoted_nobody_knows_whose_is_whose() -> None:
    quoted = ANSWER.format("Уважаемые абоненты домов ул. Летная, д. 5 и ул. Мира, д. 7!")
    assert read_clues(body=quoted).addresses == ()


def test_the_operators_own_address_is_his_in_whatever_town_it_is_said_to_be() -> None:
    ours = Contacts(own=("ул. Почтовая, д. 10",))
    assert read_clues(body=ANSWER.format("МТел, г. Энск, ул. Почтовая, д. 10"), contacts=ours).addresses == ()


def who(body: str, sender: str = "") -> Resolution:
    return identify(Customer(), read_clues(body=body, sender=sender), MemoryDirectory((PAVEL, ANNA))).client


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        pytest.param(ANSWER.format("Договор Ф-41002, Летная 9-8"), "x@b.example", id="two things in it agree"),
        pytest.param(ANSWER.format("Ваш договор Ф-41002"), "Анна Белова <x@b.example>", id="the sender's name"),
        pytest.param(ANSWER.format("Уважаемая Анна Олеговна, договор Ф-41002"), "x@b.example", id="the greeting"),
    ],
)
def test_a_quote_beside_which_something_else_stands_finds_the_client(body: str, sender: str) -> None:
    assert isinstance(found := who(body, sender), Found)
    assert found.client == ANNA


def test_what_only_a_quote_tells_makes_a_candidate() -> None:
    found = who(ANSWER.format("Уважаемый абонент Ф-41002"), "Олег Белов <x@b.example>")
    assert found == Doubtful(candidates=(ANNA,), only_quoted=True)
    assert "цитата" in candidates(found).ru


def test_who_forwards_is_not_the_client_for_his_phone() -> None:
    assert isinstance(found := who(FORWARD.format("Опять нет интернета, договор Ф-41002")), Doubtful)
    assert set(found.candidates) == {PAVEL, ANNA}


def test_the_writers_own_address_goes_before_a_quoted_contract() -> None:
    assert isinstance(found := who("Я на Летная 5-7.\n" + ANSWER.format("Ф-41002")), Found)
    assert found.client == PAVEL
    assert who(ANSWER.format("Ваша заявка принята")) == NotFound()


def test_a_long_letter_is_read_at_both_its_ends() -> None:
    story = "Сколько можно ждать, я уже писал вам об этом. " * 200
    assert [str(clue.value) for clue in read_clues(body=f"{story}\nДоговор Ф-41001").contracts] == ["Ф-41001"]
