"""Sections about one dump: its lines with their labels and edits, its facts, its teasers."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from copydesk.document import STORY, Block, Cleaned, Label, Record
from copydesk.edits import Edit, inside
from copydesk.explain import facts, reason
from copydesk.report.parts import (
    Bar,
    Cell,
    Named,
    Quoted,
    Section,
    Small,
    Table,
    by_label,
    cut,
    group_of,
    labels_table,
    marked,
)

MAX_TEXT: Final = 20_000
"""Characters of a line that are shown: a page with longer ones can't be read."""

MAX_REASON: Final = 100
"""Characters of the reason for a label, and of the names of the rules that edited a line."""

BEFORE: Final = 5
"""Lines before the story that are shown."""

MAX_LINES: Final = 5_000
"""Lines that are shown."""


def sections(cleaned: Cleaned) -> tuple[Section, ...]:
    """All sections of the page of a dump."""
    article = cleaned.article
    found = [_summary(article), _facts(article), _lines(article)]
    if cleaned.teasers:
        found.append(_teasers(cleaned.teasers))
    return tuple(found)


def _summary(article: Record) -> Section:
    quality, origin = article.quality, article.provenance
    known: list[tuple[str, str | None]] = [
        ("source", article.source),
        ("id", article.id),
        ("kind", f"{article.kind}, {article.page}" if article.page else str(article.kind)),
        ("confidence", f"{quality.confidence:.2f}" if quality else None),
        ("complete", {True: "yes", False: "no", None: "not known"}[quality.complete] if quality else None),
        ("cut off because", ", ".join(quality.reasons) if quality else None),
        ("profile", origin.profile),
        ("encoding", origin.encoding),
        ("copydesk", origin.copydesk),
        ("settings", origin.config),
    ]
    rows = tuple((name, Quoted(value)) for name, value in known if value)
    labels = Counter(str(block.label) for block in article.blocks)
    whole = (("all lines", Bar(by_label(labels), labels.total())), labels.total())
    tables = (
        Table("The record", ("what", "value"), rows),
        Table("All lines", ("", "lines"), (whole,), frozenset((1,))),
        labels_table("Lines by label", labels),
    )
    return Section("record", "The record", "", tables)


def _facts(article: Record) -> Section:
    rows = tuple(
        (name, Quoted(cut(value, MAX_TEXT)), Small(cut(places, MAX_TEXT))) for name, value, places in facts(article)
    )
    text = "Each fact with the lines of the page, or the statements in its markup, from which it comes."
    return Section("facts", "Facts", text, (Table("Facts", ("field", "value", "from"), rows),) if rows else ())


def _lines(article: Record) -> Section:
    text = (
        "Each line of the dump with its label, and the rule or the model that gave it. Removed characters are struck"
        " out, added ones are underlined."
    )
    return Section("lines", "Lines", text, (lines_table(article, MAX_LINES, MAX_TEXT),))


def _teasers(teasers: Sequence[Record]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for teaser in teasers[:MAX_LINES]:
        lines = tuple(marked(one.text, one.start, _own(teaser.edits, one), MAX_TEXT) for one in teaser.blocks)
        rows.append((teaser.position or 0, lines))
    text = "Lines about other stories, each a record of its own."
    return Section("teasers", "Teasers", text, (Table("Teasers", ("place", "lines"), tuple(rows)),))


def lines_table(article: Record, limit: int, width: int, first: int = 0) -> Table:
    """Lines of an article from number `first` on, `width` characters of each, with their labels and reasons."""
    rows: list[tuple[Cell, ...]] = []
    blocks = article.blocks[first : first + limit]
    for number, block in enumerate(blocks, first):
        edits = _own(article.edits, block)
        rules = ", ".join(dict.fromkeys(rule for edit in edits for rule in edit.rules))
        why: tuple[Cell, ...] = (Small(cut(reason(block), MAX_REASON)),)
        if rules:
            why = (*why, Small(cut(f"edits: {rules}", MAX_REASON)))
        name = Named(block.label, group_of(block.label))
        rows.append((number, (name, *why), marked(block.text, block.start, edits, width)))
    is_whole = len(blocks) == len(article.blocks)
    caption = "Lines" if is_whole else f"Lines {first:,} to {first + len(blocks) - 1:,} of {len(article.blocks):,}"
    return Table(caption, ("no.", "label", "text"), tuple(rows))


def first_of_story(article: Record) -> int:
    """The number of a line shortly before the first line of the headline or the story; 0 if there is none."""
    wanted = (
        number for number, block in enumerate(article.blocks) if block.label in STORY or block.label is Label.TITLE
    )
    return max(0, next(wanted, 0) - BEFORE)


def _own(edits: Sequence[Edit], block: Block) -> Sequence[Edit]:
    return inside(edits, block.start, block.end)
