"""The topics of a story in a line: "Tags: Sea wall, Flooding", "#flooding #harbour", or one topic on a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DASHES
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of topics.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_words: int = 5
    """Words of a topic."""

    max_characters: int = 60
    """Characters of a topic."""

    max_glued: int = 3
    """Words of a line of topics without marks between them: a longer one is several topics."""

    max_parted: int = 30
    """Words of such a line that is parted by the phrases of the story."""

    min_known: float = 0.6
    """Share of its parts that the story has."""


THRESHOLDS: Final = Thresholds()

_HEADS: Final = frozenset(map(fold, VOCABULARY.topics.heads))
_CONTACTS: Final = frozenset(map(fold, VOCABULARY.topics.contacts))
_NO_TOPICS: Final = frozenset(map(fold, VOCABULARY.topics.no_topics))
_NO_TOPIC = re.compile(rf"{one_of(VOCABULARY.topics.no_topic)}(?!\w)", re.IGNORECASE)
"""How a button or a credit begins."""

_SECTION_HEADS: Final = frozenset(map(fold, VOCABULARY.topics.section_heads))
_HEAD = re.compile(r"(?P<head>[^:\N{FULLWIDTH COLON}#]{2,40}?)\s?[:\N{FULLWIDTH COLON}]\s*(?=\S)")
_WORD_HEAD = re.compile(rf"(?P<head>{one_of(VOCABULARY.topics.heads_before)})\s+(?=\S)", re.IGNORECASE)
_INSIDE = re.compile(
    r".{1,80}?\s(?=(?:tags|schlagw(?:orte|örter)|etiquetas|tagi|mots[ -]clés)\s?:|tagged\s)", re.IGNORECASE
)
"""What stands in front of the word for topics: "Posted in: News Tags: ..."."""

_SEPARATOR = re.compile(r"[,;|\N{BULLET}\N{MIDDLE DOT}\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH COMMA}]|\s/\s")
_HASH = re.compile(r"(?:^|(?<=\s))#\s?(?=\w)")
_AROUND: Final = f" #*-.:{DASHES}"


def is_head(line: str) -> bool:
    """Whether the line only announces topics: "Tags", "Themen:", "Read more on"."""
    return fold(line) in _HEADS


def is_contacts(line: str) -> bool:
    """Whether the line announces whom the press may ask: "Press contact:"."""
    return fold(line) in _CONTACTS


def is_hashtags(line: str) -> bool:
    """Whether the line is a list of topics with a hash before each."""
    return line.startswith("#") and _HASH.match(line) is not None


def opens_list(line: str) -> bool:
    """Whether the line has a word for topics, a colon, and two topics or more: "Tagged: oaks, mail"."""
    head = _HEAD.match(line)
    return head is not None and fold(head["head"]) in _HEADS and _SEPARATOR.search(line, head.end()) is not None


def announces_section(line: str) -> bool:
    """Whether the line names the section rather than topics: "Category: Money"."""
    head = _head(line)
    return head is not None and fold(head["head"]) in _SECTION_HEADS and not _SEPARATOR.search(line[head.end() :])


def split(line: str, story: str = "") -> list[str]:
    """The topics of a line of topics; none if they can't be parted.

    `story` is the folded text of the story.  Where no mark parts the topics, it shows which words belong together.
    """
    if is_head(line):
        return []
    line = _INSIDE.sub("", line)
    head = _head(line)
    rest = line[head.end() :] if head else line
    if is_hashtags(rest):
        return _topics(_HASH.split(rest))
    parts = _SEPARATOR.split(rest)
    if len(parts) == 1 and len(rest.split()) >= THRESHOLDS.max_glued:
        parted = _parted(rest, story) if story else []
        if parted or (head and len(rest.split()) > THRESHOLDS.max_glued):
            return _topics(parted)
    return _topics(parts)


def of_links(line: str, links: Sequence[str]) -> list[str]:
    """The topics of a line that is only links, behind a word for topics or without one; none for any other line."""
    head = _head(line)
    rest = line[head.end() :] if head else line
    return _topics(list(links)) if len(links) > 1 and fold(rest) == fold(" ".join(links)) else []


def _parted(line: str, story: str) -> list[str]:
    """The topics in a line without marks between them: the longest phrases that the story has, and single words.

    None if the line is one phrase, or if the story has too few of its parts.
    """
    words = line.split()
    if len(words) > THRESHOLDS.max_parted or f" {fold(line)} " in story:
        return []
    parts: list[str] = []
    start = 0
    while start < len(words):
        reach = range(min(len(words) - start, THRESHOLDS.max_words), 1, -1)
        phrases = (" ".join(words[start : start + count]) for count in reach)
        part = next((phrase for phrase in phrases if f" {fold(phrase)} " in story), words[start])
        parts.append(part)
        start += len(part.split())
    known = sum(f" {fold(part)}" in story for part in parts)
    min_known = THRESHOLDS.min_known if len(words) > THRESHOLDS.max_glued else 1.0
    return parts if len(parts) > 1 and known >= min_known * len(parts) else []


def may_be_topic(text: str) -> bool:
    """Whether the text may be one topic."""
    return (
        0 < len(text) <= THRESHOLDS.max_characters
        and len(text.split()) <= THRESHOLDS.max_words
        and any(map(str.isalnum, text))
        and fold(text) not in _NO_TOPICS
        and not _NO_TOPIC.match(text)
        and not text.endswith(("?", "!", "...", "\N{HORIZONTAL ELLIPSIS}"))
    )


def _head(line: str) -> re.Match[str] | None:
    """The words before the topics."""
    head = _HEAD.match(line)
    return head if head and fold(head["head"]) in _HEADS | _SECTION_HEADS else _WORD_HEAD.match(line)


def _topics(parts: list[str]) -> list[str]:
    """The parts that may be topics, without the marks around them."""
    return [topic for part in parts if may_be_topic(topic := part.strip(_AROUND))]
