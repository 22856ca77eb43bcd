"""Makes an article and its teasers from labelled lines.  Blocks with their `why` and `share` are made last."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk import teasers
from copydesk.document import STORY, Block, Cleaned, Kind, Label, Metadata, Provenance, Record
from copydesk.edits import Cut
from copydesk.labelling import Role, Verdict, line_rules, teaser_parts
from copydesk.labelling.state import SIGNED
from copydesk.metadata.authors import authors_in
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
    article = Record(
        id=hashlib.sha256(page.source.encode()).hexdigest()[:ID_DIGITS],
        kind=Kind.ARTICLE if text else Kind.OTHER,
        parent=None,
        position=None,
        source=page.source,
        text=text,
        metadata=read(page),
        provenance=source.provenance,
        lead=raw[: cuts[0].start] if cuts else raw,
        blocks=blocks,
        edits=tuple([edit for cut in cuts for edit in cut.edits]),
    )
    items = teasers.items(lines.verdicts)
    return Cleaned(article, tuple(_teaser(page, source, article, at, item) for at, item in enumerate(items, 1)))


def _blocks(raw: str, cuts: Sequence[Cut], verdicts: Sequence[Verdict]) -> tuple[Block, ...]:
    """One block for each cut.  Here a verdict becomes the record's `why` and `share`."""
    ends = [*[cut.start for cut in cuts[1:]], len(raw)]
    return tuple([
        Block(verdict.label, cut.start, cut.end, cut.text, verdict.rule.name, verdict.share, raw[cut.end : following])
        for cut, following, verdict in zip(cuts, ends, verdicts, strict=True)
    ])  # fmt: skip


def _teaser(page: Page, source: Source, article: Record, position: int, item: Sequence[teasers.ItemLine]) -> Record:
    """The record of one teaser; `position` counts from 1."""
    numbers = [line.number for line in item]
    lines = page.labelled.some(numbers, [line.label for line in item])
    labels = set(lines.labels)  # most items are only a headline, so most fields need no look
    tagged = tuple(lines.with_label(Label.TAGS)) if Label.TAGS in labels else ()
    title = " ".join(lines.with_label(Label.TITLE)) or None
    if title and lines.verdicts[0].role is Role.ANNOUNCED:
        title = line_rules.without_head(title)
    if title:
        title = teaser_parts.BULLET.sub("", title)
    sites = [site["site"] for text in tagged if (site := teaser_parts.SITE_TAIL.fullmatch(text))]
    return Record(
        id=f"{article.id}-{position}",
        kind=Kind.TEASER,
        parent=article.id,
        position=position,
        source=page.source,
        text="\n\n".join(lines.with_label(Label.PARAGRAPH)),
        metadata=Metadata(
            title=title,
            authors=authors_in(lines) if labels & SIGNED else (),
            published=first_date(lines) if Label.TIMESTAMP in labels else None,
            language=page.language,
            publisher=next(iter(sites), None),
            tags=tuple(text for text in tagged if not teaser_parts.SITE_TAIL.fullmatch(text)),
            images=images_of(lines) if labels & PICTURED else (),
        ),
        provenance=article.provenance,
        lead=None,
        blocks=tuple([_with_label(article.blocks[line.number], line.label) for line in item]),
        edits=tuple([edit for number in numbers for edit in source.cuts[number].edits]),
    )


def _with_label(block: Block, label: Label) -> Block:
    """The block with the label that it has in its teaser.  `dataclasses.replace` would take longer."""
    return Block(label, block.start, block.end, block.text, block.why, block.share, block.gap)
