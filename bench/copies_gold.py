"""Stories of the kit, and what becomes of stories when others print them: copies and reports that only look alike.

All is made by a seeded script.  Each record belongs to a story; two records are copies if it is the same.  Each kit
story is used for one purpose only.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

from bench import kit
from bench.copies_forms import FORMS, filled

MIN_WORDS: Final = 150
MAX_WORDS: Final = 1_500
MIN_PARAGRAPHS: Final = 6
MAX_PARAGRAPH: Final = 0.4
"""Share of a story that its longest paragraph has."""

_SENTENCE_END = re.compile("(?<=[.!?\N{RIGHT DOUBLE QUOTATION MARK}\N{IDEOGRAPHIC FULL STOP}])\\s+")
_QUOTED = re.compile(
    '["\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}'
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{LEFT CORNER BRACKET}]"
)
_NUMBER = re.compile(r"\b\d{1,2}\b")

Paragraphs: TypeAlias = list[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A record to be: `kind` says what was done to the story, `story` names it.

    `original` says that it is the first of its story.
    """

    id: str
    story: str
    kind: str
    host: str
    paragraphs: tuple[str, ...]
    original: bool = False

    @property
    def text(self) -> str:
        """The text of the record."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Source:
    """A story of the kit."""

    id: str
    language: str
    paragraphs: tuple[str, ...]


def sources() -> list[Source]:
    """The stories of the kit that are long enough to be changed, without those that repeat another."""
    bodies = [(one.id, one.language, one.body) for one in kit.gold().values()]
    bodies += [(str(row["id"]), str(row["language"]), str(row["body"])) for row in kit.rows("hosts/gold.jsonl.gz")]
    found = []
    lines: set[str] = set()
    for name, language, body in bodies:
        own = [line.strip() for line in body.split("\n") if line.strip()]
        long = {line[:MIN_LONG_LINE] for line in own if len(line) >= MIN_LONG_LINE}
        words = _words(own)
        has_paragraphs = len(own) >= MIN_PARAGRAPHS and max(_words([line]) for line in own) <= MAX_PARAGRAPH * words
        if MIN_WORDS <= words <= MAX_WORDS and has_paragraphs and not long & lines:
            found.append(Source(name, language, tuple(own)))
        lines |= long
    return found


MIN_LONG_LINE: Final = 60
"""Characters of a line that two different stories of the kit do not share by chance."""


def gold(seed: int, half: int) -> list[Made]:
    """The records of one half of the kit's stories, 0 or 1, in an order that says nothing."""
    random = Random(seed)
    every = sources()
    usable = [one for number, one in enumerate(every) if number % 2 == half]
    others = _Others([one for number, one in enumerate(every) if number % 2 != half])
    random.shuffle(usable)
    made = [*_forms(random)]
    take = iter(usable)
    for kind, maker in (("event", _event), ("quotation", _quotation), ("series", _series), ("round-up", _round_up)):
        for number in range(NEGATIVES):
            made += maker(f"{kind}-{number}", take, random)
    for number, source in enumerate(take):
        made += _copies(source, number, others, random)
    random.shuffle(made)
    return made


NEGATIVES: Final = 8
"""Groups of each kind of reports that only look alike."""


class _Others:
    """Stories that are in no record as a whole, to take leads and words from."""

    def __init__(self, found: Sequence[Source]):
        self._found: dict[str, list[Source]] = {}
        for one in found:
            self._found.setdefault(one.language, []).append(one)

    def paragraphs(self, source: Source, random: Random) -> Paragraphs:
        """The paragraphs of another story, in the same language if there is one."""
        others = self._found.get(source.language) or [one for found in self._found.values() for one in found]
        return list(random.choice(others).paragraphs)


Change: TypeAlias = Callable[[Paragraphs, Paragraphs, Random], tuple[Paragraphs, Paragraphs]]
"""From the paragraphs of a story and of another one to those of the original and of its copy."""


def _exact(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    return own, [line.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace(" - ", " \N{EN DASH} ") for line in own]


def _wrapping(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    number = random.randint(2, 99)
    place, agency = random.choice(("SPRINGFIELD", "BERLIN", "LONDON")), random.choice(("AP", "WXYZ", "dpa"))
    dateline = f"{place} ({agency}) \N{EM DASH} "
    foot = [f"Copyright {1990 + number} Station {number}. All rights reserved.", f"Follow Channel {number} everywhere."]
    middle = random.randint(1, len(own) - 1)
    return own, [dateline + own[0], *own[1:middle], f"Read more: {other[0][:80]}", *own[middle:], *foot]


def _cut(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    return own, own[: max(2, round(len(own) * random.uniform(0.3, 0.8)))]


def _headline(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    whole = [line for line in own if len(line) > MAX_SUBHEAD]
    return own, [other[0][:70], *(whole if len(whole) > 3 else own)]


MAX_SUBHEAD: Final = 50
"""Characters of lines that an editor takes for headings."""


def _lead(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    return own, [*other[: random.randint(1, 3)], *own[random.randint(0, 1) :]]


def _quotes(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """A third of the words of each quotation, and of a tenth of the other sentences, are others."""
    new = [word for line in other for word in line.split()]
    made = [
        " ".join(
            _changed(one, 0.3, new, random) if _QUOTED.search(one) or random.random() < 0.1 else one
            for one in _SENTENCE_END.split(line)
        )
        for line in own
    ]
    return own, made


def _edited(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """Four of a hundred words are others: each breaks up to five shingles."""
    new = [word for line in other for word in line.split()]
    return own, [_changed(line, 0.04, new, random) for line in own]


def _changed(line: str, share: float, new: Sequence[str], random: Random) -> str:
    """The line with that share of its words left out, moved, or replaced by new ones."""
    words: list[str] = []
    for word in line.split(" "):
        if random.random() >= share:
            words.append(word)
        elif random.random() < 0.6:
            words.append(random.choice(new))
        elif words and random.random() < 0.5:
            words.insert(-1, word)
    return " ".join(words) or line


def _excerpt(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    start = random.randint(0, len(own) - 3)
    end = start + 2
    while _words(own[start:end]) < MIN_EXCERPT and (start > 0 or end < len(own)):
        start, end = max(0, start - (end >= len(own))), min(len(own), end + 1)
    return own, own[start:end]


MIN_EXCERPT: Final = 40
"""Words of the shortest excerpt: the length of a teaser."""


def _words(lines: Sequence[str]) -> int:
    return sum(max(len(line.split()), len(line) // 6) for line in lines)


def _longer(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    return own[: max(3, round(len(own) * random.uniform(0.4, 0.7)))], own


def _update(own: Paragraphs, other: Paragraphs, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """Both versions have part of the story: the later one has another lead, other numbers, and a new end."""
    count = len(own)
    early = [line for number, line in enumerate(own) if number < 0.8 * count and number != 1]
    late = [line for number, line in enumerate(own) if number == 1 or number >= 0.2 * count]
    return early, [_NUMBER.sub(lambda found: str(int(found[0]) + 1), line, count=1) for line in late]


CHANGES: Final[dict[str, Change]] = {
    "exact": _exact,
    "wrapping": _wrapping,
    "cut": _cut,
    "headline": _headline,
    "local lead": _lead,
    "quotes": _quotes,
    "edited": _edited,
    "excerpt": _excerpt,
    "longer": _longer,
    "update": _update,
}


def _copies(source: Source, number: int, others: _Others, random: Random) -> Iterator[Made]:
    """A story and one to three copies of it.  Versions have an original of their own, so they are alone with it."""
    kinds = list(CHANGES)
    first = kinds[number % len(kinds)]
    chosen = [first]
    if first not in ("longer", "update"):
        chosen += random.sample([kind for kind in kinds if kind not in (first, "longer", "update")], number % 3)
    own = list(source.paragraphs)
    for place, kind in enumerate(chosen):
        original, copy = CHANGES[kind](own, others.paragraphs(source, random), random)
        if place == 0:
            yield Made(f"{source.id}-0", source.id, "original", "first.example", tuple(original), original=True)
        host = "first.example" if kind == "update" else f"host{random.randint(0, 99)}.example"
        yield Made(f"{source.id}-{place + 1}", source.id, kind, host, tuple(copy))


def _first(lines: Paragraphs, words: int) -> Paragraphs:
    """The first paragraphs, with that number of words or a few more."""
    return lines[: next(n for n in range(1, len(lines) + 1) if n == len(lines) or _words(lines[:n]) > words)]


def _event(name: str, take: Iterator[Source], random: Random) -> list[Made]:
    """Two reports of one event: they share names, places and one quotation, but no other sentence."""
    own = list(next(take).paragraphs)
    short = [line for line in own if _words([line]) <= MAX_QUOTATION * _words(own)] or sorted(own, key=len)[:1]
    said = next((line for line in short if _QUOTED.search(line)), short[0])
    halves = [[line for line in own[part::2] if line != said] for part in (0, 1)]
    return [
        _other(f"{name}-{part}", "event", f"host{part}.example", [*half[:2], said, *half[2:]])
        for part, half in enumerate(halves)
    ]


MAX_QUOTATION: Final = 0.15
"""Share of a story that a quotation in two reports has at most."""


def _quotation(name: str, take: Iterator[Source], random: Random) -> list[Made]:
    """Two stories that share a paragraph: of an agency, or a quotation."""
    one, two = list(next(take).paragraphs), list(next(take).paragraphs)
    shared = max(one, key=len)
    return [
        _other(f"{name}-0", "quotation", "host0.example", one),
        _other(f"{name}-1", "quotation", "host1.example", [*two[:3], shared, *two[3:]]),
    ]


def _series(name: str, take: Iterator[Source], random: Random) -> list[Made]:
    """Two to five short articles of one source with the same paragraphs about the series at the end, or around."""
    box = list(next(take).paragraphs)
    about = _first(box, random.randint(50, 160))
    made = []
    for number in range(random.randint(2, 5)):
        short = _first(list(next(take).paragraphs), random.randint(60, 200))
        lines = [about[0], *short, *about[1:]] if random.random() < 0.3 else [*short, *about]
        made.append(_other(f"{name}-{number}", "series", "series.example", lines))
    return made


def _round_up(name: str, take: Iterator[Source], random: Random) -> list[Made]:
    """Stories, and an overview with the first paragraphs of each."""
    stories = [list(next(take).paragraphs) for _ in range(random.randint(3, 5))]
    overview = [line for own in stories for line in own[:3]]
    return [
        *(_other(f"{name}-{n}", "round-up", f"host{n}.example", own) for n, own in enumerate(stories)),
        _other(f"{name}-all", "round-up", "host0.example", overview),
    ]


def _forms(random: Random) -> Iterator[Made]:
    for form, text in enumerate(FORMS):
        for number in range(4):
            lines = filled(text, random).split("\n\n")
            yield _other(f"form-{form}-{number}", "template", "form.example", lines)


def _other(name: str, kind: str, host: str, lines: Sequence[str]) -> Made:
    """A record that is no copy of any other."""
    return Made(name, name, kind, host, tuple(lines))
