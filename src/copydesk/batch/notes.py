"""Writes the Markdown files of a flavour, which have names made of what their stories are about.

Two stories may want one name, and which of them gets it must not depend on the order of the work.  So these files are
written at the end of a run, for all dumps in the order of their sources: the first gets the name, the next one the name
with a number.  The manifest has them among the files of their dumps, so they are checked and removed like all others.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from copydesk.batch.job import WORK
from copydesk.batch.manifest import DamagedRowError
from copydesk.batch.manifest_dumps import StoredDump
from copydesk.batch.state import STALE, RunState
from copydesk.document import Kind, Reject
from copydesk.output_settings import OutputSettings, filled
from copydesk.render import flavours, record
from copydesk.render.markdown import MarkdownError
from copydesk.render.record import RecordError
from copydesk.store import UnusableNameError, harmless, is_note, name_key

PAGE: Final = 200
"""Files that are written together: the manifest is written once for them."""

SUFFIX: Final = ".md"
MAX_SLUG: Final = 80
"""Characters of a slug: a headline of ten words.  It ends with a whole word."""

OWN_NAMES: Final = ("readme", "index", "_index")
"""Names that mean something else: of the card of an output, and of the pages of a folder in Hugo."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NO_WORD = re.compile(r"[\W_]+")
_NOT_IN_TITLE = re.compile(r"[^\w.,+@=()-]+")
_EDGES: Final = " -_.,"


class _Facts(msgspec.Struct, frozen=True):
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    section: str | None = None
    language: str | None = None


class Story(msgspec.Struct, frozen=True):
    """The part of a record from which the name of its file is made."""

    id: str
    kind: Kind
    source: str
    metadata: _Facts


@dataclass(frozen=True, slots=True)
class _Note:
    """A dump, and the name of its file; None if it gets none."""

    dump: StoredDump
    name: str | None

    @property
    def files(self) -> dict[str, str]:
        """The files of the dump that are no notes."""
        return {name: digest for name, digest in self.dump.files.items() if not is_note(name, self.dump.name)}

    @property
    def is_there(self) -> bool:
        """Whether the dump has exactly this file, made of its record as it is now."""
        own = {name: digest for name, digest in self.dump.files.items() if is_note(name, self.dump.name)}
        return set(own) == ({self.name} - {None}) and STALE not in own.values()


def write_notes(state: RunState) -> None:
    """Write the Markdown files of the flavour that are not up to date, and remove those that are not wanted any more.

    Raises OSError if the output can't be written.
    """
    settings = state.job.settings.output
    if not state.writes_notes:
        return
    wanted: set[str | None] = set()
    changed: list[_Note] = []
    for note in _named(state, settings):
        wanted.add(note.name)
        if not note.is_there:
            changed.append(note)
    work = state.store.books / WORK / "notes"
    work.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(changed), PAGE):
        _write(state, changed[start : start + PAGE], work)
    state.store.remove(
        one for note in changed for one in note.dump.files if one not in wanted and one not in note.files
    )
    state.store.settle()
    with state.manifest.transaction():
        for note in changed:
            now = state.dumps.get(note.dump.file, note.dump.number)
            if now and now.reject is None:
                own = {name: digest for name, digest in now.files.items() if name == note.name}
                state.dumps.save_files(note.dump, {**note.files, **own})


def _named(state: RunState, settings: OutputSettings) -> Iterator[_Note]:
    """All published dumps, each with the name of its file."""
    taken = set(map(name_key, OWN_NAMES))
    for dump, line in state.dumps.published():
        try:
            story = msgspec.json.decode(line, type=Story)
        except msgspec.DecodeError as error:
            raise DamagedRowError(f"the records of {dump.source!r}: {error}") from error
        yield _Note(dump, _free(name_of(story, settings.names), taken) if story.kind is Kind.ARTICLE else None)


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first one with a number, that no other file has; it is taken from now on."""
    number, free = 1, name
    while name_key(free) in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(name_key(free))
    return f"{free}{SUFFIX}"


def name_of(story: Story, template: str) -> str:
    """The name of a story's file, without its suffix: the template with what is known; without anything, the id."""
    facts = story.metadata
    day = facts.published[:10] if facts.published and _DAY.match(facts.published) else ""
    stem = PurePosixPath(story.source.rpartition("#")[2]).stem
    values = {
        "date": day,
        "year": day[:4],
        "month": day[5:7],
        "slug": slug(facts.title or "") or slug(stem),
        "title": _shown(facts.title or stem),
        "id": story.id,
        "publisher": _shown(facts.publisher or ""),
        "section": _shown(facts.section or ""),
        "language": _shown(facts.language or ""),
    }
    parts = (harmless(part.strip(_EDGES)) for part in filled(template, values).split("/"))
    return "/".join(part for part in parts if part) or story.id


def slug(text: str) -> str:
    """The words of a text in lower case, with hyphens between."""
    whole = _NO_WORD.sub("-", unicodedata.normalize("NFC", text).casefold()).strip("-")
    return whole if len(whole) <= MAX_SLUG else whole[: MAX_SLUG + 1].rpartition("-")[0] or whole[:MAX_SLUG]


def _shown(text: str) -> str:
    return _NOT_IN_TITLE.sub(" ", unicodedata.normalize("NFC", text)).strip(_EDGES)


def _write(state: RunState, notes: Sequence[_Note], work: Path) -> None:
    """Write some files.  Before, the manifest has their names besides the old ones, so that none is forgotten."""
    staged: dict[str, Path] = {}
    files: list[tuple[StoredDump, Mapping[str, str]]] = []
    for number, note in enumerate(notes):
        own: dict[str, str] = {}
        text = _text(state, note) if note.name else None
        if note.name and text is not None:
            path = work / f"{number}{SUFFIX}"
            path.write_bytes(text.encode())
            staged[note.name] = path
            own[note.name] = hashlib.sha256(text.encode()).hexdigest()
        files.append((note.dump, {**note.dump.files, **own}))
    with state.manifest.transaction():
        for dump, named in files:
            state.dumps.save_files(dump, named)
    for name, path in staged.items():
        try:
            state.store.publish({name: path})
        except UnusableNameError as error:
            note = next(one for one in notes if one.name == name)
            with state.manifest.transaction():
                state.save_reject(
                    note.dump.file, note.dump.number, Reject(note.dump.source, "unusable_name", str(error))
                )
    state.store.settle()


def _text(state: RunState, note: _Note) -> str | None:
    """The Markdown of a dump; None, and a reject, if it does not read back."""
    line = state.dumps.records_of(note.dump.file, note.dump.number)[0]
    try:
        return flavours.document(record.from_json(line), state.job.settings.output.markdown)
    except RecordError as error:
        raise DamagedRowError(f"the records of {note.dump.source!r}: {error}") from error
    except MarkdownError as error:
        with state.manifest.transaction():
            state.save_reject(
                note.dump.file, note.dump.number, Reject(note.dump.source, "markdown_differs", str(error))
            )
        return None
