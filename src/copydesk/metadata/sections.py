"""The section under which the story runs, and the topics that the page lists for it."""

import re

from copydesk.document import Label
from copydesk.labelling import Role
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import sections

_TAG_HEAD = re.compile(r"[^:]{2,20}:\s*|(?:filed under|posted in)\s+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;|\N{BULLET}\N{MIDDLE DOT}/]")


def section_of(lines: LabelledLines) -> Fact[str | None]:
    """The section above the headline: the kicker, or the last of the breadcrumbs."""
    at = next((n for n, verdict in enumerate(lines.verdicts) if verdict.role is Role.SECTION), None)
    if at is None:
        return NOTHING
    title = lines.first(Label.TITLE)
    headline = "" if title is None else lines.facts[title].folded
    known = {facts.folded for facts in lines.facts}
    text = lines.facts[at].text
    return Fact(sections.crumbs(text, headline, known) or text, (lines.numbers[at],))


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
