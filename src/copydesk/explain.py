"""Shows a cleaned dump in the terminal: labels, edits and reasons, in colour."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.document import (
    FURNITURE,
    LISTED,
    STORY,
    TEASERS,
    Block,
    Cleaned,
    Evidence,
    Label,
    Record,
    Source,
)
from copydesk.edits import Edit, inside, segments
from copydesk.terminal import shown

STYLES: Final = (
    (STORY, "bold green"),
    (frozenset({Label.TITLE, Label.DECK}), "bold yellow"),
    (TEASERS, "magenta"),
    (FURNITURE, "bright_black"),
)
APPARATUS: Final = "cyan"
REMOVED: Final = "red strike"
ADDED: Final = "green reverse"


MIN_WIDTH: Final = 80
"""Columns of the table at least: with fewer, long words are cut."""


def wide_console() -> Console:
    """A console as wide as the terminal, or as MIN_WIDTH."""
    console = Console(highlight=False)
    console.width = max(console.width, MIN_WIDTH)
    return console


def show(cleaned: Cleaned, console: Console | None = None, only: str | None = None) -> None:
    """Print the article's blocks with their labels and edits, its facts with their sources, then its teasers.

    With `only`, print one part: `removed` (lines that are in no article and teaser), `story`, `edits` (lines with an
    edit), `facts` or `teasers`.
    """
    console = console or Console(highlight=False)
    article = cleaned.article
    language = article.metadata.language or "unknown"
    console.print(Text(shown(f"{article.source}: {article.kind}, language {language}")))
    if article.provenance.profile:
        console.print(Text(shown(f"profile {article.provenance.profile}")))
    if only not in ("facts", "teasers"):
        blocks = [(number, block) for number, block in enumerate(article.blocks) if _is_wanted(block, article, only)]
        console.print(_table(blocks, article.edits))
    if only in (None, "facts"):
        console.print(Text("\nfacts", style="bold"))
        console.print(_facts(article))
    for teaser in cleaned.teasers if only in (None, "teasers") else ():
        console.print(Text(f"\nteaser {teaser.position}", style="bold magenta"))
        console.print(_table([(None, block) for block in teaser.blocks], teaser.edits))
    in_story = sum(block.label in STORY for block in article.blocks)
    removed = sum(block.label in FURNITURE for block in article.blocks)
    console.print(
        Text(
            f"\n{len(article.blocks)} lines, {in_story} of the story, {removed} removed, "
            f"{len(article.edits)} edits, {len(cleaned.teasers)} teasers"
        )
    )


def _is_wanted(block: Block, article: Record, only: str | None) -> bool:
    if only == "edits":
        return bool(list(inside(article.edits, block.start, block.end)))
    return only is None or block.label in (FURNITURE if only == "removed" else STORY)


def _facts(article: Record) -> Table:
    """A row for each fact: the field, its value, and the lines or statements that it comes from."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(style="dim")
    for name, value, sources in facts(article):
        table.add_row(Text(name, style=APPARATUS), Text(value), Text(sources))
    return table


def facts(article: Record) -> Iterator[tuple[str, str, str]]:
    """(field, value, lines or statements that it comes from) of each fact, as harmless texts.

    A record that copydesk has not written may have other sources than facts: what is missing is empty.
    """
    yield from ((name, value, _places(sources)) for name, value, sources in sourced_facts(article))


def sourced_facts(record: Record) -> Iterator[tuple[str, str, Sequence[Source]]]:
    """(field, value as a harmless text, sources) of each fact; the sources are as in the record's `evidence`."""
    for one in fields(Evidence):
        value, sources = getattr(record.metadata, one.name), getattr(record.evidence, one.name)
        found = zip_longest(value, sources[: len(value)], fillvalue=()) if one.name in LISTED else [(value, sources)]
        yield from ((one.name, _described(item), own) for item, own in found if item)


def _described(value: object) -> str:
    """A fact as text; of an object the parts that are there, of a list its items."""
    if is_dataclass(value):
        parts = (getattr(value, one.name) for one in fields(value))
        return shown(" | ".join(str(part) for part in parts if part is not None))
    if isinstance(value, (tuple, Mapping)):
        return shown(" | ".join(map(str, value)))
    return shown(str(value))


def _places(sources: Sequence[Source]) -> str:
    """The sources as text; the numbers are those before the article's lines."""
    return ", ".join(f"line {source}" if isinstance(source, int) else shown(source) for source in sources)


def _table(blocks: Iterable[tuple[int | None, Block]], edits: Sequence[Edit]) -> Table:
    """A row for each block: its number, label, text with the edits marked, and reason; below it a row for each edit.

    The number is the one in the record's `evidence`.  Lines of a teaser have none.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim", justify="right")
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True, style="dim")
    for number, block in blocks:
        style = next((style for labels, style in STYLES if block.label in labels), APPARATUS)
        own = inside(edits, block.start, block.end)
        name = Text(block.label, style=style)
        table.add_row("" if number is None else str(number), name, _marked(block, own), Text(shown(reason(block))))
        for edit in own:
            table.add_row(
                "", "", Text(f"{edit.before!a} -> {edit.after!a}", style="yellow"), Text(shown(", ".join(edit.rules)))
            )
    return table


def reason(block: Block) -> str:
    """The rule that labelled the block, with the model's share where the model did."""
    return block.why if block.share is None else f"{block.why} {block.share:.2f}"


def _marked(block: Block, edits: Iterable[Edit]) -> Text:
    """The block's text, with what the edits removed and added."""
    marked = Text()
    for same, edit in segments(block.text, block.start, edits):
        marked.append(shown(same))
        if edit:
            marked.append(shown(edit.before), style=REMOVED)
            marked.append(shown(edit.after), style=ADDED)
    return marked
