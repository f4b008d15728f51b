"""rules/customer.py: every ticket names its client, or carries the handbook's placeholder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.client import Doubtful, Several
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.ticket import Customer, Ticket
from rules import customer
from tests.builders import a_client, a_ticket, facts_of, found


def replace_article(ticket: Ticket, *, sender_type: str) -> Ticket:
    assert ticket.article is not None
    return replace(ticket, article=replace(ticket.article, sender_type=sender_type))


FULL = '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>'
NO_LOGIN = a_client(login="")

LEAVES_ALONE = {
    "a customer the directory knows": facts_of(a_ticket(), client=found(a_client()), known=True),
    "the same login in other letter case": facts_of(
        a_ticket(customer="IVANOV"), client=found(a_client(), clue="IVANOV"), known=True
    ),
    "a login, and no directory to ask": facts_of(a_ticket(customer="whoever"), known=None),
    "a full placeholder of a client who is not in the base": facts_of(a_ticket(customer=FULL), known=False),
    "a full placeholder of a client who has no login": facts_of(
        a_ticket(customer=FULL), client=found(NO_LOGIN, "contract", "Ф-15236"), known=False
    ),
    "a customer whom OTRS knows and the directory does not": facts_of(
        a_ticket(customer="romashka-dir", company="Ю-204"), client=found(a_client("Ю-204"), "contract", "Ю-204")
    ),
    "one who is the client found, in a list without logins": facts_of(
        a_ticket(customer="Ф-15236", company="Ф-15236"), client=found(NO_LOGIN, "contract", "Ф-15236")
    ),
    "a customer whom OTRS knows, whoever else fits": facts_of(
        a_ticket(customer="romashka-dir"), client=Several(candidates=(a_client(), NO_LOGIN), by="phone", clue="+7")
    ),
    "a login that two rows of the client list have": facts_of(
        a_ticket(), client=Several(candidates=(a_client(), a_client("Ф-7")), by="login", clue="ivanov"), known=True
    ),
    "a closed ticket of a login nobody knows": facts_of(
        a_ticket(customer="petrov77", state="closed successful"), known=False
    ),
    "a closed ticket of a stranger whose contract is known": facts_of(
        a_ticket(customer="x@mail.ru", state="closed successful"),
        client=found(a_client(), "contract", "Ф-15236"),
        known=False,
    ),
    "a closed ticket with the bare address": facts_of(
        a_ticket(customer="test@mtel.ru", state="closed successful", body="Ф-15236"), known=False
    ),
    "a closed ticket whom two clients fit": facts_of(
        a_ticket(customer="test@mtel.ru", state="closed successful"),
        client=Several(candidates=(a_client(), NO_LOGIN), by="phone", clue="+7"),
        known=False,
    ),
    "a merged ticket": facts_of(a_ticket(customer="", state="merged"), known=False),
}

KNOWS_MUCH = "Звонил Иванов Иван Иванович, ул. Летная, д. 5, кв. 132, договор Ф-15236. Нет интернета."

ASKS_FOR = {
    "the bare address gets the full form": (
        facts_of(a_ticket(customer="test@mtel.ru", body=KNOWS_MUCH), known=False),
        FULL,
    ),
    "the empty quotes of the handbook get the full form": (
        facts_of(a_ticket(customer='"" <test@mtel.ru>', body=KNOWS_MUCH), known=False),
        FULL,
    ),
    "an empty customer gets the full form": (facts_of(a_ticket(customer="", body=KNOWS_MUCH), known=False), FULL),
    "an empty customer without a directory, too": (
        facts_of(a_ticket(customer="", body=KNOWS_MUCH), known=None),
        FULL,
    ),
    "a login nobody knows gets the full form": (
        facts_of(a_ticket(customer="petrov77", body=KNOWS_MUCH), known=False),
        FULL,
    ),
    "what is not known is left out": (
        facts_of(a_ticket(customer="test@mtel.ru", body="Договор Ф-15236, нет интернета"), known=False),
        '"Ф-15236" <test@mtel.ru>',
    ),
    "an unknown sender keeps the address": (
        facts_of(
            a_ticket(customer="sender@mail.ru", channel="Email", sender="sender@mail.ru", body="Договор Ф-15236"),
            known=False,
        ),
        '"Ф-15236" <sender@mail.ru>',
    ),
    "an unknown sender keeps the whole of the address": (
        facts_of(
            a_ticket(customer="o'brien@firm.example", channel="Email", sender="o'brien@firm.example", body="Ф-15236"),
            known=False,
        ),
        '"Ф-15236" <o\'brien@firm.example>',
    ),
    "a sender whose address is none gets the placeholder's": (
        facts_of(a_ticket(customer="a@b@mail.ru", channel="Email", sender="a@b@mail.ru", body="Ф-15236"), known=False),
        '"Ф-15236" <test@mtel.ru>',
    ),
    "a phone ticket gets the placeholder's address": (
        facts_of(
            a_ticket(customer="sender@mail.ru", channel="Phone", sender="sender@mail.ru", body="Договор Ф-15236"),
            known=False,
        ),
        '"Ф-15236" <test@mtel.ru>',
    ),
    "an agent who wrote a ticket down is not its sender": (
        facts_of(
            replace_article(a_ticket(customer="", sender="agent@isp.ru", body="Договор Ф-15236"), sender_type="agent"),
            known=False,
        ),
        '"Ф-15236" <test@mtel.ru>',
    ),
    "a placeholder that fits one client becomes that client": (
        facts_of(a_ticket(customer=FULL), client=found(a_client(), "contract", "Ф-15236"), known=False),
        "ivanov",
    ),
    "the placeholder of a closed ticket becomes the client that it fits": (
        facts_of(
            a_ticket(customer=FULL, state="closed successful"),
            client=found(a_client(), "contract", "Ф-15236"),
            known=False,
        ),
        "ivanov",
    ),
    "a stranger whose contract is known becomes that client": (
        facts_of(a_ticket(customer="x@mail.ru"), client=found(a_client(), "contract", "Ф-15236"), known=False),
        "ivanov",
    ),
    "a customer written as his e-mail becomes his login": (
        facts_of(
            a_ticket(customer="ivan@mail.ru"),
            client=found(a_client(email="ivan@mail.ru"), clue="ivan@mail.ru"),
            known=True,
        ),
        "ivanov",
    ),
    "a client without a login gets a placeholder with what the directory knows": (
        facts_of(a_ticket(customer="test@mtel.ru"), client=found(NO_LOGIN, "phone", "+7"), known=False),
        FULL,
    ),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(customer.check(facts, customer.Options())) == []


@pytest.mark.parametrize(("facts", "wanted"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, wanted: str) -> None:
    (change,) = customer.check(facts, customer.Options())
    assert isinstance(change, Change)
    assert isinstance(change.new, Customer)
    assert (change.field, change.new.user) == ("customer", wanted)


def test_the_client_comes_with_a_customer_id() -> None:
    for client, company in ((a_client(), "Ф-15236"), (a_client(customer_id="HOME"), "HOME")):
        facts = facts_of(a_ticket(customer=""), client=found(client, "phone", "+7"), known=False)
        (change,) = customer.check(facts, customer.Options())
        assert isinstance(change, Change)
        assert change.new == Customer(user="ivanov", company=company)


def test_several_candidates_are_listed_and_none_is_chosen() -> None:
    two = Several(candidates=(a_client("Ф-15236"), a_client("Ф-20001", login="petrov")), by="address", clue="Летная 5")
    findings = list(
        customer.check(facts_of(a_ticket(customer="test@mtel.ru"), client=two, known=False), customer.Options())
    )
    remark = next(finding for finding in findings if isinstance(finding, Remark))
    assert "Ф-15236" in remark.text.ru
    assert "Ф-20001" in remark.text.ru
    users = [str(finding.new) for finding in findings if isinstance(finding, Change)]
    assert all("test@mtel.ru" in user for user in users)


def test_clients_who_share_the_senders_address_are_listed_and_the_address_stays() -> None:
    two = Several(candidates=(a_client("Ф-15236"), a_client("Ф-20001", login="dacha")), by="email", clue="x@mail.ru")
    facts = facts_of(a_ticket(customer="x@mail.ru", channel="Email", sender="x@mail.ru"), client=two, known=True)
    (remark,) = customer.check(facts, customer.Options())
    assert isinstance(remark, Remark)
    assert "Подходят несколько клиентов (x@mail.ru): Ф-15236" in remark.text.ru


def test_whoever_fits_instead_of_a_contract_that_nobody_has_is_listed_and_not_chosen() -> None:
    doubtful = Doubtful(candidates=(a_client(),), contract=ContractNumber(prefix="Ф", number="99123"))
    kept = facts_of(a_ticket(customer='"Летная 5-132, Ф-99123" <test@mtel.ru>'), client=doubtful, known=False)
    (remark,) = customer.check(kept, customer.Options())
    assert isinstance(remark, Remark)
    assert "Договора Ф-99123 в справочнике нет, по остальному подходит: Ф-15236" in remark.text.ru
    bare = facts_of(a_ticket(customer="test@mtel.ru", body="Ф-99123"), client=doubtful, known=False)
    _, change = customer.check(bare, customer.Options())
    assert isinstance(change, Change)
    assert str(change.new) == '"Ф-99123" <test@mtel.ru>'
    assert change.why.en == "who the client is, is not decided: what the ticket says of him is written down"


def test_a_caller_for_somebody_else_is_listed_and_not_chosen() -> None:
    doubtful = Doubtful(candidates=(a_client(),), for_another="звоню за соседку")
    body = "звоню за соседку из 77-й. мой договор Ф-15236"
    facts = facts_of(a_ticket(customer="test@mtel.ru", body=body), client=doubtful, known=False)
    remark, change = customer.check(facts, customer.Options())
    assert isinstance(remark, Remark)
    assert isinstance(change, Change)
    assert str(change.new) == '"" <test@mtel.ru>', "his contract would be read as the client's"
    assert remark.text.ru.startswith("Звонят не за себя («звоню за соседку»), по сказанному подходит: Ф-15236, Иванов")
    assert "speaks for somebody else" in remark.text.en


@pytest.mark.parametrize("line", ['"Ф-15236, Ф-15237" <x@mail.ru>', '"ул. Мира 5 и ул. Лесная 7" <x@mail.ru>'])
def test_a_customer_line_that_says_more_than_a_placeholder_holds_stays(line: str) -> None:
    facts = facts_of(a_ticket(customer=line, body="Договор Ф-20001"), known=False)
    assert [finding for finding in customer.check(facts, customer.Options()) if isinstance(finding, Change)] == []


def test_a_placeholder_does_not_choose_between_two_contracts() -> None:
    both = Several(candidates=(a_client("Ф-15236"), a_client("Ф-20001", login="petrov")), by="contract", clue="…")
    ticket = a_ticket(customer="test@mtel.ru", body="Договоры Ф-15236 и Ф-20001, ул. Летная, д. 5, кв. 132")
    findings = customer.check(facts_of(ticket, client=both, known=False), customer.Options())
    (change,) = [finding for finding in findings if isinstance(finding, Change)]
    assert str(change.new) == '"ул. Летная, д. 5, кв. 132" <test@mtel.ru>'


def test_the_sender_is_not_kept_when_the_operator_does_not_want_it() -> None:
    facts = facts_of(a_ticket(customer="sender@mail.ru", channel="Email", body="Договор Ф-15236"), known=False)
    (change,) = customer.check(facts, customer.Options(keep_sender=False))
    assert isinstance(change, Change)
    assert str(change.new) == '"Ф-15236" <test@mtel.ru>'


@pytest.mark.parametrize("sender", ["a@b@mail.ru", f"{'a.' * 70}a@mail.ru", "root@localhost", "", "x_y@un_der.ru"])
def test_where_a_senders_address_cannot_stand_the_operators_own_does(sender: str) -> None:
    facts = facts_of(a_ticket(customer=sender, channel="Email", sender=sender, body="Договор Ф-15236"), known=False)
    options = customer.Options(address="nobody@isp.ru")
    (change,) = customer.check(replace(facts, dialect=customer.RULE.dialect(options, facts.dialect)), options)
    assert isinstance(change, Change)
    assert str((change.if_refused or change).new) == '"Ф-15236" <nobody@isp.ru>'


def test_unknown_logins_can_be_left_alone() -> None:
    facts = facts_of(a_ticket(customer="petrov77"), known=False)
    assert list(customer.check(facts, customer.Options(unknown_login=False))) == []
