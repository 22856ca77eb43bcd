"""How often a line gets the label that a reader gave it: `python -m bench.labels`.

Precision, recall and F1 by group of labels, their mean, and the share of characters on which story and not-story
agree, by the kit's `score_labels.py`, over its 60 labelled dumps; none with a model that saw its domain.
"""

import contextlib
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import folds, kit
from copydesk.document import Record


def articles() -> list[Record]:
    """The labelled dumps as copydesk labels them."""
    rows = kit.labelled()
    found = folds.on_all_cores(
        folds.clean_unseen, [(f"{row.id}@{row.renderer}", kit.gold()[row.id].domain, row.text) for row in rows]
    )
    return [each.article for each in found]


def figures(found: Sequence[Record] | None = None) -> dict[str, float]:
    """Macro F1 and the share of characters on which story and not-story agree, from the scorer's last lines.

    `found` are the articles to score, by default those of `articles()`.
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        score(articles() if found is None else found)
    *_, story, macro = printed.getvalue().strip().splitlines()
    return {"labels, macro F1": float(macro.split()[-1]), "labels, story or not": float(story.split()[-1])}


def score(found: Sequence[Record]) -> None:
    """Print the scorer's table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        kit.write_records(found, path)
        kit.scorer("score_labels").main(str(kit.KIT / "labels.jsonl.gz"), str(path))


def main() -> None:
    """Print the scorer's table for the labelled dumps."""
    score(articles())


if __name__ == "__main__":
    main()
