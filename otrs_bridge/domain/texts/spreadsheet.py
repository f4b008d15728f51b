"""A cell of a table that others wrote: a spreadsheet shows it, and does not run it as a formula.

Where lists are parted by semicolons, as in Russia, a spreadsheet parts our cells there as well: what stands behind one may
begin a cell of its own.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"(?:^|(?<=;)) *[=+\-@\t\r\n＝＋－＠]")


def defused(cell: str) -> str:
    """The cell with an apostrophe before whatever could be run."""
    return _FORMULA.sub(r"'\g<0>", cell)
