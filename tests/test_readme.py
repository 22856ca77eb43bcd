"""README and docs: their commands run in a copy of the project, and they name everything that users read or write."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import asdict, fields
from io import BytesIO
from pathlib import Path

import click
import pyarrow.parquet
import pytest
import zstandard
from warcio.warcwriter import WARCWriter

from conftest import ROOT
from copydesk import config
from copydesk.cli import main
from copydesk.document import Author, Block, Copyright, Image, Label, Metadata, Provenance, Record
from copydesk.edits import Edit
from copydesk.exit_codes import ExitCode

MAX_README_LINES = 150
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "training" / "README.md",
        *(ROOT / "docs").iterdir(),
    )
}
README, COMMANDS, RECORD, FIELDS, SOURCE = (
    PAGES[name]
    for name in ("README.md", "docs/commands.md", "docs/record.md", "docs/fields.md", "docs/how-it-works.md")
)


def blocks(page: str, language: str, content: str) -> list[str]:
    """The fenced blocks of the page in this language that contain the text."""
    found = re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)
    return [block for name, block in found if name == language and content in block]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the dumps that the pages name; its `.venv` is the interpreter of the tests."""
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


def run_commands(project: Path, commands: str) -> "subprocess.CompletedProcess[bytes]":
    shim = f'copydesk() {{ "{sys.executable}" -m copydesk.cli "$@"; }}\n'
    run = subprocess.run(["bash", "-euc", shim + commands], cwd=project, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run


def test_the_commands(project: Path) -> None:
    (commands,) = blocks(COMMANDS, "sh", "copydesk explain")
    run = run_commands(project, commands)
    assert (project / "web" / "records.jsonl").stat().st_size
    assert (project / "records.jsonl").read_text(encoding="utf-8").count("\n") == 1
    assert "$schema" in run.stdout.decode()


def test_the_recipes_of_the_readme(project: Path) -> None:
    recipes = blocks(README, "sh", "copydesk clean")[1:]  # the first block is the quick start
    assert len(recipes) == 2
    run_commands(project, "".join(recipes))
    assert (project / "page.txt").read_bytes() == (project / "dumps" / "page.txt").read_bytes()
    assert (project / "shards" / "records-00000.parquet").stat().st_size


def test_the_python_example(project: Path) -> None:
    (example,) = blocks(README, "python", "copydesk.clean")
    assert len(example.strip().splitlines()) <= 7
    run = subprocess.run([sys.executable, "-c", example], cwd=project, capture_output=True, check=True)
    lines = run.stdout.decode().splitlines()
    assert lines[0].startswith("A headline of note It rained, said the mayor")
    assert lines[1] == "[('', ' ', ('spacing.comma',))]"


def test_the_example_of_a_profile_is_one(project: Path) -> None:
    (profile,) = blocks(COMMANDS, "toml", "hosts")
    (project / "own").mkdir()
    (project / "own" / "example.toml").write_text(profile, encoding="utf-8")
    (project / "own.toml").write_text('[sources]\ndirectory = "own"\n', encoding="utf-8")
    assert config.load(project / "own.toml").profiles[0].publisher == "Example News"


def test_the_example_of_a_dump_shows_what_the_seed_gives() -> None:
    (shown,) = blocks(README, "markdown", "# Gaza truce talks")
    given = (ROOT / "output" / "001_e44f8cae6a5b3f72.md").read_text(encoding="utf-8")
    for line in filter(None, shown.splitlines()):
        assert line.strip(". ") in given


def test_the_readme_is_short() -> None:
    assert README.count("\n") <= MAX_README_LINES


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_to_files(page: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)", PAGES[page]):
        assert ((ROOT / page).parent / link).exists(), link


@pytest.mark.parametrize("kind", [Record, Provenance, Block, Edit])
def test_every_field_of_the_record_is_explained(kind: type) -> None:
    for field in fields(kind):
        assert f"`{field.name}`" in RECORD


def test_every_label_is_explained() -> None:
    for label in Label:
        assert f"`{label}`" in RECORD


def test_every_field_of_the_metadata_has_its_section() -> None:
    names = [field.name for field in fields(Metadata)]
    assert re.findall(r"^## (\w+)$", FIELDS, re.MULTILINE) == names
    for section in FIELDS.split("\n## ")[1:]:
        assert all(f"{part}:" in section for part in ("Never", "Good", "Bad", "Not yet")), section
    for kind in (Author, Image, Copyright):
        for field in fields(kind):
            assert f"`{field.name}`" in FIELDS


def test_every_reason_is_explained() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "copydesk").rglob("*.py"))
    reasons = set(re.findall(r'Reject\([^()]*(?:\([^()]*\))?[^()]*?, "(\w+)"|UnreadableError\(\s*"(\w+)"', source))
    for reason in {name for pair in reasons for name in pair if name}:
        assert f"`{reason}`" in COMMANDS


def test_every_setting_is_explained_and_in_the_file_of_settings() -> None:
    written = tomllib.loads((ROOT / "config" / "copydesk.toml").read_text(encoding="utf-8"))
    in_code = {table.name: asdict(getattr(config.Settings(), table.name)) for table in fields(config.Settings)}
    assert {name: set(table) for name, table in written.items()} == {
        name: set(table) for name, table in in_code.items()
    }
    loaded = config.load(ROOT / "config" / "copydesk.toml")
    for table, settings in in_code.items():
        assert getattr(loaded, table) == getattr(config.Settings(), table)
        for name in settings:
            assert f"`{table}.{name}`" in COMMANDS
    (example,) = blocks(COMMANDS, "toml", "[fields]")
    assert tomllib.loads(example)["fields"] == written["fields"]


def test_every_command_option_and_exit_code_is_explained() -> None:
    (shown,) = blocks(COMMANDS, "sh", "copydesk explain")
    for name, command in main.commands.items():
        assert f"copydesk {name}" in shown
        for option in command.params:
            assert not isinstance(option, click.Option) or option.opts[-1] in COMMANDS, option
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} \|", COMMANDS, re.MULTILINE)


def test_every_module_is_in_the_table_of_the_source() -> None:
    for path in (ROOT / "src" / "copydesk").iterdir():
        is_module = path.suffix == ".py" and path.stem != "__init__"
        if is_module or (path / "__init__.py").is_file():
            assert f"`{path.stem}`" in SOURCE or f"`{path.stem}/`" in SOURCE, path.stem


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
