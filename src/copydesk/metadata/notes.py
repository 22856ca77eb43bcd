"""Notes about the story: those whose words say that they are some."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.labelling import Role
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the notes of a story are.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_above: int = 8
    """Lines from a note to the headline, or to the first paragraph where there is no headline."""

    max_below: int = 14
    """Lines from the last paragraph to a note: what is farther below is about the whole site."""

    max_words_below: int = 30
    """Words of a line that ends a note, below its colon."""


THRESHOLDS: Final = Thresholds()


def notes_of(lines: LabelledLines) -> tuple[Fact[str], ...]:
    """The notes beside and in the story, each once.

    A line that only the model takes for a note, and not the reader of roles, needs the words of one: forms and legal
    texts look like notes too.
    """
    paragraphs = lines.places(Label.PARAGRAPH)
    title = lines.first(Label.TITLE)
    first = title if title is not None else paragraphs[0] if paragraphs else 0
    last = paragraphs[-1] if paragraphs else len(lines.facts)
    reach = range(first - THRESHOLDS.max_above, last + THRESHOLDS.max_below + 1)
    found: dict[str, Fact[str]] = {}
    for n in lines.places(Label.NOTE):
        verdict = lines.verdicts[n]
        is_sure = verdict.share is None or verdict.role is Role.OF_STORY
        if n in reach and (is_sure or lines.facts[n].says_note):
            found.setdefault(lines.facts[n].folded, _whole(lines, n))
    return tuple(found.values())


def _whole(lines: LabelledLines, n: int) -> Fact[str]:
    """The note; one that ends with a colon goes on in the next line."""
    text = lines.facts[n].text
    below = n + 1
    if not text.endswith(":") or below == len(lines.facts) or lines.facts[below].words > THRESHOLDS.max_words_below:
        return lines.fact(n)
    return Fact(f"{text} {lines.facts[below].text}", (lines.numbers[n], lines.numbers[below]))
