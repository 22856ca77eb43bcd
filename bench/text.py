"""How much of the story is kept, and of the rest left out: `python -m bench.text [RENDERER ...]`.

For each renderer and set of pages: F1 of 4-gram shingles (the kit's `score_text.py`) of the dump as it is, of the
line rules of C4, of jusText, and of copydesk with its precision and recall; at last that of trafilatura, which reads
the same pages' HTML.  No page is scored with a model that saw its domain.  The last line cleans the gold stories
alone: the share of their characters that stay story.
"""

import sys
from collections.abc import Iterable, Sequence

import trafilatura

from bench import folds, kit
from bench.folds import table
from bench.kit import Gold
from bench.peers import PEERS
from copydesk.document import STORY
from copydesk.dump import UnreadableError

Page = tuple[str, str, str]


def ours(page: Page) -> str:
    """The story that copydesk finds; empty for a dump that it rejects."""
    try:
        return folds.clean_unseen(page).article.text
    except UnreadableError:
        return ""


def theirs(page: Page) -> dict[str, str]:
    """The story that each peer finds."""
    name, _, text = page
    return {peer: find(text, kit.gold()[name].language) for peer, find in PEERS.items()}


def from_html(page: Page) -> str:
    """The story that trafilatura finds in a page's HTML."""
    return trafilatura.extract(page[2]) or ""


def kept(page: Page) -> tuple[int, int]:
    """(characters that stay story, all), white space not counted, of a story cleaned alone."""
    _, _, text = page
    blocks = folds.clean_unseen(page).article.blocks
    return sum(_visible(block.text) for block in blocks if block.label in STORY), _visible(text)


def _visible(text: str) -> int:
    return sum(map(len, text.split()))


def pages_of(renderer: str) -> list[Page]:
    """(id, domain, text) of every page as that renderer dumps it."""
    return [(name, kit.gold()[name].domain, text) for name, text in kit.dumps(renderer) if text.strip()]


def figures(golds: Sequence[Gold], texts: Iterable[str]) -> tuple[float, float, float]:
    """(precision, recall, F1) as the kit's scorer defines them."""
    score = kit.scorer("score_text")
    scored = [
        score.score_page({"id": gold.id, "body": gold.body}, {"text": text})
        for gold, text in zip(golds, texts, strict=True)
    ]
    precision, recall, f1 = score.corpus_f1(scored)
    return precision, recall, f1


def kept_alone() -> float:
    """The share of characters that stay story when gold stories are cleaned alone."""
    bodies = [(gold.id, gold.domain, gold.body) for gold in kit.gold().values() if gold.body.strip()]
    counts = folds.on_all_cores(kept, bodies)
    return sum(story for story, _ in counts) / sum(total for _, total in counts)


def main(renderers: Sequence[str]) -> None:
    """Print the tables."""
    rows: list[list[str | int | float]] = []
    for renderer in renderers or kit.RENDERERS:
        pages = pages_of(renderer)
        golds = [kit.gold()[name] for name, _, _ in pages]
        found, peers = folds.on_all_cores(ours, pages), folds.on_all_cores(theirs, pages)
        for group in (None, *sorted({gold.set for gold in golds})):
            inside = [n for n, gold in enumerate(golds) if group in (None, gold.set)]
            chosen = [golds[n] for n in inside]
            beside = [figures(chosen, [peers[n][peer] for n in inside])[2] for peer in PEERS]
            rows.append(
                [f"{renderer}, {group or 'all'}", len(inside), *beside, *figures(chosen, [found[n] for n in inside])]
            )
    print(table(("pages", "", *PEERS, "P", "R", "copydesk"), rows))
    whole = [(name, kit.gold()[name].domain, html) for name, html in kit.pages()]
    read = figures([kit.gold()[name] for name, _, _ in whole], folds.on_all_cores(from_html, whole))
    print(f"\ntrafilatura, from the HTML of the {len(whole)} pages: P {read[0]:.3f}, R {read[1]:.3f}, F1 {read[2]:.3f}")
    print(f"gold stories cleaned alone: {kept_alone():.4f} of their characters stay story")


if __name__ == "__main__":
    main(sys.argv[1:])
