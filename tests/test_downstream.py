"""What others read: shards of JSON Lines and Parquet, loaded by the packages that corpus builders use."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from copydesk import batch
from copydesk.batch import Job
from copydesk.store import Format

STORY = (
    "Bridge number {n} to stay closed for a year\n\nThe council voted on Monday evening to close bridge {n} to all "
    "traffic until next spring, as engineers had asked it to do.\n\nMore from Northford News\n\n"
    "Flood of the century leaves town {n} without a road\n\nMayor says she will not run again next spring"
)
FORMATS = (Format.JSONL, Format.JSONL_GZ, Format.PARQUET)


pytestmark = pytest.mark.usefixtures("in_process_workers")


def job(folder: Path, output: Path, size: int | None, count: int = 7) -> Job:
    folder.mkdir(exist_ok=True)
    rows = [{"id": f"r{n}", "text": STORY.format(n=n), "score": n} for n in range(count)]
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Job(batch.plan([folder]), output, FORMATS, shard_size=size)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("downstream")
    batch.run(job(folder / "in", folder / "out", 3))
    return folder / "out"


ARTICLES = "records-*[0-9]"
"""The files of articles; those of teasers end with a word."""


def texts(output: Path, files: str = ARTICLES) -> list[str]:
    lines = "".join(path.read_text(encoding="utf-8") for path in sorted(output.glob(f"{files}.jsonl"))).splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.mark.slow
def test_shards_have_stable_names_and_hold_the_same(output: Path) -> None:
    assert sorted(path.name for path in output.glob("[!.]*")) == [
        f"records-0000{n}{part}.{suffix}"
        for n in range(3)
        for part, suffix in (
            *(("", suffix) for suffix in ("jsonl", "jsonl.gz", "parquet")),
            *((".teasers", suffix) for suffix in ("jsonl", "jsonl.gz", "parquet")),
        )
    ]
    for path in output.glob("*.jsonl"):
        assert gzip.decompress(path.with_suffix(".jsonl.gz").read_bytes()) == path.read_bytes()
    for part, kind in (("", "article"), (".teasers", "teaser")):
        lines = (output / f"records-00000{part}.jsonl").read_text("utf-8").splitlines()
        assert {json.loads(line)["kind"] for line in lines} == {kind}
        assert len(lines) == 3 if kind == "article" else len(lines) > 3


def test_a_second_run_changes_nothing_and_fewer_records_leave_no_old_shard(tmp_path: Path) -> None:
    first = batch.run(job(tmp_path / "in", tmp_path / "out", 3))
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").glob("[!.]*")}
    again = batch.run(job(tmp_path / "in", tmp_path / "out", 3))
    assert (first.counts.written, first.counts.unchanged, again.counts.written, again.counts.unchanged) == (7, 0, 0, 7)
    assert before == {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").glob("[!.]*")
    }
    batch.run(job(tmp_path / "in", tmp_path / "out", None, count=2))
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == [
        "records.jsonl", "records.jsonl.gz", "records.parquet",
        "records.teasers.jsonl", "records.teasers.jsonl.gz", "records.teasers.parquet",
    ]  # fmt: skip


def test_a_damaged_or_foreign_output_file_is_written_again(tmp_path: Path) -> None:
    import polars

    batch.run(job(tmp_path / "in", tmp_path / "out", None))
    sound = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("[!.]*")}
    packed = bytearray(sound["records.jsonl.gz"])
    packed[40:80] = b"\xff" * 40
    (tmp_path / "out" / "records.jsonl.gz").write_bytes(packed)
    polars.DataFrame({"a": [1]}).write_parquet(tmp_path / "out" / "records.parquet")
    batch.run(job(tmp_path / "in", tmp_path / "out", None))
    assert sound == {path.name: path.read_bytes() for path in (tmp_path / "out").glob("[!.]*")}


@pytest.mark.slow
def test_datatrove(output: Path) -> None:
    from datatrove.pipeline.readers import JsonlReader, ParquetReader

    lines = [document.text for document in JsonlReader(str(output), glob_pattern=f"{ARTICLES}.jsonl")()]
    rows = [document.text for document in ParquetReader(str(output), glob_pattern=f"{ARTICLES}.parquet")()]
    wanted = [text for text in texts(output) if text]  # datatrove skips documents without text
    assert lines == rows == wanted


@pytest.mark.slow
def test_datasets(output: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    for names in (ARTICLES, "records-*.teasers"):
        for kind, suffix in (("parquet", "parquet"), ("json", "jsonl")):
            files = sorted(map(str, output.glob(f"{names}.{suffix}")))
            loaded = load_dataset(kind, data_files=files, split="train", cache_dir=str(tmp_path))
            assert loaded["text"][:] == texts(output, names)


@pytest.mark.slow
def test_duckdb_and_polars(output: Path) -> None:
    import duckdb
    import polars

    for table in (f"read_parquet('{output}/*.parquet')", f"read_json('{output}/*.jsonl')"):
        query = f"select text, metadata.title from {table} where kind = 'article' order by id"  # noqa: S608
        rows = duckdb.execute(query).fetchall()
        assert len(rows) == 7
        assert {title for _, title in rows} == {f"Bridge number {n} to stay closed for a year" for n in range(7)}
    assert polars.read_parquet(f"{output}/{ARTICLES}.parquet")["text"].to_list() == texts(output)
    assert sum(polars.read_ndjson(path).height for path in output.glob(f"{ARTICLES}.jsonl")) == len(texts(output))


class DolmaDocument(msgspec.Struct):
    """The fields that Dolma 1.2.1 decodes a line into, with the same library; its package needs an s3fs of 2023."""

    id: str
    text: str
    source: str
    created: str = ""
    added: str = ""
    version: str | None = None
    metadata: dict[str, object] | None = None
    attributes: dict[str, list[tuple[int, int, float]]] | None = None


def test_dolma(output: Path) -> None:
    lines = (output / "records-00000.jsonl").read_text("utf-8").splitlines()
    rows = [msgspec.json.decode(line, type=DolmaDocument) for line in lines]
    assert [row.text for row in rows] == [json.loads(line)["text"] for line in lines]
    assert all(row.id and row.source and row.metadata for row in rows)
