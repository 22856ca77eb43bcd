"""Dumps with a label for every line, at no cost: gold bodies say what is story, markup says what the rest is.

The words of a dump's lines are aligned with those of the gold body and, separately, with those of the page's HTML.
Where a reader labelled the page (the kit's 60 dumps), the labels that he gave are carried to all its dumps.
"""

import random
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Final

import numpy as np
from bench.folds import fold_of
from bench.kit import Gold
from numpy.typing import NDArray
from rapidfuzz import fuzz

from copydesk import config, desk
from copydesk.document import STORY, Label
from copydesk.dump import Dump
from copydesk.labelling import Line, Verdict, line_rules
from copydesk.labelling.bios import is_bio
from copydesk.labelling.features import Features, features, rule_columns
from copydesk.labelling.line_facts import MIN_SENTENCE_WORDS
from copydesk.labelling.model import LABELS
from copydesk.labelling.tags_and_notes import is_note
from copydesk.readers import html
from copydesk.text import fold
from training import reading, sources
from training.alignment import align
from training.markup import WORD, Place

LEAST_SHARE: Final = 0.5
"""Of a line's words that stand in the gold body, in a run of two at least; then it is story."""

ALONE: Final = "body"
"""The name of the renderer for gold stories alone: the model shall learn to leave them whole."""

PAGE: Final = "page"
"""The name of our own rendering of the pages' HTML."""

NO_DUMP: Final = Dump("", "", "", "")

MIXED: Final = "+mixed"
"""Behind the name of a renderer: its dumps with heads and feet of others."""

APART: Final = 10**7
"""Between the numbers of blocks of pages that are mixed."""

UNREAD: Final = -1
NOWHERE: Final = Place(None, "")
"""Of lines that the page's markup does not hold."""


ALIKE: Final = 80
"""Of 100: how alike the words of a page's first heading and of the gold title must be for it to be the headline."""

NEAR: Final = 12
"""Lines from the headline within which an author's name in a line makes it a byline."""

LONGEST_BYLINE: Final = 80
"""Characters of such a line."""

MOST_BYLINE_WORDS: Final = 14
"""What names an author with more words than these tells of him."""

MOST_MENU_WORDS: Final = 10
"""A paragraph of so many words is no menu, whatever holds it."""

LEAST_LINK_WORDS: Final = 4
"""Words of a link outside menus that reads like a headline."""

MOST_TAGS: Final = 12
"""Lines of the longest list of tags; a longer one is a menu of sections."""

KICKER_REACH: Final = 2
"""Lines above the headline."""

MAX_KICKER_WORDS: Final = 4
"""Words of a line of the menu that is a kicker if it is right above the headline."""

_STORY_BLOCKS: Final = {"heading": Label.HEADING, "h1": Label.HEADING, "item": Label.LIST_ITEM}
_BY_GOLD: Final = frozenset((Label.TITLE, Label.DUPLICATE, Label.BIO, Label.NOTE))
"""The labels that follow from the gold title or from the words of a line."""

_SMALL_PRINT: Final = frozenset((
    Label.NAVIGATION, Label.PROMO, Label.CONTROL, Label.TIMESTAMP, Label.BYLINE, Label.BIO, Label.CREDIT,
    Label.CAPTION, Label.TAGS, Label.DECK,
))  # fmt: skip
"""What the items of a list of stories hold beside their headlines."""


@dataclass(frozen=True, slots=True)
class Example:
    """One dump: what the model sees, and what it should say.

    `read` is UNREAD where no reader said anything, `labels` where neither gold, markup nor rules say what a line is.
    """

    page: str
    domain: str
    renderer: str
    features: Features
    story: NDArray[np.float32]
    labels: NDArray[np.int64]
    read: NDArray[np.int64]


def examples(renderer: str, places: dict[str, list[tuple[str, Place]]]) -> Iterator[Example]:
    """Every page as the renderer dumps it; `places` holds the words of each page's HTML."""
    read = reading.pages()
    for page, dump in dumps(renderer).items():
        gold = sources.golds()[page]
        if dump.text.strip():
            edited = desk.edit_dump(dump, config.default())
            lines = edited.lines_with_text
            story, around = _aligned(lines, gold, places.get(page, []))
            labels = _labels(lines, gold, story, around)
            known = reading.carried(lines, read.get(page, ()))
            yield _example(gold, renderer, edited.language, list(map(_Row, lines, story, labels, known)))


def mixed(made: Sequence[Example], times: int) -> Iterator[Example]:
    """Dumps of pages that never were: the head of one, the story of another, the foot of a third.

    So the model can't learn by heart which story stands among which furniture.  All three are in one language, of one
    kind and of one fold (`bench.folds`), rendered alike; the headline is that of the story.  `made` are all examples
    of a renderer, in the order of the kit.
    """
    chance = random.Random(len(made))
    dumps = [_Parts.of(example) for example in made]
    alike: dict[tuple[int, str, str], list[_Parts]] = {}
    for dump in dumps:
        if dump.story:
            alike.setdefault(dump.group, []).append(dump)
    for _ in range(times):
        for dump in dumps:
            others = alike.get(dump.group, [])
            if dump.story and len(others) > 2:
                yield dump.between(chance.choice(others), chance.choice(others))


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, its share of story, its label, and that of a reader."""

    line: Line
    story: float
    label: Label | None
    read: Label | None


@dataclass(frozen=True, slots=True)
class _Parts:
    """A labelled dump cut where its story begins and ends."""

    gold: Gold
    renderer: str
    head: list[_Row]
    story: list[_Row]
    foot: list[_Row]

    @property
    def group(self) -> tuple[int, str, str]:
        """What dumps that are mixed have in common: fold, language, and kind of page."""
        return fold_of(self.gold.domain), self.gold.language, sources.kind_of(self.gold.id)

    @staticmethod
    def of(example: Example) -> "_Parts":
        lines = desk.edit_dump(dumps(example.renderer)[example.page], config.default()).lines_with_text
        labels = [None if label == UNREAD else LABELS[label] for label in example.labels]
        read = [None if label == UNREAD else LABELS[label] for label in example.read]
        rows = list(map(_Row, lines, example.story.tolist(), labels, read))
        told = [n for n, row in enumerate(rows) if row.story >= LEAST_SHARE]
        first, last = (told[0], told[-1] + 1) if told else (len(rows), len(rows))
        return _Parts(sources.golds()[example.page], example.renderer, rows[:first], rows[first:last], rows[last:])

    def between(self, head: "_Parts", foot: "_Parts") -> Example:
        """The story of this dump between another's head and a third's foot."""
        title = self.gold.title or ""
        titled = [
            replace(row, line=Line(title, True, row.line.origin, row.line.inside, self.gold.language))
            if title and row.label in (Label.TITLE, Label.DUPLICATE)
            else row
            for row in head.head
        ]
        own = self.spine()
        rows = [*_moved(titled, head.spine(), own, 1), *self.story, *_moved(foot.foot, foot.spine(), own, 2)]
        return _example(self.gold, self.renderer + MIXED, self.gold.language, rows)

    def spine(self) -> list[int]:
        """The blocks that hold most of the story, the innermost first."""
        held: dict[int, int] = {}
        for row in self.story:
            for block in row.line.inside:
                held[block] = held.get(block, 0) + row.line.words
        most = [block for block in held if held[block] * 2 > sum(row.line.words for row in self.story)]
        return sorted(most, reverse=True)  # blocks are numbered as they open


def _moved(rows: Sequence[_Row], theirs: Sequence[int], ours: Sequence[int], part: int) -> Iterator[_Row]:
    """The rows on another page: the blocks of their story are those of ours, all others their own."""
    if not ours or not theirs:
        yield from rows
        return
    moved = {block: ours[min(n, len(ours) - 1)] for n, block in enumerate(theirs)}
    for row in rows:
        inside = tuple(moved.get(block, block + part * APART) for block in row.line.inside)
        line = row.line
        yield replace(row, line=Line(line.text, line.apart, line.origin, inside, line.facts.language))


@cache
def dumps(renderer: str) -> dict[str, Dump]:
    """Every page as the renderer dumps it; PAGE is our own rendering, whose lines have origins."""
    if renderer == PAGE:
        return {name: html.render(markup.encode(), name) for name, markup in sources.html()}
    return {name: replace(NO_DUMP, text=text) for name, text in sources.dumps(renderer)}


def stories_alone() -> Iterator[Example]:
    """The gold bodies as dumps of their own, some below their titles."""
    for gold in sources.golds().values():
        chance = random.Random(zlib.crc32(gold.id.encode()))
        texts = [text.strip() for text in gold.body.split("\n") if text.strip()]
        if not texts:
            continue
        spaced, titled = chance.random() < 0.5, bool(gold.title) and chance.random() < 0.3
        lines = [Line(text, apart=spaced, language=gold.language) for text in texts]
        labels = [Label.PARAGRAPH] * len(lines)
        if titled:
            lines.insert(0, Line(gold.title or "", apart=False, language=gold.language))
            labels.insert(0, Label.TITLE)
        rows = [_Row(line, float(label in STORY), label, None) for line, label in zip(lines, labels, strict=True)]
        yield _example(gold, ALONE, gold.language, rows)


def _example(gold: Gold, renderer: str, language: str | None, rows: Sequence[_Row]) -> Example:
    lines = [row.line for row in rows]
    verdicts = [line_rules.judge(line) for line in lines]
    return Example(
        gold.id,
        gold.domain,
        renderer,
        features(lines, language, verdicts, rule_columns()),
        story=np.array([row.story for row in rows], dtype=np.float32),
        labels=np.array([LABELS.index(row.label) if row.label else UNREAD for row in rows]),
        read=np.array([LABELS.index(row.read) if row.read else UNREAD for row in rows]),
    )


def _aligned(lines: Sequence[Line], gold: Gold, page: Sequence[tuple[str, Place]]) -> tuple[list[float], list[Place]]:
    """For each line: the share of its words that stand in the gold body, and where most stand in the page."""
    found = [WORD.findall(line.text.casefold()) for line in lines]
    flat = [word for line in found for word in line]
    in_body = align(flat, WORD.findall(gold.body.casefold()))
    whole = _whole_lines(gold.body)
    in_page = align(flat, [word for word, _ in page])
    shares: list[float] = []
    places: list[Place] = []
    at = 0
    for line in found:
        span = range(at, at + len(line))
        at += len(line)
        runs = sum(in_body[n] >= 0 and (_follows(in_body, n) or _follows(in_body, n + 1)) for n in span)
        is_whole = bool(line) and all(in_body[n] >= 0 for n in span) and tuple(line) in whole
        shares.append(1.0 if is_whole else runs / len(line) if line else 0.0)
        stood = Counter(page[in_page[n]][1] for n in span if in_page[n] >= 0)
        places.append(stood.most_common(1)[0][0] if stood else NOWHERE)
    return shares, places


def _whole_lines(body: str) -> frozenset[tuple[str, ...]]:
    """The words of each line of a gold text: a line of one word is found by them."""
    return frozenset(tuple(WORD.findall(line)) for line in body.casefold().split("\n"))


def _follows(matched: Sequence[int], n: int) -> bool:
    """Whether the word at n and the one before it are matched with neighbours."""
    return 0 < n < len(matched) and matched[n] >= 0 and matched[n] == matched[n - 1] + 1 and matched[n - 1] >= 0


def _labels(lines: Sequence[Line], gold: Gold, story: Sequence[float], places: Sequence[Place]) -> list[Label | None]:
    head = _Head.of(lines, gold, story, places)
    labels = [
        _label(n, line, line_rules.judge(line), place, head, is_story=share >= LEAST_SHARE)
        for n, (line, place, share) in enumerate(zip(lines, places, story, strict=True))
    ]
    _complete_teasers(lines, places, labels, range(head.title or 0, head.first), head.last)
    _complete_tags(lines, labels, head.title)
    if any(place is not NOWHERE for place in places):
        return list(labels)
    known = [line_rules.judge(line) for line in lines]  # without markup, a label by default is a guess
    return [
        label if label in _BY_GOLD or (label in STORY and line.is_prose) or (own and own.label is label) else None
        for line, label, own in zip(lines, labels, known, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the headline (None without one) and the story's first and last lines stand, and the gold, folded."""

    title: int | None
    first: int
    last: int
    headline: str
    authors: frozenset[str]

    @staticmethod
    def of(lines: Sequence[Line], gold: Gold, story: Sequence[float], places: Sequence[Place]) -> "_Head":
        headline = fold(gold.title or "")
        told = [n for n, share in enumerate(story) if share >= LEAST_SHARE] or [len(lines)]
        first, last = told[0], told[-1]
        named = [n for n, line in enumerate(lines) if headline and line.folded == headline]
        above = [n for n in named if n <= first] or named[:1]
        heads = [n for n, place in enumerate(places) if place.block == "h1"]
        alike = [n for n in heads if fuzz.token_set_ratio(lines[n].folded, headline) >= ALIKE and lines[n].words > 2]
        other = [n for n in heads if n < first and lines[n].words > 2]
        found = [n for n in above if n in heads] or above or alike or other
        return _Head(found[-1] if found else None, first, last, headline, frozenset(map(fold, gold.authors)))

    def is_copy(self, n: int, line: Line) -> bool:
        """Whether the line repeats the headline, or is the page's own title above it."""
        if not self.headline or self.title is None:
            return False
        return line.folded == self.headline or (n == 0 and self.headline in line.folded)

    def is_signed(self, n: int, line: Line) -> bool:
        """Whether the line is an author's name, or holds one near the headline."""
        near = abs(n - (self.first if self.title is None else self.title)) < NEAR
        return line.folded in self.authors or (
            near and len(line.text) < LONGEST_BYLINE and any(name in line.folded for name in self.authors)
        )


def _label(n: int, line: Line, known: Verdict | None, place: Place, head: _Head, *, is_story: bool) -> Label:
    """The label of one line, by what is surest."""
    if n == head.title:
        return Label.TITLE
    if is_story:
        return _STORY_BLOCKS.get(place.block, Label.PARAGRAPH)
    if head.is_copy(n, line):
        return Label.DUPLICATE
    is_below = n >= head.last - 1
    if is_below and (place.label is Label.BIO or is_bio(line)):
        return Label.BIO
    if is_note(line):
        return Label.NOTE
    if known and known.label is Label.CREDIT and place.label is not Label.TEASER:
        return Label.CREDIT
    if head.is_signed(n, line):
        return Label.BYLINE if line.words <= MOST_BYLINE_WORDS else Label.BIO
    if place.label is Label.TEASER and (known is None or known.label in (Label.TEASER_HEADING, Label.TEASER)):
        is_short = line.words < LEAST_LINK_WORDS and not known
        return Label.NAVIGATION if is_short else known.label if known else Label.TEASER
    if place.label in (Label.COMMENT, Label.NOTE):
        return place.label
    by_markup = place.label or (Label.PROMO if line.words >= MIN_SENTENCE_WORDS else Label.NAVIGATION)
    by_default = by_markup in (Label.NAVIGATION, Label.PROMO)
    if known and (by_default or known.label not in (Label.TEASER, Label.TEASER_HEADING)):
        return known.label
    if by_markup is Label.DECK and n > head.first + 3:
        return Label.TEASER
    if by_markup in (Label.BYLINE, Label.BIO):
        return Label.BYLINE if line.words <= MOST_BYLINE_WORDS else Label.BIO
    if by_markup is Label.NAVIGATION and line.words >= MOST_MENU_WORDS and line.apart:
        return Label.PROMO
    if by_markup is Label.COPYRIGHT and line.words >= MOST_MENU_WORDS:
        return Label.NOTE
    return by_markup


def _complete_teasers(
    lines: Sequence[Line], places: Sequence[Place], labels: list[Label], head: range, last: int
) -> None:
    """Links that read like headlines are teasers; so is what stands between them, and the blurb below one."""
    for n, (line, place) in enumerate(zip(lines, places, strict=True)):
        least = {None: LEAST_LINK_WORDS, Label.NAVIGATION: MOST_MENU_WORDS - 2}.get(place.label)
        leads = place.linked or (place.block == "heading" and place.label is None and n > last)
        if labels[n] in (Label.NAVIGATION, Label.PROMO) and leads and least and line.words >= least:
            labels[n] = Label.TEASER
    found = list(labels)
    for n in range(1, len(lines) - 1):
        if n in head:
            continue
        above = Label.TEASER in found[max(0, n - 2) : n]
        below = Label.TEASER in found[n + 1 : n + 3]
        is_blurb = lines[n].words >= MIN_SENTENCE_WORDS and places[n].label is None
        is_held = places[n].label is Label.TEASER and (above or below)
        if labels[n] in _SMALL_PRINT and (
            is_held or (above and (below or (is_blurb and found[n - 1] is Label.TEASER)))
        ):
            labels[n] = Label.TEASER
        elif (
            labels[n] in (Label.NAVIGATION, Label.PROMO)
            and found[n + 1] is Label.TEASER
            and places[n].block == "heading"
            and not places[n].linked
        ):
            labels[n] = Label.TEASER_HEADING


def _complete_tags(lines: Sequence[Line], labels: list[Label], title: int | None) -> None:
    """What stands right above the headline in few words is a tag; long lists of tags, or far above it, are menus."""
    runs = groupby(range(len(labels)), key=lambda n: labels[n] is Label.TAGS)
    for run in [list(numbers) for is_tag, numbers in runs if is_tag]:
        if len(run) > MOST_TAGS or (title is not None and run[-1] < title - KICKER_REACH * 2):
            for n in run:
                labels[n] = Label.NAVIGATION
    for n in range(max(0, (title or 0) - KICKER_REACH), title or 0):
        if labels[n] is Label.NAVIGATION and lines[n].words <= MAX_KICKER_WORDS:
            labels[n] = Label.TAGS
