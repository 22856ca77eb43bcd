"""What people have decided about lines and edits (`copydesk review`): the file of decisions, and what is in force.

The file has a JSON object on each line, in the order in which the decisions were made.  Nothing in it is changed or
removed: a decision is taken back by a later line.  A decision names its line by the place in the raw text and a digest
of the text there.  If the dump has changed, it does not fit any more, and is not applied.
"""

import hashlib
import os
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import msgspec
from filelock import FileLock

from copydesk import files
from copydesk.document import Label
from copydesk.edits import Edit, Rule
from copydesk.toml_tables import ConfigError

MAX_BYTES: Final = 200_000_000
"""Bytes of a file of decisions: half a million of them."""

DIGEST_DIGITS: Final = 16
"""Hexadecimal digits of a digest."""

LOCK_SECONDS: Final = 20
"""How long a desk waits for another one that is writing: a line takes some milliseconds."""

DECISION: Final = Rule("decision", "a person decided it (`copydesk review`)")


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """`decisions`: the file of what people have decided in `copydesk review`, relative to the configuration file.

    It may be missing: the desk makes it.
    """

    decisions: str = ""

    def below(self, path: Path) -> "ReviewSettings":
        """With the absolute path, for the configuration file at `path`.  Raises ConfigError if it has no folder."""
        if not self.decisions:
            return self
        own = (path.parent / self.decisions).absolute()
        if not own.parent.is_dir():
            raise ConfigError(f"{path}: review.decisions: no such folder: {own.parent}")
        return ReviewSettings(str(own))

    @property
    def digest(self) -> str:
        """A digest of all decisions in force; "" if there are none.  Raises ConfigError as `read` does."""
        found = [(source, own.digest) for source, own in sorted(load(self.decisions).items())]
        return digest_of(repr(found)) if found else ""


NOT_NAMED: Final = ReviewSettings()


class DecisionKind(StrEnum):
    """What a decision says about its line."""

    LABEL = "label"
    """The line has this label."""

    HEADLINE = "headline"
    """The line is the headline of the page; the last such decision about a dump counts."""

    WRONG_EDIT = "wrong_edit"
    """This edit in the line is wrong, and is not made."""

    TAKE_BACK = "take_back"
    """Another decision no longer counts."""


class WrongEdit(msgspec.Struct, frozen=True):
    """An edit as the record has it: `before`, at `start` in the raw text, became `after`."""

    start: int
    before: str
    after: str

    @property
    def end(self) -> int:
        """The position after `before`."""
        return self.start + len(self.before)


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the file.

    `at` is a time in ISO 8601 (UTC) and `by` the name of the reviewer.  The line of the dump is from `start` to `end`
    in the raw text of `source`, and `digest` begins the SHA-256 of the text there.  Decisions about several lines that
    were made at once have ids with the same beginning, up to a hyphen.
    """

    id: str
    at: str
    by: str
    kind: DecisionKind
    record: str
    source: str
    start: int = 0
    end: int = 0
    digest: str = ""
    label: Label | None = None
    edit: WrongEdit | None = None
    takes_back: str | None = None

    @property
    def stroke(self) -> str:
        """What the ids of decisions that were made at once have in common."""
        return self.id.partition("-")[0]

    @property
    def effect(self) -> tuple[str, int, int, str, str | None, tuple[int, str, str] | None]:
        """What the decision does, without who made it and when."""
        wrong = (self.edit.start, self.edit.before, self.edit.after) if self.edit else None
        return (self.kind, self.start, self.end, self.digest, self.label, wrong)

    def fits(self, text: str) -> bool:
        """Whether the raw text of the dump has the line of the decision in its place."""
        return 0 <= self.start < self.end <= len(text) and digest_of(text[self.start : self.end]) == self.digest


@dataclass(frozen=True)
class DumpDecisions:
    """The decisions about one dump that are in force, in the order in which they were made."""

    decisions: tuple[Decision, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A digest of what they do, for the record's `config`; "" if there are none."""
        if not self.decisions:
            return ""
        return digest_of(msgspec.json.encode([one.effect for one in self.decisions]).decode())

    def outdated(self, text: str) -> tuple[Decision, ...]:
        """The decisions that do not fit the raw text: the dump has changed."""
        return tuple(one for one in self.decisions if not one.fits(text))

    def fitting(self, text: str) -> "DumpDecisions":
        """The decisions that fit the raw text."""
        return DumpDecisions(tuple(one for one in self.decisions if one.fits(text)))

    def labels(self, spans: Sequence[tuple[int, int]]) -> list[Label | None]:
        """For each span of the raw text the label that was decided for a line in it; the headline is a title.

        `spans` are sorted, and do not overlap.  If a decided line is now cut into several, all of them get the label.
        """
        found: list[Label | None] = [None] * len(spans)
        for one in self.decisions:
            if one.kind in (DecisionKind.LABEL, DecisionKind.HEADLINE):
                label = Label.TITLE if one.kind is DecisionKind.HEADLINE else one.label
                first = bisect_right(spans, one.start, key=lambda span: span[1])
                last = bisect_left(spans, one.end, key=lambda span: span[0])
                found[first:last] = [label] * (last - first)
        return found

    def without_wrong(self, edits: Sequence[Edit], needed: frozenset[str]) -> tuple[Edit, ...]:
        """The edits without those that were decided to be wrong; an edit of one of the rules `needed` stays.

        `edits` are all those of the raw text.  An edit that breaks a line is in the record in several parts; if one of
        them is wrong, the edit is.
        """
        wrong = sorted((one.edit.start, one.edit.end) for one in self.decisions if one.edit)
        found: list[Edit] = []
        at = 0
        for edit in edits:
            while at < len(wrong) and wrong[at][1] < edit.start:
                at += 1
            is_wrong = at < len(wrong) and edit.start <= wrong[at][0] and wrong[at][1] <= edit.end
            if not is_wrong or not needed.isdisjoint(edit.rules):
                found.append(edit)
        return tuple(found)


NO_DECISIONS: Final = DumpDecisions()


def digest_of(text: str) -> str:
    """The digest of a line of a raw text."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]


def in_force(decisions: Iterable[Decision]) -> dict[str, DumpDecisions]:
    """The decisions that count, by the source of their dump.

    Of several about the label of the same line, the last one counts, and of several headlines of a dump too.
    """
    every = list(decisions)
    taken_back = {one.takes_back for one in every if one.kind is DecisionKind.TAKE_BACK}
    by_dump: dict[str, dict[tuple[object, ...], Decision]] = defaultdict(dict)
    for one in every:
        if one.kind is DecisionKind.TAKE_BACK or one.id in taken_back:
            continue
        own = by_dump[one.source]
        if one.kind is DecisionKind.HEADLINE:
            for key in [key for key, other in own.items() if other.kind is DecisionKind.HEADLINE]:
                del own[key]
        key = ("edit", one.effect) if one.kind is DecisionKind.WRONG_EDIT else ("line", one.start, one.end)
        own.pop(key, None)
        own[key] = one
    return {source: DumpDecisions(tuple(own.values())) for source, own in by_dump.items()}


def read(path: Path) -> list[Decision]:
    """All decisions in a file; none if there is no file.

    Raises ConfigError, which names the line, if one is no decision, or if the file can't be read.
    """
    try:
        lines = files.read_limited(path, MAX_BYTES).splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"review.decisions: {path}: {error.strerror}") from error
    found: list[Decision] = []
    decoder = msgspec.json.Decoder(Decision)
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                found.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            said = f"review.decisions: {path}: line {number} is no decision of `copydesk review`: {error}"
            raise ConfigError(f"{said}; remove the line") from error
    return found


def load(path: str) -> Mapping[str, DumpDecisions]:
    """The decisions in force in the file at `path`, by the source of their dump; empty for "" or if there is no file.

    Raises ConfigError as `read` does.
    """
    if not path:
        return {}
    try:
        return _loaded(path, files.look(Path(path)))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"review.decisions: {path}: {error.strerror}") from error


@lru_cache(maxsize=4)
def _loaded(path: str, look: files.Look) -> Mapping[str, DumpDecisions]:
    """The decisions of the file that looks like this: a desk sees what others have added."""
    return in_force(read(Path(path)))


def of_dump(path: str, source: str) -> DumpDecisions:
    """The decisions in force about the dump with this source.  Raises ConfigError as `read` does."""
    return load(path).get(source, NO_DECISIONS)


def append(path: Path, made: Iterable[Decision]) -> None:
    """Add decisions to the file, which is made if it is missing.

    Several processes may do this at once: each waits until the other has written its lines.  Raises OSError if the file
    can't be written.
    """
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in made)
    with FileLock(path.with_name(f"{path.name}.lock"), timeout=LOCK_SECONDS), path.open("a+b") as file:
        file.seek(0, os.SEEK_END)
        is_broken = False
        if file.tell():
            file.seek(-1, os.SEEK_END)
            is_broken = file.read(1) != b"\n"
        file.write(b"\n" * is_broken + lines)
        file.flush()
        os.fsync(file.fileno())
