"""Differences as lines for people, and as a JSON object."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from copydesk.compare.tally import Count, Example, Tally
from copydesk.document import Json
from copydesk.terminal import shown

MAX_ROWS: Final = 12
"""Rows of each list for people.  JSON has all."""

MAX_WIDTH: Final = 100
"""Characters of an example for people."""


def lines(found: Tally) -> Iterator[str]:
    """A report of the differences."""
    yield (
        f"{found.changed:,} of {found.dumps:,} dumps changed ({found.share_changed:.1%}); "
        f"{len(found.only_old):,} only before, {len(found.only_new):,} only now"
    )
    if found.other_dumps:
        yield f"{found.other_dumps:,} dumps have another raw text: their lines and edits are not compared"
    yield from _list("lines, by label", {f"{old} -> {new}": one for (old, new), one in found.moves.items()})
    yield from _list("lines, by what decides", {f"{old} -> {new}": one for (old, new), one in found.by_rule.items()})
    yield from _list("edits that are gone", found.edits_gone)
    yield from _list("edits that are new", found.edits_new)
    yield from _list("facts", found.facts)
    changed = {name: one for name, one in found.sources.items() if one.changed}
    if changed:
        yield "sources: dumps, changed, story lines lost and gained, regressed?"
        for name, one in list(changed.items())[:MAX_ROWS]:
            counts = (one.dumps, one.changed, one.lost, one.gained, one.regressed)
            yield "  " + "  ".join(f"{count:>6,}" for count in counts) + f"  {shown(name)}"
        yield from _more(len(changed))
    if found.regressed:
        yield "regressed? confidence fell by"
        for fall, source, record in found.regressed[:MAX_ROWS]:
            yield f"  {fall:.2f}  {shown(source)}  {shown(record)}"
        yield from _more(len(found.regressed))


def _list(title: str, counts: Mapping[str, Count]) -> Iterator[str]:
    if not counts:
        return
    yield title
    for name, count in list(counts.items())[:MAX_ROWS]:
        yield f"  {count.times:>6,}  {_cut(name)}  ({count.dumps:,} dump{'' if count.dumps == 1 else 's'})"
        for example in count.examples:
            yield f"          {_short(example)}"
    yield from _more(len(counts))


def _more(count: int) -> Iterator[str]:
    if count > MAX_ROWS:
        yield f"  and {count - MAX_ROWS:,} more: --json has all"


def _short(example: Example) -> str:
    text = f"{example.old!r} -> {example.new!r}" if example.new or not example.old else example.old
    return f"{shown(example.source)}: {_cut(text)}"


def _cut(text: str) -> str:
    cut = text if len(text) <= MAX_WIDTH else text[: MAX_WIDTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return shown(cut)


def to_json(found: Tally) -> str:
    """The differences as one JSON object on a line."""
    whole: dict[str, Json] = {
        "dumps": found.dumps,
        "changed": found.changed,
        "share_changed": round(found.share_changed, 4),
        "other_dumps": found.other_dumps,
        "only_old": [*found.only_old],
        "only_new": [*found.only_new],
        "labels": [{"old": old, "new": new, **_row(one)} for (old, new), one in found.moves.items()],
        "rules": [{"old": old, "new": new, **_row(one)} for (old, new), one in found.by_rule.items()],
        "edits_gone": [{"rule": rule, **_row(one)} for rule, one in found.edits_gone.items()],
        "edits_new": [{"rule": rule, **_row(one)} for rule, one in found.edits_new.items()],
        "facts": [{"field": name, **_row(one)} for name, one in found.facts.items()],
        "sources": [{"source": name, **asdict(one)} for name, one in found.sources.items()],
        "regressed": [
            {"fall": round(fall, 3), "source": source, "id": record} for fall, source, record in found.regressed
        ],
    }
    return json.dumps(whole, ensure_ascii=False)


def _row(count: Count) -> dict[str, Json]:
    examples: list[Json] = [asdict(one) for one in count.examples]
    return {"times": count.times, "dumps": count.dumps, "examples": examples}
