"""UTM5: one balance for an account and all its services; moments are epoch seconds, sums binary floats.

Old entries are moved into tables of their own, which the table `archives` names: say which, for entries in them count. A
promised payment is a payment with a `burn_time`: it is in the balance and is no money, so it is taken out, and holds.
Charges with parts of a kopeck (calls, traffic) are added up by month; what the months drift by is a correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Final, Literal

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Utm5Options:
    """What differs from operator to operator: `service` of all accounts, or by the phone numbers of their links;
    `off_for_debt` and `paused` are kinds of blocks; the names of archived tables of charges and of payments.
    """

    service: Literal["by numbers", "internet", "telephony"] = "by numbers"
    off_for_debt: tuple[int, ...] = (1,)
    paused: tuple[int, ...] = (3,)
    charge_archives: tuple[str, ...] = ()
    payment_archives: tuple[str, ...] = ()


def utm5(options: Utm5Options) -> BillingMap:
    """The map."""
    return BillingMap(
        name="utm5",
        title="NetUP UTM5",
        fits=Words(ru="UTM5 5.3 и новее на MariaDB и MySQL", en="UTM5 5.3 and later on MariaDB and MySQL"),
        compared=Words(
            ru="имена столбцов сверены с открытым кодом третьих лиц, работающим с такой базой (30 ноября 2026 года); "
            "на установленной системе и с её собственной схемой не проверено",
            en="names of columns were compared with public code of third parties that works on such a database (30 November"
            " 2026); not verified on an installed system, nor with its own schema",
        ),
        marks={
            "accounts": ("id", "balance", "credit", "is_deleted"),
            "users": ("id", "full_name", "actual_address", "is_juridical"),
            "contracts": ("uid", "contract_number"),
            "service_links": ("id", "user_id", "account_id", "service_id", "is_deleted"),
            "periodic_services_data": ("id", "cost"),
            "blocks_info": ("account_id", "block_type", "start_date", "expire_date", "is_deleted"),
            "tel_numbers": ("slink_id",),
            "discount_transactions_all": ("id", "account_id", "discount_with_tax", "discount_date"),
            "payment_transactions": (
                *("id", "account_id", "payment_absolute", "actual_date", "payment_enter_date"),
                *("is_canceled", "burn_time"),
            ),
            **dict.fromkeys((*options.charge_archives, *options.payment_archives), ("id", "account_id")),
        },
        versions={"blocks_info.unabon": Words(ru="5.3 или новее", en="5.3 or later")},
        accounts=_accounts(options),
        entries=_entries(options),
        as_of="SELECT UNIX_TIMESTAMP()",
        clients=_CLIENTS,
        month="EXTRACT(YEAR_MONTH FROM FROM_UNIXTIME(dated))",
        questions=_QUESTIONS,
    )


_CONTRACTS: Final = "(SELECT uid, MAX(contract_number) AS contract_number FROM contracts GROUP BY uid)"
_NOW: Final = "UNIX_TIMESTAMP()"


def _listed(kinds: tuple[int, ...]) -> str:
    return ", ".join(map(str, kinds)) or "-1"


def _accounts(options: Utm5Options) -> str:
    service = f"'{options.service}'"
    if options.service == "by numbers":
        # A link that is over says nothing beside one that is not.
        live = "MIN(IF(sl.is_deleted = 0, tn.slink_id IS NOT NULL, NULL))"
        service = f"IF(COALESCE({live}, MIN(tn.slink_id IS NOT NULL)), 'telephony', 'internet')"
    off, paused = (
        f"MAX(IF(block_type IN ({_listed(kinds)}), start_date, 0))" for kinds in (options.off_for_debt, options.paused)
    )
    return dedent(f"""\
        SELECT a.id AS account, MAX(ct.contract_number) AS contract, {service} AS service,
          MAX(u.full_name) AS name, IF(MAX(u.is_juridical), 'legal', 'individual') AS type, MAX(u.actual_address) AS address,
          CAST(SUM(IF(sl.is_deleted = 0, COALESCE(ps.cost, 0), 0)) AS DECIMAL(14, 2)) AS fee,
          MIN(a.is_deleted = 1 OR sl.is_deleted = 1) AS ended,
          IF(MAX(bl.off_since) > 0, DATE(FROM_UNIXTIME(MAX(bl.off_since))), NULL) AS suspended,
          IF(MAX(bl.paused_since) > 0, DATE(FROM_UNIXTIME(MAX(bl.paused_since))), NULL) AS frozen,
          CAST(a.balance - COALESCE(MAX(pp.promised), 0) AS DECIMAL(14, 2)) AS balance,
          CAST(GREATEST(a.credit, 0) AS DECIMAL(14, 2)) AS credit,
          DATE(FROM_UNIXTIME(MAX(pp.until) - 1)) AS promised_until
        FROM accounts a
          JOIN service_links sl ON sl.account_id = a.id
          JOIN users u ON u.id = sl.user_id
          LEFT JOIN {_CONTRACTS} ct ON ct.uid = u.id
          LEFT JOIN periodic_services_data ps ON ps.id = sl.service_id
          LEFT JOIN (SELECT DISTINCT slink_id FROM tel_numbers) tn ON tn.slink_id = sl.id
          LEFT JOIN (
            SELECT account_id, {off} AS off_since, {paused} AS paused_since
            FROM blocks_info
            WHERE is_deleted = 0 AND start_date <= {_NOW}
              AND (expire_date IS NULL OR expire_date = 0 OR expire_date > {_NOW})
            GROUP BY account_id
          ) bl ON bl.account_id = a.id
          LEFT JOIN (
            SELECT account_id, SUM(payment_absolute) AS promised, MAX(burn_time) AS until
            FROM payment_transactions
            WHERE burn_time > {_NOW} AND is_canceled = 0
            GROUP BY account_id
          ) pp ON pp.account_id = a.id
        GROUP BY a.id, a.balance, a.credit""")


def _united(tables: tuple[str, ...], columns: str) -> str:
    """The rows of the table and its archives; each numbers its rows by itself, so `part` tells them apart."""
    parts = enumerate(tables)
    return " UNION ALL ".join(f"SELECT {number} AS part, {columns} FROM {table}" for number, table in parts)


def _entries(options: Utm5Options) -> str:
    ours = "account_id IN (SELECT account_id FROM service_links)"
    charges = _united(
        ("discount_transactions_all", *options.charge_archives), "id, account_id, discount_with_tax, discount_date"
    )
    payments = _united(
        ("payment_transactions", *options.payment_archives),
        "id, account_id, payment_absolute, actual_date, payment_enter_date, is_canceled, burn_time",
    )
    whole = "d.discount_with_tax = ROUND(d.discount_with_tax, 2)"
    month = "EXTRACT(YEAR_MONTH FROM FROM_UNIXTIME(d.discount_date))"
    months = (
        f"SELECT d.account_id, {month} AS month, MAX(d.discount_date) AS until, SUM(d.discount_with_tax) AS total"
        f" FROM ({charges}) d WHERE d.{ours} AND NOT ({whole}) GROUP BY d.account_id, {month}"
    )
    return dedent(f"""\
        SELECT CONCAT('c', d.part, '-', d.id) AS id, d.account_id AS account,
          IF(d.discount_with_tax < 0, 'correction', 'charge') AS kind, d.discount_date AS dated, NULL AS posted,
          CAST(d.discount_with_tax AS DECIMAL(14, 2)) AS amount
        FROM ({charges}) d
        WHERE d.{ours} AND {whole} AND d.discount_with_tax <> 0
        UNION ALL
        SELECT CONCAT('m', m.account_id, '-', m.month), m.account_id, IF(m.total < 0, 'correction', 'charge'),
          UNIX_TIMESTAMP(LAST_DAY(FROM_UNIXTIME(m.until))), m.until, CAST(m.total AS DECIMAL(14, 2))
        FROM ({months}) m
        UNION ALL
        SELECT CONCAT('r', m.account_id), m.account_id, 'correction', MAX(m.until), NULL,
          CAST(SUM(m.total) - SUM(CAST(m.total AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS drift
        FROM ({months}) m
        GROUP BY m.account_id
        HAVING drift <> 0
        UNION ALL
        SELECT CONCAT('p', p.part, '-', p.id), p.account_id, IF(p.payment_absolute < 0, 'correction', 'payment'),
          p.actual_date, p.payment_enter_date, CAST(ABS(p.payment_absolute) AS DECIMAL(14, 2))
        FROM ({payments}) p
        WHERE p.{ours} AND p.is_canceled = 0 AND COALESCE(p.burn_time, 0) = 0 AND p.payment_absolute <> 0""")


_CLIENTS: Final = f"""\
SELECT ct.contract_number AS contract, IF(u.is_juridical, 'legal', 'individual') AS type, u.full_name AS name,
  u.actual_address AS address, '' AS district, COALESCE(u.mobile_telephone, '') AS phones, COALESCE(u.email, '') AS email,
  '' AS login
FROM users u
  JOIN {_CONTRACTS} ct ON ct.uid = u.id
WHERE ct.contract_number <> ''"""

_QUESTIONS: Final = (
    Question(
        option="charge_archives, payment_archives",
        words=Words(
            ru="архивные таблицы: записи в них тоже считаются (table_type 1 — списания, 7 — платежи)",
            en="archived tables: entries in them count, too (table_type 1: charges, 7: payments)",
        ),
        query="SELECT table_type, table_name, FROM_UNIXTIME(start_date) AS since, FROM_UNIXTIME(end_date) AS until"
        " FROM archives WHERE table_type IN (1, 7) ORDER BY table_type, start_date",
    ),
    Question(
        option="off_for_debt, paused",
        words=Words(
            ru="виды блокировок: какие за долг, какие — пауза клиента",
            en="kinds of blocks: for debt, or paused by the client",
        ),
        query="SELECT block_type, COUNT(*) AS accounts FROM blocks_info WHERE is_deleted = 0 GROUP BY block_type",
    ),
    Question(
        option="service",
        words=Words(
            ru="счета и с номерами телефонов, и без: баланс у них один, услуга будет интернет",
            en="accounts with phone numbers and without: they have one balance, and count as internet",
        ),
        query="SELECT COUNT(DISTINCT sl.account_id) AS accounts FROM service_links sl"
        " JOIN tel_numbers tn ON tn.slink_id = sl.id WHERE sl.account_id IN (SELECT o.account_id FROM service_links o"
        " WHERE o.is_deleted = 0 AND o.id NOT IN (SELECT slink_id FROM tel_numbers))",
    ),
)
