"""The whole pipeline as one pure function: it takes a dump and returns an article with its teasers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from copydesk import __version__, config, decisions, dump, garbage, language, rules, tab_rows
from copydesk.article import Source, assemble
from copydesk.config import Config, ConfigError, Profile
from copydesk.decisions import DumpDecisions
from copydesk.document import Cleaned, Label, Provenance
from copydesk.dump import Dump, Picture, SuppliedMetadata
from copydesk.edits import Cut, Edit, apply, compose, cut, has_visible
from copydesk.forest import TreesError
from copydesk.labelling import NOTHING_LEFT, Line, Verdict, label, model, page_kinds, role_reader
from copydesk.labelling.model import Model, ModelError
from copydesk.labelling.role_reader import RoleForests
from copydesk.metadata.page import LabelledLines, Page, PageMemory
from copydesk.repair import NEEDED, STAGES, encoding
from copydesk.repair.context import Context
from copydesk.repair.edit_buttons import EDIT_BUTTON
from copydesk.repair.permalinks import PERMALINK
from copydesk.source_memory import memory_files
from copydesk.source_memory.evidence import DumpEvidence, LineEvidence, dump_evidence
from copydesk.source_memory.frozen import RememberedSource
from copydesk.source_memory.memory_files import MemoryFileError
from copydesk.source_memory.sources import check_by, source_of
from copydesk.step_times import BOILERPLATE, SPACING, step
from copydesk.text import digest

_NOTHING_LEFT: Final = Verdict(Label.CONTROL, NOTHING_LEFT)


@dataclass(frozen=True, slots=True)
class EditedDump:
    """A dump after the edit stages: its language, its lines with their edits, and its lines for the labeller.

    `decided` is what people have decided about it.  It is looked up once for each dump: a desk may add decisions while
    the dump is cleaned, and edits, labels and the digest in the record must come from the same ones.
    """

    language: str | None
    cuts: list[Cut]
    lines: list[Line]
    decided: DumpDecisions

    @property
    def lines_with_text(self) -> list[Line]:
        """The lines that still have text after the edits."""
        return [line for line in self.lines if line.text]


def edit_dump(raw: Dump, settings: Config) -> EditedDump:
    """The dump with its edits made, cut into lines.  Raises UnreadableError if there are too many lines."""
    tag, text, edits = _edit(raw, settings)
    decided = decisions.of_dump(settings.review.decisions, raw.source)
    right = decided.fitting(raw.text).without_wrong(edits, NEEDED)
    if len(right) < len(edits):
        text, edits = apply(raw.text, right), right
    cuts = list(cut(text, edits, _line_spans(text)))
    limit = settings.limits.record_lines
    if len(cuts) > limit:
        raise dump.UnreadableError("too_many_lines", f"{len(cuts):,} is over limits.record_lines = {limit:,}")
    return EditedDump(tag, cuts, _lines(raw, cuts, tag), decided)


def profile_of(raw: Dump, settings: Config) -> Profile | None:
    """The profile of the dump's source; None if no profile matches."""

    def matching(published: str | None) -> Profile | None:
        return settings.profile_for(raw.given.url, published, map(str.strip, raw.text.splitlines()))

    published = raw.given.date or raw.given.stated_date
    found = matching(published)
    if published is None and found is not None and (found.since or found.until):
        found = matching(raw.given.guessed_date)  # a slow search that only few profiles need
    return found


@dataclass(frozen=True, slots=True)
class LabelledDump:
    """A dump with a verdict for each line of `edited.lines`, its profile, and what a memory says about it."""

    edited: EditedDump
    verdicts: list[Verdict]
    profile: Profile | None
    known: DumpEvidence | None


def settings_digest(source: str, settings: Config, profile: Profile | None) -> str:
    """The `config` that the record of the dump with this source has."""
    return settings.digest(profile, decisions.of_dump(settings.review.decisions, source).digest)


@garbage.paused()
def clean_dump(raw: Dump, settings: Config) -> Cleaned:
    """Clean a dump that a reader has read.  Raises UnreadableError if it has too many lines."""
    raw = replace(raw, given=_readable(raw.given, settings))
    with step(SPACING):
        edited = edit_dump(raw, settings)
    with step(BOILERPLATE):
        labelled = label_dump(raw, edited, settings)
    return make_records(raw, labelled, settings)


def _readable(given: SuppliedMetadata, settings: Config) -> SuppliedMetadata:
    """The metadata that were given, without control characters and mojibake: the lines of the text have neither."""
    context = Context(off=frozenset(settings.edits.off))
    return given.as_fields().with_texts(lambda text: apply(text, list(encoding.find(text, context))))


def label_dump(raw: Dump, edited: EditedDump, settings: Config) -> LabelledDump:
    """Give each line a verdict: story, furniture, teaser, or a fact beside the story."""
    profile = profile_of(raw, settings)
    known = _memory_of(raw, settings, profile)
    verdicts = label(
        edited.lines_with_text,
        edited.language,
        _model(settings, page=bool(raw.origins)),
        profile=profile,
        title=raw.given.title,
        roles=_roles(settings),
        memory=_of_lines(known, edited) if known else (),
        decided=_decided(raw, edited),
    )
    remaining = iter(verdicts)
    every = [next(remaining) if line.text else _NOTHING_LEFT for line in edited.lines]
    return LabelledDump(edited, every, profile, known)


def make_records(raw: Dump, labelled: LabelledDump, settings: Config) -> Cleaned:
    """The article of a labelled dump, with its metadata, and its teasers as records of their own."""
    edited, profile, verdicts = labelled.edited, labelled.profile, labelled.verdicts
    provenance = Provenance(
        sha256=raw.sha256,
        encoding=raw.encoding,
        undecoded=raw.undecoded,
        record=raw.record,
        copydesk=__version__,
        config=settings.digest(profile, edited.decided.digest),
        profile=profile.name if profile else None,
        renderer=raw.renderer,
        truncated=raw.truncated,
        declared=raw.declared,
        detected=raw.detected,
        memory=labelled.known.digest if labelled.known else None,
    )
    cuts = [
        _unedited(raw.text, piece) if verdict.label is Label.CODE else piece
        for piece, verdict in zip(edited.cuts, verdicts, strict=True)
    ]
    starts = [piece.start for piece in edited.cuts]
    with_text = [verdict for line, verdict in zip(edited.lines, verdicts, strict=True) if line.text]
    return assemble(
        Page(
            source=raw.source,
            lines=edited.lines,
            labelled=LabelledLines(
                [line.facts for line in edited.lines],
                [verdict.label for verdict in verdicts],
                verdicts,
                range(len(edited.lines)),
            ),
            language=edited.language,
            given=raw.given,
            profile=profile,
            links=_links(raw, starts),
            pictures=_pictures(raw, starts),
            base=raw.base,
            linked=[link for origin in raw.origins for link in origin.links],
            linked_words=_linked_words(raw, starts),
            memory=_page_memory(labelled.known, edited) if labelled.known else None,
        ),
        Source(raw.text, page_kinds.of(edited.lines_with_text, with_text), cuts, provenance, raw.rights),
    )


def _decided(raw: Dump, edited: EditedDump) -> list[Label | None]:
    """The label that a person has given to each line with text; empty if no decision fits the dump as it is now."""
    found = edited.decided.fitting(raw.text)
    if not found.decisions:
        return []
    labels = found.labels([(piece.start, piece.end) for piece in edited.cuts])
    return [label for label, line in zip(labels, edited.lines, strict=True) if line.text]


def profile_named(name: str | None, settings: Config) -> Profile | None:
    """The profile with this name."""
    return next((profile for profile in settings.profiles if profile.name == name), None)


def share_met(raw: Dump, settings: Config, profile: Profile | None) -> float | None:
    """The share of the lines of a dump that other pages of its source have; None without a memory."""
    known = _memory_of(raw, settings, profile)
    if known is None or not known.found:
        return None
    return round(sum(one.masked > 0 for one in known.found) / len(known.found), 3)


def memory_digest(raw: Dump, settings: Config, profile: Profile | None) -> str | None:
    """The `memory` that the record of a dump would have: read from the raw text, without cleaning it."""
    known = _memory_of(raw, settings, profile)
    return known.digest if known else None


def _memory_of(raw: Dump, settings: Config, profile: Profile | None) -> DumpEvidence | None:
    """What the memory that the settings name says about a dump; None without a memory."""
    if not settings.sources.memory:
        return None
    known = memory_files.load(Path(settings.sources.memory))
    return _evidence(raw, known.source(source_of(raw, settings.sources.by, profile)), known.elsewhere)


def evidence_of(
    raw: Dump, edited: EditedDump, source: RememberedSource, elsewhere: Mapping[str, int]
) -> list[LineEvidence]:
    """What a memory says about each line with text, by the raw text of the line."""
    return _of_lines(_evidence(raw, source, elsewhere), edited)


def _evidence(raw: Dump, source: RememberedSource, elsewhere: Mapping[str, int]) -> DumpEvidence:
    return dump_evidence(raw.text, source, elsewhere, is_learned=digest(raw.text) in source.digests)


def _of_lines(known: DumpEvidence, edited: EditedDump) -> list[LineEvidence]:
    """The evidence for each line with text."""
    pieces = zip(edited.cuts, edited.lines, strict=True)
    return [known.between(piece.start, piece.end) for piece, line in pieces if line.text]


def _page_memory(known: DumpEvidence, edited: EditedDump) -> PageMemory:
    """What a memory says about the page for its facts."""
    found = ((n, known.between(piece.start, piece.end)) for n, piece in enumerate(edited.cuts))
    return PageMemory(known.title, {n: one for n, one in found if one.masked}, known.nothing.of)


def _unedited(raw: str, piece: Cut) -> Cut:
    """The line as it was before the edits, unless they removed control characters or joined it with another line."""
    before = raw[piece.start : piece.end]
    is_needed = any(not NEEDED.isdisjoint(edit.rules) for edit in piece.edits) or len(before.splitlines()) > 1
    return piece if is_needed or not piece.edits else Cut(piece.start, piece.end, before, ())


def check_settings(settings: Config) -> None:
    """Raise ConfigError if `edits.off` names an unknown rule or one that can't be off, or if a model can't be read."""
    try:
        _roles(settings)
    except TreesError as error:
        raise ConfigError(f"labels.roles: {error}") from error
    try:
        for page in (False, True):
            _model(settings, page=page)
    except ModelError as error:
        raise ConfigError(f"labels.{'page_model' if page else 'model'}: {error}") from error
    rules.check_off(settings.edits.off)
    check_by(settings.sources.by)
    decisions.load(settings.review.decisions)
    if settings.sources.memory:
        try:
            memory_files.load(Path(settings.sources.memory))
        except MemoryFileError as error:
            raise ConfigError(f"sources.memory: {error}") from error


def _model(settings: Config, *, page: bool) -> Model:
    """The model for the lines of a text or, with `page`, for the lines of an HTML page."""
    labels = settings.labels
    path = labels.page_model if page else labels.model
    return model.load(Path(path)) if path else model.shipped(page=page)


def _roles(settings: Config) -> RoleForests:
    """The trees of the reader of roles."""
    path = settings.labels.roles
    return role_reader.load(Path(path)) if path else role_reader.shipped()


def _edit(raw: Dump, settings: Config) -> tuple[str | None, str, tuple[Edit, ...]]:
    """The language, the text after all stages, and their edits as one list in raw coordinates."""
    context = Context(
        language=_language(raw, raw.text, settings),
        own_words=config.own_words(settings.edits.words),
        page_text=raw.rendered,
        is_page=bool(raw.origins) and not raw.rendered,
        off=frozenset(settings.edits.off),
    )
    text, edits = raw.text, compose((), ())
    for stage in STAGES:
        found = list(stage.find(text, context))
        if found:
            text = apply(text, found)
            edits = compose(edits, found)
        if found and stage is encoding:  # mojibake of Greek looks like Romanian
            context = replace(context, language=_language(raw, text, settings))
    return context.language, text, edits


def _language(raw: Dump, text: str, settings: Config) -> str | None:
    """The language that is given for the dump; else that of the text, as far as the stages have repaired it."""
    return raw.given.language or language.detect(language.sample(text, settings.language.sample_size))


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line with a visible character, without surrounding white space."""
    at = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if has_visible(body):
            start = at + len(line) - len(line.lstrip())
            yield start, start + len(body)
        at += len(line)


def _lines(raw: Dump, cuts: list[Cut], tag: str | None) -> list[Line]:
    """The lines for the labeller."""
    ends = [0, *(piece.end for piece in cuts)]
    apart = [_has_blank_line(raw.text[end : piece.start]) for end, piece in zip(ends, cuts, strict=False)]
    is_page = raw.origins and not raw.rendered
    tables = [0] * len(cuts) if is_page else list(_tables(raw.text, cuts))
    if not raw.origins:
        return [
            Line(
                piece.text,
                is_apart,
                language=tag,
                is_section=bool(_lost(piece, EDIT_BUTTON)),
                permalink=_lost(piece, PERMALINK),
                table=table,
            )
            for piece, is_apart, table in zip(cuts, apart, tables, strict=True)
        ]
    starts = [origin.start for origin in raw.origins]
    origins = [raw.origins[max(0, bisect_right(starts, piece.start) - 1)] for piece in cuts]
    return [
        Line(
            piece.text,
            is_apart,
            origin.evidence,
            origin.inside,
            tag,
            is_section=bool(_lost(piece, EDIT_BUTTON)),
            permalink=_lost(piece, PERMALINK),
            post=origin.post,
            quotation=origin.quotation,
            table=origin.table or table,
        )
        for piece, is_apart, origin, table in zip(cuts, apart, origins, tables, strict=True)
    ]


def _tables(raw: str, cuts: list[Cut]) -> Iterator[int]:
    """For each line of a text the number of the table in which it is a row, or 0."""
    rows = list(tab_rows.find(raw))
    starts = [row.start for row in rows]
    for piece in cuts:
        row = rows[bisect_right(starts, piece.start) - 1] if rows else None
        yield row.table if row and row.start <= piece.start < row.end else 0


def _lost(piece: Cut, rule: str) -> str:
    """What this rule removed from the line."""
    return next((edit.before.strip() for edit in piece.edits if rule in edit.rules), "")


def _links(raw: Dump, starts: Sequence[int]) -> dict[int, str]:
    """The links of the lines that have one, by the number of the line.  `starts` are the places of the lines."""
    return {bisect_left(starts, origin.start): origin.href for origin in raw.origins if origin.href}


def _linked_words(raw: Dump, starts: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The texts of the links in each line that has several, by the number of the line."""
    return {
        bisect_left(starts, origin.start): tuple(raw.text[link.start : link.end] for link in origin.links)
        for origin in raw.origins
        if len(origin.links) > 1
    }


def _pictures(raw: Dump, starts: Sequence[int]) -> list[tuple[int, Picture]]:
    """The pictures, each with the number of the line that follows it."""
    return [(bisect_left(starts, picture.start), picture) for picture in raw.pictures]


@lru_cache(maxsize=2**10)
def _has_blank_line(gap: str) -> bool:
    """Whether a gap between two lines has a blank line in it: at least two line breaks."""
    return len(f"|{gap}|".splitlines()) > 2
