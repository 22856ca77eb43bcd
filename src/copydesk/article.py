"""Labelled lines to an article, its teasers and its metadata.  Pure functions of blocks."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from copydesk import teasers
from copydesk.characters import APOSTROPHES, DASHES, SEPARATORS
from copydesk.config import Profile
from copydesk.document import (
    STORY,
    Author,
    Block,
    Cleaned,
    Image,
    Kind,
    Label,
    Metadata,
    Provenance,
    Record,
)
from copydesk.dump import Given
from copydesk.edits import Edit, inside
from copydesk.labelling import Line, patterns
from copydesk.labelling.line import fold
from copydesk.metadata import bylines, copyrights, credits, dates

ID_DIGITS: Final = 20
"""Hexadecimal digits of an id: 80 bits, which keep a billion documents apart."""

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


def assemble(page: Page) -> Cleaned:
    """The article that the page holds and its teasers; of kind `other` where no block is story."""
    text = "\n\n".join(block.text for block in page.blocks if block.label in STORY)
    article = Record(
        id=hashlib.sha256(page.source.encode()).hexdigest()[:ID_DIGITS],
        kind=Kind.ARTICLE if text else Kind.OTHER,
        parent=None,
        position=None,
        source=page.source,
        text=text,
        metadata=_metadata(page),
        provenance=page.provenance,
        lead=page.lead,
        blocks=tuple(page.blocks),
        edits=tuple(page.edits),
    )
    items = (item for run in _teaser_runs(page.blocks) for item in teasers.split(page.lines, run, page.language))
    return Cleaned(article, tuple(_teaser(page, article, position, item) for position, item in enumerate(items, 1)))


def _teaser_runs(blocks: Sequence[Block]) -> Iterator[list[int]]:
    for is_teaser, run in groupby(range(len(blocks)), key=lambda n: blocks[n].label is Label.TEASER):
        if is_teaser:
            yield list(run)


def _teaser(page: Page, article: Record, position: int, parts: Sequence[teasers.Part]) -> Record:
    blocks = tuple(replace(page.blocks[part.line], label=part.label) for part in parts)
    said = _by_label(blocks)
    title = next(said(Label.TITLE), None)
    if title and page.blocks[parts[0].line].why == patterns.HEAD.name:
        title = patterns.without_head(title)
    if title:
        title = teasers.BULLET.sub("", title)
    sites = [site["site"] for text in said(Label.TAGS) if (site := teasers.SITE_TAIL.fullmatch(text))]
    return Record(
        id=f"{article.id}-{position}",
        kind=Kind.TEASER,
        parent=article.id,
        position=position,
        source=page.source,
        text="\n\n".join(said(Label.PARAGRAPH)),
        metadata=Metadata(
            title=title,
            authors=_authors(blocks),
            published=_dates(blocks, page.language)[1],
            language=page.language,
            publisher=next(iter(sites), None),
            tags=tuple(text for text in said(Label.TAGS) if not teasers.SITE_TAIL.fullmatch(text)),
            images=_images(blocks),
        ),
        provenance=page.provenance,
        lead=None,
        blocks=blocks,
        edits=tuple(edit for block in blocks for edit in inside(page.edits, block.start, block.end)),
    )


def _by_label(blocks: Sequence[Block]) -> Callable[..., Iterator[str]]:
    return lambda *labels: (block.text for block in blocks if block.label in labels)


def _metadata(page: Page) -> Metadata:
    """What the visible lines say; what the container or page states about itself goes before."""
    blocks, given, said = page.blocks, page.given, _by_label(page.blocks)
    updated, published = _dates(blocks, page.language)
    place, agency = _dateline(page)
    headline = next(said(Label.TITLE), None)
    notice = next((copyrights.read(text) for text in said(Label.COPYRIGHT)), None)
    return Metadata(
        title=given.title or (_without_site(headline, page) if headline else None),
        deck=" ".join(said(Label.DECK)) or None,
        authors=_given_authors(given.authors, _authors(blocks)),
        published=given.date or published,
        updated=updated,
        language=page.language,
        publisher=_publisher(page, notice.holder if notice else None),
        agency=agency,
        dateline=place,
        section=None,
        tags=tuple(dict.fromkeys(tag for text in said(Label.TAGS) for tag in _tags(text))),
        copyright=notice,
        images=_images(blocks),
        notes=tuple(said(Label.NOTE)),
        url=given.url,
        extra=given.extra,
    )


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


def _authors(blocks: Sequence[Block]) -> tuple[Author, ...]:
    """The names in the bylines, each once, with the bio that begins with the name."""
    found: dict[str, Author] = {}
    for block in blocks:
        if block.label is Label.BYLINE:
            for author in bylines.read(block.text):
                found.setdefault(author.name, author)
        elif block.label is Label.BIO:
            for name in found:
                if block.text.startswith(name) and found[name].bio is None:
                    found[name] = replace(found[name], bio=block.text)
    return tuple(found.values())


def _given_authors(names: Sequence[str], printed: tuple[Author, ...]) -> tuple[Author, ...]:
    """The authors that the container names, with what the page prints about them; else those of the page."""
    known = {fold(author.name): author for author in printed}
    return tuple(known.get(fold(name), Author(name)) for name in names) or printed


def _dates(blocks: Sequence[Block], language: str | None) -> tuple[str | None, str | None]:
    """(updated, published), the first of each that a timestamp line states."""
    updated = published = None
    for block in blocks:
        if block.label is Label.TIMESTAMP:
            later, first = dates.updated_and_published(block.text, language)
            updated, published = updated or later, published or first
    return updated, published


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


def _images(blocks: Sequence[Block]) -> tuple[Image, ...]:
    """Captions with the credits next to them; credits on several lines are one."""
    images: list[Image] = []
    near = False  # whether the line before belongs to the last image
    for block in blocks:
        last = images[-1] if images else None
        if block.label is Label.CAPTION:
            if near and last and last.caption is None:
                images[-1] = replace(last, caption=block.text)
            else:
                images.append(Image(caption=block.text))
        elif block.label is Label.CREDIT:
            if near and last:
                credit = block.text if last.credit is None else f"{last.credit} / {block.text}"
                images[-1] = replace(last, credit=credit)
            else:
                images.append(Image(credit=block.text))
        near = block.label in (Label.CAPTION, Label.CREDIT) or (near and block.label is Label.DUPLICATE)
    return tuple(images)


_TAG_HEAD = re.compile(r"[^:]{2,20}:\s*|(?:filed under|posted in)\s+", re.IGNORECASE)


def _tags(line: str) -> list[str]:
    head = _TAG_HEAD.match(line)
    rest = line[head.end() :] if head else line
    return [tag.strip(" #") for tag in re.split(r"[,;|\N{BULLET}\N{MIDDLE DOT}/]", rest) if tag.strip(" #")]
