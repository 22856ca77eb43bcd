"""Sections about an output.  Each is a function that gives a section, or None if it has nothing to show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from copydesk.keep import UNKNOWN_LANGUAGE
from copydesk.quality import doubts
from copydesk.render.record import RecordError, from_json
from copydesk.report.copies_table import Copies
from copydesk.report.dump_page import first_of_story, lines_table
from copydesk.report.gathering import BINS, WORDS, Doubted, EditExample, Gathered, SourceFigures
from copydesk.report.parts import (
    Bar,
    Cell,
    Fold,
    Marked,
    Named,
    Piece,
    Quoted,
    Section,
    Small,
    Table,
    by_label,
    changed,
    counted,
    cut,
    group_of,
    labels_table,
)
from copydesk.report.runs import Totals, before, changed_sources, last_runs
from copydesk.report.tally import Tally

MAX_SOURCES: Final = 60
MAX_ROWS: Final = 50
"""Rows of a table with names from dumps; what is more is counted in the last row."""

MAX_NAME: Final = 120
MAX_TEXT: Final = 240
"""Characters of a name and of a text."""

MAX_LINES: Final = 40
"""Lines that are shown of each of the least sure records."""

MAX_YEARS: Final = 2
"""Dates are counted by month if they are in at most so many years, else by year."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that is shown of an output; `totals` is None without a manifest, `copies` without a table of copies."""

    gathered: Gathered
    totals: Totals | None = None
    copies: Copies | None = None


SectionMaker: TypeAlias = Callable[[Found], Section | None]


def sections(found: Found) -> tuple[Section, ...]:
    """All sections that have something to show, in order."""
    return tuple(one for make in SECTIONS if (one := make(found)))


def _summary(found: Found) -> Section:
    own = found.gathered
    rows: list[tuple[Cell, int]] = []
    if found.totals:
        rows += [("files", found.totals.files), ("dumps", found.totals.dumps)]
    rows += [
        ("records", own.records),
        *((Small(f"of kind {kind}"), count) for kind, count in own.kinds.most()),
        ("records of teasers", own.teasers),
        ("rejected dumps", own.rejects.total()),
        ("filtered dumps", own.limits.total()),
        ("edits", own.edits),
        ("lines", own.labels.total()),
    ]
    if found.totals:
        rows += [("places with spacing fixed", found.totals.counts.spacing), ("facts", found.totals.counts.facts)]
    tables = [Table("What the output has", ("what", "number"), tuple(rows), frozenset((1,)))]
    for caption, head, tally in (
        ("Versions of copydesk", "version", own.versions),
        ("Digests of the settings (their first digits)", "digest", own.settings),
        ("Source profiles", "profile", own.profiles),
    ):
        if len(tally):
            tables.append(_tallied(caption, head, tally))
    text = "" if found.totals else "The output has no manifest here, so its files were read."
    return Section("summary", "What the output has", text, tuple(tables))


def _runs(found: Found) -> Section | None:
    return last_runs(found.totals) if found.totals else None


def _before(found: Found) -> Section | None:
    return before(found.totals) if found.totals else None


def _drifts(found: Found) -> Section | None:
    return changed_sources(found.totals) if found.totals else None


def _problems(found: Found) -> Section | None:
    own = found.gathered
    if not own.problem_count:
        return None
    rows = tuple((Quoted(cut(one.where, MAX_NAME)), cut(one.what, MAX_TEXT)) for one in own.problems)
    text = f"{own.problem_count:,} records or files could not be read. `copydesk verify` checks all files."
    return Section(
        "problems", "What could not be read", text, (Table("What could not be read", ("where", "why"), rows),)
    )


def _least_sure(found: Found) -> Section | None:
    own = found.gathered
    if not own.rated:
        return None
    bins = [(f"{n / BINS:.2f} to {(n + 1) / BINS:.2f}", count) for n, count in enumerate(own.confidence)]
    rows = tuple(_doubted(one) for one in own.least_sure)
    text = (
        "The confidence is the probability that the text of the record is right. The least sure records come first:"
        " look at these. `copydesk explain` shows all of a record, `copydesk review` corrects it."
    )
    tables = (
        counted("Articles by confidence", "confidence", bins, "articles"),
        Table(f"The {len(rows):,} least sure articles", ("article", "confidence"), rows, frozenset((1,))),
    )
    return Section("confidence", "Confidence", text, tables)


def _doubted(one: Doubted) -> tuple[Cell, ...]:
    title = Quoted(cut(one.title, MAX_NAME)) if one.title else "(no headline)"
    sure = f"{one.confidence:.2f}"
    cells: list[Cell] = [title, Small(cut(one.source, MAX_NAME))]
    if one.line:
        try:
            article = from_json(one.line)
        except RecordError as error:
            return (*cells, Small(cut(str(error), MAX_TEXT))), sure
        cells.append(Small("; ".join(map(str, doubts.of(article)))))
        if article.quality and article.quality.reasons:
            cells.append(Small(f"cut off: {cut(', '.join(article.quality.reasons), MAX_TEXT)}"))
        cells.append(Fold("its lines", lines_table(article, MAX_LINES, MAX_TEXT, first_of_story(article))))
    return tuple(cells), sure


def _sources(found: Found) -> Section | None:
    listed = sorted(found.gathered.sources.items(), key=lambda one: (-one[1].records, one[0]))
    if not listed:
        return None
    shown, rest = listed[:MAX_SOURCES], listed[MAX_SOURCES:]
    rows = [_source(name, own) for name, own in shown]
    if rest:
        rows.append(_source(f"({len(rest):,} more sources)", _together(own for _, own in rest)))
    text = (
        "Each source with all lines of its dumps. Lines of the story and lines that are read as facts (headline,"
        " byline, date, caption ...) are in the records. Teasers are records of their own. Furniture (menus, controls,"
        " offers, comments) is left out of all of them. The confidence is the mean of the articles."
    )
    heads = ("source", "records", "confidence")
    tables = (
        labels_table("All lines by label", found.gathered.labels),
        Table("Sources, those with most records first", heads, tuple(rows), frozenset((1, 2))),
    )
    return Section("sources", "Sources", text, tables)


def _together(sources: Iterable[SourceFigures]) -> SourceFigures:
    whole = SourceFigures()
    for own in sources:
        whole.records += own.records
        whole.rated += own.rated
        whole.sureness += own.sureness
        whole.labels.update(own.labels)
    return whole


def _source(name: str, own: SourceFigures) -> tuple[Cell, ...]:
    parts = by_label(own.labels)
    by_group = {group: sum(one.count for one in parts if one.group == group) for group in ("story", "furniture")}
    bar = Bar(parts, own.labels.total())
    fold = Fold("labels", labels_table("Lines by label", own.labels))
    mean = f"{own.sureness / own.rated:.2f}" if own.rated else ""
    lines = Small(f"{by_group['story']:,} lines of the story, {by_group['furniture']:,} left out")
    return (Quoted(cut(name, MAX_NAME)), bar, lines, fold), own.records, mean


def _contents(found: Found) -> Section | None:
    own = found.gathered
    if not own.records:
        return None
    lengths = list(zip(_ranges(), own.lengths, strict=True))
    facts: list[tuple[Cell, int]] = [
        (name, own.facts[field])
        for name, field in (("headline", "title"), ("authors", "authors"), ("date", "published"), ("publisher",) * 2)
    ]
    tables = [
        _tallied("Languages", "language", own.languages, {UNKNOWN_LANGUAGE: "not known"}),
        _dates(own.months),
        counted("Lengths", "words of the story", lengths, "articles"),
        _tallied("Kinds of pages", "kind", own.pages),
        counted("Facts that the records have", "fact", facts),
    ]
    if len(own.cut_off):
        tables.append(_tallied("Stories that are cut off", "reason", own.cut_off))
    return Section("contents", "Languages, dates, lengths", "", tuple(tables))


def _ranges() -> list[str]:
    ends = [f"{first:,}" if last == first + 1 else f"{first:,} to {last - 1:,}" for first, last in pairwise(WORDS)]
    return [*ends, f"{WORDS[-1]:,} and more"]


def _dates(months: Tally) -> Table:
    found = dict(months.most())
    without = found.pop("", 0)
    years = {month[:4] for month in found}
    counts: dict[str, int] = {}
    for month, count in found.items():
        when = month if len(years) <= MAX_YEARS else month[:4]
        counts[when] = counts.get(when, 0) + count
    rows: list[tuple[Cell, int]] = sorted(counts.items(), reverse=True)
    shown, rest = rows[:MAX_ROWS], rows[MAX_ROWS:]
    if rest:
        shown.append(("before", sum(count for _, count in rest)))
    return counted("Dates of publication", "date", [*shown, *([("not known", without)] if without else [])])


def _edits(found: Found) -> Section | None:
    own = found.gathered
    if not own.edits:
        return None
    rows: list[tuple[Cell, ...]] = []
    for rule, count in own.rules.most(2 * MAX_ROWS):
        examples = tuple(map(_example, own.edit_examples.get(rule, ())))
        rows.append((cut(rule, MAX_NAME), count, examples))
    text = (
        "Places that were changed, by rule, with examples. Removed characters are struck out, added ones are"
        " underlined; a space is shown as \N{OPEN BOX}. An edit of two rules counts for both."
    )
    heads = ("rule", "edits", "examples")
    return Section("edits", "Edits", text, (Table("Edits", heads, tuple(rows), frozenset((1,))),))


def _example(one: EditExample) -> Marked:
    pieces = (
        Piece(cut(one.left, MAX_NAME)),
        changed(one.before, "del", MAX_NAME),
        changed(one.after, "ins", MAX_NAME),
        Piece(cut(one.right, MAX_NAME)),
    )
    return Marked(tuple(piece for piece in pieces if piece.text))


def _left_out(found: Found) -> Section | None:
    own = found.gathered.left_out
    if not len(own):
        return None
    rows: list[tuple[Cell, ...]] = []
    most = own.most(MAX_ROWS)
    for line, count in most:
        label, _, text = line.partition("\t")
        rows.append((Quoted(cut(text, MAX_TEXT)), count, Named(cut(label, MAX_NAME), group_of(label))))
    note = f" The counts may be up to {own.lost:,} too low, because there are very many lines." if own.lost else ""
    text = f"Lines of page furniture that come most often. They are in the blocks of the records.{note}"
    table = Table("Lines left out most often", ("line", "times", "label"), tuple(rows), frozenset((1,)))
    return Section("left-out", "Lines left out most often", text, (table,))


def _rejects(found: Found) -> Section | None:
    own = found.gathered
    if not len(own.rejects):
        return None
    rows: list[tuple[Cell, ...]] = []
    for reason, count in own.rejects.most(MAX_ROWS):
        examples = tuple(
            cell
            for one in own.reject_examples.get(reason, ())
            for cell in (Quoted(cut(one.source, MAX_NAME)), Small(cut(one.detail, MAX_TEXT)))
        )
        rows.append((cut(reason, MAX_NAME), count, examples))
    table = Table("Rejects", ("reason", "dumps", "examples"), tuple(rows), frozenset((1,)))
    return Section("rejects", "Rejects", "Dumps without a record. All are in `rejects.jsonl`.", (table,))


def _filtered(found: Found) -> Section | None:
    own = found.gathered
    if not len(own.limits):
        return None
    rows: list[tuple[Cell, ...]] = []
    for limit, count in own.limits.most(MAX_ROWS):
        examples = tuple(
            cell
            for one in own.filtered_examples.get(limit, ())
            for cell in (Quoted(cut(one.source, MAX_NAME)), Small(cut(f"value: {one.value}", MAX_TEXT)))
        )
        rows.append((cut(limit, MAX_NAME), count, examples))
    text = "Records that fall below a limit of `[keep]`. All are in `filtered.jsonl`; no other section counts them."
    table = Table("Filtered records", ("limit", "dumps", "examples"), tuple(rows), frozenset((1,)))
    return Section("filtered", "Filtered records", text, (table,))


def _copies(found: Found) -> Section | None:
    own = found.copies
    if own is None:
        return None
    largest = tuple(
        ((Quoted(cut(one.source, MAX_NAME)), Small(cut(one.id, MAX_NAME))), one.copies) for one in own.largest
    )
    tables = (
        counted("Members of clusters by relation", "relation", [(cut(name, MAX_NAME), n) for name, n in own.relations]),
        Table("The largest clusters", ("canonical record", "copies"), largest, frozenset((1,))),
    )
    return Section("copies", "Copies", f"{own.clusters:,} stories are in more than one record.", tables)


def _tallied(caption: str, head: str, tally: Tally, names: Mapping[str, str] | None = None) -> Table:
    """The most frequent names, and the number of all others."""
    listed = tally.most()
    rows: list[tuple[Cell, int]] = [
        (cut((names or {}).get(name, name), MAX_NAME), count) for name, count in listed[:MAX_ROWS]
    ]
    rest = listed[MAX_ROWS:]
    if rest:
        rows.append((f"{len(rest):,} more", sum(count for _, count in rest)))
    return counted(caption, head, rows)


SECTIONS: Final[tuple[SectionMaker, ...]] = (
    *(
        _summary,
        _runs,
        _before,
        _drifts,
        _problems,
        _least_sure,
        _sources,
        _contents,
        _edits,
        _left_out,
        _rejects,
        _filtered,
        _copies,
    ),
)
"""All sections, in the order of the page."""
