"""The house: each module imports only from those above it, and nothing reaches out at run time."""

import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import copydesk
from conftest import ROOT

SOURCE = ROOT / "src" / "copydesk"
ORDER = [
    *("exit_codes", "flow_options", "text", "vocabulary", "characters", "terminal", "npz", "program_code", "edits"),
    *("document", "config", "decoding", "dump", "html_lines", "lexicon", "language"),
    *("repair", "parsing", "labelling", "metadata", "teasers", "article", "rules", "desk", "explain", "render"),
    *("readers", "shards", "store", "batch", "tasks", "cli"),
]


def imports(path: Path) -> Iterator[str]:
    """The names below `copydesk` that a module imports, at its top or inside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "copydesk":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("copydesk."):
            yield node.module.split(".")[1]


def unit(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


MODULES = [path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_from_above(path: Path) -> None:
    place = ORDER.index(unit(path))
    for name in imports(path):
        if name != "__version__":
            assert ORDER.index(name) <= place, f"{path.name} imports {name}"
    if unit(path) in ("tasks", "cli"):
        assert not {"tasks", "cli"} & set(imports(path)) - {unit(path)}


BATCH = [
    *("inputs", "counts", "messages", "manifest", "manifest_dumps", "manifest_totals", "rule_counts", "check", "job"),
    *(
        "clean_file",
        "reading",
        "worker",
        "pool",
        "errors",
        "state",
        "remaining",
        "publish",
        "run",
        "report",
        "__init__",
    ),
]
"""The modules of `batch`, each below those that it may import."""


def batch_imports(path: Path) -> Iterator[str]:
    """The modules of `batch` that a module imports, at its top or inside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "copydesk.batch":
            yield from (alias.name if alias.name in BATCH else "__init__" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("copydesk.batch."):
            yield node.module.split(".")[2]


def test_a_module_of_batch_imports_only_from_those_before_it() -> None:
    paths = {path.stem: path for path in (SOURCE / "batch").glob("*.py")}
    assert sorted(paths) == sorted(BATCH)
    for place, name in enumerate(BATCH):
        assert set(batch_imports(paths[name])) <= set(BATCH[:place]), name


def test_only_tasks_imports_prefect() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert ("import prefect" in text or "from prefect" in text) is (path.name == "tasks.py")


def test_cleaning_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*arguments: object, **options: object) -> None:
        raise AssertionError("a socket was opened")

    import trafilatura  # noqa: F401 - importing it may look at sockets; using it may not

    from copydesk.readers import html

    monkeypatch.setattr(socket, "socket", closed)
    copydesk.clean((ROOT / "seeds" / "000_734dcd8237e8f88d.txt").read_bytes())
    html.render(b"<html><body><article><p>A sentence that is long enough to be kept.</p></article></body></html>", "x")
