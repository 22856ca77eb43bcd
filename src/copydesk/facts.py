"""What a page's labelled lines state: headline, authors, dates, pictures.  Pure functions of labelled lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES, DASHES, SEPARATORS
from copydesk.config import Profile
from copydesk.document import STORY, Author, Image, Label, Metadata
from copydesk.dump import Given
from copydesk.labelling import Line, Role, Verdict
from copydesk.labelling.head import BESIDE_TITLE, SIGNED
from copydesk.labelling.line_facts import LineFacts, facts_of
from copydesk.labelling.words import FIGURE
from copydesk.metadata import credits, dates
from copydesk.metadata.people import is_common, is_person, is_rare
from copydesk.page import BLOCKS
from copydesk.text import fold

H1: Final = BLOCKS.index("h1")
"""The place in a line's evidence that says that an h1 holds it."""

LONGEST_HEAD: Final = 8
"""Lines above the story that are its head where there is no headline."""

BELOW_STORY: Final = 6
"""Lines below the story in which its date may stand."""

KNOWN_WORD: Final = 2e-6
"""Share of all words from which a word alone may be a section rather than a pen name."""

SURE_OF_WORD: Final = 0.5
"""The model's share from which such a word is a byline all the same."""

SURE_OF_COMMON: Final = 0.8
"""The model's share from which a name with a common word in it is a person's."""

SURE_PEN_NAME: Final = 0.4
"""The model's share from which a line of one word is a byline."""

REACH_OF_BYLINE: Final = 3
"""Lines over which a byline below the story may go on."""

MOST_WORDS_BESIDE_DATE: Final = 14
"""Words of a line of the head, of whatever label, whose date is the story's."""

MOST_SITE_WORDS: Final = 5
"""Words of a site's name behind a headline."""

_PLACE = (
    rf"[^\W\d_a-z][^\Wa-z]+(?:[\s.{APOSTROPHES}/-]{{1,2}}[^\W\d_a-z][^\Wa-z]*){{0,4}}"
    rf"(?:,\s[A-Z][\w.{APOSTROPHES}\s]{{1,30}}?)?"
)
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}|[A-Z]\w+(?:\s[A-Z]\w+)?(?=\s\())(?:\s\((?P<agency>[^)]{{2,60}})\))?"
    rf"\s?(?:[{DASHES}]|--|-(?=\s))\s?(?=[^\w\s]?[^\W_a-z])"
)
_SITE_TAIL = re.compile(rf"\s(?P<mark>[{SEPARATORS}-])\s(?P<site>[^{SEPARATORS}]{{2,40}})$")
_TRAIL = re.compile(
    r"(?:home|start(?:seite)?|accueil|inicio|início)\s?"
    r"[/>\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}]",
    re.IGNORECASE,
)
"""The beginning of a trail of sections, that leads from the site's front page to the story."""

_MORE_FROM = re.compile(
    r"(?:more|mehr|plus|más|mais)\s(?:stories |news |articles )?(?:from|aus|von|de)\s(?P<who>.+)$", re.IGNORECASE
)
_OUTLET = re.compile(
    r"\b(?:Media|News|Times|Post|Journal|Magazine|Radio|TV|Press|Daily|Today|Tribune|Herald|Review|Zeitung|Blog|"
    r"[A-Z]{2,}|\w+\.(?:com|org|net))\b"
)
"""What tells a publisher from a section or a person in "More from ..."."""


@dataclass(frozen=True, slots=True)
class LabelledLines:
    """Lines of one record, in order, with what was decided about each: parallel sequences.

    `labels[n]` is the label of line n in this record.  In a teaser it is the part that the line plays there, and
    `verdicts[n]` is what the line is on the page.
    """

    facts: Sequence[LineFacts]
    labels: Sequence[Label]
    verdicts: Sequence[Verdict]

    @property
    def texts(self) -> list[str]:
        """The text of each line."""
        return [facts.text for facts in self.facts]

    def with_label(self, *labels: Label) -> Iterator[str]:
        """The texts of the lines with one of the labels."""
        return (facts.text for facts in self.facts_with(*labels))

    def facts_with(self, *labels: Label) -> Iterator[LineFacts]:
        """The facts of the lines with one of the labels."""
        return (facts for facts, label in zip(self.facts, self.labels, strict=True) if label in labels)

    def some(self, numbers: Sequence[int], labels: Sequence[Label]) -> "LabelledLines":
        """The lines with these numbers, under other labels."""
        return LabelledLines([self.facts[n] for n in numbers], labels, [self.verdicts[n] for n in numbers])

    def first(self, label: Label) -> int | None:
        """The number of the first line with the label."""
        return self.labels.index(label) if label in self.labels else None


@dataclass(frozen=True, slots=True)
class Page:
    """A dump's lines with their labels: `labelled.facts[n]` is `lines[n].facts`."""

    source: str
    lines: Sequence[Line]
    labelled: LabelledLines
    language: str | None
    given: Given
    profile: Profile | None


def read(page: Page) -> Metadata:
    """What the visible lines say; what the container or page states about itself goes before."""
    lines, given = page.labelled, page.given
    head = _head(lines)
    updated, published, is_said = _dates(page, head)
    notes = (facts.first_published for facts in lines.facts_with(Label.NOTE))
    earlier = next((first for first in notes if first and first < (published or "9")), None)
    if earlier:
        updated, published, is_said = updated or published, earlier, True
    updated, published = _with_stated(given, updated, published, is_said=is_said)
    place, agency = _dateline(page)
    headline = next(lines.with_label(Label.TITLE), None)
    is_section = [verdict.role is Role.SECTION for verdict in lines.verdicts]
    sections = (text for text, is_one in zip(lines.texts, is_section, strict=True) if is_one)
    tagged = [lines.texts[n] for n, label in enumerate(lines.labels) if label is Label.TAGS and not is_section[n]]
    notice = next((facts.copyright for facts in lines.facts_with(Label.COPYRIGHT)), None)
    return Metadata(
        title=given.title or _title(headline, page),
        deck=" ".join(lines.with_label(Label.DECK)) or None,
        authors=_given_authors(given, _authors(page, head)),
        published=given.date or published,
        updated=updated,
        language=page.language,
        publisher=_publisher(page, notice.holder if notice else None),
        agency=agency,
        dateline=place,
        section=next(sections, None),
        tags=tuple(dict.fromkeys(tag for text in tagged for tag in _tags(text))),
        copyright=notice,
        images=images(lines),
        notes=tuple(lines.with_label(Label.NOTE)),
        url=given.url,
        extra=given.extra,
    )


def _title(headline: str | None, page: Page) -> str | None:
    """The headline that the lines show, unless it has no word of the one that the page states and is no h1.

    Of the kit's pages 23 are of that kind: there the stated one is right ten times, and the shown one never.
    """
    stated = page.given.stated_title
    if headline is None:
        return stated
    if stated and _TRAIL.match(headline):
        return stated
    shown = _without_site(headline, page).removeprefix(":").lstrip()  # what stood before the colon is a kicker
    if stated is None or any(line.text == headline and line.origin[H1 : H1 + 1] != (0,) for line in page.lines):
        return shown
    return stated if set(fold(stated).split()).isdisjoint(fold(shown).split()) else shown


def _without_site(title: str, page: Page) -> str:
    """A page's title without the site's name behind it.

    A bar sets off nothing else; behind a dash a name must show that it is one: by a word like "News", or because
    the page prints it as a line of its own.
    """
    tail = _SITE_TAIL.search(title)
    if tail is None or len(tail["site"].split()) > MOST_SITE_WORDS:
        return title
    site = fold(tail["site"])
    known = tail["mark"] not in "-" + DASHES or _OUTLET.search(tail["site"]) is not None
    return title[: tail.start()] if known or any(line.folded == site for line in page.lines) else title


def _publisher(page: Page, holder: str | None) -> str | None:
    """The profile's or the page's own word; else who holds the copyright; else "More from WHOM"."""
    if page.profile and page.profile.publisher:
        return page.profile.publisher
    heads = map(_MORE_FROM.match, page.labelled.with_label(Label.TEASER_HEADING))
    named = (head["who"] for head in heads if head and _OUTLET.search(head["who"]))
    return page.given.publisher or holder or next(named, None)


def _authors(page: Page, head: range) -> tuple[Author, ...]:
    """The names in the first bylines that are found, looking where they are surest.

    First lines that say "By" in the story's head, right above it, then names alone in the head and right above, then
    what says "By" anywhere above (the last one) or below (the first one), then the name above a bio, then names alone
    anywhere of which the model is sure, then who looked it over; at last the agency that the head names.
    """
    lines = page.labelled
    dated = [n for n, label in enumerate(lines.labels) if label in SIGNED]
    checked = {n for n in dated if _whole_byline(lines, n).is_second_hand}
    signed = [n for n in dated if n not in checked and _says_by(lines, n)]
    alone = sorted({n for n in dated if lines.labels[n] is Label.BYLINE} - checked - set(signed))
    for places in (
        [n for n in signed if n in head],
        [n for n in signed if head.start - BESIDE_TITLE <= n < head.start],
        [n for n in alone if n in head],
        [n for n in alone if head.start - BESIDE_TITLE <= n < head.start],
        [n for n in reversed(signed) if n < head.start],
        [n for n in signed if n >= head.stop],
        [n for n in range(len(lines.facts)) if _is_bio_name(lines, n)],
        [n for n in alone if lines.verdicts[n].certainty >= SURE_OF_WORD],
        sorted(checked),
    ):
        together = [n for n in places if abs(n - places[0]) <= REACH_OF_BYLINE]
        named = authors(lines, sorted(together))
        if named:
            return _with_bios(named, lines)
    agencies = (
        lines.facts[n].agency
        for n in head
        if lines.labels[n] is Label.BYLINE or (lines.labels[n] is Label.TIMESTAMP and lines.facts[n].is_signed)
    )
    return tuple(Author(name) for name in agencies if name)[:1]


def _says_by(lines: LabelledLines, n: int) -> bool:
    """Whether the line says "By" and a name, or stands below one that says "By"."""
    if lines.facts[n].says_by or lines.facts[n].pen_name:
        return True
    return n > 0 and lines.facts[n - 1].is_opening


def authors(lines: LabelledLines, places: Sequence[int] | None = None) -> tuple[Author, ...]:
    """The names that bylines state, and dates with a "By" beside them, each once; in `places`, or anywhere."""
    found: dict[str, Author] = {}
    said = {n: _whole_byline(lines, n) for n in (range(len(lines.facts)) if places is None else places)}
    first_hand = {n: whole for n, whole in said.items() if not whole.is_second_hand}
    for n, whole in (first_hand or said).items():
        label = lines.labels[n]
        last = next(reversed(found.values()), None)
        if lines.verdicts[n].role is Role.JOB:
            if last and last.role is None:
                found[fold(last.name)] = replace(last, role=lines.facts[n].text)
        elif label is Label.BYLINE or _is_bio_name(lines, n) or (label is Label.TIMESTAMP and whole.says_by):
            read, said_by = whole.authors, whole.says_by
            pen_name = _pen_name(lines, n) if not read and label is Label.BYLINE else None
            if pen_name:
                read = (Author(pen_name),)
            for author in read:
                if said_by or _may_be_named(author.name, lines.verdicts[n], whole.language):
                    found.setdefault(fold(author.name), author)
    return tuple(found.values())


def _whole_byline(lines: LabelledLines, n: int) -> LineFacts:
    """The line, with the "By" above it that a tag broke off."""
    facts = lines.facts[n]
    if n == 0 or not lines.facts[n - 1].is_opening:
        return facts
    return facts_of(f"{lines.facts[n - 1].text} {facts.text}", facts.language)


def _is_bio_name(lines: LabelledLines, n: int) -> bool:
    """Whether the line is the name at the head of what tells of the author."""
    facts = lines.facts[n]
    may = lines.labels[n] is Label.BIO and facts.is_person
    return may and (
        lines.verdicts[n].role is Role.BIO_NAME or not is_common(facts.text, facts.language, all_words=False)
    )


def _may_be_named(name: str, verdict: Verdict, language: str | None) -> bool:
    """Whether the model may have meant a person: it is sure, or no word of the name is common, or one hardly known."""
    sure = verdict.certainty >= SURE_OF_COMMON
    return sure or not is_common(name, language, all_words=False) or is_rare(name, language)


def _pen_name(lines: LabelledLines, n: int) -> str | None:
    """The one word of a byline, where it is one beyond doubt: by a rule, or the model is sure of it."""
    facts = lines.facts[n]
    name = facts.pen_name or (facts.text if facts.is_single_name else None)
    if name is None or facts_of(name, facts.language).is_role:
        return None
    is_word = lexicon.words(facts.language).get(name.casefold(), 0.0) >= KNOWN_WORD
    return name if lines.verdicts[n].certainty >= (SURE_OF_WORD if is_word else SURE_PEN_NAME) else None


def _with_bios(named: Sequence[Author], lines: LabelledLines) -> tuple[Author, ...]:
    """The authors, each with the first bio that begins with the name."""
    bios = [text for n, text in enumerate(lines.texts) if lines.labels[n] is Label.BIO and not _is_bio_name(lines, n)]
    return tuple(
        replace(author, bio=next((bio for bio in bios if bio.startswith(author.name + " ")), None)) for author in named
    )


def _head(lines: LabelledLines) -> range:
    """The lines from the headline to the story's first running text and the one behind that, or a byline there."""
    story = [n for n, label in enumerate(lines.labels) if label is Label.PARAGRAPH] or [len(lines.facts)]
    title = lines.first(Label.TITLE)
    first = next((n for n in story if title is None or n > title), story[0])
    start = max(0, first - LONGEST_HEAD) if title is None else title
    below = [n for n in range(first, min(first + 1 + REACH_OF_BYLINE, len(lines.facts))) if lines.labels[n] in SIGNED]
    return range(start, min(max([first + 2, *(n + 1 for n in below)]), len(lines.facts)))


def _given_authors(given: Given, printed: tuple[Author, ...]) -> tuple[Author, ...]:
    """The authors that the container names, with what the page prints about them; else those of the page.

    What the page's markup states goes before its lines only where both know no common name, and it names people.
    """
    known = {fold(author.name): author for author in printed}
    if given.authors:
        return tuple(known.get(fold(name), Author(name)) for name in given.authors)
    stated = {fold(name): Author(name) for name in given.stated_authors}
    agree = any(name in other or other in name for name in known for other in stated)
    site = fold(given.publisher or "")
    people = [author for name, author in stated.items() if is_person(author.name) and name != site]
    return printed if agree or (printed and not people) else tuple(stated.values()) or printed


def _with_stated(
    given: Given, updated: str | None, published: str | None, *, is_said: bool
) -> tuple[str | None, str | None]:
    """(updated, published) as the lines say, and where they don't, or mistake one for the other, as the markup does.

    A date that the page shows without a word may be that of its last change, or that of the day it was visited.
    """
    stated, update = given.stated_date, given.stated_update
    if stated and published and _is_swapped(stated, published):
        published = stated
    elif stated and published and not is_said and _is_before(stated, published):
        if update and published[:10] == update[:10]:
            updated, published = updated or published, stated
        elif published[:10] > max(stated, update or stated)[:10]:
            published = stated
    published = published or stated
    if update and published and update[:10] <= published[:10]:
        update = None  # pages state it whether there was a change or not
    return updated or update, published or given.guessed_date


def _is_swapped(stated: str, shown: str) -> bool:
    """Whether both are one date in figures, whose order the line did not tell."""
    one, other = dates.day(stated), dates.day(shown)
    return one != other and (one.year, one.month, one.day) == (other.year, other.day, other.month)


def _is_before(stated: str, shown: str) -> bool:
    """Whether it is a day before what the page shows, and not only by the clock of another time zone."""
    days = (dates.day(shown) - dates.day(stated)).days
    return days > (0 if dates.has_own_zone(stated) else 1)


def _dates(page: Page, head: range) -> tuple[str | None, str | None, bool]:
    """(updated, published): what the story's head states, or a line near it, or the dump's only date.

    And whether the line says that this is when it was published.
    """
    lines = page.labelled
    dated = (n for n, line in enumerate(page.lines) if line.hints & FIGURE and lines.labels[n] not in STORY)
    order = dates.order_of(lines.facts[n].text for n in dated)
    above = range(max(0, head.start - BESIDE_TITLE), head.start)
    others = [n for n in head if _may_be_dated(lines, n)]
    last = max((n for n, label in enumerate(lines.labels) if label in STORY), default=len(lines.facts))
    updated = published = None
    is_said = False
    for place, labels in (
        (head, SIGNED),
        (above, SIGNED),
        (range(last, min(last + BELOW_STORY, len(lines.facts))), SIGNED),
        (others, frozenset(Label)),
    ):
        for n in place:
            if lines.labels[n] in labels and not _is_comments(lines, n):
                later, first = lines.facts[n].updated_and_published(order)
                if first and not published:
                    is_said = lines.facts[n].says_published
                updated, published = updated or later, published or first
        if published:
            return updated, published, is_said
    stamps = [
        facts
        for n, facts in enumerate(lines.facts)
        if lines.labels[n] is Label.TIMESTAMP and not _is_comments(lines, n)
    ]
    found = {facts.updated_and_published(order) for facts in stamps}
    if len(found) == 1 and updated is None:
        updated, published = next(iter(found))
        is_said = any(facts.says_published for facts in stamps)
    return updated, published, is_said


def _may_be_dated(lines: LabelledLines, n: int) -> bool:
    """Whether a date in the line may be the story's, though the line is no timestamp: none in headline or caption."""
    label = lines.labels[n]
    is_caption = label is Label.CAPTION and lines.verdicts[n].share is None
    is_other = label in STORY or label is Label.TITLE or is_caption
    return not is_other and len(lines.facts[n].text.split()) <= MOST_WORDS_BESIDE_DATE


def _is_comments(lines: LabelledLines, n: int) -> bool:
    """Whether the line stands among readers' comments: one is right above or below, and it does not count them."""
    near = any(lines.labels[m] is Label.COMMENT for m in (n - 1, n + 1) if 0 <= m < len(lines.facts))
    return near and "comment" not in lines.facts[n].text.casefold()


def first_date(lines: LabelledLines) -> str | None:
    """The first date of publication that a timestamp among the lines states."""
    stamps = lines.facts_with(Label.TIMESTAMP)
    return next(filter(None, (facts.updated_and_published(None)[1] for facts in stamps)), None)


def _dateline(page: Page) -> tuple[str | None, str | None]:
    """(place, agency) from the beginning of the first paragraph: "TEL AVIV, Israel (AP) - Officials ..."."""
    first = next(page.labelled.with_label(Label.PARAGRAPH), "")[:160]
    found = _DATELINE.match(first)
    agency = found["agency"] if found and credits.is_agency(found["agency"] or "") else None
    in_brackets = found["agency"] if found else None
    # "Apple (AAPL) - The maker ...": brackets hold an agency or a date; "NASA - the agency - said" goes on.
    if found and in_brackets and not agency and not dates.find(in_brackets, page.language):
        found = None
    if not agency:
        signed = (facts.agency for facts in page.labelled.facts_with(Label.BYLINE))
        agency = next((name for name in signed if name), None)
    return (found["place"] if found else None), agency


PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""Labels of the lines that tell of pictures."""


def images(lines: LabelledLines) -> tuple[Image, ...]:
    """Captions with the credits next to them; credits on several lines are one."""
    found: list[Image] = []
    near = False  # whether the line before belongs to the last image
    for text, label in zip(lines.texts, lines.labels, strict=True):
        last = found[-1] if found else None
        if label is Label.CAPTION:
            if near and last and last.caption is None:
                found[-1] = replace(last, caption=text)
            else:
                found.append(Image(caption=text))
        elif label is Label.CREDIT:
            if near and last:
                credit = text if last.credit is None else f"{last.credit} / {text}"
                found[-1] = replace(last, credit=credit)
            else:
                found.append(Image(credit=text))
        near = label in PICTURED or (near and label is Label.DUPLICATE)
    return tuple(found)


_TAG_HEAD = re.compile(r"[^:]{2,20}:\s*|(?:filed under|posted in)\s+", re.IGNORECASE)


def _tags(line: str) -> list[str]:
    head = _TAG_HEAD.match(line)
    rest = line[head.end() :] if head else line
    tags = (tag.strip(" #*-") for tag in re.split(r"[,;|\N{BULLET}\N{MIDDLE DOT}/]", rest))
    return [tag for tag in tags if tag]
