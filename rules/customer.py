"""Every ticket names its client: the real one when the directory knows it, otherwise the handbook's placeholder.

Who the client is: the ticket's own customer when the directory knows that login, otherwise that e-mail address; else the
first of contract number, address and phone that leads to exactly one client, read from the customer line and its
CustomerID, `From`, the dynamic fields, the title and the text. Never by a person's name, never a flat by its house alone,
nor by what an automatic reply says of whoever stands in for its sender. Where several clients share the sender's e-mail
address the ticket is one of theirs. Several candidates that nothing narrows down are listed in an internal note, and the
ticket is given to none of them; so is whoever fits where the most trusted place names a contract (`Ф-99123`) nobody has.

A customer whom OTRS itself knows is never replaced, whatever the directory lacks: one with a CustomerID that is not just
his address. Nor is any login replaced by a placeholder while the client list has no logins at all.

A ticket without a customer, with the bare placeholder address or with a sender or login that nobody knows gets
`"address, full name, contract" <test@mtel.ru>`, built from what it says; a mail keeps its sender's address for answers. A
placeholder that later fits exactly one client is replaced by him; what an agent put in the bridge's place stays. A closed
ticket keeps its customer, unless that is a placeholder whose client is found. A client whose login OTRS refuses
gets the placeholder in the same run, with what the directory knows of him, and a sender whose address OTRS refuses (no mail
server, `CheckEmailInvalidAddress`) gets it with the common address; the note says so, and OTRS is asked again after a week.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from otrs_bridge.domain.change import Finding, Remark
from otrs_bridge.domain.customer import candidates, customer_instead, longest_kind, to_choose_from
from otrs_bridge.domain.dialect import Dialect
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import NO_EMAIL, is_plain_email
from otrs_bridge.domain.rule import Rule, Vocabulary, WrongOption, WrongOptions
from otrs_bridge.words import Words

_NO_CONTACT = Words(
    ru="нужен телефон, адрес, договор или e-mail целиком, или домен вида @isp.ru; «*» ничего не заменяет",
    en="must be a whole phone, address, contract or e-mail, or a domain such as @isp.ru; “*” stands for nothing",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """The placeholder's address, two matters of taste, and who is no client."""

    address: str = field(
        default="test@mtel.ru", metadata={"description": "the e-mail address of the placeholder; OTRS must accept it"}
    )
    keep_sender: bool = field(
        default=True,
        metadata={"description": "a ticket that came by e-mail keeps the sender's own address in the placeholder"},
    )
    unknown_login: bool = field(
        default=True, metadata={"description": "a sender or login that nobody knows gets the placeholder, too"}
    )
    own: tuple[str, ...] = field(
        default=(),
        metadata={"description": "our own phones, addresses, contracts and e-mails (@isp.ru: a domain): no client's"},
    )

    def __post_init__(self) -> None:
        """What is no address would silently be replaced by the handbook's, and what names nobody would not be missed."""
        wrong: list[WrongOption] = [] if is_plain_email(self.address) else [(("address",), NO_EMAIL)]
        wrong += [
            (("own", index), _NO_CONTACT)
            for index, one in enumerate(self.own)
            if "*" in one or not any(map(str.isalnum, one))
        ]
        if wrong:
            raise WrongOptions(wrong)


def check(facts: Facts, options: Options) -> Iterator[Finding]:
    """Ask for the real client, or for the placeholder (docs/field-rules.md#client, #placeholder)."""
    if facts.ticket.is_technical:
        return
    if fitting := to_choose_from(facts):
        yield Remark(rule=RULE.name, text=candidates(fitting))
    wanted = customer_instead(RULE.name, facts, keep_sender=options.keep_sender, unknown_login=options.unknown_login)
    if wanted:
        yield wanted


def uses(options: Options) -> Vocabulary:
    """What OTRS must take for a customer."""
    return {"customer": (longest_kind(email=options.address),)}


def dialect(options: Options, known: Dialect) -> Dialect:
    """Whom the placeholder is recognised by, and who is no client."""
    return replace(known, contacts=replace(known.contacts, placeholder=options.address, own=options.own))


RULE = Rule(
    name="customer", options=Options, writes=("customer",), check=check, uses=uses, dialect=dialect, yields=True
)
