"""From rows of a source to rows of the mirror's tables, a portion at a time.

Everything here is lists of texts and numbers, but for why a row is bad: a portion may have been understood in another
process, and such lists come over fast. For the same reason this module does without SQLAlchemy, which a worker would
load in vain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from otrs_bridge.directory.keys import keys_of
from otrs_bridge.directory.merging import Neighbours
from otrs_bridge.directory.reading import BadRow, ClientSource, NotUnderstood, read_row
from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.client import Client
from otrs_bridge.words import Words

Cell = str | int | None

BETWEEN = ";"  # the parts of a list, as in a CSV: no source holds it within a part, it is what they are split at
STREET = 1  # where a client's street stands among its cells
_NOT_YET = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """Rows that follow each other in a source: their lines, and their columns or why they are bad.

    `before` is the number of the clients before these; `merged` are the lines that others have taken in (`merging.py`).
    """

    before: int
    lines: list[int] = field(default_factory=list)
    told: list[Mapping[str, str] | Words] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRows:
    """What a portion of `rows` rows is in the tables: the cells of all clients in one list, as well as of all keys.

    `merged` of the rows told of a client who stands elsewhere. A client's id is his number in the source. Its street is not
    numbered yet: `lives` says for each client which of `streets`, compared name and written name, it is; None where the
    address was not understood.
    """

    rows: int
    client_cells: list[Cell] = field(default_factory=list)
    key_cells: list[Cell] = field(default_factory=list)
    streets: dict[tuple[str, str], int] = field(default_factory=dict)
    lives: list[int | None] = field(default_factory=list)
    bad: list[tuple[int, Words]] = field(default_factory=list)
    not_understood: dict[str, int] = field(default_factory=dict)
    merged: int = 0


def portions_of(source: ClientSource, size: int) -> Iterator[Portion]:
    """The source's rows, `size` at a time, each client's that are near each other as one; raises what the source raises.

    A portion is held back until the next is full: its rows may still take others in.
    """
    held, portion, neighbours = Portion(before=0), Portion(before=0), Neighbours()
    for row in source.read():
        if isinstance(row, BadRow):
            portion.told.append(row.reason)
        elif neighbours.take_in(row.columns, portion.told):
            portion.merged.append(row.line)
            continue
        else:
            portion.told.append(row.columns)
        portion.lines.append(row.line)
        if len(portion.lines) == size:
            if held.lines:
                yield held
            neighbours.next_portion(portion.told)
            held, portion = portion, Portion(before=portion.before + size)
    yield from (one for one in (held, portion) if one.lines or one.merged)


def understand(portion: Portion, area_code: str) -> TableRows:
    """Read each row of a portion; the same wherever it is done."""
    not_understood = NotUnderstood()
    found = TableRows(rows=len(portion.lines) + len(portion.merged), merged=len(portion.merged))
    for number, (line, told) in enumerate(zip(portion.lines, portion.told, strict=True), portion.before + 1):
        if isinstance(told, Words):
            found.bad.append((line, told))
            continue
        client = read_row(line, told, not_understood, area_code=area_code)
        if isinstance(client, BadRow):
            found.bad.append((line, client.reason))
            continue
        found.lives.append(_street(client.address, found.streets))
        found.client_cells.extend((number, _NOT_YET, *place_of(client.address), *texts_of(client)))
        for key in keys_of(client):
            found.key_cells.extend((key, number))
    found.not_understood.update(not_understood.counts)
    return found


def place_of(address: Address | None) -> tuple[str, ...]:
    """The columns of `tables.PLACE`. A kind of street that nobody told is "": it contradicts none."""
    if address is None:
        return ("", "", "", "", "", "", "")
    return (
        address.locality,
        address.kind if address.kind_told else "",
        address.house,
        address.building,
        address.structure,
        address.flat,
        address.office,
    )


def texts_of(client: Client) -> tuple[str, ...]:
    """The columns of `tables.TEXTS`."""
    return (
        BETWEEN.join([contract.canonical for contract in client.contracts]),
        client.type.value if client.type else "",
        client.name,
        client.address_text,
        client.district,
        BETWEEN.join([phone.e164 for phone in client.phones]),
        client.email,
        client.login,
        client.customer_id,
        BETWEEN.join(client.services),
        client.notes,
    )


def _street(address: Address | None, streets: dict[tuple[str, str], int]) -> int | None:
    if address is None:
        return None
    return streets.setdefault((address.street, address.written), len(streets))
