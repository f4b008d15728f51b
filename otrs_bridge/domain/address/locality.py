"""The settlement that stands before a street: `г. Мытищи`, `Мытищи г`, `пос. Вешки`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.domain.address.tokens import Tokens
from otrs_bridge.domain.address.words import LOCALITIES, NOT_IN_NAME

_MOST_WORDS = 2
_MOST_IN_BRACKETS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Locality:
    """A settlement as it was read: `name` in lower case, the short `word` for its kind, its first token.

    One that stands in brackets behind its street has no word.
    """

    name: str
    word: str
    start: int


def read_locality(tokens: Tokens, street: int, *, floor: int) -> Locality | None:
    """The settlement right before the token `street`, when it is named as one.

    Nothing before the token `floor` is looked at.
    """
    last = tokens.skip_back(street - 1, ",.")
    if last < floor or not tokens.is_word(last):
        return None
    word = tokens.at(last)
    if word in LOCALITIES and (len(word) > 1 or word == "г"):
        at = last - 1
        named = at >= floor and tokens.is_word(at) and tokens.is_capital(at) and len(tokens.at(at)) > 1
        return Locality(name=tokens.at(at), word=LOCALITIES[word], start=at) if named else None
    for at in range(last, max(last - _MOST_WORDS, floor - 1), -1):
        if not tokens.is_word(at) or len(tokens.at(at)) == 1:  # "с.с. Розы" is somebody with initials
            return None
        word_at = tokens.skip_back(at - 1, ".")
        word = tokens.at(word_at)
        # A lone letter needs its dot: "с Летной" is "from", "с. Летное" a village.
        if word_at >= floor and word in LOCALITIES and (len(word) > 1 or word_at < at - 1):
            name = " ".join(tokens.at(index) for index in range(at, last + 1))
            return Locality(name=name, word=LOCALITIES[word], start=word_at)
    return None


def bracket_before(tokens: Tokens, at: int, floor: int) -> Locality | None:
    """The settlement in brackets that ends with the token `at`: `Ленина (Бочманово), д. 36`."""
    if tokens.at(at) != ")":
        return None
    first = at - 1
    while first > max(floor, at - _MOST_IN_BRACKETS) and (
        tokens.at(first) == "." or (tokens.is_word(first) and tokens.at(first) not in NOT_IN_NAME)
    ):
        first -= 1
    if tokens.at(first) != "(" or first + 1 == at:
        return None
    words = [word for word in tokens.words[first + 1 : at] if word != "."]
    kind = LOCALITIES.get(words[0], "") if len(words) > 1 else ""
    return Locality(name=" ".join(words[1:] if kind else words), word=kind, start=first)
