"""Bios: who wrote the story, below it or at its very end."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line
from copydesk.labelling.line_facts import MIN_SENTENCE_WORDS
from copydesk.labelling.state import LIKELY, SURE, Draft
from copydesk.labelling.verdict import Role
from copydesk.parsing.people import is_person
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of, whole_words

LEAST_BIO_WORDS: Final = 7

MOST_BIO_WORDS: Final = 80

MOST_ABOUT_WORDS: Final = 6

MOST_BIO_LINES: Final = 2

MOST_SIGNED: Final = 12
"""People who signed a story and are looked for below it."""

END_OF_STORY: Final = 3
"""Lines of running text at the story's end that may be about the author."""

MOST_NAME_WORDS: Final = 4

BIO = Rule("label.bio", "tells of the person whose name it begins with")

BIO_TEXT = Rule("label.bio-text", "below the story, tells what a person does for a living")

BIO_NAME = Rule("label.bio-name", "a person's name above a text that tells of the person")

ABOUT = Rule("label.about-the-author", 'below the story, says "About the author", or stands below such a line')

NAMED_AGAIN = Rule("label.author-again", "below the story, names again who signed it")

RULES: Final = (BIO, BIO_NAME, BIO_TEXT, ABOUT, NAMED_AGAIN)

_LIVING = re.compile(
    r"\b(?:is|was|has been|works as|writes|covers|ist|schreibt|arbeitet|est|es|è)\b.{0,120}"
    + whole_words((*VOCABULARY.jobs.everywhere, *VOCABULARY.jobs.in_bios)),
    re.IGNORECASE,
)

_ABOUT = re.compile(
    r"(?:about|meet|über|zum|zur|à propos d[eu]|sobre|om|info su)\s"
    r"(?:the\s|den\s|die\s|der\s|el\s|la\s)?(?P<who>.+?)\s?:?$",
    re.IGNORECASE,
)

_AUTHOR = re.compile(one_of(VOCABULARY.jobs.about), re.IGNORECASE)

_NAMED = re.compile(
    r"(?:[^\W\d_a-z]\S*\s){1,4}(?=is\b|was\b|has\b|writes\b|works\b|covers\b|ist\b|schreibt\b|est\b|es\b)"
)


def is_bio(line: Line) -> bool:
    """Whether the line begins with a person's name and says what the person does for a living."""
    who = _who(line)
    return who is not None and is_person(who)


def _who(line: Line) -> str | None:
    """The capitalised words with which a line begins that says what somebody does."""
    named = _NAMED.match(line.text) if line.words >= MIN_SENTENCE_WORDS else None
    return named[0].strip() if named and _LIVING.search(line.text) else None


def bios(draft: Draft, last: int) -> None:
    """What tells of the people who wrote the story, below it or at its very end."""
    signed = _signed(draft, last)
    _below_names(draft, last, signed)
    _texts(draft, signed)
    _about(draft, last, signed)


def _signed(draft: Draft, last: int) -> tuple[str, ...]:
    """Who signed the story, folded."""
    named = (
        fold(author.name)
        for n, line in enumerate(draft.lines[: last + 1])
        if draft.label(n) is Label.BYLINE
        for author in line.facts.authors
        if " " in author.name
    )
    return tuple(islice(dict.fromkeys(named), MOST_SIGNED))


def _below_names(draft: Draft, last: int, signed: Sequence[str]) -> None:
    """Sentences about a person whose name stands above them, outside the story, or at its end and in its byline."""
    for n in range(1, len(draft.lines)):
        name, line = draft.lines[n - 1], draft.lines[n]
        if (
            draft.verdicts[n - 1] is None
            and draft.verdicts[n] is None
            and line.words >= LEAST_BIO_WORDS
            and line.ends
            and line.text.startswith(name.text + " ")
            and name.facts.is_person
            and (not draft.story[n] or (n >= last and name.folded in signed))
            and draft.share(n, Label.TEASER) < LIKELY
        ):
            draft.put(n - 1, Label.BIO, BIO_NAME, Role.BIO_NAME)
            draft.put(n, Label.BIO, BIO)


def _texts(draft: Draft, signed: Sequence[str]) -> None:
    """Texts that begin with a name and say what the person does; what is surely story only where he signed it."""
    running = draft.running()
    for n in range(running[-2] if len(running) > 2 else len(draft.lines), len(draft.lines)):
        line = draft.lines[n]
        who = _who(line) if draft.verdicts[n] is None else None
        if who is None:
            continue
        is_signed = any(name.startswith(fold(who)) for name in signed)
        if is_signed or (is_person(who) and draft.told[n] < SURE):
            draft.put(n, Label.BIO, BIO_TEXT)
            above = draft.lines[n - 1]
            if draft.verdicts[n - 1] is None and above.facts.is_person and line.text.startswith(above.text + " "):
                draft.put(n - 1, Label.BIO, BIO_NAME, Role.BIO_NAME)


def _about(draft: Draft, last: int, signed: Sequence[str]) -> None:
    """Below the story: "About the author" with the text below it, and lines that name again who signed the story."""
    running = draft.running()
    left = 0  # lines that the bio may still have
    for n in range(running[-END_OF_STORY] if len(running) >= END_OF_STORY else last + 1, len(draft.lines)):
        line = draft.lines[n]
        heading = _ABOUT.match(line.text) if line.words <= MOST_ABOUT_WORDS else None
        who = heading["who"] if heading else ""
        may = draft.verdicts[n] is None and draft.share(n, Label.TEASER) < LIKELY
        if may and heading and (_AUTHOR.fullmatch(who) or (n > last and fold(who) in signed)):
            draft.put(n, Label.BIO, ABOUT)
            left = MOST_BIO_LINES
        elif may and n > last and line.words <= MOST_BIO_WORDS and _names(line, signed):
            draft.put(n, Label.BIO, NAMED_AGAIN)
            left = MOST_BIO_LINES if line.words <= MOST_NAME_WORDS else 0
        elif may and left and line.words >= LEAST_BIO_WORDS and (left == MOST_BIO_LINES or n > last):
            draft.put(n, Label.BIO, ABOUT)
            left -= 1
        else:
            left = 0


def _names(line: Line, people: Sequence[str]) -> bool:
    """Whether one of the people is named in the line."""
    padded = f" {line.folded} "
    return any(f" {name} " in padded for name in people)
