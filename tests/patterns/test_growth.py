"""No pattern is worse than linear on what comes from outside: twice the text takes about twice the steps."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.depth import deep
from tests.patterns.every_pattern import FROM_THE_BEGINNING
from tests.patterns.pumps import longest_bound, samples
from tests.patterns.steps import Steps, TooManySteps

ROOT = Path(__file__).parents[2]
SIZE = 30  # characters, twice and three times that: what grows with the square shows
FEW = 24  # repetitions at least: more than a pattern of a few words spans
# Steps for one pattern, in all attacks on it. With 2,000,000 every attack is tried, which takes minutes.
PATIENCE = int(os.environ.get("OTRS_BRIDGE_PATTERN_STEPS", deep(60_000, 4_000)))
PARTS = 4  # of the patterns, for as many workers
MANY = 3_000_000  # steps: whoever needs so many for so little is not linear
SHARE = 0.1  # of the square


def growth(
    pattern: re.Pattern[Any], text: tuple[str, str, str], *, size: int, everywhere: bool, most: int = MANY
) -> tuple[float, int]:
    """How the steps grow besides in proportion, in squares of the text: nought where they are linear. And how many."""
    lead, pump, end = text
    rounds = max(FEW, size // len(pump))
    steps = []
    for times in (1, 2, 3):
        attack = lead + pump * (times * rounds) + end
        try:
            steps.append(Steps(pattern, attack, most).take(everywhere=everywhere))
        except TooManySteps:
            return float("inf"), most
    return (steps[2] - 2 * steps[1] + steps[0]) / (2 * (rounds * len(pump)) ** 2), sum(steps)


def attacks_on(pattern: re.Pattern[Any]) -> list[tuple[str, str, str]]:
    """What leads to a repetition of the pattern, what is repeated, and what ends it; always in the same order."""
    found = list(
        dict.fromkeys(
            (before, repeated, end)
            for lead, pump in samples(pattern)
            for before, repeated in ((lead, pump), ("", pump), ("", lead + pump), ("", lead))
            if repeated
            for end in ("\x00", "")
        )
    )
    random.Random(repr(pattern.pattern)).shuffle(found)
    return found


def worst(
    pattern: re.Pattern[Any], *, everywhere: bool, patience: int = PATIENCE, most: int = MANY
) -> tuple[float, str]:
    """The growth of the worst attack, and what it repeats; at least one is tried, and more while there is patience."""
    size = max(SIZE, longest_bound(pattern) + 10)
    found = (0.0, "")
    for one in attacks_on(pattern):
        if patience <= 0 or found[0] > SHARE:
            break
        grown, steps = growth(pattern, one, size=size, everywhere=everywhere, most=most)
        found = max(found, (grown, one[1]))
        patience -= steps
    return found


@pytest.mark.parametrize(
    ("bad", "everywhere"),
    [
        (r"<title[^>]*>(.*?)</title", True),
        (r"\w+@", True),
        (r"(a+)+$", False),
        (r"(?:a|aa)*!", False),
        (r"\s*\n\s*", True),
        (r".*,.*,.*;", False),
    ],
)
def test_what_grows_faster_is_found(bad: str, everywhere: bool) -> None:
    assert worst(re.compile(bad, re.DOTALL), everywhere=everywhere, most=100_000)[0] > SHARE


@pytest.mark.parametrize("good", [r"(?<!\w)\w+@", r"\w{1,20}@", r"[a-z]+", r"a(?:b|c)*d", r"\d{4}-\d\d", "x*y?"])
def test_what_grows_with_the_text_is_let_through(good: str) -> None:
    assert worst(re.compile(good), everywhere=True)[0] < SHARE


@pytest.fixture(scope="module")
def every_pattern() -> list[str]:
    """Each pattern of the product, as JSON."""
    listed = [sys.executable, "-m", "tests.patterns.every_pattern"]
    return subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_pattern_takes_twice_the_steps_for_twice_the_text(every_pattern: list[str], part: int) -> None:
    listed = every_pattern[part::PARTS]
    assert len(listed) > 100 / PARTS
    slow: dict[str, tuple[float, str]] = {}

    def try_all() -> None:
        for line in map(json.loads, listed):
            pattern = re.compile(line["pattern"].encode("latin-1") if line["bytes"] else line["pattern"], line["flags"])
            found = worst(pattern, everywhere=not set(line["uses"]) <= FROM_THE_BEGINNING)
            if found[0] > SHARE:
                slow[f"{line['where']}: {line['pattern'][:120]} {line['uses']}"] = found

    before = threading.stack_size(256 << 20), sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)  # a pattern goes as deep as its text is long
    thread = threading.Thread(target=try_all)
    thread.start()
    thread.join()
    threading.stack_size(before[0])
    sys.setrecursionlimit(before[1])
    assert slow == {}
