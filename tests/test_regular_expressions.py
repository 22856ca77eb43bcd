"""Every regular expression that ships takes time in proportion to its input, however hostile that is."""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeAlias

import pytest

import copydesk
from growth import MATTERS, grows_linearly

SIZE = 60_000
"""Characters of a hostile line."""

FIRST = 2_000
"""Characters of the lines that show which costs most."""

LINES = {
    "spaces": " ",
    "letters": "a",
    "capitals": "A",
    "digits": "1",
    "words": "word ",
    "names": "Jane Doe, ",
    "fused": "Netanyahurejected,then.",
    "commas": ",",
    "stops": ". ",
    "dashes": "- ",
    "hyphens": "-",
    "open": "(",
    "tags": "<a ",
    "declarations": "<meta charset=",
    "comments": "<!--",
    "addresses": "http://a.b/",
    "mail": "a@b.",
    "separators": " | ",
    "colons": "12:30:",
    "dates": "May 12, 2024 at ",
    "bylines": "By Jane Doe and ",
    "credits": "Photo: Jane Doe/AP ",
    "copyright": "\N{COPYRIGHT SIGN} 2024 ",
    "mojibake": "\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN}",
    "joined": "a\N{ZERO WIDTH JOINER}",
    "breaks": "\n",
    "tabs": "\t ",
    "quotes": "\"'",
    "markdown": "*_`[",
    "entities": "&amp;",
}


Pattern: TypeAlias = "re.Pattern[str] | re.Pattern[bytes]"


def _found(value: object, name: str, seen: set[int]) -> Iterator[tuple[str, Pattern]]:
    """The expressions in a module's value: itself, or what a list, a table or one of our objects holds."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _found(each, f"{name}[{key!s:.30}]", seen)
    elif isinstance(value, (tuple, list, frozenset, set)):
        for n, each in enumerate(value):
            yield from _found(each, f"{name}[{n}]", seen)
    elif type(value).__module__.startswith("copydesk") and hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from _found(getattr(value, field, None), f"{name}.{field}", seen)


@cache
def patterns() -> dict[str, tuple[Pattern, bool]]:
    """The expressions of all modules by their names, and whether each is looked for all along a text."""
    found: dict[str, tuple[Pattern, bool]] = {}
    seen: set[int] = set()
    for module in pkgutil.walk_packages(copydesk.__path__, "copydesk."):
        loaded = importlib.import_module(module.name)
        source = inspect.getsource(loaded)
        for name, value in vars(loaded).items():
            anchored = re.search(rf"\b{name}\.(?:full)?match\b", source)
            scanned = not anchored or re.search(rf"\b{name}\.(?:search|finditer|findall|sub|subn|split)\b", source)
            for where, pattern in _found(value, f"{module.name.removeprefix('copydesk.')}.{name}", seen):
                found[where] = (pattern, scanned is not None)
    return found


def find(pattern: Pattern, text: str, *, scanned: bool) -> None:
    subject = text.encode() if isinstance(pattern.pattern, bytes) else text
    if scanned:
        for _ in pattern.finditer(subject):  # type: ignore[arg-type]
            pass
    else:
        pattern.match(subject)  # type: ignore[arg-type]


def seconds(pattern: Pattern, text: str, *, scanned: bool) -> float:
    start = time.process_time()
    find(pattern, text, scanned=scanned)
    return time.process_time() - start


@pytest.mark.slow
def test_there_are_patterns_to_try() -> None:
    assert len(patterns()) > 100
    assert sum(scanned for _, scanned in patterns().values()) > 60


@pytest.mark.slow
def test_hostile_lines_take_linear_time() -> None:
    """Each expression on lines of every kind, and on the one that costs it most at full length."""
    wrong: list[str] = []
    for where, (pattern, scanned) in patterns().items():
        costs = {unit: seconds(pattern, line(unit, FIRST), scanned=scanned) for unit in LINES.values()}
        worst = max(costs, key=costs.__getitem__)
        whole = seconds(pattern, line(worst, SIZE), scanned=scanned)

        def work(size: int, pattern: Pattern = pattern, worst: str = worst, scanned: bool = scanned) -> None:
            find(pattern, line(worst, size), scanned=scanned)

        if whole > MATTERS and not grows_linearly(work, FIRST, SIZE):
            wrong.append(f"{where} on {worst!r}: {whole:.2f} s for {SIZE:,} characters")
    assert wrong == []


def line(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size] + "\N{SNOWMAN}"
