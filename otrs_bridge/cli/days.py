"""The days that a person names on the command line."""

from __future__ import annotations

from datetime import date

from otrs_bridge.domain.billing.faults import EARLIEST_YEAR, LATEST_YEAR
from otrs_bridge.errors import UsageMistake
from otrs_bridge.words import Words

_FIRST, _LAST = date(EARLIEST_YEAR + 1, 1, 1), date(LATEST_YEAR - 2, 12, 31)
"""Well inside the years of which a ledger can tell: the months before and after a day are looked at, too."""


def day_of(written: str | None) -> date | None:
    """What `--date` says; None when it is not given. Raises UsageMistake."""
    if written is None:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise UsageMistake(
            Words(
                ru=f"--date {written}: нужен день, например 2013-05-01",
                en=f"--date {written}: give a day such as 2013-05-01",
            )
        ) from None
    if not _FIRST <= day <= _LAST:
        raise UsageMistake(
            Words(
                ru=f"--date {written}: нужен день с {_FIRST} по {_LAST}",
                en=f"--date {written}: give a day from {_FIRST} to {_LAST}",
            )
        )
    return day
