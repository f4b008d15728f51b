"""Searching by full text: an index of words, not the text as it was written, and no expressions."""

import pytest

from tests.contract.otrs.named_tickets import NamedTickets
from tests.contract.otrs.server import Server

BODIES = {
    "contract": "После обеда, интернет есть и нет, Интернет: договор (Ф-15236)! 50% a_b x+y & z",
    "twice": "Слово дважды слово после. Лётная, д. 5, кв.132 +7 (916) 555-01-01",
    "marks": 'ООО «Ромашка» "кавычки" back\\slash',
}
TITLES = {"contract": "НЕТ связи", "twice": "другое", "marks": "Отключение"}


@pytest.fixture(scope="module")
def known(server: Server) -> NamedTickets:
    return NamedTickets(
        tickets={
            name: server.create(TITLES[name], note={"Subject": f"Тема-{name}", "Body": body})
            for name, body in BODIES.items()
        }
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ромашка", {"marks"}),
        ("«РОМАШКА»", {"marks"}),
        ("омашк", {"marks"}),
        ("ф-15236", {"contract"}),
        ("Ф-15236", {"contract"}),
        ("15236", {"contract"}),
        ("*15236*", {"contract"}),
        ("кв.132", {"twice"}),
        ("555-01-01", {"twice"}),
        ("a_b", {"contract"}),
        ("лётная", {"twice"}),
        ("тема-marks", {"marks"}),
        ("misc", {"contract", "twice", "marks"}),
    ],
)
def test_a_part_of_a_word_finds_it_in_any_letter_case(
    server: Server, known: NamedTickets, text: str, found: set[str]
) -> None:
    assert known.names(server.search(Fulltext=text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("интернет есть", {"contract"}),
        ("интернет*есть", {"contract"}),
        ("интернет%договор", {"contract"}),
        ("есть*нет", {"contract"}),
        ("есть*интернет", set()),
        ("слово дважды после", {"twice"}),
        ("слово дважды слово", set()),
        ("слово после", set()),
        ("кв.132*916", {"twice"}),
        ("тема-twice*дважды", set()),
        ("связи*договор", set()),
    ],
)
def test_words_come_once_in_their_first_order_and_from_one_text(
    server: Server, known: NamedTickets, text: str, found: set[str]
) -> None:
    assert known.names(server.search(Fulltext=text)) == found


@pytest.mark.parametrize(
    "text",
    ["(Ф-15236)", r"\(ф-15236\)", "x+y", "& z", "д. 5", '"кавычки"', "!ромашка", "ромашка||слово", "ромашка&&back"],
)
def test_marks_and_short_words_are_not_in_the_index_and_nothing_is_an_operator(
    server: Server, known: NamedTickets, text: str
) -> None:
    assert known.names(server.search(Fulltext=text)) == set()


def test_a_title_is_found_by_its_small_letters_and_on_mariadb_in_any_letter_case(
    server: Server, known: NamedTickets
) -> None:
    assert known.names(server.search(Fulltext="связи")) == {"contract"}
    assert known.names(server.search(Fulltext="тключение")) == {"marks"}
    assert known.names(server.search(Fulltext="нет связи")) == ({"contract"} if server.on_mariadb else set())
    assert known.names(server.search(Fulltext="отключение")) == ({"marks"} if server.on_mariadb else set())


def test_a_letter_without_its_marks_is_another_one_on_postgresql_alone(server: Server, known: NamedTickets) -> None:
    assert known.names(server.search(Fulltext="летная")) == ({"twice"} if server.on_mariadb else set())


@pytest.mark.parametrize("text", ["", "*", "%", "**", None, ["ромашка"]])
def test_nothing_only_wildcards_or_a_list_is_no_condition(server: Server, known: NamedTickets, text: object) -> None:
    assert known.names(server.search(Fulltext=text)) == {"contract", "twice", "marks"}


def test_a_later_article_is_found_at_once(server: Server, known: NamedTickets) -> None:
    assert server.search(Fulltext="перезвонили") == []
    server.update(known.tickets["marks"], Article={
        "Subject": "Ответ", "Body": "Клиенту перезвонили", "ContentType": "text/plain; charset=utf-8",
        "IsVisibleForCustomer": 0, "NoAgentNotify": 1,
    })  # fmt: skip
    assert server.search(Fulltext="перезвонили") == [known.tickets["marks"]]


def test_a_ticket_without_an_article_is_not_found_by_its_title_either(server: Server, known: NamedTickets) -> None:
    bare = server.bare_ticket("безстатьи")
    assert bare not in server.search(Fulltext="безстатьи")
    assert bare in server.search(Title="безстатьи")
