"""The embedded ledger: one SQLite file that holds a whole feed. Described for operators in docs/billing.md.

Strict tables: whoever writes the file, an amount is a whole number of kopecks and a moment epoch seconds.
The entries lie in the order in which they are read, so that a million accounts stream without sorting.
"""

from __future__ import annotations

from typing import Final

LAYOUT: Final = 3
READ_AS_WELL: Final = 1
WITHOUT_BALANCES: Final = 2
"""Files of these layouts are read too: the first knows neither `suspended` nor `frozen`, neither knows `balance`."""
APPLICATION: Final = 0x0B111E06

MARK: Final = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT};"

# The years 1990 to 2199 with a day more on either side (`faults.is_believable`); files made before this stood in `MAKE`
# take any moment.
BELIEVED: Final = "BETWEEN 631065600 AND 7258204800"

MAKE: Final = """
CREATE TABLE feed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    as_of INTEGER,
    checked INTEGER NOT NULL DEFAULT 0 CHECK (checked IN (0, 1)),
    origin TEXT NOT NULL DEFAULT '',
    by_balance INTEGER NOT NULL DEFAULT 0 CHECK (by_balance IN (0, 1))
) STRICT;
INSERT INTO feed (one) VALUES (1);
CREATE TABLE doubt (ru TEXT NOT NULL, en TEXT NOT NULL) STRICT;
CREATE TABLE account (
    account TEXT NOT NULL PRIMARY KEY CHECK (account <> ''),
    contract TEXT NOT NULL CHECK (contract <> ''),
    service TEXT NOT NULL CHECK (service IN ('internet', 'telephony')),
    name TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL DEFAULT '' CHECK (type IN ('', 'legal', 'individual')),
    address TEXT NOT NULL DEFAULT '',
    district TEXT NOT NULL DEFAULT '',
    fee INTEGER CHECK (fee >= 0),
    next_fee INTEGER CHECK (next_fee >= 0),
    next_fee_since TEXT,
    starts TEXT,
    ends TEXT,
    ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
    suspended TEXT NOT NULL DEFAULT ''
        CHECK (suspended IN ('', '0', '1') OR suspended GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    frozen TEXT NOT NULL DEFAULT ''
        CHECK (frozen IN ('', '0', '1') OR frozen GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    promised_until TEXT,
    do_not_cut INTEGER NOT NULL DEFAULT 0 CHECK (do_not_cut IN (0, 1)),
    balance INTEGER,
    credit INTEGER NOT NULL DEFAULT 0 CHECK (credit >= 0),
    credit_until TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX account_contract ON account (contract);
CREATE TABLE entry (
    account TEXT NOT NULL REFERENCES account,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('opening', 'charge', 'payment', 'refund', 'correction')),
    dated INTEGER NOT NULL CHECK (dated BETWEEN 631065600 AND 7258204800),
    posted INTEGER CHECK (posted BETWEEN 631065600 AND 7258204800),
    amount INTEGER NOT NULL CHECK (amount >= 0 OR kind IN ('opening', 'correction')),
    PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;
"""

ACCOUNTS: Final = """
SELECT account, contract, service, name, type, address, district, fee, next_fee, next_fee_since, starts, ends, ended,
    suspended, frozen, promised_until, do_not_cut, balance, credit, credit_until
FROM account"""
_NO_BALANCES: Final = ACCOUNTS.replace("balance, credit, credit_until", "NULL AS balance, 0, NULL")
ACCOUNTS_OF: Final = {
    LAYOUT: ACCOUNTS,
    WITHOUT_BALANCES: _NO_BALANCES,
    READ_AS_WELL: _NO_BALANCES.replace("suspended, frozen", "'', ''"),
}
"""The query for the accounts of a file, by its layout: these are the layouts that are read."""

# CROSS JOIN is SQLite's way to say: accounts outside, each with its entries. Nothing is sorted.
ENTRIES: Final = """
SELECT entry.account, kind, dated, posted, amount
FROM account CROSS JOIN entry ON entry.account = account.account
WHERE service = ? ORDER BY account.account"""

# The same, and every entry whose account is not there: for a file of which nobody knows that it has none.
ENTRIES_AND_ORPHANS: Final = """
SELECT entry.account, kind, dated, posted, amount, number, service
FROM entry LEFT JOIN account ON account.account = entry.account
WHERE service = ? OR service IS NULL ORDER BY entry.account"""

# Asked of an account query: whether billing tells any balance.
HAS_BALANCES: Final = "SELECT EXISTS (SELECT 1 FROM ({accounts}) WHERE balance IS NOT NULL)"

# Whether the file has no entries, so that each balance is the debt; files made before have no such column.
BY_BALANCE: Final = "SELECT by_balance FROM feed"

# What a person should look at, told by whoever filled the file; files made by older versions have no such table.
DOUBTS: Final = "SELECT ru, en FROM doubt"
HAS_DOUBTS: Final = "SELECT count(*) FROM sqlite_schema WHERE name = 'doubt'"

DOUBLED: Final = """
SELECT account, kind, dated, amount, count(*) FROM entry
GROUP BY account, kind, dated, posted, amount HAVING count(*) > 1"""

SHARED_CONTRACTS: Final = """
SELECT account, contract, name FROM account
WHERE contract IN (SELECT contract FROM account GROUP BY contract HAVING count(*) > 1) ORDER BY account"""

HOW_ENTRY_WAS_MADE: Final = "SELECT sql FROM sqlite_schema WHERE name = 'entry'"
UNBELIEVABLE: Final = """
SELECT account, CASE WHEN dated BETWEEN 631065600 AND 7258204800 THEN posted ELSE dated END
FROM entry
WHERE dated NOT BETWEEN 631065600 AND 7258204800 OR posted NOT BETWEEN 631065600 AND 7258204800
GROUP BY account"""

INSERT_ACCOUNT: Final = (
    "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
INSERT_ENTRY: Final = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)"
