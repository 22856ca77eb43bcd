"""Labels set by reading: the kit's sixty dumps, and those that `labels.jsonl` beside this file adds.

`labels.jsonl` holds no text: for each page the labels of the lines of its `html_text` dump, a letter a line, and the
digest of that dump.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
from bench import kit

from copydesk.document import Label
from copydesk.labelling import Line, line_rules
from copydesk.review.export import LETTERS
from training.alignment import align
from training.markup import WORD

OURS: Final = Path(__file__).with_name("labels.jsonl")
RENDERER: Final = "html_text"
"""The renderer of the dumps that were read for `labels.jsonl`: it leaves nothing of a page out."""

LEAST_MATCHED: Final = 0.6
"""Share of a line's words that must stand in lines of one label for it to have that label."""

LEAST_OF_LINE: Final = 0.6
"""A piece of a read line with a smaller share of its words is what a rule says of it, where one does."""


@dataclass(frozen=True, slots=True)
class Read:
    """A line that was read, and what it is."""

    text: str
    label: Label


class Row(msgspec.Struct, frozen=True):
    """A line of `labels.jsonl`: `digest` begins the SHA-256 of the dump; `labels` has a letter for each line."""

    page: str
    digest: str
    labels: str


@cache
def pages() -> dict[str, list[Read]]:
    """The read lines of each page, in their order.

    Raises ValueError where a dump is not the one that was read.
    """
    found = {row.id: _lines(row.text, map(Label, row.labels)) for row in kit.labelled()}
    dumps = dict(kit.dumps(RENDERER))
    for row in map(msgspec.json.Decoder(Row).decode, OURS.read_bytes().splitlines()):
        if digest(dumps[row.page]) != row.digest:
            raise ValueError(f"{OURS.name}: {row.page}: the labels were set on another dump")
        found[row.page] = _lines(dumps[row.page], (LETTERS[letter] for letter in row.labels))
    return found


def digest(text: str) -> str:
    """The first 16 hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def carried(lines: Sequence[Line], read: Sequence[Read]) -> list[Label | None]:
    """The labels of the read lines in which the words of `lines` stand; None where they stand in none, or several."""
    own = [WORD.findall(line.text.casefold()) for line in lines]
    theirs = [WORD.findall(line.text.casefold()) for line in read]
    owner = [n for n, words in enumerate(theirs) for _ in words]
    places = align(list(chain.from_iterable(own)), list(chain.from_iterable(theirs)))
    labels: list[Label | None] = []
    at = 0
    for line, words in zip(lines, own, strict=True):
        held = Counter(owner[place] for place in places[at : at + len(words)] if place >= 0)
        at += len(words)
        labels.append(_label(line, len(words), held, theirs, read))
    return labels


def _label(
    line: Line, words: int, held: Counter[int], theirs: Sequence[Sequence[str]],
    read: Sequence[Read],
) -> Label | None:  # fmt: skip
    votes: Counter[Label] = Counter()
    for n, count in held.items():
        votes[read[n].label] += count
    if not votes:
        return None
    label, count = votes.most_common(1)[0]
    if count < LEAST_MATCHED * words:
        return None
    fullest = held.most_common(1)[0][0]  # the read line that holds most of the words
    known = line_rules.judge(line) if words < LEAST_OF_LINE * len(theirs[fullest]) else None
    return known.label if known else label


def _lines(text: str, labels: Iterable[Label]) -> list[Read]:
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    return [Read(line, label) for line, label in zip(lines, labels, strict=True)]
