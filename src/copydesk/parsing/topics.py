"""The topics of a story in a line: "Tags: Sea wall, Flooding", "#flooding #harbour", or one topic on a line."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DASHES
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of topics.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_words: int = 5
    """Words of a topic."""

    max_characters: int = 60
    """Characters of a topic."""

    max_glued: int = 3
    """Words of a line of topics without marks between them: a longer one is several topics, and nothing parts them."""


THRESHOLDS: Final = Thresholds()

_HEADS: Final = frozenset(map(fold, VOCABULARY.topics.heads))
_NO_TOPICS: Final = frozenset(map(fold, VOCABULARY.topics.no_topics))
_SECTION_HEADS: Final = frozenset(map(fold, VOCABULARY.topics.section_heads))
_HEAD = re.compile(r"(?P<head>[^:\N{FULLWIDTH COLON}#]{2,40}?)\s?[:\N{FULLWIDTH COLON}]\s*(?=\S)")
_WORD_HEAD = re.compile(
    r"(?P<head>filed under|posted in|tagged with|tagged as|veröffentlicht in)\s+(?=\S)", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[,;|\N{BULLET}\N{MIDDLE DOT}\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH COMMA}]|\s/\s")
_HASH = re.compile(r"(?:^|(?<=\s))#\s?(?=\w)")
_AROUND: Final = f" #*-.:{DASHES}"


def is_head(line: str) -> bool:
    """Whether the line only announces topics: "Tags", "Themen:", "Read more on"."""
    return fold(line) in _HEADS


def is_hashtags(line: str) -> bool:
    """Whether the line is a list of topics with a hash before each."""
    return line.startswith("#") and _HASH.match(line) is not None


def announces_section(line: str) -> bool:
    """Whether the line names the section rather than topics: "Category: Money"."""
    head = _head(line)
    return head is not None and fold(head["head"]) in _SECTION_HEADS and not _SEPARATOR.search(line[head.end() :])


def split(line: str) -> list[str]:
    """The topics of a line of topics; none if they can't be parted."""
    if is_head(line):
        return []
    head = _head(line)
    rest = line[head.end() :] if head else line
    if is_hashtags(rest):
        return _topics(_HASH.split(rest))
    parts = _SEPARATOR.split(rest)
    if len(parts) == 1 and len(rest.split()) > THRESHOLDS.max_glued and head:
        return []
    return _topics(parts)


def may_be_topic(text: str) -> bool:
    """Whether the text may be one topic."""
    return (
        0 < len(text) <= THRESHOLDS.max_characters
        and len(text.split()) <= THRESHOLDS.max_words
        and any(map(str.isalnum, text))
        and fold(text) not in _NO_TOPICS
        and not text.endswith(("?", "!", "...", "\N{HORIZONTAL ELLIPSIS}"))
    )


def _head(line: str) -> re.Match[str] | None:
    """The words before the topics."""
    head = _HEAD.match(line)
    return head if head and fold(head["head"]) in _HEADS | _SECTION_HEADS else _WORD_HEAD.match(line)


def _topics(parts: list[str]) -> list[str]:
    """The parts that may be topics, without the marks around them."""
    return [topic for part in parts if may_be_topic(topic := part.strip(_AROUND))]
