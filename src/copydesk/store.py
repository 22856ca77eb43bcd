"""Writes the output: the only module that touches output files.

Every file appears whole or not at all: written under a temporary name, then renamed.  Bookkeeping lies in
`.copydesk/` below the output directory and is no part of the output.

    <name>.md  <name>.json                          an article (kind `other` has no Markdown)
    <name>.teasers.md  <name>.teasers.jsonl         its teasers, where it has any
    records.jsonl  records.parquet                  with these formats: all records (see `copydesk.shards`)
    rejects.jsonl                                   where something was rejected
"""

import errno
import filecmp
import hashlib
import json
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from copydesk.document import Cleaned, Kind, Reject
from copydesk.render import markdown, record, table
from copydesk.shards import Shards

BOOKKEEPING: Final = ".copydesk"
REJECTS: Final = "rejects.jsonl"

LONGEST_NAME: Final = 120
"""Bytes of a file's name, before its suffix; file systems allow 255."""

_UNSAFE = re.compile(r"[^\w.@=+,() -]|^\.+|[. ]+$")
_OUTPUT_LIKE = re.compile(
    r"\.md$|\.json$|\.teasers\.jsonl$|^(?:records(?:-\d+)?|rejects)\.(?:jsonl|jsonl\.gz|parquet)$", re.IGNORECASE
)
_TEASERS_LIKE = re.compile(r"\.teasers$", re.IGNORECASE)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class Format(StrEnum):
    """What is written."""

    MD = "md"
    JSON = "json"
    JSONL = "jsonl"
    JSONL_GZ = "jsonl.gz"
    PARQUET = "parquet"


SHARDED: Final = (Format.JSONL, Format.JSONL_GZ, Format.PARQUET)
"""Formats of which a file holds many records."""


class Result(StrEnum):
    """What became of a dump."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


class StoreError(OSError):
    """The output can't be written; the message says where and why."""


class NameTakenError(ValueError):
    """A second dump wants the output of a first."""


class Store:
    """An output directory, open for one run.  A context manager: leaving it without an error commits.

    Raises StoreError on entering where the directory can't be written.
    """

    def __init__(self, directory: Path, formats: Collection[Format], shard_size: int | None = None):
        self.directory = directory
        self.formats = frozenset(formats)
        self._shard_size = shard_size
        self._owners: dict[str, str] = {}  # sources by the name of their output
        self._rejects: IO[str] | None = None
        self._shards: list[Shards] = []

    def __enter__(self) -> "Store":
        try:
            if Format.PARQUET in self.formats:
                table.schema()  # says so at once where it can't be written
            (self.directory / BOOKKEEPING).mkdir(parents=True, exist_ok=True)
            self._rejects = self._temporary(REJECTS).open("w", encoding="utf-8", newline="\n")
            for one in SHARDED:
                if one in self.formats:
                    shards = Shards(self.directory, f".{one}", self._shard_size, self._temporary)
                    self._shards.append(shards)
        except table.MissingPyarrowError as error:
            raise StoreError(str(error)) from error
        except OSError as error:
            raise StoreError(f"{self.directory}: the output can't be written here: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rejects:
            self._rejects.close()
        temporary, final = self._temporary(REJECTS), self.directory / REJECTS
        if kind is not None:
            temporary.unlink(missing_ok=True)
            for shards in self._shards:
                shards.abandon()
        else:
            for shards in self._shards:
                shards.commit()
            if final.is_file() and filecmp.cmp(temporary, final, shallow=False):
                temporary.unlink()
            elif temporary.stat().st_size:
                temporary.replace(final)
            else:
                temporary.unlink()
                final.unlink(missing_ok=True)
        with suppress(OSError):  # what else lies there stays
            (self.directory / BOOKKEEPING).rmdir()

    def keep(self, cleaned: Cleaned) -> Result:
        """Write an article and its teasers in all formats.

        Raises NameTakenError where another dump of this run has the name (also where only case tells the two
        apart), MarkdownError where the Markdown does not read back, OSError where a file can't be written.
        """
        source = cleaned.article.source
        name = output_name(source)
        owner = self._owners.get(name.casefold())
        if owner is not None:
            raise NameTakenError(f"its output {name!r} is that of {owner!r}, which came before it")
        files = self._files(name, cleaned)
        self._owners[name.casefold()] = source
        changed = [self._write(files)]
        changed += [shards.add((cleaned.article, *cleaned.teasers)) for shards in self._shards]
        return Result.WRITTEN if any(changed) else Result.UNCHANGED

    def reject(self, reject: Reject) -> None:
        """Write down why an input gave no record."""
        if self._rejects is None:
            raise ValueError("the store is not open")
        self._rejects.write(reject_line(reject))

    def _temporary(self, name: str) -> Path:
        return self.directory / BOOKKEEPING / f"{name}.{os.getpid()}"

    def _files(self, name: str, cleaned: Cleaned) -> dict[str, str | None]:
        """File names to contents; None for a file that must not be there."""
        article, teasers = cleaned.article, cleaned.teasers
        files: dict[str, str | None] = {}
        if Format.MD in self.formats:
            files[f"{name}.md"] = markdown.article(article) if article.kind is Kind.ARTICLE else None
            files[f"{name}.teasers.md"] = markdown.teasers(article, teasers) if teasers else None
        if Format.JSON in self.formats:
            files[f"{name}.json"] = record.to_json(article, indent=2) + "\n"
            listed = "".join(record.to_json(teaser) + "\n" for teaser in teasers)
            files[f"{name}.teasers.jsonl"] = listed or None
        return files

    def _write(self, files: Mapping[str, str | None]) -> bool:
        """Bring files to their content (None: not there), all or none; whether any had to be changed."""
        ready: dict[Path, Path] = {}
        gone: list[Path] = []
        try:
            for name, content in files.items():
                path = self.directory / name
                data = content.encode() if content is not None else None
                if _content(path) == data:
                    continue
                if data is None:
                    gone.append(path)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
                ready[path] = self._temporary(f"file{len(ready)}")
                ready[path].write_bytes(data)
            for path, temporary in ready.items():
                temporary.replace(path)
            for path in gone:
                path.unlink()
        finally:
            for temporary in ready.values():
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
        return bool(ready or gone)


def reject_line(reject: Reject) -> str:
    """The reject as a line of JSON."""
    return json.dumps(asdict(reject), ensure_ascii=False) + "\n"


def output_name(source: str) -> str:
    """The path of a dump's output below the output directory, without suffix.

    It is the source without `.txt`; a record of a container lies in a folder of the container's name.  A part
    that is no safe file name, is too long for one, or would take the name of another output, is made safe, with
    a digest that keeps it apart.
    """
    container, mark, record_name = source.partition("#")
    *folders, last = container.removesuffix(".txt").split("/") + ([record_name] if mark else [])
    return "/".join([*(_safe(folder, _OUTPUT_LIKE) for folder in folders), _safe(last, _TEASERS_LIKE)])


def _safe(part: str, taken: re.Pattern[str]) -> str:
    safe = _UNSAFE.sub("_", part).encode()[:LONGEST_NAME].decode(errors="ignore")
    if safe == part and part and not _RESERVED.fullmatch(part) and not taken.search(part):
        return part
    return f"{safe}-{hashlib.sha256(part.encode()).hexdigest()[:8]}"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None
