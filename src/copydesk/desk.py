"""The whole desk as one pure function: a raw dump in, an article with its teasers out."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from copydesk import __version__, config, dump, language, rules
from copydesk.article import Source, assemble
from copydesk.config import Config, ConfigError, EditSettings, Profile
from copydesk.document import Cleaned, Label, Provenance
from copydesk.dump import NOTHING_GIVEN, Dump, Given
from copydesk.edits import Cut, Edit, apply, compose, cut, has_visible
from copydesk.labelling import NOTHING_LEFT, Line, Verdict, label, model
from copydesk.labelling.model import Model, ModelError
from copydesk.metadata.page import LabelledLines, Page
from copydesk.repair import STAGES
from copydesk.repair.context import Context

_NOTHING_LEFT: Final = Verdict(Label.CONTROL, NOTHING_LEFT)


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
    spoken = raw.given.language or language.detect(language.sample(raw.text, settings.language.sample_size))
    text, edits = _edited(raw, spoken, settings.edits)
    cuts = list(cut(text, edits, _line_spans(text)))
    limit = settings.limits.record_lines
    if len(cuts) > limit:
        raise dump.UnreadableError("too_many_lines", f"{len(cuts):,} is over limits.record_lines = {limit:,}")
    return Marked(spoken, cuts, _lines(raw, cuts, spoken))


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
    judged = iter(verdicts)
    page_verdicts = [next(judged) if line.text else _NOTHING_LEFT for line in lines]
    return assemble(
        Page(
            source=raw.source,
            lines=lines,
            labelled=LabelledLines(
                [line.facts for line in lines], [verdict.label for verdict in page_verdicts], page_verdicts
            ),
            language=spoken,
            given=raw.given,
            profile=profile,
        ),
        Source(raw.text, cuts, provenance),
    )


def check_settings(settings: Config) -> None:
    """Raise ConfigError where `edits.off` names a rule that is not there or can't be off, or a model can't be read."""
    try:
        for page in (False, True):
            _model(settings, page=page)
    except ModelError as error:
        raise ConfigError(f"labels.{'page_model' if page else 'model'}: {error}") from error
    rules.check_off(settings.edits.off)


def _model(settings: Config, *, page: bool) -> Model:
    """The model for the lines of a text, or of a page, that remember where they stood."""
    labels = settings.labels
    path = labels.page_model if page else labels.model
    return model.load(Path(path)) if path else model.shipped(page=page)


def _edited(raw: Dump, spoken: str | None, settings: EditSettings) -> tuple[str, tuple[Edit, ...]]:
    """The text after all stages, and their edits as one list in raw coordinates."""
    context = Context(
        language=spoken,
        own_words=config.own_words(settings.words),
        page_text=raw.rendered,
        is_page=bool(raw.origins) and not raw.rendered,
        off=frozenset(settings.off),
    )
    text, edits = raw.text, compose((), ())
    for stage in STAGES:
        found = list(stage.find(text, context))
        if found:
            text = apply(text, found)
            edits = compose(edits, found)
    return text, edits


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line with a visible character, without surrounding white space."""
    at = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if has_visible(body):
            start = at + len(line) - len(line.lstrip())
            yield start, start + len(body)
        at += len(line)


def _lines(raw: Dump, cuts: list[Cut], spoken: str | None) -> list[Line]:
    """The cuts as the labeller sees them; a blank line lies in a gap with two line breaks."""
    ends = [0, *(piece.end for piece in cuts)]
    apart = [_parts(raw.text[end : piece.start]) for end, piece in zip(ends, cuts, strict=False)]
    if not raw.origins:
        return [Line(piece.text, parts, language=spoken) for piece, parts in zip(cuts, apart, strict=True)]
    starts = [origin.start for origin in raw.origins]
    origins = [raw.origins[max(0, bisect_right(starts, piece.start) - 1)] for piece in cuts]
    return [
        Line(piece.text, parts, origin.evidence, origin.inside, spoken)
        for piece, parts, origin in zip(cuts, apart, origins, strict=True)
    ]


@lru_cache(maxsize=2**10)
def _parts(gap: str) -> bool:
    """Whether a blank line lies in the gap: two line breaks."""
    return len(f"|{gap}|".splitlines()) > 2
