"""docs/writing-a-directory-source.md: the example on the page works as it stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.sync import sync
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.journal.database import open_database

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-directory-source.md"

EXPORT = """\
employeeNumber: Ф-15236
cn: Сидорова Анна Васильевна
postalAddress: ул. Кольцевая, д. 14, кв. 15
telephoneNumber: 586-12-12
uid: sidorova

cn: Никто Никтович

employeeNumber: Ф-15240
uid: smirnov
"""


def test_the_example_on_the_page_can_be_mirrored(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    page: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, str(PAGE), "exec", dont_inherit=True), page)  # noqa: S102 - the page's own words
    file = tmp_path / "clients.ldif"
    file.write_text(EXPORT, encoding="utf-8")
    database = open_database("sqlite://")
    report = sync(page["LdifFile"](file), database, at=datetime(2026, 11, 22, tzinfo=UTC))
    assert (report.clients, report.bad_rows) == (2, 1)
    assert report.first_bad[0].line == 7
    (client,) = MirrorDirectory(database).by_contract(ContractNumber(prefix="Ф", number="15236"))
    assert (client.login, client.phones[0].human) == ("sidorova", "+7 495 586-12-12")
