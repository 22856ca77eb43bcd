"""What kind of page a dump is, by lines that only pages of that kind have.

The kinds with a form of their own (threads of forums, live blogs, recipes, encyclopaedias, papers) are known before the
story is chosen, and `page_forms` keeps their text.  The other kinds follow from what the lines are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from copydesk.document import STORY, Label, PageKind
from copydesk.labelling import no_story, posts
from copydesk.labelling.comments import is_button
from copydesk.labelling.form_words import folded, folded_tuple
from copydesk.labelling.line import Line
from copydesk.labelling.verdict import Verdict
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class PageKindThresholds:
    """How many lines show what kind of page it is.

    Set in November 2026 with the cases of the tests and the kit of kinds, so that few pages of other kinds are taken.
    """

    max_marker: int = 10
    """Words of a line that begins with a word of forums."""

    min_markers: int = 4
    """Lines on a page of a forum with such words, if one of them is above the first running text."""

    many_markers: int = 6
    """The same, if none is: some forums have a notice above all threads."""

    min_different: int = 3
    """Different words among them."""

    min_posts: int = 2
    """Dates or buttons of posts in a thread."""

    min_times: int = 3
    """Times alone on a line, each above running text, in a live blog."""

    to_entry: int = 4
    """Lines from the time of an entry to its text."""

    max_entry: int = 12
    """Lines of an entry that are counted."""

    min_share_of_entries: float = 0.6
    """Share of the page's words of running text in entries."""

    min_edits: int = 2
    """Headings with a button to edit the section, in an encyclopaedia."""

    min_permalinks: int = 3
    """Headings with a link to themselves, in a manual or a blog.  Set in December 2026 with the kit's documentation."""

    to_servings: int = 40
    """Lines from "Serves 4" to the heading of the steps of a recipe."""

    min_quantities: int = 3
    """Lines with quantities below the heading of ingredients."""

    to_quantities: int = 14
    """Lines below that heading that are looked at."""

    max_ingredient: int = 14
    """Words of an ingredient, and of the heading of a part of a recipe."""

    min_paper: int = 2
    """Different words of papers beside the heading of an abstract."""

    min_items: int = 5
    """Teasers of a listing."""

    max_story_of_listing: int = 80
    """Words of running text of a listing."""

    min_product: int = 1
    """Lines that offer the thing for sale."""


THRESHOLDS: Final = PageKindThresholds()

_CLOCK = re.compile(
    rf"(?:{one_of(VOCABULARY.forms.clock)}\s?)?\d{{1,2}}\s?[:.h]\s?\d{{2}}"
    rf"(?:\s?{one_of(VOCABULARY.forms.clock)}){{0,3}}\W{{0,2}}",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"[\N{BULLET}*\N{WHITE SQUARE}\N{BALLOT BOX}\N{EN DASH}-]?\s?(?:(?:ca|env|about|approx|etwa|circa|c)\.?\s)?"
    r"(?:[\d\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]"
    r"|[\N{VULGAR FRACTION ONE QUARTER}\N{VULGAR FRACTION ONE HALF}\N{VULGAR FRACTION THREE QUARTERS}\u2150-\u215e])"
)
_QUANTITY_AT_END = re.compile(
    r"\d\s?(?:g|kg|ml|l|dl|cl|克|毫升|茶匙|汤匙|湯匙|個|个|本|枚|杯|大さじ|小さじ|개|큰술|작은술|컵)?\s?\)?$"
)
_SIGNS_OF_MANUALS: Final = ("\N{PILCROW SIGN}", "\N{SECTION SIGN}")
_PAGES = re.compile(r"\b\d{1,4}\s[^\W\d]{1,5}\s\d{1,4}\W{0,3}$")
_PREFIX = re.compile(r"[^\d:(]{2,40}")


@cache
def _forum_words() -> frozenset[str]:
    return frozenset(map(fold, (*VOCABULARY.forms.forum, *VOCABULARY.forms.members)))


@cache
def _longest_forum_word() -> int:
    return max(len(word.split()) for word in _forum_words())


@cache
def _first_words(phrases: frozenset[str]) -> frozenset[str]:
    return frozenset(phrase.partition(" ")[0] for phrase in phrases)


def form(lines: Sequence[Line]) -> PageKind | None:
    """The kind of a page with a form of its own; None for all others."""
    if is_reference(lines):
        return PageKind.REFERENCE
    if recipe_heading(lines) is not None:
        return PageKind.RECIPE
    if is_forum(lines):
        return PageKind.FORUM
    if len(entries(lines)) >= THRESHOLDS.min_times and not is_product(lines):
        return PageKind.LIVE_BLOG
    if is_paper(lines):
        return PageKind.PAPER
    return None


def of(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> PageKind:
    """The kind of a page with labelled lines."""
    if any(verdict.rule is no_story.NO_STORY for verdict in verdicts):
        return PageKind.NOTICE
    if any(verdict.rule in posts.IN_POST for verdict in verdicts):
        return PageKind.FORUM
    found = form(lines)
    if found is not None:
        return found
    prose = sum(
        [line.words for line, verdict in zip(lines, verdicts, strict=True) if verdict.label in STORY and line.is_prose]
    )
    if is_product(lines):
        return PageKind.PRODUCT
    if is_manual(lines) and not any(verdict.label is Label.BYLINE for verdict in verdicts):
        return PageKind.REFERENCE
    items = count_items(verdicts)
    if items >= THRESHOLDS.min_items and prose <= THRESHOLDS.max_story_of_listing:
        return PageKind.LISTING
    if any(verdict.label in STORY for verdict in verdicts):
        return PageKind.STORY
    return PageKind.NOTICE if no_story.is_short(lines) and not items else PageKind.LISTING


def is_manual(lines: Sequence[Line]) -> bool:
    """Whether headings of the page have links to themselves with the signs that only programs for manuals print."""
    return sum([line.permalink in _SIGNS_OF_MANUALS for line in lines]) >= THRESHOLDS.min_permalinks


def count_items(verdicts: Sequence[Verdict]) -> int:
    """The number of teasers on the page."""
    return sum([verdict.label is Label.TEASER and verdict.begins for verdict in verdicts])


def is_product(lines: Sequence[Line]) -> bool:
    """Whether the page offers a thing for sale."""
    return sum(is_one_of(line, "product") for line in lines) >= THRESHOLDS.min_product


def is_one_of(line: Line, name: str) -> bool:
    """Whether the line is only a phrase of this table of `forms`."""
    return line.words <= THRESHOLDS.max_marker and line.folded in folded(name)


def begins_with(line: Line, words: frozenset[str]) -> str | None:
    """The phrase with which a short line begins, or None: "ingredients" of "Ingredients for four:"."""
    if line.words > THRESHOLDS.max_ingredient or (line.ends and not line.text.endswith(":")):
        return None
    if line.folded.partition(" ")[0] not in _first_words(words):
        return None
    parts = line.folded.split()
    for length in range(min(len(parts), 6), 0, -1):
        phrase = " ".join(parts[:length])
        if phrase in words:
            return phrase
    return None


def marker(line: Line) -> str | None:
    """The word of forums with which a short line begins: "joined" of "Joined: Mar 2011"."""
    if line.words > THRESHOLDS.max_marker:
        return None
    if line.folded.partition(" ")[0] not in _first_words(_forum_words()):
        return None
    parts = line.folded.split(maxsplit=_longest_forum_word())
    for length in range(min(len(parts), _longest_forum_word()), 0, -1):
        phrase = " ".join(parts[:length])
        if phrase in _forum_words() and (length > 1 or len(parts) == 1 or _is_field(line, phrase)):
            return phrase
    return None


def says_member(line: Line) -> bool:
    """Whether the line says when a member of a forum joined it."""
    return marker(line) in folded("members")


def counts_pages(line: Line) -> bool:
    """Whether the short line ends with the number of a page and of all pages: "4 posts, page 1 of 1"."""
    return line.words <= THRESHOLDS.max_marker and _PAGES.search(line.text) is not None


def _is_field(line: Line, phrase: str) -> bool:
    """Whether the one word is followed by a value: a colon, a figure, a slash ("r/gardening")."""
    rest = line.text.casefold().replace(phrase, "", 1).lstrip()
    return rest[:1] in (":", "/", "#") or rest[:1].isdigit() or is_dated(line)


def is_forum(lines: Sequence[Line]) -> bool:
    """Whether the page is a thread of a forum: members and threads are described, and posts dated or answered."""
    found = [name for line in lines if (name := marker(line))]
    if len(found) < THRESHOLDS.min_markers or len(set(found)) < THRESHOLDS.min_different:
        return False
    if sum(is_button(line) or is_dated(line) for line in lines) < THRESHOLDS.min_posts:
        return False
    first = next((n for n, line in enumerate(lines) if line.is_prose), len(lines))
    return len(found) >= THRESHOLDS.many_markers or any(marker(line) for line in lines[: first + 1])


def is_dated(line: Line) -> bool:
    """Whether a short line has a date or says how long ago something was."""
    return line.words <= THRESHOLDS.max_marker and (line.facts.ends_with_age or bool(line.facts.dates))


def is_value(above: Line, line: Line) -> bool:
    """Whether the line is the date below a word for when a member joined: "Joined", "Nov 28, 2008"."""
    return is_dated(line) and above.folded in folded("members")


def is_add_comment(line: Line) -> bool:
    """Whether the line is the button of a page on which answers have comments of their own."""
    return line.folded in folded("add_comment")


def is_clock(line: Line) -> bool:
    """Whether the line is only a time of the day, or how long ago it was."""
    return line.words <= 4 and (_CLOCK.fullmatch(line.text) is not None or line.facts.is_age)


def entries(lines: Sequence[Line]) -> list[int]:
    """The lines with the times of a live blog's entries: running text follows each, at most a heading between."""
    times = [n for n, line in enumerate(lines) if is_clock(line)]
    found = []
    for n in times:
        below = lines[n + 1 : n + 1 + THRESHOLDS.to_entry]
        stop = next((at for at, line in enumerate(below) if is_clock(line)), len(below))
        if any(line.is_prose and line.ends for line in below[:stop]) and not any(marker(line) for line in below[:stop]):
            found.append(n)
    return found if found and _are_the_page(lines, found) else []


def _are_the_page(lines: Sequence[Line], entries: Sequence[int]) -> bool:
    """Whether the running text of these entries is most of that on the page; times stand beside teasers too."""
    words = [line.words if line.is_prose and line.ends else 0 for line in lines]
    ends = [*entries[1:], len(lines)]
    inside = sum(
        sum(words[time + 1 : min(end, time + 1 + THRESHOLDS.max_entry)])
        for time, end in zip(entries, ends, strict=True)
    )
    return inside >= THRESHOLDS.min_share_of_entries * sum(words)


def is_reference(lines: Sequence[Line]) -> bool:
    """Whether the page is of an encyclopaedia: its headings have a button that edits the section."""
    return sum([line.is_section for line in lines]) >= THRESHOLDS.min_edits


def is_quantity(line: Line) -> bool:
    """Whether the line may be an ingredient with its quantity."""
    if line.words > THRESHOLDS.max_ingredient:
        return False
    return _QUANTITY.match(line.text) is not None or _QUANTITY_AT_END.search(line.text) is not None


def recipe_heading(lines: Sequence[Line]) -> int | None:
    """The heading of the ingredients of a recipe; None if no line with quantities follows one.

    Of several, it is the first with a quantity right below it: a menu may have "Ingredients" too.
    """
    found: list[int] = []
    for n, line in enumerate(lines):
        if begins_with(line, folded("ingredients")) or _ends_with(line, "ingredients_at_end"):
            below = lines[n + 1 : n + 1 + THRESHOLDS.to_quantities]
            if sum(map(is_quantity, below)) >= THRESHOLDS.min_quantities:
                found.append(n)
    if not found:
        return _servings(lines)
    return next((n for n in found if is_quantity(lines[n + 1])), found[0])


def _servings(lines: Sequence[Line]) -> int | None:
    """The line that says for how many a recipe without a heading of its ingredients is: "Serves 4".

    Quantities and the heading of the steps are below it.
    """
    method = next((n for n, line in enumerate(lines) if is_method(line)), 0)
    for n in range(max(0, method - THRESHOLDS.to_servings), method):
        has_number = is_quantity(lines[n]) or (lines[n + 1].words == 1 and is_quantity(lines[n + 1]))
        if has_number and begins_with(lines[n], folded("servings")):
            is_recipe = sum(map(is_quantity, lines[n + 1 : method])) > THRESHOLDS.min_quantities
            return n if is_recipe else None
    return None


def is_part_of_recipe(line: Line) -> bool:
    """Whether the line is the heading of ingredients or of steps."""
    return begins_with(line, folded("ingredients")) is not None or is_method(line)


def is_method(line: Line) -> bool:
    """Whether the line is the heading of a recipe's steps."""
    return begins_with(line, folded("method")) is not None or _ends_with(line, "method_at_end")


def _ends_with(line: Line, name: str) -> bool:
    """Whether a short line ends with a phrase of this table of `forms`: the name of the dish is before it."""
    return line.words <= THRESHOLDS.max_ingredient and line.folded.endswith(folded_tuple(name))


def is_abstract(line: Line) -> bool:
    """Whether the line is the heading of an abstract, or an abstract that begins with it: "Abstract: We show"."""
    head, colon, rest = line.text.partition(":")
    return line.folded in folded("abstract") or (bool(colon and rest) and fold(head) in folded("abstract"))


def is_paper(lines: Sequence[Line]) -> bool:
    """Whether the page is that of a paper: an abstract, and beside it what papers state."""
    if not any(map(is_abstract, lines)):
        return False
    found = set()
    for line in lines:
        match = _PREFIX.match(line.text)
        name = fold(match[0]) if match else ""
        if name in folded("paper"):
            found.add(name)
        elif name in folded("paper_sections"):
            found.add("section")
    return len(found) >= THRESHOLDS.min_paper
