"""How a billing system writes its contract numbers, so that one contract is found in every one of its writings.

`Ф-15236`, `ф 15236`, `Договор Ф-15236`, `Ф-015236` and `Ф-15236` with a blank behind it are one contract. A look-up that
asks for the writings that come to mind finds one account of it and misses the other, whose owner is then said to have paid.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import read_contract, read_text
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.words import Words

_LATIN = {"Ф": ("F", "f"), "Ю": ("U", "YU")}
_DIGITS = re.compile("[0-9]+")
_LETTER_AND_NUMBER = re.compile("(?:(?P<letter>.)-)?(?P<number>[0-9]+)")
_OTHER_MAKE: Final = "another make"
_ZERO_BEFORE = re.compile("(?<![0-9])0[0-9]")
_ZEROS_APART: Final = Words(
    ru="номера договоров различаются только нулями впереди, а клиенты у них разные или не названы",
    en="contract numbers that differ in the zeros before them alone, of clients who are others or have no name",
)


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


class ZeroWritings:
    """The contracts whose number is written with zeros before it: `Ф-0123` and `Ф-123` read as one contract, and are one
    where both name the same client. Of two clients, or of nobody knows whom, one would be cut off for what the other owes.
    """

    def __init__(self) -> None:
        """Nothing met yet."""
        self._met: dict[str, set[tuple[str, str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._met)

    def note(self, raw: object, client: object) -> bool:
        """How one account writes its contract, and who its client is. Returns whether there are zeros in it."""
        if type(raw) is not str:
            raw = read_text(raw)
        if _ZERO_BEFORE.search(raw) is None:
            return False
        try:
            contract = read_contract(raw)
        except Unreadable:
            return False  # told by whoever reads the account
        written = _number_in(raw, contract)
        if written.startswith("0"):
            self._met.setdefault(contract, set()).add((written, _folded(client)))
        return written.startswith("0")

    def doubt(self, contract: str, raw: object, client: object) -> Unreadable | None:
        """Why an account that writes this canonical contract so may be another contract than one that was met."""
        met = self._met.get(contract)
        if met is None:
            return None
        own, who = _number_in(read_text(raw), contract), _folded(client)
        other = min((number for number, whose in met if number != own and not (who and who == whose)), default=None)
        if other is None:
            return None
        ru, en = f"{own} и {other}: {_ZEROS_APART.ru}", f"{own} and {other}: {_ZEROS_APART.en}"
        wrong = Unreadable(ru=ru, en=en, found=repr(raw), reason=_ZEROS_APART)
        wrong.column = "contract"
        return wrong


def _number_in(raw: str, contract: str) -> str:
    """The number of a contract as it is written, "" where it has another make: that is never written anew."""
    found = _DIGITS.search(raw) if _LETTER_AND_NUMBER.fullmatch(contract) else None
    return found.group() if found else ""


def _folded(client: object) -> str:
    return read_text(client).casefold()


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
