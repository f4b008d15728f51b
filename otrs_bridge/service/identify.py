"""Who a ticket's client is: the look-up order of the procedure (docs/field-rules.md#client)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.client import (
    Client,
    Found,
    NotFound,
    Resolution,
    SearchStep,
    Several,
    having_login,
    is_customer_user,
)
from otrs_bridge.domain.clue import Clue, Source
from otrs_bridge.domain.clues import Clues
from otrs_bridge.domain.placeholder import DEFAULT_EMAIL, parse_placeholder
from otrs_bridge.domain.texts.contract import ContractNumber, may_be_same
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.ports.directory import LOOKUP_LIMIT, Directory
from otrs_bridge.service.objections import Evidence, doubted, is_whole, union

_Value = TypeVar("_Value")
_Hits = tuple[SearchStep, Sequence[object], tuple[Client, ...]]
_Contracts = Mapping[ContractNumber, Sequence[Client]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who the ticket's client is, and whether its customer user is a client of the directory.

    `known` is None when nobody can tell: there is no directory, none of its clients has a login, or OTRS knows a customer
    user whom the directory does not.
    """

    client: Resolution
    known: bool | None


def identify(
    customer: Customer, clues: Clues, directory: Directory | None, placeholder: str = DEFAULT_EMAIL
) -> Identity:
    """The one client that the ticket speaks of, the candidates, or nobody.

    The customer user decides when the directory knows it: as a login, otherwise as an e-mail address. Whoever shares a login
    or an address with others is found among them only. Then contracts, then addresses, then phones, each by the trust in
    where they were read; the first step that gives exactly one client ends the search, several are narrowed down by the
    steps that follow. Never by a person's name, nor for a flat by its house alone, nor by what somebody tells who calls for
    his neighbours. A placeholder is nobody's login; `placeholder` is the e-mail address in it.
    """
    if directory is None:
        return Identity(client=NotFound(), known=None)
    login = "" if parse_placeholder(customer.user, email=placeholder) else customer.user.strip()
    owners = directory.by_login(login) if login else ()
    exact = having_login(owners, login)
    known = _is_known(customer, exact or owners, directory, is_login=bool(exact)) if login else False
    sharing = Several(candidates=tuple(exact or owners), by="login" if exact else "email", clue=login)
    if len(sharing.candidates) == 1:
        return Identity(client=Found(client=sharing.candidates[0], by="login", clue=login), known=known)
    clues = _as_listed(clues, directory)
    contracts = _first_contracts(clues, directory)
    client = _narrow(_steps(clues, contracts, directory), sharing)
    if not sharing.candidates:
        fitting = union(hits for _, _, hits in _steps(clues, contracts, directory))
        evidence = Evidence(clues=clues, contracts=contracts, directory=directory, fitting=fitting)
        client = doubted(client, evidence)
    return Identity(client=client, known=known)


def _as_listed(clues: Clues, directory: Directory) -> Clues:
    """The clues with `22/2` as house 22, building 2 where the directory has it so and knows no house 22/2."""
    if not any("/" in clue.value.house for clue in clues.addresses):
        return clues

    def listed(told: Address) -> Address:
        other = told.with_building()
        return other if other and not directory.by_address(told) and directory.by_address(other) else told

    return replace(clues, addresses=tuple(replace(clue, value=listed(clue.value)) for clue in clues.addresses))


def _is_known(customer: Customer, owners: Sequence[Client], directory: Directory, *, is_login: bool) -> bool | None:
    if owners and (is_login or not is_customer_user(customer)):
        return True
    # OTRS is the base, the directory may be a part of it, or speak of contracts only: what OTRS knows is not nobody.
    return None if is_customer_user(customer) or not directory.has_logins() else False


def _narrow(steps: Iterator[_Hits], sharing: Several) -> Resolution:
    """Go through the steps, among the clients who share the ticket's login or address; `sharing` may be empty."""
    best = sharing
    for step, clues, hits in steps:
        fitting = tuple(client for client in hits if _is_among(client, best))
        if len(fitting) == 1 and (len(best.candidates) > 1 or _decides(clues, fitting[0])):
            return Found(client=fitting[0], by=step, clue=_listed(clues))
        # A cut-off answer cannot narrow anything down later: the right client may be among those not returned.
        if fitting and len(hits) < LOOKUP_LIMIT:
            first = best if best.candidates else Several(candidates=fitting, by=step, clue=_listed(clues))
            best = replace(first, candidates=fitting)
    return best if len(best.candidates) > 1 else NotFound()


def _is_among(client: Client, several: Several) -> bool:
    """Whether a client may be the one who is looked for. Where many share an address, the directory lists some of them."""
    if not several.candidates or client in several.candidates:
        return True
    shared = several.clue.casefold() if several.by == "email" and len(several.candidates) >= LOOKUP_LIMIT else ""
    return shared != "" and client.email.strip().casefold() == shared


def _decides(clues: Sequence[object], client: Client) -> bool:
    """Whether what was read is enough for this client alone. A house is not, for its one flat that is in the directory."""
    return not any(isinstance(clue, Address) for clue in clues) or is_whole(clues, client)


def _listed(clues: Sequence[object]) -> str:
    return ", ".join(map(str, clues))


def _first_contracts(clues: Clues, directory: Directory) -> _Contracts:
    """The contracts of the most trusted place that names any, and who has each."""
    return {
        contract: directory.by_contract(contract)
        for contract in next((own for _, own in _by_source(clues.contracts)), ())
    }


def _steps(clues: Clues, contracts: _Contracts, directory: Directory) -> Iterator[_Hits]:
    """Each kind of clue in the order of search, within a kind each source in the order of trust; then what is quoted."""
    later = list(_by_source(clues.contracts))
    if contracts and clues.contracts[0].source is not Source.QUOTED:
        yield "contract", list(contracts), union(contracts.values())
        later = later[1:]
    for is_quoted in (False, True):
        for numbers in (values for source, values in later if (source is Source.QUOTED) is is_quoted):
            yield "contract", numbers, union(map(directory.by_contract, numbers))
        for source, addresses in _by_source(clues.addresses):
            if (source is Source.QUOTED) is is_quoted:
                yield "address", addresses, _not_of(clues.others, union(map(directory.by_address, addresses)))
        for source, phones in _by_source(clues.phones):
            if (source is Source.QUOTED) is is_quoted:
                yield "phone", phones, _not_of(clues.others, union(map(directory.by_phone, phones)))


def _not_of(others: frozenset[ContractNumber], clients: tuple[Client, ...]) -> tuple[Client, ...]:
    """Without those whose contracts the ticket says to be other people's: whoever moved in is not the tenant before."""
    if not others:
        return clients
    return tuple(
        one for one in clients if not any(may_be_same(other, its) for other in others for its in one.contracts)
    )


def _by_source(clues: Iterable[Clue[_Value]]) -> Iterator[tuple[Source, list[_Value]]]:
    """Clues come ordered by trust: the values of one source at a time."""
    for source, same in groupby(clues, key=lambda clue: clue.source):
        yield source, [clue.value for clue in same]
