"""Text conditions: expressions with ``&& || ! ( ) " + \\`` and the wildcards ``* %``, any letter case."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TextTest = Callable[[str], bool]
Fold = Callable[[str], str]

_QUOTED = re.compile(r'("[^"]*")')
_TOKEN = re.compile(r'"[^"]*"|&&|\|\||[!()]|(?:\\.|&(?!&)|\|(?!\|)|[^&|!()"\\])+|\\', re.DOTALL)
_PLAIN = re.compile(r"[0-9A-Za-zА-Яа-яЁё:_.#\[\]-]+( [0-9A-Za-zА-Яа-яЁё:_.#\[\]-]+)*")
_NAMED_OPERATOR = re.compile(r" (?:AND|OR) ")
_OPERATORS = frozenset({"&&", "||", "!", "(", ")"})

# What the server makes of the text before it looks for operators, outside of quotes and in this order.
_REWRITES: tuple[tuple[str, str], ...] = (
    (r"\+", "&&"),
    (r"\s+AND\s+", "&&"),
    (r"\s+OR\s+", "||"),
    (r"\s*(&&|\|\|)\s*", r"\1"),
    (r"\s+([&|])", r"\1"),
    (r"(?<!\\)([&|])\s+", r"\1"),
    (r"\\&&", r"\\&"),
    (r"([*%])\s+(?=[*%])", ""),
    (r"\(\)", ""),
    (r"!+", "!"),
    (r"!\(", "(!"),
    (r"(&&|\|\|)+$", ""),
    (r"\s+", " "),
)


class FindsNothing(Exception):  # noqa: N818 - it is an outcome, not an error: the search answers {}
    """The condition is one that OTRS answers with an empty result, and without a word."""


def like(pattern: str, fold: Fold) -> TextTest:
    """Return a test for a whole value against a pattern with ``*`` and ``%`` for anything."""
    parts = (re.escape(fold(part)) for part in re.split(r"[*%]+", pattern))
    compiled = re.compile(".*".join(parts), re.DOTALL)
    return lambda value: compiled.fullmatch(fold(value)) is not None


def one_of(conditions: Sequence[str], fold: Fold) -> TextTest:
    """Return the test that one of these expressions holds; plain texts are looked up, however many they are."""
    plain = frozenset(fold(one) for one in conditions if _is_plain(one))
    tests = [expression(one, fold) for one in conditions if not _is_plain(one)]
    return lambda value: fold(value) in plain or any(test(value) for test in tests)


def _is_plain(condition: str) -> bool:
    return _PLAIN.fullmatch(condition) is not None and not _NAMED_OPERATOR.search(condition)


def expression(condition: str, fold: Fold) -> TextTest:
    """Return the test that the condition means, to a database that folds letters so; a malformed one finds nothing.

    ``&&``, ``||``, ``+``, ``AND`` and ``OR`` are operators; a single ``&`` or ``|`` is a character that
    loses the blanks around it. A ``!`` before a bracket goes with the first word inside alone.
    """
    if condition.count('"') == 1:
        condition = condition.replace('"', r"\"")
    tokens = [token for token in _TOKEN.findall(_rewritten(condition.strip())) if token.strip()]
    parser = _Parser(tokens=tokens, fold=fold)
    test = parser.any_of()
    if parser.position < len(tokens):
        raise FindsNothing
    return test


def _rewritten(condition: str) -> str:
    parts = _QUOTED.split(condition)
    for position in range(0, len(parts), 2):
        for pattern, replacement in _REWRITES:
            parts[position] = re.sub(pattern, replacement, parts[position])
    return "".join(parts)


@dataclass(kw_only=True, slots=True)
class _Parser:
    tokens: list[str]
    fold: Fold
    position: int = 0

    def any_of(self) -> TextTest:
        tests = [self._all_of()]
        while self._take("||"):
            tests.append(self._all_of())
        return lambda value: any(test(value) for test in tests)

    def _all_of(self) -> TextTest:
        tests = [self._one()]
        while self._take("&&"):
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
        return like(self._word(), self.fold)

    def _word(self) -> str:
        if self.position >= len(self.tokens) or self.tokens[self.position] in _OPERATORS:
            raise FindsNothing
        word = self.tokens[self.position]
        self.position += 1
        if word.startswith('"'):
            return word[1:-1]
        return re.sub(r"\\(.?)", lambda found: found.group(1).replace("\\", ""), word).strip()

    def _take(self, *operators: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position] in operators:
            self.position += 1
            return True
        return False
