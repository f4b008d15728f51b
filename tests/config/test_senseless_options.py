"""Options of rules that every key allows for itself and that make no sense: refused, each by its key, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.config import load
from otrs_bridge.errors import ConfigMistake
from otrs_bridge.words import Words
from rules import RULES
from tests.config.made_up import LEAST, written

REFUSED = {
    "a placeholder with an address that is none": (
        'rules: {customer: {address: "не адрес"}}',
        "config.yaml:5: rules.customer.address must be an e-mail address, test@mtel.ru",
    ),
    "a placeholder with two addresses": (
        'rules: {customer: {address: "a@isp.ru, b@isp.ru"}}',
        "config.yaml:5: rules.customer.address must be an e-mail address, test@mtel.ru",
    ),
    "a placeholder with an address that would not fit": (
        f"rules: {{customer: {{address: {'а' * 90}@{'б' * 60}.ru}}}}",
        "config.yaml:5: rules.customer.address must be an e-mail address, test@mtel.ru",
    ),
    "a state that stands for itself by a detour": (
        "rules: {state: {by_name: {open: waiting, waiting: open}}}",
        "config.yaml:5: rules.state.by_name.open leads to “waiting”, which the bridge would change again at once; "
        "give this rule's open or closed",
    ),
    "a state that another rule of the list takes on": (
        "rules:\n  state:\n    by_name: {parked: waiting,\n      waiting: open}",
        "config.yaml:7: rules.state.by_name.parked leads to “waiting”, which",
    ),
    "a state that its type takes on": (
        "rules: {state: {by_name: {parked: pending reminder}}}",
        "config.yaml:5: rules.state.by_name.parked leads to “pending reminder”, which",
    ),
    "one state for what is open and what is closed": (
        "rules: {state: {open: closed, closed: closed}}",
        "config.yaml:5: rules.state.open is the same state as closed",
    ),
    "a priority of companies that is not in the order": (
        "rules: {priority: {legal: 9 mega}}",
        "config.yaml:5: rules.priority.legal is not in this rule's order: 1 very low, 2 low, 3 normal, 4 high",
    ),
    "a highest priority of individuals that is not in the order": (
        "rules: {priority: {order: [4 high, 5 very high]}}",
        "config.yaml:5: rules.priority.individual_at_most is not in this rule's order: 4 high, 5 very high",
    ),
    "a priority that stands in the order twice": (
        "rules: {priority: {order: [3 normal, 4 high, 3 normal]}}",
        "config.yaml:5: rules.priority.order[2] stands in the list twice",
    ),
    "a contact of our own that would be everybody's": (
        "rules: {customer: {own: ['@isp.ru', '*']}}",
        "config.yaml:5: rules.customer.own[1] must be a whole phone, address, contract or e-mail",
    ),
    "a contact of our own that is empty": (
        "rules: {customer: {own: ['']}}",
        "config.yaml:5: rules.customer.own[0] must be a whole phone",
    ),
    "a number that would be written where the contract is read": (
        "fields: {short_number: Contract, contract: Contract}",
        "config.yaml:5: fields.short_number is Contract, like fields.contract: what the bridge writes there, it would "
        "read as contract; give another field",
    ),
    "a key of jobs that would be read as an address": (
        "fields: {address: BridgeKey}",
        "config.yaml:5: fields.bridge_key is BridgeKey, like fields.address",
    ),
    "a category that would be overwritten by a rule while its own is off": (
        "fields: {district: Area, category: Area}\nrules: {category: off}",
        "config.yaml:5: fields.district is Area, like fields.category",
    ),
}

ACCEPTED = {
    "an address of one's own": "rules: {customer: {address: nobody@isp-1.example.ru}}",
    "priorities of one's own": (
        "rules: {priority: {order: [обычный, срочный], legal: срочный, individual_at_most: обычный}}"
    ),
    "contacts of every kind": "rules: {customer: {own: ['@isp.ru', 'ул. Главная, 1', 700-00-00, 'Ф-1000', 'Пётр Лазарев']}}",
    "states that become one of the two": "rules: {state: {by_name: {parked: open, spam: closed successful}}}",
    "a state that is left as it is, and one that becomes it": (
        "rules: {state: {by_name: {parked: parked, waiting: parked}}}"
    ),
    "other names for the two states": "rules: {state: {open: в работе, by_name: {open: в работе}}}",
    "one field that is read for everything": "fields: {contract: Client, address: Client, phone: Client}",
    "a field that nobody writes while its rule is off": (
        "fields: {short_number: Contract, contract: Contract}\nrules: {short_number: off}"
    ),
}


def refusal(folder: Path, text: str) -> tuple[Words, ...]:
    with pytest.raises(ConfigMistake) as caught:
        load(written(folder, f"{LEAST}{text}\n"), RULES, {})
    return caught.value.mistakes


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_makes_no_sense_is_refused_by_its_key(text: str, said: str, tmp_path: Path) -> None:
    first = refusal(tmp_path, text)[0]
    assert first.en.startswith(said)
    assert first.ru.partition(": ")[0] == first.en.partition(": ")[0]
    assert any("а" <= letter <= "я" for letter in first.ru)


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_makes_sense_is_accepted(text: str, tmp_path: Path) -> None:
    assert load(written(tmp_path, f"{LEAST}{text}\n"), RULES, {}).active_rules


def test_every_state_of_a_circle_is_named(tmp_path: Path) -> None:
    text = "rules: {state: {by_name: {open: waiting, waiting: open, spam: closed successful}}}"
    keys = [one.en.split()[1] for one in refusal(tmp_path, text)]
    assert keys == ["rules.state.by_name.open", "rules.state.by_name.waiting"]
