"""LANBilling: an agreement has one balance for all its accounts (`vgroups`); balances alone are read.

What an agreement was charged stands in a table of its own for each kind of agent, and what the `status` of a payment means
is not said anywhere in public. So there are no entries, and the debt is the balance.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Final

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class LanbillingOptions:
    """What differs from operator to operator: the agents (`vgroups.id`) of telephony; `off_for_debt`, `paused` and `over`
    are values of `vgroups.blocked`.
    """

    phone_agents: tuple[int, ...] = ()
    off_for_debt: tuple[int, ...] = (1, 4)
    paused: tuple[int, ...] = (2,)
    over: tuple[int, ...] = (10,)


def lanbilling(options: LanbillingOptions) -> BillingMap:
    """The map."""
    return BillingMap(
        name="lanbilling",
        title="LANBilling",
        fits=Words(ru="LANBilling 2.0 на MariaDB и MySQL", en="LANBilling 2.0 on MariaDB and MySQL"),
        compared=Words(
            ru="имена столбцов сверены с открытым кодом третьих лиц, работающим с такой базой (1 декабря 2026 года); "
            "на установленной системе и с её собственной схемой не проверено. Не хватает: таблиц начислений, значений "
            "payments.status и того, входит ли обещанный платёж в баланс",
            en="names of columns were compared with public code of third parties that works on such a database (1 December "
            "2026); not verified on an installed system, nor with its own schema. Missing: the tables of charges, what "
            "payments.status means, and whether a promised payment is in the balance",
        ),
        marks={
            "accounts": ("uid", "name", "type", "mobile", "phone", "email", "archive"),
            "accounts_addr": ("uid", "type", "address"),
            "agreements": ("agrm_id", "uid", "number", "balance", "credit", "archive"),
            "vgroups": ("vg_id", "id", "agrm_id", "tar_id", "blocked", "block_date", "archive"),
            "tarifs": ("tar_id", "rent"),
            "promise_payments": ("agrm_id", "prom_till"),
        },
        accounts=_accounts(options),
        entries="",
        as_of="SELECT UNIX_TIMESTAMP()",
        clients=_CLIENTS,
        questions=_QUESTIONS,
    )


def _listed(values: tuple[int, ...]) -> str:
    return ", ".join(map(str, values)) or "-1"


def _accounts(options: LanbillingOptions) -> str:
    off, paused, over = (_listed(one) for one in (options.off_for_debt, options.paused, options.over))
    live = f"v.archive = 0 AND v.blocked NOT IN ({over})"
    return dedent(f"""\
        SELECT a.agrm_id AS account, a.number AS contract,
          IF(MIN(v.id IN ({_listed(options.phone_agents)})), 'telephony', 'internet') AS service,
          MAX(u.name) AS name, IF(MAX(u.type) = 1, 'legal', 'individual') AS type, COALESCE(MAX(ad.address), '') AS address,
          CAST(SUM(IF({live}, COALESCE(t.rent, 0), 0)) AS DECIMAL(14, 2)) AS fee,
          a.archive = 1 OR MAX(u.archive) = 1 OR NOT MAX({live}) AS ended,
          IF(MIN(v.blocked IN ({off}) OR NOT ({live})), DATE(MAX(IF({live}, v.block_date, NULL))), NULL) AS suspended,
          IF(MIN(v.blocked IN ({paused}) OR NOT ({live})), DATE(MAX(IF({live}, v.block_date, NULL))), NULL) AS frozen,
          CAST(a.balance AS DECIMAL(14, 2)) AS balance, CAST(GREATEST(a.credit, 0) AS DECIMAL(14, 2)) AS credit,
          DATE(MAX(pp.until)) AS promised_until
        FROM agreements a
          JOIN accounts u ON u.uid = a.uid
          JOIN vgroups v ON v.agrm_id = a.agrm_id
          LEFT JOIN {_ADDRESSES} ad ON ad.uid = a.uid
          LEFT JOIN tarifs t ON t.tar_id = v.tar_id
          LEFT JOIN (
            SELECT agrm_id, MAX(prom_till) AS until FROM promise_payments WHERE prom_till > NOW() GROUP BY agrm_id
          ) pp ON pp.agrm_id = a.agrm_id
        GROUP BY a.agrm_id, a.number, a.archive, a.balance, a.credit""")


# A client has several addresses; that of type 0 is where he lives.
_ADDRESSES: Final = "(SELECT uid, MAX(address) AS address FROM accounts_addr WHERE type = 0 GROUP BY uid)"

_CLIENTS: Final = f"""\
SELECT a.number AS contract, IF(u.type = 1, 'legal', 'individual') AS type, u.name AS name,
  COALESCE(ad.address, '') AS address, '' AS district, CONCAT_WS('; ', u.mobile, u.phone) AS phones,
  COALESCE(u.email, '') AS email, '' AS login
FROM agreements a
  JOIN accounts u ON u.uid = a.uid
  LEFT JOIN {_ADDRESSES} ad ON ad.uid = a.uid
WHERE a.archive = 0 AND u.archive = 0 AND a.number <> ''"""

_QUESTIONS: Final = (
    Question(
        option="off_for_debt, paused, over",
        words=Words(
            ru="состояния учётных записей: какие за долг, какие — пауза клиента, какие — конец договора",
            en="states of accounts: for debt, paused by the client, or over",
        ),
        query="SELECT blocked, COUNT(*) AS accounts FROM vgroups WHERE archive = 0 GROUP BY blocked",
    ),
    Question(
        option="phone_agents",
        words=Words(ru="агенты: какие из них телефония", en="agents: which of them are telephony"),
        query="SELECT v.id AS agent, MIN(t.descr) AS a_tariff, COUNT(*) AS accounts FROM vgroups v"
        " LEFT JOIN tarifs t ON t.tar_id = v.tar_id WHERE v.archive = 0 GROUP BY v.id",
    ),
)
