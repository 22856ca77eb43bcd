"""The foot of a story, and what stands in it that is none of it: bios, notes, tags, lists of other stories."""

import re
from itertools import accumulate
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import patterns
from copydesk.labelling.draft import SURE, Draft
from copydesk.labelling.line import SENTENCE_WORDS
from copydesk.labelling.lists import is_item
from copydesk.metadata.people import is_person

LEAST_BIO_WORDS: Final = 7
MOST_NAME_WORDS: Final = 4
MOST_TAG_WORDS: Final = 4
LEAST_TEASER_WORDS: Final = 4

TAGS_REACH: Final = 6
"""Lines below the story in which its list of tags begins."""

BIO = Rule("label.bio", "tells of the person whose name it begins with")
BIO_TEXT = Rule("label.bio-text", "below the story, tells what a person does for a living")
BIO_NAME = Rule("label.bio-name", "a person's name above a text that begins with it")
NOTE = Rule("label.note", "says where it first appeared, who helped, what the writer gains")
TAG_LIST = Rule("label.tag-list", "short lines in a list below the story, or below a line that says so")
AFTER_HEADING = Rule("label.after-teaser-heading", "stands below the head of a list of other stories")

RULES: Final = (BIO, BIO_NAME, BIO_TEXT, NOTE, TAG_LIST, AFTER_HEADING)

_NOTE = re.compile(
    r"\baffiliate (?:link|commission|partner)s?\b|\b(?:first|originally) (?:published|appeared) (?:in|on|at|by)\b|"
    r"\bcontributed to this (?:report|story|article)\b|\bare (?:registered )?trademarks\b|"
    r"\bearn a (?:small )?commission\b|\bzuerst (?:erschienen|veröffentlicht)\b",
    re.IGNORECASE,
)
_LIVING = re.compile(
    r"\b(?:is|was|has been|works as|writes|covers|ist|schreibt|arbeitet|est|es|è)\b.{0,120}"
    r"\b(?:writer|author|journalist|reporter|editor|columnist|correspondent|contributor|blogger|professor|researcher|"
    r"lecturer|founder|playwright|novelist|photographer|freelance|staff|years of experience|advis[eo]r|"
    r"autor(?:in)?|redakteur(?:in)?|journalistin|journaliste|periodista|giornalista)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:[^\W\d_a-z]\S*\s){1,4}(?=is\b|was\b|has\b|writes\b|works\b|covers\b|ist\b|schreibt\b|est\b|es\b)"
)
_STOPPING: Final = frozenset((None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be part of a list of stories."""


def bios(draft: Draft, last: int) -> None:
    """Texts about a person whose name stands above them, outside the story, or below it and in its byline."""
    signed = " ".join([line.folded for n, line in enumerate(draft.lines) if draft.label(n) is Label.BYLINE])
    for n in range(1, len(draft.lines)):
        name, line = draft.lines[n - 1], draft.lines[n]
        if (
            draft.verdicts[n - 1] is None
            and draft.verdicts[n] is None
            and line.words >= LEAST_BIO_WORDS
            and line.text.startswith(name.text + " ")
            and (not draft.story[n] or (n >= last and name.folded in signed))
            and is_person(name.text)
        ):
            draft.put(n - 1, Label.BYLINE, BIO_NAME)
            draft.put(n, Label.BIO, BIO)


def bio_texts(draft: Draft) -> None:
    """Below the story or at its very end: a text that begins with a name and says what the person does."""
    running = [n for n in range(len(draft.lines)) if draft.is_running(n)]
    for n in range(running[-2] if len(running) > 2 else len(draft.lines), len(draft.lines)):
        line = draft.lines[n]
        if (
            draft.verdicts[n] is None
            and line.words >= SENTENCE_WORDS
            and _NAMED.match(line.text)
            and _LIVING.search(line.text)
        ):
            draft.put(n, Label.BIO, BIO_TEXT)
            above = draft.lines[n - 1]
            if draft.verdicts[n - 1] is None and above.words <= MOST_NAME_WORDS and not above.ends:
                draft.put(n - 1, Label.BIO, BIO_NAME)


def notes(draft: Draft) -> None:
    """Where the story first appeared, who helped, what the writer gains."""
    for n, line in enumerate(draft.lines):
        if draft.verdicts[n] is None and line.words >= 4 and draft.told[n] < SURE and _NOTE.search(line.text):
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
        if names_source and above[n] >= above[-1] / 4:
            stop = len(lines)
        else:
            stop = next((m for m in range(n + 1, len(lines)) if _goes_on(draft, m, head.start - 1)), len(lines))
        for m in range(n + 1, stop):
            known = draft.label(m)
            if known not in _STOPPING or (known and m in head):
                continue
            is_next = not lines[m].apart and draft.label(m - 1) in (Label.TEASER, Label.TEASER_HEADING)
            if known or lines[m].words >= LEAST_TEASER_WORDS or lines[m].text.startswith("- ") or is_next:
                draft.put(m, Label.TEASER, AFTER_HEADING)


def _goes_on(draft: Draft, n: int, title: int) -> bool:
    """Whether the story begins or goes on with the line."""
    return n == title or (draft.story[n] and (draft.lines[n].is_prose or draft.told[n] >= SURE))
