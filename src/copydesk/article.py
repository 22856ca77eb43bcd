"""Makes an article and its teasers from labelled lines.  Blocks with their `why` and `share` are made last."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk import quality, teasers
from copydesk.document import (
    Block,
    Cleaned,
    Image,
    Kind,
    Label,
    PageKind,
    Provenance,
    Record,
    Sources,
)
from copydesk.edits import Cut
from copydesk.metadata import links
from copydesk.metadata.page import Page
from copydesk.metadata.read import read
from copydesk.metadata.rights import rights_of
from copydesk.rights import Right
from copydesk.step_times import METADATA, TEASERS, step
from copydesk.story import story_parts

ID_DIGITS: Final = 20
"""Hexadecimal digits of an id.  80 bits are enough for a billion documents to have different ids."""


@dataclass(frozen=True, slots=True)
class Source:
    """The raw text of a dump, the kind of its page, the cuts that became lines, and the provenance for its records.

    `rights` are the marks that the page and its container state.
    """

    raw: str
    page: PageKind
    cuts: Sequence[Cut]
    provenance: Provenance
    rights: tuple[Right, ...] = ()


def assemble(page: Page, source: Source) -> Cleaned:
    """The page's article and its teasers.  The article is of kind `other` if no line is story.

    Line n of the page must be `source.cuts[n]`.
    """
    lines, raw, cuts = page.labelled, source.raw, source.cuts
    lead = raw[: cuts[0].start] if cuts else raw
    with step(METADATA):
        metadata, evidence = read(page)
    blocks = _blocks(page, source, _described(metadata.images, evidence.images))
    text = "\n\n".join(part for _, part in story_parts(lead, blocks))
    article = Record(
        id=record_id(page.source),
        kind=Kind.ARTICLE if text else Kind.OTHER,
        page=source.page,
        quality=None,
        parent=None,
        position=None,
        source=page.source,
        text=text,
        metadata=metadata,
        evidence=evidence,
        rights=rights_of(source.rights, blocks),
        provenance=source.provenance,
        lead=lead,
        blocks=blocks,
        edits=tuple([edit for cut in cuts for edit in cut.edits]),
    )
    sure = quality.of(article, page.lines, is_free=page.given.is_free)
    article = replace(article, quality=sure)
    with step(TEASERS):
        items = teasers.items(lines.verdicts)
        return Cleaned(article, tuple([_teaser(page, source, article, at, item) for at, item in enumerate(items, 1)]))


def record_id(source: str) -> str:
    """The id of the record of the dump with this source."""
    return hashlib.sha256(source.encode()).hexdigest()[:ID_DIGITS]


def _blocks(page: Page, source: Source, pictures: Mapping[int, str]) -> tuple[Block, ...]:
    """One block for each cut.  Here a verdict becomes the record's `why` and `share`."""
    raw, cuts, verdicts = source.raw, source.cuts, page.labelled.verdicts
    ends = [*[cut.start for cut in cuts[1:]], len(raw)]
    every = zip(cuts, ends, verdicts, links.of_lines(page, cuts), strict=True)
    return tuple([
        Block(
            verdict.label, cut.start, cut.end, cut.text, verdict.rule.name, verdict.share, raw[cut.end : end], linked,
            pictures.get(number),
        )
        for number, (cut, end, verdict, linked) in enumerate(every)
    ])  # fmt: skip


def _described(images: Sequence[Image], sources: Sequence[Sources]) -> dict[int, str]:
    """The addresses of pictures, by the number of the first line about each."""
    lines = [next((source for source in one if isinstance(source, int)), None) for one in sources]
    return {
        line: image.url for image, line in zip(images, lines, strict=True) if image.url is not None and line is not None
    }


def _teaser(page: Page, source: Source, article: Record, position: int, item: Sequence[teasers.ItemLine]) -> Record:
    """The record of one teaser; `position` counts from 1."""
    teaser = teasers.read(page, item, article.evidence.language)
    return Record(
        id=f"{article.id}-{position}",
        kind=Kind.TEASER,
        page=None,
        quality=None,
        parent=article.id,
        position=position,
        source=page.source,
        text=teaser.text,
        metadata=teaser.metadata,
        evidence=teaser.evidence,
        rights=article.rights,
        provenance=article.provenance,
        lead=None,
        blocks=tuple([_with_label(article.blocks[line.number], line.label) for line in item]),
        edits=tuple([edit for line in item for edit in source.cuts[line.number].edits]),
    )


def _with_label(block: Block, label: Label) -> Block:
    """The block with the label that it has in its teaser.  `dataclasses.replace` would take longer."""
    return Block(
        label, block.start, block.end, block.text, block.why, block.share, block.gap, block.links, block.picture
    )
