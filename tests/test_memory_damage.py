"""Damaged and prepared files of a memory, and memories of very many sources."""

import json
import random
import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from copydesk import config
from copydesk.batch import plan
from copydesk.learn import learn
from copydesk.source_memory import memory_files
from copydesk.source_memory.frozen import remembered as memory_of
from copydesk.source_memory.memory_files import MemoryFileError, MemoryWriter, member_of
from copydesk.source_memory.pages import SourcePages, learned_page, merged, source_pages
from growth import grows_linearly

TEXT = "Front page\nThe bridge of Northford closes for nine weeks, says the council of the town.\nTerms of use 2024\n"


def write(folder: Path, sources: int) -> Path:
    """A memory of these sources, with a page of each."""
    path = folder / f"{sources}.memory"
    rows = [json.dumps({"url": f"https://s{n}.example.org/", "text": f"Story {n}\n{TEXT}"}) for n in range(sources)]
    (folder / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    learn(plan([folder / "rows.jsonl"]).inputs, path, config.default(), jobs=1)
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("memory"), 3)


def read(path: Path) -> None:
    """Read all that the file has."""
    if path.suffix == ".state":
        assert list(memory_files.states(path))
        return
    found = memory_files.load(path)
    assert [found.source(name) for name in found.names()]


@pytest.mark.parametrize("suffix", [".memory", ".memory.state"])
@pytest.mark.slow
def test_changed_bytes_never_end_in_an_error_of_python(tmp_path: Path, written: Path, suffix: str) -> None:
    whole = written.with_name(f"3{suffix}").read_bytes()
    errors = 0
    for seed in range(300):
        chance, data = random.Random(seed), bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            last = min(len(data), 600) if seed % 2 else len(data)  # the list of members is at the end
            data[len(data) - 1 - chance.randrange(last)] = chance.randrange(256)
        path = tmp_path / f"{seed}{suffix}"
        path.write_bytes(data)
        try:
            read(path)
        except MemoryFileError as error:
            assert str(path) in str(error)
            errors += 1
        path.unlink()
    assert errors > 200


PREPARED = {
    "pages below zero": '{"source":"x.org","pages":-5,"digests":[],"lines":{},"masked":{}}',
    "a number without end": '{"source":"x.org","pages":5,"digests":[],"lines":{"a":['
    + "9" * 400
    + ',1,1,1,1]},"masked":{}}',
    "a digest that is no number": '{"source":"x.org","pages":5,"digests":["zz"],"lines":{},"masked":{}}',
}


@pytest.mark.parametrize("data", PREPARED.values(), ids=PREPARED)
def test_a_prepared_memory_is_an_error(tmp_path: Path, data: str) -> None:
    path = tmp_path / "a.memory"
    with MemoryWriter(path, "memory") as out:
        out.end({})
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr(member_of("x.org"), data)
    with pytest.raises(MemoryFileError, match="Make the file again"):
        memory_files.load(path).source("x.org")


@pytest.mark.parametrize("texts", ['{"zz":"a"}', '{"-5":"a"}'])
def test_a_prepared_state_is_an_error(tmp_path: Path, texts: str) -> None:
    path = tmp_path / "a.state"
    with MemoryWriter(path, "state") as out:
        out.end({})
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr(member_of("x.org"), f'{{"source":"x","pages":0,"lines":0,"places":0,"texts":{texts}}}\n')
    with pytest.raises(MemoryFileError, match="Make the file again"):
        list(memory_files.states(path))


@pytest.mark.slow
def test_a_memory_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, 3)
    assert memory_files.load(path).sources == 3
    shutil.copy(write(tmp_path, 4), path)
    assert memory_files.load(path).sources == 4


@pytest.mark.slow
def test_looking_up_all_sources_takes_linear_time(tmp_path: Path) -> None:
    def made(sources: int) -> Path:
        path = tmp_path / f"{sources}.memory"
        with MemoryWriter(path, "memory") as out:
            for number in range(sources):
                found = source_pages(f"s{number}", [learned_page(TEXT)])
                out.memory_of(memory_of(merged(SourcePages(found.name, (), {}, {}), found)))
            out.end({})
        return path

    memories = {sources: made(sources) for sources in (500, 4_000)}

    def look_up(sources: int) -> None:
        found = memory_files.load(memories[sources])
        for number in range(sources):
            assert found.source(f"s{number}").pages == 1

    assert grows_linearly(look_up, 500, 4_000)
