"""What there is to clean: the files that paths, folders and patterns name, in one order."""

import glob
import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain, groupby
from pathlib import Path

from copydesk.document import Reject


class InputError(ValueError):
    """What was asked to be cleaned can't be; the message says why."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to clean, by its absolute path, and the name that it has in records.  A run may hold a million of them."""

    file: str
    source: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(self.file)


@dataclass(frozen=True, slots=True)
class Plan:
    """Inputs ordered by source and path, as they are cleaned; what is known beforehand to be none."""

    inputs: tuple[Input, ...]
    rejects: tuple[Reject, ...]

    def holds(self, source: str, file: str) -> bool:
        """Whether the file is among the inputs."""
        at = bisect_left(self.inputs, (source, file), key=_order)
        return at < len(self.inputs) and _order(self.inputs[at]) == (source, file)


def plan(paths: Sequence[Path], output: Path | None = None) -> Plan:
    """All files that `paths` name, and those in directories among them, ordered by source.

    Every file in a directory is a dump but hidden ones and what lies in `output`; a file's source is its path
    below the directory, with "/" whatever the machine, or its name where it is given by itself.

    Raises InputError where a path does not exist or the directories hold no file.
    """
    inputs: list[Input] = []
    rejects: list[Reject] = []
    for given in chain.from_iterable(map(_matching, paths)):
        path = Path(os.path.abspath(given))  # noqa: PTH100 - pathlib keeps ".."
        if output and path.resolve() == output.resolve():
            raise InputError(f"{given} is the output directory: what was written would be cleaned again")
        if path.is_dir():
            for found in _below(path, output.resolve() if output else None):
                (inputs if isinstance(found, Input) else rejects).append(found)  # type: ignore[arg-type]
        elif path.is_file():
            inputs.append(Input(str(path), _readable(path.name)))
        elif path.exists():
            rejects.append(Reject(_readable(path.name), "unreadable", "not a regular file; a stream goes in as -"))
        else:
            raise InputError(f"no such file or directory: {given}")
    if not inputs and not rejects:
        raise InputError(f"no dumps in {', '.join(map(str, paths))}")
    inputs.sort(key=_order)
    return Plan(tuple(_once(inputs)), tuple(sorted(set(rejects), key=astuple)))


def _order(one: Input) -> tuple[str, str]:
    return one.source, one.file


def _once(inputs: Sequence[Input]) -> Iterator[Input]:
    """Each file once under a source, though it was named twice."""
    for _, alike in groupby(inputs, key=lambda one: one.source):
        first, *others = alike
        yield first
        seen = {first.path.resolve()} if others else set()
        for one in others:
            if one.path.resolve() not in seen:
                seen.add(one.path.resolve())
                yield one


def _matching(path: Path) -> list[Path]:
    """The paths that a pattern (with *, ? or [) fits, in order; a path that exists, or no pattern, as it is."""
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    found = glob.glob(str(path), recursive=True)  # noqa: PTH207 - a path has one only below a folder
    return sorted(map(Path, found)) or [path]


def _below(
    folder: Path, output: Path | None, prefix: str = "", above: tuple[Path, ...] = ()
) -> Iterator[Input | Reject]:
    real = folder.resolve()
    if real == output and above:
        return
    if real in above:
        yield Reject(prefix.rstrip("/"), "symlink_loop", f"a link that leads back to {real}")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Reject(prefix.rstrip("/") or folder.name, "unreadable", str(error.strerror))
        return
    for entry in entries:
        source = prefix + _readable(entry.name)
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir():
                yield from _below(Path(entry.path), output, source + "/", (*above, real))
            elif entry.is_file():
                yield Input(entry.path, source)
            else:
                what = "a link that leads nowhere" if entry.is_symlink() else "neither a file nor a directory"
                yield Reject(source, "unreadable", what)
        except OSError as error:  # links that lead to each other
            yield Reject(source, "symlink_loop" if entry.is_symlink() else "unreadable", str(error.strerror))


def _readable(name: str) -> str:
    """A file's name as text; bytes that are no UTF-8, and the "#" that sets off records, are written out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("#", "%23")
