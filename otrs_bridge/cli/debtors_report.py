"""What `billing debtors` prints: a table for people, one object a line for programs, CSV for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from io import StringIO
from itertools import groupby
from typing import Final

from otrs_bridge.cli.screen import console, print_object, say
from otrs_bridge.domain.billing.accounts import SERVICE_NAMES, Service
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.debt_groups import DebtsBy, grouped
from otrs_bridge.domain.billing.feed_gate import FeedRefused
from otrs_bridge.domain.billing.money import NOTHING, format_money
from otrs_bridge.domain.texts.spreadsheet import defused
from otrs_bridge.service.queries.billing_desk import DebtorList
from otrs_bridge.words import Language, Words


class ListFormat(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Grouping(StrEnum):
    """What debts are added up by; the domain's own words."""

    DISTRICT = "district"
    AGE = "age"
    SUM = "sum"
    CUT = "cut"

    @property
    def by(self) -> DebtsBy:
        """The domain's word."""
        names: dict[Grouping, DebtsBy] = {
            Grouping.DISTRICT: "district",
            Grouping.AGE: "age",
            Grouping.SUM: "sum",
            Grouping.CUT: "cut",
        }
        return names[self]


_HEADINGS: Final = (
    Words(ru="Договор", en="Contract"),
    Words(ru="Услуга", en="Service"),
    Words(ru="Клиент", en="Client"),
    Words(ru="Долг", en="Debt"),
    Words(ru="Возник", en="Since"),
    Words(ru="Отключение", en="Cut off on"),
    Words(ru="Дальше", en="Next"),
    Words(ru="Удерживает", en="Held by"),
)
_ALIGNED: Final = 6  # columns of a table that stand below each other; what follows is as long as it is
_MONEY: Final = 3


def show_debtors(found: DebtorList, format_: ListFormat, language: Language) -> None:
    """Print the list; why the feed may not be acted on goes to standard error."""
    match format_:
        case ListFormat.TABLE:
            out = console()
            for line in _table(found, language):
                out.print(line)
        case ListFormat.JSON:
            for debt in found.debtors:
                print_object(_object(debt, language))
            print_object({"summary": _summary(found, language)})
        case ListFormat.CSV:
            for text in _csv(found, language):
                say(text)
    if format_ is not ListFormat.JSON:
        for words in _doubts(found):
            say(words.text(language), err=True)


def show_groups(found: DebtorList, by: DebtsBy, format_: ListFormat, language: Language) -> None:
    """Print the debts added up; why the feed may not be acted on goes to standard error."""
    groups = grouped(found.debtors, by, found.day)
    match format_:
        case ListFormat.TABLE:
            width = max((len(one.name.text(language)) for one in groups), default=0)
            out = console()
            for one in groups:
                out.print(
                    f"{one.name.text(language).ljust(width)}  {one.lines:6}  {format_money(one.roubles, language)}"
                )
            for words in _totals(found):
                out.print(words.text(language))
        case ListFormat.JSON:
            for one in groups:
                print_object({by: one.name.text(language), "lines": one.lines, "debt": str(one.roubles)})
            print_object({"summary": _summary(found, language)})
        case ListFormat.CSV:
            say(_joined([by, "lines", "debt"]))
            for one in groups:
                say(_joined([defused(one.name.text(language)), str(one.lines), str(one.roubles)]))
    if format_ is not ListFormat.JSON:
        for words in _doubts(found):
            say(words.text(language), err=True)


def _csv(found: DebtorList, language: Language) -> Iterator[str]:
    """One text a line. Amounts are bare numbers, which are ours; everything else may be anybody's."""
    yield _joined([heading.text(language) for heading in _HEADINGS])
    for debt in found.debtors:
        cells = [defused(cell) for cell in _cells(debt, language)]
        cells[_MONEY] = str(debt.amount)
        yield _joined(cells)


def _joined(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _table(found: DebtorList, language: Language) -> Iterator[str]:
    rows = [_cells(debt, language) for debt in found.debtors]
    headings = [heading.text(language) for heading in _HEADINGS]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if rows:
        yield _aligned(headings, widths)
    yield from (_aligned(row, widths) for row in rows)
    for words in _totals(found):
        yield words.text(language)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if place == _MONEY else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    coming, held = cells[_ALIGNED:]
    rest = f"{coming}; {held}" if held and held not in coming else coming
    return "  ".join([*padded[:_ALIGNED], rest]).rstrip()


def _cells(debt: Debt, language: Language) -> list[str]:
    account = debt.account
    return [
        account.contract,
        SERVICE_NAMES[account.service].text(language),
        account.client,
        format_money(debt.amount, language),
        _day(debt.since.astimezone(debt.rules.zone).date(), language),
        _day(debt.acts_on, language) if debt.acts_on else "",
        debt.next_step.words.text(language),
        debt.stopped_by.words.text(language) if debt.stopped_by else "",
    ]


def _totals(found: DebtorList) -> Iterator[Words]:
    services = [(service, list(debts)) for service, debts in _by_service(found.debtors)]
    if not services:
        yield Words(ru="должников нет", en="nobody is in debt")
    for service, debts in services:
        total = sum((debt.amount for debt in debts), start=NOTHING)
        due = sum(debt.due for debt in debts)
        name = SERVICE_NAMES[service]
        yield Words(
            ru=f"{name.ru}: должников {len(debts)}, всего {format_money(total, 'ru')}, "
            f"подлежат отключению {found.day:%d.%m.%Y}: {due}",
            en=f"{name.en}: {len(debts)} in debt, {format_money(total, 'en')} in all, to be cut off on {found.day}: {due}",
        )
    if found.presumed is not None:
        yield found.presumed.words
    if found.left_out is not None:
        yield found.left_out


def _by_service(debtors: Iterable[Debt]) -> Iterator[tuple[Service, Iterator[Debt]]]:
    return groupby(debtors, key=lambda debt: debt.account.service)


def _doubts(found: DebtorList) -> tuple[Words, ...]:
    if not isinstance(found.verdict, FeedRefused):
        return ()
    refused = Words(ru="ОТКАЗ: по этим данным ничего не делается", en="REFUSED: nothing is done by this data")
    return (refused, *found.verdict.reasons)


def _object(debt: Debt, language: Language) -> dict[str, object]:
    account = debt.account
    return {
        "contract": account.contract,
        "service": account.service,
        "account": account.id,
        "client": account.client,
        "debt": str(debt.amount),
        "since": debt.since.isoformat(),
        "arose": str(debt.arose),
        "cut_off_on": debt.cut_off_on.isoformat() if isinstance(debt.cut_off_on, date) else None,
        "acts_on": debt.acts_on.isoformat() if debt.acts_on else None,
        "next": debt.next_step.words.text(language),
        "held_by": debt.stopped_by.words.text(language) if debt.stopped_by else None,
    }


def _summary(found: DebtorList, language: Language) -> dict[str, object]:
    reasons = found.verdict.reasons if isinstance(found.verdict, FeedRefused) else ()
    return {
        "date": found.day.isoformat(),
        "debtors": len(found.debtors),
        "debt": str(sum((debt.amount for debt in found.debtors), start=NOTHING)),
        "due": sum(debt.due for debt in found.debtors),
        "presumed": found.presumed.words.text(language) if found.presumed else None,
        **({"left_out": found.left_out.text(language)} if found.left_out else {}),
        "accepted": not reasons,
        "reasons": [reason.text(language) for reason in reasons],
    }


def _day(day: date, language: Language) -> str:
    return f"{day:%d.%m.%Y}" if language == "ru" else day.isoformat()
