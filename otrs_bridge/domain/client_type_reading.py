"""How the ticket's client type field is read, and written. Source: docs/field-rules.md#client-type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from otrs_bridge.domain.client import ClientType

_BEGINNINGS = {
    "legal": ClientType.LEGAL,
    "юр": ClientType.LEGAL,
    "individual": ClientType.INDIVIDUAL,
    "физ": ClientType.INDIVIDUAL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientTypeReading:
    """What this operator's field says of a client. `keys`: the field's key by type, where it is not the type's name."""

    keys: tuple[tuple[str, str], ...] = ()

    def key_of(self, kind: ClientType) -> str:
        """How the field says that a client is of this type."""
        return dict(self.keys).get(kind.value, kind.value)

    def type_in(self, written: str) -> ClientType | None:
        """Which type the field names, by its key in any letter case or in words; None when it says neither."""
        bare = written.strip().casefold()
        by_key = (ClientType(name) for name, key in self.keys if key.strip().casefold() == bare)
        return next(by_key, None) or parse_client_type(written)


AS_NAMED: Final = ClientTypeReading()
"""A field whose keys are the names of the types."""


def parse_client_type(text: str) -> ClientType | None:
    """Read a client type as people and OTRS fields write it: `legal`, `юр. лицо`, `Физическое лицо`; None if neither."""
    low = text.strip().casefold()
    return next((kind for beginning, kind in _BEGINNINGS.items() if low.startswith(beginning)), None)
