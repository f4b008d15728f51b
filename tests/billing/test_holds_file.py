"""billing/holds_file.py: an overlooked hold cuts somebody off, so it is matched widely, and told when it holds nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from otrs_bridge.billing.holds_file import Holds
from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.ports.billing import Billing
from otrs_bridge.service.debts.ledgers import AsCharged, FeedWalk
from tests.billing.facts import AS_OF, MOSCOW, Facts
from tests.billing.test_bad_feeds import checked

Maker = Callable[[Facts], Billing]
HEADER = "contract,kind,service,since,until,reason\n"


def holds(folder: Path, *lines: str) -> Path:
    """A file of holds."""
    path = folder / "holds.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def held(folder: Path, line: str, contract: str, service: Service = "internet") -> bool:
    """Whether this line of the file holds an account of this contract."""
    account = Account(id="1", contract=contract, service=service)
    return bool(Holds(holds(folder, line), MOSCOW).on(account).holds)


@pytest.mark.parametrize(
    ("written", "contract", "expected"),
    [
        ("60001", "Ф-60001", True),
        ("60001", "Ю-60001", True),
        ("060001", "Ф-60001", True),
        ("№ 60001", "60001", True),
        ("12", "АБ-12", True),
        ("ф60001", "Ф-60001", True),
        ("F-60001", "60001", True),
        ("АБ-12", "АБ-12", True),
        ("60001", "Ф-160001", False),
        ("60001", "Ф-6000", False),
        ("Ю-60001", "Ф-60001", False),
        ("АБ-12", "Ф-12", False),
        ("АБ-12", "12", False),
    ],
)
def test_a_number_without_its_letter_holds_every_contract_with_that_number(
    tmp_path: Path, written: str, contract: str, expected: bool
) -> None:
    assert held(tmp_path, f"{written},do not cut,,,,", contract) is expected


def test_a_hold_of_one_service_leaves_the_other_alone(tmp_path: Path) -> None:
    assert held(tmp_path, "60001,не отключать,internet,,,", "Ф-60001", "internet")
    assert not held(tmp_path, "60001,не отключать,internet,,,", "Ф-60001", "telephony")


def test_a_hold_that_ends_before_it_begins_is_refused_with_its_line(tmp_path: Path) -> None:
    path = holds(tmp_path, "Ф-1,do not cut,,,,", "Ф-60001,promised payment,,2025-06-01,2025-05-10,звонил")
    with pytest.raises(BillingUnusable, match=r"line 3: it begins on 2025-06-01, after its end 2025-05-10") as caught:
        Holds(path, MOSCOW)
    assert "строка 3: начало 2025-06-01 позже конца 2025-05-10" in caught.value.words.ru
    Holds(holds(tmp_path, "Ф-60001,promised payment,,2025-05-10,2025-05-10,"), MOSCOW)


def test_a_hold_of_a_contract_that_billing_does_not_know_is_told_by_the_check(made: Maker, tmp_path: Path) -> None:
    path = holds(
        tmp_path,
        "Ф-15236,не отключать,,,,",
        "Ф-152366,не отключать,,,,опечатка",
        "Ю-7,не отключать,telephony,,,",
        "5,promised payment,,,2013-05-20,",
        "Ф-99,promised payment,,,2013-05-01,давно прошло",
    )
    found = checked(made(Facts(holds=path)))
    assert [told.en.partition("holds.csv, ")[2] for told in found.unmet_holds] == [
        "line 3: billing has no contract Ф-152366, this hold keeps nobody connected",
        "line 4: billing has no contract Ю-7 (telephony), this hold keeps nobody connected",
    ]
    assert "строка 3: договора Ф-152366 в биллинге нет" in found.unmet_holds[0].ru


def test_a_job_says_so_too_when_it_reads(made: Maker, tmp_path: Path) -> None:
    path = holds(tmp_path, "Ф-15236,не отключать,,,,", "Ф-152366,не отключать,,,,")
    rules = BillingRules(zone=MOSCOW)
    ledgers = AsCharged()
    with capture_logs() as logged, made(Facts(holds=path)).reading() as feed:
        walk = FeedWalk(
            feed=feed, moment=AS_OF + timedelta(hours=1), rules=rules,
            by_service={"internet": ledgers, "telephony": ledgers},
        )  # fmt: skip
        assert sum(1 for _ in walk.accounts()) == 7
    assert [(one["event"], "Ф-152366" in one["said"]) for one in logged] == [("hold of no account", True)]


def test_without_a_file_nobody_is_held_and_nothing_is_told() -> None:
    none = Holds(None, MOSCOW)
    assert not none
    assert none.unmet(date(2013, 5, 1)) == ()
