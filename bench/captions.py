"""Captions that end up in the story: `python -m bench.captions`.

Counts the lines of the `html_text` dumps that are equal to the text of a `<figcaption>` of the page, have 25 or more
characters and are not in the gold text, and the share of them that is in the story.  Each page is read with a model
that saw no page of its domain.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bench import folds, kit, text
from bench.folds import table
from copydesk.html_lines import parse
from copydesk.text import fold

MIN_CHARACTERS: Final = 25
RENDERER: Final = "html_text"


def lines(pages: Sequence[text.Page], markup: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(page, folded line) for each of these lines."""
    for name, _, dump in pages:
        found = set(_captions(markup[name]))
        gold = fold(kit.gold()[name].body)
        for line in dict.fromkeys(map(fold, dump.split("\n"))):
            if line in found and line not in gold:
                yield name, line


def _captions(page: str) -> Iterator[str]:
    root = parse(page)
    for caption in () if root is None else root.iter("figcaption"):
        shown = " ".join(caption.text_content().split())
        if len(shown) >= MIN_CHARACTERS:
            yield fold(shown)


def main() -> None:
    """Print the table."""
    pages = text.pages_of(RENDERER)
    stories = {
        page[0]: frozenset(map(fold, story.split("\n")))
        for page, story in zip(pages, folds.on_all_cores(text.ours, pages), strict=True)
    }
    found = [line in stories[name] for name, line in lines(pages, dict(kit.pages()))]
    print(table(("captions", "in the story", "share"), [[len(found), sum(found), sum(found) / max(1, len(found))]]))


if __name__ == "__main__":
    main()
