"""Pages that are shown instead of a story: errors, bot checks, consent walls, log-ins, parked domains, legal texts.

Such a page has little running text, and what it has are the phrases of such pages.  A story that reports on one of
them has other text too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.document import STORY, TEASERS, Label
from copydesk.edits import Rule
from copydesk.labelling import boxes, notice_signs
from copydesk.labelling.line import Line
from copydesk.labelling.verdict import Verdict
from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, level, one_of


@dataclass(frozen=True, slots=True)
class NoStoryThresholds:
    """When a page holds no story.

    Set in November 2026 by reading notices in many languages, so that no page with a story of the kits for text, kinds
    and hosts is one.
    """

    max_words: int = 250
    """Words of a notice that are labelled as story."""

    max_words_of_consent: int = 500
    """The same for a page that asks for consent."""

    max_words_below_heading: int = 45
    """The same for a page that only its heading shows to be a notice."""

    max_words_without_heading: int = 60
    """The same for a page with a single phrase of a notice, and no heading of one."""

    min_share: float = 0.5
    """Share of the story's words in lines with a phrase of notices."""

    min_share_below_heading: float = 0.2
    """The same if the heading is that of a notice."""

    min_consent: int = 3
    """Different phrases about consent."""

    min_words_of_story: int = 20
    """Words of a line that shows a story beside the box that asks for consent."""

    max_words_of_short: int = 65
    max_words_of_check: int = 90
    max_words_of_signs: int = 110
    """Words of a page that speaks to the reader: with `min_signs_of_short` kinds of signs, with as many if it checks
    who the reader is and names its terms, and with `min_signs`."""

    min_signs_of_short: int = 3
    min_signs: int = 4
    """Kinds of signs (`notice_signs`) of such a page.  Of 2,710 beginnings of stories, threads and documentation with
    40 and 100 words, two have as many, and none is taken for a notice."""

    min_signs_below_heading: int = 2
    """The same if the heading is that of a notice."""

    min_share_of_signs: float = 0.6
    """Share of the story's words in lines with a sign."""

    min_policy: int = 4
    """The same in a legal text, below its headline; it may be long."""

    head: int = 12
    """Lines at the beginning among which the heading of a notice is looked for, beside the headline."""

    max_heading: int = 100
    """Characters of a heading."""

    max_beside_heading: int = 4
    """Words beside the words of a heading: the name of the site."""

    max_line: int = 4000
    """Characters of a line that is searched for phrases."""


THRESHOLDS: Final = NoStoryThresholds()

NO_STORY = Rule("label.no-story", "the page is an error, bot check, consent wall, log-in or legal text, and no story")
RULES: Final = (NO_STORY,)

_PARTS = re.compile(rf"\s[{SEPARATORS}-]\s|:\s|\s\N{{EM DASH}}\s|[!?.,]\s")


def _as_heading(phrases: list[str]) -> str:
    one = one_of(phrases)
    return rf"\W{{0,9}}{one}(?:\W{{1,9}}{one}){{0,2}}\W{{0,9}}"


def _as_policy(phrases: list[str]) -> str:
    return rf"\W{{0,9}}{one_of(phrases)}\W{{0,9}}"


_HEADINGS: Final = PhraseIndex(VOCABULARY.notice.headings, _as_heading, has_borders=True)
_POLICIES: Final = PhraseIndex(VOCABULARY.notice.policies, _as_policy, has_borders=True)
_SENTENCES: Final = PhraseIndex((*VOCABULARY.notice.sentences, *VOCABULARY.notice.browsers))
_CONSENT: Final = PhraseIndex(VOCABULARY.notice.consent)


def find(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts; on a page without a story, what counted as story is a control."""
    if not _is_notice(lines, verdicts):
        return list(verdicts)
    return [Verdict(Label.CONTROL, NO_STORY) if verdict.label in STORY else verdict for verdict in verdicts]


def _is_notice(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> bool:
    if not any(verdict.label in STORY for verdict in verdicts):
        return False
    story = [n for n, verdict in enumerate(verdicts) if _is_text(lines[n], verdict)]
    words = sum([lines[n].words for n in story])
    head_lines = [lines[n] for n in _heads(lines, verdicts)]
    heads = [level(line.text) for line in head_lines]
    is_policy = any(_is_heading(head, _POLICIES) for head in heads)
    is_long = words > THRESHOLDS.max_words_of_consent
    if is_long and not is_policy:  # nearly all stories: they need no search for phrases
        return False
    about_consent, in_consent = _found(_CONSENT, lines, story)
    is_consent = in_consent >= THRESHOLDS.min_share_below_heading * words
    if is_policy and about_consent >= THRESHOLDS.min_policy and is_consent:
        return True
    if is_long:
        return False
    phrases, inside = _found(_SENTENCES, lines, story)
    has_heading = any(_is_heading(head, _HEADINGS) for head in heads)
    if words <= THRESHOLDS.max_words:
        if has_heading and (
            words <= THRESHOLDS.max_words_below_heading or inside >= THRESHOLDS.min_share_below_heading * words
        ):
            return True
        if inside >= THRESHOLDS.min_share * words and (phrases > 1 or words <= THRESHOLDS.max_words_without_heading):
            return True
    if words <= THRESHOLDS.max_words_of_signs and _speaks_to_reader(lines, verdicts, head_lines, has_heading):
        return True
    min_share = THRESHOLDS.min_share_below_heading if has_heading else THRESHOLDS.min_share
    is_wall = about_consent >= THRESHOLDS.min_consent and in_consent >= min_share * words
    return is_wall and not _has_story(lines, verdicts)


def _speaks_to_reader(
    lines: Sequence[Line], verdicts: Sequence[Verdict], heads: Sequence[Line], has_heading: bool
) -> bool:
    """Whether several kinds of signs show that the page speaks to the reader.  A story has a byline or a date."""
    last = max(n for n, verdict in enumerate(verdicts) if verdict.label in STORY)
    if any(verdict.label in (Label.BYLINE, Label.TIMESTAMP) for verdict in verdicts[:last]):
        return False
    story = [line for line, verdict in zip(lines, verdicts, strict=True) if _is_text(line, verdict)]
    words = sum([line.words for line in story])
    kinds, inside = notice_signs.found(story)
    kinds |= notice_signs.found(heads)[0]
    if inside < THRESHOLDS.min_share_of_signs * words:
        return False
    if has_heading:
        return len(kinds) >= THRESHOLDS.min_signs_below_heading
    is_age_check = kinds.issuperset(("check", "terms")) and words <= THRESHOLDS.max_words_of_check
    is_short = words <= THRESHOLDS.max_words_of_short or is_age_check
    enough = len(kinds) >= (THRESHOLDS.min_signs_of_short if is_short else THRESHOLDS.min_signs)
    return enough and not kinds.isdisjoint(notice_signs.ASKS) and not kinds.isdisjoint(notice_signs.REFUSES)


def _is_text(line: Line, verdict: Verdict) -> bool:
    """Whether the line counts as text of the page: story, a box, or running text that advertises no other story."""
    is_running = line.is_prose and verdict.label not in TEASERS and verdict.label is not Label.TITLE
    return verdict.label in STORY or verdict.rule in boxes.RULES or is_running


def _heads(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[int]:
    """The lines that may be the heading of a notice: the headline, the first line, and lines right above its text."""
    return [
        n
        for n, verdict in enumerate(verdicts)
        if len(lines[n].text) <= THRESHOLDS.max_heading
        and not (verdict.label is Label.CONTROL and verdict.share is None)  # the button of a log-in
        and (verdict.label is Label.TITLE or (n < THRESHOLDS.head and (n == 0 or _is_above_text(lines, verdicts, n))))
    ]


def _is_above_text(lines: Sequence[Line], verdicts: Sequence[Verdict], n: int) -> bool:
    """Whether running text is right below the line, or below a date."""
    below = n + 2 if n + 2 < len(lines) and verdicts[n + 1].label is Label.TIMESTAMP else n + 1
    return below < len(lines) and lines[below].is_prose


def _has_story(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> bool:
    """Whether a line of running text says nothing about consent: a box for consent is beside a story."""
    return any(
        verdict.label in STORY and line.words >= THRESHOLDS.min_words_of_story and not _CONSENT.search(level(line.text))
        for line, verdict in zip(lines, verdicts, strict=True)
    )


def _found(phrases: PhraseIndex, lines: Sequence[Line], story: Sequence[int]) -> tuple[int, int]:
    """(different matches in the story's lines, the words of the lines that have one)."""
    different: set[str] = set()
    words = 0
    for n in story:
        text = level(lines[n].text[: THRESHOLDS.max_line])
        pattern = phrases.pattern(text)
        matches = pattern.findall(text) if pattern else []
        different.update(match.casefold() for match in matches)
        words += lines[n].words if matches else 0
    return len(different), words


def _is_heading(text: str, headings: PhraseIndex) -> bool:
    """Whether the line is one of these headings, perhaps beside the name of the site."""
    pattern = headings.pattern(text)
    if pattern is None:
        return False
    parts = [part for part in _PARTS.split(text) if part]
    beside = [part for part in parts if not pattern.fullmatch(part)]
    return len(beside) < len(parts) and sum(len(part.split()) for part in beside) <= THRESHOLDS.max_beside_heading


def is_short(lines: Sequence[Line]) -> bool:
    """Whether a page without any story has so few words that it is a notice or an empty shell."""
    return sum([line.words for line in lines]) <= THRESHOLDS.max_words
