"""Hostile input through the whole pipeline: `python -m bench.fuzz [COUNT] [OPTIONS]` (`--help` lists the options).

Each input is a small file of one of the kinds that copydesk reads (see `bench.fuzz_files`), often with damaged bytes.
It must end within SECONDS of CPU time, either as records that obey the laws, or as rejects that are not an error of
copydesk; no text of it may disappear without a reject; and in the Markdown that is written, no reader may find anything
that could run (see `bench.hostile_readers`).

With `--whole N`, only one input in N is cleaned.  The others are opened, divided into dumps, decoded and rendered to
lines: most faults of files are there, and it takes a tenth of the time.

Inputs that fail are printed and saved in `bench/finds/`; fix the fault, and add a test case for it.  `--first` is the
number of the first input: other numbers are other inputs.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import IO, Final

import yaml

from bench import fuzz_files, hostile_readers
from bench.fuzz_files import File
from bench.laws import broken
from copydesk import config, desk, readers, store
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump, UnreadableError
from copydesk.render import front_matter, markdown, record
from copydesk.store import Format
from copydesk.terminal import HARMFUL
from copydesk.text import as_field

FINDS: Final = Path(__file__).parent / "finds"

COUNT: Final = 200_000
CHUNK: Final = 5_000
SECONDS: Final = 5.0
HANGS: Final = 120.0
"""Seconds after which a process that works on the same input is killed."""

Find = tuple[int, tuple[str, ...]]
"""(number of an input, its faults)"""


@dataclass(slots=True)
class Checked:
    """What the check of an input found: its faults, and the bodies of the Markdown that was written."""

    faults: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


def check(file: File, *, whole: bool = True) -> Checked:
    """Read the dumps of a file and check what they give; with `whole`, clean them too."""
    start = time.monotonic()
    checked = _check(file, whole=whole)
    if time.monotonic() - start > SECONDS:  # perhaps because the machine is busy
        start = time.process_time()
        _check(file, whole=whole)
        if time.process_time() - start > SECONDS:
            checked.faults.append(f"over {SECONDS} seconds")
    return checked


def _check(file: File, *, whole: bool) -> Checked:
    checked = Checked()
    held: list[str] = []
    pages = rejects = 0
    try:
        with ExitStack() as stack:
            stream = _opened(file, stack)
            for found in readers.find_in(stream, file.name, file.name, config.default()):
                made = readers.make(found)
                rejects += isinstance(made, Reject)
                if isinstance(made, Dump):
                    held.append(f"{made.text} {made.given.extra} {made.given.title}")
                    pages += made.renderer is not None and not any(mark in held[-1] for mark in file.marks)
                    checked.faults += _wrong_in(made)
                    if whole:
                        _check_dump(made, checked)
    except Exception as error:  # noqa: BLE001 - any error is a fault
        checked.faults.append(f"{type(error).__name__}: {error}"[:200])
    if not rejects:
        left = [mark for mark in file.marks if file.is_whole or (file.is_container and mark.encode() in file.data)]
        lost = [mark for mark in left if not any(mark in text for text in held)]
        swallowed = 0 if file.is_whole else pages  # by a tag that the damage has made, as in a browser
        checked.faults += ["a text was lost silently"] * (len(lost) > swallowed)
    return checked


def _opened(file: File, stack: ExitStack) -> IO[bytes]:
    """The bytes as a stream; those of a database as a file on the disk."""
    if not file.data.startswith(b"SQLite"):
        return io.BytesIO(file.data)
    path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "base"
    path.write_bytes(file.data)
    return stack.enter_context(path.open("rb"))


def _wrong_in(made: Dump) -> Iterator[str]:
    """What is wrong with a dump before it is cleaned.  Raises UnicodeEncodeError if its text can't be written."""
    made.text.encode()
    if as_field(made.source) != made.source:
        yield f"the source acts on a terminal: {made.source[:40]!a}"
    url = made.given.url
    if url and (HARMFUL.search(url) or not url.lower().startswith(("http://", "https://"))):
        yield f"the address {url[:40]!a}"


def _check_dump(made: Dump, checked: Checked) -> None:
    try:
        cleaned = desk.clean_dump(made, config.default())
    except UnreadableError:
        return
    checked.faults += broken(cleaned.article, made.text)
    for teaser in cleaned.teasers:
        record.from_json(record.to_json(teaser).encode())
    for name in store.output_names(made.source):
        if not store.is_inside(f"{name.name}.md"):
            checked.faults.append("the name of an output leads out of it")
    checked.bodies += _bodies(cleaned, checked)


def _bodies(cleaned: Cleaned, checked: Checked) -> Iterator[str]:
    """The bodies of the Markdown files of a dump, after their front matter was read."""
    try:
        files = store.files(cleaned, (Format.MD,))
    except markdown.MarkdownError:  # a reject in a run, and a law that `broken` checks
        return
    for text in filter(None, files.values()):
        front, _, body = text.removeprefix(markdown.FENCE).partition(f"\n{markdown.FENCE}")
        if yaml.load(front, yaml.CSafeLoader) != front_matter.load(front + "\n"):
            checked.faults.append("PyYAML reads another front matter")
        checked.faults += hostile_readers.in_process(body)
        yield body


def run(numbers: range, npm: Path | None, whole: int, answers: Connection) -> None:
    """Check the inputs with these numbers; send each number when it begins, and what was found at the end."""
    texts = fuzz_files.corpus()
    finds: list[Find] = []
    bodies: list[tuple[int, str]] = []
    for number in numbers:
        answers.send(number)
        checked = check(fuzz_files.make(number, texts), whole=number % whole == 0)
        if checked.faults:
            finds.append((number, tuple(checked.faults)))
        bodies += [(number, body) for body in checked.bodies]
    if npm:
        read = hostile_readers.from_npm(npm, [body for _, body in bodies])
        finds += [(bodies[place][0], (fault,)) for place, fault in read]
    answers.send(finds)


@dataclass(slots=True)
class _Child:
    """A process that checks inputs."""

    process: ForkProcess
    answers: Connection
    numbers: range
    at: int
    since: float


def finds(
    count: int, first: int, jobs: int, npm: Path | None, whole: int = 1, *, is_verbose: bool = False
) -> Iterator[Find]:
    """What is found in these inputs.  An input that kills its process, or hangs, is a find too."""
    waiting = [range(at, min(at + CHUNK, first + count)) for at in range(first, first + count, CHUNK)][::-1]
    children: list[_Child] = []
    while waiting or children:
        while waiting and len(children) < jobs:
            children.append(_begin(waiting.pop(), npm, whole))
            if is_verbose:
                print(f"{time.strftime('%H:%M:%S')} at {children[-1].numbers.start - first:,}", flush=True)
        wait([child.answers for child in children], timeout=1)
        for child in list(children):
            ended = yield from _ask(child)
            if ended is not None:
                children.remove(child)
            if ended:
                waiting.append(ended)


def _begin(numbers: range, npm: Path | None, whole: int) -> _Child:
    ours, theirs = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=run, args=(numbers, npm, whole, theirs))
    process.start()
    theirs.close()
    return _Child(process, ours, numbers, numbers.start, time.monotonic())


def _ask(child: _Child) -> Generator[Find, None, range | None]:
    """What the child has found; returns the numbers that are left to check if it has ended, else None."""
    try:
        while child.answers.poll():
            sent = child.answers.recv()
            if isinstance(sent, list):
                yield from sent
                child.process.join()
                return range(0)
            child.at, child.since = sent, time.monotonic()
    except EOFError:
        child.process.join()
        yield child.at, (f"its process ended with {child.process.exitcode}",)
        return range(child.at + 1, child.numbers.stop)
    if time.monotonic() - child.since > HANGS:
        child.process.kill()
        child.process.join()
        yield child.at, (f"over {HANGS} seconds",)
        return range(child.at + 1, child.numbers.stop)
    return None


def main(arguments: Sequence[str]) -> int:
    """Print the faults; 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=COUNT)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--whole", type=int, default=1, metavar="N", help="clean one input in N, and read the others")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--npm", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="print how far it is")
    options = parser.parse_args(arguments)
    kinds: Counter[str] = Counter()
    texts = fuzz_files.corpus()
    start = time.monotonic()
    check(File("input.txt", texts[0].encode(), (), is_whole=False))  # loads once what all processes need
    check(File("input.html", b"<html><body><p>" + texts[0].encode(), (), is_whole=False))
    for number, faults in finds(
        options.count, options.first, options.jobs, options.npm, options.whole, is_verbose=options.verbose
    ):
        file = fuzz_files.make(number, texts)
        kinds.update(faults)
        FINDS.mkdir(exist_ok=True)
        (FINDS / f"{sha256(file.data).hexdigest()[:12]}{file.name.removeprefix('input')}").write_bytes(file.data)
        print(number, file.name, *faults, sep="  ", flush=True)
    speed = options.count / (time.monotonic() - start)
    print(f"{options.count:,} inputs, {speed:.0f} a second, {kinds.total()} finds", *kinds.most_common(), sep="\n")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
