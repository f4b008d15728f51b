"""MikBill: payments and charges in one table, told apart by some sixty types; each payment system has one of its own.

Newer versions say of each type what it does to the deposit (`deposit_action`) and whether it is real money (`fictitious`);
older ones do not, so the types are listed. Users move between four tables: at work, frozen, blocked, deleted. What has parts
of a kopeck (fees by the day) is added up by month; what the months drift by is a correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Final, Literal

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class MikbillOptions:
    """What differs from operator to operator: `types`: the versions that say what a type does, or the lists of those that do
    not; `blocked`: what a user in `usersblok` is.
    """

    types: Literal["by sign", "by list"] = "by sign"
    payments: tuple[int, ...] = (5, 28, 31, 37, 38, 40, 41, 44, 45, 47, *range(52, 64), 97, 109)
    given_back: tuple[int, ...] = (10, 15, 16, 17, 24, 49)
    no_money: tuple[int, ...] = (18, 20, 23)
    blocked: Literal["ended", "suspended", "frozen"] = "suspended"


def mikbill(options: MikbillOptions) -> BillingMap:
    """The map."""
    by_sign = options.types == "by sign"
    return BillingMap(
        name="mikbill",
        title="MikBill",
        fits=Words(ru="MikBill 2.x на MariaDB и MySQL", en="MikBill 2.x on MariaDB and MySQL"),
        compared=Words(
            ru="имена и типы столбцов сверены с открытым дампом 2013 года и открытыми обновлениями его таблиц "
            "(30 ноября 2026 года); на установленной системе не проверено, знак summa по типам неизвестен: берётся модуль",
            en="names and types of columns were compared with a public dump of 2013 and public updates of its tables (30"
            " November 2026); not verified on an installed system: the sign of summa is not known, its size counts",
        ),
        marks={
            **dict.fromkeys(("users", "usersfreeze", "usersblok"), ("uid", "deposit", "credit", "fio", "numdogovor")),
            "bugh_plategi_stat": ("plategid", "uid", "date", "bughtypeid", "summa"),
            "bugh_plategi_type": ("bughtypeid", *(("deposit_action", "fictitious") if by_sign else ())),
        },
        versions={
            "bugh_plategi_type.deposit_action": Words(
                ru="типы знают знак: types: by sign", en="its types know their sign: types: by sign"
            ),
            "bugh_plategi_type.fiktivniy": Words(
                ru="старая версия: types: by list", en="an old version: types: by list"
            ),
        },
        accounts=_accounts(options),
        entries=_entries(options),
        as_of="SELECT UNIX_TIMESTAMP()",
        clients=_CLIENTS,
        questions=_QUESTIONS,
    )


_STATES: Final = ("ended", "suspended", "frozen")


def _accounts(options: MikbillOptions) -> str:
    """At work, frozen, blocked: who is deleted is no account any more."""
    tables: dict[str, dict[str, str]] = {
        "users": {"suspended": "u.blocked = 1"},
        "usersfreeze": {"frozen": "DATE(u.freeze_date)"},
        "usersblok": {options.blocked: "DATE(u.block_date)" if options.blocked != "ended" else "TRUE"},
    }
    parts = []
    for table, states in tables.items():
        told = ", ".join(f"{states.get(state, 'NULL')} AS {state}" for state in _STATES)
        parts.append(
            dedent(f"""\
                SELECT u.uid AS account, u.numdogovor AS contract, 'internet' AS service, u.fio AS name,
                  u.address AS address, {told}, CAST(u.deposit AS DECIMAL(14, 2)) AS balance,
                  CAST(GREATEST(u.credit, 0) AS DECIMAL(14, 2)) AS credit, u.credit_unlimited AS do_not_cut
                FROM {table} u""")
        )
    return "\nUNION ALL\n".join(parts)


def _entries(options: MikbillOptions) -> str:
    money, payments, back = (
        ", ".join(map(str, types)) or "-1" for types in (options.no_money, options.payments, options.given_back)
    )
    kind, counts = (
        ("CASE WHEN t.deposit_action <> '+' THEN 'charge' WHEN t.fictitious = 0 THEN 'payment' ELSE 'correction' END",
         "t.deposit_action IN ('+', '-')")
        if options.types == "by sign"
        else (f"CASE WHEN p.bughtypeid IN ({payments}) THEN 'payment' WHEN p.bughtypeid IN ({back}) THEN 'correction'"
              " ELSE 'charge' END", f"p.bughtypeid NOT IN ({money})")
    )  # fmt: skip
    rows = dedent(f"""\
        SELECT p.plategid, p.uid, p.date, ABS(p.summa) AS summa, {kind} AS kind
        FROM bugh_plategi_stat p
          JOIN bugh_plategi_type t ON t.bughtypeid = p.bughtypeid
        WHERE {counts} AND p.summa <> 0
          AND p.uid IN (SELECT uid FROM users UNION SELECT uid FROM usersfreeze UNION SELECT uid FROM usersblok)""")
    month = "EXTRACT(YEAR_MONTH FROM r.date)"
    months = (
        f"SELECT r.uid, {month} AS month, MAX(r.date) AS until, SUM(r.summa) AS total FROM ({rows}) r"
        f" WHERE r.kind = 'charge' AND r.summa <> ROUND(r.summa, 2) GROUP BY r.uid, {month}"
    )
    return dedent(f"""\
        SELECT CONCAT('p', r.plategid) AS id, r.uid AS account, r.kind AS kind, r.date AS dated, NULL AS posted,
          CAST(IF(r.kind = 'correction', -r.summa, r.summa) AS DECIMAL(14, 2)) AS amount
        FROM ({rows}) r
        WHERE r.kind <> 'charge' OR r.summa = ROUND(r.summa, 2)
        UNION ALL
        SELECT CONCAT('m', m.uid, '-', m.month), m.uid, 'charge', TIMESTAMP(LAST_DAY(m.until)), m.until,
          CAST(m.total AS DECIMAL(14, 2))
        FROM ({months}) m
        UNION ALL
        SELECT CONCAT('r', m.uid), m.uid, 'correction', MAX(m.until), NULL,
          CAST(SUM(m.total) - SUM(CAST(m.total AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS drift
        FROM ({months}) m
        GROUP BY m.uid
        HAVING drift <> 0""")


_CLIENTS: Final = "\nUNION ALL\n".join(
    "SELECT u.numdogovor AS contract, 'individual' AS type, u.fio AS name, u.address AS address, '' AS district,"
    " CONCAT_WS(';', NULLIF(u.phone, ''), NULLIF(u.mob_tel, '')) AS phones, COALESCE(u.email, '') AS email, '' AS login"
    f" FROM {table} u WHERE u.numdogovor <> ''"
    for table in ("users", "usersfreeze", "usersblok")
)

_QUESTIONS: Final = (
    Question(
        option="types, payments, given_back, no_money",
        words=Words(
            ru="типы платежей последних 60 дней: какие из них деньги клиента, какие списания, какие ни то ни другое",
            en="types of the last 60 days: which are the client's money, which are charges, which are neither",
        ),
        query="SELECT t.bughtypeid AS type, t.typename AS name, COUNT(*) AS `rows`,"
        " CAST(MIN(p.summa) AS DECIMAL(14, 2)) AS least, CAST(MAX(p.summa) AS DECIMAL(14, 2)) AS most"
        " FROM bugh_plategi_stat p JOIN bugh_plategi_type t ON t.bughtypeid = p.bughtypeid"
        " WHERE p.date > DATE_SUB(NOW(), INTERVAL 60 DAY) GROUP BY t.bughtypeid, t.typename ORDER BY t.bughtypeid",
    ),
    Question(
        option="blocked",
        words=Words(
            ru="таблица usersblok: отключены за долг, приостановлены или договор окончен?",
            en="the table usersblok: off because of debt, paused, or is the contract over?",
        ),
        query="SELECT COUNT(*) AS users, SUM(deposit < 0) AS below_zero FROM usersblok",
    ),
)
