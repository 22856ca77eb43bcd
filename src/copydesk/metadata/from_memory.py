"""Facts that the memory of a source supports: the outlet and the section in the page's title, and bios.

Each is printed on the page itself; the memory says on how many other pages the source prints it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk import lexicon
from copydesk.document import STORY, Author, Label
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import Page, PageMemory
from copydesk.parsing import outlets, sections
from copydesk.source_memory.sources import host_of
from copydesk.text import fold, folded_words

MEMORY: Final = "memory"
"""The source of a fact that other pages of the source support."""


MIN_PARTS: Final = 2
"""Parts of a title with a section: the section and the name of the outlet."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many other pages are needed.  Set by reading the hosts of the benchmark kit, November 2026."""

    min_titles: int = 3
    min_share_of_titles: float = 0.5
    """How many other titles end with the name of the outlet, and which share of the other pages these are."""

    min_titles_of_section: int = 2
    max_share_of_section: float = 0.9
    """How many other titles have the section before that name, and the largest share of the other pages.  With a
    larger share, it is a part of the outlet's name, or the only section of all pages."""

    min_bios: int = 2
    max_share_of_bios: float = 0.5
    """Pages that print the same bio, and the largest share of the pages: what most have is about the outlet."""

    min_words_of_bio: int = 6
    """Words of such a bio."""


THRESHOLDS: Final = Thresholds()

MAX_STORY_LINES: Final = 2
"""Last lines of the story that may be bios, which look like paragraphs."""


def title_outlet(page: Page) -> tuple[str, int] | None:
    """(name, place) of the outlet at the end of the page's title, if most other titles end with it.

    One word that the language has may be the section of all pages of the source ("Politics").  It is a name only if it
    is in the page's address.
    """
    if page.memory is None or not page.memory.title:
        return None
    end = page.memory.title[-1]
    wanted = max(THRESHOLDS.min_titles, THRESHOLDS.min_share_of_titles * end.of)
    if end.last < wanted or not outlets.may_be_name(end.text):
        return None
    folded = fold(end.text)
    if folded in lexicon.words(page.language) and outlets.key(end.text) not in host_of(page.given.url):
        return None
    at = _title_place(page, end.text)
    return None if at is None else (end.text, at)


def title_section(page: Page) -> Fact[str | None]:
    """The section in the page's title: right behind the headline, and in the titles of some other pages too."""
    outlet = title_outlet(page)
    if page.memory is None or outlet is None or len(page.memory.title) < MIN_PARTS:
        return NOTHING
    part = page.memory.title[0]
    title = page.labelled.first(Label.TITLE)
    headline = "" if title is None else page.labelled.facts[title].folded
    if (
        THRESHOLDS.min_titles_of_section <= part.pages <= THRESHOLDS.max_share_of_section * part.of
        and part.text in page.labelled.facts[outlet[1]].text
        and sections.may_be_section(part.text, headline)
        and fold(part.text) not in fold(outlet[0])
    ):
        return Fact(part.text, (page.labelled.numbers[outlet[1]], MEMORY))
    return NOTHING


def _title_place(page: Page, part: str) -> int | None:
    """The place of the title's line, which is the first one with words and no part of the story."""
    lines = page.labelled
    at = next((n for n, facts in enumerate(lines.facts) if facts.folded), None)
    return at if at is not None and lines.labels[at] not in STORY and part in lines.facts[at].text else None


def with_known_bios(authors: Sequence[Fact[Author]], page: Page) -> tuple[Fact[Author], ...]:
    """The authors; those without a bio get the line that begins with their name and that other pages print too.

    It is below the story, or at its end, if the labels take it for story.
    """
    if page.memory is None:
        return tuple(authors)
    return tuple(author if author.value.bio else _with_bio(author, page, page.memory) for author in authors)


def _with_bio(author: Fact[Author], page: Page, memory: PageMemory) -> Fact[Author]:
    lines = page.labelled
    name = " ".join(folded_words(author.value.name))
    story = lines.places(*STORY)
    for n in range(story[-1] - MAX_STORY_LINES + 1, len(lines.facts)) if len(story) > MAX_STORY_LINES and name else ():
        one, facts = memory.lines.get(lines.numbers[n]), lines.facts[n]
        if (
            one is not None
            and THRESHOLDS.min_bios <= one.pages <= THRESHOLDS.max_share_of_bios * one.of
            and facts.words >= THRESHOLDS.min_words_of_bio
            and facts.ends
            and facts.folded.startswith(f"{name} ")
        ):
            return Fact(replace(author.value, bio=facts.text), (*author.sources, lines.numbers[n], MEMORY))
    return author
