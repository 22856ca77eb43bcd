"""Rules for a single line: its words or its form leave no doubt about its label.

Phrases (`vocabulary.toml`) are tried first, then the patterns, in order: the first match gives the label.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Final

from copydesk.characters import BULLETS, DASHES, SENTENCE_ENDS, SEPARATORS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import button_rows
from copydesk.labelling.hints import AGENCY, BY, COPYRIGHT, FIGURE, NO, PICTURE, THIS
from copydesk.labelling.line import Line
from copydesk.labelling.verdict import Role, Verdict
from copydesk.parsing import picture_labels
from copydesk.parsing.people import PARTICLES
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of, plain


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule for a single line.

    `hints`: a line without any of these hints can't match, so that the rule is not tried.  `matches` says whether a
    line matches.  `is_certain`: the model can't overrule this rule.
    """

    rule: Rule
    label: Label
    hints: int
    matches: Callable[[Line], bool]
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of the rules for single lines.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_control: int = 8
    """Words of a control that begins with a phrase.  A longer line is running text, here and in the next three."""

    max_teaser_heading: int = 9
    """Words of the heading of a list of teasers that begins with a phrase."""

    max_tags: int = 30
    """Words of tags that begin with a phrase."""

    max_phrased: int = 40
    """Words of promotion, and of a line with any other label, that begins with a phrase."""

    max_phrase: int = 40
    """Characters of a phrase, and of a line that has only a phrase."""

    max_notice: int = 40
    """Words of a copyright notice."""

    max_about_article: int = 80
    """Words of a line like "This article was updated": a longer one is a paragraph of the story."""

    max_figure: int = 60
    """Words of the caption of a picture with a number.  Set with the kit of kinds, November 2026."""

    min_headline_after_phrase: int = 3
    """Words of the headline that follows "Read also" without a mark.  Set with the tests' cases, November 2026."""

    max_player_times: int = 6
    """Words of the times of a player: "0:00 / 12:34"."""

    max_comment_count: int = 4
    """Words of a line like "12 comments"."""

    max_age: int = 5
    """Words of a line like "2 hours ago"."""

    max_reading_time: int = 7
    """Words of a line like "Estimated reading time: 3 minutes"."""

    def max_of(self, label: Label) -> int:
        """Words of a line with this label that begins with a phrase."""
        return {
            Label.CONTROL: self.max_control,
            Label.TEASER_HEADING: self.max_teaser_heading,
            Label.TAGS: self.max_tags,
        }.get(label, self.max_phrased)


THRESHOLDS: Final = Thresholds()


def _like(expression: str, max_words: int) -> Callable[[Line], bool]:
    """A function for lines of at most `max_words` words that begin with a match of the regular expression."""
    pattern = re.compile(expression, re.IGNORECASE)
    return lambda line: line.words <= max_words and pattern.match(line.text) is not None


LINE = Rule("label.phrase", "a line that is the same on thousands of sites (vocabulary.toml: phrases.line)")
OPENING = Rule("label.opening", "begins as such lines do on thousands of sites (vocabulary.toml: phrases.opening)")
HEAD = Rule("label.head", 'begins with a word like "Read more:" that says what follows (vocabulary.toml: phrases.head)')

PLACES: Final = ((LINE, "line"), (OPENING, "opening"), (HEAD, "head"))
"""The rules for phrases, each with the name of its table."""

PHRASES: Final = {
    "line": VOCABULARY.phrases.line,
    "opening": VOCABULARY.phrases.opening,
    "head": VOCABULARY.phrases.head,
}

_COUNT_WORDS: Final = VOCABULARY.count
_WIDE_COLON: Final = "\N{FULLWIDTH COLON}"

PATTERNS: Final = (
    Pattern(
        Rule("label.copyright", "a copyright notice"),
        Label.COPYRIGHT,
        COPYRIGHT,
        lambda line: line.words <= THRESHOLDS.max_notice and line.facts.is_notice and not line.facts.says_credit,
        is_certain=True,
    ),
    Pattern(
        Rule("label.player-times", "the times of a player"),
        Label.CONTROL,
        FIGURE,
        _like(r"(?:-?\d{1,2}:\d\d(?::\d\d)?[\s/|-]*)+$", THRESHOLDS.max_player_times),
        is_certain=True,
    ),
    Pattern(
        Rule("label.comment-count", "how many comments or ratings a story has, perhaps behind its mark"),
        Label.CONTROL,
        FIGURE | NO,
        _like(
            r"(?:[\N{BLACK STAR}\N{WHITE STAR}]{1,10}\s?)?"
            rf"(?:\d(?:[.,]\d{{1,2}})?(?:\s?/\s?\d{{1,2}})?\s(?:[^\W\d_]{{1,4}}\s|[({BULLETS}-]\s?))?"
            rf"(?:\d{{1,5}}|no) {one_of(_COUNT_WORDS.nouns)}\)?$",
            THRESHOLDS.max_comment_count,
        ),
    ),
    Pattern(
        Rule("label.image-caption", 'begins with the label of a caption: "Image caption, ..."'),
        Label.CAPTION,
        PICTURE,
        lambda line: picture_labels.says_caption(line.text),
        is_certain=True,
    ),
    Pattern(
        Rule("label.age-of-story", "how old the story is"),
        Label.CONTROL,
        THIS,
        _like(
            r"this (?:article|story) is (?:more than|over) \w+ (?:day|month|year)s? old\.?$",
            THRESHOLDS.max_about_article,
        ),
        is_certain=True,
    ),
    Pattern(
        Rule("label.about-this-article", "where the story first appeared, how it was made, what was changed"),
        Label.NOTE,
        THIS,
        _like(
            r"this (?:article|story|post|piece|report) "
            r"(?:was|has been|is|contains|originally|first|may contain)\b.{0,60}"
            r"(?:published|updated|corrected|amended|edited|affiliate|syndicated|appeared|produced)",
            THRESHOLDS.max_about_article,
        ),
    ),
    Pattern(
        Rule("label.byline", 'says "By" and names somebody'),
        Label.BYLINE,
        BY,
        lambda line: line.facts.is_byline and not picture_labels.says_source(line.text),
    ),
    Pattern(
        Rule("label.reporter", "a reporter's name with a mail address"),
        Label.BYLINE,
        BY,
        lambda line: line.facts.is_reporter,
        is_certain=True,
    ),
    Pattern(
        Rule("label.credit", "credits a picture"),
        Label.CREDIT,
        PICTURE | AGENCY,
        lambda line: line.facts.is_credit,
        is_certain=True,
    ),
    Pattern(
        Rule("label.figure", 'the caption of a picture with a number: "Figure 3. The old bridge"'),
        Label.CAPTION,
        FIGURE,
        _like(
            rf"{one_of(VOCABULARY.picture.figures)}\s?\d{{1,3}}(?:[.-]\d{{1,3}})?[a-z]?"
            rf"(?:\s?[.:|){_WIDE_COLON}]\s|\s?[{DASHES}-]\s(?!\d)|\s?{_WIDE_COLON})\s{{0,2}}\S",
            THRESHOLDS.max_figure,
        ),
        is_certain=True,
    ),
    Pattern(
        Rule("label.date", "a date and little else"),
        Label.TIMESTAMP,
        FIGURE,
        lambda line: line.facts.is_timestamp,
        is_certain=True,
    ),
    Pattern(
        Rule("label.ago", "how long ago it was printed"),
        Label.TIMESTAMP,
        FIGURE,
        lambda line: line.words <= THRESHOLDS.max_age and line.facts.is_age,
    ),
    Pattern(
        Rule("label.reading-time", "how long it takes to read"),
        Label.TIMESTAMP,
        FIGURE,
        _like(
            rf"(?:{one_of(_COUNT_WORDS.before_minutes)}\W*(?:about |ca\.? )?)?\d{{1,2}}[\s-]min(?:ut[eo]n?)?s?\.?"
            rf"(?:\s{one_of(_COUNT_WORDS.after_minutes)})?$",
            THRESHOLDS.max_reading_time,
        ),
    ),
)
BUTTONS = Rule("label.buttons", "a row of buttons, or what a button says (vocabulary.toml: buttons)")

RULES: Final = (LINE, OPENING, HEAD, BUTTONS, *(pattern.rule for pattern in PATTERNS))
"""The rules of this module, in the order in which they are tried."""

HINTS: Final = reduce(or_, (pattern.hints for pattern in PATTERNS))
"""A line without any of these hints matches no pattern."""

CERTAIN: Final = frozenset(pattern.rule for pattern in PATTERNS if pattern.is_certain)

_SENTENCE_END = re.compile(rf"[{SENTENCE_ENDS}]$|[.!?]\s+[^\W_a-z]")
_COUNT = re.compile(r"\s\d{1,6}$")
_HEAD = re.compile(
    rf"(?P<head>.{{2,{THRESHOLDS.max_phrase}}}?)\s?(?:\([^)]{{1,40}}\)\s?)?[:{_WIDE_COLON}>{SEPARATORS}]+\s?(?=\S)"
)

_WAY = re.compile(rf"\S\s?(?:[>/|]|\s[{SEPARATORS}-]\s)\s?\S")
"""From one section to the next, behind "You are here:"."""


_BEFORE_HEADING: Final = frozenset(
    "[(<\N{LEFT BLACK LENTICULAR BRACKET}\N{LEFT TORTOISE SHELL BRACKET}\N{LEFT DOUBLE ANGLE BRACKET}"
    "\N{BLACK RIGHT-POINTING TRIANGLE}\N{WHITE RIGHT-POINTING TRIANGLE}\N{BLACK SQUARE}\N{BLACK DIAMOND}"
    "\N{BLACK CIRCLE}"
)
"""What stands before the heading of a list of stories, most of all in Korea, Japan and China."""

_NEXT_STORY: Final = frozenset(map(fold, VOCABULARY.teaser.next_story))


def _folded(text: str) -> str:
    """The folded text, with the same letter for both Turkish letters for i."""
    return plain(fold(text))


@cache
def _phrases(place: str) -> dict[str, Label]:
    """The phrases of the table `place` and the label that each gives."""
    return {_folded(phrase): label for label, phrases in PHRASES[place].items() for phrase in phrases}


@cache
def _first_words(place: str) -> frozenset[str]:
    """The first words of the phrases of a table: a quick check, since most lines begin with other words."""
    return frozenset(phrase.split()[0] for phrase in _phrases(place))


@cache
def _longest_opening() -> int:
    """Words of the longest phrase of the table "opening"."""
    return max(len(phrase.split()) for phrase in _phrases("opening"))


@cache
def _read_also() -> frozenset[str]:
    return frozenset(map(_folded, VOCABULARY.teaser.read_also))


@cache
def _first_words_of_read_also() -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in _read_also())


@cache
def _longest_read_also() -> int:
    """Words of the longest of these phrases."""
    return max(len(phrase.split()) for phrase in _read_also())


@cache
def possible() -> tuple[tuple[Rule, Label], ...]:
    """Every rule of this module, with each label that it can give."""
    phrased = [(rule, label) for rule, place in PLACES for label in dict.fromkeys(_phrases(place).values())]
    return (*phrased, (BUTTONS, Label.CONTROL), *((one.rule, one.label) for one in PATTERNS))


def announces_next_story(line: Line) -> bool:
    """Whether the line only says that the next story follows: "Up next"."""
    return line.folded in _NEXT_STORY


def judge(line: Line) -> Verdict | None:
    """The verdict on a single line, or None if no rule matches.  The line's facts remember it."""
    facts = line.facts
    if not facts.is_judged:
        facts.verdict, facts.is_judged = _judge(line), True
    return facts.verdict


def _judge(line: Line) -> Verdict | None:
    found = _by_phrase(line)
    if found:
        return found
    if button_rows.is_line(line.folded) or button_rows.is_row(line.text, line.folded):
        return Verdict(Label.CONTROL, BUTTONS)
    if line.hints & HINTS:
        for one in PATTERNS:
            if line.hints & one.hints and one.matches(line):
                return Verdict(one.label, one.rule)
    return None


def _by_phrase(line: Line) -> Verdict | None:
    text, folded = line.text, plain(line.folded)
    if line.words > THRESHOLDS.max_phrased:
        return None
    if not text[0].isalnum():
        is_heading = text[0] in _BEFORE_HEADING and _phrases("line").get(folded) is Label.TEASER_HEADING
        return Verdict(Label.TEASER_HEADING, LINE) if is_heading and len(text) <= THRESHOLDS.max_phrase else None
    if len(text) <= THRESHOLDS.max_phrase:
        label = _phrases("line").get(_COUNT.sub("", folded) if folded[-1:].isdigit() else folded)
        if (text.endswith(":") and _phrases("head").get(folded) is Label.TEASER) or is_read_also(line):
            label = Label.TEASER_HEADING  # "Read more:" with the headline in the next line
        if label:
            return Verdict(label, LINE)
    first, _, _ = folded.partition(" ")
    if first in _first_words("head"):
        head = _HEAD.match(text)
        label = _phrases("head").get(_folded(head["head"])) if head else None
        if label is Label.NAVIGATION and head and not _WAY.search(text, head.end()):
            label = None  # "You are here - at last."
        if label:
            return Verdict(label, HEAD, role=Role.ANNOUNCED if label is Label.TEASER else None)
    if first in _first_words_of_read_also() and _without_read_also(text) is not None:
        return Verdict(Label.TEASER, HEAD, role=Role.ANNOUNCED)
    if first in _first_words("opening"):
        words = folded.split(maxsplit=_longest_opening())
        for length in range(1, min(len(words), _longest_opening() + 1)):
            label = _phrases("opening").get(" ".join(words[:length]))
            if (
                label
                and line.words <= THRESHOLDS.max_of(label)
                and (label is not Label.TEASER_HEADING or _names(line, length))
            ):
                is_source = label is Label.TEASER_HEADING and ends_the_story(line)
                return Verdict(label, OPENING, role=Role.OTHER_SOURCE if is_source else None)
    return None


def _names(line: Line, length: int) -> bool:
    """Whether a name follows the phrase: "More from Example Media", and not "More on that in a moment."."""
    rest = line.text.split(maxsplit=length)[length:]
    return bool(rest) and rest[0][0].isupper() and not rest[0].endswith((".", "!", "?"))


def ends_the_story(line: Line) -> bool:
    """Whether a line that OPENING labels names a source, so that this story does not go on below it."""
    words = line.text.split()[2:]
    return bool(words) and all(word[0].isupper() or word in PARTICLES for word in words)


def is_read_also(line: Line) -> bool:
    """Whether the line says "Read also", and nothing else: it heads other stories in the middle of a story."""
    return plain(line.folded) in _read_also()


def without_head(text: str) -> str:
    """The text after the phrase in a line that HEAD labels: the headline of "Read more: headline"."""
    head = _HEAD.match(text)
    return text[head.end() :] if head else _without_read_also(text) or text


def _without_read_also(text: str) -> str | None:
    """The text after a phrase like "Read also" if it may be a headline: it begins with a capital, and is no sentence.

    None if there is no such phrase or headline.
    """
    words = text.split(maxsplit=_longest_read_also())
    for length in range(1, len(words)):
        if _folded(" ".join(words[:length])) in _read_also():
            rest = words[length:]
            is_headline = not rest[0][0].islower() and not _SENTENCE_END.search(text)
            long_enough = len(" ".join(rest).split()) >= THRESHOLDS.min_headline_after_phrase
            return " ".join(rest) if is_headline and long_enough else None
    return None
