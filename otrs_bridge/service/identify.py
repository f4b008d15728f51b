"""Who a ticket's client is: the look-up order of the procedure (docs/field-rules.md#client)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TypeVar

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.client import (
    Client,
    Doubtful,
    Found,
    NotFound,
    Resolution,
    SearchStep,
    Several,
    having_login,
    is_customer_user,
)
from otrs_bridge.domain.clues import TOLD, Clue, Clues
from otrs_bridge.domain.placeholder import DEFAULT_EMAIL, parse_placeholder
from otrs_bridge.domain.texts.contract import DEFAULT_PREFIXES, ContractNumber
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.ports.directory import LOOKUP_LIMIT, Directory

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
    contracts = _first_contracts(clues, directory)
    client = _narrow(_steps(clues, contracts, directory), sharing)
    if not sharing.candidates:
        client = _of_another(_doubted(client, contracts), clues, contracts, directory)
    return Identity(client=client, known=known)


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
    told = [clue for clue in clues if isinstance(clue, Address)]
    return not told or (client.address is not None and any(one.is_whole(client.address) for one in told))


def _doubted(client: Resolution, contracts: _Contracts) -> Resolution:
    """Nobody for certain, when the most trusted place names a contract of nobody's: its client is not in the directory.

    Whoever else fits is a relative, a neighbour, or the tenant before; of a client whose contracts the directory does not
    tell nobody knows.
    """
    nobodys = next((one for one, hits in contracts.items() if not hits and one.prefix in DEFAULT_PREFIXES), None)
    match client:
        case Found(client=only):
            candidates: tuple[Client, ...] = (only,)
        case Several(candidates=candidates):
            pass
        case _:
            return client
    if nobodys is None or not all(candidate.contracts for candidate in candidates):
        return client
    return Doubtful(candidates=candidates, contract=nobodys)


def _of_another(client: Resolution, clues: Clues, contracts: _Contracts, directory: Directory) -> Resolution:
    """Nobody for certain, when the caller speaks of somebody else's trouble, and only he says whose contract it is."""
    sources = {clue.source for clue in clues.contracts} | {clue.source for clue in clues.addresses}
    sources |= {clue.source for clue in clues.phones}
    if not clues.for_another or not isinstance(client, Found) or not sources <= TOLD:
        return client
    fitting = _union(hits for _, _, hits in _steps(clues, contracts, directory))
    return Doubtful(candidates=fitting, for_another=clues.for_another)


def _listed(clues: Sequence[object]) -> str:
    return ", ".join(map(str, clues))


def _first_contracts(clues: Clues, directory: Directory) -> _Contracts:
    """The contracts of the most trusted place that names any, and who has each."""
    return {contract: directory.by_contract(contract) for contract in next(_by_source(clues.contracts), ())}


def _steps(clues: Clues, contracts: _Contracts, directory: Directory) -> Iterator[_Hits]:
    """Each kind of clue in the order of search, within a kind each source in the order of trust."""
    if contracts:
        yield "contract", list(contracts), _union(contracts.values())
    for less_trusted in islice(_by_source(clues.contracts), 1, None):
        found = _union(directory.by_contract(item) for item in less_trusted)
        yield "contract", less_trusted, found
    for addresses in _by_source(clues.addresses):
        found = _union(directory.by_address(item) for item in addresses)
        yield "address", addresses, found
    for phones in _by_source(clues.phones):
        found = _union(directory.by_phone(item) for item in phones)
        yield "phone", phones, found


def _by_source(clues: Iterable[Clue[_Value]]) -> Iterator[list[_Value]]:
    """Clues come ordered by trust: the values of one source at a time."""
    for _source, same in groupby(clues, key=lambda clue: clue.source):
        yield [clue.value for clue in same]


def _union(answers: Iterable[Sequence[Client]]) -> tuple[Client, ...]:
    return tuple(dict.fromkeys(client for answer in answers for client in answer))
