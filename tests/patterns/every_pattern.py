"""Every pattern that the product compiles when it is imported, and how it is used. Run as a program, it prints them.

A process of its own: `re.compile` has to be watched from the first import on.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGES = ("otrs_bridge", "rules", "jobs")
NOT_OURS_TO_READ = ("sandbox", "migrations")  # the stand-in reads what tests send it
FROM_THE_BEGINNING = {"match", "fullmatch"}
_USES = {*FROM_THE_BEGINNING, "search", "finditer", "findall", "sub", "subn", "split"}


def main() -> None:
    """Print a JSON object a line."""
    made: dict[tuple[Any, int], str] = {}
    compiled = re.compile

    def noted(pattern: Any, flags: Any = 0) -> re.Pattern[Any]:
        found = compiled(pattern, flags)
        module = str(sys._getframe(1).f_globals.get("__name__", ""))
        if module.partition(".")[0] in PACKAGES and not any(part in module for part in NOT_OURS_TO_READ):
            made.setdefault((found.pattern, found.flags), module)
        return found

    re.compile = noted  # in this process only
    used: dict[tuple[Any, int], set[str]] = {}
    for module in _modules():
        for pattern, how in _named(module):
            used.setdefault((pattern.pattern, pattern.flags), set()).update(how)
    for (pattern, flags), where in made.items():
        how = used.get((pattern, flags)) or {"search"}
        text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
        line = {
            "where": where,
            "pattern": text,
            "bytes": isinstance(pattern, bytes),
            "flags": flags,
            "uses": sorted(how),
        }
        sys.stdout.write(f"{json.dumps(line)}\n")


def _modules() -> Iterator[ModuleType]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not any(part in found.name for part in NOT_OURS_TO_READ):
                yield importlib.import_module(found.name)


def _named(module: ModuleType) -> Iterator[tuple[re.Pattern[Any], set[str]]]:
    """The patterns that stand under a name of their own, and the methods that are called on that name."""
    uses: dict[str, set[str]] = {}
    handed_on: set[str] = set()
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _USES:
            uses.setdefault(node.value.id, set()).add(node.attr)
        elif isinstance(node, ast.Call | ast.Tuple | ast.List | ast.Dict):
            handed_on |= {one.id for one in ast.iter_child_nodes(node) if isinstance(one, ast.Name)}
    for name, value in vars(module).items():
        if isinstance(value, re.Pattern):
            yield value, uses.get(name, set()) | ({"search"} if name in handed_on else set())


if __name__ == "__main__":
    main()
