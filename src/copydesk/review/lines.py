"""What the page of a record shows: its lines with their edits and facts, its story, its teasers, its decisions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.decisions import Decision, digest_of
from copydesk.document import STORY, Block, Label, Record
from copydesk.edits import inside, segments
from copydesk.explain import reason, sourced_facts
from copydesk.repair import NEEDED
from copydesk.report.parts import changed, cut, group_of
from copydesk.review.current import Current
from copydesk.story import story_parts

MAX_LINES: Final = 5_000
MAX_TEXT: Final = 20_000
"""Lines that are shown, and characters of each."""

MAX_FACT: Final = 120
"""Characters of a fact beside its line."""

_TAGS: Final = {"heading": "h3", "code": "pre", "quote": "blockquote"}
"""The elements of the parts of a story; a list item gets a bullet, any other part is a paragraph."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line that stays (`text`), or an edit: `before` and `after`, its rules and its number there."""

    text: str
    before: str = ""
    after: str = ""
    rules: str = ""
    number: int | None = None
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of the page.  `was` is its label in the output, if it is another one."""

    number: int
    label: str
    group: str
    parts: tuple[Part, ...]
    reason: str
    start: int
    end: int
    digest: str
    facts: tuple[tuple[str, str], ...]
    is_apart: bool
    is_story: bool
    was: str | None = None


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact: the numbers of the lines that it comes from, and the names of its other sources."""

    name: str
    value: str
    lines: tuple[int, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeaserShown:
    """A teaser as a card: its title, its text and what else it says."""

    position: int
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision in force: who made it, when, and what it says about which line."""

    id: str
    by: str
    at: str
    what: str
    text: str
    is_outdated: bool


def lines_of(now: Current) -> list[LineShown]:
    """The lines of a record as it would be."""
    article = now.cleaned.article
    raw = article.raw()
    beside: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for fact in facts_of(article):
        for number in fact.lines:
            beside[number].append((fact.name, fact.value))
    before = {(block.start, block.end): block.label for block in now.stored.article.blocks}
    gap = article.lead or ""
    found: list[LineShown] = []
    for number, block in enumerate(article.blocks[:MAX_LINES]):
        was = before.get((block.start, block.end))
        found.append(
            LineShown(
                number=number,
                label=str(block.label),
                group=group_of(block.label),
                parts=tuple(_parts(article, block)),
                reason=reason(block),
                start=block.start,
                end=block.end,
                digest=digest_of(raw[block.start : block.end]),
                facts=tuple(_beside(block.text, beside[number])),
                is_apart=len(f"|{gap}|".splitlines()) > 2,
                is_story=block.label in STORY,
                was=str(was) if was and was is not block.label else None,
            )
        )
        gap = block.gap
    return found


def _beside(text: str, facts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The facts of a line; the value is left out if the line shows it."""
    for name, value in facts:
        yield name, "" if value.partition(" | ")[0] in text else cut(value, MAX_FACT)


def _parts(article: Record, block: Block) -> Iterator[Part]:
    left = MAX_TEXT
    number = 0
    for same, edit in segments(block.text, block.start, inside(article.edits, block.start, block.end)):
        if same:
            yield Part(cut(same, left))
        left -= len(same)
        if left <= 0:
            return
        if edit:
            before, after = (changed(text, "", left).text for text in (edit.before, edit.after))
            yield Part("", before, after, ", ".join(edit.rules), number, not NEEDED.isdisjoint(edit.rules))
            number += 1


def facts_of(record: Record) -> list[FactShown]:
    """The facts of a record, with where they come from."""
    return [
        FactShown(
            name,
            cut(value, MAX_TEXT),
            tuple(one for one in sources if isinstance(one, int)),
            tuple(one for one in sources if isinstance(one, str)),
        )
        for name, value, sources in sourced_facts(record)
    ]


def story_of(article: Record) -> list[tuple[str, str]]:
    """(element, text) for each part of the story.  A row of a table has tabs between its cells."""
    return [
        (_TAGS.get(label, "li" if label is Label.LIST_ITEM else "p"), text)
        for label, text in story_parts(article.lead or "", article.blocks)
    ]


def teasers_of(now: Current) -> list[TeaserShown]:
    """The teasers, as cards.  Their lines are found by their places."""
    numbers = {block.start: number for number, block in enumerate(now.cleaned.article.blocks)}
    return [
        TeaserShown(
            teaser.position or 0,
            cut(teaser.metadata.title or "", MAX_TEXT),
            cut(teaser.text, MAX_TEXT),
            tuple((fact.name, fact.value) for fact in facts_of(teaser) if fact.name not in ("title", "language")),
            tuple(numbers[block.start] for block in teaser.blocks if block.start in numbers),
        )
        for teaser in now.cleaned.teasers[:MAX_LINES]
    ]


def decisions_of(now: Current) -> list[DecisionShown]:
    """The decisions in force, the last one first."""
    raw = now.cleaned.article.raw()
    return [
        DecisionShown(one.id, one.by, one.at, _said(one), cut(raw[one.start : one.end], MAX_FACT), one in now.outdated)
        for one in reversed(now.decided.decisions)
    ]


def _said(one: Decision) -> str:
    if one.edit:
        before, after = (changed(text, "", MAX_FACT).text for text in (one.edit.before, one.edit.after))
        return f"this edit is wrong: {before or 'nothing'} to {after or 'nothing'}"
    return f"this line is: {one.label or one.kind}"
