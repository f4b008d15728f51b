"""What speaks against a client whom the clues of a ticket have found: then a person looks (docs/field-rules.md#client).

A ticket given to a stranger is worse than one given to nobody. Each objection answers one question, and the first that
has something to say makes whoever fits a candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.client import Client, Doubtful, Found, Resolution, Several
from otrs_bridge.domain.clue import TOLD, Source
from otrs_bridge.domain.clues import Clues
from otrs_bridge.domain.texts.contract import DEFAULT_PREFIXES, ContractNumber
from otrs_bridge.ports.directory import Directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a ticket says, whom its most trusted contracts belong to, the directory, and all clients whom its clues fit."""

    clues: Clues
    contracts: Mapping[ContractNumber, Sequence[Client]]
    directory: Directory
    fitting: tuple[Client, ...] = ()


def doubted(client: Resolution, evidence: Evidence) -> Resolution:
    """The client as he was found, or the candidates and what speaks against him."""
    return next(filter(None, (objection(client, evidence) for objection in _OBJECTIONS)), client)


def is_whole(told: Iterable[object], client: Client) -> bool:
    """Whether an address that is told is all of the client's; a house is not, for its one flat that is in the directory."""
    return client.address is not None and any(isinstance(one, Address) and one.is_whole(client.address) for one in told)


def union(answers: Iterable[Sequence[Client]]) -> tuple[Client, ...]:
    """All the clients of several answers, in order, each once."""
    return tuple(dict.fromkeys(client for answer in answers for client in answer))


def _names_nobodys_contract(client: Resolution, evidence: Evidence) -> Doubtful | None:
    """The most trusted place names a contract of nobody's: its client is not in the directory.

    Whoever else fits is a relative, a neighbour, or the tenant before; of a client whose contracts the directory does not
    tell nobody knows. Those whose contracts the ticket says to be other people's may be those relatives.
    """
    nobodys = next(
        (one for one, hits in evidence.contracts.items() if not hits and one.prefix in DEFAULT_PREFIXES), None
    )
    if nobodys is None:
        return None
    match client:
        case Found(client=only):
            candidates: tuple[Client, ...] = (only,)
        case Several(candidates=candidates):
            pass
        case _:
            candidates = union(map(evidence.directory.by_contract, sorted(evidence.clues.others, key=str)))
    if not candidates or not all(candidate.contracts for candidate in candidates):
        return None
    return Doubtful(candidates=candidates, contract=nobodys)


def _tells_of_another_place(client: Resolution, evidence: Evidence) -> Doubtful | None:
    """What is told also speaks of another flat of his house, of another client's home, or, where nothing but the address
    speaks for him, of any second place.
    """
    if not isinstance(client, Found) or client.client.address is None:
        return None
    home, directory, clues = client.client.address, evidence.directory, evidence.clues
    # What was told may stand in the placeholder by now.
    told = [clue.value for clue in clues.addresses if clue.source in TOLD or clue.source is Source.CUSTOMER]
    others = [one for one in told if not one.may_be(home)]
    in_house = (one for one in others if one.flat and home.flat and replace(one, flat="", office="").may_be(home))
    homes = (one for one in others if one.flat or client.by != "contract")  # a contract outweighs a house
    elsewhere = next(in_house, None) or next((one for one in homes if _is_home(directory.by_address(one), one)), None)
    if client.by == "address" and not any(client.client in directory.by_phone(clue.value) for clue in clues.phones):
        elsewhere = elsewhere or next(iter(others), None)
    if elsewhere is None:
        return None
    return Doubtful(candidates=union(((client.client,), directory.by_address(elsewhere))), elsewhere=elsewhere)


def _is_home(clients: Sequence[Client], told: Address) -> bool:
    """Whether one client has exactly this address."""
    return len(clients) == 1 and is_whole((told,), clients[0])


def _speaks_for_another(client: Resolution, evidence: Evidence) -> Doubtful | None:
    """The caller speaks of somebody else's trouble, and only he says whose place, phone or contract it is."""
    clues = evidence.clues
    sources = {clue.source for part in (clues.contracts, clues.addresses, clues.phones) for clue in part}
    if not clues.for_another or not isinstance(client, Found) or not sources <= TOLD:
        return None
    return Doubtful(candidates=evidence.fitting, for_another=clues.for_another)


def _is_only_quoted(client: Resolution, evidence: Evidence) -> Doubtful | None:
    """Only what the mail answers to or forwards speaks for the client, or it speaks against its sender's own phone.

    Two things in it that agree are enough, and so is one beside the client's name: nobody is looked for by his name, but
    whoever has a letter to another before him has another's name.
    """
    if not isinstance(client, Found):
        return None
    quoted, own = frozenset({Source.QUOTED}), frozenset(Source) - {Source.QUOTED}
    others = [one for one in evidence.fitting if one != client.client and _kinds(one, evidence, quoted)]
    if _kinds(client.client, evidence, own):
        forwarded = client.by == "phone" and others
        return Doubtful(candidates=union(((client.client,), others)), only_quoted=True) if forwarded else None
    words = set(client.client.name.lower().replace("ё", "е").split()) & evidence.clues.around_quoted
    if _kinds(client.client, evidence, quoted) > 1 or len(words) > 1:
        return None
    return Doubtful(candidates=(client.client,), only_quoted=True)


def _kinds(client: Client, evidence: Evidence, sources: frozenset[Source]) -> int:
    """How many of contract, address and phone, as far as they stand in the `sources`, lead to the client."""
    clues, directory = evidence.clues, evidence.directory
    return sum(
        (
            any(client in directory.by_contract(clue.value) for clue in clues.contracts if clue.source in sources),
            any(client in directory.by_address(clue.value) for clue in clues.addresses if clue.source in sources),
            any(client in directory.by_phone(clue.value) for clue in clues.phones if clue.source in sources),
        )
    )


_OBJECTIONS = (_names_nobodys_contract, _tells_of_another_place, _speaks_for_another, _is_only_quoted)
