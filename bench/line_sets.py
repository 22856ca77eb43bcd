"""Texts in which line breaks must stay, and texts in which they must go: made from the pages of the kit.

`lists` are the entries of `<ul>`, `<ol>`, `<br>` and table rows between two paragraphs of the page's story.  `wraps`
are stories broken at a width, as mail and printed pages are.
"""

import re
import textwrap
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

import lxml.html

from bench import folds, kit
from bench.kit import Gold
from copydesk.edits import apply
from copydesk.repair import STAGES, boosted_trees, line_breaks
from copydesk.repair.context import Context

MAX_LISTS: Final = 2_000
MAX_LISTS_OF_PAGE: Final = 6
MIN_ENTRIES, MAX_ENTRIES = 3, 12
MAX_ENTRY: Final = 90
"""Characters of an entry."""

WIDTHS: Final = (40, 50, 60, 72, 80)
"""Columns at which stories are broken."""

STORIES_OF_LANGUAGE: Final = 12
MIN_PARAGRAPH: Final = 120
"""Characters of a paragraph that is broken: it has at least two lines."""

MENU_LINES: Final = 6
"""Lines of the page's dump before the story and after it."""

_SPACE = re.compile(r"\s+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_NO_START: Final = frozenset(
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\uff09\u300d\u300f\u3011\u3009\u300b"
)
"""Marks that no Japanese or Chinese line begins with."""


@dataclass(frozen=True, slots=True)
class ListCase:
    """A text with a list; `entries` are its lines, in their order."""

    gold: Gold
    text: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrapCase:
    """A text with a story that is broken at `width` columns, and the paragraphs of the story."""

    gold: Gold
    text: str
    width: int
    has_blank_lines: bool
    paragraphs: tuple[str, ...]


def repaired(text: str, gold: Gold) -> str:
    """The text after the stages up to that of line breaks, with trees that saw nothing of the domain."""
    forests = boosted_trees.load(folds.trees_of(folds.fold_of(gold.domain)))
    context = Context(gold.language, forests=forests)
    for stage in STAGES[: STAGES.index(line_breaks) + 1]:
        text = apply(text, list(stage.find(text, context)))
    return text


def joined_entries(case: ListCase) -> bool:
    """Whether an entry of the list was joined with another line."""
    lines = Counter(line.strip() for line in _visible(repaired(case.text, case.gold)).splitlines())
    return any(lines[entry] < count for entry, count in Counter(map(_visible, case.entries)).items())


def _visible(text: str) -> str:
    """The text without the invisible characters that another stage removes."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def whole(case: WrapCase) -> int:
    """How many of the paragraphs are whole again, each as one line."""
    lines = frozenset(line.strip() for line in repaired(case.text, case.gold).splitlines())
    return sum(paragraph in lines for paragraph in case.paragraphs)


def lists() -> list[ListCase]:
    """At most MAX_LISTS lists; those of pages that are not English first.

    In every second list the first letters are small: such entries look most like a sentence that goes on.
    """
    found: list[ListCase] = []
    pages = sorted(kit.pages(), key=lambda page: kit.gold()[page[0]].language == "en")
    for name, markup in pages:
        gold = kit.gold()[name]
        paragraphs = story_paragraphs(gold)
        if len(paragraphs) < 2:
            continue
        for entries in islice(entry_lists(markup), MAX_LISTS_OF_PAGE):
            shown = tuple(map(with_small_letter, entries)) if len(found) % 2 else entries
            before, after = (" ".join(paragraph.split()) for paragraph in paragraphs[:2])
            if len(found) % 4 > 1:
                before = f"{before.rstrip('.')}:"
            found.append(ListCase(gold, "\n".join((before, *shown, after)), shown))
        if len(found) >= MAX_LISTS:
            break
    return found[:MAX_LISTS]


def with_small_letter(entry: str) -> str:
    """The entry with a small first letter, if the second one is small."""
    return entry[0].lower() + entry[1:] if entry[1:2].islower() else entry


def story_paragraphs(gold: Gold) -> list[str]:
    """The long lines of a page's story."""
    return [line.strip() for line in gold.body.splitlines() if len(line.strip()) >= MIN_PARAGRAPH]


def entry_lists(markup: str) -> Iterator[tuple[str, ...]]:
    """The lists of a page, each as the texts of its entries."""
    root = lxml.html.document_fromstring(markup.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    for holder in root.iter("ul", "ol", "tbody", "p", "div", "address"):
        if holder.tag in ("ul", "ol"):
            texts = [item.text_content() for item in holder.iterchildren("li")]
        elif holder.tag == "tbody":
            texts = [cell.text_content() for cell in holder.iter("td", "th")]
        else:
            texts = list(_between_breaks(holder))
        entries = [_SPACE.sub(" ", text).strip() for text in texts]
        entries = [entry for entry in entries if entry][:MAX_ENTRIES]
        if len(entries) >= MIN_ENTRIES and all(len(entry) <= MAX_ENTRY for entry in entries):
            yield tuple(entries)


def _between_breaks(holder: lxml.html.HtmlElement) -> Sequence[str]:
    """The texts between the `<br>` elements of a paragraph without other elements."""
    children = list(holder)
    if len(children) < MIN_ENTRIES - 1 or any(child.tag != "br" for child in children):
        return ()
    return [holder.text or "", *(child.tail or "" for child in children)]


def wraps() -> list[WrapCase]:
    """Each story of a few of each language, at each width; every second one without blank lines between paragraphs."""
    menus = {name: text.splitlines() for name, text in kit.dumps("html_text")}
    stories: defaultdict[str, list[Gold]] = defaultdict(list)
    for gold in kit.gold().values():
        if len(story_paragraphs(gold)) >= 3 and len(stories[gold.language]) < STORIES_OF_LANGUAGE:
            stories[gold.language].append(gold)
    found: list[WrapCase] = []
    for golds in stories.values():
        for number, gold in enumerate(golds):
            paragraphs = [" ".join(paragraph.split()) for paragraph in story_paragraphs(gold)]
            lines = [line for line in menus[gold.id] if line.strip()]
            for width in WIDTHS:
                broken = ["\n".join(_broken(paragraph, width)) for paragraph in paragraphs]
                story = ("\n\n" if number % 2 else "\n").join(broken)
                text = "\n".join((*lines[:MENU_LINES], "", story, "", *lines[-MENU_LINES:]))
                found.append(WrapCase(gold, text, width, number % 2 == 1, tuple(paragraphs)))
    return found


def _broken(paragraph: str, width: int) -> list[str]:
    """The lines of a paragraph that is broken at a width; a wide character takes two columns."""
    if len(_WIDE.findall(paragraph)) * 3 < len(paragraph):
        return textwrap.wrap(paragraph, width)
    lines, line, columns = [], "", 0
    for char, following in pairwise(f"{paragraph}\0"):
        line += char
        columns += 2 if ord(char) > 0x2E80 else 1
        if columns >= width - 1 and following not in _NO_START:
            lines.append(line)
            line, columns = "", 0
    return [piece.strip() for piece in (*lines, line) if piece.strip()]
