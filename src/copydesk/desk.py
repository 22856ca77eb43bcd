"""The whole desk as one pure function: a raw dump in, an article with its teasers out."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from copydesk import __version__, config, dump, language
from copydesk.article import assemble
from copydesk.config import Config, ConfigError, EditSettings, Profile
from copydesk.document import Block, Cleaned, Label, Provenance
from copydesk.dump import NOTHING_GIVEN, Dump, Given
from copydesk.edits import Cut, Edit, Rule, apply, compose, cut, has_visible
from copydesk.facts import Page
from copydesk.gaps import rendered
from copydesk.labelling import Line, Verdict, label, model
from copydesk.labelling.model import Model, ModelError
from copydesk.stages import STAGES, spacing

NEEDED: Final = frozenset({"invisible.control"})
"""Rules of edits without which the output could not be written."""

NOTHING_LEFT: Final = Rule("label.nothing-left", "the edits took everything visible away: marks, no words")


def clean(
    raw: str | bytes, *, source: str = "", given: Given = NOTHING_GIVEN, settings: Config | None = None
) -> Cleaned:
    """Clean one dump of a page.

    `raw` is its text, or a text file's bytes; `source` names it (and makes the record's id); `given` is what
    is known about it from elsewhere.  Without `settings`, the defaults and the shipped profiles hold.

    Raises UnreadableError where `raw` is empty, binary, too large, of too many lines, or holds lone surrogates.
    """
    settings = settings or config.default()
    dump.check_size(len(raw), settings)
    read = dump.from_bytes(raw, source) if isinstance(raw, bytes) else dump.from_text(raw, source)
    return clean_dump(replace(read, given=given), settings)


@dataclass(frozen=True, slots=True)
class Marked:
    """A dump after the edit stages: its language, its lines with their edits, and as the labeller sees them."""

    language: str | None
    cuts: list[Cut]
    lines: list[Line]

    @property
    def written(self) -> list[Line]:
        """The lines with text; of others, the edits left nothing."""
        return [line for line in self.lines if line.text]


def mark(raw: Dump, settings: Config) -> Marked:
    """The dump with its edits made, cut into lines.  Raises UnreadableError where they are too many."""
    spoken = raw.given.language or language.detect(language.sample(raw.text, settings.settings.language.sample_size))
    text, edits = _edited(raw, spoken, settings.settings.edits)
    cuts = list(cut(text, edits, _line_spans(text)))
    limit = settings.settings.limits.record_lines
    if len(cuts) > limit:
        raise dump.UnreadableError("too_many_lines", f"{len(cuts):,} is over limits.record_lines = {limit:,}")
    return Marked(spoken, cuts, _lines(raw, cuts))


def profile_of(raw: Dump, settings: Config) -> Profile | None:
    """The source profile that knows the dump."""

    def known(published: str | None) -> Profile | None:
        return settings.profile_for(raw.given.url, published, map(str.strip, raw.text.splitlines()))

    published = raw.given.date or raw.given.stated_date
    found = known(published)
    if published is None and found is not None and (found.since or found.until):
        found = known(raw.given.guessed_date)  # a search that takes long, and matters to few profiles
    return found


def clean_dump(raw: Dump, settings: Config) -> Cleaned:
    """Clean a dump that a reader has read.  Raises UnreadableError where it has too many lines."""
    profile = profile_of(raw, settings)
    marked = mark(raw, settings)
    lines, cuts, spoken = marked.lines, marked.cuts, marked.language
    verdicts = label(
        marked.written, spoken, _model(settings, page=bool(raw.origins)), profile=profile, title=raw.given.title
    )
    provenance = Provenance(
        sha256=raw.sha256,
        encoding=raw.encoding,
        undecoded=raw.undecoded,
        record=raw.record,
        copydesk=__version__,
        config=settings.digest(profile),
        profile=profile.name if profile else None,
        renderer=raw.renderer,
    )
    return assemble(
        Page(
            source=raw.source,
            lead=raw.text[: cuts[0].start] if cuts else raw.text,
            lines=lines,
            blocks=_blocks(raw.text, cuts, verdicts),
            edits=[edit for piece in cuts for edit in piece.edits],
            language=spoken,
            given=raw.given,
            provenance=provenance,
            profile=profile,
        )
    )


def check_settings(settings: Config) -> None:
    """Raise ConfigError where `edits.off` names a rule that is not there or can't be off, or a model can't be read."""
    try:
        for page in (False, True):
            _model(settings, page=page)
    except ModelError as error:
        raise ConfigError(f"labels.{'page_model' if page else 'model'}: {error}") from error
    known = {rendered.RENDERED.name, *(rule.name for stage in STAGES.values() for rule in stage.RULES)}
    for name in settings.settings.edits.off:
        if name in NEEDED:
            raise ConfigError(f"edits.off: {name!r} can't be off: Markdown holds no control characters")
        if name not in known:
            raise ConfigError(f"edits.off: no rule {name!r}; the rules are: {', '.join(sorted(known))}")


def _model(settings: Config, *, page: bool) -> Model:
    """The model for the lines of a text, or of a page, that remember where they stood."""
    labels = settings.settings.labels
    path = labels.page_model if page else labels.model
    return model.load(Path(path)) if path else model.shipped(page=page)


def _edited(raw: Dump, spoken: str | None, settings: EditSettings) -> tuple[str, tuple[Edit, ...]]:
    """The text after all stages, and their edits as one list in raw coordinates.

    Where the page is at hand and known to be the text's, its gaps are taken, and none is guessed.  A page's own lines
    are its blocks: none is joined.
    """
    text, edits = raw.text, compose((), ())
    off, own = frozenset(settings.off), config.own_words(settings.words)
    for name, stage in STAGES.items():
        if name == "lines" and raw.origins and not raw.rendered:
            continue
        find = partial(spacing.find, own=own) if name == "spacing" else stage.find
        if name == "spacing" and raw.rendered:
            find = partial(_gaps, raw.rendered)
        found = [edit for edit in find(text, spoken) if off.isdisjoint(edit.rules)]
        if found:
            text = apply(text, found)
            edits = compose(edits, found)
    return text, edits


def _gaps(page: str, text: str, spoken: str | None) -> Iterable[Edit]:
    return rendered.edits(text, page)


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line with a visible character, without surrounding white space."""
    at = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if has_visible(body):
            start = at + len(line) - len(line.lstrip())
            yield start, start + len(body)
        at += len(line)


def _lines(raw: Dump, cuts: list[Cut]) -> list[Line]:
    """The cuts as the labeller sees them; a blank line lies in a gap with two line breaks."""
    ends = [0, *(piece.end for piece in cuts)]
    apart = [_parts(raw.text[end : piece.start]) for end, piece in zip(ends, cuts, strict=False)]
    if not raw.origins:
        return [Line(piece.text, apart=parts) for piece, parts in zip(cuts, apart, strict=True)]
    starts = [origin.start for origin in raw.origins]
    origins = [raw.origins[max(0, bisect_right(starts, piece.start) - 1)] for piece in cuts]
    return [
        Line(piece.text, parts, origin.evidence, origin.inside)
        for piece, parts, origin in zip(cuts, apart, origins, strict=True)
    ]


@lru_cache(maxsize=2**10)
def _parts(gap: str) -> bool:
    """Whether a blank line lies in the gap: two line breaks."""
    return len(f"|{gap}|".splitlines()) > 2


def _blocks(raw: str, cuts: list[Cut], verdicts: list[Verdict]) -> list[Block]:
    """A block a cut; `verdicts` are those of the cuts with text, in their order."""
    judged = iter(verdicts)
    nothing = Verdict(Label.CONTROL, NOTHING_LEFT.name)
    ends = [*(piece.start for piece in cuts[1:]), len(raw)]
    blocks: list[Block] = []
    for piece, following in zip(cuts, ends, strict=True):
        verdict = next(judged) if piece.text else nothing
        gap = raw[piece.end : following]
        blocks.append(Block(verdict.label, piece.start, piece.end, piece.text, verdict.why, gap))
    return blocks
