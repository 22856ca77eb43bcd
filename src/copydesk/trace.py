"""What each step of the pipeline did to one dump, as Markdown: for artifacts of the flow `copydesk-trace`."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from copydesk import explain
from copydesk.desk import EditedDump, LabelledDump
from copydesk.document import STORY, TEASERS, Cleaned, Record
from copydesk.dump import Dump
from copydesk.render.markdown_table import cell, table

MAX_ROWS: Final = 200
"""Rows of a table in an artifact: a page of more is slow to show."""

MAX_WIDTH: Final = 160
"""Characters of a cell."""

AROUND: Final = 20
"""Characters of the raw text on each side of an edit."""


def read(raw: Dump) -> str:
    """What was read."""
    given = raw.given
    rows = [
        ("characters", f"{len(raw.text):,}"),
        ("lines", f"{len(raw.text.splitlines()):,}"),
        ("SHA-256", raw.sha256),
        ("encoding", raw.encoding),
        ("record in its container", raw.record),
        ("renderer", raw.renderer),
        ("address", given.url),
        ("title of the container or page", given.title),
        ("bytes that could not be decoded", str(len(raw.undecoded)) if raw.undecoded else None),
    ]
    return _table(("what", "value"), [(what, value) for what, value in rows if value])


def spacing(raw: Dump, edited: EditedDump) -> str:
    """The edits, each with the text around it."""
    edits = [edit for piece in edited.cuts for edit in piece.edits]
    rows: list[tuple[str, str, str]] = []
    for edit in edits:
        left, right = raw.text[max(0, edit.start - AROUND) : edit.start], raw.text[edit.end : edit.end + AROUND]
        rows.append((", ".join(edit.rules), left + edit.before + right, left + edit.after + right))
    return f"{len(edits):,} edits; language: {_cell(edited.language or 'not known')}\n\n" + _table(
        ("rule", "before", "after"), rows
    )


def boilerplate(labelled: LabelledDump) -> str:
    """How many lines have which label, and each line that is not story with what decided."""
    lines = list(zip(labelled.edited.lines, labelled.verdicts, strict=True))
    counts = Counter(str(verdict.label) for _, verdict in lines)
    rows = [(str(verdict.label), verdict.rule.name, line.text) for line, verdict in lines if verdict.label not in STORY]
    story = sum(count for label, count in counts.items() if label in STORY)
    return (
        f"{story:,} of {len(lines):,} lines are story; source profile: "
        f"{_cell(labelled.profile.name if labelled.profile else 'none')}\n\n"
        + _table(("label", "lines"), [(label, f"{count:,}") for label, count in counts.most_common()])
        + "\n"
        + _table(("label", "what decided", "line that is not story"), rows)
    )


def teasers(cleaned: Cleaned) -> str:
    """The other stories of the page, each with its lines."""
    rows = [(one.id, one.metadata.title or "", one.text) for one in cleaned.teasers]
    lines = sum(block.label in TEASERS for block in cleaned.article.blocks)
    return f"{len(rows):,} other stories in {lines:,} lines\n\n" + _table(("id", "headline", "text"), rows)


def metadata(article: Record) -> str:
    """The facts with the lines and statements that they come from, and how sure the record is."""
    quality = article.quality
    sure = f"confidence {quality.confidence:.2f}; complete: {quality.complete}\n\n" if quality else ""
    return sure + _table(("fact", "value", "comes from"), list(explain.facts(article)))


def written(names: Sequence[str]) -> str:
    """The files."""
    return _table(("file",), [(name,) for name in names])


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "nothing\n"
    more = [f"\nand {len(rows) - MAX_ROWS:,} more"] if len(rows) > MAX_ROWS else []
    return "\n".join((table(names, [list(map(_cell, row)) for row in rows[:MAX_ROWS]]), *more)) + "\n"


def _cell(text: str) -> str:
    """A text as a cell, cut where it is long."""
    return cell(text if len(text) <= MAX_WIDTH else text[: MAX_WIDTH - 1] + "\N{HORIZONTAL ELLIPSIS}")
