"""Examples of broken lines: each piece of text between two tags is a line, as scrapers write them.

The page's own blocks show which line breaks are real and which are inside a sentence.  All line breaks of the page's
lists are real, also if the entries begin with small letters.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import lxml.etree
from bench import kit, line_sets

from copydesk.html_lines import parse
from copydesk.repair import broken_sentences, line_breaks

INLINE: Final = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "svg"),
        *("time", "tt", "u", "var", "wbr"),
    )
)
"""Elements that begin and end inside a line."""

HIDDEN: Final = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "head", "textarea"))
"""Elements whose text a page does not show."""

MIN_PROSE: Final = 60
"""Characters of a block that is prose."""

MIN_PLAIN: Final = 25
"""Characters of one piece of such a block that is not a link."""

BREAK_SHARES: Final = (1.0, 0.6, 0.3, 0.1)
"""Shares of the possible breaks inside blocks that the second dump of a page has; one share is drawn for each page.

The first dump has them all.
"""

MAX_LISTS: Final = 6
"""Lists of each page, each between two paragraphs of its story."""

SMALL_LISTS, COLON_LISTS, CLAUSE_LISTS = 0.6, 0.5, 0.2
"""The share of lists with small first letters; below a colon; with a comma or a semicolon behind each entry."""

MAX_SHORT_DUMPS: Final = 6
"""Stretches of each dump that become dumps of their own; half of them are around a broken sentence."""

SHORT_DUMP_LINES: Final = (2, 9)
"""Minimum and maximum number of lines of such a stretch."""

WHOLE_LINES: Final = ("html_text", "newspaper4k", "trafilatura_recall", "inscriptis")
"""Renderers that break hardly any sentence: all their line breaks count as real."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text between two tags.  `block` is the number of its block; `linked` says whether it is the text of a link."""

    text: str
    block: int
    linked: bool


def examples() -> Iterator[tuple[str, list[tuple[int, ...]], list[bool]]]:
    """(domain, features, whether each break is inside a sentence) of each page and of some of its dumps."""
    chance = random.Random(7)
    gold = kit.gold()
    whole = {name: dict(kit.dumps(name)) for name in WHOLE_LINES}
    for name, page in kit.pages():
        pieces = list(_pieces(page))
        for share, stripped in ((1.0, True), (chance.choice(BREAK_SHARES), chance.random() < 0.5)):
            text, joined = _dump(pieces, share, chance, stripped=stripped)
            yield (gold[name].domain, *_labelled_breaks(text, gold[name].language, joined))
            for part, within in _stretches(text, joined, chance):
                yield (gold[name].domain, *_labelled_breaks(part, gold[name].language, within))
        for text in _lists(page, gold[name], chance):
            yield (gold[name].domain, *_labelled_breaks(text, gold[name].language, {}))
        dump = whole[chance.choice(WHOLE_LINES)].get(name)
        if dump:
            yield (gold[name].domain, *_labelled_breaks(dump, gold[name].language, {}))
            for part, within in _stretches(dump, {}, chance):
                yield (gold[name].domain, *_labelled_breaks(part, gold[name].language, within))


def _pieces(page: str) -> Iterator[Piece]:
    """The visible pieces of text of a page."""
    root = parse(page)
    if root is None:
        return
    block, hidden, links = 0, 0, 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            text = element.tail
        else:
            block += element.tag not in INLINE
            step = 1 if event == "start" else -1
            hidden += step * (element.tag in HIDDEN)
            links += step * (element.tag == "a")
            text = element.text if event == "start" else element.tail
        if text and not hidden:
            yield Piece(text, block, links > 0)


def _dump(
    pieces: Sequence[Piece], share: float, chance: random.Random, *, stripped: bool
) -> tuple[str, dict[int, bool | None]]:
    """(dump, whether each line continues the line before, by the place where it begins).

    Each piece is a line.  The value is None if it is unknown: inside a block that is not prose.
    """
    prose = _prose(pieces)
    dumped: list[str] = []
    joined: dict[int, bool | None] = {}
    at = 0
    last: Piece | None = None
    for piece in pieces:
        text = " ".join(piece.text.split())
        if not text:
            if dumped and not dumped[-1].endswith(" "):
                dumped[-1] += " "
            continue
        text = (" " if piece.text[0].isspace() else "") + text + (" " if piece.text[-1].isspace() else "")
        inside = last is not None and last.block == piece.block
        if dumped and inside and chance.random() >= share:
            dumped[-1] += text
        else:
            dumped.append(text)
            joined[len(dumped) - 1] = inside and (True if piece.block in prose else None)
        last = piece
    starts: dict[int, bool | None] = {}
    if stripped:
        dumped = [" ".join(line.split()) for line in dumped]
    for number, line in enumerate(dumped):
        starts[at + len(line) - len(line.lstrip())] = joined[number]
        at += len(line) + 1
    return "\n".join(dumped), starts


def _stretches(
    text: str, joined: dict[int, bool | None], chance: random.Random
) -> Iterator[tuple[str, dict[int, bool | None]]]:
    """Stretches of a few lines, like dumps of one paragraph, in the form that `_dump` returns."""
    starts = [0, *(place for place, char in enumerate(text, 1) if char == "\n"), len(text) + 1]
    numbers = range(1, len(starts) - 1)
    broken = [n for n in numbers if joined.get(starts[n])]
    chosen = [chance.sample(those, min(MAX_SHORT_DUMPS // 2, len(those))) for those in (broken, numbers)]
    for number in chain.from_iterable(chosen):
        size = chance.randint(*SHORT_DUMP_LINES)
        first = max(0, number - chance.randint(1, size))
        low, high = starts[first], starts[min(first + size, len(starts) - 1)] - 1
        yield text[low:high], {place - low: continues for place, continues in joined.items() if low < place < high}


def _lists(page: str, gold: kit.Gold, chance: random.Random) -> Iterator[str]:
    """Some lists of the page, each between two paragraphs of the story."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in line_sets.story_paragraphs(gold)]
    lists = list(line_sets.entry_lists(page)) if len(paragraphs) > 1 else []
    for entries in chance.sample(lists, min(MAX_LISTS, len(lists))):
        shown = [line_sets.with_small_letter(entry) for entry in entries] if chance.random() < SMALL_LISTS else entries
        if chance.random() < CLAUSE_LISTS:
            shown = [entry.rstrip(".;,") + chance.choice(";,") for entry in shown]
        at = chance.randrange(len(paragraphs) - 1)
        before = f"{paragraphs[at].rstrip('.')}:" if chance.random() < COLON_LISTS else paragraphs[at]
        yield "\n".join((before, *shown, paragraphs[at + 1]))


def _prose(pieces: Sequence[Piece]) -> frozenset[int]:
    """The numbers of the blocks that are prose."""
    sizes: dict[int, int] = {}
    plain: set[int] = set()
    for piece in pieces:
        size = len(piece.text.strip())
        sizes[piece.block] = sizes.get(piece.block, 0) + size
        if not piece.linked and size >= MIN_PLAIN:
            plain.add(piece.block)
    return frozenset(block for block, size in sizes.items() if size >= MIN_PROSE and block in plain)


def _labelled_breaks(
    text: str, language: str, joined: dict[int, bool | None]
) -> tuple[list[tuple[int, ...]], list[bool]]:
    """(features, whether it is inside a sentence) of each line break for which that is known."""
    found = list(line_breaks.runs(text))
    rows: list[tuple[int, ...]] = []
    is_inside: list[bool] = []
    for line_break in broken_sentences.find(text, found, language):
        continues = joined.get(found[line_break.run][line_break.number + 1].start, False)
        if continues is not None:
            rows.append(line_break.features)
            is_inside.append(continues)
    return rows, is_inside
