"""Rows set aside until they are asked for, on the disk when there are many."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.words import Words

_AT_ONCE = 5000
_IN_MEMORY = 16 << 20
_LENGTH = 8


class RowSpool:
    """Rows of texts and whole numbers go in, and come out in the same order, as often as one likes. `close` it."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 # closed by whoever reads
        self._waiting: list[Row] = []

    def extend(self, rows: Iterable[Row]) -> None:
        """Set these rows aside."""
        self._waiting.extend(rows)
        if len(self._waiting) >= _AT_ONCE:
            try:
                portion = marshal.dumps(self._waiting)
                self._file.write(len(portion).to_bytes(_LENGTH))
                self._file.write(portion)
            except OSError as broken:
                raise BillingUnusable(_no_room(broken)) from broken
            self._waiting = []

    def rows(self) -> Iterator[Row]:
        """All of them; nothing may be set aside any more."""
        self._file.seek(0)
        while length := int.from_bytes(self._file.read(_LENGTH)):
            # Our own file, which has no name that anybody could open it by.
            yield from marshal.loads(self._file.read(length))  # noqa: S302
        yield from self._waiting

    def close(self) -> None:
        """Forget them."""
        self._file.close()


def _no_room(broken: OSError) -> Words:
    return Words(
        ru=f"строки биллинга не помещаются во временный файл: {broken.strerror}",
        en=f"billing's rows cannot be kept in a temporary file: {broken.strerror}",
    )
