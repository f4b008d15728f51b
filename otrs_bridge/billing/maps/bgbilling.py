"""BGBilling: a contract has one balance for all its services, kept by month (`contract_balance`).

Charges stand as one sum for a month and a service (`contract_account`), so they are dated the 1st; other charges
(`contract_charge`) and payments have their days. What was before the first month of `contract_balance` is its opening sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Final

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class BgbillingOptions:
    """What differs from operator to operator: the groups of contracts (numbers of bits in `contract.gr`) that are
    telephony; `off_for_debt`, `paused` and `over` are values of `contract.status`.
    """

    phone_groups: tuple[int, ...] = ()
    off_for_debt: tuple[int, ...] = (2,)
    paused: tuple[int, ...] = (4,)
    over: tuple[int, ...] = (3,)


def bgbilling(options: BgbillingOptions) -> BillingMap:
    """The map."""
    return BillingMap(
        name="bgbilling",
        title="BGBilling",
        fits=Words(ru="BGBilling 5 и новее на MariaDB и MySQL", en="BGBilling 5 and later on MariaDB and MySQL"),
        compared=Words(
            ru="имена столбцов сверены с открытыми запросами третьих лиц к такой базе (1 декабря 2026 года); на "
            "установленной системе и с её собственной схемой не проверено. Не хватает: адресов (они в параметрах договора, "
            "у каждого оператора своих), тарифов, обещанных платежей; субдоговоры не читаются",
            en="names of columns were compared with public queries of third parties to such a database (1 December 2026); "
            "not verified on an installed system, nor with its own schema. Missing: addresses (they are parameters of the "
            "contract, each operator's own), tariffs, promised payments; sub-contracts are not read",
        ),
        marks={
            "contract": (
                *("id", "gr", "title", "date2", "closesumma", "fc", "comment"),
                *("del", "scid", "status", "status_date"),
            ),
            "contract_balance": ("cid", "yy", "mm", "summa1", "summa2", "summa3", "summa4"),
            "contract_account": ("cid", "sid", "yy", "mm", "summa"),
            "contract_charge": ("id", "cid", "dt", "summa"),
            "contract_payment": ("id", "cid", "dt", "summa", "lm"),
        },
        accounts=_accounts(options),
        entries=_ENTRIES,
        as_of="SELECT UNIX_TIMESTAMP()",
        clients=_CLIENTS,
        questions=_QUESTIONS,
    )


_OURS: Final = "c.del = 0 AND c.scid <= 0"
_FIRST: Final = "STR_TO_DATE(CONCAT({0}.yy, '-', {0}.mm, '-01'), '%Y-%m-%d')"


def _listed(values: tuple[int, ...]) -> str:
    return ", ".join(map(str, values)) or "-1"


def _accounts(options: BgbillingOptions) -> str:
    phones = sum(1 << group for group in options.phone_groups)
    off, paused, over = (_listed(one) for one in (options.off_for_debt, options.paused, options.over))
    return dedent(f"""\
        SELECT c.id AS account, c.title AS contract, IF(c.gr & {phones} > 0, 'telephony', 'internet') AS service,
          c.comment AS name, IF(c.fc = 1, 'legal', 'individual') AS type,
          c.status IN ({over}) OR (c.date2 IS NOT NULL AND c.date2 < CURDATE()) AS ended,
          IF(c.status IN ({off}), DATE(c.status_date), NULL) AS suspended,
          IF(c.status IN ({paused}), DATE(c.status_date), NULL) AS frozen,
          COALESCE(b.summa1 + b.summa2 - b.summa3 - b.summa4, 0) AS balance, GREATEST(-c.closesumma, 0) AS credit
        FROM contract c
          LEFT JOIN (SELECT cid, MAX(yy * 12 + mm) AS month FROM contract_balance GROUP BY cid) l ON l.cid = c.id
          LEFT JOIN contract_balance b ON b.cid = c.id AND b.yy * 12 + b.mm = l.month
        WHERE {_OURS}""")


_CONTRACTS: Final = f"cid IN (SELECT c.id FROM contract c WHERE {_OURS})"
_ENTRIES: Final = dedent(f"""\
    SELECT CONCAT('o', b.cid) AS id, b.cid AS account, 'opening' AS kind, {_FIRST.format("b")} AS dated, NULL AS posted,
      -b.summa1 AS amount
    FROM contract_balance b
      JOIN (SELECT cid, MIN(yy * 12 + mm) AS month FROM contract_balance GROUP BY cid) f
        ON f.cid = b.cid AND b.yy * 12 + b.mm = f.month
    WHERE b.{_CONTRACTS} AND b.summa1 <> 0
    UNION ALL
    SELECT CONCAT('a', a.cid, '-', a.sid, '-', a.yy * 100 + a.mm), a.cid, IF(a.summa < 0, 'correction', 'charge'),
      {_FIRST.format("a")}, NULL, a.summa
    FROM contract_account a
    WHERE a.{_CONTRACTS} AND a.summa <> 0
    UNION ALL
    SELECT CONCAT('c', h.id), h.cid, IF(h.summa < 0, 'correction', 'charge'), h.dt, NULL, h.summa
    FROM contract_charge h
    WHERE h.{_CONTRACTS} AND h.summa <> 0
    UNION ALL
    SELECT CONCAT('p', p.id), p.cid, IF(p.summa < 0, 'correction', 'payment'), p.dt, p.lm, ABS(p.summa)
    FROM contract_payment p
    WHERE p.{_CONTRACTS} AND p.summa <> 0""")

_CLIENTS: Final = f"""\
SELECT c.title AS contract, IF(c.fc = 1, 'legal', 'individual') AS type, c.comment AS name, '' AS address, '' AS district,
  '' AS phones, '' AS email, '' AS login
FROM contract c
WHERE {_OURS} AND c.title <> ''"""

_QUESTIONS: Final = (
    Question(
        option="off_for_debt, paused, over",
        words=Words(
            ru="состояния договоров: какие за долг, какие — пауза клиента, какие — конец договора",
            en="states of contracts: for debt, paused by the client, or over",
        ),
        query="SELECT status, COUNT(*) AS contracts FROM contract WHERE del = 0 GROUP BY status",
    ),
    Question(
        option="phone_groups",
        words=Words(ru="группы договоров: какие из них телефония", en="groups of contracts: which are telephony"),
        query="SELECT BIT_COUNT(gr) AS groups_of_it, gr, COUNT(*) AS contracts FROM contract WHERE del = 0 GROUP BY gr",
    ),
)
