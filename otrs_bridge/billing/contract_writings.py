"""How a billing system writes its contract numbers, so that one contract is found in every one of its writings.

`Ф-15236`, `ф 15236`, `Договор Ф-15236`, `Ф-015236` and `Ф-15236` with a blank behind it are one contract. A look-up that
asks for the writings that come to mind finds one account of it and misses the other, whose owner is then said to have paid.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from otrs_bridge.billing.values import read_text
from otrs_bridge.domain.texts.contract import parse_contract

_LATIN = {"Ф": ("F", "f"), "Ю": ("U", "YU")}
_DIGITS = re.compile("[0-9]+")
_LETTER_AND_NUMBER = re.compile("(?:(?P<letter>.)-)?(?P<number>[0-9]+)")
_OTHER_MAKE: Final = "another make"


class ContractWritings:
    """The writings that one whole reading met. They are few even where no contract is written as usual: of `Договор Ф-15236`
    is kept what stands around the number.
    """

    def __init__(self) -> None:
        """Nothing met yet."""
        self.has_numbers = False
        """Whether a contract was no text: the database has to be asked for its text then."""
        self._around: defaultdict[str | None, set[tuple[str, str]]] = defaultdict(set)
        self._single: defaultdict[str, set[str]] = defaultdict(set)

    def note(self, raw: object, contract: str) -> None:
        """That the billing system writes this canonical contract so."""
        if raw == contract:
            return
        if not isinstance(raw, str):
            self.has_numbers = True
            raw = read_text(raw)
        known = _LETTER_AND_NUMBER.fullmatch(contract)
        core = known["number"] if known else raw.strip()
        before, found, after = raw.rpartition(core)
        if not found or (known is None and core != contract and core not in usual_writings(contract)):
            self._single[contract].add(raw)
        else:
            self._around[known["letter"] if known else _OTHER_MAKE].add((before, after))

    def of(self, contract: str) -> list[str]:
        """Every writing of this canonical contract that may have been met, and the usual ones."""
        known, usual = _LETTER_AND_NUMBER.fullmatch(contract), usual_writings(contract)
        around = self._around.get(known["letter"] if known else _OTHER_MAKE, ())
        cores = [known["number"]] if known else usual
        met = (f"{before}{core}{after}" for before, after in around for core in cores)
        return list(dict.fromkeys((*usual, *met, *self._single.get(contract, ()))))


class LastWritings:
    """The writings that the last whole reading met; None before the first."""

    latest: ContractWritings | None = None


def usual_writings(contract: str) -> list[str]:
    """The usual ways of writing a canonical contract number."""
    known = parse_contract(contract)
    if known is None:
        return list(dict.fromkeys((contract, contract.lower(), contract.title(), contract.capitalize())))
    if not known.prefix:
        return [contract]
    letters = dict.fromkeys((known.prefix, known.prefix.lower(), *_LATIN.get(known.prefix, ())))
    return [f"{letter}{joint}{known.number}" for letter in letters for joint in ("-", "", " ")]


def longest_number(contract: str) -> str:
    """Digits that stand together in every writing of a canonical contract; "" when it has none."""
    return max(_DIGITS.findall(contract), key=len, default="")
