"""The embedded ledger takes a whole feed or nothing, and is read without ever being written."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.ledger_import import import_ledger, make_ledger
from otrs_bridge.billing.ledger_layout import BELIEVED, INSERT_ENTRY, MAKE
from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.billing.faults import is_believable
from otrs_bridge.errors import BillingUnusable
from tests.billing.facts import ACCOUNT_HEADER, ACCOUNTS, AS_OF, ENTRIES, ENTRY_HEADER, MOSCOW, Facts, embedded, named
from tests.billing.test_bad_feeds import account, checked, entry, reasons


def test_a_new_ledger_is_empty_and_refused(tmp_path: Path) -> None:
    make_ledger(tmp_path / "new.db")
    said = reasons(checked(EmbeddedLedger(tmp_path / "new.db")))
    assert "does not say as of when" in said
    assert "is empty" in said


def test_a_ledger_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    make_ledger(tmp_path / "new.db")
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "new.db").chmod(0o640)
    embedded(tmp_path, Facts())
    assert (tmp_path / "ledger.db").stat().st_mode & 0o777 == 0o600


def test_an_import_keeps_the_mode_that_the_operator_gave(tmp_path: Path) -> None:
    embedded(tmp_path, Facts())
    (tmp_path / "ledger.db").chmod(0o640)
    embedded(tmp_path, Facts())
    assert (tmp_path / "ledger.db").stat().st_mode & 0o777 == 0o640


def test_nothing_is_made_over_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "new.db").write_text("precious")
    with pytest.raises(BillingUnusable, match="is there already") as refused:
        make_ledger(tmp_path / "new.db")
    assert "такой файл уже есть" in refused.value.words.ru
    assert (tmp_path / "new.db").read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"precious", b"account,contract\n" * 100], ids=["empty", "short", "long"])
def test_an_import_never_takes_the_place_of_a_file_that_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    with pytest.raises(BillingUnusable, match="is no ledger of the bridge and was left as it is") as refused:
        embedded(tmp_path, Facts())
    assert "это не книга моста, файл не тронут" in refused.value.words.ru
    assert (tmp_path / "ledger.db").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_an_import_never_takes_the_place_of_another_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("CREATE TABLE precious (one)")
    with pytest.raises(BillingUnusable, match="is no ledger"):
        embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        assert connection.execute("SELECT count(*) FROM precious").fetchone() == (0,)


def test_an_import_takes_the_place_of_a_ledger_of_another_version(tmp_path: Path) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(BillingUnusable, match="another version"):
        ledger.contract("Ф-5")
    assert embedded(tmp_path, Facts()).contract("Ф-5").accounts


WRONG = [
    (Facts(accounts=(*ACCOUNTS, account(service="cable"))), "row 8: unknown service: cable"),
    (Facts(accounts=(*ACCOUNTS, account(fee="-5.00"))), "row 8: a fee cannot be -5.00"),
    (Facts(accounts=(*ACCOUNTS, account(fee="NaN"))), "row 8: an amount cannot be NaN (column fee)"),
    (Facts(accounts=(*ACCOUNTS, account(account="И-1"))), "row 8: account И-1 comes twice"),
    (
        Facts(accounts=(*ACCOUNTS, account(contract="АБ-0*"))),
        "row 8: OTRS cannot search for the contract 'АБ-0*': characters that cannot stand there (* and % are wildcards)",
    ),
    (
        Facts(entries=(*ENTRIES, entry(account="И-99"))),
        "row 16: has no account among the accounts, letter for letter: 'И-99'",
    ),
    (Facts(entries=(*ENTRIES, entry(amount="NaN"))), "row 16: an amount cannot be NaN (column amount)"),
    (Facts(entries=(*ENTRIES, entry(amount="1e3"))), "row 16: is no exact amount: '1e3' (column amount)"),
    (
        Facts(entries=(*ENTRIES, entry(amount="0.005"))),
        "row 16: the amount has parts of a kopeck: 0.005 (column amount)",
    ),
    (Facts(entries=(*ENTRIES, entry(amount="-1"))), "row 16: a negative payment: -1.00 (column amount)"),
    (Facts(entries=(*ENTRIES, entry(dated="30.02.2013"))), "row 16: is no date: '30.02.2013' (column dated)"),
    (Facts(entries=(*ENTRIES, entry(dated=""))), "row 16: has no date (column dated)"),
    (Facts(entries=(*ENTRIES, entry(kind="bonus"))), "row 16: unknown kind of entry: bonus (column kind)"),
    (Facts(entries=(*ENTRIES, entry(id="1"))), "row 16: entry 1 comes twice"),
]


@pytest.mark.parametrize(("facts", "why"), WRONG, ids=[why for _, why in WRONG])
def test_one_wrong_row_and_everything_stays_as_it_was(tmp_path: Path, facts: Facts, why: str) -> None:
    ledger = embedded(tmp_path, Facts())
    before = (tmp_path / "ledger.db").read_bytes()
    done = import_ledger(
        tmp_path / "ledger.db",
        named(ACCOUNT_HEADER, facts.accounts),
        named(ENTRY_HEADER, facts.entries),
        as_of=AS_OF,
        zone=MOSCOW,
        origin="",
    )
    assert [row.why.en for row in done.faults.first] == [why]
    assert (tmp_path / "ledger.db").read_bytes() == before
    assert len(ledger.contract("Ф-15236").accounts) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"], "nothing is left behind"


def test_an_empty_feed_does_not_take_the_place_of_a_full_one(tmp_path: Path) -> None:
    embedded(tmp_path, Facts())
    before = (tmp_path / "ledger.db").read_bytes()
    embedded(tmp_path, Facts(accounts=(), entries=()))
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_a_reading_goes_on_with_what_it_began_while_a_new_feed_comes_in(tmp_path: Path) -> None:
    ledger = embedded(tmp_path, Facts())
    with ledger.reading() as feed:
        scan, rows = feed.ledgers("internet", moment=AS_OF, rules=BillingRules(zone=MOSCOW))
        found = iter(scan.debts(rows))
        next(found)
        embedded(tmp_path, Facts(entries=()))
        assert len(list(found)) == 2
        assert len(list(feed.accounts())) == len(ACCOUNTS)
    with ledger.reading() as feed:
        scan, rows = feed.ledgers("internet", moment=AS_OF, rules=BillingRules(zone=MOSCOW))
        assert list(scan.debts(rows)) == []


def test_entries_without_an_account_are_found_in_a_ledger_that_others_fill(tmp_path: Path) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("INSERT INTO entry VALUES ('?', 1, 'payment', 1367366400, NULL, 5)")
        connection.execute("UPDATE feed SET checked = 0")
        connection.commit()
    assert "no account among the accounts" in reasons(checked(ledger))


@pytest.mark.parametrize(
    "wrong",
    ["1, 'payment', 1367366400, NULL, 5.5", "1, 'payment', 1367366400, NULL, -5", "1, 'bonus', 1367366400, NULL, 5",
     "1, 'payment', 0, NULL, 5", "1, 'payment', '2013-05-01', NULL, 5"],
)  # fmt: skip
def test_the_file_itself_takes_no_row_that_cannot_be_true(tmp_path: Path, wrong: str) -> None:
    embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"INSERT INTO entry VALUES ('И-1', {wrong})")


@pytest.mark.parametrize("contract", ["АБ-0*", "АБ-0%", "АБ-0 ", "АБ\n0", "АБ 0"])
def test_a_contract_that_otrs_cannot_search_for_refuses_a_ledger_that_others_fill(
    tmp_path: Path, contract: str
) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("UPDATE account SET contract = ? WHERE account = 'И-5'", [contract])
        connection.commit()
    found = checked(ledger)
    assert (found.insane, "cannot search for the contract" in reasons(found)) == (1, True)
    assert [fault.account for fault in ledger.contract(contract).faults] == ["И-5"]
    with ledger.reading() as feed:
        assert [len(list(feed.accounts())) for _ in range(2)] == [len(ACCOUNTS) - 1] * 2
        assert feed.faults.count == 1, "read twice, it is one fault"


@pytest.mark.parametrize(
    ("contract", "right"),
    [("ф 5", "Ф-5"), ("Ф-05", "Ф-5"), ("05", "5"), ("F-5", "Ф-5"), ("аб-5", "АБ-5"), ("МТ  191/5", "МТ 191/5")],
)
def test_a_contract_that_is_not_canonical_refuses_a_ledger_that_others_fill(
    tmp_path: Path, contract: str, right: str
) -> None:
    """The other sources rewrite it as they read; here look-ups ask for the canonical writing, and would miss it."""
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("UPDATE account SET contract = ? WHERE account = 'И-5'", [contract])
        connection.commit()
    said = reasons(checked(ledger))
    assert f"И-5: contract {contract!r}: it is not written as the bridge writes it; write: {right!r}" in said


@pytest.mark.parametrize("column", ["starts", "ends", "promised_until"])
@pytest.mark.parametrize("day", ["0000-00-00", "2013-02-30", "soon"])
def test_days_that_are_none_are_counted_and_say_what_would_be_right(tmp_path: Path, column: str, day: str) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute(f"UPDATE account SET {column} = ? WHERE account IN ('И-5', 'И-2')", [day])
        connection.commit()
    found = checked(ledger)
    right = f"there is no such day (write a day like 2013-05-01, or nothing): '{day}' (account)"
    assert found.insane == 2
    assert f"И-2: {right}; and 1 more like it (И-5: '{day}')" in reasons(found)


EDGES = [631065600, 7258204800]
MILLISECONDS = 1367366400_000


@pytest.mark.parametrize("moment", [edge + step for edge in EDGES for step in (-1, 0, 1)] + [MILLISECONDS, 1])
def test_the_file_itself_takes_no_moment_that_is_not_believed_elsewhere(tmp_path: Path, moment: int) -> None:
    embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        for dated, posted in ((moment, None), (1367366400, moment)):
            row = ["И-1", moment, "payment", dated, posted, 5]
            if is_believable(moment):
                connection.execute(INSERT_ENTRY, row)
                connection.rollback()
            else:
                with pytest.raises(sqlite3.IntegrityError):
                    connection.execute(INSERT_ENTRY, row)


@pytest.mark.parametrize(("dated", "posted"), [(MILLISECONDS, None), (1367366400, MILLISECONDS), (86_400, None)])
def test_such_a_moment_in_a_file_of_an_older_version_refuses_it(tmp_path: Path, dated: int, posted: int | None) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        _, begin, rest = MAKE.partition("CREATE TABLE entry")
        older = (begin + rest).replace(BELIEVED, "> 0").replace("TABLE entry", "TABLE older")
        connection.executescript(f"{older} INSERT INTO older SELECT * FROM entry; DROP TABLE entry;")
        connection.execute("ALTER TABLE older RENAME TO entry")
        assert checked(ledger).insane == 0
        connection.execute(INSERT_ENTRY, ["И-5", 99, "payment", dated, posted, 5])
        connection.commit()
    assert "outside the years 1990 to 2200" in reasons(checked(ledger))
    (fault,) = ledger.contract("Ф-5").faults
    assert (fault.account, "дата вне 1990–2200 годов" in fault.why.ru) == ("И-5", True)
    assert ledger.contract("Ф-15236").faults == ()


def test_a_ledger_as_of_no_moment_is_named(tmp_path: Path) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("UPDATE feed SET as_of = ?", [MILLISECONDS])
        connection.commit()
    with pytest.raises(BillingUnusable, match="no seconds since 1970") as refused:
        checked(ledger)
    assert "не секунды с 1970" in refused.value.words.ru


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "rubbish"])
def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with (
        pytest.raises(BillingUnusable, match=r"x\.db: is no ledger") as refused,
        EmbeddedLedger(tmp_path / "x.db").reading(),
    ):
        pass
    assert "x.db: это не книга моста" in refused.value.words.ru


def test_a_ledger_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(BillingUnusable, match="billing init") as refused:
        EmbeddedLedger(tmp_path / "x.db").contract("Ф-1")
    assert "x.db: книги нет" in refused.value.words.ru
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_are_told_or_do_no_harm_and_stay(tmp_path: Path, seed: int) -> None:
    ledger, file = embedded(tmp_path, Facts()), tmp_path / "ledger.db"
    chance = random.Random(seed)
    written = bytearray(file.read_bytes())
    begins = chance.choice([0, chance.randrange(len(written))])
    part = slice(begins, begins + chance.choice([16, 100, 4096, len(written)]))
    written[part] = chance.randbytes(len(written[part]))
    file.write_bytes(written)
    with suppress(BillingUnusable):
        checked(ledger)
    with suppress(BillingUnusable):
        ledger.contract("Ф-5")
    assert file.read_bytes() == bytes(written)


@pytest.mark.parametrize("change", ["type = 'whatever'", "name = CAST(x'ff00fe' AS TEXT)"])
def test_an_account_that_cannot_be_read_is_told(tmp_path: Path, change: str) -> None:
    ledger = embedded(tmp_path, Facts())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"UPDATE account SET {change}")
        connection.commit()
    with pytest.raises(BillingUnusable):
        checked(ledger)
