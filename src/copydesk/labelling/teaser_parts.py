"""What a line may be in the item of a list of other stories: its headline, blurb, kicker, date ..., with costs.

A list is cut at the lowest cost, so every doubt about a line is a cost in bits: 0 for what the line looks like by
itself, more for what it can be if the other items of its list are built that way.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from copydesk.characters import BULLETS, CLOSING_QUOTES, DASHES
from copydesk.document import Label
from copydesk.labelling.hints import AGENCY, BY, FIGURE, PICTURE
from copydesk.labelling.line import Line
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class PartThresholds:
    """Sizes and costs of the parts of an item.  Set with `python -m bench.teasers`, November 2026."""

    max_short: int = 3
    """Words of a line that may be a section, a source or a name.  It is a headline only if its list says so."""

    max_kicker: int = 6
    """Words of a kicker; from `max_short` on it is one only if its list says so."""

    min_blurb: int = 6
    """Words of a line that ends with a full stop and is a blurb."""

    max_headline: int = 32
    """Words of a headline.  A longer line is a blurb."""

    max_sentence: int = 20
    """Words of a headline that ends like a sentence."""

    max_dated: int = 9
    """Words of a line with a date and the section or the number of pictures beside it."""

    max_count: int = 3
    """Words of a number with its unit: "6,384 Read", "4m 2s"."""

    slight_doubt: float = 0.25
    """Bits that it costs to read a sentence that breaks off, or two sentences, as a headline."""

    doubt: float = 2.0
    """Bits that it costs to read a line as something that it does not look like."""

    strong_doubt: float = 4.0
    """The same where a rule for single lines has read the line."""


THRESHOLDS: Final = PartThresholds()

MIN_LETTERS: Final = 2
"""Letters or digits of a line that says something: a single one is a mark or damage."""

MAX_LETTERS_READ: Final = 12
"""Only in lines of up to this number of characters, letters are counted."""

Options: TypeAlias = tuple[tuple[Label, float], ...]
"""The parts that a line may be, each with its cost in bits."""

SITE_TAIL: Final = re.compile(rf"[|{DASHES}-]\s+(?P<site>[^\W\d_a-z]\S{{0,30}}(?:\s\S{{1,30}}){{0,2}}(?<![.!?]))")
"""Matches a line like "- YouTube": the end of a page's title, of which the scraper lost the headline."""

BULLET: Final = re.compile(rf"\A[{BULLETS}{DASHES}|>-]+\s+")
"""Matches the bullet at the beginning of an item."""

_OPENINGS: Final = frozenset(map(fold, VOCABULARY.teaser.openings))

_BREAKS_OFF: Final = ("..", "\N{HORIZONTAL ELLIPSIS}")
_GOES_ON: Final = ",:|/-" + DASHES
"""Marks at the end of a section above or beside a headline."""

_SECTION_NAME = r"[^\W\d_a-z][^\s,]*(?:\s[^\W\d_a-z][^\s,]*)?"
_SECTIONS = re.compile(
    rf"(?:In|En|Em|Dans)\s{_SECTION_NAME}(?:,\s{_SECTION_NAME}){{0,4}}|{_SECTION_NAME}(?:,\s{_SECTION_NAME}){{2,4}}"
)
"""Names of sections behind "In", or three and more of them: "In News, Portugal", "News, Portugal, Tourism"."""

_NUMBER = re.compile(r"\W{0,3}\d{1,4}\W{0,3}")
_COUNT = re.compile(r"\W{0,3}\d[\d.,:]{0,9}\s?(?:[^\W\d_]{1,12}\.?|\d{1,2}\s?[^\W\d_]{1,3})?(?:\s[^\W\d_]{1,12}\.?)?")
_FULL_STOP = re.compile(rf"(?:[.\N{{HORIZONTAL ELLIPSIS}}\N{{IDEOGRAPHIC FULL STOP}}])[{CLOSING_QUOTES}]?\Z")
_SENTENCE_INSIDE = re.compile(rf"(?<=[^\W\d_][^\W\d_])[.\N{{IDEOGRAPHIC FULL STOP}}][{CLOSING_QUOTES}]?\s(?=\S)")
_SHORT_DATE = re.compile(
    r"\d{1,2}\s?[./]\s?\d{1,2}\.?(?:\s\d{1,2}:\d\d)?|(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,3}\s?(?:秒|分|時間|小时|小時|日|天|週間)\s?前"
)
_AGE = re.compile(
    r"\b\d{1,3}\s?(?:s|m|h|d|w|mo|y|min|mins|hr|hrs|sec|secs|minutes?|hours?|days?|weeks?|months?|years?)\.?\sago\b"
    r"|\b(?:vor|il y a|hace|há)\s\d{1,3}\s[^\W\d_]{1,12}",
    re.IGNORECASE,
)


def is_opening(line: Line) -> bool:
    """Whether the line is a word like "Next" that opens an item."""
    return line.words <= THRESHOLDS.max_short and line.folded in _OPENINGS


def begins_item(line: Line) -> bool:
    """Whether the line has a bullet, or is the end of a page's title: an item begins with it."""
    return not line.text[0].isalnum() and BULLET.match(line.text) is not None


def is_site_tail(line: Line) -> bool:
    """Whether the line is the end of a page's title, of which the scraper lost the headline."""
    return not line.text[0].isalnum() and SITE_TAIL.fullmatch(line.text) is not None


def is_credit(line: Line) -> bool:
    """Whether the line credits a picture."""
    return bool(line.hints & (PICTURE | AGENCY)) and line.facts.is_credit


def parts_of(line: Line, label: Label, *, opens: bool = False, comes_again: bool = False) -> Options:
    """The parts that the line may be in an item; `label` is its label on the page.

    A part `navigation` is a rank, or a word like "Next": `opens` says that the line is one.  `comes_again` says whether
    its list has the line more than once, as only sections do.
    """
    text, words = line.text, line.words
    if opens:
        return ((Label.NAVIGATION, 0.0),)
    if len(text) < MAX_LETTERS_READ and sum(map(str.isalnum, text)) < MIN_LETTERS:
        return ((Label.CONTROL, 0.0),)
    if is_site_tail(line):
        return ((Label.TAGS, 0.0), (Label.TITLE, THRESHOLDS.strong_doubt))
    read = _read(line, label)
    if read is not None:
        return read
    if label is Label.CONTROL:
        return ((Label.CONTROL, 0.0),) if words <= THRESHOLDS.max_short else ()
    doubt = THRESHOLDS.doubt
    is_long = words > THRESHOLDS.max_sentence and line.ends and not text.endswith(_BREAKS_OFF)
    if words > THRESHOLDS.max_headline:
        return ((Label.PARAGRAPH, 0.0),)
    if is_long:
        return ((Label.PARAGRAPH, 0.0), (Label.TITLE, THRESHOLDS.strong_doubt))
    if words >= THRESHOLDS.min_blurb and _FULL_STOP.search(text):
        breaks_off = text.rstrip(CLOSING_QUOTES).endswith(_BREAKS_OFF)
        return ((Label.PARAGRAPH, 0.0), (Label.TITLE, THRESHOLDS.slight_doubt if breaks_off else doubt))
    if words >= 2 * THRESHOLDS.min_blurb and _SENTENCE_INSIDE.search(text):
        return ((Label.PARAGRAPH, 0.0), (Label.TITLE, THRESHOLDS.slight_doubt))
    is_section = (
        text[-1] in _GOES_ON or _SECTIONS.fullmatch(text) is not None or (comes_again and words < THRESHOLDS.max_kicker)
    )
    if is_section or (words <= THRESHOLDS.max_short and not text.endswith(("?", "!"))):
        return ((Label.TAGS, 0.0), (Label.TITLE, doubt))
    if words <= THRESHOLDS.max_kicker:
        return ((Label.TITLE, 0.0), (Label.TAGS, doubt), (Label.PARAGRAPH, THRESHOLDS.strong_doubt))
    return ((Label.TITLE, 0.0), (Label.PARAGRAPH, THRESHOLDS.strong_doubt))


def above_credit(options: Options) -> Options:
    """The parts that a line with these options may be if a credit is right below it: a caption, above all."""
    parts = {part for part, _ in options}
    if not parts & {Label.PARAGRAPH, Label.TITLE} or Label.CAPTION in parts:
        return options
    if options[0][0] is Label.PARAGRAPH:
        return ((Label.CAPTION, 0.0), *[(part, doubt + THRESHOLDS.doubt) for part, doubt in options])
    return (*options, (Label.CAPTION, THRESHOLDS.doubt / 2))


def _read(line: Line, label: Label) -> Options | None:
    """The parts of a line that a parser reads: a number, a date, a byline, a credit.  None for all others."""
    text, words, hints = line.text, line.words, line.hints
    if hints & FIGURE:
        if _NUMBER.fullmatch(text):
            return ((Label.CONTROL, 0.0),)
        if words <= THRESHOLDS.max_dated and (line.facts.is_age or _SHORT_DATE.match(text)):
            return ((Label.TIMESTAMP, 0.0),)
        if line.facts.is_timestamp or (words <= THRESHOLDS.max_dated and _AGE.search(text)):
            is_long = words > THRESHOLDS.max_short + 2
            in_headline = ((Label.TITLE, THRESHOLDS.doubt / 2),) if is_long else ()
            return ((Label.TIMESTAMP, 0.0), *in_headline)
        if words <= THRESHOLDS.max_count and _COUNT.fullmatch(text):
            return ((Label.CONTROL, 0.0),)
    if hints & BY and line.facts.is_byline:
        return ((Label.BYLINE, 0.0),)
    if is_credit(line):
        return ((Label.CREDIT, 0.0),)
    if hints & (PICTURE | AGENCY) and (label is Label.CAPTION or line.facts.ends_with_credit):
        return ((Label.CAPTION, 0.0), (Label.TITLE, THRESHOLDS.strong_doubt))
    return None
