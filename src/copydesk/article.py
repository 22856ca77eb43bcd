"""Makes an article and its teasers from labelled lines.  Blocks with their `why` and `share` are made last."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from copydesk import teasers
from copydesk.document import STORY, Block, Cleaned, Evidence, Kind, Label, Metadata, Provenance, Record
from copydesk.edits import Cut
from copydesk.labelling import Role, Verdict, line_rules
from copydesk.labelling.state import SIGNED
from copydesk.metadata.addresses import link_of, with_pictures
from copydesk.metadata.authors import authors_in
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.images import PICTURED, images_of
from copydesk.metadata.page import Page
from copydesk.metadata.published import first_date
from copydesk.metadata.read import read

ID_DIGITS: Final = 20
"""Hexadecimal digits of an id.  80 bits are enough for a billion documents to have different ids."""


@dataclass(frozen=True, slots=True)
class Source:
    """The raw text of a dump, the cuts that became the page's lines, and the provenance for its records."""

    raw: str
    cuts: Sequence[Cut]
    provenance: Provenance


def assemble(page: Page, source: Source) -> Cleaned:
    """The page's article and its teasers.  The article is of kind `other` if no line is story.

    Line n of the page must be `source.cuts[n]`.
    """
    lines, raw, cuts = page.labelled, source.raw, source.cuts
    text = "\n\n".join(lines.with_label(*STORY))
    blocks = _blocks(raw, cuts, lines.verdicts)
    metadata, evidence = read(page)
    article = Record(
        id=hashlib.sha256(page.source.encode()).hexdigest()[:ID_DIGITS],
        kind=Kind.ARTICLE if text else Kind.OTHER,
        parent=None,
        position=None,
        source=page.source,
        text=text,
        metadata=metadata,
        evidence=evidence,
        provenance=source.provenance,
        lead=raw[: cuts[0].start] if cuts else raw,
        blocks=blocks,
        edits=tuple([edit for cut in cuts for edit in cut.edits]),
    )
    items = (item for run in _teaser_runs(lines.labels) for item in teasers.split(page.lines, run))
    return Cleaned(article, tuple(_teaser(page, source, article, at, item) for at, item in enumerate(items, 1)))


def _blocks(raw: str, cuts: Sequence[Cut], verdicts: Sequence[Verdict]) -> tuple[Block, ...]:
    """One block for each cut.  Here a verdict becomes the record's `why` and `share`."""
    ends = [*[cut.start for cut in cuts[1:]], len(raw)]
    return tuple([
        Block(verdict.label, cut.start, cut.end, cut.text, verdict.rule.name, verdict.share, raw[cut.end : following])
        for cut, following, verdict in zip(cuts, ends, verdicts, strict=True)
    ])  # fmt: skip


def _teaser_runs(labels: Sequence[Label]) -> Iterator[list[int]]:
    """The numbers of the lines of each run of teaser lines."""
    for is_teaser, run in groupby(range(len(labels)), key=lambda n: labels[n] is Label.TEASER):
        if is_teaser:
            yield list(run)


def _teaser(page: Page, source: Source, article: Record, position: int, item: Sequence[teasers.ItemLine]) -> Record:
    """The record of one teaser; `position` counts from 1."""
    numbers = [line.number for line in item]
    lines = page.labelled.some(numbers, [line.label for line in item])
    labels = set(lines.labels)  # most items are only a headline, so most fields need no look
    tagged = [lines.fact(n) for n in lines.places(Label.TAGS)] if Label.TAGS in labels else []
    at = lines.first(Label.TITLE)
    title = None if at is None else lines.facts[at].text
    if title and lines.verdicts[0].role is Role.ANNOUNCED:
        title = line_rules.without_head(title)
    if title:
        title = teasers.BULLET.sub("", title)
    sites = [Fact(site["site"], tag.sources) for tag in tagged if (site := teasers.SITE_TAIL.fullmatch(tag.value))]
    publisher = next(iter(sites), NOTHING)
    tags = [tag for tag in tagged if not teasers.SITE_TAIL.fullmatch(tag.value)]
    authors = authors_in(lines) if labels & SIGNED else ()
    published = first_date(lines) if Label.TIMESTAMP in labels else NOTHING
    images = with_pictures(page, lines, images_of(lines)) if labels & PICTURED else ()
    link = link_of(page, lines)
    return Record(
        id=f"{article.id}-{position}",
        kind=Kind.TEASER,
        parent=article.id,
        position=position,
        source=page.source,
        text="\n\n".join(lines.with_label(Label.PARAGRAPH)),
        metadata=Metadata(
            title=title,
            authors=tuple([author.value for author in authors]),
            published=published.value,
            language=page.language,
            publisher=publisher.value,
            tags=tuple([tag.value for tag in tags]),
            images=tuple([image.value for image in images]),
            url=link.value,
        ),
        evidence=Evidence(
            title=() if at is None or not title else (lines.numbers[at],),
            authors=tuple([author.sources for author in authors]),
            published=published.sources,
            language=article.evidence.language,
            publisher=publisher.sources,
            tags=tuple([tag.sources for tag in tags]),
            images=tuple([image.sources for image in images]),
            url=link.sources,
        ),
        provenance=article.provenance,
        lead=None,
        blocks=tuple([_with_label(article.blocks[line.number], line.label) for line in item]),
        edits=tuple([edit for number in numbers for edit in source.cuts[number].edits]),
    )


def _with_label(block: Block, label: Label) -> Block:
    """The block with the label that it has in its teaser.  `dataclasses.replace` would take longer."""
    return Block(label, block.start, block.end, block.text, block.why, block.share, block.gap)
