"""What counts lines sees what grows too fast."""

from __future__ import annotations

from tests.patterns.linear import is_linear


def test_a_loop_over_the_text_is_linear_and_a_loop_in_a_loop_is_not() -> None:
    def once(text: str) -> int:
        return sum(1 for _ in text)

    def squared(text: str) -> int:
        return sum(1 for number in range(0, len(text), 50) for _ in text[number:])

    assert is_linear(once, "а ")
    assert not is_linear(squared, "а ")
