"""The bios of authors: what the page says about the people of its byline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk.document import Author, Label
from copydesk.labelling import Role
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import outlets
from copydesk.text import folded_words
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the bio of an author is.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_below_name: int = 2
    """Lines from the name of the author, alone on a line, to the bio."""

    min_words: int = 5
    """Words of a line that is a bio, or goes on with one."""

    max_before_name: int = 3
    """Words before the author's name on the line above the bio: "Written by", "About the author"."""

    min_part_of_name: int = 3
    """Letters of a part of the author's name that is enough to recognise the bio."""


THRESHOLDS: Final = Thresholds()

_ABOUT_CONTACT = re.compile(rf"{one_of(VOCABULARY.jobs.contact)}(?!\w)", re.IGNORECASE)
"""How a line begins that says how to reach an author, or where more texts are."""


def with_bios(authors: Sequence[Fact[Author]], lines: LabelledLines) -> tuple[Fact[Author], ...]:
    """The authors, each with the bio that the page prints."""
    bios = [
        n
        for n in lines.places(Label.BIO)
        if lines.verdicts[n].role not in (Role.NOT_OF_STORY, Role.BIO_NAME)
        and lines.facts[n].words >= THRESHOLDS.min_words
        and not _ABOUT_CONTACT.match(lines.facts[n].text)
    ]
    if not bios:
        return tuple(authors)
    shared = _shared(authors, lines, bios) if len(authors) > 1 else {}
    is_alone = len(authors) == 1
    return tuple(
        shared.get(author.value.name)
        or (author if outlets.is_outlet(author.value.name) else _with_bio(author, lines, bios, is_alone=is_alone))
        for author in authors
    )


def _shared(authors: Sequence[Fact[Author]], lines: LabelledLines, bios: Sequence[int]) -> dict[str, Fact[Author]]:
    """The bios of authors that follow one another on the same lines, by name: each ends where the next begins."""
    found: dict[str, Fact[Author]] = {}
    for block in _blocks(bios, lines):
        text = " ".join(lines.facts[n].text for n in block)
        starts = {author: text.find(author.value.name) for author in authors}
        borders = sorted(start for start in starts.values() if start >= 0)
        if len(borders) > 1 and borders[0] == 0:
            numbers = tuple(lines.numbers[n] for n in block)
            for author, start in starts.items():
                end = next((border for border in borders if border > start), len(text))
                bio = text[start:end].strip()
                if start >= 0 and len(bio.split()) >= THRESHOLDS.min_words:
                    found[author.value.name] = Fact(replace(author.value, bio=bio), (*author.sources, *numbers))
    return found


def _blocks(bios: Sequence[int], lines: LabelledLines) -> Iterator[list[int]]:
    """Lines of bios that follow one another; short ones between them belong to them."""
    block: list[int] = []
    for n in lines.places(Label.BIO):
        if block and n != block[-1] + 1:
            yield block
            block = []
        if block or n in bios:
            block.append(n)
    if block:
        yield block


def _with_bio(author: Fact[Author], lines: LabelledLines, bios: Sequence[int], *, is_alone: bool) -> Fact[Author]:
    """The author with the bio and the lines on which it goes on; unchanged if there is none."""
    first = next(_candidates(author.value.name, lines, bios, is_alone=is_alone), None)
    if first is None:
        return author
    places = [first]
    while is_alone and places[-1] + 1 in bios and lines.facts[places[-1] + 1].ends:
        places.append(places[-1] + 1)
    sources = dict.fromkeys((*author.sources, *(lines.numbers[n] for n in places)))
    bio = " ".join(lines.facts[n].text for n in places)
    return Fact(replace(author.value, bio=bio), tuple(sources))


def _names_only(line: str, name: str) -> bool:
    """Whether the folded line is the name, or a few words and the name at its end: "Written by Jane Doe"."""
    return line == name or (
        line.endswith(f" {name}") and len(line.split()) - len(name.split()) <= THRESHOLDS.max_before_name
    )


def _candidates(name: str, lines: LabelledLines, bios: Sequence[int], *, is_alone: bool) -> Iterator[int]:
    """The lines that may be the first of the author's bio, the surest first.

    A line that begins with the name; one right below the name; if the story has one author, a line with a part of the
    name.
    """
    words = folded_words(name)
    parts = {word for word in words if len(word) >= THRESHOLDS.min_part_of_name}
    folded = " ".join(words)
    yield from (n for n in bios if f"{lines.facts[n].folded} ".startswith(f"{folded} "))
    for n in bios:
        above = range(max(0, n - THRESHOLDS.max_below_name), n)
        if any(lines.facts[m].folded == folded for m in above) or (
            n and _names_only(lines.facts[n - 1].folded, folded)
        ):
            yield n
    if is_alone:
        yield from (n for n in bios if not parts.isdisjoint(lines.facts[n].folded.split()))
