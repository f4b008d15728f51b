"""The operator's own holds, in a file beside the config: for billing systems that know none.

A CSV with the columns contract, kind, and where wanted service, since, until, reason. It is read anew with
every reading, and a row that cannot be read stops the reading: a hold that is overlooked cuts somebody off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from otrs_bridge.billing.csv_rows import CsvTable
from otrs_bridge.billing.values import Unreadable, read_contract, read_day, read_service, read_text
from otrs_bridge.domain.billing.accounts import SERVICES, Account, Hold, HoldKind
from otrs_bridge.errors import BillingUnusable

HOLD_COLUMNS = ("contract", "kind", "service", "since", "until", "reason")
_KINDS: Mapping[str, HoldKind] = {
    "promised payment": "promised payment",
    "обещанный платеж": "promised payment",
    "do not cut": "do not cut",
    "не отключать": "do not cut",
}


class Holds:
    """Holds by contract and service."""

    def __init__(self, path: Path | None, zone: tzinfo) -> None:
        """Read the file, when there is one. Raises BillingUnusable with the line of the first mistake."""
        self._holds: dict[tuple[str, str], list[Hold]] = {}
        if path is None:
            return
        table = CsvTable(path, HOLD_COLUMNS, ("contract", "kind"))
        for line, row in table.rows():
            try:
                if isinstance(row, Unreadable):
                    raise row
                for key, hold in _read(row, zone):
                    self._holds.setdefault(key, []).append(hold)
            except Unreadable as wrong:
                raise BillingUnusable(f"{path}, line {line}: {wrong}") from wrong

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._holds)

    def on(self, account: Account) -> Account:
        """The account with the holds of this file added to its own."""
        found = self._holds.get((account.contract, account.service))
        return replace(account, holds=(*account.holds, *found)) if found else account


def _read(row: Mapping[str, str], zone: tzinfo) -> Iterator[tuple[tuple[str, str], Hold]]:
    kind = _KINDS.get(read_text(row["kind"]).casefold().replace("ё", "е"))
    if kind is None:
        raise Unreadable(ru=f"не вид удержания: {row['kind']!r}", en=f"is no kind of hold: {row['kind']!r}")
    since, until = (read_day(row.get(name, ""), zone) for name in ("since", "until"))
    if kind == "promised payment" and until is None:
        raise Unreadable(ru="у обещанного платежа нет срока", en="a promised payment needs the day it is promised for")
    service = read_service(read_text(row.get("service", "")))
    if service and service not in SERVICES:
        raise Unreadable(ru=f"неизвестная услуга: {service}", en=f"unknown service: {service}")
    hold = Hold(kind=kind, since=since, until=until, reason=read_text(row.get("reason", "")))
    for held in (service,) if service else SERVICES:
        yield (read_contract(row["contract"]), held), hold
