"""Boxes of page furniture that read like a story: managers of consent, offers of subscriptions, forms.

Their sentences are long and complete, so that a model takes them for running text.  Their phrases give them away, in
every language that the vocabulary has; the short lines beside such a line belong to its box.
"""

import itertools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from copydesk.characters import DOUBLE_QUOTES
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import box_signs
from copydesk.labelling.line import Line
from copydesk.labelling.state import ENDS, SURE, LabelState
from copydesk.phrase_index import PhraseIndex
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, level
from copydesk.vocabulary_tables import Words


@dataclass(frozen=True, slots=True)
class BoxThresholds:
    """How far a box goes.  Set in November 2026 with pages in many languages and with the kits for text and hosts."""

    max_words: int = 80
    """Words of a line that a phrase of a box takes out of the story; a longer line has other text too."""

    max_words_of: Mapping[str, int] = field(
        default_factory=lambda: {
            "paywall": 50,
            "comment_rules": 80,
            "transcript": 25,
            "republish": 60,
            "comment_form": 22,
            "browsers": 30,
            "newsletter": 45,
            "appeal": 70,
            "disclosure": 80,
            "disclaimer": 80,
            "purposes": 130,
        }
    )
    """The same for some kinds of boxes: a story may report on subscriptions, and a paragraph end with such a note."""

    min_purposes: int = 3
    """Lines with purposes for which advertisers ask for consent: one alone may be of a story."""

    min_appeals: int = 2
    """Different phrases of appeals in a line that the model surely takes for story."""

    min_share_outside: float = 0.05
    """The model's share for story of a line outside the story that may be a box."""

    max_words_of_begun_form: int = 60
    """The same for the form for comments if the line begins with its phrase."""

    max_below_agreement: int = 3
    """Lines below a request for consent that may belong to it."""

    max_share_of_browsers: float = 0.98
    """Share for "story" of such a message: manuals of software write about browsers too."""

    max_words_below_browsers: int = 8
    """Words of the line below a message about the reader's browser that belongs to it."""

    max_between: int = 5
    """Lines between two lines of a manager of consent, or of the rules for comments, that belong to it."""

    reach: int = 12
    """Lines below the offer of a subscription that may belong to it."""

    max_words_beside: int = 14
    """Words of a line beside an offer that belongs to it without a word of its own."""

    min_words_of_story: int = 20
    """Words of running text that shows that the story goes on below a box."""


THRESHOLDS: Final = BoxThresholds()

BOX = Rule(
    "label.box",
    "has a phrase of a box: consent, form, paywall, newsletter, appeal, browser, comments ... (vocabulary.toml: boxes)",
)
BESIDE = Rule("label.box-beside", "is beside a line of such a box, and belongs to it")
RULES: Final = (BOX, BESIDE)

LABELS: Final[Mapping[str, Label]] = {
    "consent": Label.CONTROL,
    "agreement": Label.CONTROL,
    "disclaimer": Label.COPYRIGHT,
    "paywall": Label.PROMO,
    "republish": Label.PROMO,
    "feed_line": Label.PROMO,
    "newsletter": Label.PROMO,
    "appeal": Label.PROMO,
    "disclosure": Label.NOTE,
    "browsers": Label.CONTROL,
    "comment_form": Label.COMMENT,
    "comment_rules": Label.COMMENT,
    "transcript": Label.NOTE,
}
"""The label of a line by the table that has its phrase."""

APPEAL: Final = "appeal"
"""The table of which a phrase inside a line may be that of a story: the model must not be sure of the line."""

_TABLES: Final[Mapping[str, Words]] = {
    "consent": VOCABULARY.boxes.consent,
    "agreement": VOCABULARY.boxes.agreement,
    "paywall": VOCABULARY.boxes.paywall,
    "republish": VOCABULARY.boxes.republish,
    "feed_line": VOCABULARY.boxes.feed_line,
    "comment_form": VOCABULARY.boxes.comment_form,
    "comment_rules": VOCABULARY.boxes.comment_rules,
    "transcript": VOCABULARY.boxes.transcript,
    "browsers": VOCABULARY.notice.browsers,
    "newsletter": (*VOCABULARY.boxes.newsletter, *VOCABULARY.boxes.inbox),
    APPEAL: VOCABULARY.boxes.appeal,
    "disclosure": VOCABULARY.boxes.disclosure,
}
"""The tables with the phrases of lines that may be story, in the order in which they are tried."""

_PHRASES: Final = {name: PhraseIndex(phrases) for name, phrases in _TABLES.items()}
_ANY: Final = PhraseIndex(tuple(itertools.chain.from_iterable(_TABLES.values())))
"""The phrases of all tables: most lines have none of their words."""

_WITHOUT_BROWSERS: Final = tuple(name for name in _TABLES if name != "browsers")
_SIGN_UP: Final = PhraseIndex((*VOCABULARY.boxes.sign_up, *VOCABULARY.boxes.inbox))
_PURPOSES: Final = PhraseIndex(VOCABULARY.boxes.purposes)
_FEED_POST: Final = PhraseIndex(VOCABULARY.boxes.feed_post)
_DISCLAIMER: Final = PhraseIndex(VOCABULARY.boxes.disclaimer)
_APPEAL_HEADING: Final = PhraseIndex(VOCABULARY.boxes.appeal_heading)
_OFFER: Final = PhraseIndex(VOCABULARY.boxes.offer)
_FIGURES: Final = "0123456789 "
_CURRENCY = re.compile("[€$£]")
_QUOTES = re.compile(f"[{DOUBLE_QUOTES}]")


def find(state: LabelState) -> None:
    """Take the boxes out of the story."""
    _purposes(state)
    disclaimers = _disclaimers(state)
    kinds = {n: kind for n in range(len(state.lines)) if (kind := _kind(state, n))} | dict.fromkeys(
        disclaimers, "disclaimer"
    )
    for n, kind in kinds.items():
        state.set_label(n, LABELS[kind], BOX)
    for name in ("consent", "comment_rules"):
        _between(state, [n for n, kind in kinds.items() if kind == name], LABELS[name])
    for n, kind in kinds.items():
        if kind == "paywall":
            _beside_box(state, n)
            _below_offer(state, n)
        elif kind == "browsers":
            _below_message(state, n + 1)
        elif kind == APPEAL:
            _beside_box(state, n)
        elif kind == box_signs.REPUBLISH:
            _beside(state, n - 1, box_signs.is_heading_of_terms)
        elif kind == box_signs.AGREEMENT:
            _below_agreement(state, n + 1)
    for n in _headings_of_offers(state):
        state.set_label(n, Label.PROMO, BOX)
        _below_offer(state, n, only_offers=True)


@cache
def _first_words_of_purposes() -> frozenset[str]:
    """The first word of each purpose, for a quick check: most lines begin with other words."""
    return frozenset(fold(phrase.strip("* ")).partition(" ")[0] for phrase in VOCABULARY.boxes.purposes)


def _may_be_purpose(line: Line) -> bool:
    """Whether one of the first two words of the line, behind numbers, begins a purpose: "Our partners can use ..."."""
    words = line.folded.lstrip(_FIGURES).split(maxsplit=2)[:2]
    return not _first_words_of_purposes().isdisjoint(words)


def _purposes(state: LabelState) -> None:
    """Label the lines of the framework with which advertisers ask for consent, if there are several."""
    found = [
        n
        for n, line in enumerate(state.lines)
        if state.verdicts[n] is None
        and line.words <= THRESHOLDS.max_words_of["purposes"]
        and _may_be_purpose(line)
        and _PURPOSES.begins(level(line.text).lstrip(_FIGURES))
        and not _QUOTES.search(line.text)
    ]
    if len(found) >= THRESHOLDS.min_purposes:
        for n in found:
            state.set_label(n, LABELS["consent"], BOX)


def _below_agreement(state: LabelState, n: int) -> None:
    """Label the lines right below a request for consent that speak to the reader of data."""
    for below in range(n, min(n + THRESHOLDS.max_below_agreement, len(state.lines))):
        is_open = state.verdicts[below] is None and state.story[below]
        if not is_open or not box_signs.is_of_consent(state.lines[below]):
            return
        state.set_label(below, LABELS[box_signs.AGREEMENT], BESIDE)


def _headings_of_offers(state: LabelState) -> list[int]:
    """Short lines below the beginning of the story that say that it is for subscribers, and that are no story."""
    first = next((n for n in range(len(state.lines)) if state.is_running(n)), len(state.lines))
    return [
        n
        for n in range(first + 1, len(state.lines))
        if state.verdicts[n] is None
        and not state.story[n]
        and not state.prose[n]
        and _ANY.may_have(text := level(state.lines[n].text))
        and _PHRASES["paywall"].search(text)
    ]


def _disclaimers(state: LabelState) -> frozenset[int]:
    """The lines above and below the story with which the site does not answer for what others wrote.

    They are found among lines that are no story too: the second reading might take them back into it.
    """
    lines = state.lines
    found = {
        n: match.start()
        for n, line in enumerate(lines)
        if state.verdicts[n] is None
        and line.words <= THRESHOLDS.max_words_of["disclaimer"]
        and (pattern := _DISCLAIMER.pattern(text := level(line.text)))
        and (match := pattern.search(text))
    }
    running = [n for n in state.running() if n not in found]
    first, last = (running[0], running[-1]) if running else (len(lines), -1)
    return frozenset(
        n
        for n, start in found.items()
        if not first < n < last and (state.story_shares[n] < SURE or 2 * start < len(lines[n].text))
    )


def _kind(state: LabelState, n: int) -> str | None:
    """The table with a phrase of a line that may be story."""
    line = state.lines[n]
    if state.verdicts[n] is not None or line.words > THRESHOLDS.max_words:
        return None
    if state.prose[n] and (by_signs := _kind_by_signs(state, n)):
        return by_signs
    if box_signs.offers_access(line):
        return "paywall"
    tables = _tables(state, n)
    if not tables or not _ANY.may_have(text := level(line.text)):
        return None
    kind = next((name for name in tables if _PHRASES[name].search(text)), None)
    if kind is None or (kind == "newsletter" and not _SIGN_UP.search(text)):
        return None
    if kind == "feed_line" and not _FEED_POST.begins(text):
        return None
    if kind == APPEAL and not _PHRASES[kind].begins(text) and _may_be_story(state, n, text):
        return None
    is_begun_form = kind == "comment_form" and _PHRASES[kind].begins(text)
    limit = THRESHOLDS.max_words_of_begun_form if is_begun_form else THRESHOLDS.max_words_of.get(kind)
    return kind if line.words <= (limit or THRESHOLDS.max_words) else None


def _kind_by_signs(state: LabelState, n: int) -> str | None:
    """The kind of box that the signs in the line show."""
    is_below_story = any(state.label(above) in ENDS for above in range(max(0, n - THRESHOLDS.reach), n))
    is_below_heading = n > 0 and box_signs.is_heading_of_consent(state.lines[n - 1])
    above = level(state.lines[n - 1].text) if n and not state.prose[n - 1] else ""
    is_below_appeal = _APPEAL_HEADING.search(above) or _PHRASES[APPEAL].search(above)
    return box_signs.kind_of(
        state.lines[n],
        is_sure=state.story_shares[n] >= SURE,
        is_below_story=is_below_story or is_below_heading,
        is_below_appeal=is_below_appeal,
    )


def _may_be_story(state: LabelState, n: int, text: str) -> bool:
    """Whether a line with the phrase of an appeal may be story: it quotes, or the model is sure and it has no other."""
    if _QUOTES.search(text):
        return True
    pattern = _PHRASES[APPEAL].pattern(text)
    phrases = {found.casefold() for found in pattern.findall(text)} if pattern else set()
    return state.story_shares[n] >= SURE and len(phrases) < THRESHOLDS.min_appeals


def _tables(state: LabelState, n: int) -> Collection[str]:
    """The tables of which the line may have a phrase.

    A line outside the story that reads like a story has them too: the reader of roles might take it back, and rules
    for recipes and other kinds of pages might take back a short one.
    """
    share = state.story_shares[n]
    if state.story[n]:
        return _WITHOUT_BROWSERS if share >= THRESHOLDS.max_share_of_browsers else _PHRASES
    if not state.lines[n].is_prose:
        return (APPEAL,) if share >= THRESHOLDS.min_share_outside else ()
    return _PHRASES if share >= THRESHOLDS.min_share_outside else ("browsers",)


def _below_message(state: LabelState, n: int) -> None:
    """Label the short line below a message about the reader's browser: "Please change the settings."."""
    if n == len(state.lines) or state.verdicts[n] is not None:
        return
    if state.lines[n].words <= THRESHOLDS.max_words_below_browsers and state.story_shares[n] < SURE:
        state.set_label(n, Label.CONTROL, BESIDE)


def _between(state: LabelState, found: list[int], label: Label) -> None:
    """Label the lines between two lines of a manager of consent, or of the rules for comments."""
    for first, last in itertools.pairwise(found):
        if last - first - 1 <= THRESHOLDS.max_between:
            for n in range(first + 1, last):
                if state.story[n] and state.verdicts[n] is None:
                    state.set_label(n, label, BESIDE)


def _below_offer(state: LabelState, offer: int, *, only_offers: bool = False) -> None:
    """Label the lines below the offer of a subscription that belong to it.

    Where the story goes on below, or with `only_offers`, only lines with a word of offers do.
    """
    lines = state.lines
    stop = min(offer + 1 + THRESHOLDS.reach, len(lines))
    stop = next((n for n in range(offer + 1, stop) if state.label(n) in ENDS or _is_story(state, n)), stop)
    goes_on = any(_is_story(state, n) for n in range(stop, len(lines)))
    for n in range(offer + 1, stop):
        if not state.story[n] or state.verdicts[n] is not None:
            continue
        is_short = lines[n].words <= THRESHOLDS.max_words_beside and not goes_on and not only_offers
        if is_short or _is_offer(lines[n]):
            state.set_label(n, Label.PROMO, BESIDE)


def _beside_box(state: LabelState, box: int) -> None:
    """Label the heading above an appeal or an offer, and the button below it."""
    _beside(state, box - 1, box_signs.is_heading)
    _beside(state, box + 1, box_signs.is_button)


def _beside(state: LabelState, n: int, belongs: Callable[[Line], bool]) -> None:
    """Label line n beside a box, if no rule has labelled it, it is no running text, and it belongs to the box."""
    is_open = 0 < n < len(state.lines) and state.verdicts[n] is None and not state.prose[n]
    if is_open and belongs(state.lines[n]):
        state.set_label(n, Label.PROMO, BESIDE)


def _is_offer(line: Line) -> bool:
    """Whether the line has a word of offers, or a price."""
    return _CURRENCY.search(line.text) is not None or _OFFER.search(level(line.text))


def _is_story(state: LabelState, n: int) -> bool:
    """Whether the line is running text of the story, and no part of an offer."""
    line = state.lines[n]
    is_running = state.is_running(n) and line.words >= THRESHOLDS.min_words_of_story
    return is_running and not _is_offer(line)
