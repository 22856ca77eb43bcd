"""Section and topics that a page's markup states, each checked against what the page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.document import STORY, Label
from copydesk.dump import BREADCRUMB, Stated
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines, Page
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class StatedThresholds:
    """Where the page must show what it states.  Set with `python -m bench.facts`, November 2026."""

    lines_above: int = 4
    """Lines above the headline, down to the story, where the page shows its section."""

    topic_lines_above: int = 6
    """Lines above the headline from which on a line may show a topic of the story, not one of the menu."""

    topic_lines_below: int = 25
    """The same for lines below the story."""

    share_seen: float = 0.25
    """Keywords count only if the page shows more than this share of them: single ones may be in a menu."""

    max_unseen: int = 10
    """Topics that count although the page does not show them; a longer list is for search engines."""


THRESHOLDS: Final = StatedThresholds()

UNSEEN: Final = ("page:article:tag", "container:")
"""How the sources of topics begin that count although nothing shows them: a page's tags of its story, and those of an
entry of a feed."""

TAG_LINK: Final = "page:rel=tag"

MIN_TOPICS: Final = 2
MAX_OTHER_WORDS: Final = 3
MAX_TOPIC_WORDS: Final = 60
"""A line of topics has this many of them or more, so many other words ("Read more about"), so many words in all."""

EVERYTHING: Final = frozenset(map(fold, VOCABULARY.stated_section.everything))
"""Names of the section of all stories, folded."""


def section_of(page: Page, shown: Fact[str | None]) -> Fact[str | None]:
    """The section that the page states; else the kicker, which is `shown`.

    1. the one that the kicker repeats
    2. the one that a line right above the headline or above the story shows
    3. the end of a breadcrumb
    4. the kicker
    5. one that nothing shows, if it is written as a name: "public-service" is for machines
    """
    stated = {fold(one.value): one for one in page.given.stated_sections}
    kicker = fold(shown.value or "")
    if kicker in stated:
        return Fact(shown.value, (*shown.sources, stated[kicker].source))
    if not stated:
        return shown
    lines = page.labelled
    seen = {lines.facts[n].folded: n for n in reversed(_beside_headline(lines))}
    beside = (name for name in stated if name in seen and not (shown.value and name in EVERYTHING))
    if name := next(beside, None):
        return Fact(
            _as_name(stated[name].value, lines.facts[seen[name]].text), (lines.numbers[seen[name]], stated[name].source)
        )
    named = [one for name, one in stated.items() if name not in EVERYTHING]
    crumb = next((Fact(one.value, (one.source,)) for one in named if one.source == BREADCRUMB), NOTHING)
    if crumb.value or shown.value:
        return crumb if crumb.value else shown
    return next((Fact(one.value, (one.source,)) for one in named if one.value != one.value.lower()), NOTHING)


def _as_name(stated: str, line: str) -> str:
    """A stated value, written as in the line that shows it if it is stated in lower case only."""
    return line.strip(f" #{SEPARATORS}") if stated == stated.lower() else stated


def _beside_headline(lines: LabelledLines) -> range:
    """The lines from a few above the headline to the first paragraph of the story."""
    story = lines.first(Label.PARAGRAPH)
    end = len(lines.facts) if story is None else story
    title = lines.first(Label.TITLE)
    at = end if title is None else title
    return range(max(0, at - THRESHOLDS.lines_above), max(at, end))


def tags_of(page: Page, shown: tuple[Fact[str], ...]) -> tuple[Fact[str], ...]:
    """The topics of the story, from the first of these that has some.

    1. those that the page states and shows: as a line near the story, or in a line of topics
    2. those that it states as `article:tag`, or its entry in a feed, if they are few
    3. those that lines show
    4. keywords that the story mentions, if it mentions most of them and they are few
    """
    given = page.given
    if not given.stated_tags and not given.stated_keywords:
        return shown
    around = _lines_near_story(page.labelled)
    near = [n for n in around if page.labelled.labels[n] is not Label.NAVIGATION]
    words = _seen(page.labelled, near, given.stated_keywords)
    is_chance = len(words) < min(2, len(given.stated_keywords)) or (
        len(words) <= THRESHOLDS.share_seen * len(given.stated_keywords)
    )
    links = [one for one in given.stated_tags if one.source == TAG_LINK]  # a line of links may look like a menu
    both = _seen(page.labelled, near, given.stated_tags) | _seen(page.labelled, around, links)
    both |= {} if is_chance else words
    if both:
        return tuple(both.values())
    unseen = [Fact(one.value, (one.source,)) for one in given.stated_tags if one.source.startswith(UNSEEN)]
    if 0 < len(unseen) <= THRESHOLDS.max_unseen:
        return tuple(unseen)
    return shown or _mentioned(page, given.stated_keywords)


def _lines_near_story(lines: LabelledLines) -> list[int]:
    """The lines around the story and between its paragraphs that may show a topic."""
    story = lines.places(*STORY)
    title = lines.first(Label.TITLE)
    first = title if title is not None else story[0] if story else 0
    last = story[-1] if story else len(lines.facts)
    near = range(
        max(0, first - THRESHOLDS.topic_lines_above), min(len(lines.facts), last + THRESHOLDS.topic_lines_below)
    )
    return [n for n in near if lines.labels[n] is not Label.TITLE]


def _seen(lines: LabelledLines, near: Iterable[int], stated: Sequence[Stated]) -> dict[str, Fact[str]]:
    """The stated topics that lines show: alone, in a line of topics, or in a line that shows hardly anything else."""
    names = {name: one for one in stated if (name := fold(one.value))}
    found: dict[str, Fact[str]] = {}
    for n in near if names else ():
        folded = lines.facts[n].folded
        if folded in names:
            inside = [folded]
        elif lines.facts[n].words > MAX_TOPIC_WORDS or lines.labels[n] in STORY:
            continue
        else:
            inside = [name for name in names if f" {name} " in f" {folded} "]
            rest = set(folded.split()).difference(*(name.split() for name in inside))
            is_list = len(inside) >= MIN_TOPICS and len(rest) <= MAX_OTHER_WORDS
            if lines.labels[n] is not Label.TAGS and not is_list:
                continue
        for name in inside:
            value = names[name].value
            spelled = _as_name(value, lines.facts[n].text) if name == folded else value
            found.setdefault(name, Fact(spelled, (lines.numbers[n], names[name].source)))
    return {name: found[name] for name in names if name in found}


def _mentioned(page: Page, keywords: Iterable[Stated]) -> tuple[Fact[str], ...]:
    """The keywords that the story mentions; none if they are the words of the headline, or most are not mentioned."""
    stated = list(keywords)
    if not 0 < len(stated) <= THRESHOLDS.max_unseen:
        return ()
    lines = page.labelled
    story = f" {' '.join(facts.folded for facts in lines.facts_with(*STORY))} "
    headline = f" {' '.join(facts.folded for facts in lines.facts_with(Label.TITLE))} {fold(page.given.title or '')} "
    found = [one for one in stated if f" {fold(one.value)} " in story]
    cut_up = [one for one in stated if one.value == one.value.lower() and f" {fold(one.value)} " in headline]
    if 2 * len(found) < len(stated) or 2 * len(cut_up) > len(stated):
        return ()
    return tuple(Fact(one.value, (one.source,)) for one in found)
