"""README and docs: their commands run in a copy of the project, and they name everything that users read or write."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path

import click
import pytest
from tools import api_page

import copydesk
import in_process
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
        *(ROOT / "docs").glob("*.md"),
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
    """What a fresh clone has: the seeds and their output, without what a run has left here."""
    for name in ("seeds", "flows", "config", "output"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".copydesk", "__pycache__"))
    return tmp_path


def run_commands(project: Path, commands: str) -> "subprocess.CompletedProcess[bytes]":
    shim = f'copydesk() {{ "{sys.executable}" -m copydesk.cli "$@"; }}\n'
    run = subprocess.run(["bash", "-euc", shim + commands], cwd=project, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run


def run_lines(project: Path, lines: Iterable[str]) -> str:
    """What the lines print. One that is a command alone runs in this process, and one that needs a shell in a shell."""
    printed = ""
    for line in lines:
        words = shlex.split(line, comments=True)
        if words[0] == "copydesk" and not {"|", ">", "&&"} & set(words):
            run = in_process.command(project, *words[1:])
            assert run.returncode == 0, f"{line}: {run.stderr.decode()}"
        else:
            run = run_commands(project, line)
        printed += run.stdout.decode()
    return printed


@pytest.mark.slow
def test_the_commands(project: Path) -> None:
    (commands,) = blocks(COMMANDS, "sh", "copydesk explain")
    printed = run_lines(project, commands.splitlines())
    assert (project / "web" / "records.jsonl").stat().st_size
    assert (project / "records.jsonl").read_text(encoding="utf-8").count("\n") == 1
    assert "$schema" in printed


@pytest.mark.slow
def test_the_first_command_shows_what_it_has_written(project: Path) -> None:
    first = blocks(README, "sh", "# quick start: the main job")[0].rpartition("&& .venv/bin/")[2]
    run = run_commands(project, first)
    (shown,) = blocks(README, "text", "2 written")
    printed = run.stderr.decode()
    assert printed.splitlines()[0] == shown.splitlines()[0]
    assert printed.splitlines()[1].partition(";")[0] == shown.splitlines()[1].partition(";")[0]


@pytest.mark.slow
def test_the_recipes_of_the_readme(project: Path) -> None:
    recipes = [block for block in blocks(README, "sh", "copydesk ") if "quick start" not in block]
    assert len(recipes) == 2
    run_commands(project, "".join(recipes))
    assert (project / "page.txt").read_bytes() == (project / "seeds" / "001_e44f8cae6a5b3f72.txt").read_bytes()
    assert (project / "shards" / "records-00000.jsonl.gz").stat().st_size
    assert "It rained, said" in (project / "records.jsonl").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_examples_in_the_help(project: Path) -> None:
    examples = re.findall(r"^    (copydesk .*?)(?: {3,}.*)?$", "\n".join(helps(main)), re.MULTILINE)
    assert len(examples) >= 8
    run_lines(project, examples)


def helps(group: click.Group) -> Iterator[str]:
    """The docstring of the group and of each command."""
    yield group.callback.__doc__ or ""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from helps(command)
        else:
            yield command.callback.__doc__ or ""


@pytest.mark.slow
def test_the_python_example(project: Path) -> None:
    (example,) = blocks(README, "python", "copydesk.clean")
    assert len(example.strip().splitlines()) <= 7
    run = subprocess.run([sys.executable, "-c", example], cwd=project, capture_output=True, check=True)
    lines = run.stdout.decode().splitlines()
    assert lines[0].startswith("A headline of note It rained, said the mayor")
    assert lines[1] == "[('', ' ', ('spacing.comma',))]"
    assert "# Gaza truce talks are back on amid concerns over Rafah" in lines


@pytest.mark.slow
def test_the_page_of_the_library_is_made_from_the_docstrings(project: Path) -> None:
    assert PAGES["docs/api.md"] == api_page.page(), "run python -m tools.api_page"
    for name in copydesk.__all__:
        assert f"### {name}\n" in PAGES["docs/api.md"]
    (example,) = blocks(PAGES["docs/api.md"], "python", "copydesk.read")
    run = subprocess.run([sys.executable, "-c", example], cwd=project, capture_output=True, check=True)
    assert run.stdout.count(b"\n") == 2


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
    shown = "".join((*blocks(COMMANDS, "sh", "copydesk explain"), *blocks(COMMANDS, "text", "copydesk serve")))
    commands = dict(main.commands)
    for name, command in list(commands.items()):
        assert f"copydesk {name}" in shown
        if isinstance(command, click.Group):
            commands |= {f"{name} {inner}": each for inner, each in command.commands.items()}
    for name, command in commands.items():
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
def test_an_installed_package_needs_nothing_of_the_checkout(tmp_path: Path, wheel: Path) -> None:
    """A wheel, unpacked elsewhere, finds its configuration and its phrases."""
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r})\n"
        "import copydesk; from copydesk import config\n"
        f"assert copydesk.__file__.startswith({str(tmp_path)!r})\n"
        "print([p.name for p in config.default().profiles], copydesk.clean('Share').article.blocks[0].label)"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert run.stdout.decode() == "['npr'] control\n"
