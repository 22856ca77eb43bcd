"""Lines as scrapers leave them, one for each piece of text between two tags, and which of their borders are none."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import lxml.etree
from bench import kit

from copydesk.html_lines import parse
from copydesk.repair import broken_sentences, line_breaks

INLINE: Final = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "svg"),
        *("time", "tt", "u", "var", "wbr"),
    )
)
"""Elements at whose borders no line ends."""

HIDDEN: Final = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "head", "textarea"))

LEAST_PROSE: Final = 60
LEAST_PLAIN: Final = 25
"""Characters of a block that is prose, and of one of its pieces that is no link."""

KEPT: Final = (1.0, 1.0, 0.6, 0.3, 0.1)
"""Shares of the breaks inside blocks that a dump has; one of them for each page."""

SHORT: Final = 6
SHORT_LINES: Final = (2, 9)
"""Stretches of each dump that are made dumps of their own, half of them at breaks that are none, and their lines."""

WHOLE: Final = ("html_text", "newspaper4k", "trafilatura_recall", "inscriptis")
"""Renderers that break hardly any sentence: their borders are borders."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text between two tags.  `block` is the number of its block, `linked` whether it is a link's."""

    text: str
    block: int
    linked: bool


def seen() -> Iterator[tuple[str, list[tuple[int, ...]], list[bool]]]:
    """(domain, evidence, whether the border is none) of each page and of some of its dumps."""
    chance = random.Random(7)
    gold = kit.gold()
    whole = {name: dict(kit.dumps(name)) for name in WHOLE}
    for name, page in kit.pages():
        pieces = list(_pieces(page))
        for stripped in (True, False):
            text, joined = _dump(pieces, chance.choice(KEPT), chance, stripped=stripped)
            yield (gold[name].domain, *_evidence(text, gold[name].language, joined))
            for part, within in _stretches(text, joined, chance):
                yield (gold[name].domain, *_evidence(part, gold[name].language, within))
        dump = whole[chance.choice(WHOLE)].get(name)
        if dump:
            yield (gold[name].domain, *_evidence(dump, gold[name].language, {}))
            for part, within in _stretches(dump, {}, chance):
                yield (gold[name].domain, *_evidence(part, gold[name].language, within))


def _pieces(page: str) -> Iterator[Piece]:
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
    pieces: Sequence[Piece], kept: float, chance: random.Random, *, stripped: bool
) -> tuple[str, dict[int, bool | None]]:
    """The pieces a line each, and by the place where a line begins whether it goes on with the line before.

    None where one can't tell: inside a block that is no prose.
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
        if dumped and inside and chance.random() >= kept:
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
    """A few lines: what a dump of one paragraph looks like."""
    starts = [0, *(place for place, char in enumerate(text, 1) if char == "\n"), len(text) + 1]
    numbers = range(1, len(starts) - 1)
    broken = [n for n in numbers if joined.get(starts[n])]
    chosen = [chance.sample(those, min(SHORT // 2, len(those))) for those in (broken, numbers)]
    for number in chain.from_iterable(chosen):
        size = chance.randint(*SHORT_LINES)
        first = max(0, number - chance.randint(1, size))
        low, high = starts[first], starts[min(first + size, len(starts) - 1)] - 1
        yield text[low:high], {place - low: verdict for place, verdict in joined.items() if low < place < high}


def _prose(pieces: Sequence[Piece]) -> frozenset[int]:
    """The blocks that are prose."""
    sizes: dict[int, int] = {}
    plain: set[int] = set()
    for piece in pieces:
        size = len(piece.text.strip())
        sizes[piece.block] = sizes.get(piece.block, 0) + size
        if not piece.linked and size >= LEAST_PLAIN:
            plain.add(piece.block)
    return frozenset(block for block, size in sizes.items() if size >= LEAST_PROSE and block in plain)


def _evidence(text: str, language: str, joined: dict[int, bool | None]) -> tuple[list[tuple[int, ...]], list[bool]]:
    found = list(line_breaks.runs(text))
    rows: list[tuple[int, ...]] = []
    none: list[bool] = []
    for border in broken_sentences.find(text, found, language):
        verdict = joined.get(found[border.run][border.number + 1].start, False)
        if verdict is not None:
            rows.append(border.evidence)
            none.append(verdict)
    return rows, none
