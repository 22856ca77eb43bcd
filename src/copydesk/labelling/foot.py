"""The foot of a story, and what stands in it that is none of it: bios, notes, tags, lists of other stories."""

import re
from collections.abc import Sequence
from itertools import accumulate, islice
from typing import Final

from copydesk.document import TEASERS, Label
from copydesk.edits import Rule
from copydesk.labelling import patterns
from copydesk.labelling.draft import LIKELY, SURE, Draft
from copydesk.labelling.line import SENTENCE_WORDS, Line
from copydesk.labelling.lists import is_item
from copydesk.labelling.words import NOTE as HINTS_AT_NOTE
from copydesk.metadata import bylines
from copydesk.metadata.people import is_person
from copydesk.text import fold

LEAST_BIO_WORDS: Final = 7
MOST_BIO_WORDS: Final = 80
MOST_ABOUT_WORDS: Final = 6
MOST_BIO_LINES: Final = 2
MOST_SIGNED: Final = 12
"""People who signed a story and are looked for below it."""

END_OF_STORY: Final = 3
"""Lines of running text at the story's end that may be about the author."""

LEAST_NOTE_WORDS: Final = 4
MOST_NAME_WORDS: Final = 4
MOST_TAG_WORDS: Final = 4
LEAST_TEASER_WORDS: Final = 4

POSSIBLE_TEASER: Final = 0.25
"""Share from which a line below the head of a list of other stories is one of them."""

POSSIBLE_TAG: Final = 0.03
"""Share from which a few words in a list below the story are one of its tags."""

TAGS_REACH: Final = 6
"""Lines below the story in which its list of tags begins."""

BIO = Rule("label.bio", "tells of the person whose name it begins with")
BIO_TEXT = Rule("label.bio-text", "below the story, tells what a person does for a living")
BIO_NAME = Rule("label.bio-name", "a person's name above a text that tells of the person")
ABOUT = Rule("label.about-the-author", 'below the story, says "About the author", or stands below such a line')
NAMED_AGAIN = Rule("label.author-again", "below the story, names again who signed it")
NOTE = Rule("label.note", "says where it first appeared, who helped, what the writer gains")
TAG_LIST = Rule("label.tag-list", "short lines in a list below the story, or below a line that says so")
AFTER_HEADING = Rule("label.after-teaser-heading", "stands below the head of a list of other stories")

RULES: Final = (BIO, BIO_NAME, BIO_TEXT, ABOUT, NAMED_AGAIN, NOTE, TAG_LIST, AFTER_HEADING)

_NOTE = re.compile(
    r"\baffiliate (?:link|commission|partner)s?\b|\b(?:first|originally) (?:published|appeared) (?:in|on|at|by)\b|"
    r"\bcontributed to this (?:report|story|article)\b|\bare (?:registered )?trademarks\b|"
    r"\bearn (?:a (?:small )?|an (?:affiliate )?)?commissions?\b|\bzuerst (?:erschienen|veröffentlicht)\b|"
    r"\bfor (?:general )?informational purposes only\b|\bis a registered investment advis[eo]r\b|"
    r"\b(?:not|nor) (?:constitute|provide|construed as|intended as|an offer)\b.{0,60}\b(?:advice|offer|solicitation)\b",
    re.IGNORECASE,
)
_LIVING = re.compile(
    r"\b(?:is|was|has been|works as|writes|covers|ist|schreibt|arbeitet|est|es|è)\b.{0,120}"
    r"\b(?:writer|author|journalist|reporter|editor|columnist|correspondent|contributor|blogger|professor|researcher|"
    r"lecturer|founder|playwright|novelist|photographer|freelance|staff|years of experience|advis[eo]r|"
    r"autor(?:in)?|redakteur(?:in)?|journalistin|journaliste|periodista|giornalista)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:about|meet|über|zum|zur|à propos d[eu]|sobre|om|info su)\s"
    r"(?:the\s|den\s|die\s|der\s|el\s|la\s)?(?P<who>.+?)\s?:?$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:authors?|writers?|contributors?|reporters?|autor(?:in|en|es|a)?|auteurs?|skribenten|forfatteren)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:[^\W\d_a-z]\S*\s){1,4}(?=is\b|was\b|has\b|writes\b|works\b|covers\b|ist\b|schreibt\b|est\b|es\b)"
)
_IN_LISTS: Final = frozenset((None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be part of a list of stories."""


def is_bio(line: Line) -> bool:
    """Whether the line begins with a person's name and says what the person does for a living."""
    who = _who(line)
    return who is not None and is_person(who)


def _who(line: Line) -> str | None:
    """The capitalised words with which a line begins that says what somebody does."""
    named = _NAMED.match(line.text) if line.words >= SENTENCE_WORDS else None
    return named[0].strip() if named and _LIVING.search(line.text) else None


def is_note(line: Line) -> bool:
    """Whether the line says where the story first appeared, who helped, what the writer gains, or disclaims."""
    return line.hints & HINTS_AT_NOTE != 0 and line.words >= LEAST_NOTE_WORDS and _NOTE.search(line.text) is not None


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
        for author in bylines.read(line.text, draft.language)
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
            and is_person(name.text)
            and (not draft.story[n] or (n >= last and name.folded in signed))
            and draft.share(n, Label.TEASER) < LIKELY
        ):
            draft.put(n - 1, Label.BIO, BIO_NAME)
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
            above = draft.lines[n - 1].text
            if draft.verdicts[n - 1] is None and is_person(above) and line.text.startswith(above + " "):
                draft.put(n - 1, Label.BIO, BIO_NAME)


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


def notes(draft: Draft) -> None:
    """Where the story first appeared, who helped, what the writer gains."""
    for n, line in enumerate(draft.lines):
        if draft.verdicts[n] is None and draft.told[n] < SURE and is_note(line):
            draft.put(n, Label.NOTE, NOTE)


def tags(draft: Draft, last: int) -> None:
    """The list of tags below the story's last line."""
    listed = False
    for n in range(last + 1, len(draft.lines)):
        line, known = draft.lines[n], draft.label(n)
        if known is Label.TAGS:
            listed = True
            continue
        listed = (
            known is None
            and draft.share(n, Label.TAGS) >= POSSIBLE_TAG
            and line.words <= MOST_TAG_WORDS
            and not line.ends
            and (listed or (n <= last + TAGS_REACH and _begins_list(draft, n)))
        )
        if listed:
            draft.put(n, Label.TAGS, TAG_LIST)


def _begins_list(draft: Draft, n: int) -> bool:
    """Whether the line and the next are entries of a list of a few words each."""
    return n + 1 < len(draft.lines) and all(
        draft.verdicts[m] is None and draft.lines[m].words <= MOST_TAG_WORDS + 1 and is_item(draft.lines[m])
        for m in (n, n + 1)
    )


def teasers(draft: Draft, head: range) -> None:
    """What stands below the head of a list of other stories, until the story goes on."""
    lines, verdicts = draft.lines, draft.verdicts
    above = list(accumulate([line.words * told for line, told in zip(lines, draft.story, strict=True)], initial=0))
    stop = 0
    for n, verdict in enumerate(verdicts):
        if n < stop or verdict is None or verdict.label is not Label.TEASER_HEADING:
            continue
        names_source = verdict.why == patterns.OPENING.name and patterns.ends_the_story(lines[n])
        is_final = names_source and above[n] >= above[-1] / 4
        goes_on = (m for m in range(n + 1, len(lines)) if not is_final and _goes_on(draft, m, head.start - 1))
        stop = next(goes_on, len(lines))
        for m in range(n + 1, stop):
            known = draft.label(m)
            if known in _IN_LISTS and not (known and m in head) and _is_teaser(draft, m, n, is_final=is_final):
                draft.put(m, Label.TEASER, AFTER_HEADING)


def _is_teaser(draft: Draft, n: int, heading: int, *, is_final: bool) -> bool:
    """Whether a line below the heading belongs to its list; below a final one, what reads like a story does.

    Where the markup is known the model is the better judge of that.
    """
    line = draft.lines[n]
    if any(line.origin) and draft.told[n] >= LIKELY:
        return False
    follows = draft.label(n - 1) in TEASERS
    if draft.label(n):
        return follows or is_final
    is_item = line.words >= LEAST_TEASER_WORDS or line.text.startswith("- ") or (follows and not line.apart)
    share = sum([draft.share(n, label) for label in TEASERS])
    return is_item and (n == heading + 1 or share >= POSSIBLE_TEASER or (is_final and (follows or draft.story[n])))


def _goes_on(draft: Draft, n: int, title: int) -> bool:
    """Whether the story begins or goes on with the line."""
    return n == title or (draft.story[n] and (draft.lines[n].is_prose or draft.told[n] >= SURE))
