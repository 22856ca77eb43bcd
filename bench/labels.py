"""How often a line gets the label that a reader gave it: `python -m bench.labels`.

Precision, recall and F1 by group of labels, their mean, and the share of characters on which story and not-story
agree, by the kit's `score_labels.py`, over its 60 labelled dumps; none with a model that saw its domain.
"""

import contextlib
import io
import tempfile
from dataclasses import replace
from pathlib import Path

from bench import folds, kit
from copydesk.document import Record
from copydesk.render import record


def articles() -> list[Record]:
    """The labelled dumps as copydesk labels them; a record is named as the scorer looks it up."""
    rows = kit.labelled()
    found = folds.on_all_cores(
        folds.clean_unseen, [(f"{row.id}@{row.renderer}", kit.gold()[row.id].domain, row.text) for row in rows]
    )
    return [
        replace(each.article, provenance=replace(each.article.provenance, record=each.article.source)) for each in found
    ]


def figures() -> dict[str, float]:
    """Macro F1 and the share of characters on which story and not-story agree, from the scorer's last lines."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        main()
    *_, story, macro = said.getvalue().strip().splitlines()
    return {"labels, macro F1": float(macro.split()[-1]), "labels, story or not": float(story.split()[-1])}


def main() -> None:
    """Print the scorer's table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        path.write_text("\n".join(map(record.to_json, articles())), encoding="utf-8")
        kit.scorer("score_labels").main(str(kit.KIT / "labels.jsonl.gz"), str(path))


if __name__ == "__main__":
    main()
