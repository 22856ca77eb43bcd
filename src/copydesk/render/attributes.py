"""Rows of attributes as Dolma has them: for each document, spans of its text with a name and a number.

    {"id": "...", "attributes": {"copydesk__signals__words": [[0, 812, 140.0]], ...}}

A span is [start, end, value], in code points of the document's `text`.  A name is EXPERIMENT__GROUP__NAME.  What is
said of the whole document is one span over all of it; if it is not known, there is no span, but the name is there.

    quality, signals    the figures of `quality`; `complete` is 1 or 0
    kind, page          1 for the kind of the record and the kind of its page
    label               each block in the text, with the model's probability, or 1 if a rule decided
    edit                each place in the text that edits changed, by rule
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final, TypeAlias

import msgspec

from copydesk.document import Block, Record, Signals
from copydesk.edits import Edit

NAME: Final = "copydesk"
"""The name of the experiment, if no other is given."""

EXPERIMENT: Final = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
"""A name of an experiment: it is part of paths and of the names of attributes."""

_NO_NAME = re.compile(r"\W")
"""What the paths by which Dolma finds an attribute (JSONPath) can't have in a name."""

Span: TypeAlias = tuple[int, int, float]


def row(record: Record, name: str = NAME) -> str:
    """The row of a record as a line of JSON, without a line break."""
    found = {f"{name}__{key}": spans for key, spans in of(record).items()}
    return msgspec.json.encode({"id": record.id, "attributes": found}).decode()


def of(record: Record) -> Mapping[str, list[Span]]:
    """The spans of a record by the name of the attribute, without that of the experiment."""
    size = len(record.text)
    found: dict[str, list[Span]] = {
        f"quality__{name}": _whole(size, value) for name, value in _figures(record, ("confidence", "complete"))
    }
    signals = record.quality.signals if record.quality else None
    for one in fields(Signals):
        found[f"signals__{one.name}"] = _whole(size, getattr(signals, one.name, None))
    found[f"kind__{record.kind}"] = _whole(size, 1.0)
    if record.page is not None:
        found[f"page__{record.page}"] = _whole(size, 1.0)
    listed: dict[str, list[Span]] = defaultdict(list)
    for block, start, edits in _placed(record):
        share = 1.0 if block.share is None else block.share
        listed[f"label__{block.label}"].append((start, start + len(block.text), share))
        growth = 0
        for edit in edits:
            at = start + edit.start - block.start + growth
            growth += edit.growth
            for rule in edit.rules:
                listed[f"edit__{_NO_NAME.sub('_', rule)}"].append((at, at + len(edit.after), 1.0))
    return found | {name: listed[name] for name in sorted(listed)}


def _figures(record: Record, names: tuple[str, ...]) -> Iterator[tuple[str, float | None]]:
    return ((name, getattr(record.quality, name, None)) for name in names)


def _whole(size: int, value: float | None) -> list[Span]:
    """A span over a whole text of this size; none if the value is not known."""
    return [] if value is None else [(0, size, float(value))]


def _placed(record: Record) -> Iterator[tuple[Block, int, list[Edit]]]:
    """Each block whose text is in the text of the record, where it begins there, and its edits.

    Only white space is between two of them, so a block is there exactly if the text goes on with it.
    """
    text, at = record.text, 0
    edits = iter(record.edits)
    edit = next(edits, None)
    for block in record.blocks:
        own: list[Edit] = []
        while edit is not None and edit.end <= block.end:
            own.append(edit)
            edit = next(edits, None)
        while at < len(text) and text[at].isspace():
            at += 1
        if block.text and text.startswith(block.text, at):
            yield block, at, own
            at += len(block.text)
