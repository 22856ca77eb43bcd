"""Captions, recognised by their credits or because they are printed twice, and the names of photographers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from copydesk.document import FURNITURE, Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling.hints import AGENCY, PICTURE
from copydesk.labelling.line import Line, is_in_figcaption, is_marked_up
from copydesk.labelling.state import LIKELY, SURE, LabelState
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class CaptionThresholds:
    """Sizes of captions.  Set by reading the dumps of the benchmark kit, October 2026 (`python -m bench.labels`)."""

    all_spaced: float = 0.7
    """If more than this share of lines follow a blank line, blank lines do not separate blocks."""

    max_words: int = 60
    min_words: int = 3
    """Words of a caption that is right above its credit."""

    min_words_twice: int = 5
    """Words of a sentence that is a caption because it is printed twice."""

    max_above_story: int = 8
    """Lines above the first running text that may be such a caption."""

    min_below_story: int = 3
    """Lines from the story to the last line of a page if that names the owner of the site."""

    max_words_of_credit: int = 14
    """Words of a credit that the markup names.  Set with the cases of the tests, November 2026."""

    min_share_of_paragraph: float = 0.9
    running_at_end: int = 2
    """The model's share for "paragraph" of the last paragraph of a story that ends with its agency, and the lines of
    running text at the end among which it is: an appeal may be below it.  Set with the tests' cases, December 2026."""

    max_lines_to_copy: int = 4
    """Lines from such a caption to its copy."""


THRESHOLDS: Final = CaptionThresholds()

_SIGN: Final = "\N{COPYRIGHT SIGN}"

CAPTION_OWN_CREDIT = Rule("label.caption-own-credit", 'ends with its picture\'s credit: "... Photo: Jane Doe"')
CAPTION = Rule("label.caption-with-credit", "a line right above a picture's credit")
IN_PICTURE = Rule(
    "label.caption-in-picture", 'says where somebody or the picture is, that it is old, or its number: "Image 3: ..."'
)
CAPTION_TWICE = Rule(
    "label.caption-twice", "a sentence printed twice within a few lines: a picture's alternative text and caption"
)
PHOTOGRAPHER = Rule("label.photographer", "a person's name between a caption and an agency")
CREDIT_IN_FIGURE = Rule("label.credit-in-figure", "an element for the credit, below the caption in the same figure")
OF_SITE = Rule(
    "label.copyright-of-site", "begins with the sign of a copyright at the end of the page, far below the story"
)
DUPLICATE = Rule("label.repeated", "repeats a line that is in the record")

RULES: Final = (
    *(CAPTION_OWN_CREDIT, CAPTION, IN_PICTURE, CAPTION_TWICE, PHOTOGRAPHER, CREDIT_IN_FIGURE),
    *(OF_SITE, DUPLICATE),
)

_NEAR_CREDIT: Final = COLUMNS.index("class near credit")


@cache
def _outlets() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.by.outlets))


def find(state: LabelState) -> None:
    """Label captions, credits and the copies of captions."""
    _own_credits(state)
    _in_pictures(state)
    _above_credits(state)
    _in_figures(state)
    _of_site(state)
    _twice(state)


def _own_credits(state: LabelState) -> None:
    """Captions that end with their credit.  On a page that has no other running text, the caption is its text."""
    found = [
        n
        for n, line in enumerate(state.lines)
        if line.hints & (PICTURE | AGENCY)
        and state.verdicts[n] is None
        and line.words <= THRESHOLDS.max_words
        and line.facts.ends_with_credit
    ]
    running = state.running()
    has_text = not set(running).issubset(found)
    if found and found[-1] in running[-THRESHOLDS.running_at_end :] and _is_signed_by_agency(state, found[-1]):
        found.pop()
    for n in found:
        if has_text or not state.is_running(n):
            state.set_label(n, Label.CAPTION, CAPTION_OWN_CREDIT)


def _is_signed_by_agency(state: LabelState, n: int) -> bool:
    """Whether the line ends with the agency that wrote the story, and the model takes it for a paragraph."""
    parts = state.lines[n].facts.parts
    is_agency = parts is not None and state.lines[n].text.endswith(parts.credit) and parts.credit.isupper()
    return is_agency and state.share(n, Label.PARAGRAPH) >= THRESHOLDS.min_share_of_paragraph


def _in_figures(state: LabelState) -> None:
    """Credits that the markup names, each below its caption in a `<figcaption>`."""
    for n in range(1, len(state.lines)):
        above, line = state.lines[n - 1], state.lines[n]
        is_open = state.verdicts[n] is None and line.words <= THRESHOLDS.max_words_of_credit
        if not is_open or not is_in_figcaption(line) or not is_in_figcaption(above):
            continue
        if line.origin[_NEAR_CREDIT] and not above.origin[_NEAR_CREDIT]:
            state.set_label(n, Label.CREDIT, CREDIT_IN_FIGURE)


def _of_site(state: LabelState) -> None:
    """The last line of a page with the sign of a copyright and a name: that of the owner, and of no photographer."""
    last = len(state.lines) - 1
    story = max(state.running(), default=last)
    names_outlet = not _outlets().isdisjoint(state.lines[last].folded.split()) and last > story
    is_far = last - story >= THRESHOLDS.min_below_story
    if not (is_far or names_outlet) or state.label(last) is not Label.CREDIT:
        return
    if state.lines[last].text.startswith(_SIGN) and state.label(last - 1) is not Label.CAPTION:
        state.set_label(last, Label.COPYRIGHT, OF_SITE)


def _in_pictures(state: LabelState) -> None:
    """Lines that say where somebody is in the picture, or that the picture is old.

    What the model surely takes for the story needs the words in brackets, or in front: a story may say "from left".
    """
    for n, line in enumerate(state.lines):
        if state.verdicts[n] is not None or not THRESHOLDS.min_words <= line.words <= THRESHOLDS.max_words:
            continue
        if line.facts.is_in_picture and (state.story_shares[n] < SURE or line.facts.is_marked_in_picture):
            state.set_label(n, Label.CAPTION, IN_PICTURE)


def _above_credits(state: LabelState) -> None:
    """Captions right above a credit, and the photographer's name between them."""
    lines, verdicts = state.lines, state.verdicts
    spaced = any(line.apart for line in lines[1:])
    all_apart = sum([line.apart for line in lines]) > THRESHOLDS.all_spaced * len(lines)
    for n in range(1, len(lines)):
        if verdicts[n] is None or state.label(n) is not Label.CREDIT or (lines[n].apart and not all_apart):
            continue
        above, likely = n - 1, LIKELY if lines[n].apart else SURE
        is_signed = above and lines[above - 1].facts.is_opening
        is_open = above and verdicts[above] is None and not is_signed
        if is_open and lines[above].facts.is_person and not lines[above].apart:
            state.set_label(above, Label.CREDIT, PHOTOGRAPHER)
            above -= 1
        if (
            verdicts[above] is None
            and spaced
            and THRESHOLDS.min_words <= lines[above].words <= THRESHOLDS.max_words
            and state.story_shares[above] < likely
            and state.share(above, Label.TITLE) < LIKELY  # an agency may stand right below the headline
        ):
            state.set_label(above, Label.CAPTION, CAPTION)


def _twice(state: LabelState) -> None:
    """Label captions that are printed twice in the story or above it, unless the page prints its paragraphs twice.

    A sentence that the model takes for story stays, once.  On an HTML page no line becomes a caption here: its markup
    shows captions.
    """
    twice = _printed_twice(state.lines)
    running = state.running() if twice else []
    if not running:
        return
    reach = range(running[0] - THRESHOLDS.max_above_story, running[-1])
    others = sum(line.is_prose and verdict is None for line, verdict in zip(state.lines, state.verdicts, strict=True))
    if len(twice) * 3 > others:  # each of them is counted twice in `others`
        return
    is_page = is_marked_up(state.lines)
    for before, again in twice:
        if before not in reach or sum([state.share(before, label) for label in FURNITURE]) >= LIKELY:
            continue
        shares = (state.story_shares[before], state.story_shares[again])
        is_caption = max(shares) < LIKELY or _are_block(state.lines, before, again)
        is_open = state.verdicts[before] is None
        if is_open and is_caption and not is_page:
            state.set_label(before, Label.CAPTION, CAPTION_TWICE)
        if state.label(before) is Label.CAPTION or (is_open and (again == before + 1 or min(shares) < SURE)):
            state.set_label(again, Label.DUPLICATE, DUPLICATE)


def _are_block(lines: Sequence[Line], first: int, second: int) -> bool:
    """Whether two lines have a blank line above and below, and none between."""
    is_below = second + 1 == len(lines) or lines[second + 1].apart
    return second == first + 1 and lines[first].apart and not lines[second].apart and is_below


def _printed_twice(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Sentences that come again within a few lines: (number of the line, number of the line that repeats it)."""
    twice: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    for n, line in enumerate(lines):
        if line.words < THRESHOLDS.min_words_twice:
            continue
        before = seen.get(line.folded)
        if before is not None and n - before <= THRESHOLDS.max_lines_to_copy and line.ends:
            twice.append((before, n))
        seen[line.folded] = n
    return twice
