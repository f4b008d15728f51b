"""Searching by title and customer: the text is an expression, and a title may not find itself."""

import pytest

from tests.contract.otrs.named_tickets import NamedTickets
from tests.contract.otrs.server import Server

PLACEHOLDER = '"ул. Летная (подъезд 2), д. 5" <test@mtel.ru>'

# By the letter that stands for each ticket below.
TITLES = {
    "brackets": "Отключение (Ф-15236) 2024",
    "token": "[#key:abc-1]",
    "wrapped": "[#key:abc-1] нет связи & прочее",
    "and": "a & b",
    "plus": "a+b",
    "quotes": 'say "hi" 50%',
    "slash": "back\\slash | pipe! under_score",
    "words": "foo bar baz",
    "case": "НЕТ интернета",
    "address": "2024-01 ул. Летная, д. 5, кв. 132; x'y",
}


@pytest.fixture(scope="module")
def known(server: Server) -> NamedTickets:
    customers = {"brackets": "smirnov", "token": PLACEHOLDER, "and": "who@mtel.ru"}
    return NamedTickets(
        tickets={
            name: server.create(title, CustomerUser=customers.get(name, "иванов")) for name, title in TITLES.items()
        }
    )


@pytest.mark.parametrize("name", ["token", "words", "case", "address"])
def test_a_title_without_operators_finds_itself(server: Server, known: NamedTickets, name: str) -> None:
    assert known.names(server.search(Title=TITLES[name])) == {name}


@pytest.mark.parametrize("name", ["brackets", "and", "plus", "quotes", "slash"])
def test_a_title_with_operators_does_not_find_itself(server: Server, known: NamedTickets, name: str) -> None:
    assert name not in known.names(server.search(Title=TITLES[name]))


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("*[#key:abc-1]*", {"token", "wrapped"}),
        ("[#key:abc-1]%", {"token", "wrapped"}),
        ("[#key:abc-1] нет*", {"wrapped"}),
        ("нет ИНТЕРНЕТА", {"case"}),
        ("foo", set()),
        ("foo*", {"words"}),
        ("*foo*baz*", {"words"}),
        ("*foo* *baz*", {"words"}),
        ("*baz* *foo*", set()),
        ("foo  bar baz", {"words"}),
        ("  foo bar baz  ", {"words"}),
        ("*Летная, д. 5*", {"address"}),
        ("*; x'y", {"address"}),
        ("*under_score", {"slash"}),
        ("*under?score", set()),
        ("*d_f*", set()),
    ],
)
def test_wildcards_stand_for_anything_and_letter_case_for_nothing(
    server: Server, known: NamedTickets, condition: str, found: set[str]
) -> None:
    assert known.names(server.search(Title=condition)) == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("foo*&&*baz", {"words"}),
        ("foo* && *baz", {"words"}),
        ("foo* AND *baz", {"words"}),
        ("foo*+*baz", {"words"}),
        ("foo*||a*b", {"words", "and", "plus"}),
        ("foo* OR *slash*", {"words", "slash"}),
        ("(foo*&&*bar*)||*slash*", {"words", "slash"}),
        ("foo* or *slash*", set()),
        ("!foo*", set(TITLES) - {"words"}),
        ("!!foo*", set(TITLES) - {"words"}),
        ("!(foo*)", set(TITLES) - {"words"}),
        ("!(foo* OR *slash*)", set(TITLES) - {"words"}),
        ("foo bar baz||", {"words"}),
        ("NOT foo*", set()),
    ],
)
def test_and_or_not_and_brackets_are_operators(
    server: Server, known: NamedTickets, condition: str, found: set[str]
) -> None:
    assert known.names(server.search(Title=condition)) == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (r"Отключение \(Ф-15236\) 2024", {"brackets"}),
        ('"Отключение (Ф-15236) 2024"', {"brackets"}),
        ("*Ф-15236*", {"brackets"}),
        (r"a \& b", {"and"}),
        ('"a & b"', {"and"}),
        ("*& b", set()),
        ("*& *", {"and", "wrapped"}),
        ("a*&*b", {"and"}),
        (r"a\+b", set()),
        ("*hi*50*", {"quotes"}),
        ('*"hi"*', set()),
        ("*|*", {"slash"}),
        (r"*\!*", {"slash"}),
        ("*slash*", {"slash"}),
        (r"back\slash*", set()),
        (r"back\\slash*", set()),
    ],
)
def test_a_backslash_or_quotes_make_some_operators_into_text(
    server: Server, known: NamedTickets, condition: str, found: set[str]
) -> None:
    assert known.names(server.search(Title=condition)) == found


@pytest.mark.parametrize("condition", ["(", ")", "(foo*", "foo*)", "||", "&&", "!", "+", "()", "*(*", "*!*", '"foo*'])
def test_a_malformed_expression_finds_nothing(server: Server, known: NamedTickets, condition: str) -> None:
    assert server.search(Title=condition) == []


@pytest.mark.parametrize("condition", ["", "*", "%", "**", None])
def test_nothing_or_only_wildcards_is_no_condition(server: Server, known: NamedTickets, condition: object) -> None:
    assert known.names(server.search(Title=condition)) == set(TITLES)


def test_several_titles_are_alternatives(server: Server, known: NamedTickets) -> None:
    assert known.names(server.search(Title=["foo bar baz", "back*"])) == {"words", "slash"}


@pytest.mark.parametrize(
    ("condition", "found"),
    [("smirnov", {"brackets"}), ("SMIRNOV", {"brackets"}), ("*@mtel.ru", {"and"}), ("*test@mtel.ru*", {"token"}),
     (["smirnov", "who@mtel.ru"], {"brackets", "and"}), (PLACEHOLDER, set()), ("nobody", set())],
)  # fmt: skip
def test_a_customer_user_is_found_by_the_same_kind_of_expression(
    server: Server, known: NamedTickets, condition: object, found: set[str]
) -> None:
    assert known.names(server.search(CustomerUserLogin=condition)) == found


def test_a_customer_id_is_found_in_any_letter_case(server: Server, known: NamedTickets) -> None:
    assert known.names(server.search(CustomerID="ф-15240")) == {"brackets"}


def test_what_is_null_is_not_found_by_a_negation_either(server: Server, known: NamedTickets) -> None:
    bare = server.bare_ticket("bare")
    assert bare not in server.search(CustomerUserLogin="!smirnov")
    assert bare in server.search(Title="!foo*")
