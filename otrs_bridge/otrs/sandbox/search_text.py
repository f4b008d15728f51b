"""Text conditions: expressions with ``& | ! ( ) " + \\`` and the wildcards ``* %``, any letter case."""

import re
from collections.abc import Callable
from dataclasses import dataclass

TextTest = Callable[[str], bool]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|&&?|\|\|?|[!()+]|(?:\\.|[^"&|!()+\\])+|.', re.DOTALL)
_OPERATORS = frozenset({"&", "&&", "|", "||", "!", "(", ")", "+"})


class FindsNothing(Exception):  # noqa: N818 - it is an outcome, not an error: the search answers {}
    """The condition is one that OTRS answers with an empty result, and without a word."""


def like(pattern: str) -> TextTest:
    """Return a test for a whole value against a pattern with ``*`` and ``%`` for anything."""
    parts = (re.escape(part) for part in re.split(r"[*%]+", pattern))
    compiled = re.compile(".*".join(parts), re.IGNORECASE | re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


def expression(condition: str) -> TextTest:
    """Return the test that the condition means; a malformed one finds nothing."""
    tokens = [token for token in (raw.strip() for raw in _TOKEN.findall(condition)) if token]
    parser = _Parser(tokens=tokens)
    test = parser.any_of()
    if parser.position < len(tokens):
        raise FindsNothing
    return test


@dataclass(kw_only=True, slots=True)
class _Parser:
    tokens: list[str]
    position: int = 0

    def any_of(self) -> TextTest:
        tests = [self._all_of()]
        while self._take("|", "||"):
            tests.append(self._all_of())
        return lambda value: any(test(value) for test in tests)

    def _all_of(self) -> TextTest:
        tests = [self._one()]
        while self._take("&", "&&", "+"):
            tests.append(self._one())
        return lambda value: all(test(value) for test in tests)

    def _one(self) -> TextTest:
        if self._take("!"):
            negated = self._one()
            return lambda value: not negated(value)
        if self._take("("):
            inner = self.any_of()
            if not self._take(")"):
                raise FindsNothing
            return inner
        return like(self._word())

    def _word(self) -> str:
        if self.position >= len(self.tokens) or self.tokens[self.position] in _OPERATORS:
            raise FindsNothing
        word = self.tokens[self.position]
        self.position += 1
        if word.startswith('"'):
            word = word[1:-1]
        return re.sub(r"\\(.)", r"\1", word)

    def _take(self, *operators: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position] in operators:
            self.position += 1
            return True
        return False
