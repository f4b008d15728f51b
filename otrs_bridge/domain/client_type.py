"""Whether a ticket's client is a company or a person, and who says so. Source: docs/field-rules.md#client-type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from otrs_bridge.domain.client import ClientType, Found
from otrs_bridge.domain.dialect import ClientTypes
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import WrongOption, WrongOptions
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.domain.texts.mail import parse_sender
from otrs_bridge.domain.ticket import dynamic, shown
from otrs_bridge.words import Words

PREFIXES: Mapping[str, ClientType] = MappingProxyType({"Ф": ClientType.INDIVIDUAL, "Ю": ClientType.LEGAL})

WitnessName = Literal["directory", "field", "contract", "name"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeVerdict:
    """The client's type and the witness it comes from."""

    type: ClientType
    witness: WitnessName
    says: str

    @property
    def words(self) -> Words:
        """The reason, as the end of a sentence."""
        kind = TYPE_NAMES[self.type]
        witness = {
            "directory": Words(ru="по справочнику клиентов", en="by the client directory"),
            "field": Words(ru=f"по полю заявки «{self.says}»", en=f"by the ticket's field “{self.says}”"),
            "contract": Words(ru=f"по договору {self.says}", en=f"by contract {self.says}"),
            "name": Words(ru=f"по названию «{self.says}»", en=f"by the name “{self.says}”"),
        }[self.witness]
        return Words(ru=f"{kind.ru} ({witness.ru})", en=f"{kind.en} ({witness.en})")


TYPE_NAMES: Mapping[ClientType, Words] = MappingProxyType(
    {
        ClientType.LEGAL: Words(ru="юридическое лицо", en="legal entity"),
        ClientType.INDIVIDUAL: Words(ru="физическое лицо", en="individual"),
    }
)


def client_type_of(facts: Facts) -> TypeVerdict | None:
    """The client's type by the most trusted witness: directory, the ticket's field, the contract's prefix, a legal form.

    A field that the bridge itself filled in speaks last: it repeats what another witness said, maybe of another client.
    """
    if isinstance(facts.client, Found) and facts.client.client.type:
        return TypeVerdict(type=facts.client.client.type, witness="directory", says=facts.client.client.contract)
    by_field = _by_field(facts)
    if by_field and dynamic(facts.fields.client_type) not in facts.ours:
        return by_field
    return _by_contract(facts) or _by_name(facts) or by_field


def evidence_against_the_field(facts: Facts) -> bool:
    """Whether the contract or the name says another type than the ticket's field, and the directory does not decide."""
    if isinstance(facts.client, Found) and facts.client.client.type:
        return False
    by_field = _by_field(facts)
    evidence = by_field and (_by_contract(facts) or _by_name(facts))
    return by_field is not None and evidence is not None and evidence.type is not by_field.type


def _by_field(facts: Facts) -> TypeVerdict | None:
    written = shown(facts.dynamic_value(facts.fields.client_type))
    kind = facts.dialect.client_types.type_in(written)
    return TypeVerdict(type=kind, witness="field", says=written) if kind else None


def _by_contract(facts: Facts) -> TypeVerdict | None:
    """One prefix among the client's contracts, or, without a client, among those of the most trusted source that has any.

    Two prefixes say nothing. A found client speaks for himself: what the customer line said goes when he takes its place.
    """
    if isinstance(facts.client, Found):
        named = facts.client.client.contracts
    else:
        clues = facts.clues.contracts
        named = tuple(clue.value for clue in clues if clue.source is clues[0].source)
    kinds = {PREFIXES[contract.prefix] for contract in named if contract.prefix in PREFIXES}
    if len(kinds) != 1:
        return None
    return TypeVerdict(type=kinds.pop(), witness="contract", says=named[0].canonical)


def company_in(line: str) -> str:
    """The company's name in a customer or `From` line; "" when the name there carries no legal form."""
    name = parse_sender(line).name if "@" in line else line
    return name if has_legal_form(name) else ""


def company_of_sender(facts: Facts) -> str:
    """The company that the client's own mail names in its `From`; "" when it names none.

    An agent's or a machine's `From` is the operator's, and so is an address that `rules.customer.own` knows, see
    `Clues.emails`.
    """
    article = facts.ticket.article
    if article is None or article.sender_type != "customer":
        return ""
    clients = {facts.dialect.contacts.placeholder.casefold(), *(clue.value for clue in facts.clues.emails)}
    sender = parse_sender(article.sender).email
    if sender and sender not in clients:
        return ""
    return company_in(article.sender)


def _by_name(facts: Facts) -> TypeVerdict | None:
    """A legal form where the client is named; the body is not read for it: everybody writes about some company."""
    client = facts.client.client.name if isinstance(facts.client, Found) else facts.ticket.customer.user
    found = company_in(client) or company_of_sender(facts)
    return TypeVerdict(type=ClientType.LEGAL, witness="name", says=found) if found else None


def client_types_from(keys: Mapping[str, str]) -> ClientTypes:
    """How the field is read, by the option `values` of rule `client_type`; raises WrongOptions with every mistake in it."""
    if mistakes := list(_mistakes(keys)):
        raise WrongOptions(mistakes)
    return ClientTypes(keys=tuple(keys.items()))


def _mistakes(keys: Mapping[str, str]) -> Iterator[WrongOption]:
    allowed = ", ".join(ClientType)
    for name, key in keys.items():
        others = {keys.get(kind.value, kind.value).strip().casefold() for kind in ClientType if kind.value != name}
        if name not in set(ClientType):
            yield (
                ("values", name),
                Words(ru=f"нет такого типа; допустимы: {allowed}", en=f"is no type; allowed: {allowed}"),
            )
        elif not key.strip():
            yield ("values", name), _EMPTY
        elif key.strip().casefold() in others:
            yield ("values", name), _SAME


_EMPTY = Words(ru="не должно быть пустым", en="must not be empty")
_SAME = Words(ru="у двух типов не может быть одного ключа", en="must differ from the other type's key")
