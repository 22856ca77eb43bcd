"""Sections about the difference of two runs: what `copydesk diff` has found, as a page."""

from collections.abc import Mapping, Sequence
from typing import Final

from copydesk.compare.tally import Count, Example, SourceCount, Tally
from copydesk.report.parts import Cell, Named, Quoted, Section, Small, Table, cut, group_of

MAX_ROWS: Final = 200
"""Rows of a table.  A change of a model moves lines between some hundred pairs of rules."""

MAX_NAME: Final = 120
MAX_TEXT: Final = 240
"""Characters of a name and of an example."""


def sections(found: Tally) -> tuple[Section, ...]:
    """All sections that have something to show: counts, lines, edits, facts, sources, dumps that may be worse."""
    listed = (_summary(found), _lines(found), _edits(found), _facts(found), _sources(found), _regressed(found))
    return tuple(one for one in listed if one.tables)


def _summary(found: Tally) -> Section:
    counts: list[tuple[Cell, int]] = [
        ("dumps of both", found.dumps),
        ("changed", found.changed),
        (Small("of them with another raw text"), found.other_dumps),
        ("only before", len(found.only_old)),
        ("only now", len(found.only_new)),
        ("regressed?", len(found.regressed)),
    ]
    tables = [Table("What changed", ("what", "number"), tuple(counts), frozenset((1,)))]
    for caption, names in (("Dumps that are only before", found.only_old), ("Dumps that are only now", found.only_new)):
        if names:
            tables.append(Table(caption, ("dump",), _cut_off([(_name(name),) for name in names])))
    text = (
        f"{found.share_changed:.1%} of the dumps changed: their text, a label, an edit, a fact, a teaser or the kind of"
        " page. Of a dump with another raw text, lines and edits are not compared."
    )
    return Section("summary", "What changed", text, tuple(tables))


def _lines(found: Tally) -> Section:
    labels = [((Named(old, group_of(old)), Named(new, group_of(new))), one) for (old, new), one in found.moves.items()]
    rules = {f"{old} \N{RIGHTWARDS ARROW} {new}": one for (old, new), one in found.by_rule.items()}
    tables = (_counted("Lines by label", "label before and now", labels), _named("Lines by what decides", rules))
    text = "Lines that have another label. A label in the colour of the story is one of its lines."
    return Section("lines", "Lines", text, tuple(one for one in tables if one.rows))


def _edits(found: Tally) -> Section:
    tables = (_named("Edits that are gone", found.edits_gone), _named("Edits that are new", found.edits_new))
    text = "By rule, with the text around the edit, before and after it."
    return Section("edits", "Edits", text, tuple(one for one in tables if one.rows))


def _facts(found: Tally) -> Section:
    tables = (_named("Facts", found.facts),) if found.facts else ()
    return Section("facts", "Facts", "Fields of the metadata with another value.", tables)


def _sources(found: Tally) -> Section:
    changed = [(name, one) for name, one in found.sources.items() if one.changed]
    rows = _cut_off([_source(name, one) for name, one in changed])
    heads = ("source", "changed", "of dumps", "story lines lost", "story lines gained", "regressed?")
    tables = (Table("Sources", heads, rows, frozenset(range(1, len(heads)))),) if rows else ()
    return Section("sources", "Sources", "Hosts or folders with dumps that changed.", tables)


def _source(name: str, one: SourceCount) -> tuple[Cell, ...]:
    return (_name(name), one.changed, one.dumps, one.lost, one.gained, one.regressed)


def _regressed(found: Tally) -> Section:
    rows = _cut_off([
        ((_name(source), Small(cut(record, MAX_NAME))), f"{fall:.2f}") for fall, source, record in found.regressed
    ])  # fmt: skip
    tables = (Table("Regressed?", ("dump", "confidence fell by"), rows, frozenset((1,))),) if rows else ()
    return Section("regressed", "Regressed?", "Dumps that may be worse now: look at these first.", tables)


def _named(caption: str, counts: Mapping[str, Count]) -> Table:
    return _counted(caption, "what", [(cut(name, MAX_NAME), one) for name, one in counts.items()])


def _counted(caption: str, head: str, counts: Sequence[tuple[Cell, Count]]) -> Table:
    """A table of kinds of differences: how often each occurs, on how many dumps, with examples."""
    rows = _cut_off([(name, one.times, one.dumps, tuple(map(_example, one.examples))) for name, one in counts])
    return Table(caption, (head, "times", "dumps", "examples"), rows, frozenset((1, 2)))


def _example(one: Example) -> Cell:
    """What stands before and now; only one text if nothing but its label has changed."""
    texts = [one.old] if one.old and not one.new else [one.old or "(none)", one.new]
    return (*(Quoted(cut(text, MAX_TEXT)) for text in texts), Small(cut(one.source, MAX_NAME)))


def _name(text: str) -> Quoted:
    return Quoted(cut(text, MAX_NAME))


def _cut_off(rows: Sequence[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """The first rows, and one that says how many more there are."""
    rest = len(rows) - MAX_ROWS
    more: tuple[Cell, ...] = (f"and {rest:,} more: `--json` has all", *("" for _ in rows[0][1:])) if rest > 0 else ()
    return (*rows[:MAX_ROWS], *([more] if more else []))
