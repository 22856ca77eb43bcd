"""The README's commands, as they stand, in a copy of the project."""

import json
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pyarrow.parquet
import pytest
import zstandard
from warcio.warcwriter import WARCWriter

from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def blocks(language: str, holding: str) -> list[str]:
    return [block for name, block in BLOCKS if name == language and holding in block]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the dumps that the README speaks of; its `.venv` is the interpreter of the tests."""
    for name in ("seeds", "flows", "config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    seed = (ROOT / "seeds" / "001_e44f8cae6a5b3f72.txt").read_text(encoding="utf-8")
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "page.txt").write_text(seed, encoding="utf-8")
    shutil.copy(tmp_path / "dumps" / "page.txt", tmp_path / "page.txt")
    (tmp_path / "crawl.jsonl").write_text('{"id": "a", "text": "Home\\nNews\\nSport"}\n', encoding="utf-8")
    records = (tmp_path / "crawl.jsonl").read_bytes()
    (tmp_path / "dumps" / "b.jsonl.zst").write_bytes(zstandard.compress(records))
    page = f"<html><body><p>{seed}</p></body></html>".encode()
    (tmp_path / "page.html").write_bytes(page)
    with (tmp_path / "crawl.warc.gz").open("wb") as stream, BytesIO(page) as payload:
        writer = WARCWriter(stream, gzip=True)
        writer.write_record(
            writer.create_warc_record(
                "https://example.org/a", "resource", payload=payload, warc_content_type="text/html"
            )
        )
    rows = [json.loads(line) for line in records.splitlines()]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "crawl.parquet")
    return tmp_path


def test_the_commands(project: Path) -> None:
    (commands,) = blocks("sh", "copydesk explain")
    shim = f'copydesk() {{ "{sys.executable}" -m copydesk.cli "$@"; }}\n'
    run = subprocess.run(["bash", "-euc", shim + commands], cwd=project, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    assert (project / "web" / "records.jsonl").stat().st_size
    assert (project / "records.jsonl").read_text(encoding="utf-8").count("\n") == 1
    assert "$schema" in run.stdout.decode()


def test_the_python_example(project: Path) -> None:
    (example,) = blocks("python", "copydesk.clean")
    assert len(example.strip().splitlines()) <= 7
    run = subprocess.run([sys.executable, "-c", example], cwd=project, capture_output=True, check=True)
    lines = run.stdout.decode().splitlines()
    assert lines[0].startswith("A headline of note It rained, said the mayor")
    assert lines[1] == "[('', ' ', ('spacing.comma',))]"


def test_the_example_of_a_profile_is_one(project: Path) -> None:
    from copydesk import config

    (profile,) = blocks("toml", "hosts")
    (project / "own").mkdir()
    (project / "own" / "example.toml").write_text(profile, encoding="utf-8")
    (project / "own.toml").write_text('[sources]\ndirectory = "own"\n', encoding="utf-8")
    assert config.load(project / "own.toml").profiles[0].publisher == "Example News"


def test_the_example_of_a_dump_shows_what_the_seed_gives() -> None:
    (shown,) = blocks("markdown", "# Gaza truce talks")
    given = (ROOT / "output" / "001_e44f8cae6a5b3f72.md").read_text(encoding="utf-8")
    for line in filter(None, shown.splitlines()):
        assert line.strip(". ") in given


def test_every_field_label_and_reason_is_explained() -> None:
    from dataclasses import fields

    from copydesk.document import Label, Metadata, Provenance, Record

    for kind in (Record, Metadata, Provenance):
        for field in fields(kind):
            assert f"`{field.name}`" in README
    for label in Label:
        assert f"`{label}`" in README
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "copydesk").rglob("*.py"))
    reasons = set(re.findall(r'Reject\([^()]*(?:\([^()]*\))?[^()]*?, "(\w+)"|UnreadableError\(\s*"(\w+)"', source))
    for reason in {name for pair in reasons for name in pair if name}:
        assert f"`{reason}`" in README


@pytest.mark.slow
def test_an_installed_package_needs_nothing_of_the_checkout(tmp_path: Path) -> None:
    """A wheel, unpacked elsewhere, finds its configuration and its phrases."""
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r})\n"
        "import copydesk; from copydesk import config\n"
        f"assert copydesk.__file__.startswith({str(tmp_path)!r})\n"
        "print([p.name for p in config.default().profiles], copydesk.clean('Share').article.blocks[0].label)"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert run.stdout.decode() == "['npr'] control\n"
