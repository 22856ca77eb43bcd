"""What is remembered of an output from one search for copies to the next: a database of SQLite.

`lines` has the stories of each line of records that was read, by its digest: a line with the same bytes is not decoded
again.  `texts` has the words, as numbers, and the samples of each different text; `compared` has how alike two texts
are.  Each row has a checksum.  Without a path, the database is temporary.
"""

import errno
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

import copydesk
from copydesk.copies.pairs import MIN_SAMPLES, WINDOW
from copydesk.copies.relations import Likeness
from copydesk.copies.shingles import SIZE, Shingles
from copydesk.copies.stories import MIN_WORDS, Story
from copydesk.copies.words import Words

MARK: Final = 0x636F7079
"""SQLite's application_id of a state: "copy"."""

MADE_BY: Final = f"2 {copydesk.__version__} {unicodedata.unidata_version} {SIZE} {WINDOW} {MIN_SAMPLES} {MIN_WORDS}"
"""What a state depends on beside the records.  One that was made by something else is made again."""

HEADER: Final = b"SQLite format 3\x00"

OTHER_NAME: Final = "remove it, or name another table"

SHINGLE_BYTES: Final = 8
"""Bytes of a sample of a text."""

CODE_BYTES: Final = 8
WORD_BYTES: Final = CODE_BYTES + 1
"""Bytes of the code of a word, and of a word: its kind takes one more."""

SUM_BYTES: Final = 4
"""Bytes of the checksum before them.  So the samples are found without them."""

T = TypeVar("T")

BUSY_SECONDS: Final = 0.5

_TABLES: Final = (
    "create table made_by (name text)",
    "create table lines (digest blob primary key, stories blob, sum integer) without rowid",
    "create table texts (number integer primary key, digest blob unique, samples blob, sum integer, words blob)",
    "create table compared (one blob, other blob, likeness blob, sum integer, primary key (one, other)) without rowid",
)
_SCHEMA: Final = "select sql from sqlite_master where sql is not null order by rowid"
_OWN: Final = (
    "create temp table seen (digest blob primary key) without rowid",
    "create temp table stories (text blob, story blob)",
)


class StateError(OSError):
    """The state can't be used, and is not replaced; `strerror` says why, and what to do."""

    def __init__(self, path: Path | None, message: str) -> None:
        super().__init__(errno.EINVAL, message, str(path or "a temporary database"))


class DamagedStateError(RuntimeError):
    """The state is damaged, or was made by another version: it must be made again."""


class _TextStory(msgspec.Struct, frozen=True, array_like=True):
    """A story and the digest of its text."""

    text: bytes
    story: Story


class State:
    """An open state.  A context manager; what was not committed is lost.

    Raises StateError, DamagedStateError on opening, and DamagedStateError from each method.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        if path is not None:
            _check_place(path)
        self._base = sqlite3.connect(path or "", timeout=BUSY_SECONDS, isolation_level=None)
        self._begin()

    def _begin(self) -> None:
        try:
            self._base.execute("pragma temp_store = file")
            self._base.execute("begin immediate")
            if not self._base.execute("select count(*) from sqlite_master").fetchone()[0]:
                self._base.execute(f"pragma application_id = {MARK}")
                for table in _TABLES:
                    self._base.execute(table)
                self._base.execute("insert into made_by values (?)", (MADE_BY,))
            elif self._base.execute("pragma application_id").fetchone()[0] != MARK:
                raise StateError(self.path, f"a database of another program: {OTHER_NAME}")
            elif tuple(str(sql).lower() for (sql,) in self._base.execute(_SCHEMA)) != _TABLES:
                raise DamagedStateError("it has other tables")  # a trigger or a view could compute for ever
            elif self._base.execute("select name from made_by").fetchall() != [(MADE_BY,)]:
                raise DamagedStateError("made by another version")
            for table in _OWN:
                self._base.execute(table)
        except sqlite3.Error as error:
            self._base.close()
            raise self.explained(error) from error
        except BaseException:
            self._base.close()
            raise

    def explained(self, error: sqlite3.Error) -> StateError | DamagedStateError:
        """What an error of SQLite means: a damaged state, or a disk that can't be written."""
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _NOT_DAMAGE:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return StateError(self.path, "another search for copies uses it: try again when it has ended")
            return StateError(self.path, str(error))
        return DamagedStateError(str(error))

    def close(self) -> None:
        """Forget all that was not committed."""
        with suppress(sqlite3.Error):
            self._base.close()

    def commit(self) -> None:
        """Remember all for the next search."""
        self._base.execute("commit")
        self._base.execute("begin")

    def knows(self, digest: bytes) -> bool:
        """Whether a line with this digest was read before.  It is now seen."""
        row = self._base.execute("select stories, sum from lines where digest = ?", (digest,)).fetchone()
        if row is not None:
            _check(row[1], digest, row[0])
            self._see(digest)
        return row is not None

    def _see(self, digest: bytes) -> None:
        self._base.execute("insert or ignore into seen values (?)", (digest,))

    def add_line(self, digest: bytes, stories: Sequence[tuple[bytes, Story]]) -> None:
        """Add a line with its stories, each with the digest of its text."""
        packed = msgspec.msgpack.encode([_TextStory(text, story) for text, story in stories])
        self._base.execute("insert or ignore into lines values (?, ?, ?)", (digest, packed, _sum(digest, packed)))
        self._see(digest)

    def has_text(self, digest: bytes) -> bool:
        """Whether there is a text with this digest."""
        return self._base.execute("select 1 from texts where digest = ?", (digest,)).fetchone() is not None

    def add_text(self, digest: bytes, words: Words, samples: Shingles) -> None:
        """Add the words of a text."""
        sampled, own = samples.astype("<u8").tobytes(), words.codes.astype("<u8").tobytes() + words.kinds.tobytes()
        row = digest, sampled, _sum(digest, sampled), _sum(digest, own).to_bytes(SUM_BYTES, "little") + own
        self._base.execute("insert into texts (digest, samples, sum, words) values (?, ?, ?, ?)", row)

    def forget_unseen(self) -> int:
        """Drop the lines that were not seen, and texts that no line has any more; the number of stories left."""
        self._base.execute("delete from lines where digest not in (select digest from seen)")
        count = 0
        for digest, packed, own in self._base.execute("select digest, stories, sum from lines"):
            _check(own, digest, packed)
            for found in _decoded(packed, list[_TextStory]):
                row = found.text, msgspec.msgpack.encode(found.story)
                self._base.execute("insert into stories values (?, ?)", row)
                count += 1
        self._base.execute("create index stories_of_text on stories (text)")
        self._base.execute("delete from texts where digest not in (select text from stories)")
        has = "in (select digest from texts)"
        self._base.execute(f"delete from compared where not (one {has} and other {has})")  # noqa: S608 - our own text
        (missing,) = self._base.execute(
            "select count(*) from (select distinct text from stories) where text not in (select digest from texts)"
        ).fetchone()
        if missing:
            raise DamagedStateError("texts are missing")
        return count

    def numbers(self) -> NDArray[np.int64]:
        """The numbers of all texts, in the order of their digests, which does not depend on that of the records."""
        rows = self._base.execute("select number from texts order by digest")
        return np.fromiter((row[0] for row in rows), np.int64)

    def samples(self) -> Iterator[tuple[int, Shingles]]:
        """The samples of all texts, by their numbers."""
        for number, digest, sampled, own in self._base.execute("select number, digest, samples, sum from texts"):
            _check(own, digest, sampled)
            yield number, _shingles(sampled)

    def samples_of(self, number: int) -> Shingles:
        """The samples of a text."""
        (sampled,) = self._row("samples", number)
        return _shingles(sampled)

    def total_samples(self) -> int:
        """How many samples all texts have."""
        return int(self._base.execute("select coalesce(sum(length(samples)), 0) / 8 from texts").fetchone()[0])

    def digest(self, number: int) -> bytes:
        """The digest of a text."""
        (found,) = self._row("digest", number)
        return found

    def words(self, number: int) -> Words:
        """The words of a text."""
        digest, packed = self._row("digest, words", number)
        own = packed[SUM_BYTES:]
        if len(own) % WORD_BYTES:
            raise DamagedStateError("a text is damaged")
        _check(int.from_bytes(packed[:SUM_BYTES], "little"), digest, own)
        count = len(own) // WORD_BYTES
        return Words(np.frombuffer(own, "<u8", count), np.frombuffer(own, np.uint8, count, count * CODE_BYTES))

    def stories(self, number: int) -> list[Story]:
        """The stories that have a text."""
        rows = self._base.execute("select story from stories where text = ?", (self.digest(number),))
        return [_decoded(row[0], Story) for row in rows]

    def repeated(self) -> list[int]:
        """The numbers of texts that several stories have."""
        rows = self._base.execute(
            "select number from texts"
            " join (select text from stories group by text having count(*) > 1) on digest = text"
        )
        return [row[0] for row in rows]

    def likeness(self, one: int, other: int) -> Likeness | None:
        """How alike two texts are, if they were compared."""
        key = self.digest(one), self.digest(other)
        row = self._base.execute("select likeness, sum from compared where one = ? and other = ?", key).fetchone()
        if row is None:
            return None
        _check(row[1], *key, row[0])
        return _decoded(row[0], Likeness)

    def add_likeness(self, one: int, other: int, likeness: Likeness) -> None:
        """Remember how alike two texts are."""
        key = self.digest(one), self.digest(other)
        packed = msgspec.msgpack.encode(likeness)
        self._base.execute("insert into compared values (?, ?, ?, ?)", (*key, packed, _sum(*key, packed)))

    def _row(self, columns: str, number: int) -> tuple[bytes, ...]:
        row: tuple[bytes, ...] | None = self._base.execute(
            f"select {columns} from texts where number = ?",  # noqa: S608 - our own names
            (number,),
        ).fetchone()
        if row is None:
            raise DamagedStateError("a text is missing")
        if not all(isinstance(value, bytes) for value in row):
            raise DamagedStateError("a text is damaged")
        return row


def forget(path: Path) -> None:
    """Remove a state, if there is one.  Raises StateError if it is something else, or can't be removed."""
    _check_place(path)
    if path.exists():
        with suppress(DamagedStateError):
            State(path).close()
        remove(path)


def remove(path: Path) -> None:
    """Remove a state that is known to be one.  Raises StateError if that is not possible."""
    try:
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    except OSError as error:
        raise StateError(path, error.strerror or str(error)) from error


_NOT_DAMAGE: Final = frozenset(
    (
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM),
    )
)
"""Errors of the disk or of the rights to it."""


def _check_place(path: Path) -> None:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise StateError(path, f"no plain file: {OTHER_NAME}")
    try:
        with path.open("rb") as file:
            head = file.read(len(HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateError(path, error.strerror or str(error)) from error
    if head not in (b"", HEADER):
        raise StateError(path, f"not the state of a search for copies: {OTHER_NAME}")


def _decoded(packed: bytes, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(packed, type=kind)
    except msgspec.DecodeError as error:
        raise DamagedStateError("a row is damaged") from error


def _shingles(sampled: bytes) -> Shingles:
    if len(sampled) % SHINGLE_BYTES:
        raise DamagedStateError("a row is damaged")
    return np.frombuffer(sampled, "<u8")


def _sum(*parts: bytes) -> int:
    return zlib.crc32(b"\x00".join(parts))


def _check(own: int, *parts: bytes) -> None:
    if not all(isinstance(part, bytes) for part in parts) or own != _sum(*parts):
        raise DamagedStateError("a row is damaged")
