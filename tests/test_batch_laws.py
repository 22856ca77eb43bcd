"""After any changes and any broken runs, and in any order of work, a run writes what a first run would write."""

import io
import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk import batch, config
from copydesk.batch import Job, Run, filtering
from copydesk.batch.messages import PartStaged, Unit, decode_worker_message
from copydesk.batch.pool import StagedPart, read_staged_part
from copydesk.batch.state import RunState
from copydesk.batch.worker import Worker
from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending
from copydesk.readers import record_fields
from copydesk.readers.record_fields import Names
from copydesk.store import Format, Store
from in_process import cleaned_once
from runs import cut_into, own_profiles, story, tree

IDS = ("a", "A", "b", "B", "c", "d", "e", "f", "")
"""Some of them want one file name."""

MARK = "\n\nA page of Fernhill Weekly"

LIMITS = (
    *("", "", "[keep]\nmin_words = 25\n", "[keep]\nmin_words = 26\n", '[keep]\nlanguages = ["de"]\n'),
    *('[keep]\nmin_words = 26\npages = ["story"]\n', "[keep]\nmin_confidence = 0.86\n"),
)
"""The stories have 24 to 26 words and a confidence of .79 to .86: some reach these limits, and some do not."""

MOST_ROUNDS = 30

Row = tuple[str, int]
"""A record: its id, and the number of its story; a negative one is that of a page of Fernhill Weekly, 0 has no text."""


@dataclass(frozen=True)
class Step:
    """The inputs and the course of a run: a container and texts in one folder, texts in another.

    Where these are numbers, it dies after `dies` parts, or while it publishes the files of dump `torn`.  `lost` is the
    place of an output file that is removed before; `profile`: the settings know Fernhill Weekly; `off`: a rule is off.
    `keep` is the table of limits; the run dies after it has moved the files of `moved` dumps because of other limits.
    Ranges have `dumps` dumps, and are assumed to have `assumed` bytes; worker `weak` has no memory for the records from
    the third on.
    """

    box: tuple[Row, ...]
    texts: tuple[Row, ...]
    others: tuple[Row, ...]
    formats: tuple[Format, ...]
    profile: bool
    off: bool
    keep: str
    dies: int | None
    moved: int | None
    torn: int | None
    lost: int | None
    seed: int
    dumps: int
    assumed: int
    weak: int | None


rows = st.lists(st.tuples(st.sampled_from(IDS), st.integers(-3, 6)), max_size=9).map(tuple)
changes = st.tuples(st.integers(0, 9), st.integers(0, 9), rows)


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    """A few runs; from one to the next a piece of the container becomes another."""
    found: list[Step] = []
    box, texts, others = draw(rows), draw(rows), draw(rows)
    formats = draw(st.sampled_from(((Format.MD, Format.JSON, Format.JSONL), (Format.JSONL,), (Format.JSON,))))
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            start, length, new = draw(changes)
            box = (*box[:start], *new[:3], *box[start + min(length, 2) :])
        if draw(st.integers(0, 3)) == 0:
            texts, others = draw(rows), draw(rows)
        found.append(
            Step(
                box,
                texts,
                others,
                formats,
                profile=draw(st.booleans()),
                off=draw(st.integers(0, 5)) == 0,
                keep=draw(st.sampled_from(LIMITS)),
                moved=draw(st.one_of(st.none(), st.none(), st.integers(0, 3))),
                dies=draw(st.one_of(st.none(), st.integers(0, 4))),
                torn=draw(st.one_of(st.none(), st.integers(0, 8))),
                lost=draw(st.one_of(st.none(), st.integers(0, 20))),
                seed=draw(st.integers(0, 10**6)),
                dumps=draw(st.integers(1, 4)),
                assumed=draw(st.sampled_from((300, 3_000, 10**6))),
                weak=draw(st.one_of(st.none(), st.none(), st.integers(0, 2))),
            )
        )
    last = replace(found[-1], dies=None, torn=None, moved=None, lost=None, weak=None)
    return [
        *found,
        last,
        last,
    ]  # the last one tries again what the one before it could not, or took over from a broken one


def write(above: Path, step: Step) -> None:
    """The dumps of a step."""
    box = "".join(json.dumps({"id": own, "text": text(number)}) + "\n" for own, number in step.box)
    put(above / "dumps", {"box.jsonl": box, **named(step.texts)})
    put(above / "others", named(step.others))


def named(texts: tuple[Row, ...]) -> dict[str, str]:
    """Files of text by their names."""
    return {f"{own or 'none'}.txt": text(number) for own, number in texts}


def put(folder: Path, wanted: dict[str, str]) -> None:
    """Let a folder have these files; what has not changed is not touched."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")


def text(number: int) -> str:
    """The story of that number."""
    return story(-number, MARK) if number < 0 else story(number) if number else ""


class DiedError(Exception):
    """The end of a run that does not finish."""


def run(job: Job, step: Step) -> None:
    """A run with three workers in this process; the order of units and parts depends on the step's seed."""
    chance = random.Random(step.seed)
    left = step.dies
    with Run(job) as own, torn(step.torn), stopped(step.moved):
        for number, units in enumerate(own.rounds()):
            assert number < MOST_ROUNDS
            parts: list[StagedPart] = []
            for one in cleaned(units, job, chance, step.weak):
                parts.append(one)
                while parts and chance.random() < 0.6:
                    if left == 0:
                        raise DiedError
                    left = None if left is None else left - 1
                    own.publish(parts.pop(chance.randrange(len(parts))))
            for one in parts:
                own.publish(one)
        own.finish()


@contextmanager
def without_memory() -> Iterator[None]:
    """No record can be read from the third on."""
    dump_of = record_fields.dump_of

    def failing(
        record: dict[str, Json], raw: bytes, number: int | None, names: Names, settings: Config
    ) -> Pending | Reject:
        if number is not None and number > 2:
            raise MemoryError
        return dump_of(record, raw, number, names, settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_fields, "dump_of", failing)
        yield


@contextmanager
def torn(after: int | None) -> Iterator[None]:
    """So many dumps get all their files, the next one only the first of them."""
    publish, left = Store.publish, after

    def dying(self: Store, files: Mapping[str, Path | None]) -> bool:
        nonlocal left
        if left == 0:
            publish(self, dict(list(files.items())[:1]))
            raise DiedError
        left = None if left is None else left - 1
        return publish(self, files)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "publish", dying)
        yield


@contextmanager
def stopped(after: int | None) -> Iterator[None]:
    """So many dumps are moved because of other limits; the next one gets its files, and then the run dies."""
    change, left = filtering._change_files, after

    def dying(state: RunState, file: int, move: filtering._Move) -> None:
        nonlocal left
        change(state, file, move)
        if left == 0:
            raise DiedError
        left = None if left is None else left - 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "_change_files", dying)
        yield


def cleaned(units: Iterator[Unit], job: Job, chance: random.Random, weak: int | None) -> Iterator[StagedPart]:
    """The parts of units that workers take up in any order, some at a time; now and then one is replaced."""
    said = [io.BytesIO() for _ in range(3)]
    workers = [Worker(job.setup, one) for one in said]
    waiting = list(islice(units, 3))
    try:
        while waiting:
            unit = waiting.pop(chance.randrange(len(waiting)))
            place = chance.randrange(3)
            said[place].seek(0)
            said[place].truncate()
            if chance.random() < 0.1:
                workers[place].close()
                workers[place] = Worker(job.setup, said[place])
            with without_memory() if place == weak else nullcontext():
                workers[place].clean(unit)
            for line in said[place].getvalue().splitlines():
                message = decode_worker_message(line)
                if isinstance(message, PartStaged):
                    yield read_staged_part(Path(job.setup.work) / message.folder)
            waiting += islice(units, 1)
    finally:
        for worker in workers:
            worker.close()


def job_of(above: Path, output: Path, step: Step) -> Job:
    """The run of a step."""
    made = above / "own.toml"
    sources = above / "sources"
    profile = sources / "fernhill.toml"
    made.write_text(
        '[sources]\ndirectory = "sources"\n' + ('[edits]\noff = ["spacing.comma"]\n' if step.off else "") + step.keep,
        encoding="utf-8",
    )
    profile.unlink(missing_ok=True)
    if step.profile:
        profile.write_text(
            'evidence = "made up"\npublisher = "Fernhill Weekly"\nmarkers = ["A page of Fernhill Weekly"]\n',
            encoding="utf-8",
        )
    return Job(batch.plan([above / "dumps", above / "others"]), output, step.formats, config.resolve(made), prune=True)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with cleaned_once():
        yield


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps())
def test_what_is_written_depends_on_the_last_run_alone(all_steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        above = Path(name)
        own_profiles(above)
        for step in all_steps:
            write(above, step)
            if step.lost is not None:
                files = [
                    path
                    for path in sorted((above / "out").rglob("*"))
                    if path.is_file() and ".copydesk" not in path.parts
                ]
                for path in files[step.lost : step.lost + 1]:
                    path.unlink()
            with suppress(batch.InputError, DiedError), pytest.MonkeyPatch.context() as patch:
                cut_into(patch, dumps=step.dumps, assumed=step.assumed)
                run(job_of(above, above / "out", step), step)
        last = replace(all_steps[-1], seed=0)
        try:
            run(job_of(above, above / "wanted", last), last)
        except batch.InputError:
            return
        assert tree(above / "out") == tree(above / "wanted")
