"""What buyers wrote of a thing, below its description on the page of a shop."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.comments import without_figures
from copydesk.labelling.form_words import folded_of_boxes
from copydesk.labelling.line import Line
from copydesk.labelling.state import ENDS, LabelState
from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, level, one_of


@dataclass(frozen=True, slots=True)
class ReviewThresholds:
    """How far the reviews of buyers go.  Set in November 2026 with the pages of products in the kit of kinds."""

    max_heading: int = 14
    """Words of the heading of the reviews, with the average that may be behind it."""

    max_sign: int = 14
    """Words of a line that a shop prints beside a review: stars, "Verified purchase", "Was this review helpful?"."""

    max_rating: int = 8
    """Words of a line with a rating."""

    between_signs: int = 16
    """Lines from the heading to the first such line, and from one to the next."""

    max_running: int = 3
    """Lines of running text from one such line to the next; from the heading to the first one there are none."""

    below_last_sign: int = 3
    """Lines of running text below the last line of this kind that belong to its review."""

    min_signs: int = 2
    """Such lines below the heading."""


THRESHOLDS: Final = ReviewThresholds()

CUSTOMER_REVIEW = Rule(
    "label.customer-review", "is below the heading of what buyers wrote, among their stars and the buttons beside them"
)
RULES: Final = (CUSTOMER_REVIEW,)

_FIGURES = re.compile(r"\d(?:[\d.,]*\d)?")
_RATING = re.compile(
    rf"(?<![\d.,])[0-5](?:[.,]\d{{1,2}})?\s?(?:/|{one_of(VOCABULARY.boxes.rating_of)})\s?5(?![\d.,]*\d)"
    rf"|(?<![\d.,])[1-5](?:[.,]\d)?\s(?:{one_of(VOCABULARY.boxes.stars)})\b"
    "|[\N{BLACK STAR}\N{WHITE STAR}\N{WHITE MEDIUM STAR}]{3,5}",
    re.IGNORECASE,
)
"""A rating in a line as `level` gives it: "4.5 out of 5", "5 stars", five stars as characters."""

_OPEN: Final = frozenset((None, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be of a review: each has its date and its writer."""

_ABOVE: Final = PhraseIndex(VOCABULARY.boxes.above_review)
_BELOW: Final = PhraseIndex(VOCABULARY.boxes.below_review)
_BUTTON: Final = PhraseIndex(VOCABULARY.boxes.review_button)


def find(state: LabelState) -> None:
    """Take the reviews of buyers out of the story, on the page of a thing for sale."""
    lines = state.lines
    if not page_kinds.is_product(lines):
        return
    first = next((n for n in range(len(lines)) if state.is_running(n)), len(lines))
    n = first + 1
    while n < len(lines):
        begins = _is_heading(lines[n]) or _is_phrase(lines[n], _ABOVE)
        stop, are_reviews = _end(state, n) if begins else (n + 1, False)
        for review in range(n, stop if are_reviews else n):
            if state.label(review) in _OPEN:
                state.set_label(review, Label.COMMENT, CUSTOMER_REVIEW)
        n = stop


def _is_heading(line: Line) -> bool:
    """Whether the line is the heading of reviews, perhaps with their number and their average."""
    if line.words > THRESHOLDS.max_heading or line.ends:
        return False
    headings, text = folded_of_boxes("customer_reviews"), without_figures(line.folded)
    return text in headings or (text.partition(" ")[0] in headings and _has_rating(line))


def _end(state: LabelState, heading: int) -> tuple[int, bool]:
    """The line behind what may be the reviews below the heading, and whether it is what buyers wrote.

    Only a sign that other pages do not have shows buyers: critics give stars too.  With such a sign, reviews may begin
    without a heading.
    """
    lines = state.lines
    are_buyers = _is_of_buyer(lines[heading])
    last, signs, running = heading, int(are_buyers), 0
    n = heading + 1
    while n < len(lines) and n - last <= THRESHOLDS.between_signs and state.label(n) not in ENDS:
        if lines[n].folded in folded_of_boxes("about_thing") or (signs and _is_heading(lines[n])):
            break
        is_of_buyer = _is_of_buyer(lines[n])
        if is_of_buyer or _is_rating(lines[n]) or _is_phrase(lines[n], _BUTTON):
            last, signs, running = n, signs + 1, 0
            are_buyers = are_buyers or is_of_buyer
        running += state.is_running(n)
        if running > (THRESHOLDS.max_running if signs else 0):
            break
        n += 1
    if signs < THRESHOLDS.min_signs or not are_buyers:
        return last + 1, False
    return _below(state, last, n), True


def _below(state: LabelState, last: int, stop: int) -> int:
    """The line behind the text of the last review, which may be below its stars, but not below its buttons."""
    lines = state.lines
    end = last + 1
    if _is_phrase(lines[last], _ABOVE) or (_is_rating(lines[last]) and not _is_phrase(lines[last], _BUTTON)):
        while end < stop and end - last <= THRESHOLDS.below_last_sign and lines[end].is_prose:
            end += 1
    return end


def _is_of_buyer(line: Line) -> bool:
    """Whether the line has a sign that only shops print beside a review."""
    return _is_phrase(line, _ABOVE) or (line.words <= THRESHOLDS.max_sign and _BELOW.search(_with_one_figure(line)))


def _is_phrase(line: Line, phrases: PhraseIndex) -> bool:
    """Whether a short line begins with one of the phrases, perhaps behind a number."""
    if line.words > THRESHOLDS.max_sign:
        return False
    text = _with_one_figure(line)
    return phrases.begins(text) or phrases.begins(text.lstrip("0()% "))


def _with_one_figure(line: Line) -> str:
    """The text with 0 for each number, because phrases have a place for one figure only."""
    return _FIGURES.sub("0", level(line.text))


def _is_rating(line: Line) -> bool:
    """Whether the line is short and has a rating."""
    return line.words <= THRESHOLDS.max_rating and _has_rating(line)


def _has_rating(line: Line) -> bool:
    return _RATING.search(level(line.text)) is not None
