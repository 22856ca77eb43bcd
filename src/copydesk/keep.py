"""The limits of `[keep]`: which records are published, and which are written to `filtered.jsonl` instead.

A record is measured once, when it is cleaned.  Whether it falls below a limit is decided from its measures alone, so
other limits need no cleaning.  A record of which a measure is not known falls below the limit: nothing shows that it
reaches it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from copydesk.document import PageKind, Record
from copydesk.rights import Reserved, reserved

UNKNOWN_LANGUAGE: Final = "und"
"""The tag of a language that is not known (BCP 47)."""

NOT_CUT: Final = "not_cut"
"""The value of `complete` that also keeps records of which it is not known whether they are cut off."""

_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

Value: TypeAlias = bool | float | str | None
Wanted: TypeAlias = bool | float | str | tuple[str, ...]


class Limit(StrEnum):
    """The names of the limits, as the settings have them."""

    MIN_CONFIDENCE = "min_confidence"
    LANGUAGES = "languages"
    MIN_WORDS = "min_words"
    COMPLETE = "complete"
    PAGES = "pages"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """The limits that a record must reach to be published; by default there are none.

    `min_confidence` is the lowest confidence (0 to 1), `min_words` the lowest number of words of the story.
    `languages` are tags (BCP 47): "en" is also "en-GB", and "und" is a language that is not known.  `complete` is true
    if the record must be known to be complete, "not_cut" if it only must not be known to be cut off.  `pages` are kinds
    of pages.  Any language and any kind of page is kept if the list is empty.  `rights` are words and marks that a
    record must not have: with "noai", a page that states it is not published.
    """

    min_confidence: float = 0.0
    languages: tuple[str, ...] = ()
    min_words: int = 0
    complete: bool | str = False
    pages: tuple[PageKind, ...] = ()
    rights: tuple[Reserved, ...] = ()


NO_LIMITS: Final = KeepSettings()


@dataclass(frozen=True, slots=True)
class Measures:
    """What is known of a record and has a limit; None if it is not known."""

    confidence: float | None = None
    language: str | None = None
    words: int | None = None
    complete: bool | None = None
    page: PageKind | None = None
    rights: tuple[Reserved, ...] = ()


NOTHING_KNOWN: Final = Measures()


@dataclass(frozen=True, slots=True)
class Fall:
    """A limit below which a record falls: the name of the limit, the value of the record, and what is wanted."""

    limit: Limit
    value: Value
    wanted: Wanted


def problem(settings: KeepSettings) -> str | None:
    """What is wrong with the limits, with the name of the setting; None if they can be used."""
    if not 0 <= settings.min_confidence <= 1:
        return f"keep.min_confidence: must be from 0 to 1, got {settings.min_confidence}"
    if settings.min_words < 0:
        return f"keep.min_words: must be at least 0, got {settings.min_words}"
    if isinstance(settings.complete, str) and settings.complete != NOT_CUT:
        return f'keep.complete: must be true, false or "{NOT_CUT}", got {settings.complete!r}'
    for tag in settings.languages:
        if not _TAG.fullmatch(tag):
            return f'keep.languages: must be tags of languages such as "en" or "pt-BR", got {tag!r}'
    return None


def measures(record: Record) -> Measures:
    """The measures of an article."""
    quality = record.quality
    return Measures(
        confidence=quality.confidence if quality else None,
        language=record.metadata.language,
        words=quality.signals.words if quality else None,
        complete=quality.complete if quality else None,
        page=record.page,
        rights=reserved(record.rights),
    )


def falls(found: Measures, settings: KeepSettings) -> tuple[Fall, ...]:
    """The limits below which a record with these measures falls, in the order of the settings; empty if it is kept."""
    return tuple(_falls(found, settings))


def _falls(found: Measures, settings: KeepSettings) -> Iterator[Fall]:
    if settings.min_confidence > 0 and (found.confidence is None or found.confidence < settings.min_confidence):
        yield Fall(Limit.MIN_CONFIDENCE, found.confidence, settings.min_confidence)
    if settings.languages and not any(_is_in(found.language, wanted) for wanted in settings.languages):
        yield Fall(Limit.LANGUAGES, found.language, settings.languages)
    if settings.min_words > 0 and (found.words is None or found.words < settings.min_words):
        yield Fall(Limit.MIN_WORDS, found.words, settings.min_words)
    if settings.complete and found.complete is not True and (settings.complete is True or found.complete is False):
        yield Fall(Limit.COMPLETE, found.complete, settings.complete)
    if settings.pages and found.page not in settings.pages:
        yield Fall(Limit.PAGES, found.page, tuple(settings.pages))
    stated = [one for one in found.rights if one in settings.rights]
    if stated:
        yield Fall(Limit.RIGHTS, ", ".join(stated), tuple(settings.rights))


def _is_in(language: str | None, wanted: str) -> bool:
    """Whether a language is the wanted one or a variety of it."""
    own, wanted = (language or UNKNOWN_LANGUAGE).casefold(), wanted.casefold()
    return own == wanted or own.startswith(f"{wanted}-")
