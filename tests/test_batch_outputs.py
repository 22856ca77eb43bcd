"""Files that are gone, names that two dumps want, formats, and manifests that are damaged."""

import importlib
import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import batch, config
from copydesk.batch import Job, Run, Summary
from copydesk.batch.messages import PartStaged, decode_worker_message
from copydesk.batch.pool import read_staged_part
from copydesk.batch.worker import Worker
from copydesk.store import MAX_NAME_BYTES, OutputName
from runs import FORMATS, clean_once, cut_into, fill, rejects, run_again, story, trap, tree

pytestmark = pytest.mark.usefixtures("in_process_workers")


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def test_files_that_are_gone_are_reported_and_removed_with_prune(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    (folder / "below").mkdir()
    (folder / "below" / "x.txt").write_text(story(50), encoding="utf-8")
    arguments = ("clean", folder, "-o", "out", "--format", "md,json,jsonl")
    copydesk(*arguments)
    (folder / "story-0001.txt").unlink()
    shutil.rmtree(folder / "below")
    wanted = clean_once(folder, tmp_path / "wanted")
    run = copydesk(*arguments)
    assert run.returncode == 0
    assert run.stderr.decode().startswith(
        "2 inputs are gone: the outputs are still there; --prune removes them\n"
        "0 written, 2 unchanged, 0 rejected -> out\n"
    )
    assert (tmp_path / "out" / "below" / "x.md").is_file()
    run = copydesk(*arguments, "--prune")
    assert run.stderr.decode().startswith("2 inputs are gone: the outputs were removed\n")
    assert tree(tmp_path / "out") == wanted
    assert not (tmp_path / "out" / "below").exists()
    assert b"are gone" not in copydesk(*arguments).stderr


def named(output: Path) -> dict[str, str]:
    """The source of each article in an output, by the name of its JSON file."""
    files = {name.removesuffix(".json"): data for name, data in tree(output).items() if name.endswith(".json")}
    return {name: json.loads(data)["source"] for name, data in files.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["page.html"], ["page"]),
        (["page.txt", "page.html"], ["page", "page.html"]),
        (["page.htm", "page.html", "PAGE.XHTML"], ["page.htm", "page.html", "PAGE"]),
        (["x", "x.txt", "x.html"], ["x", "x.txt", "x.html"]),
        (["page.html.txt", "page.html", "page.txt"], ["page.html.txt", "page.html", "page"]),
        (["Story.txt", "story.txt", "STORY.txt"], ["Story.txt", "story-cdfde293", "STORY"]),
        (["caf\xe9.txt", "cafe\u0301.txt"], ["caf\xe9", "cafe_-81ef060b"]),
        (["stra\xdfe.html", "strasse.txt"], ["stra\xdfe.html", "strasse"]),
        (["A/p.txt", "a/p.txt"], ["A/p", "a/p.txt"]),
    ],
)
def test_files_that_want_one_name_are_all_cleaned_in_any_order_of_arrival(
    tmp_path: Path, files: list[str], names: list[str]
) -> None:
    """However the files come: at once, one after the other, forwards or backwards; and when one is gone again."""
    wanted = dict(zip(names, files, strict=True))
    for number, order in enumerate((files, files[::-1])):
        folder, output = tmp_path / f"dumps{number}", tmp_path / f"out{number}"
        for name in order:
            put_page(folder, name)
            run_here(folder, output)
        assert named(output) == wanted
        assert run_here(folder, output).skipped == len(files)
        (folder / files[-1]).unlink()
        if len(files) > 1:
            run_here(folder, output, prune=True)
            run_here(folder, tmp_path / f"without{number}")
            assert tree(output) == tree(tmp_path / f"without{number}")
    for name in files:
        put_page(tmp_path / "all", name)
    run_here(tmp_path / "all", tmp_path / "at-once")
    assert named(tmp_path / "at-once") == wanted


def put_page(folder: Path, name: str) -> None:
    """Write a text, or a page if the name is that of a page."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    text = story(1) if "htm" not in name.lower() else f"<html><body><p>{story(1)}</p></body></html>"
    (folder / name).write_text(text, encoding="utf-8")


def run_here(folder: Path, output: Path, *, prune: bool = False) -> Summary:
    """A run with its worker in this process, which takes less time to start."""
    job = Job(batch.plan([folder]), output, FORMATS, prune=prune)
    with Run(job) as own:
        for units in own.rounds():
            for unit in units:
                answers = io.BytesIO()
                worker = Worker(job.setup, answers)
                worker.clean(unit)
                worker.close()
                for message in map(decode_worker_message, answers.getvalue().splitlines()):
                    if isinstance(message, PartStaged):
                        own.publish(read_staged_part(Path(job.setup.work) / message.folder))
        return own.finish()


def test_ids_that_differ_in_capitals_are_all_cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one worker, and by three that clean ranges of the container in any order."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    ids = ["A1", "a1", "e\u0301", "\xe9", "b", "\xc9", "B", "a1", "aB", "Ab"]
    rows = [json.dumps({"id": own, "text": story(n)}) + "\n" for n, own in enumerate(ids)]
    (folder / "box.jsonl").write_text("".join(rows), encoding="utf-8")
    once = clean_once(folder, tmp_path / "once")
    assert len(named(tmp_path / "once")) == len(ids)
    assert rejects(tmp_path / "once") == {}
    assert {"box.jsonl/A1", "box.jsonl/b", "box.jsonl/8"} < named(tmp_path / "once").keys()
    cut_into(monkeypatch, dumps=1)
    run_again(folder, tmp_path / "out", jobs=3)
    assert tree(tmp_path / "out") == once


def test_an_output_with_a_name_of_an_earlier_version_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, the name was the whole source of a page.  Another version cleans everything again."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    (folder / "page.html").write_text(f"<html><body><p>{story(1)}</p></body></html>", encoding="utf-8")
    for module in ("publish", "state", "remaining"):
        monkeypatch.setattr(
            importlib.import_module(f"copydesk.batch.{module}"), "output_names", lambda source: (OutputName(source, 0),)
        )
    run_here(folder, tmp_path / "out")
    assert named(tmp_path / "out") == {"page.html": "page.html"}
    monkeypatch.undo()
    done = run_here(folder, tmp_path / "out")
    assert (done.counts.written, named(tmp_path / "out")) == (1, {"page": "page.html"})
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


def test_a_dump_gets_its_name_when_the_file_that_had_it_is_gone(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (folder / "A.txt").write_text(story(1), encoding="utf-8")
    (folder / "a.txt").write_text(story(2), encoding="utf-8")
    run_again(folder, tmp_path / "out")
    assert named(tmp_path / "out") == {"A": "A.txt", "a.txt": "a.txt", "story-0000": "story-0000.txt"}
    (folder / "A.txt").unlink()
    done = run_again(folder, tmp_path / "out", prune=True)
    assert (done.vanished, done.counts.written, done.counts.rejected) == (("A.txt",), 1, 0)
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


@pytest.mark.slow
def test_a_dump_gets_a_name_that_becomes_free_late_in_the_run(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes first: A.txt, which is empty now, shares a unit with a dump that takes long, so a.txt does."""
    monkeypatch.setattr(importlib.import_module("copydesk.batch.remaining"), "MAX_UNIT_FILES", 2)
    folder = fill(tmp_path / "dumps", 0)
    for number, name in enumerate(("A.txt", "B.txt", "a.txt")):
        (folder / name).write_text(story(number), encoding="utf-8")
    run_again(folder, tmp_path / "out", jobs=2)
    assert rejects(tmp_path / "out") == {}
    (folder / "A.txt").write_text("", encoding="utf-8")
    (folder / "B.txt").write_text(story(7, trap("nap")), encoding="utf-8")
    run_again(folder, tmp_path / "out", jobs=2)
    assert rejects(tmp_path / "out") == {"A.txt": "empty"}
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


def test_a_folder_that_moved_or_has_another_path_keeps_its_outputs(tmp_path: Path) -> None:
    folder, output = fill(tmp_path / "a" / "dumps", 3), tmp_path / "out"
    wanted = clean_once(folder, output)
    moved = tmp_path / "b"
    (tmp_path / "a").rename(moved)
    summary = run_again(moved / "dumps", output)
    assert (summary.cleaned, summary.counts.rejected, len(summary.vanished)) == (3, 0, 3)
    assert run_again(moved / ".." / "b" / "dumps", output).skipped == 3
    assert tree(output) == wanted


def test_of_two_files_with_one_name_the_one_that_is_given_has_the_output(tmp_path: Path) -> None:
    """Two folders with a file of one name, one after the other: the output is that of the last."""
    first, second, output = tmp_path / "a", tmp_path / "b", tmp_path / "out"
    for folder, number in ((first, 1), (second, 2)):
        folder.mkdir()
        (folder / "p.txt").write_text(story(number), encoding="utf-8")
    for folder, number in ((second, 2), (first, 1), (second, 2)):
        assert run_again(folder, output).counts.written == 1
        assert f"number {number} to stay" in (output / "p.md").read_text(encoding="utf-8")
    both = batch.run(Job(batch.plan([first, second]), output, FORMATS))
    assert (both.counts.rejected, rejects(output)) == (1, {"p.txt": "name_taken"})
    assert "number 1 to stay" in (output / "p.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_files_of_formats_that_are_no_longer_asked_for_are_removed(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    names: dict[str, set[str]] = {}
    for formats in ("md,json,jsonl", "json", "parquet,jsonl.gz", "md"):
        assert copydesk("clean", folder, "-o", "out", "--format", formats).returncode == 0
        assert copydesk("verify", "out").returncode == 0
        names[formats] = {name.partition(".")[2] for name in tree(tmp_path / "out")}
    assert names["md,json,jsonl"] == {"md", "json", "jsonl", "teasers.md", "teasers.jsonl"}
    assert names["json"] == {"json", "teasers.jsonl"}
    assert names["parquet,jsonl.gz"] == {"parquet", "jsonl.gz", "teasers.parquet", "teasers.jsonl.gz"}
    assert names["md"] == {"md", "teasers.md"}


def test_verify_reports_lost_and_doubled_records(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    copydesk("clean", folder, "-o", "out", "--format", "jsonl")
    path = tmp_path / "out" / "records.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in ([lines[0], *lines[:-1]], lines[:-1], [*lines, lines[0]]):
        path.write_bytes(b"".join(damaged))
        assert copydesk("verify", "out").returncode == 1
    assert copydesk("clean", folder, "-o", "out", "--format", "jsonl").returncode == 0
    assert path.read_bytes() == b"".join(lines)


def test_a_damaged_manifest_is_reported_in_one_line(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    copydesk("clean", folder, "-o", "out")
    path = tmp_path / "out" / ".copydesk" / "manifest.sqlite"
    with closing(sqlite3.connect(path)) as base:
        ((size,),) = base.execute("pragma page_size").fetchall()
        pages = base.execute("select rootpage from sqlite_master where name in ('inputs', 'documents')").fetchall()
    with path.open("r+b") as stream:
        for (page,) in pages:
            stream.seek((page - 1) * size)
            stream.write(b"\xff" * size)
    for command in (("status", "out"), ("verify", "out"), ("clean", folder, "-o", "out")):
        run = copydesk(*command)
        assert (run.returncode, run.stderr.count(b"\n"), b"Traceback" in run.stderr) == (3, 1, False), run.stderr


@pytest.mark.parametrize("damage", ["head", "form"])
def test_a_manifest_of_another_schema_is_not_shown_and_is_rebuilt_by_a_run(
    copydesk: Copydesk, tmp_path: Path, damage: str
) -> None:
    folder = fill(tmp_path / "dumps", 2)
    copydesk("clean", folder, "-o", "out")
    path = tmp_path / "out" / ".copydesk" / "manifest.sqlite"
    if damage == "head":
        path.write_bytes(b"x" * 100 + path.read_bytes()[100:])
    else:
        with closing(sqlite3.connect(path)) as base:
            base.execute("pragma user_version = 99")
    before = path.read_bytes()
    for command in ("status", "verify"):
        run = copydesk(command, "out")
        assert (run.returncode, b"not a manifest that this version of copydesk can read" in run.stderr) == (3, True)
    assert path.read_bytes() == before
    assert (
        copydesk("clean", folder, "-o", "out").stderr.decode().partition("\n")[0]
        == "0 written, 2 unchanged, 0 rejected -> out"
    )
    assert copydesk("verify", "out").returncode == 0


def test_a_shard_size_of_zero_is_an_error(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    with pytest.raises(config.ConfigError, match="must be at least 1, got 0"):
        batch.run(Job(batch.plan([folder]), tmp_path / "out", FORMATS, shard_size=0))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["\u65e5" * 83, "\xe9" * 100, "a" + "\u65e5" * 70])
def test_a_long_name_is_cut_by_bytes_and_stays_text(copydesk: Copydesk, tmp_path: Path, name: str) -> None:
    """File systems allow 255 bytes; a name of fewer characters can have more bytes."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    (folder / f"{name}.txt").write_text(story(1), encoding="utf-8")
    assert copydesk("clean", folder, "-o", "out").returncode == 0
    written = sorted(tree(tmp_path / "out"))
    assert [one.partition(".")[2] for one in written] == ["json", "md", "teasers.jsonl", "teasers.md"]
    digest = len("-01234567")
    for one in written:
        stem = one.partition(".")[0]
        assert MAX_NAME_BYTES - 4 < len(stem.encode()) - digest <= MAX_NAME_BYTES
        assert name.startswith(stem[:-digest])
