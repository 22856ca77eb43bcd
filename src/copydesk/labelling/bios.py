"""Bios: texts about the authors, below the story or at its end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line
from copydesk.labelling.line_facts import MIN_SENTENCE_WORDS
from copydesk.labelling.state import LIKELY, SURE, LabelState
from copydesk.labelling.verdict import Role
from copydesk.parsing.people import is_person
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of, whole_words


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of bios.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_words: int = 7
    """Words of a bio."""

    max_words: int = 80
    """Words of a line below the story that names an author again."""

    max_lines: int = 2
    """Lines of a bio below its heading."""

    max_authors: int = 12
    """Authors who are looked for below the story."""

    max_from_end: int = 3
    """Lines of running text at the end of the story that may be a bio."""

    max_name_words: int = 4
    """Words of a line that is only an author's name: a bio may follow."""


THRESHOLDS: Final = Thresholds()

BIO = Rule("label.bio", "below a person's name, begins with it and is about the person")

BIO_TEXT = Rule("label.bio-text", "below the story, begins with a person's name and names the person's job")

BIO_NAME = Rule("label.bio-name", "a person's name above a text about the person")

ABOUT = Rule("label.about-the-author", 'below the story, says "About the author", or is below such a line')

NAMED_AGAIN = Rule("label.author-again", "below the story, names an author again")

RULES: Final = (BIO, BIO_NAME, BIO_TEXT, ABOUT, NAMED_AGAIN)

_VERB_AND_JOB = re.compile(
    r"\b(?:is|was|has been|works as|writes|covers|ist|schreibt|arbeitet|est|es|è)\b.{0,120}"
    + whole_words((*VOCABULARY.jobs.everywhere, *VOCABULARY.jobs.in_bios)),
    re.IGNORECASE,
)
"""A verb, and after it a job: "is a writer", "works as an editor"."""

_CONTACT = re.compile(
    r"\b(?:reach|contact|email|follow)\s(?:him|her|them)\b|\s[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}", re.IGNORECASE
)
"""How readers reach the author: "Reach her at jdoe@example.com"."""

_HEADING = re.compile(
    r"(?:about|meet|über|zum|zur|à propos d[eu]|sobre|om|info su)\s"
    r"(?:the\s|den\s|die\s|der\s|el\s|la\s)?(?P<who>.+?)\s?:?$",
    re.IGNORECASE,
)
"""The heading of a bio: "About the author", "About Jane Doe"."""

_AUTHOR_NOUN = re.compile(one_of(VOCABULARY.jobs.about), re.IGNORECASE)
"""What such a heading says if it does not say the name: "author", "writer"."""

_NAME_BEFORE_VERB = re.compile(
    r"(?:[^\W\d_a-z]\S*\s){1,4}(?=is\b|was\b|has\b|writes\b|works\b|covers\b|ist\b|schreibt\b|est\b|es\b)"
)
"""One to four words with capitals, and after them a verb: "Jane Doe is"."""


_CREDENTIALS = re.compile(r"(?:,\s(?:[A-Z][A-Za-z.]{1,5}|[A-Z]{2,8})[\N{REGISTERED SIGN}\N{TRADE MARK SIGN}]?){1,4}$")
"""Titles behind a person's name: "Jane Doe, PhD, CFP\N{REGISTERED SIGN}"."""


def is_bio(line: Line) -> bool:
    """Whether the line begins with a person's name and says what the person's job is."""
    who = _who(line)
    return who is not None and is_person(who)


def _who(line: Line) -> str | None:
    """The capitalised words at the beginning of a line that names a job or an address; None for other lines."""
    named = _NAME_BEFORE_VERB.match(line.text) if line.words >= MIN_SENTENCE_WORDS else None
    says_job = named and (_VERB_AND_JOB.search(line.text) or _CONTACT.search(line.text))
    return named[0].strip() if named and says_job else None


def bios(state: LabelState, last: int) -> None:
    """Label the texts about the authors, below the story or at its end; `last` is the last line of the story."""
    signed = _signed(state, last)
    _below_names(state, last, signed)
    _texts(state, signed)
    _about(state, last, signed)


def _signed(state: LabelState, last: int) -> tuple[str, ...]:
    """The names in the story's bylines, folded."""
    named = (
        fold(author.name)
        for n, line in enumerate(state.lines[: last + 1])
        if state.label(n) is Label.BYLINE
        for author in line.facts.authors
        if " " in author.name
    )
    return tuple(islice(dict.fromkeys(named), THRESHOLDS.max_authors))


def _below_names(state: LabelState, last: int, signed: Sequence[str]) -> None:
    """Label sentences that begin with the name above them: outside the story, or about an author at its end."""
    for n in range(1, len(state.lines)):
        above, line = state.lines[n - 1], state.lines[n]
        is_open = state.verdicts[n - 1] is None and state.verdicts[n] is None
        if not is_open or line.words < THRESHOLDS.min_words or not line.ends:
            continue
        name = _CREDENTIALS.sub("", above.text)
        if (
            line.text.startswith(name + " ")
            and is_person(name)
            and (not state.story[n] or (n >= last and (name != above.text or above.folded in signed)))
            and state.share(n, Label.TEASER) < LIKELY
        ):
            state.set_label(n - 1, Label.BIO, BIO_NAME, Role.BIO_NAME)
            state.set_label(n, Label.BIO, BIO)


def _texts(state: LabelState, signed: Sequence[str]) -> None:
    """Label texts that begin with a name and name a job.  What is surely story must be about a person who signed it."""
    running = state.running()
    for n in range(running[-2] if len(running) > 2 else len(state.lines), len(state.lines)):
        line = state.lines[n]
        who = _who(line) if state.verdicts[n] is None else None
        if who is None:
            continue
        is_signed = any(name.startswith(fold(who)) for name in signed)
        if is_signed or (is_person(who) and state.story_shares[n] < SURE):
            state.set_label(n, Label.BIO, BIO_TEXT)
            above = state.lines[n - 1]
            if state.verdicts[n - 1] is None and above.facts.is_person and line.text.startswith(above.text + " "):
                state.set_label(n - 1, Label.BIO, BIO_NAME, Role.BIO_NAME)


def _about(state: LabelState, last: int, signed: Sequence[str]) -> None:
    """Label "About the author" with the text below it, and lines below the story that name an author again."""
    running = state.running()
    left = 0  # more lines that the bio may have
    for n in range(
        running[-THRESHOLDS.max_from_end] if len(running) >= THRESHOLDS.max_from_end else last + 1, len(state.lines)
    ):
        line = state.lines[n]
        heading = _HEADING.match(line.text)
        who = heading["who"] if heading else ""
        is_open = state.verdicts[n] is None and state.share(n, Label.TEASER) < LIKELY
        if is_open and heading and (_AUTHOR_NOUN.fullmatch(who) or (n > last and fold(who) in signed)):
            state.set_label(n, Label.BIO, ABOUT)
            left = THRESHOLDS.max_lines
        elif is_open and n > last and line.words <= THRESHOLDS.max_words and _names(line, signed):
            state.set_label(n, Label.BIO, NAMED_AGAIN)
            left = THRESHOLDS.max_lines if line.words <= THRESHOLDS.max_name_words else 0
        elif is_open and left and line.words >= THRESHOLDS.min_words and (left == THRESHOLDS.max_lines or n > last):
            state.set_label(n, Label.BIO, ABOUT)
            left -= 1
        else:
            left = 0


def _names(line: Line, people: Sequence[str]) -> bool:
    """Whether the line names one of the people."""
    padded = f" {line.folded} "
    return any(f" {name} " in padded for name in people)
