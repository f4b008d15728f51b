"""ABillS: money belongs to bills, and a company's users share one. Its prepaid tariffs charge only who can pay, and block.

One account is one bill with at least one line of internet. What lines of a bill have in common decides: it is paused, off or
over when all of them are. Fees with parts of a kopeck (charged by the day) are added up by month, for rounding each of them
would drift away from the balance; what the months drift by all together is a correction of some kopecks.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Final, Literal

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.words import Words

_A_DATE: Final = "> '1970-01-02'"  # no date is written as zeros, which strict servers do not let us compare with


@dataclass(frozen=True, kw_only=True, slots=True)
class AbillsOptions:
    """What differs from operator to operator: `off_for_debt` and `paused` are statuses of a line, `disabled` is what a line
    or a user that is switched off by hand is, `own_periods` whether a line with a day of activation is charged from then on.
    """

    service: Literal["internet", "telephony"] = "internet"
    off_for_debt: tuple[int, ...] = (4, 5)
    paused: tuple[int, ...] = (2, 3, 6)
    disabled: Literal["ended", "suspended", "frozen"] = "ended"
    own_periods: bool = True


def abills(options: AbillsOptions) -> BillingMap:
    """The map."""
    return BillingMap(
        name="abills",
        title="ABillS",
        fits=Words(
            ru="версии с модулем Internet (таблица internet_main), 0.78 и новее, MariaDB и MySQL",
            en="versions with the module Internet (table internet_main), 0.78 and later, on MariaDB and MySQL",
        ),
        compared=Words(
            ru="имена и типы таблиц сверены с открытой установочной схемой (db/abills.sql) от 22 ноября 2025 года",
            en="names and types of the tables were compared with the public installation schema (db/abills.sql) of"
            " 22 November 2025",
        ),
        marks={
            "bills": ("id", "deposit"),
            "users": ("uid", "bill_id", "company_id", "credit", "credit_date", "disable", "deleted", "reduction"),
            "users_pi": ("uid", "fio", "contract_id", "contract_sufix", "location_id"),
            "companies": ("id", "name", "bill_id", "contract_id", "contract_sufix", "credit", "credit_date", "disable"),
            "internet_main": ("uid", "tp_id", "disable", "personal_tp", "activate", "expire", "registration"),
            "tarif_plans": ("tp_id", "month_fee", "day_fee", "reduction_fee", "credit", "period_alignment"),
            "fees": ("id", "bill_id", "sum", "date", "reg_date"),
            "payments": ("id", "bill_id", "sum", "date", "reg_date"),
        },
        versions={
            "users_pi.fio3": Words(ru="0.83 или новее", en="0.83 or later"),
            "internet_main": Words(ru="0.78–0.82", en="0.78 to 0.82"),
            "dv_main": Words(
                ru="старше 0.78: линии в dv_main, эта карта не подходит",
                en="before 0.78: lines are in dv_main, which this map does not fit",
            ),
        },
        accounts=_accounts(options),
        entries=_entries(),
        as_of="SELECT UNIX_TIMESTAMP()",
        clients=_CLIENTS,
        questions=_QUESTIONS,
    )


_LINES: Final = """\
internet_main i
  JOIN users u ON u.uid = i.uid
  LEFT JOIN companies c ON u.company_id > 0 AND c.id = u.company_id"""

_OWN_CREDIT: Final = "(c.id IS NULL OR u.credit > 0)"  # the company's is for those of its users who have none
_BILL: Final = "IF(c.id IS NULL, u.bill_id, c.bill_id)"
_ADDRESS: Final = """\
CONCAT_WS(', ', NULLIF(COALESCE(s.name, pi.address_street), ''), NULLIF(COALESCE(bd.number, pi.address_build), ''),
      IF(pi.address_flat = '', NULL, CONCAT('кв. ', pi.address_flat)))"""
_PLACES: Final = """\
LEFT JOIN users_pi pi ON pi.uid = u.uid
  LEFT JOIN builds bd ON bd.id = pi.location_id
  LEFT JOIN streets s ON s.id = bd.street_id
  LEFT JOIN districts d ON d.id = s.district_id"""


def _listed(statuses: tuple[int, ...]) -> str:
    return ", ".join(map(str, statuses)) or "-1"


def _states(options: AbillsOptions) -> str:
    """Whether a line is over, paused, off because of debt: each 0 or 1."""
    by_hand = "(i.disable = 1 OR u.disable = 1 OR COALESCE(c.disable, 0) = 1)"
    over, paused, off = (
        f"i.disable IN ({_listed(statuses)})" for statuses in ((), options.paused, options.off_for_debt)
    )
    over = f"u.deleted = 1 OR (i.expire {_A_DATE} AND i.expire <= CURDATE())"
    match options.disabled:
        case "ended":
            over = f"{over} OR {by_hand}"
        case "frozen":
            paused = f"{paused} OR {by_hand}"
        case "suspended":
            off = f"{off} OR {by_hand}"
    return f"({over}) AS is_over, ({paused}) AS is_paused, ({off}) AS is_off"


def _accounts(options: AbillsOptions) -> str:
    own = f"i.activate {_A_DATE} AND tp.period_alignment = 0" if options.own_periods else "FALSE"
    return dedent(f"""\
        SELECT b.id AS account, MAX(l.contract) AS contract, '{options.service}' AS service,
          MAX(l.name) AS name, MAX(l.type) AS type, MAX(l.address) AS address, MAX(l.district) AS district,
          IF(MAX(l.is_live AND l.no_fee), NULL, CAST(SUM(IF(l.is_live, l.fee, 0)) AS DECIMAL(14, 2))) AS fee,
          MIN(IF(l.is_over, NULL, l.starts)) AS starts,
          MIN(l.is_over) AS ended,
          MIN(l.is_over OR l.is_paused) AS frozen,
          MIN(l.is_over OR l.is_paused OR l.is_off) * MAX(l.is_off AND NOT l.is_over) AS suspended,
          CAST(b.deposit AS DECIMAL(14, 2)) AS balance,
          CAST(IF(MAX(l.credit) > 0, MAX(l.credit), MAX(l.tariff_credit)) AS DECIMAL(14, 2)) AS credit,
          IF(MAX(l.credit > 0 AND l.credit_until IS NULL), NULL, MAX(IF(l.credit > 0, l.credit_until, NULL))) AS credit_until
        FROM bills b
        JOIN (
          SELECT x.*, NOT (x.is_over OR x.is_paused) AS is_live FROM (
            SELECT {_BILL} AS bill_id, {_states(options)},
              IF(c.id IS NULL, CONCAT(pi.contract_sufix, pi.contract_id),
                 CONCAT(c.contract_sufix, c.contract_id)) AS contract,
              IF(c.id IS NULL, TRIM(CONCAT_WS(' ', pi.fio, NULLIF(pi.fio2, ''), NULLIF(pi.fio3, ''))), c.name) AS name,
              IF(c.id IS NULL, 'individual', 'legal') AS type,
              {_ADDRESS} AS address, d.name AS district,
              IF(i.personal_tp > 0, i.personal_tp, COALESCE(tp.month_fee, 0))
                * IF(tp.reduction_fee = 1 AND u.reduction > 0
                     AND (u.reduction_date < '1970-01-02' OR u.reduction_date >= CURDATE()),
                     1 - u.reduction / 100, 1) AS fee,
              (COALESCE(tp.day_fee, 0) > 0 OR {own}) AS no_fee,
              IF(i.activate {_A_DATE}, i.activate, IF(i.registration {_A_DATE}, i.registration, NULL)) AS starts,
              IF({_OWN_CREDIT}, u.credit, c.credit) AS credit, COALESCE(tp.credit, 0) AS tariff_credit,
              IF(IF({_OWN_CREDIT}, u.credit_date, c.credit_date) {_A_DATE},
                 DATE_SUB(IF({_OWN_CREDIT}, u.credit_date, c.credit_date), INTERVAL 1 DAY), NULL) AS credit_until
            FROM {_LINES}
              LEFT JOIN tarif_plans tp ON tp.tp_id = i.tp_id
              {_PLACES}
          ) x
        ) l ON l.bill_id = b.id
        GROUP BY b.id, b.deposit""")


def _entries() -> str:
    ours = f"IN (SELECT {_BILL} FROM {_LINES})"
    months = (
        "SELECT f.bill_id, EXTRACT(YEAR_MONTH FROM f.date) AS month, MAX(f.date) AS until, MAX(f.reg_date) AS posted,"
        f" SUM(f.sum) AS sum FROM fees f WHERE f.bill_id {ours} AND f.sum <> ROUND(f.sum, 2)"
        " GROUP BY f.bill_id, EXTRACT(YEAR_MONTH FROM f.date)"
    )
    return dedent(f"""\
        SELECT CONCAT('f', f.id) AS id, f.bill_id AS account, IF(f.sum < 0, 'correction', 'charge') AS kind,
          f.date AS dated, f.reg_date AS posted, CAST(f.sum AS DECIMAL(14, 2)) AS amount
        FROM fees f
        WHERE f.bill_id {ours} AND f.sum = ROUND(f.sum, 2)
        UNION ALL
        SELECT CONCAT('d', m.bill_id, '-', m.month), m.bill_id, IF(m.sum < 0, 'correction', 'charge'),
          TIMESTAMP(LAST_DAY(m.until)), m.posted, CAST(m.sum AS DECIMAL(14, 2))
        FROM ({months}) m
        UNION ALL
        SELECT CONCAT('r', m.bill_id), m.bill_id, 'correction', MAX(m.until), MAX(m.posted),
          CAST(SUM(m.sum) - SUM(CAST(m.sum AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS drift
        FROM ({months}) m
        GROUP BY m.bill_id
        HAVING drift <> 0
        UNION ALL
        SELECT CONCAT('p', p.id), p.bill_id, IF(p.sum < 0, 'correction', 'payment'),
          p.date, p.reg_date, CAST(ABS(p.sum) AS DECIMAL(14, 2))
        FROM payments p
        WHERE p.bill_id {ours}""")


_CLIENTS: Final = f"""\
SELECT CONCAT(pi.contract_sufix, pi.contract_id) AS contract, 'individual' AS type,
  TRIM(CONCAT_WS(' ', pi.fio, NULLIF(pi.fio2, ''), NULLIF(pi.fio3, ''))) AS name,
  {_ADDRESS} AS address,
  COALESCE(d.name, '') AS district, pi.phone AS phones, pi.email AS email, '' AS login
FROM users u
  {_PLACES}
WHERE u.deleted = 0 AND u.company_id = 0 AND pi.contract_id <> ''
UNION ALL
SELECT CONCAT(c.contract_sufix, c.contract_id), 'legal', c.name, c.address, '', c.phone, c.email, ''
FROM companies c
WHERE c.contract_id <> ''"""

_QUESTIONS: Final = (
    Question(
        option="billing.charges: when covered",
        words=Words(
            ru="включённые линии без списаний в этом месяце: с неплательщиков ABillS не списывает, а блокирует их",
            en="lines that are on, with no fee this month yet: who cannot pay is blocked, and charged nothing",
        ),
        query=f"SELECT COUNT(*) AS `lines` FROM {_LINES} WHERE i.disable = 0 AND u.disable = 0 AND u.deleted = 0 AND {_BILL}"
        " NOT IN (SELECT bill_id FROM fees WHERE date >= DATE_SUB(CURDATE(), INTERVAL DAYOFMONTH(CURDATE()) - 1 DAY))",
    ),
    Question(
        option="off_for_debt, paused",
        words=Words(
            ru="состояния линий: какие отключены за долг, какие приостановлены клиентом",
            en="the statuses of lines: which are off because of debt, which are paused by the client",
        ),
        query="SELECT i.disable AS status, st.name AS name, COUNT(*) AS `lines` FROM internet_main i"
        " LEFT JOIN service_status st ON st.id = i.disable GROUP BY i.disable, st.name ORDER BY i.disable",
    ),
    Question(
        option="disabled",
        words=Words(
            ru="клиенты, отключённые вручную: договор окончен, отключены за долг или приостановлены?",
            en="users switched off by hand: is the contract over, are they off because of debt, or paused?",
        ),
        query="SELECT disable, deleted, COUNT(*) AS users FROM users GROUP BY disable, deleted",
    ),
    Question(
        option="own_periods",
        words=Words(
            ru="линии с датой активации: списывается ли плата с этого дня (тогда плата на 1-е не предполагается)",
            en="lines with a day of activation: are they charged from that day on (then no fee is presumed on a 1st)",
        ),
        query=f"SELECT SUM(activate {_A_DATE}) AS `with_a_day`, COUNT(*) AS `lines` FROM internet_main",
    ),
    Question(
        option="service",
        words=Words(
            ru="счёт один на все услуги: какие списания (method) с него идут, кроме интернета",
            en="a bill pays for all services: which fees (method) besides internet are taken from it",
        ),
        query="SELECT method, COUNT(*) AS fees, CAST(SUM(sum) AS DECIMAL(14, 2)) AS roubles FROM fees"
        " WHERE date > DATE_SUB(NOW(), INTERVAL 60 DAY) GROUP BY method ORDER BY method",
    ),
    Question(
        option="contract",
        words=Words(
            ru="линии без номера договора или без счёта", en="lines without a contract number, or without a bill"
        ),
        query=f"SELECT SUM(IF(c.id IS NULL, COALESCE(pi.contract_id, ''), c.contract_id) = '') AS without_contract,"
        f" SUM({_BILL} = 0) AS without_bill FROM {_LINES} LEFT JOIN users_pi pi ON pi.uid = u.uid",
    ),
)
