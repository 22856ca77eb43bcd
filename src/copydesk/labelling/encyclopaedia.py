"""The text of an encyclopaedia's article: its sections, without the box beside it, its contents and its references."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling.form_words import folded
from copydesk.labelling.line import Line
from copydesk.labelling.state import LIKELY, LabelState
from copydesk.phrase_index import PhraseIndex
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, level


@dataclass(frozen=True, slots=True)
class EncyclopaediaThresholds:
    """Limits of the text of such an article.  Set in November 2026 with the cases of the tests and the kit of kinds."""

    min_share_in_box: float = 0.3
    """The model's share for "deck" of a line in the box beside an article.  Set with the tests' cases."""

    max_heading_of_contents: int = 3
    """Words of the line above the table of contents: "Contents"."""

    min_section: int = 12
    """Words of a paragraph of the article, which may end with the number of a footnote."""

    min_entry_of_list: int = 5
    """Words of an entry of a list in a section."""

    min_entries: int = 3
    """Short lines of a section that is a list, with no running text."""

    min_words_in_list: float = 0.8
    """The part of these lines that have a word: the cells of a table are figures and letters."""

    min_subject: int = 4
    """Characters of the subject of the article: shorter lines are words of grammar."""

    to_title: int = 40
    """Lines from the page's own title to the headline of the article."""

    max_heading: int = 14
    """Words of the heading of a section."""


THRESHOLDS: Final = EncyclopaediaThresholds()

ARTICLE_TITLE = Rule(
    "label.article-title", "the headline of an encyclopaedia's article: the page's title, or its first sentence, has it"
)

_H1: Final = COLUMNS.index("block h1")
_TAIL = re.compile(r"\s[-|\N{EN DASH}\N{EM DASH}\N{MIDDLE DOT}]\s")
_IN_BRACKETS = re.compile(r"\s\([^()]{1,60}\)$")
_FOOTNOTE = re.compile(r"[.!?]\s?(?:\[\d{1,3}\]\s?){1,5}$")
"""The end of a sentence with the numbers of its footnotes."""

_WORD = re.compile(r"[^\W\d_]{3}")
_BACK: Final = "\N{UPWARDS ARROW}"
"""A reference begins with it: the link back to its place in the article."""

_ABOUT_PAGE: Final = PhraseIndex(VOCABULARY.forms.about_page)
_FREE: Final = PhraseIndex(VOCABULARY.forms.free_encyclopaedia)


def find(state: LabelState, form: Rule) -> int | None:
    """Keep the sections of the article, down to its references.  Gives the line of its headline."""
    lines = state.lines
    title = _article_title(lines)
    if title is not None:
        state.set_label(title, Label.TITLE, ARTICLE_TITLE)
    sections = [n for n, line in enumerate(lines) if line.is_section]
    text = sections[0] if sections else max(state.running()[:1], default=len(lines))
    stop = next((n for n in range(text, len(lines)) if _is_references(lines[n])), len(lines))
    for n in sections:
        if n < stop:
            state.set_label(n, Label.HEADING, form)
    about_page = {n for n, line in enumerate(lines) if state.verdicts[n] is None and _is_about_page(line)}
    about_page.update(_contents(state, sections, stop))
    first = next((n for n in state.running() if n not in about_page), len(lines))
    if title is not None:
        first = next((n for n in range(title + 1, first) if _is_lead(lines[n], lines[title])), first)
    for n, line in enumerate(lines):
        if n in about_page:
            state.set_label(n, Label.NAVIGATION, form)
        elif n >= stop or (n < first and (not line.is_prose or _is_in_box(state, n))):
            is_beside = title is not None and title < n < first  # a cell of the box beside the article
            is_below = n >= stop and (state.story[n] or _is_in_box(state, n) or line.text.startswith(_BACK))
            if (is_beside or is_below) and state.verdicts[n] is None:
                state.set_label(n, Label.NAVIGATION, form)
            state.story[n] = False
        elif not state.is_furniture(n) and (line.is_prose or line.words >= _min_words(state, n, sections)):
            state.keep(n)
    for section in _sections_of_lists(state, sections, stop):
        for n in section:
            state.set_text(n, form)
    return title


def _sections_of_lists(state: LabelState, sections: Sequence[int], stop: int) -> Iterator[list[int]]:
    """The short lines of each section that has nothing else: "List of rivers" has a section for each letter.

    Sections of links and of figures are left out.  Without a heading of references, the last section may go on to the
    end of the page and is left out too.
    """
    lines = state.lines
    for section, below in pairwise((*(n for n in sections if n < stop), stop)):
        if below == len(lines):
            return
        entries = [n for n in range(section + 1, below) if state.verdicts[n] is None]
        words = sum([_WORD.search(lines[n].text) is not None for n in entries])
        is_list = len(entries) >= THRESHOLDS.min_entries and words >= THRESHOLDS.min_words_in_list * len(entries)
        is_text = is_list and not any(state.prose[n] for n in entries)
        if is_text and lines[section].folded not in folded("link_sections"):
            yield entries


def _is_lead(line: Line, title: Line) -> bool:
    """Whether the line is a long sentence that begins with the article's subject: its first paragraph."""
    is_sentence = line.ends or _FOOTNOTE.search(line.text) is not None
    return is_sentence and line.words >= THRESHOLDS.min_section and line.folded.startswith(f"{title.folded} ")


def _is_in_box(state: LabelState, n: int) -> bool:
    """Whether the model takes a line above the text for a deck: it is in the box beside the article."""
    return state.share(n, Label.DECK) >= THRESHOLDS.min_share_in_box


def _min_words(state: LabelState, n: int, sections: Sequence[int]) -> int:
    """Words of a line of an article: fewer in its sections, where lists are."""
    is_list = bool(sections) and n > sections[0] and state.furniture(n) + state.other_stories(n) < LIKELY
    return THRESHOLDS.min_entry_of_list if is_list else THRESHOLDS.min_section


def _is_about_page(line: Line) -> bool:
    """Whether the line is of the encyclopaedia and not of its article: "From Wikipedia, the free encyclopedia"."""
    text = level(line.text)
    return _ABOUT_PAGE.begins(text) or (line.words <= THRESHOLDS.max_heading and _FREE.search(text))


def _contents(state: LabelState, sections: Sequence[int], stop: int) -> Iterator[int]:
    """The table of contents above the first section: its heading, and the sections' headings with their numbers."""
    lines = state.lines
    names = {lines[n].folded for n in (*sections, *range(stop, min(stop + 1, len(lines))))}
    for n in range(sections[0] if sections else 0):
        number, _, name = lines[n].folded.partition(" ")
        if state.verdicts[n] is None and number.isdecimal() and name in names:
            is_first = n > 0 and number == "1" and state.verdicts[n - 1] is None
            is_open = is_first and not lines[n - 1].ends and state.story_shares[n - 1] < LIKELY
            if is_open and lines[n - 1].words <= THRESHOLDS.max_heading_of_contents:
                yield n - 1
            yield n


def _is_references(line: Line) -> bool:
    """Whether the line is the heading of the references, with or without the button that edits the section."""
    return not line.is_prose and line.folded in folded("references")


def _article_title(lines: Sequence[Line]) -> int | None:
    """The first heading of the page, the line that its own title begins with, or the subject of its first sentence."""
    heading = next((n for n, line in enumerate(lines) if line.origin and line.origin[_H1]), None)
    if heading is not None or not lines:
        return heading
    own = fold(_TAIL.split(lines[0].text)[0])
    stop = min(len(lines), THRESHOLDS.to_title)
    printed_again = next((n for n in range(1, stop) if lines[n].folded == own), None)
    text = next((line.folded for line in lines if line.is_prose and not _is_about_page(line)), "")
    texts = (text, text.partition(" ")[2])  # "The lanternback is a beast ..."
    named = (n for n in range(stop) if not lines[n].is_prose and _is_subject(lines[n], texts))
    return printed_again if printed_again is not None else next(named, None)


def _is_subject(line: Line, texts: Sequence[str]) -> bool:
    """Whether one of the texts begins with the line, which may tell it from others of this name: "Mill (Northford)"."""
    name = fold(_IN_BRACKETS.sub("", line.text))
    return len(name) >= THRESHOLDS.min_subject and any(text.startswith(f"{name} ") for text in texts)
