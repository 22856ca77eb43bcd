"""The bios of authors: what the page says about the people of its byline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk.document import Author, Label
from copydesk.labelling import Role
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.text import folded_words


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the bio of an author is.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_below_name: int = 2
    """Lines from the name of the author, alone on a line, to the bio."""

    min_words: int = 5
    """Words of a line that is a bio, or goes on with one."""

    min_part_of_name: int = 3
    """Letters of a part of the author's name that is enough to recognise the bio."""


THRESHOLDS: Final = Thresholds()


def with_bios(authors: Sequence[Fact[Author]], lines: LabelledLines) -> tuple[Fact[Author], ...]:
    """The authors, each with the bio that the page prints."""
    bios = [
        n
        for n in lines.places(Label.BIO)
        if lines.verdicts[n].role not in (Role.NOT_OF_STORY, Role.BIO_NAME)
        and lines.facts[n].words >= THRESHOLDS.min_words
    ]
    if not bios:
        return tuple(authors)
    return tuple(_with_bio(author, lines, bios, is_alone=len(authors) == 1) for author in authors)


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
        if any(lines.facts[m].folded == folded for m in above):
            yield n
    if is_alone:
        yield from (n for n in bios if not parts.isdisjoint(lines.facts[n].folded.split()))
