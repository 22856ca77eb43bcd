"""From decided lines to their source: on how many pages they are, and what rules in the profile would change.

Nothing is written before a reviewer has seen what the rules do to some pages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock

from copydesk import config, desk
from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import Dumps
from copydesk.compare.changes import Change, compare
from copydesk.config import Config, ConfigError, LineRule, Profile
from copydesk.decisions import DecisionKind
from copydesk.document import Block
from copydesk.dump import UnreadableError
from copydesk.profile_draft import pattern_of, quoted
from copydesk.review import current
from copydesk.review.current import Current
from copydesk.review.markers import lines_of
from copydesk.review.queue import Queue, QueueRow
from copydesk.source_memory.sources import host_of
from copydesk.whole_file import replaced

MAX_PAGES: Final = 200
"""Pages of a source in which the line is looked for: less than half a second.  Chosen, not measured."""

MIN_PAGES: Final = 2
"""Pages with the line from which on a rule for it is proposed."""

TRIED: Final = 20
"""Pages that are cleaned with and without the rules."""

MAX_LINE: Final = 1_000
"""Characters of a line for which a rule is proposed."""

LOCK_SECONDS: Final = 20

MAX_NAME: Final = 100
"""Characters of the name of a new profile: file systems allow 255 bytes."""

_NOT_IN_NAME = re.compile(r"[^\w.-]+")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?")


class NoProposalError(ValueError):
    """No rule can be proposed or written; the message says why."""


@dataclass(frozen=True, slots=True)
class Spread:
    """On how many pages of a source decided lines are.

    `lines` are those that are on at least MIN_PAGES of the `of` pages that were looked at, each with the number of its
    pages; `rows` are the pages with one of them.
    """

    lines: tuple[tuple[Block, int], ...]
    of: int
    rows: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """Rules for lines, in the profile `name` of the file `path`: `rules` are added, and `toml` is the new file.

    With `marker`, the profile is new and recognises its pages by this pattern.
    """

    name: str
    path: Path
    is_new: bool
    lines: tuple[LineRule, ...]
    rules: str
    toml: str
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A page as the rules would change it; `change` is None if they would not."""

    row: QueueRow
    change: Change | None


def decided_lines(now: Current, stroke: str) -> list[Block]:
    """The lines that got a label by these decisions, which were made at once; those for which a profile has rules.

    A headline is another one on each page, and a long line is not on many.
    """
    made = {
        (one.start, one.end) for one in now.decided.decisions if one.stroke == stroke and one.kind is DecisionKind.LABEL
    }
    blocks = (block for block in now.cleaned.article.blocks if (block.start, block.end) in made)
    return [block for block in blocks if block.text and len(block.text) <= MAX_LINE]


def spread(queue: Queue, manifest: Manifest, row: QueueRow, lines: Sequence[Block]) -> Spread:
    """How many of at most MAX_PAGES pages of a record's source have each of these lines, with any numbers in it."""
    patterns = [re.compile(pattern_of(block.text)) for block in lines]
    rows = queue.of_site(row.site, MAX_PAGES)
    if row.id not in {one.id for one in rows}:
        rows = [row, *rows[: MAX_PAGES - 1]]
    dumps = Dumps(manifest)
    pages: list[list[QueueRow]] = [[] for _ in lines]
    for one in rows:
        texts = {line.text for line in lines_of(dumps, one)}
        for pattern, found in zip(patterns, pages, strict=True):
            if any(map(pattern.fullmatch, texts)):
                found.append(one)
    enough = [(block, found) for block, found in zip(lines, pages, strict=True) if len(found) >= MIN_PAGES]
    every = {one.id: one for _, found in enough for one in found}
    return Spread(tuple((block, len(found)) for block, found in enough), len(rows), tuple(every.values()))


def needs_marker(now: Current, settings: Config) -> bool:
    """Whether a profile for the source of this page is new, and must recognise its pages without an address."""
    article = now.cleaned.article
    is_new = desk.profile_named(article.provenance.profile, settings) is None
    return is_new and not _HOST.fullmatch(host_of(article.metadata.url))


def addition(
    now: Current, found: Spread, settings: Config, folder: Path, reviewer: str, marker: str | None = None
) -> Addition:
    """Rules for these lines in the profile of the source, which is in `folder` or new there.

    A new profile of a source without addresses recognises its pages by `marker`.  Raises NoProposalError if there is no
    line, or nothing by which the pages can be recognised.
    """
    article = now.cleaned.article
    if not found.lines:
        raise NoProposalError(f"no decided line is on {MIN_PAGES} of the {found.of} pages of this source")
    profile = desk.profile_named(article.provenance.profile, settings)
    host = host_of(article.metadata.url)
    if profile is not None:
        path = folder / f"{profile.name}.toml"
        before, is_new = _known(path), False
    elif _HOST.fullmatch(host):
        path = folder / f"{host}.toml"
        before, is_new = _known(path, default=_head(host, found, "hosts", host)), not _file_of(path)
    else:
        path = folder / f"{_name_for(found)}.toml"
        before, is_new = _marked(path, found, marker), True
    own = {pattern_of(block.text): block.label for block, _ in found.lines}
    lines = tuple(LineRule(pattern, label) for pattern, label in own.items())
    day = datetime.now(UTC).date().isoformat()
    decided = f"of {found.of} pages; decided on {quoted(article.source)} by {quoted(reviewer)}"
    pages = {pattern_of(block.text): count for block, count in found.lines}
    rules = "".join(
        f"\n# {day}: on {pages[line.pattern]} {decided}\n"
        f'[[lines]]\npattern = {quoted(line.pattern)}\nlabel = "{line.label}"\n'
        for line in lines
    )
    return Addition(path.stem, path, is_new, lines, rules, before + rules, marker)


def _file_of(path: Path) -> Path | None:
    """The file of a profile as it is: the own one, else the shipped one, which is copied to the own folder."""
    return next((known for known in (path, config.SHIPPED / "sources" / path.name) if known.is_file()), None)


def _known(path: Path, default: str = "") -> str:
    """The text of the file of a profile; `default` if there is no file.  Raises NoProposalError without both."""
    known = _file_of(path)
    if known is None and not default:
        raise NoProposalError(f"the file of the profile {path.stem!r} is not in {path.parent}")
    if known is None:
        return default
    try:
        return known.read_text(encoding="utf-8").rstrip("\n") + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise NoProposalError(f"{known}: can't be read: {error}") from error


def _head(source: str, found: Spread, recognised: str, by: str) -> str:
    """The first lines of a new profile."""
    day = datetime.now(UTC).date().isoformat()
    evidence = quoted(f"{found.of} pages of {source}, read in `copydesk review` on {day}")
    return f"evidence = {evidence}\n{recognised} = [{quoted(by)}]\n"


def _name_for(found: Spread) -> str:
    """A name of a file for a source without an address, from its folder."""
    name = _NOT_IN_NAME.sub("-", found.rows[0].site).strip("-.")[:MAX_NAME]
    return name or "source"


def _marked(path: Path, found: Spread, marker: str | None) -> str:
    """The first lines of a new profile for pages without an address.  Raises NoProposalError if it can't be made."""
    if marker is None:
        raise NoProposalError(
            "the pages of this source have no address, and no line is on all of them and on no page of another source,"
            " so a new profile would not recognise them. Clean a folder that has a folder of its own for each source,"
            " or dumps with their addresses (the field `url` in JSON Lines); or write a profile with `markers`, and"
            " the desk adds rules to it"
        )
    if known := _file_of(path):
        raise NoProposalError(f"{known} does not recognise this page: give it a `marker` that does")
    return _head(found.rows[0].site, found, "markers", marker)


def profile_of(added: Addition) -> Profile:
    """The profile with the rules.  Raises NoProposalError if the file would not be one."""
    with TemporaryDirectory() as folder:
        path = Path(folder, added.path.name)
        path.write_text(added.toml, encoding="utf-8")
        try:
            profile = config.load_profile(path)
        except ConfigError as error:
            raise NoProposalError(f"{added.path} would be no profile: {error}") from error
    if not set(added.lines) <= set(profile.lines):
        raise NoProposalError(f"{added.path}: rules can't be added at its end: write them by hand")
    return profile


def tried(manifest: Manifest, added: Addition, found: Spread, settings: Config) -> list[Tried]:
    """What the rules would change on TRIED pages that have one of the lines."""
    with_rules = config.with_profiles(settings, [profile_of(added)])
    pages: list[Tried] = []
    for row in found.rows[:TRIED]:
        try:
            before = current.stored(manifest, row)
            place = current.origin(manifest, row)
            now = current.current(before, place, settings).cleaned
            raw, _ = current.raw_dump(before, place, settings)
            pages.append(Tried(row, compare(now, current.cleaned(raw, with_rules))))
        except (LookupError, UnreadableError):  # a run has changed it since
            continue
    return pages


def write(added: Addition) -> None:
    """Write the profile with the rules.

    Raises NoProposalError if the file has changed since the rules were made, and OSError if it can't be written.
    """
    profile_of(added)
    added.path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(added.path.with_name(f".{added.path.name}.lock"), timeout=LOCK_SECONDS):
        now = added.path.read_text(encoding="utf-8").rstrip("\n") + "\n" if added.path.is_file() else ""
        if now and now + added.rules != added.toml:
            raise NoProposalError(f"{added.path} has changed: look at the proposal again")
        with replaced(added.path) as new:
            new.write_text(added.toml, encoding="utf-8")
