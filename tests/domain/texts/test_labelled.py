"""What is read in labelled tickets, as counts. Nobody tunes on the opened-once set: see README.md for its first figures."""

from __future__ import annotations

import pytest

from tests.domain.texts.labelled import clients, load, measure, report

# Least precision and recall by kind, a little under what was measured.
LEAST = {
    "tuning": {
        "contracts": (1, 1),
        "phones": (1, 1),
        "addresses": (1, 0.95),
        "name": (0.96, 0.96),
        "type": (1, 0.95),
        "categories": (1, 0.87),
        "client": (1, 1),
    },
    "opened_once": {
        "contracts": (0.95, 0.9),
        "phones": (0.95, 0.9),
        "addresses": (0.88, 0.88),
        "name": (0.9, 0.9),
        "type": (0.97, 0.85),
        "categories": (0.98, 0.85),
        "client": (0.95, 0.9),
    },
}
SMALLEST = {"tuning": 40, "opened_once": 75}


@pytest.mark.parametrize("name", LEAST)
def test_labelled_tickets_are_read_as_well_as_was_measured(name: str) -> None:
    scores = measure(name, clients())
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
