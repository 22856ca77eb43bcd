"""docs/rules.md and docs/fields.md name only what the source has, and the diffs in the recipes fit the files."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tokenize
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from conftest import ROOT

PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("rules.md", "fields.md")}
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
EXAMPLES = re.compile(r"^- (?:Good|Bad|Not yet): .*(?:\n  .*)*|^Never: .*(?:\n.+)*", re.MULTILINE)
"""Paragraphs with lines of pages and with fields that copydesk does not read: not names of the source."""

PATH = re.compile(r"(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|json|md)")
NAME = re.compile(r"[A-Za-z_]\w*(?:[.-][A-Za-z_]\w*)*(?=$|\(.*\)$|=\w+$)")
TABLE = re.compile(r"\[([a-z]+(?:[._][a-z]+)*)\]")
SOURCES = ("src", "tests", "bench", "training", "config", "docs")
VALUES = frozenset(("en", "de", "en_gb", "en-GB", "zh-CN"))
"""Values that the pages give as examples of a language."""


@cache
def files() -> tuple[str, ...]:
    """The paths of all files in the folders of the project."""
    found = (path for folder in SOURCES for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)
    return tuple(path.relative_to(ROOT).as_posix() + ("/" if path.is_dir() else "") for path in found)


@cache
def words() -> frozenset[str]:
    """Words of the code, its strings and its tables; comments and docstrings do not count."""
    found: set[str] = set()
    for folder in SOURCES[:-1]:
        for path in (ROOT / folder).rglob("*.toml"):
            found.update(re.findall(r"[\w-]+", re.sub(r"#.*", "", path.read_text(encoding="utf-8"))))
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != Path(__file__).name:
                for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
                    if token.type == tokenize.NAME or (token.type == tokenize.STRING and '"""' not in token.string):
                        found.update(re.findall(r"[\w-]+", token.string))
    return frozenset(found)


def missing(page: str) -> list[str]:
    """The paths and names in code spans and links of a page that the project does not have."""
    text = FENCED.sub("", page)
    links = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    wrong = [target for target in links if not (ROOT / "docs" / target).exists()]
    for span in SPAN.findall(EXAMPLES.sub("", text)):
        for command in re.findall(r"python -m ([\w.]+)", span):
            path = command.replace(".", "/")
            wrong += [span] if f"{path}.py" not in files() and f"{path}/" not in files() else []
        paths = PATH.findall(span) if span.startswith("pytest ") or PATH.fullmatch(span) else []
        wrong += [path for path in paths if not any(f"/{known}".endswith(f"/{path}") for known in files())]
        table, name = TABLE.fullmatch(span), NAME.match(span)
        if table:
            wrong += (
                [] if f"\n{span}" in (ROOT / "src/copydesk/vocabulary.toml").read_text(encoding="utf-8") else [span]
            )
        elif name and not paths and span not in VALUES:
            parts = re.split(r"[.]", name[0])
            wrong += [span] if any(part not in words() for part in parts) else []
    return wrong


@dataclass
class Hunk:
    """A part of a diff: the file, the text after "@@", and the lines with their first sign."""

    path: str
    anchor: str
    lines: list[str] = field(default_factory=list)

    def text(self, signs: str) -> str:
        """The lines with one of these signs, without the sign."""
        return "".join(f"{line[1:]}\n" for line in self.lines if line[0] in signs)


def hunks(diff: str) -> list[Hunk]:
    """The hunks of a diff.  A file without "@@" has one, with an empty anchor."""
    found: list[Hunk] = []
    for line in diff.splitlines():
        if line.startswith("+++ b/"):
            found.append(Hunk(line.removeprefix("+++ b/"), ""))
        elif line.startswith("@@ "):
            new = Hunk(found[-1].path, line.strip("@ "))
            found = [*(found if found[-1].lines else found[:-1]), new]
        elif not line.startswith("--- "):
            found[-1].lines.append(line)
    return found


def place(hunk: Hunk, content: str) -> int:
    """Where the context of a hunk begins in the content of its file.  Raises ValueError if it is not there."""
    start = 0
    for part in re.findall(r"\[[\w.]+\]|[\w-]+", hunk.anchor):
        start = content.index(part, start)
    return content.index(f"\n{hunk.text(' -')}", max(0, start - 1))


def applied(hunk: Hunk, content: str) -> str:
    """The content of a file after the change.  Lines without context are added to the list in a JSON file."""
    if hunk.path.endswith(".json"):
        added = [json.loads(line.rstrip(",")) for line in hunk.text("+").splitlines()]
        return json.dumps([*json.loads(content), *added], ensure_ascii=False)
    at = place(hunk, content) + 1
    if not hunk.text(" -"):
        at = content.index("\n", at) + 1
    return content[:at] + hunk.text(" +") + content[at + len(hunk.text(" -")) :]


DIFFS = [body for kind, body in FENCED.findall(PAGES["rules.md"]) if kind == "diff"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.slow
def test_paths_and_names_in_the_page_exist(name: str) -> None:
    assert missing(PAGES[name]) == []


@pytest.mark.parametrize("hunk", [one for diff in DIFFS for one in hunks(diff)], ids=lambda one: one.path)
def test_a_hunk_of_a_recipe_fits_its_file(hunk: Hunk) -> None:
    content = (ROOT / hunk.path).read_text(encoding="utf-8")
    assert place(hunk, content) >= 0
    assert hunk.text("+") not in content


@pytest.mark.slow
def test_the_recipes_work_in_a_copy(tmp_path: Path) -> None:
    for folder in ("src", "tests", "config"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for diff in DIFFS:
        for hunk in hunks(diff):
            path = tmp_path / hunk.path
            path.write_text(applied(hunk, path.read_text(encoding="utf-8")), encoding="utf-8")
    names = ("vocabulary", "labels", "metadata", "repair", "golden")
    chosen = (
        "-m",
        "not slow",
        "-k",
        "not linear and not hostile",
    )  # time per character is measured on the source itself
    command = [sys.executable, "-m", "pytest", "-q", *chosen, *(f"tests/test_{name}.py" for name in names)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "CI": ""}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]


def test_every_recipe_has_a_diff() -> None:
    recipes = re.split(r"^## (?=\d\. )", PAGES["rules.md"], flags=re.MULTILINE)[1:]
    assert [recipe[:2] for recipe in recipes if "```diff" in recipe] == ["1.", "2.", "3.", "4."]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("see `labelling/hints.py` and [it](record.md)", []),
        ("see `labelling/hint.py` and [it](records.md)", ["records.md", "labelling/hint.py"]),
        ("`edits.off`, `nouns_with_colon`, `context.has(rule)`, `is_certain=True`, `[by.own]`", []),
        ("`edits.offf`, `nouns_with_a_colon`, `context.hazz(rule)`, `is_certainly=True`, `[by.owned]`", 5),
        ("`pytest tests/test_labels.py`, `python -m bench.labels`, `test_bylines`", []),
        ("`pytest tests/test_label.py`, `python -m bench.label`, `test_byline`", 3),
    ],
)
def test_a_page_that_is_out_of_date_is_noticed(page: str, wrong: list[str] | int) -> None:
    found = missing(page)
    assert (len(found) if isinstance(wrong, int) else found) == wrong


def test_a_diff_that_is_out_of_date_is_noticed() -> None:
    hunk = Hunk("a.py", "RULES", [" one", "+two", " three"])
    assert applied(hunk, "\nRULES\none\nthree\n") == "\nRULES\none\ntwo\nthree\n"
    for content in ("\nRULES\none\nfour\n", "\nrules\none\nthree\n", "\none\nthree\nRULES\n"):
        with pytest.raises(ValueError, match="substring not found"):
            place(hunk, content)
