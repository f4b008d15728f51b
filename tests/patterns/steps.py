"""A regular expression carried out step by step, as Python's own engine does it, so that its steps can be counted.

It backtracks like the real one and has none of its short cuts, so it takes as many steps or more. What it counts is how
often a part of the pattern is held against a place of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

# The only way to a pattern's parts; not every version of the type checker knows these modules.
op: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

Then = Callable[[int], bool]
Node = tuple[Any, Any]


class TooManySteps(Exception):  # noqa: N818 - no error: an answer
    """The pattern has used up its steps."""


class Steps:
    """One pattern on one text."""

    def __init__(self, pattern: re.Pattern[Any], text: str, at_most: int) -> None:
        self._flags = pattern.flags
        self._text = text
        self._left = at_most
        self._groups: dict[int, tuple[int, int]] = {}
        self._known: dict[tuple[int, str, int], bool] = {}
        self._tree: list[Node] = parsed(pattern).data

    def take(self, *, everywhere: bool) -> int:
        """Look for the pattern, at the beginning or everywhere as finditer does; how many steps. Raises TooManySteps."""
        began, start = self._left, 0
        while start <= (len(self._text) if everywhere else 0):
            self._groups.clear()
            ends: list[int] = []

            def found(end: int, ends: list[int] = ends) -> bool:
                ends.append(end)
                return True

            self._sequence(self._tree, 0, start, found)
            start = max(start + 1, ends[0]) if ends else start + 1
        return began - self._left

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooManySteps

    def _sequence(self, nodes: list[Node], index: int, at: int, then: Then) -> bool:
        if index == len(nodes):
            return then(at)
        return self._node(nodes[index], at, lambda end: self._sequence(nodes, index + 1, end, then))

    def _node(self, node: Node, at: int, then: Then) -> bool:  # noqa: PLR0911 - one for each kind of part
        self._step()
        kind, what = node
        match kind:
            case op.LITERAL | op.NOT_LITERAL | op.ANY | op.IN:
                return at < len(self._text) and self._fits(node, self._text[at]) and then(at + 1)
            case op.BRANCH:
                return any(self._sequence(branch.data, 0, at, then) for branch in what[1])
            case op.SUBPATTERN:
                return self._group(what, at, then)
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                return self._repeat(kind, what, at, then)
            case op.AT:
                return self._is_at(what, at) and then(at)
            case op.ASSERT | op.ASSERT_NOT:
                return self._looks(what, at) is (kind is op.ASSERT) and then(at)
            case op.GROUPREF:
                begin, end = self._groups.get(what, (0, -1))
                piece = self._text[begin:end]
                return end >= begin and self._text.startswith(piece, at) and then(at + len(piece))
            case op.ATOMIC_GROUP:
                atom = self._first_end(what.data, at)
                return atom is not None and then(atom)
            case op.GROUPREF_EXISTS:
                number, yes, no = what
                chosen = yes if number in self._groups else no
                return self._sequence(chosen.data if chosen else [], 0, at, then)
            case _:
                raise NotImplementedError(kind)

    def _first_end(self, nodes: list[Node], at: int) -> int | None:
        ends: list[int] = []

        def found(end: int) -> bool:
            ends.append(end)
            return True

        return ends[0] if self._sequence(nodes, 0, at, found) else None

    def _group(self, what: Any, at: int, then: Then) -> bool:
        number, added, removed, body = what
        before = self._flags
        self._flags = (before | added) & ~removed

        def leave(end: int) -> bool:
            inner, self._flags = self._flags, before
            old = self._groups.get(number)
            self._groups[number] = (at, end)
            if then(end):
                return True
            if old is None:
                self._groups.pop(number, None)
            else:
                self._groups[number] = old
            self._flags = inner
            return False

        try:
            return self._sequence(body.data, 0, at, leave)
        finally:
            self._flags = before

    def _repeat(self, kind: Any, what: Any, at: int, then: Then) -> bool:
        least, most, body = what
        nodes = body.data
        if len(nodes) == 1 and nodes[0][0] in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
            return self._run(kind, least, most, nodes[0], at, then)
        if kind is op.POSSESSIVE_REPEAT:
            count = 0
            while count < most and (end := self._first_end(nodes, at)) is not None and end != at:
                at, count = end, count + 1
            return count >= least and then(at)
        return self._round(kind, least, most, nodes, 0, at, then)

    def _round(self, kind: Any, least: int, most: int, nodes: list[Node], count: int, at: int, then: Then) -> bool:
        def again(end: int) -> bool:
            if end == at and count >= least:
                return False  # an empty round leads nowhere
            return self._round(kind, least, most, nodes, count + 1, end, then)

        if count < least:
            return self._sequence(nodes, 0, at, again)
        if kind is op.MIN_REPEAT:
            return then(at) or (count < most and self._sequence(nodes, 0, at, again))
        return (count < most and self._sequence(nodes, 0, at, again)) or then(at)

    def _run(self, kind: Any, least: int, most: int, one: Node, at: int, then: Then) -> bool:
        """One character many times over."""
        if kind is op.MIN_REPEAT:
            end = at
            while True:
                if end - at >= least and then(end):
                    return True
                if end - at >= most or end >= len(self._text) or not self._fits(one, self._text[end]):
                    return False
                self._step()
                end += 1
        end = at
        while end - at < most and end < len(self._text) and self._fits(one, self._text[end]):
            self._step()
            end += 1
        if kind is op.POSSESSIVE_REPEAT:
            return end - at >= least and then(end)
        while end - at >= least:
            self._step()
            if then(end):
                return True
            end -= 1
        return False

    def _looks(self, what: Any, at: int) -> bool:
        direction, body = what
        nodes = body.data
        if direction > 0:
            return self._sequence(nodes, 0, at, lambda _end: True)
        width = body.getwidth()[0]
        return at >= width and self._sequence(nodes, 0, at - width, lambda end: end == at)

    def _is_at(self, what: Any, at: int) -> bool:
        match what:
            case op.AT_BEGINNING | op.AT_BEGINNING_STRING:
                lines = what is op.AT_BEGINNING and self._flags & re.MULTILINE
                return at == 0 or bool(lines and self._text[at - 1] == "\n")
            case op.AT_END:
                last = at == len(self._text) or (at == len(self._text) - 1 and self._text[at] == "\n")
                return last or bool(self._flags & re.MULTILINE and self._text[at] == "\n")
            case op.AT_END_STRING:
                return at == len(self._text)
            case op.AT_BOUNDARY:
                return self._is_word(at - 1) is not self._is_word(at)
            case op.AT_NON_BOUNDARY:
                return self._is_word(at - 1) is self._is_word(at)
            case _:
                raise NotImplementedError(what)

    def _is_word(self, at: int) -> bool:
        return 0 <= at < len(self._text) and re.match(r"\w", self._text[at]) is not None

    def _fits(self, node: Node, character: str) -> bool:
        key = (id(node), character, self._flags & re.IGNORECASE)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.is_one_of(node, character)
        return known

    def is_one_of(self, node: Node, character: str) -> bool:
        """Whether a class of characters, or any of them, takes this one."""
        kind, what = node
        same = str.lower if self._flags & re.IGNORECASE else str
        match kind:
            case op.ANY:
                return bool(self._flags & re.DOTALL) or character != "\n"
            case op.LITERAL:
                return same(chr(what)) == same(character)
            case op.NOT_LITERAL:
                return same(chr(what)) != same(character)
            case _:
                wanted = what[1:] if what and what[0][0] is op.NEGATE else what
                forms = {character, character.lower(), character.upper()} if same is not str else {character}
                inside = any(_in_class(part, form) for part in wanted for form in forms)
                return inside is (wanted is what)


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _in_class(part: Node, character: str) -> bool:
    kind, what = part
    match kind:
        case op.LITERAL:
            return chr(what) == character
        case op.RANGE:
            return bool(what[0] <= ord(character) <= what[1])
        case _:
            return re.match(_CATEGORIES[what], character) is not None


def parsed(pattern: re.Pattern[Any]) -> Any:
    """The pattern's parts, as Python's own engine has them."""
    if isinstance(pattern.pattern, str):
        return parser.parse(pattern.pattern, pattern.flags)
    return parser.parse(pattern.pattern.decode("latin-1"), pattern.flags & ~re.UNICODE)
