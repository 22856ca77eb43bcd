"""What a page's labelled lines state: headline, authors, dates, pictures.  Pure functions of blocks."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES, DASHES, SEPARATORS
from copydesk.config import Profile
from copydesk.document import STORY, Author, Block, Image, Label, Metadata, Provenance
from copydesk.dump import Given
from copydesk.edits import Edit
from copydesk.html_lines import BLOCKS
from copydesk.labelling import Line
from copydesk.labelling.foot import BIO_NAME
from copydesk.labelling.head import BESIDE_TITLE, KICKER, ROLE, SIGNED
from copydesk.labelling.structure import MODEL
from copydesk.labelling.words import FIGURE
from copydesk.metadata import bylines, copyrights, credits, dates
from copydesk.metadata.people import is_common, is_person, is_rare
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
class Page:
    """A dump's lines with their labels: `blocks[n]` is `lines[n]`, and `edits` are those inside blocks."""

    source: str
    lead: str
    lines: Sequence[Line]
    blocks: Sequence[Block]
    edits: Sequence[Edit]
    language: str | None
    given: Given
    provenance: Provenance
    profile: Profile | None


def by_label(blocks: Sequence[Block]) -> Callable[..., Iterator[str]]:
    """A function that gives the texts of the blocks with the labels it is asked for."""
    return lambda *labels: (block.text for block in blocks if block.label in labels)


def read(page: Page) -> Metadata:
    """What the visible lines say; what the container or page states about itself goes before."""
    blocks, given, said = page.blocks, page.given, by_label(page.blocks)
    head = _head(blocks)
    updated, published, is_said = _dates(page, head)
    notes = (dates.first_published(text, page.language) for text in said(Label.NOTE))
    earlier = next((first for first in notes if first and first < (published or "9")), None)
    if earlier:
        updated, published, is_said = updated or published, earlier, True
    updated, published = _with_stated(given, updated, published, is_said=is_said)
    place, agency = _dateline(page)
    headline = next(said(Label.TITLE), None)
    kickers = (block.text for block in blocks if block.why == KICKER.name)
    tagged = [block.text for block in blocks if block.label is Label.TAGS and block.why != KICKER.name]
    notice = next((copyrights.read(text) for text in said(Label.COPYRIGHT)), None)
    return Metadata(
        title=given.title or _title(headline, page),
        deck=" ".join(said(Label.DECK)) or None,
        authors=_given_authors(given, _authors(page, head)),
        published=given.date or published,
        updated=updated,
        language=page.language,
        publisher=_publisher(page, notice.holder if notice else None),
        agency=agency,
        dateline=place,
        section=next(kickers, None),
        tags=tuple(dict.fromkeys(tag for text in tagged for tag in _tags(text))),
        copyright=notice,
        images=images(blocks),
        notes=tuple(said(Label.NOTE)),
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
    heads = (_MORE_FROM.match(block.text) for block in page.blocks if block.label is Label.TEASER_HEADING)
    named = (head["who"] for head in heads if head and _OUTLET.search(head["who"]))
    return page.given.publisher or holder or next(named, None)


def _authors(page: Page, head: range) -> tuple[Author, ...]:
    """The names in the first bylines that are found, looking where they are surest.

    First lines that say "By" in the story's head, right above it, then names alone in the head and right above, then
    what says "By" anywhere above (the last one) or below (the first one), then the name above a bio, then names alone
    anywhere of which the model is sure, then who looked it over; at last the agency that the head names.
    """
    blocks = page.blocks
    dated = [n for n, block in enumerate(blocks) if block.label in SIGNED]
    checked = {n for n in dated if bylines.is_second_hand(_whole_byline(blocks, n, page.language))}
    signed = [n for n in dated if n not in checked and _says_by(blocks, n, page.language)]
    alone = sorted({n for n in dated if blocks[n].label is Label.BYLINE} - checked - set(signed))
    for places in (
        [n for n in signed if n in head],
        [n for n in signed if head.start - BESIDE_TITLE <= n < head.start],
        [n for n in alone if n in head],
        [n for n in alone if head.start - BESIDE_TITLE <= n < head.start],
        [n for n in reversed(signed) if n < head.start],
        [n for n in signed if n >= head.stop],
        [n for n, block in enumerate(blocks) if _is_bio_name(block, page.language)],
        [n for n in alone if _share(blocks[n]) >= SURE_OF_WORD],
        sorted(checked),
    ):
        together = [n for n in places if abs(n - places[0]) <= REACH_OF_BYLINE]
        named = authors(blocks, page.language, sorted(together))
        if named:
            return _with_bios(named, blocks, page.language)
    agencies = (
        bylines.agency(blocks[n].text)
        for n in head
        if blocks[n].label is Label.BYLINE
        or (blocks[n].label is Label.TIMESTAMP and bylines.is_signed(blocks[n].text, page.language))
    )
    return tuple(Author(name) for name in agencies if name)[:1]


def _says_by(blocks: Sequence[Block], n: int, language: str | None) -> bool:
    """Whether the line says "By" and a name, or stands below one that says "By"."""
    if bylines.says_by(blocks[n].text, language) or bylines.pen_name(blocks[n].text, language):
        return True
    return n > 0 and bylines.is_opening(blocks[n - 1].text, language)


def authors(blocks: Sequence[Block], language: str | None, places: Sequence[int] | None = None) -> tuple[Author, ...]:
    """The names that bylines state, and dates with a "By" beside them, each once; in `places`, or anywhere."""
    found: dict[str, Author] = {}
    said = {n: _whole_byline(blocks, n, language) for n in (range(len(blocks)) if places is None else places)}
    first_hand = {n: text for n, text in said.items() if not bylines.is_second_hand(text)}
    for n, text in (first_hand or said).items():
        label = blocks[n].label
        last = next(reversed(found.values()), None)
        if blocks[n].why == ROLE.name:
            if last and last.role is None:
                found[fold(last.name)] = replace(last, role=blocks[n].text)
        elif (
            label is Label.BYLINE
            or _is_bio_name(blocks[n], language)
            or (label is Label.TIMESTAMP and bylines.says_by(text, language))
        ):
            read = bylines.read(text, language)
            said_by = bylines.says_by(text, language)
            pen_name = _pen_name(blocks[n], language) if not read and label is Label.BYLINE else None
            if pen_name:
                read = (Author(pen_name),)
            for author in read:
                if said_by or _may_be_named(author.name, blocks[n], language):
                    found.setdefault(fold(author.name), author)
    return tuple(found.values())


def _whole_byline(blocks: Sequence[Block], n: int, language: str | None) -> str:
    """The line, with the "By" above it that a tag broke off."""
    broken = n > 0 and bylines.is_opening(blocks[n - 1].text, language)
    return f"{blocks[n - 1].text} {blocks[n].text}" if broken else blocks[n].text


def _is_bio_name(block: Block, language: str | None) -> bool:
    """Whether the line is the name at the head of what tells of the author."""
    may = block.label is Label.BIO and is_person(block.text)
    return may and (block.why == BIO_NAME.name or not is_common(block.text, language, all_words=False))


def _may_be_named(name: str, block: Block, language: str | None) -> bool:
    """Whether the model may have meant a person: it is sure, or no word of the name is common, or one hardly known."""
    sure = _share(block) >= SURE_OF_COMMON
    return sure or not is_common(name, language, all_words=False) or is_rare(name, language)


def _share(block: Block) -> float:
    """How sure the model is of the line; entirely, where a rule labelled it."""
    _, _, share = block.why.partition(" ")
    return float(share) if share else 1.0


def _pen_name(block: Block, language: str | None) -> str | None:
    """The one word of a byline, where it is one beyond doubt: by a rule, or the model is sure of it."""
    name = bylines.pen_name(block.text, language) or (block.text if bylines.is_single_name(block.text) else None)
    if name is None or bylines.is_role(name):
        return None
    is_word = lexicon.words(language).get(name.casefold(), 0.0) >= KNOWN_WORD
    return name if _share(block) >= (SURE_OF_WORD if is_word else SURE_PEN_NAME) else None


def _with_bios(named: Sequence[Author], blocks: Sequence[Block], language: str | None) -> tuple[Author, ...]:
    """The authors, each with the first bio that begins with the name."""
    bios = [block.text for block in blocks if block.label is Label.BIO and not _is_bio_name(block, language)]
    return tuple(
        replace(author, bio=next((bio for bio in bios if bio.startswith(author.name + " ")), None)) for author in named
    )


def _head(blocks: Sequence[Block]) -> range:
    """The blocks from the headline to the story's first running text and the one behind that, or a byline there."""
    story = [n for n, block in enumerate(blocks) if block.label is Label.PARAGRAPH] or [len(blocks)]
    title = next((n for n, block in enumerate(blocks) if block.label is Label.TITLE), None)
    first = next((n for n in story if title is None or n > title), story[0])
    start = max(0, first - LONGEST_HEAD) if title is None else title
    below = [n for n in range(first, min(first + 1 + REACH_OF_BYLINE, len(blocks))) if blocks[n].label in SIGNED]
    return range(start, min(max([first + 2, *(n + 1 for n in below)]), len(blocks)))


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
    blocks = page.blocks
    dated = (n for n, line in enumerate(page.lines) if line.hints & FIGURE and blocks[n].label not in STORY)
    order = dates.order_of(blocks[n].text for n in dated)
    above = range(max(0, head.start - BESIDE_TITLE), head.start)
    others = [n for n in head if _may_be_dated(blocks[n])]
    last = max((n for n, block in enumerate(blocks) if block.label in STORY), default=len(blocks))
    updated = published = None
    is_said = False
    for place, labels in (
        (head, SIGNED),
        (above, SIGNED),
        (range(last, min(last + BELOW_STORY, len(blocks))), SIGNED),
        (others, frozenset(Label)),
    ):
        for n in place:
            if blocks[n].label in labels and not _is_comments(blocks, n):
                later, first = dates.updated_and_published(blocks[n].text, page.language, order)
                if first and not published:
                    is_said = dates.says_published(blocks[n].text)
                updated, published = updated or later, published or first
        if published:
            return updated, published, is_said
    stamps = [block for n, block in enumerate(blocks) if block.label is Label.TIMESTAMP and not _is_comments(blocks, n)]
    found = {dates.updated_and_published(block.text, page.language, order) for block in stamps}
    if len(found) == 1 and updated is None:
        updated, published = next(iter(found))
        is_said = any(dates.says_published(block.text) for block in stamps)
    return updated, published, is_said


def _may_be_dated(block: Block) -> bool:
    """Whether a date in the line may be the story's, though the line is no timestamp: none in headline or caption."""
    is_caption = block.label is Label.CAPTION and not block.why.startswith(MODEL.name)
    is_other = block.label in STORY or block.label is Label.TITLE or is_caption
    return not is_other and len(block.text.split()) <= MOST_WORDS_BESIDE_DATE


def _is_comments(blocks: Sequence[Block], n: int) -> bool:
    """Whether the line stands among readers' comments: one is right above or below, and it does not count them."""
    near = any(blocks[m].label is Label.COMMENT for m in (n - 1, n + 1) if 0 <= m < len(blocks))
    return near and "comment" not in blocks[n].text.casefold()


def first_date(blocks: Sequence[Block], language: str | None) -> str | None:
    """The first date of publication that a timestamp among the blocks states."""
    stamps = (block.text for block in blocks if block.label is Label.TIMESTAMP)
    return next(filter(None, (dates.updated_and_published(text, language)[1] for text in stamps)), None)


def _dateline(page: Page) -> tuple[str | None, str | None]:
    """(place, agency) from the beginning of the first paragraph: "TEL AVIV, Israel (AP) - Officials ..."."""
    first = next((block.text for block in page.blocks if block.label is Label.PARAGRAPH), "")[:160]
    found = _DATELINE.match(first)
    agency = found["agency"] if found and credits.is_agency(found["agency"] or "") else None
    in_brackets = found["agency"] if found else None
    # "Apple (AAPL) - The maker ...": brackets hold an agency or a date; "NASA - the agency - said" goes on.
    if found and in_brackets and not agency and not dates.find(in_brackets, page.language):
        found = None
    if not agency:
        signed = (bylines.agency(block.text) for block in page.blocks if block.label is Label.BYLINE)
        agency = next((name for name in signed if name), None)
    return (found["place"] if found else None), agency


PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""Labels of the lines that tell of pictures."""


def images(blocks: Sequence[Block]) -> tuple[Image, ...]:
    """Captions with the credits next to them; credits on several lines are one."""
    found: list[Image] = []
    near = False  # whether the line before belongs to the last image
    for block in blocks:
        last = found[-1] if found else None
        if block.label is Label.CAPTION:
            if near and last and last.caption is None:
                found[-1] = replace(last, caption=block.text)
            else:
                found.append(Image(caption=block.text))
        elif block.label is Label.CREDIT:
            if near and last:
                credit = block.text if last.credit is None else f"{last.credit} / {block.text}"
                found[-1] = replace(last, credit=credit)
            else:
                found.append(Image(credit=block.text))
        near = block.label in PICTURED or (near and block.label is Label.DUPLICATE)
    return tuple(found)


_TAG_HEAD = re.compile(r"[^:]{2,20}:\s*|(?:filed under|posted in)\s+", re.IGNORECASE)


def _tags(line: str) -> list[str]:
    head = _TAG_HEAD.match(line)
    rest = line[head.end() :] if head else line
    tags = (tag.strip(" #*-") for tag in re.split(r"[,;|\N{BULLET}\N{MIDDLE DOT}/]", rest))
    return [tag for tag in tags if tag]
