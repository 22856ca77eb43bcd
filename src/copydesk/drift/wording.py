"""A source that has changed, in a sentence."""

from dataclasses import dataclass
from typing import Final

from copydesk.drift.compare import LANGUAGE, TEMPLATE, TITLE, Change

MAX_LINES: Final = 3
"""New lines that a sentence quotes."""

MAX_QUOTED: Final = 80
"""Characters of a line that a sentence quotes."""

_SHARES: Final = {
    "rejected": "rejected",
    "story": "story found on",
    TITLE: "title found on",
    "date": "date found on",
    "authors": "authors found on",
    "cut": "story cut off on",
    TEMPLATE: "usual lines on",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """A source that has changed: the run that found it, what has changed, and lines that are new on every page."""

    source: str
    run: int
    changes: tuple[Change, ...]
    lines: tuple[str, ...] = ()


def sentence(drift: Drift) -> str:
    """What has changed: "example.org: story found on 12 of 140 pages, was 138 of 140; new on every page: 'Log in'"."""
    parts = [f"{drift.source}: {', '.join(_change(one) for one in drift.changes)}"]
    if drift.lines:
        parts.append(f"new on every page: {', '.join(_quoted(line) for line in drift.lines[:MAX_LINES])}")
    return "; ".join(parts)


def _change(one: Change) -> str:
    if one.figure == "words":
        return f"story of {one.count:,.0f} words (median), was {one.count_before:,.0f}"
    if one.figure == "confidence":
        return f"confidence {one.count:.2f} (median), was {one.count_before:.2f}"
    if one.figure == "met":
        return f"memory met {one.count:.0%} of the lines (median), was {one.count_before:.0%}"
    what = f"language {one.detail} on" if one.figure == LANGUAGE else _SHARES[one.figure]
    return f"{what} {one.count:,.0f} of {one.of:,} pages, was {one.count_before:,.0f} of {one.of_before:,}"


def _quoted(line: str) -> str:
    shown = line if len(line) <= MAX_QUOTED else f"{line[: MAX_QUOTED - 3]}..."
    return f"'{shown}'"
