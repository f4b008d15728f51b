"""What is read in labelled tickets, as counts: see README.md."""

from __future__ import annotations

import pytest

from tests.domain.texts.labelled import clients, load, measure, report

# Least precision and recall by kind, a little under what was measured.
LEAST = {
    "fresh": {
        "contracts": (0.98, 0.97),
        "phones": (0.99, 0.99),
        "addresses": (0.96, 0.94),
        "name": (0.98, 0.9),
        "type": (1, 0.98),
        "categories": (1, 0.95),
        "client": (1, 0.96),
    },
    "earlier": {
        "contracts": (1, 0.95),
        "phones": (1, 0.98),
        "addresses": (0.97, 0.95),
        "name": (0.93, 0.93),
        "type": (1, 0.91),
        "categories": (1, 0.9),
        "client": (1, 0.97),
    },
    "tuning": {
        "contracts": (1, 0.98),
        "phones": (0.99, 0.98),
        "addresses": (0.95, 0.92),
        "name": (0.99, 0.96),
        "type": (0.98, 0.86),
        "categories": (0.99, 0.98),
        "client": (1, 0.95),
    },
    "counted": {
        "contracts": (0.94, 0.91),
        "phones": (0.97, 0.98),
        "addresses": (0.94, 0.93),
        "name": (0.97, 0.95),
        "type": (0.94, 0.84),
        "categories": (0.99, 0.96),
        "client": (1, 0.93),
    },
    "opened": {
        "contracts": (0.99, 0.96),
        "phones": (0.99, 0.98),
        "addresses": (0.94, 0.92),
        "name": (0.99, 0.96),
        "type": (0.94, 0.82),
        "categories": (0.99, 0.97),
        "client": (1, 0.94),
    },
}
SMALLEST = {"fresh": 150, "earlier": 115, "tuning": 150, "counted": 150, "opened": 150}


@pytest.mark.parametrize("name", LEAST)
def test_labelled_tickets_are_read_as_well_as_was_measured(name: str) -> None:
    scores = measure(name, clients(name))
    print(report(name, scores))  # noqa: T201 - the figures are for people: run with -s
    short = {
        kind: (score.wrong, score.missed)
        for kind, score in scores.items()
        if score.precision < LEAST[name][kind][0] or score.recall < LEAST[name][kind][1]
    }
    assert short == {}


@pytest.mark.parametrize("name", SMALLEST)
def test_the_sets_are_large_and_no_label_stands_twice(name: str) -> None:
    ids = [one.id for one in load(name)]
    assert len(ids) == len(set(ids)) >= SMALLEST[name]
