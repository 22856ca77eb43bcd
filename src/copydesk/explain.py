"""Shows a cleaned dump in the terminal: labels, edits and reasons, in colour."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.document import FURNITURE, STORY, TEASERS, Block, Cleaned, Label
from copydesk.edits import Edit, inside
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


def show(cleaned: Cleaned, console: Console | None = None) -> None:
    """Print the article's blocks with their labels and edits, then its teasers and its metadata."""
    console = console or Console(highlight=False)
    article = cleaned.article
    console.print(Text(f"{shown(article.source)}: {article.kind}, language {article.metadata.language or 'unknown'}"))
    if article.provenance.profile:
        console.print(Text(f"profile {article.provenance.profile}"))
    console.print(_table(article.blocks, article.edits))
    for teaser in cleaned.teasers:
        console.print(Text(f"\nteaser {teaser.position}", style="bold magenta"))
        console.print(_table(teaser.blocks, teaser.edits))
    in_story = sum(block.label in STORY for block in article.blocks)
    console.print(
        Text(
            f"\n{len(article.blocks)} lines, {in_story} of the story, "
            f"{len(article.edits)} edits, {len(cleaned.teasers)} teasers"
        )
    )


def _table(blocks: Iterable[Block], edits: Sequence[Edit]) -> Table:
    """A row for each block: its label, its text with the edits marked, its reason; below it a row for each edit."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True, style="dim")
    for block in blocks:
        style = next((style for labels, style in STYLES if block.label in labels), APPARATUS)
        own = inside(edits, block.start, block.end)
        table.add_row(Text(block.label, style=style), _marked(block, own), Text(_reason(block)))
        for edit in own:
            table.add_row("", Text(f"{edit.before!a} -> {edit.after!a}", style="yellow"), Text(", ".join(edit.rules)))
    return table


def _reason(block: Block) -> str:
    """The rule that labelled the block, with the model's share where the model did."""
    return block.why if block.share is None else f"{block.why} {block.share:.2f}"


def _marked(block: Block, edits: Iterable[Edit]) -> Text:
    """The block's text, with what the edits removed and added."""
    marked = Text()
    at = 0  # in the block's text
    raw = block.start
    for edit in edits:
        same = edit.start - raw
        marked.append(shown(block.text[at : at + same]))
        marked.append(shown(edit.before), style=REMOVED)
        marked.append(shown(edit.after), style=ADDED)
        at += same + len(edit.after)
        raw = edit.end
    marked.append(shown(block.text[at:]))
    return marked
