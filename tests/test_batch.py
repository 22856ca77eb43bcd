"""Runs give the same bytes however they are done; what a large run costs."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import batch
from copydesk.batch import Job, Progress
from in_process import use_in_process_workers
from runs import FORMATS, container, cut_into, fill, rejects, run_again, story, tree


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path, dict[str, bytes]]:
    """Two folders with collisions of names, rejects, links that lead nowhere and a container; and their output."""
    above = tmp_path_factory.mktemp("mixed")
    one, two = fill(above / "one", 20), fill(above / "two", 5)
    for number, name in enumerate(("A.txt", "a.txt", "B.txt", "b.txt", "zu.txt", "ZU.txt", "Zu.txt")):
        (one / name).write_text(story(200 + number), encoding="utf-8")
    for folder in (one, two):
        (folder / "empty.txt").write_bytes(b"")
        (folder / f"{folder.name}-gone.txt").symlink_to("nowhere")
        (folder / "below").mkdir()
        (folder / "below" / "a.txt").write_text(story(300), encoding="utf-8")
    container(one / "box.jsonl", [*(story(number) for number in range(400, 480)), "", story(400)])
    container(two / "Box.jsonl", [story(number) for number in range(500, 505)])
    names = [str(one), str(two)]
    batch.run(Job(batch.plan(list(map(Path, names))), above / "out", FORMATS, jobs=1))
    assert {*rejects(above / "out").values()} == {"name_taken", "empty", "unreadable"}
    return names, above, tree(above / "out")


@pytest.mark.slow
def test_the_number_of_workers_changes_no_byte(
    copydesk: Copydesk, mixed: tuple[list[str], Path, dict[str, bytes]], tmp_path: Path
) -> None:
    """Four of them here; two in the tests above and below."""
    names, _, wanted = mixed
    run = copydesk("clean", *names, "-o", "out", "--format", "md,json,jsonl", "--jobs", "4")
    assert run.returncode == 1, run.stderr.decode()
    assert tree(tmp_path / "out") == wanted


@pytest.mark.slow
def test_the_order_of_paths_and_formats_changes_no_byte(
    copydesk: Copydesk, mixed: tuple[list[str], Path, dict[str, bytes]], tmp_path: Path
) -> None:
    names, _, wanted = mixed
    copydesk("clean", *reversed(names), "-o", "out", "--format", "jsonl,json,md", "--jobs", "2")
    assert tree(tmp_path / "out") == wanted


@pytest.mark.slow
def test_the_hash_seed_changes_no_byte(
    copydesk: Copydesk, mixed: tuple[list[str], Path, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, _, wanted = mixed
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        copydesk("clean", *names, "-o", f"out-{seed}", "--format", "md,json,jsonl", "--jobs", "2")
        assert tree(tmp_path / f"out-{seed}") == wanted


@pytest.mark.slow
@pytest.mark.usefixtures("in_process_workers")
@pytest.mark.parametrize(
    ("size", "files", "dumps", "assumed"), [(1, 50, 1, 10**6), (10**9, 3, 32, 1), (1_500, 10, 3, 5_000), (1, 1, 41, 1)]
)
def test_the_sizes_of_units_and_ranges_change_no_byte(
    mixed: tuple[list[str], Path, dict[str, bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    files: int,
    dumps: int,
    assumed: int,
) -> None:
    """Also in ranges of containers: of a dump, of a few, of half of them; more at once than there are, or fewer."""
    names, _, wanted = mixed
    cut_into(monkeypatch, size=size, files=files, dumps=dumps, assumed=assumed)
    batch.run(Job(batch.plan(list(map(Path, names))), tmp_path / "out", FORMATS, jobs=2))
    assert tree(tmp_path / "out") == wanted


PAGE = "<!doctype html><html><body><h1>{head}</h1><p>{text}</p></body></html>"


def write_container(path: Path, kind: str, count: int) -> None:
    """Write a container with `count` stories, and with some records that give none: broken, empty, with the same id."""
    rows = [{"id": f"r{number % (count - 1)}", "text": story(number)} for number in range(count)]
    if kind == "parquet":
        pyarrow = pytest.importorskip("pyarrow")
        rows[5]["text"] = ""
        pytest.importorskip("pyarrow.parquet").write_table(pyarrow.Table.from_pylist(rows), path)
    elif kind == "jsonl.gz":
        rows.append({"id": "R2", "text": story(99)})
        lines = ["{broken", "", *map(json.dumps, rows), "[]"]
        path.write_bytes(gzip.compress("\n".join(lines).encode()))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("more.jsonl", "".join(json.dumps(row) + "\n" for row in rows[count // 2 :]))
            for number, row in enumerate(rows[: count // 2]):
                archive.writestr(f"{number}.txt", row["text"] if number != 2 else "")
    else:
        pages = [PAGE.format(head=f"Head {row['id']}", text=row["text"]) for row in rows]
        writer = pytest.importorskip("warcio.warcwriter").WARCWriter
        headers = pytest.importorskip("warcio.statusandheaders").StatusAndHeaders
        with path.open("wb") as stream:
            made = writer(stream, gzip=True)
            for number, page in enumerate(pages):
                status = "404 Not Found" if number == 4 else "200 OK"
                answer = headers(status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.0")
                where = f"https://papers.example/{number}"
                made.write_record(
                    made.create_warc_record(
                        where,
                        "response",
                        payload=io.BytesIO(page.encode()),
                        http_headers=answer,
                        warc_headers_dict={
                            "WARC-Record-ID": f"<urn:uuid:{number}>",
                            "WARC-Date": "2024-05-01T00:00:00Z",
                        },
                    )
                )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["jsonl.gz", "parquet", "warc.gz", "zip"])
def test_two_workers_on_one_container_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One worker for all of it, or two that each pass over what the other cleans."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    write_container(folder / f"box.{kind}", kind, 30)
    with pytest.MonkeyPatch.context() as patch:
        use_in_process_workers(patch)
        whole = batch.run(Job(batch.plan([folder]), tmp_path / "wanted", FORMATS, jobs=1))
    assert (whole.counts.articles > 20, whole.counts.rejected > 0) == (True, True)
    cut_into(monkeypatch, dumps=4)
    done = batch.run(Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=2))
    assert done.counts == whole.counts
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")
    assert run_again(folder, tmp_path / "out").skipped == 1


@pytest.mark.slow
def test_progress_counts_the_bytes_read_of_a_large_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    folder.mkdir()
    container(folder / "box.jsonl", [story(number) * 60 for number in range(12)])  # more than a stream reads ahead
    seen: list[Progress] = []
    batch.run(Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=1), seen.append)
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len({share for share in shares if 0 < share < 1}) >= 4
    size = (folder / "box.jsonl").stat().st_size
    assert [one.size for one in seen if one.share == 1][-1] == size
    assert all(one.size == pytest.approx(one.share * size, abs=1) for one in seen)


PEAK = """
import sys
from pathlib import Path
from copydesk import batch
from copydesk.store import Format
folder, output = map(Path, sys.argv[1:])
batch.run(batch.Job(batch.plan([folder]), output, (Format.JSON, Format.JSONL), jobs=2))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""


def peak(folder: Path, output: Path) -> float:
    """The most memory in MB that a run's own process held; `ru_maxrss` would count that of whoever started it."""
    command = [sys.executable, "-c", PEAK, str(folder), str(output)]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=400).stdout) / 1000


@pytest.mark.slow
def test_memory_of_the_run_does_not_grow_with_the_number_of_dumps(tmp_path: Path) -> None:
    peaks = []
    for count in (200, 2_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.txt").write_text(f"Share {number}\n", encoding="utf-8")
        peaks.append(peak(folder, tmp_path / f"out-{count}"))
    assert peaks[1] < peaks[0] + 4, peaks
