"""The section under which the story runs, and the topics that the page lists for it."""

import re

from copydesk.document import Label
from copydesk.labelling import Role
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines

_TAG_HEAD = re.compile(r"[^:]{2,20}:\s*|(?:filed under|posted in)\s+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;|\N{BULLET}\N{MIDDLE DOT}/]")


def section_of(lines: LabelledLines) -> Fact[str | None]:
    """The kicker right above the headline."""
    return next((lines.fact(n) for n, verdict in enumerate(lines.verdicts) if verdict.role is Role.SECTION), NOTHING)


def tags_of(lines: LabelledLines) -> tuple[Fact[str], ...]:
    """The topics, each once."""
    found: dict[str, Fact[str]] = {}
    for n in lines.places(Label.TAGS):
        if lines.verdicts[n].role is not Role.SECTION:
            for tag in _split(lines.facts[n].text):
                found.setdefault(tag, Fact(tag, (lines.numbers[n],)))
    return tuple(found.values())


def _split(line: str) -> list[str]:
    """The topics of a line of topics."""
    head = _TAG_HEAD.match(line)
    rest = line[head.end() :] if head else line
    tags = (tag.strip(" #*-") for tag in _SEPARATOR.split(rest))
    return [tag for tag in tags if tag]
