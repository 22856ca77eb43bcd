"""The publisher: from the profile or the page, or from the lines that agree on the name of the outlet.

A page shows its outlet's name in many places: after the headline in its title, above its menu, in its notice of
copyright, in lines such as "About Example News", and in its addresses.  Each place counts; a name needs enough of them.
Where no line shows the name there is no publisher.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.document import STORY, Copyright, Label
from copydesk.labelling.line_facts import LineFacts
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.from_memory import MEMORY, title_outlet
from copydesk.metadata.page import Page
from copydesk.parsing import outlets
from copydesk.parsing.people import is_common
from copydesk.text import fold

PUBLISHER_WORD = re.compile(
    r"\b(?:Media|News|Times|Post|Journal|Magazine|Radio|TV|Press|Daily|Today|Tribune|Herald|Review|Zeitung|Blog|"
    r"[A-Z]{2,}|\w+\.(?:com|org|net))\b"
)
"""Words that are in names of publishers, but not in names of sections or people."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much evidence a name needs.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    min_points: int = 2
    """Points of the publisher's name; see `POINTS`."""

    max_title_line: int = 1
    """Lines from the top of the dump that may be the page's title."""

    min_shared: float = 0.5
    """Share of the words of a title's head that the headline has too."""

    max_words: int = 6
    """Words of a line that names the outlet beside something else."""

    max_masthead: int = 4
    """Words of a masthead that comes again."""

    max_lines: int = 3
    """Lines of one kind that count."""

    max_names: int = 12
    """Names that are compared."""


THRESHOLDS: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class Points:
    """What each place of a name counts.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    tail_of_headline: float = 1.5
    """Behind the headline, in a title that repeats it."""

    tail: float = 0.5
    """Behind something else in the first line."""

    second_part: float = -0.6
    """Not the last part of the title."""

    bar: float = 0.5
    """A bar parts the name from the headline."""

    notice: float = 2.0
    """The holder of the copyright."""

    company: float = -1.2
    """The holder is a company by its name: often the outlet's owner."""

    named: float = 1.0
    """A line like "About Example News"."""

    named_behind: float = 0.5
    """A line like "Example News Logo"."""

    alone: float = 0.7
    """A line of its own outside the story."""

    beside: float = 0.3
    """Inside another short line outside the story."""

    address: float = 1.0
    """In a web or mail address."""

    kind: float = 1.0
    """The name says that it is an outlet's: "Example Times", "example.org"."""

    common: float = -2.0
    """All its words are common ones, "Home" or "Politics", and it is no holder and after no bar."""

    memory: float = 3.0
    """At the end of the titles of most other pages of the source, and no address, which may be short for a name."""

    repeated: float = -0.5
    """A line that comes again and says that it is an outlet; other points are added."""


POINTS: Final = Points()


@dataclass(slots=True)
class _Name:
    """A name that may be the outlet's, with its points and the lines that show it."""

    text: str
    points: float
    lines: list[int]
    is_sure: bool = False
    is_tail: bool = False
    is_repeated: bool = False


def publisher_of(page: Page, notice: Fact[Copyright | None]) -> Fact[str | None]:
    """The publisher: of the profile, of the page's statements, or of the lines that name the outlet."""
    if page.profile and page.profile.publisher:
        return Fact(page.profile.publisher, ("profile",))
    if page.given.publisher:
        return Fact(page.given.publisher, (page.given.source_of("publisher"),))
    names = _names(page, notice)
    _confirm(page, list(names.values())[: THRESHOLDS.max_names])
    best = max(names.values(), key=lambda name: name.points, default=None)
    if best is None:
        return NOTHING
    key = outlets.key(best.text)  # "More from Example" and the tail "Example Germany" agree on the longer name
    known = title_outlet(page)
    is_known = known is not None and outlets.key(known[0]) == key
    longer = (name for other, name in names.items() if name.is_tail and key in other and name is not best)
    whole = None if is_known else next(longer, None)
    points = best.points + (max(whole.points, 0) if whole else 0)
    if points < THRESHOLDS.min_points:
        return NOTHING
    numbers = page.labelled.numbers
    shown = {*best.lines, *(whole.lines if whole else ())}
    text = (whole or best).text
    spelled = _spelled(page, text, notice) if outlets.is_address(text) else None
    if spelled is not None:
        text, shown = spelled[0], {*shown, spelled[1]}
    return Fact(text, (*(numbers[n] for n in sorted(shown)), *((MEMORY,) if is_known else ())))


def _spelled(page: Page, address: str, notice: Fact[Copyright | None]) -> tuple[str, int] | None:
    """(name, place) of the outlet, if an address is its short name: "Example Times" of "et.com", or "Example" of it.

    The name is a short line outside the story, or begins that of the holder of the copyright.
    """
    lines, stem = page.labelled, outlets.key(address)
    places: dict[str, list[int]] = {}
    for n in _outside(page):
        text = lines.facts[n].text
        if outlets.is_short_for(stem, text) and text != address and outlets.may_be_name(text):
            places.setdefault(text, []).append(n)
    if places:
        text, found = max(places.items(), key=lambda item: len(item[1]))
        return text, found[0]
    holder = notice.value.holder if notice.value else None
    words = holder.split() if holder else []
    start = " ".join(words[: len(stem)])
    if 1 < len(stem) < len(words) and outlets.is_short_for(stem, start):
        return start, next(n for n, number in enumerate(lines.numbers) if number in notice.sources)
    return None


def _names(page: Page, notice: Fact[Copyright | None]) -> dict[str, _Name]:
    """The names that lines state, by their key: of the title's tail, of the notice, of lines like "About ..."."""
    lines, names = page.labelled, dict[str, _Name]()

    def add(text: str, points: float, n: int) -> _Name:
        text = outlets.without_bullet(text)
        name = names.setdefault(outlets.key(text), _Name(text, 0.0, []))
        name.points += points
        name.lines.append(n)
        return name

    title = lines.first(Label.TITLE)
    for n in range(min(THRESHOLDS.max_title_line + 1, len(lines.facts))):
        tail = lines.facts[n].tail if lines.labels[n] not in STORY else None
        if tail is None:
            continue
        is_headline = title is not None and title != n and _shares(tail.head, lines.facts[title])
        for part, name in enumerate(tail.names):
            points = POINTS.tail_of_headline if is_headline else POINTS.tail
            second = POINTS.second_part - (POINTS.kind if outlets.says_kind(name) else 0) if part else 0
            found = add(name, points + second + (POINTS.bar if tail.is_barred else 0), n)
            found.is_tail, found.is_sure = not part, tail.is_barred and is_headline and not part
    if (known := title_outlet(page)) is not None and not outlets.is_address(known[0]):
        found = add(known[0], POINTS.memory, known[1])
        found.is_tail = found.is_sure = True
    holder = notice.value.holder if notice.value else None
    if holder:
        at = next(n for n, number in enumerate(lines.numbers) if number in notice.sources)
        add(holder, POINTS.notice + (POINTS.company if outlets.is_company(holder) else 0), at).is_sure = True
    named = dict[str, int]()
    for n, (facts, label) in enumerate(zip(lines.facts, lines.labels, strict=True)):
        if (
            label not in STORY
            and label is not Label.TITLE
            and facts.words <= THRESHOLDS.max_words
            and _may_name(facts)
            and facts.outlet
        ):
            key = outlets.key(facts.outlet)
            named[key] = named.get(key, 0) + 1
            if named[key] <= THRESHOLDS.max_lines and not any(
                lines.facts[m].folded == facts.folded for m in (names[key].lines if key in names else ())
            ):
                add(
                    facts.outlet,
                    POINTS.named if facts.folded.split()[0] in outlets.FIRST_WORDS else POINTS.named_behind,
                    n,
                )
    for text, n in _spelled_addresses(page).items():
        if outlets.key(text) not in names:
            add(text, 0.0, n)
    for folded, n in _repeated(page).items():
        key = outlets.key(folded)
        if key not in names:
            add(lines.facts[n].text, POINTS.repeated, n).is_repeated = True
    return names


def _spelled_addresses(page: Page) -> dict[str, int]:
    """The names in short lines outside the story that are the same as in a web or mail address, with their places."""
    lines, found = page.labelled, dict[str, int]()
    stems = _addresses(page)
    for n in _outside(page) if stems else ():
        words = lines.facts[n].text.split()
        for length in range(1, min(len(words), THRESHOLDS.max_masthead) + 1):
            for start in range(len(words) - length + 1):
                text = outlets.without_bullet(" ".join(words[start : start + length]).strip(".,:;!"))
                if (
                    outlets.key(text) in stems
                    and text[:1].isupper()
                    and outlets.may_be_name(text)
                    and outlets.says_kind(text)
                    and not outlets.is_address(text)
                ):
                    found.setdefault(text, n)
    return dict(list(found.items())[: THRESHOLDS.max_names])


def _outside(page: Page) -> list[int]:
    """The places of the short lines outside the story."""
    lines = page.labelled
    return [
        n
        for n, label in enumerate(lines.labels)
        if label not in STORY and label is not Label.TITLE and lines.facts[n].words <= THRESHOLDS.max_words
    ]


def _repeated(page: Page) -> dict[str, int]:
    """The short lines outside the story that come again and say that they are an outlet, each with its first place."""
    lines, first, again = page.labelled, dict[str, int](), dict[str, int]()
    for n, (facts, label) in enumerate(zip(lines.facts, lines.labels, strict=True)):
        if label not in STORY and facts.words <= THRESHOLDS.max_masthead and first.setdefault(facts.folded, n) != n:
            again[facts.folded] = first[facts.folded]
    return {
        folded: n
        for folded, n in again.items()
        if outlets.says_kind(lines.facts[n].text)
        and not is_common(folded, page.language)
        and outlets.may_be_name(lines.facts[n].text)
    }


def _may_name(facts: LineFacts) -> bool:
    """Whether the line begins or ends with a word like "about" or "logo"."""
    words = facts.folded.split()
    return bool(words) and (words[0] in outlets.FIRST_WORDS or not outlets.LAST_WORDS.isdisjoint(words[1:]))


def _shares(head: str, headline: LineFacts) -> bool:
    """Whether the head of the page's title is about the headline: half of its words are there."""
    words = set(fold(head).split())
    return bool(words) and len(words & set(headline.folded.split())) >= THRESHOLDS.min_shared * len(words)


def _confirm(page: Page, names: Sequence[_Name]) -> None:
    """Add to each name the points of the other places that show it."""
    lines = page.labelled
    outside = _outside(page)
    addresses = _addresses(page) if names else frozenset()
    for name in names:
        bare = outlets.bare(name.text)
        folded, own = fold(bare), set(name.lines)
        spaced = f" {folded} "
        alone = [n for n in outside if n not in own and lines.facts[n].folded == folded]
        beside = {
            lines.facts[n].folded: n
            for n in outside
            if n not in own
            and folded in lines.facts[n].folded
            and spaced in f" {lines.facts[n].folded} "
            and lines.facts[n].folded != folded
        }
        beside_lines = list(beside.values())[: THRESHOLDS.max_lines]
        name.points += POINTS.alone * min(len(alone), 2)
        if not name.is_repeated:
            name.points += POINTS.beside * len(beside_lines)
        name.lines += [*alone[:1], *beside_lines]
        if (alone or beside_lines) and not is_common(folded, page.language):
            name.text = bare
        if outlets.key(name.text) in addresses:
            name.points += POINTS.address
        if outlets.says_kind(name.text):
            name.points += POINTS.kind
        elif not name.is_sure and is_common(folded, page.language):
            name.points += POINTS.common


def _addresses(page: Page) -> frozenset[str]:
    """The names in the web and mail addresses of the page's own address and of lines outside the story."""
    lines = page.labelled
    texts = [facts.text for facts, label in zip(lines.facts, lines.labels, strict=True) if label not in STORY]
    if page.given.url:
        texts.append(f"{page.given.url} ")
    found = (one for text in texts if "." in text for one in outlets.DOMAIN.finditer(text) if one[0] != text)
    return frozenset(one["name"].casefold().replace("-", "") for one in found)
