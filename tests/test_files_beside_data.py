"""Files beside the data: left out where they are found in a folder, counted, and read if they are named."""

import json
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import batch, config
from copydesk.batch.inputs import InputError

STORY = "A headline of some length\n\nThis is a sentence with more than enough words in it to be read as a story.\n"
BESIDE = (
    *("README.md", "readme.txt", "LICENSE", "License.txt", "crawl.log", "fetch.log.1", "robots.txt", "index.cdx"),
    *("checksums.sha256", "MD5SUMS", "SHA256SUMS.txt", "dataset_info.json", "state.json", "_SUCCESS", "a.sqlite-wal"),
    *("urls.txt", "part-0.parquet.crc", "load.py", "CITATION.cff", "_common_metadata"),
)
DATA = (
    *("a.txt", "readme-of-the-year.txt", "license-fees-rise.txt", "logging-in-the-woods.html", "statement.json"),
    *("the-log.txt", "robots-at-work.txt", "notice-to-readers.txt", "state-of-the-union.json", "urls.txt.gz"),
)


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def planned(folder: Path, exclude: tuple[str, ...]) -> batch.Plan:
    return batch.plan([folder], None, exclude)


def test_files_beside_the_data_are_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name in (*BESIDE, *DATA):
        (tmp_path / name).write_text(STORY, encoding="utf-8")
        (tmp_path / "below" / name).write_text(STORY, encoding="utf-8")
    found = planned(tmp_path, config.default().inputs.exclude)
    assert {one.source for one in found.inputs} == {*DATA, *(f"below/{name}" for name in DATA)}
    assert len(found.left_out) == 2 * len(BESIDE)
    assert planned(tmp_path, ()).left_out == ()
    assert len(planned(tmp_path, ()).inputs) == 2 * len((*BESIDE, *DATA))


def test_a_file_that_is_named_is_always_read(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(STORY, encoding="utf-8")
    exclude = config.default().inputs.exclude
    assert [one.source for one in batch.plan([tmp_path / "README.md"], None, exclude).inputs] == ["README.md"]
    assert [one.source for one in batch.plan([tmp_path / "*.md"], None, exclude).inputs] == ["README.md"]
    with pytest.raises(InputError, match="files and folders left out: 1"):
        batch.plan([tmp_path], None, exclude)


def test_the_run_says_how_many_files_were_left_out(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    for name in ("a.txt", "README.md", "b.story"):
        (folder / name).write_text(STORY, encoding="utf-8")
    run = copydesk("clean", folder, "-o", "out", "--format", "jsonl")
    assert run.returncode == 0
    assert "1 file left out" in run.stderr.decode()
    own = tmp_path / "own.toml"
    own.write_text('[inputs]\nexclude = ["*.story"]\n', encoding="utf-8")
    copydesk("clean", folder, "-o", "other", "--format", "jsonl", "--config", own)
    lines = (tmp_path / "other" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["source"] for line in lines] == ["README.md", "a.txt"]
