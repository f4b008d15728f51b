"""What makes a regular expression work hard: for each of its repetitions a text that leads there, and one to repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.patterns.steps import Node, Steps, op, parsed


def samples(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """For every repetition of the pattern: what leads to it, and what is repeated in it; the shortest of each."""
    yield from _pumps(list(parsed(pattern)), "")


def _pumps(nodes: list[Node], lead: str) -> Iterator[tuple[str, str]]:
    for kind, what in nodes:
        match kind:
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                body = list(what[2])
                for pump in _shortest_of(body):
                    yield lead, pump
                yield from _pumps(body, lead)
            case op.SUBPATTERN:
                yield from _pumps(list(what[3]), lead)
            case op.ATOMIC_GROUP:
                yield from _pumps(list(what), lead)
            case op.BRANCH:
                for branch in what[1]:
                    yield from _pumps(list(branch), lead)
            case _:
                pass
        lead += _shortest([(kind, what)])


def _shortest_of(nodes: list[Node]) -> Iterator[str]:
    """The shortest text for the nodes; of a class of characters several of its members."""
    if len(nodes) == 1 and nodes[0][0] in {op.IN, op.ANY, op.NOT_LITERAL}:
        yield from _members(nodes[0])
        return
    if len(nodes) == 1 and nodes[0][0] is op.SUBPATTERN:
        yield from _shortest_of(list(nodes[0][1][3]))
        return
    if len(nodes) == 1 and nodes[0][0] is op.BRANCH:
        for branch in nodes[0][1][1]:
            yield from _shortest_of(list(branch))
        return
    yield _shortest(nodes)


_ALPHABET = "a1 ,-.я\n\"'@<>()/:Яё_A#\t№«»\xa0"


def _members(node: Node) -> list[str]:
    checker = Steps(re.compile("x"), "", 0)
    literal = [chr(what) for kind, what in (node[1] if node[0] is op.IN else []) if kind is op.LITERAL]
    ranges = [chr(what[0]) for kind, what in (node[1] if node[0] is op.IN else []) if kind is op.RANGE]
    return [c for c in dict.fromkeys([*_ALPHABET, *ranges, *literal]) if checker.is_one_of(node, c)][:4]


def _shortest(nodes: list[Node]) -> str:
    found = ""
    for kind, what in nodes:
        match kind:
            case op.LITERAL:
                found += chr(what)
            case op.IN | op.ANY | op.NOT_LITERAL:
                found += next(iter(_members((kind, what))), "")
            case op.BRANCH:
                found += min((_shortest(list(branch)) for branch in what[1]), key=len)
            case op.SUBPATTERN:
                found += _shortest(list(what[3]))
            case op.ATOMIC_GROUP:
                found += _shortest(list(what))
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                found += _shortest(list(what[2])) * max(1, min(what[0], 3)) if what[0] else ""
            case _:
                pass
    return found


def longest_bound(pattern: re.Pattern[Any]) -> int:
    """How often the most patient bounded repetition repeats: below that, it grows like an unbounded one."""
    return _bound(list(parsed(pattern)))


def _bound(nodes: list[Node]) -> int:
    found = 0
    for kind, what in nodes:
        match kind:
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                found = max(found, what[1] if what[1] < op.MAXREPEAT else 0, _bound(list(what[2])))
            case op.SUBPATTERN:
                found = max(found, _bound(list(what[3])))
            case op.ATOMIC_GROUP:
                found = max(found, _bound(list(what)))
            case op.BRANCH:
                found = max(found, *(_bound(list(branch)) for branch in what[1]))
            case _:
                pass
    return int(found)
