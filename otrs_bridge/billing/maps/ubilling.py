"""Ubilling with Stargazer: the money is `Cash` of a login, and what charges it stands in Stargazer's log.

The table `fees` is filled by Ubilling's harvester of that log, where it runs; elsewhere the balance is all there is. The
first row of `fees` tells what the balance was before, so older payments need not be known. `MOCK:` is no money,
`BALANCESET:` sets the balance to a sum, and a negative payment is a service.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Final, Literal

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class UbillingOptions:
    """What differs from operator to operator: `history`: whether the harvester fills `fees`; `down`: what a user that is
    switched off by hand is; `off_when_owing`: Stargazer itself takes off the line whoever is below the credit.
    """

    service: Literal["internet", "telephony"] = "internet"
    history: Literal["fees", "balance"] = "balance"
    down: Literal["ended", "suspended", "frozen"] = "ended"
    off_when_owing: bool = False


def ubilling(options: UbillingOptions) -> BillingMap:
    """The map."""
    return BillingMap(
        name="ubilling",
        title="Ubilling",
        fits=Words(
            ru="Ubilling 1.x на Stargazer 2.40x с её патчем (tariffs.period), MariaDB и MySQL",
            en="Ubilling 1.x on Stargazer 2.40x with its patch (tariffs.period), on MariaDB and MySQL",
        ),
        compared=Words(
            ru="имена и типы таблиц сверены с открытыми docs/dumps/ubilling.sql и stargazer.sql от 21 августа 2026 года",
            en="names and types of the tables were compared with the public docs/dumps/ubilling.sql and stargazer.sql of"
            " 21 August 2026",
        ),
        marks={
            "users": ("login", "Passive", "Down", "Tariff", "TariffChange", "Credit", "CreditExpire", "Cash"),
            "tariffs": ("name", "Fee", "period"),
            "contracts": ("login", "contract"),
            "realname": ("login", "realname"),
            "payments": ("id", "login", "date", "balance", "summ", "note"),
            "paymentscorr": ("id", "login", "date", "summ"),
            **({"fees": ("id", "login", "date", "from", "to")} if options.history == "fees" else {}),
        },
        versions={
            "fees.hash": Words(ru="1.3.4 или новее: есть таблица fees", en="1.3.4 or later: it has the table fees"),
            "paymentscorr": Words(ru="раньше 1.3.4: только балансы", en="before 1.3.4: balances alone"),
        },
        accounts=_accounts(options),
        entries=_ENTRIES if options.history == "fees" else "",
        as_of="SELECT UNIX_TIMESTAMP()",
        clients=_CLIENTS,
        questions=_QUESTIONS,
    )


_PLACES: Final = """\
LEFT JOIN contracts ct ON ct.login = u.login
  LEFT JOIN realname rn ON rn.login = u.login
  LEFT JOIN corp_users cu ON cu.login = u.login
  LEFT JOIN corp_data cd ON cd.id = cu.corpid
  LEFT JOIN address ad ON ad.login = u.login
  LEFT JOIN apt ap ON ap.id = ad.aptid
  LEFT JOIN build bd ON bd.id = ap.buildid
  LEFT JOIN street st ON st.id = bd.streetid
  LEFT JOIN city ci ON ci.id = st.cityid"""
_ADDRESS: Final = """\
CONCAT_WS(', ', st.streetname, bd.buildnum, IF(ap.apt IS NULL OR ap.apt IN ('', '0'), NULL, CONCAT('кв. ', ap.apt)))"""


def _accounts(options: UbillingOptions) -> str:
    states = {"ended": "FALSE", "suspended": "FALSE", "frozen": "u.Passive = 1"}
    if options.off_when_owing:
        states["suspended"] = "u.Cash < -GREATEST(u.Credit, 0)"
    states[options.down] = f"({states[options.down]} OR u.Down = 1)"
    return dedent(f"""\
        SELECT u.login AS account, ct.contract AS contract, '{options.service}' AS service,
          COALESCE(cd.corpname, rn.realname) AS name, IF(cu.login IS NULL, 'individual', 'legal') AS type,
          {_ADDRESS} AS address, ci.cityname AS district,
          IF(t.period = 'month', CAST(t.Fee AS DECIMAL(14, 2)), NULL) AS fee,
          IF(n.period = 'month', CAST(n.Fee AS DECIMAL(14, 2)), NULL) AS next_fee,
          IF(n.period = 'month', DATE_ADD(LAST_DAY(CURDATE()), INTERVAL 1 DAY), NULL) AS next_fee_since,
          {states["ended"]} AS ended, {states["suspended"]} AS suspended, {states["frozen"]} AS frozen,
          CAST(u.Cash AS DECIMAL(14, 2)) AS balance, CAST(GREATEST(u.Credit, 0) AS DECIMAL(14, 2)) AS credit,
          IF(u.CreditExpire > 0, DATE(FROM_UNIXTIME(u.CreditExpire - 1)), NULL) AS credit_until
        FROM users u
          LEFT JOIN tariffs t ON t.name = u.Tariff
          LEFT JOIN tariffs n ON n.name = u.TariffChange AND u.TariffChange <> ''
          {_PLACES}""")


_MONEY: Final = "CAST(REPLACE({}, ',', '.') AS DECIMAL(14, 2))"
_SUM: Final = _MONEY.format("p.summ")
_BEFORE: Final = _MONEY.format("p.balance")
_KNOWN: Final = """\
JOIN users u ON u.login = p.login
  LEFT JOIN (SELECT login, MIN(date) AS since FROM fees GROUP BY login) k ON k.login = p.login"""

_ENTRIES: Final = f"""\
SELECT CONCAT('o', f.id) AS id, u.login AS account, 'opening' AS kind, f.date AS dated, NULL AS posted,
  CAST(-f.`from` AS DECIMAL(14, 2)) AS amount
FROM fees f
  JOIN users u ON u.login = f.login
  JOIN (SELECT login, MIN(id) AS id FROM fees GROUP BY login) k ON k.id = f.id
UNION ALL
SELECT CONCAT('f', f.id), u.login, IF(f.`from` >= f.`to`, 'charge', 'correction'), f.date, NULL,
  CAST(f.`from` AS DECIMAL(14, 2)) - CAST(f.`to` AS DECIMAL(14, 2))
FROM fees f
  JOIN users u ON u.login = f.login
UNION ALL
SELECT CONCAT('p', p.id), u.login,
  CASE WHEN p.note LIKE 'BALANCESET:%' THEN 'correction' WHEN {_SUM} < 0 THEN 'charge' ELSE 'payment' END, p.date, NULL,
  CASE WHEN p.note LIKE 'BALANCESET:%' THEN {_BEFORE} - {_SUM} ELSE ABS({_SUM}) END
FROM payments p
  {_KNOWN}
WHERE (p.note IS NULL OR p.note NOT LIKE 'MOCK:%') AND (k.since IS NULL OR p.date >= k.since)
UNION ALL
SELECT CONCAT('c', p.id), u.login, 'correction', p.date, NULL, -{_SUM}
FROM paymentscorr p
  {_KNOWN}
WHERE k.since IS NULL OR p.date >= k.since"""

_CLIENTS: Final = f"""\
SELECT ct.contract AS contract, IF(cu.login IS NULL, 'individual', 'legal') AS type,
  COALESCE(cd.corpname, rn.realname, '') AS name, {_ADDRESS} AS address, COALESCE(ci.cityname, '') AS district,
  CONCAT_WS(';', NULLIF(ph.phone, ''), NULLIF(ph.mobile, '')) AS phones, COALESCE(em.email, '') AS email, '' AS login
FROM users u
  {_PLACES}
  LEFT JOIN phones ph ON ph.login = u.login
  LEFT JOIN emails em ON em.login = u.login
WHERE ct.contract <> ''"""

_QUESTIONS: Final = (
    Question(
        option="history",
        words=Words(
            ru="работает ли сборщик списаний: строки fees за последние 35 дней (нет — history: balance)",
            en="does the harvester of fees run: rows of fees in the last 35 days (none: history: balance)",
        ),
        query="SELECT COUNT(*) AS fees, MIN(date) AS since, MAX(date) AS until FROM fees"
        " WHERE date > DATE_SUB(NOW(), INTERVAL 35 DAY)",
    ),
    Question(
        option="down",
        words=Words(
            ru="отключённые вручную (Down): договор окончен, отключены за долг или приостановлены?",
            en="users that are Down: is the contract over, are they off because of debt, or paused?",
        ),
        query="SELECT Down, Passive, AlwaysOnline, COUNT(*) AS users FROM users GROUP BY Down, Passive, AlwaysOnline",
    ),
    Question(
        option="off_when_owing",
        words=Words(
            ru="ниже кредита: отключает ли их сам Stargazer (тогда отключать нечего)",
            en="below the credit: does Stargazer itself take them off the line (then there is nothing to cut off)",
        ),
        query="SELECT COUNT(*) AS users FROM users WHERE Cash < -GREATEST(Credit, 0)",
    ),
    Question(
        option="contract",
        words=Words(ru="логины без номера договора", en="logins without a contract number"),
        query="SELECT COUNT(*) AS users FROM users u LEFT JOIN contracts ct ON ct.login = u.login"
        " WHERE ct.contract IS NULL OR ct.contract = ''",
    ),
)
