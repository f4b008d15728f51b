"""Who a ticket's client is: the look-up order of the procedure (docs/field-rules.md#client)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from otrs_bridge.domain.client import Client, Found, NotFound, Resolution, SearchStep, Several
from otrs_bridge.domain.clues import Clue, Clues
from otrs_bridge.domain.placeholder import DEFAULT_EMAIL, parse_placeholder
from otrs_bridge.ports.directory import LOOKUP_LIMIT, Directory

_Value = TypeVar("_Value")
_Hits = tuple[SearchStep, Sequence[object], tuple[Client, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who the ticket's client is, and whether its customer user is a client of the directory.

    `known` is None when there is no directory, or an empty one, to ask.
    """

    client: Resolution
    known: bool | None


def identify(user: str, clues: Clues, directory: Directory | None, placeholder: str = DEFAULT_EMAIL) -> Identity:
    """The one client that the ticket speaks of, the candidates, or nobody.

    The customer user decides when the directory knows it. Then contracts, then addresses, then phones, each by the
    trust in where they were read; the first step that gives exactly one client ends the search, several are narrowed
    down by the steps that follow. Never by a person's name. A placeholder is nobody's login;
    `placeholder` is the e-mail address in it.
    """
    if directory is None:
        return Identity(client=NotFound(), known=None)
    login = "" if parse_placeholder(user, email=placeholder) else user.strip()
    owners = directory.by_login(login) if login else ()
    if len(owners) == 1:
        return Identity(client=Found(client=owners[0], by="login", clue=login), known=True)
    client = _narrow(_steps(clues, directory))
    nobody_there = not owners and isinstance(client, NotFound) and directory.is_empty()
    return Identity(client=client, known=None if nobody_there else bool(owners))


def _narrow(steps: Iterator[_Hits]) -> Resolution:
    candidates: tuple[Client, ...] = ()
    first: tuple[SearchStep, Sequence[object]] | None = None
    for step, clues, hits in steps:
        fitting = hits if not candidates else tuple(client for client in hits if client in candidates)
        if len(fitting) == 1:
            return Found(client=fitting[0], by=step, clue=_listed(clues))
        # A cut-off answer cannot narrow anything down later: the right client may be among those not returned.
        if fitting and len(hits) < LOOKUP_LIMIT:
            candidates, first = fitting, first or (step, clues)
    if candidates and first:
        return Several(candidates=candidates, by=first[0], clue=_listed(first[1]))
    return NotFound()


def _listed(clues: Sequence[object]) -> str:
    return ", ".join(map(str, clues))


def _steps(clues: Clues, directory: Directory) -> Iterator[_Hits]:
    """Each kind of clue in the order of search, within a kind each source in the order of trust."""
    for contracts in _by_source(clues.contracts):
        found = _union(directory.by_contract(item) for item in contracts)
        yield "contract", contracts, found
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
