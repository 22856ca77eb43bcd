"""Clean every dump of the kit and check the laws on each record: `python -m bench.laws [RENDERER ...]`.

Prints, for each renderer, how many dumps were cleaned, how many laws were broken, how many records did not stay
as they were when their own title and text were cleaned again, and documents a second on one core.
"""

import sys
import time

import copydesk
from bench import kit
from copydesk.document import Kind, Record
from copydesk.edits import apply, has_visible, inside
from copydesk.render import markdown, record


def broken(article: Record, raw: str) -> list[str]:
    """The names of the laws that a record breaks."""
    laws: list[str] = []
    if article.raw() != raw or record.from_json(record.to_json(article).encode()) != article:
        laws.append("undo")
    end = 0
    for block in article.blocks:
        own = [edit.moved(-block.start) for edit in inside(article.edits, block.start, block.end)]
        if block.start < end or has_visible(raw[end : block.start]):
            laws.append("account")
        if apply(raw[block.start : block.end], own) != block.text:
            laws.append("edits")
        end = block.end
    if article.without_evidence():
        laws.append("evidence")
    if has_visible(raw[end:]):
        laws.append("account")
    try:
        if article.kind is Kind.ARTICLE:
            markdown.article(article)
    except markdown.MarkdownError:
        laws.append("markdown")
    return laws


def changes_again(article: Record) -> bool:
    """Whether cleaning the article's own title and text makes an edit or another text."""
    title = article.metadata.title
    again = copydesk.clean(f"{title}\n\n{article.text}" if title else article.text).article
    return bool(again.edits) or again.text != article.text


def main(renderers: list[str]) -> int:
    """Print the table; 1 where a law is broken."""
    print(f"{'renderer':<20}{'dumps':>8}{'articles':>10}{'broken':>8}{'change again':>14}{'docs/s':>8}")
    failures = 0
    for renderer in renderers or kit.RENDERERS:
        texts = list(kit.dumps(renderer))
        start = time.process_time()
        articles = [copydesk.clean(text, source=name).article for name, text in texts]
        seconds = time.process_time() - start
        laws = [law for article, (_, text) in zip(articles, texts, strict=True) for law in broken(article, text)]
        stories = [article for article in articles if article.kind is Kind.ARTICLE]
        again = sum(map(changes_again, stories))
        failures += len(laws)
        row = f"{len(texts):>8}{len(stories):>10}{len(laws):>8}{again:>14}{len(texts) / seconds:>8.0f}"
        print(f"{renderer:<20}{row}", *sorted(set(laws)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
