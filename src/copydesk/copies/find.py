"""Finds the copies among the records of an output.

Stories are compared in a database, so that memory hardly grows with their number.  The result depends on the stories
only: not on their order, and not on what was compared in an earlier search.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from copydesk.copies.contents import Content, content_of
from copydesk.copies.held import Held
from copydesk.copies.pairs import pairs, sample, share_little
from copydesk.copies.relations import (
    Likeness,
    Relation,
    Sources,
    are_related,
    differences,
    likeness,
    may_be_copies,
    relation,
)
from copydesk.copies.shingles import Shingles, count_shared, distinct, shingle_row
from copydesk.copies.state import DamagedStateError, State, remove
from copydesk.copies.stories import Story, story_of
from copydesk.copies.words import digest_of_words, words_in
from copydesk.disjoint_sets import DisjointSets
from copydesk.document import Kind, Record
from copydesk.stored_records import StoredStory

PARTS: Final = frozenset((Relation.EXCERPT, Relation.LONGER))
"""One of the two stories is a part of the other."""

MIN_OF_ONE_STORY: Final = 0.1
"""Two parts of a story that share less may be two stories in a round-up."""

MIN_MAIN: Final = 0.5
"""Share of a story's shingles that a part has, from which on the story is a version of this part and no round-up."""

MAX_PARTS: Final = 12
"""Parts of a story that are compared with one another."""

MAX_CONTENT_BYTES: Final = 32_000_000
"""Memory for what texts are compared by: some hundred stories of 2,000 words, or two of any length.  A long story must
not be prepared again for each of its excerpts."""

MAX_SHINGLE_BYTES: Final = 24_000_000
"""The same for shingles alone: most stories that are compared share too little for more."""

MAX_SAMPLE_BYTES: Final = 8_000_000
MAX_HOST_BYTES: Final = 4_000_000

HOST_BYTES: Final = 200
"""Memory for the name of a host in a set."""

Numbers: TypeAlias = NDArray[np.int64]
"""The numbers of texts in the state, in the order of their digests."""


class Copy(msgspec.Struct, frozen=True):
    """A member of a cluster.  `cluster` is the id of the canonical record; `likeness` that to it, from 0 to 1."""

    cluster: str
    id: str
    source: str
    relation: str
    likeness: float
    contained: float
    reason: str | None = None


class Found(msgspec.Struct, frozen=True):
    """The articles that were compared, how many of them are new, and their clusters.

    `made_again` says why an earlier state was not used.
    """

    articles: int
    new: int
    clusters: list[list[Copy]]
    made_again: str | None = None


class Line(Protocol):
    """A stored line with records (see `copydesk.stored_records`)."""

    @property
    def text(self) -> str:
        """Its JSON."""
        ...

    def stories(self) -> tuple[StoredStory | Record, ...]:
        """Its records."""
        ...


class CopyFinder:
    """Takes records one by one; then gives the clusters."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._contents = Held(self._content, lambda content: content.size, MAX_CONTENT_BYTES)
        self._shingles = Held(self._shingles_of, lambda shingles: shingles.nbytes, MAX_SHINGLE_BYTES)
        self._samples = Held(state.samples_of, lambda samples: samples.nbytes, MAX_SAMPLE_BYTES)
        self._hosts = Held(self._hosts_of, lambda hosts: HOST_BYTES * len(hosts), MAX_HOST_BYTES)
        self.new = 0

    def add_line(self, line: Line) -> None:
        """Add the records of a line, if it is not known."""
        digest = hashlib.blake2b(line.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if not self._state.knows(digest):
            self.add(digest, line.stories())

    def add(self, digest: bytes, records: Iterable[Record | StoredStory]) -> None:
        """Add the records of a line that is not known; only articles count, and no short ones."""
        stories: list[tuple[bytes, Story]] = []
        for record in records:
            if record.kind is not Kind.ARTICLE:
                continue
            words = words_in(record.text.casefold())
            story = story_of(record, len(words))
            if story is None:
                continue
            numbers = words.numbers
            digest_of_text = digest_of_words(numbers)
            stories.append((digest_of_text, story))
            if not self._state.has_text(digest_of_text):
                self._state.add_text(digest_of_text, words, sample(shingle_row(numbers)))
        self._state.add_line(digest, stories)
        self.new += len(stories)

    def clusters(self) -> Iterator[list[Copy]]:
        """The clusters of two or more records, each with the canonical record first; sorted by its id."""
        numbers = self._state.numbers()
        groups = DisjointSets(len(numbers))
        parts: dict[int, list[int]] = {}
        for one, other in self._candidates(numbers):
            if groups.group(one) == groups.group(other):
                continue
            found = self._relation(int(numbers[one]), int(numbers[other]))
            if found in PARTS:
                part, whole = (one, other) if found is Relation.EXCERPT else (other, one)
                parts.setdefault(whole, []).append(part)
            elif found is not None:
                groups.join(one, other)
        for whole, own in sorted(parts.items()):
            for part in self._versions(whole, own, numbers):
                groups.join(whole, part)
        made = [self._cluster([int(numbers[place]) for place in own]) for own in self._members(groups, numbers)]
        yield from sorted(made, key=lambda cluster: (cluster[0].id, cluster[1].id))

    def _candidates(self, numbers: Numbers) -> Iterator[tuple[int, int]]:
        """Pairs of texts that share a sample, by their places in the order of digests."""
        order = np.argsort(numbers)
        ordered = numbers[order]
        placed = ((int(order[np.searchsorted(ordered, number)]), samples) for number, samples in self._state.samples())
        return pairs(placed, len(numbers), self._state.total_samples())

    def _members(self, groups: DisjointSets, numbers: Numbers) -> Iterable[list[int]]:
        """The places of texts that are in one cluster; a text alone is one if several records have it."""
        members: dict[int, list[int]] = {}
        for place in range(len(numbers)):
            first = groups.group(place)
            if first != place:
                members.setdefault(first, [first]).append(place)
        repeated = np.array(self._state.repeated(), np.int64)
        for place in np.flatnonzero(np.isin(numbers, repeated)).tolist():
            members.setdefault(groups.group(place), [place])
        return members.values()

    def _versions(self, whole: int, parts: list[int], numbers: Numbers) -> list[int]:
        """Those parts of a story of which it is a longer version: none if it is a round-up of several stories."""
        sizes = {part: self._size(int(numbers[part])) for part in parts}
        main = max(parts, key=lambda part: (sizes[part], part))
        if sizes[main] >= MIN_MAIN * self._size(int(numbers[whole])):
            return [part for part in parts if part == main or self._is_one_story(numbers[part], numbers[main])]
        is_one_story = all(
            self._is_one_story(numbers[one], numbers[other])
            for n, one in enumerate(parts[:MAX_PARTS])
            for other in parts[n + 1 : MAX_PARTS]
        )
        return parts if is_one_story else []

    def _size(self, text: int) -> int:
        return len(self._shingles[text])

    def _is_one_story(self, one: np.int64, other: np.int64) -> bool:
        """Whether two parts of a story overlap, or are about the same things."""
        texts = sorted((int(one), int(other)), key=self._state.digest)
        return self._likeness(*texts).contained >= MIN_OF_ONE_STORY or are_related(
            self._contents[texts[0]], self._contents[texts[1]]
        )

    def _cluster(self, texts: list[int]) -> list[Copy]:
        members = [(story, text) for text in texts for story in self._state.stories(text)]
        own, best = min(members, key=lambda member: (member[0].rank, member[0].source))
        found = [Copy(own.id, own.id, own.source, Relation.CANONICAL, 1.0, 1.0, own.reason)]
        members.remove((own, best))
        for story, text in sorted(members, key=lambda member: (member[0].id, member[0].source)):
            alike = self._likeness(text, best) if text != best else _SAME
            name = relation(alike, Sources.of(story.host, own.host)) or Relation.LINKED
            likely, contained = round(alike.jaccard, 4), round(alike.contained, 4)
            found.append(Copy(own.id, story.id, story.source, name, likely, contained))
        return found

    def _relation(self, one: int, other: int) -> Relation | None:
        if self._share_little(one, other):
            return None
        found = self._likeness(one, other)
        if not may_be_copies(found) and found.jaccard < 1.0:
            return None
        return relation(found, self._sources(one, other))

    def _sources(self, one: int, other: int) -> Sources:
        """Whether two texts are in one source; of texts in several, whether they are in any together."""
        first, second = self._hosts[one], self._hosts[other]
        if (first & second) - {""}:
            return Sources.SAME
        return Sources.UNKNOWN if "" in first | second else Sources.DIFFERENT

    def _share_little(self, one: int, other: int) -> bool:
        first, second = self._samples[one], self._samples[other]
        return share_little(count_shared(first, second), min(len(first), len(second)))

    def _likeness(self, one: int, other: int) -> Likeness:
        known = self._state.likeness(one, other)
        if known is None:
            known = likeness(self._shingles[one], self._shingles[other])
            if may_be_copies(known):
                differ = differences(self._contents[one], self._contents[other])
                known = msgspec.structs.replace(known, differences=differ)
            self._state.add_likeness(one, other, known)
        return known

    def _content(self, number: int) -> Content:
        return content_of(self._state.words(number))

    def _shingles_of(self, number: int) -> Shingles:
        return distinct(shingle_row(self._state.words(number).numbers))

    def _hosts_of(self, number: int) -> frozenset[str]:
        return frozenset(story.host for story in self._state.stories(number))


_SAME: Final = Likeness(1, 1, 1)


def find(records: Iterable[Record], report: Callable[[int], None] = lambda count: None) -> tuple[int, list[list[Copy]]]:
    """The number of articles that were compared, and their clusters.  `report` gets the number of articles so far."""
    with closing(State(None)) as state:
        finder = CopyFinder(state)
        for number, record in enumerate(records):
            finder.add(number.to_bytes(16, "big"), (record,))
            report(finder.new)
        return state.forget_unseen(), list(finder.clusters())


def find_again(
    lines: Callable[[], Iterable[Line]], path: Path | None, report: Callable[[int], None] = lambda count: None
) -> Found:
    """The copies among the records of these lines.  What was read and compared before is in the state at `path`.

    The result is the same without a state.  A damaged state is made again, and so is one of another version; then the
    lines are read once more.  `report` gets the number of new articles so far.  Raises StateError if the state can't be
    read or written, or is no state, and what `lines` raises.
    """
    try:
        return _find(lines(), path, report)
    except DamagedStateError as error:
        if path is None:
            raise
        remove(path)
        return msgspec.structs.replace(_find(lines(), path, report), made_again=str(error))


def _find(lines: Iterable[Line], path: Path | None, report: Callable[[int], None]) -> Found:
    with closing(State(path)) as state:
        finder = CopyFinder(state)
        try:
            for line in lines:
                finder.add_line(line)
                report(finder.new)
            articles = state.forget_unseen()
            clusters = list(finder.clusters())
            state.commit()
        except sqlite3.Error as error:
            raise state.explained(error) from error
        return Found(articles, finder.new, clusters)
