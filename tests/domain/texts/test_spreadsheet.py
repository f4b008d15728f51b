"""domain/texts/spreadsheet.py: nothing that others wrote is run."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.texts.spreadsheet import defused

RUN = {
    "=1+1": "'=1+1",
    " =1+1": "' =1+1",
    "+7 900": "'+7 900",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "＝1": "'＝1",
    "Иванов;=HYPERLINK(A1)": "Иванов;'=HYPERLINK(A1)",
    "a; @b;-c": "a;' @b;'-c",
}


@pytest.mark.parametrize(("cell", "shown"), RUN.items())
def test_what_a_spreadsheet_would_run_is_shown(cell: str, shown: str) -> None:
    assert defused(cell) == shown


@pytest.mark.parametrize("cell", ["", "Ф-15236", "Летная, 5-132", "a=b", "дом 3; кв. 5", "500.00"])
def test_what_it_would_not_run_stays(cell: str) -> None:
    assert defused(cell) == cell
