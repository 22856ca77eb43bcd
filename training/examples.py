"""Dumps with a label for every line, at no cost: gold bodies say what is story, markup says what the rest is.

The words of a dump's lines are aligned with those of the gold body and, separately, with those of the page's HTML.
Where a reader labelled the page (the kit's 60 dumps), the labels that he gave are carried to all its dumps.
"""

import random
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from bench import kit
from bench.folds import fold_of
from bench.kit import Gold
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from copydesk import config, desk
from copydesk.document import STORY, Label
from copydesk.dump import from_text
from copydesk.labelling import Line, patterns
from copydesk.labelling.features import Features, features
from copydesk.labelling.line import fold
from training.markup import WORD, Place

LEAST_SHARE: Final = 0.5
"""Of a line's words that stand in the gold body, in a run of two at least; then it is story."""

ALONE: Final = "body"
"""The name of the renderer for gold stories alone: the model shall learn to leave them whole."""

MIXED: Final = "+mixed"
"""Behind the name of a renderer: its dumps with heads and feet of others."""

LABELS: Final = tuple(Label)


@dataclass(frozen=True, slots=True)
class Example:
    """One dump: what the model sees, and what it should say; `read` is -1 where no reader said anything."""

    page: str
    domain: str
    renderer: str
    features: Features
    story: NDArray[np.float32]
    labels: NDArray[np.int64]
    read: NDArray[np.int64]


def examples(renderer: str, places: dict[str, list[tuple[str, Place]]]) -> Iterator[Example]:
    """Every page as the renderer dumps it; `places` holds the words of each page's HTML."""
    read = _labels_by_reading()
    for page, text in kit.dumps(renderer):
        gold = kit.gold()[page]
        if text.strip():
            marked = desk.mark(from_text(text, page), config.default())
            lines = [line for line in marked.lines if line.text]
            story, around = _aligned(lines, gold, places.get(page, []))
            labels = _labels(lines, marked.language, gold, story, around)
            known = _read(lines, read.get(page, {}))
            yield _example(gold, renderer, lines, marked.language, story, labels, known)


def mixed(made: Sequence[Example], times: int) -> Iterator[Example]:
    """Dumps of pages that never were: the head of one, the story of another, the foot of a third.

    So the model can't learn by heart which story stands among which furniture.  All three are in one language and
    of one fold (`bench.folds`), rendered alike; the headline is that of the story.  `made` are all examples of a
    renderer, in the order of the kit.
    """
    chance = random.Random(len(made))
    dumps = [_Parts.of(example) for example in made]
    alike: dict[tuple[int, str], list[_Parts]] = {}
    for dump in dumps:
        if dump.story:
            alike.setdefault((fold_of(dump.gold.domain), dump.gold.language), []).append(dump)
    for _ in range(times):
        for dump in dumps:
            others = alike.get((fold_of(dump.gold.domain), dump.gold.language), [])
            if dump.story and len(others) > 2:
                yield dump.between(chance.choice(others), chance.choice(others))


@dataclass(frozen=True, slots=True)
class _Parts:
    """A labelled dump cut where its story begins and ends: each row a line with its share of story and its labels."""

    gold: Gold
    renderer: str
    head: list["_Row"]
    story: list["_Row"]
    foot: list["_Row"]

    @staticmethod
    def of(example: Example) -> "_Parts":
        text = _texts(example.renderer)[example.page]
        lines = [line for line in desk.mark(from_text(text, example.page), config.default()).lines if line.text]
        columns = (lines, example.story.tolist(), example.labels.tolist(), example.read.tolist())
        rows = list(zip(*columns, strict=True))
        told = [n for n, (_, share, _, _) in enumerate(rows) if share >= LEAST_SHARE]
        first, last = (told[0], told[-1] + 1) if told else (len(rows), len(rows))
        return _Parts(kit.gold()[example.page], example.renderer, rows[:first], rows[first:last], rows[last:])

    def between(self, head: "_Parts", foot: "_Parts") -> Example:
        """The story of this dump between another's head and a third's foot."""
        title = Line(self.gold.title or "", apart=True)
        rows = [
            (title if title.text and LABELS[label] in (Label.TITLE, Label.DUPLICATE) else line, share, label, read)
            for line, share, label, read in head.head
        ]
        rows += self.story + foot.foot
        lines = [line for line, _, _, _ in rows]
        verdicts = [patterns.judge(line, self.gold.language) for line in lines]
        return Example(
            self.gold.id,
            self.gold.domain,
            self.renderer + MIXED,
            features(lines, self.gold.language, verdicts),
            np.array([share for _, share, _, _ in rows], dtype=np.float32),
            np.array([label for _, _, label, _ in rows], dtype=np.int64),
            np.array([read for _, _, _, read in rows], dtype=np.int64),
        )


_Row = tuple[Line, float, int, int]


@cache
def _texts(renderer: str) -> dict[str, str]:
    return dict(kit.dumps(renderer))


def stories_alone() -> Iterator[Example]:
    """The gold bodies as dumps of their own, some below their titles."""
    for gold in kit.gold().values():
        chance = random.Random(zlib.crc32(gold.id.encode()))
        texts = [text.strip() for text in gold.body.split("\n") if text.strip()]
        if not texts:
            continue
        spaced, titled = chance.random() < 0.5, bool(gold.title) and chance.random() < 0.3
        lines = [Line(text, apart=spaced) for text in texts]
        labels = [Label.PARAGRAPH] * len(lines)
        if titled:
            lines.insert(0, Line(gold.title or "", apart=False))
            labels.insert(0, Label.TITLE)
        story = [float(label in STORY) for label in labels]
        yield _example(gold, ALONE, lines, gold.language, story, labels, [None] * len(lines))


def _example(
    gold: Gold,
    renderer: str,
    lines: Sequence[Line],
    language: str | None,
    story: Sequence[float],
    labels: Sequence[Label],
    read: Sequence[Label | None],
) -> Example:
    verdicts = [patterns.judge(line, language) for line in lines]
    return Example(
        gold.id,
        gold.domain,
        renderer,
        features(lines, language, verdicts),
        np.array(story, dtype=np.float32),
        np.array([LABELS.index(label) for label in labels]),
        np.array([LABELS.index(label) if label else -1 for label in read]),
    )


def _aligned(lines: Sequence[Line], gold: Gold, page: Sequence[tuple[str, Place]]) -> tuple[list[float], list[Place]]:
    """For each line: the share of its words that stand in the gold body, and where most stand in the page."""
    found = [WORD.findall(line.text.casefold()) for line in lines]
    flat = [word for line in found for word in line]
    in_body = _align(flat, WORD.findall(gold.body.casefold()))
    in_page = _align(flat, [word for word, _ in page])
    shares: list[float] = []
    places: list[Place] = []
    at = 0
    for line in found:
        span = range(at, at + len(line))
        at += len(line)
        runs = sum(in_body[n] >= 0 and (_follows(in_body, n) or _follows(in_body, n + 1)) for n in span)
        shares.append(runs / len(line) if line else 0.0)
        stood = Counter(page[in_page[n]][1] for n in span if in_page[n] >= 0)
        places.append(stood.most_common(1)[0][0] if stood else Place(None, "text"))
    return shares, places


def _follows(matched: Sequence[int], n: int) -> bool:
    """Whether the word at n and the one before it are matched with neighbours."""
    return 0 < n < len(matched) and matched[n] >= 0 and matched[n] == matched[n - 1] + 1 and matched[n - 1] >= 0


def _align(text: Sequence[str], other: Sequence[str]) -> list[int]:
    """For each word its place in `other`, or -1: the longest common subsequence."""
    numbers: dict[str, int] = {}
    one = [numbers.setdefault(word, len(numbers)) for word in text]
    two = [numbers.setdefault(word, len(numbers)) for word in other]
    places = [-1] * len(text)
    for step in Indel.opcodes(one, two):
        if step.tag == "equal":
            for n in range(step.src_end - step.src_start):
                places[step.src_start + n] = step.dest_start + n
    return places


def _labels(
    lines: Sequence[Line], language: str | None, gold: Gold, story: Sequence[float], places: Sequence[Place]
) -> list[Label]:
    title = fold(gold.title or "")
    authors = {fold(name) for name in gold.authors}
    first = next((n for n, share in enumerate(story) if share >= LEAST_SHARE), len(lines))
    named = [n for n, line in enumerate(lines) if title and line.folded == title]
    above = [n for n in named if n <= first] or named[:1]
    heads = [n for n in range(first) if places[n].block == "h1" and lines[n].words > 2]
    place = above[-1] if above else heads[-1] if heads else None
    labels: list[Label] = []
    for n, line in enumerate(lines):
        near = abs(n - (first if place is None else place)) < 12
        known = patterns.judge(line, language)
        if n == place:
            label = Label.TITLE
        elif story[n] >= LEAST_SHARE:
            label = {"heading": Label.HEADING, "h1": Label.HEADING, "item": Label.LIST_ITEM}.get(
                places[n].block, Label.PARAGRAPH
            )
        elif title and place is not None and (line.folded == title or (n == 0 and title in line.folded)):
            label = Label.DUPLICATE
        elif line.folded in authors or (near and len(line.text) < 80 and any(name in line.folded for name in authors)):
            label = Label.BYLINE
        elif places[n].label in (Label.TEASER, Label.COMMENT):
            label = places[n].label
        elif known and known.label not in (Label.TEASER_HEADING, Label.TEASER):
            label = known.label
        else:
            label = places[n].label or (Label.PROMO if line.words >= 8 else Label.NAVIGATION)
            if known and label in (Label.NAVIGATION, Label.PROMO):
                label = known.label
        if label is Label.TEASER and known and known.label is Label.TEASER_HEADING:
            label = Label.TEASER_HEADING
        if label is Label.DECK and n > first + 3:
            label = Label.TEASER
        if label is Label.BYLINE and line.words > 14:
            label = Label.BIO
        if label is Label.NAVIGATION and line.words >= 10 and line.apart:
            label = Label.PROMO
        labels.append(label)
    return labels


def _labels_by_reading() -> dict[str, dict[str, list[Label]]]:
    """For each page that was labelled by reading: each line, folded, and its labels in order."""
    found: dict[str, dict[str, list[Label]]] = {}
    for row in kit.labelled():
        page = found.setdefault(row.id, {})
        lines = [line for line in map(str.strip, row.text.split("\n")) if line]
        for line, label in zip(lines, row.labels, strict=True):
            page.setdefault(fold(line), []).append(Label(label))
    return found


def _read(lines: Sequence[Line], known: dict[str, list[Label]]) -> list[Label | None]:
    """The labels that a reader gave to the same lines, the n-th to the n-th that reads so."""
    seen: Counter[str] = Counter()
    labels: list[Label | None] = []
    for line in lines:
        given = known.get(line.folded)
        labels.append(given[min(seen[line.folded], len(given) - 1)] if given else None)
        seen[line.folded] += 1
    return labels
