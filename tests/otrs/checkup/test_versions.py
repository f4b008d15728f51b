"""The doctor on an OTRS that leaves empty dynamic fields out, and whose bounds exclude their moment: Znuny 6.5.26."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otrs_bridge.domain.checkup import Verdict
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.contract.helpdesk.dialects import DIALECTS, DialectProxy
from tests.otrs.checkup.conftest import EXPECTED, Doctor


@pytest.fixture
def modern(doctor: Doctor, sandbox: Sandbox) -> Iterator[Doctor]:
    dialect = DIALECTS["znuny-6.5.26"]
    with DialectProxy(sandbox.base_url, dialect) as proxy:
        doctor.url = proxy.url
        doctor.connection["path"] = f"{dialect.path}Webservice/"
        yield doctor


def test_all_is_well(modern: Doctor) -> None:
    findings = modern.examine()
    assert findings.named(Verdict.FAILED) == set()
    assert "ClientType, District, Category, BridgeKey" in findings["dynamic_fields"].said.en


def test_a_field_that_does_not_exist_is_told_from_one_that_is_empty(modern: Doctor) -> None:
    modern.expected["fields"] = (*EXPECTED["fields"], "clienttype")
    findings = modern.examine()
    assert findings.named(Verdict.FAILED) == {"dynamic_fields"}
    assert "clienttype" in findings["dynamic_fields"].said.en
    assert "District" not in findings["dynamic_fields"].said.en
