"""The operator's own holds, in a file beside the config: for billing systems that know none.

A CSV with the columns contract, kind, and where wanted service, since, until, reason. It is read anew with
every reading, and a row that cannot be read stops the reading: a hold that is overlooked cuts somebody off.
For the same reason a contract without its letter holds every contract with that number, and a hold that no
account of the feed has asked for is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from pathlib import Path

from otrs_bridge.billing.csv_rows import CsvTable
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import read_contract, read_day, read_service, read_text
from otrs_bridge.domain.billing.accounts import SERVICES, Account, Hold, HoldKind
from otrs_bridge.domain.texts.contract import ContractNumber, may_be_same, parse_contract
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.words import Words

HOLD_COLUMNS = ("contract", "kind", "service", "since", "until", "reason")
_KINDS: Mapping[str, HoldKind] = {
    "promised payment": "promised payment",
    "обещанный платеж": "promised payment",
    "do not cut": "do not cut",
    "не отключать": "do not cut",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _HoldLine:
    """One line of the file. `number`: its contract, None where that is of another make and has to be the very same."""

    line: int
    contract: str
    number: ContractNumber | None
    services: tuple[str, ...]
    hold: Hold

    def is_on(self, account: Account) -> bool:
        """Whether it speaks of this account, whose number it ends in."""
        if self.number is None or account.contract == self.contract:
            return account.contract == self.contract
        theirs = parse_contract(account.contract)
        return not self.number.prefix if theirs is None else may_be_same(self.number, theirs)


class Holds:
    """Holds by contract and service."""

    def __init__(self, path: Path | None, zone: tzinfo) -> None:
        """Read the file, when there is one. Raises BillingUnusable with the line of the first mistake."""
        self._path = path
        self._lines: dict[tuple[str, str], list[_HoldLine]] = {}
        self._unmet: dict[int, _HoldLine] = {}
        if path is None:
            return
        table = CsvTable(path, HOLD_COLUMNS, ("contract", "kind"))
        for line, row in table.rows():
            try:
                if isinstance(row, Unreadable):
                    raise row
                self._keep(_read(line, row, zone))
            except Unreadable as wrong:
                raise BillingUnusable(
                    Words(ru=f"{path}, строка {line}: {wrong.words.ru}", en=f"{path}, line {line}: {wrong.words.en}")
                ) from wrong

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._lines)

    def on(self, account: Account) -> Account:
        """The account with the holds of this file added to its own."""
        found = self._lines.get((_ending(account.contract), account.service))
        mine = [line for line in found if line.is_on(account)] if found else []
        if not mine:
            return account
        for line in mine:
            self._unmet.pop(line.line, None)
        return replace(account, holds=(*account.holds, *(line.hold for line in mine)))

    def unmet(self, day: date) -> tuple[Words, ...]:
        """The lines that hold nobody, once every account was asked about; without those that are over by `day`."""
        return tuple(
            _told(self._path, line)
            for line in self._unmet.values()
            if line.hold.until is None or line.hold.until >= day
        )

    def _keep(self, line: _HoldLine) -> None:
        self._unmet[line.line] = line
        for service in line.services:
            self._lines.setdefault((_ending(line.contract), service), []).append(line)


def _ending(contract: str) -> str:
    """What a contract with its letter and the same one without it have in common."""
    return contract.rpartition("-")[2]


def _told(path: Path | None, line: _HoldLine) -> Words:
    both = len(line.services) == len(SERVICES)
    named = line.contract if both else f"{line.contract} ({line.services[0]})"
    return Words(
        ru=f"{path}, строка {line.line}: договора {named} в биллинге нет, эта отметка никого не удерживает",
        en=f"{path}, line {line.line}: billing has no contract {named}, this hold keeps nobody connected",
    )


def _read(line: int, row: Mapping[str, str], zone: tzinfo) -> _HoldLine:
    kind = _KINDS.get(read_text(row["kind"]).casefold().replace("ё", "е"))
    if kind is None:
        raise Unreadable(ru=f"не вид удержания: {row['kind']!r}", en=f"is no kind of hold: {row['kind']!r}")
    since, until = (read_day(row.get(name, ""), zone) for name in ("since", "until"))
    if kind == "promised payment" and until is None:
        raise Unreadable(ru="у обещанного платежа нет срока", en="a promised payment needs the day it is promised for")
    if since is not None and until is not None and until < since:
        raise Unreadable(ru=f"начало {since} позже конца {until}", en=f"it begins on {since}, after its end {until}")
    service = read_service(read_text(row.get("service", "")))
    if service and service not in SERVICES:
        raise Unreadable(ru=f"неизвестная услуга: {service}", en=f"unknown service: {service}")
    hold = Hold(kind=kind, since=since, until=until, reason=read_text(row.get("reason", "")))
    contract = read_contract(row["contract"])
    services = (service,) if service else SERVICES
    return _HoldLine(line=line, contract=contract, number=parse_contract(contract), services=services, hold=hold)
