"""The one door to the screen: whatever a command prints passes here, and what nobody may see in it becomes a mark.

The linter holds it: no other file of the commands prints, or makes a rich Text of its own.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Self

from rich.console import Console
from rich.style import Style
from rich.text import Text as RichText

from otrs_bridge.domain.texts.visible import visible, visible_data, visible_lines


class Text(RichText):
    """A rich Text on one line; made visible before rich drops control characters without a word."""

    def __init__(self, text: str = "", style: str | Style = "", **options: Any) -> None:
        super().__init__(visible(text), style, **options)

    def append(self, text: RichText | str, style: str | Style | None = None) -> Self:
        """Add more, in a style of its own."""
        super().append(visible(text) if isinstance(text, str) else text, style)
        return self


class _Screen(Console):
    """Plain strings are taken as they are: no markup, and no `:name:` of an emoji."""

    def render_str(self, text: str, **options: Any) -> RichText:
        """As rich does it for every string that is printed."""
        return super().render_str(visible(text), **options)


def console() -> Console:
    """Standard output; wide enough that a pipe never breaks a line."""
    return _Screen(highlight=False, soft_wrap=True, markup=False, emoji=False)


def say(text: str, *, err: bool = False) -> None:
    """Print sentences, on several lines if they have them."""
    print(visible_lines(text).removesuffix("\n"), file=sys.stderr if err else sys.stdout)


def print_object(value: object, *, now: bool = False) -> None:
    """One line of JSON; `now`: somebody waits for it while the next takes its time."""
    print(json.dumps(visible_data(value), ensure_ascii=False), flush=now)
