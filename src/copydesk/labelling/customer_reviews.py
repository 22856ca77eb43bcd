"""What buyers wrote of a thing, below its description on the page of a shop."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line
from copydesk.labelling.state import ENDS, LabelState
from copydesk.phrase_index import PhraseIndex
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, level, one_of


@dataclass(frozen=True, slots=True)
class ReviewThresholds:
    """How far the reviews of buyers go.  Set in November 2026 with the pages of products in the kit of kinds."""

    max_heading: int = 9
    """Words of the heading "Reviews", and of other such headings without a rating."""

    max_sign: int = 14
    """Words of a line that a page sets beside a review: stars, "Verified purchase", "Was this review helpful?"."""

    to_first_sign: int = 10
    """Lines from the heading to the first such line."""

    between_signs: int = 16
    """Lines from one such line to the next."""

    below_last_sign: int = 3
    """Lines below the last such line that belong to its review."""

    min_signs: int = 2
    """Such lines below "Customer reviews".  A rating alone is a weak sign: one of them must be a phrase."""

    min_signs_without_buyers: int = 3
    """The same below "Reviews", which critics have too."""

    min_words_above: int = 15
    """Words of running text above the heading: of the thing, which the reviews are about."""


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

_OF_BUYERS: Final = PhraseIndex(VOCABULARY.boxes.customer_reviews)
_SIGN: Final = PhraseIndex(VOCABULARY.boxes.review_sign)


@cache
def _headings() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.boxes.reviews))


def find(state: LabelState) -> None:
    """Take the reviews of buyers out of the story."""
    lines = state.lines
    done = words = 0
    for n, line in enumerate(lines):
        if n >= done and words >= THRESHOLDS.min_words_above and (min_signs := _min_signs(line)):
            done = _end(state, n, min_signs)
            for review in range(n, done):
                if state.story[review] or state.verdicts[review] is None:
                    state.set_label(review, Label.COMMENT, CUSTOMER_REVIEW)
        words += line.words * state.is_running(n)


def _min_signs(line: Line) -> int:
    """The signs that must be below the line if it is the heading of reviews; 0 if it is none."""
    if line.words > THRESHOLDS.max_sign or line.ends:
        return 0
    if _OF_BUYERS.begins(level(line.text).lstrip("0123456789.,() ")):
        return THRESHOLDS.min_signs
    words = _FIGURES.sub(" ", line.folded).split()
    if not words or (words[0] not in _headings() and words[-1] not in _headings()):
        return 0
    is_heading = line.words <= THRESHOLDS.max_heading or _rating(line)
    return THRESHOLDS.min_signs_without_buyers if is_heading else 0


def _end(state: LabelState, heading: int, min_signs: int) -> int:
    """The line behind the reviews below the heading; the heading itself if there are none."""
    lines = state.lines
    last, reach, phrases, ratings = heading, THRESHOLDS.to_first_sign, 0, 0
    n = heading + 1
    while n < len(lines) and n - last <= reach and state.label(n) not in ENDS:
        is_phrase = _is_phrase(lines[n])
        is_rating = not is_phrase and _is_rating(lines[n])
        if is_phrase or is_rating:
            phrases, ratings = phrases + is_phrase, ratings + is_rating
            last, reach = n, THRESHOLDS.between_signs
        n += 1
    if not phrases or phrases + ratings < min_signs:
        return heading
    return _below(lines, last, n)


def _below(lines: Sequence[Line], last: int, stop: int) -> int:
    """The line behind the text below the last sign: what a buyer wrote below a rating.  Below a button is nothing."""
    end = last + 1
    if _is_rating(lines[last]):
        while end < stop and end - last <= THRESHOLDS.below_last_sign and (lines[end].is_prose or end == last + 1):
            end += 1
    return end


def _is_phrase(line: Line) -> bool:
    """Whether the line begins with what a site says beside a review, perhaps below a number."""
    if line.words > THRESHOLDS.max_sign:
        return False
    text = _FIGURES.sub("0", level(line.text))
    return _SIGN.begins(text) or _SIGN.begins(text.lstrip("0()% "))


def _is_rating(line: Line) -> bool:
    """Whether the short line has a rating."""
    return line.words <= THRESHOLDS.max_sign and _rating(line)


def _rating(line: Line) -> bool:
    return _RATING.search(level(line.text)) is not None
