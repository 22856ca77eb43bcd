"""Labelled lines to an article and its teasers.  Pure functions of blocks."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from copydesk import facts, teasers
from copydesk.document import STORY, Block, Cleaned, Kind, Label, Metadata, Record
from copydesk.edits import inside
from copydesk.facts import Page, by_label
from copydesk.labelling import patterns
from copydesk.labelling.head import SIGNED

ID_DIGITS: Final = 20
"""Hexadecimal digits of an id: 80 bits, which keep a billion documents apart."""


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
        metadata=facts.read(page),
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
    blocks = tuple(_part(page.blocks[part.line], part.label) for part in parts)
    labels = {block.label for block in blocks}  # most items are a headline: little else need be read
    said = by_label(blocks)
    tagged = tuple(said(Label.TAGS)) if Label.TAGS in labels else ()
    title = next(said(Label.TITLE), None)
    if title and page.blocks[parts[0].line].why == patterns.HEAD.name:
        title = patterns.without_head(title)
    if title:
        title = teasers.BULLET.sub("", title)
    sites = [site["site"] for text in tagged if (site := teasers.SITE_TAIL.fullmatch(text))]
    return Record(
        id=f"{article.id}-{position}",
        kind=Kind.TEASER,
        parent=article.id,
        position=position,
        source=page.source,
        text="\n\n".join(said(Label.PARAGRAPH)),
        metadata=Metadata(
            title=title,
            authors=facts.authors(blocks, page.language) if labels & SIGNED else (),
            published=facts.first_date(blocks, page.language) if Label.TIMESTAMP in labels else None,
            language=page.language,
            publisher=next(iter(sites), None),
            tags=tuple(text for text in tagged if not teasers.SITE_TAIL.fullmatch(text)),
            images=facts.images(blocks) if labels & facts.PICTURED else (),
        ),
        provenance=page.provenance,
        lead=None,
        blocks=blocks,
        edits=tuple(edit for block in blocks for edit in inside(page.edits, block.start, block.end)),
    )


def _part(block: Block, label: Label) -> Block:
    """The block with another label: what it is in its item.  For each line of each teaser: `replace` takes longer."""
    return Block(label, block.start, block.end, block.text, block.why, block.gap)
