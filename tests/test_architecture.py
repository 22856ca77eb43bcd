"""The architecture: each module imports only from the modules before it, and cleaning uses no network."""

import ast
import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import copydesk
from conftest import ROOT

SOURCE = ROOT / "src" / "copydesk"
ORDER = [
    *("exit_codes", "files", "folders", "place_option", "characters", "text", "terminal", "npz"),
    *(
        "whole_file",
        "card_files",
        "garbage",
        "temporary_database",
        "foreign_database",
        "memory",
        "forest",
        "disjoint_sets",
        "program_code",
        "edits",
        "rights",
    ),
    *(
        "document",
        "output_settings",
        "toml_tables",
        "keep",
        "input_settings",
        "drift",
        "decisions",
        "vocabulary_tables",
        "vocabulary",
        "phrase_index",
        "config",
        "lexicon",
        "plausible_text",
        "decoding",
        "dump",
        "html_pictures",
        "tab_rows",
        "html_links",
        "html_tables",
    ),
    *(
        "html_attributes",
        "html_classes",
        "html_elements",
        "html_posts",
        "html_lines",
        "html_no_script",
        "language",
        "source_memory",
    ),
    *(
        "repair",
        "parsing",
        "labelling",
        "metadata",
        "teasers",
        "quality",
        "step_times",
        "story",
        "article",
        "rules",
        "desk",
        "explain",
        "render",
    ),
    *(
        "raw_dump",
        "readers",
        "shards",
        "store",
        "stored_records",
        "batch",
        "library",
        "profile_check",
        "profile_draft",
        "copies",
        "compare",
        "card",
        "report",
        "review",
        "learning_tasks",
        "learned_dumps",
        "learn",
        "server_watch",
        "trace",
        "trace_tasks",
        "flow_states",
        "flow_report",
        "tasks",
        "cli",
    ),
]
METHODS = {("document", "render"), ("document", "story")}
"""(module, imported): the methods of `Record` that write it import their module when they are called."""


def imports(path: Path) -> Iterator[str]:
    """The names below `copydesk` that a module imports, at its top or inside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "copydesk":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("copydesk."):
            yield node.module.split(".")[1]


ORDER_INSIDE = {
    "repair": [
        *("candidates", "word_splits", "fused_words", "punctuation", "line_ends", "list_entries", "broken_sentences"),
        *("boosted_trees", "context", "mojibake", "encoding", "references", "invisible", "from_page"),
        *("separate_lines", "paragraph_ends", "hard_wraps", "line_joints", "line_breaks"),
        *(
            "split_words",
            "lost_ligatures",
            "thresholds",
            "known_gaps",
            "spacing",
            "edit_buttons",
            "permalinks",
            "comment_counts",
            "stripped_mojibake",
        ),
    ],
    "parsing": [
        *(
            "people",
            "calendars",
            "dates",
            "dated_lines",
            *("outlets", "agencies", "picture_labels", "credits"),
            "copyrights",
            *("byline_forms", "byline_segments", "bylines"),
            "datelines",
            "notes",
        ),
        *("sections", "topics"),
    ],
    "labelling": [
        *(
            "verdict",
            "hints",
            "line_facts",
            "line",
            "button_rows",
            "line_rules",
            "features",
            "model",
            "by_memory",
            "state",
            "page_title",
            "masthead",
            "headline_or_deck",
            "headline",
        ),
        *(
            "form_words",
            "box_signs",
            "boxes",
            "comments",
            "above_headline",
            "notice_signs",
            "no_story",
            "posts",
            "page_kinds",
            "customer_reviews",
            "interviews",
            "recipes",
            "encyclopaedia",
            "page_forms",
            "answers",
            "post_dates",
            "rhythm",
        ),
        *("head_bylines", "deck", "kicker", "bios", "tags_and_notes", "captions", "repeated_story"),
        "short_entries",
        "table_cells",
        "paragraphs_between",
        "subheads",
        "last_headings",
        "linked_headings",
        "priced_entries",
        "dated_entries",
        *("further_stories", "teaser_parts", "teaser_items", "teaser_lists", "decide", "role_features", "role_reader"),
        "second_reading",
        "unsigned_pages",
        "code",
        "structure",
    ],
    "batch": [
        *(
            "walk",
            "inputs",
            "counts",
            "changes",
            "run_figures",
            "messages",
            "manifest_sums",
            "manifest",
            "manifest_dumps",
            "manifest_totals",
            "manifest_history",
            "metrics",
            "rule_counts",
            "check",
            "job",
        ),
        *(
            "opening",
            "clean_file",
            "reading",
            "observing",
            "worker",
            "worker_starter",
            "worker_process",
            "pool",
            "errors",
            "state",
            "remaining",
            "publish",
            "filtering",
            "notes",
            "drifting",
            "run",
            "report",
        ),
        "preview",
        "ordered",
    ],
    "copies": [
        "words",
        "shingles",
        "contents",
        "held",
        "pairs",
        "relations",
        "stories",
        "state",
        "find",
        "table",
        "search",
        "report",
    ],
    "drift": ["settings", "figures", "chance", "compare", "wording"],
    "cli": [
        "logs",
        "streams",
        "common",
        "pages",
        "record_files",
        "outputs",
        "progress",
        "summary",
        "doubtful",
        "output_options",
        "clean",
        "flow",
        "explain",
        "undo",
        "status",
        "verify",
        "rules",
        "schema",
        "attributes",
        "card",
        "copies",
        "diff",
        "report",
        "review",
        "profile",
        "learn",
    ],
    "report": [
        "fields",
        "tally",
        "reading",
        "gathering",
        "copies_table",
        "parts",
        "dump_page",
        "runs",
        "sections",
        "difference",
        "page",
        "output",
    ],
    "review": [
        *("settings_files", "index", "queue", "current", "choices", "decide", "lines", "markers", "proposal", "export"),
        *("pages", "guard", "server"),
    ],
    "metadata": [
        *(
            "fact",
            "page",
            "from_memory",
            "notice",
            "publisher",
            "sections",
            "tags",
            "notes",
            "title",
            "bios",
            "stated_authors",
            "authors",
        ),
        "published",
        *("images", "addresses", "links", "dateline", "stated", "read", "rights"),
    ],
}
"""For each folder its modules in order.  A package's `__init__` comes after them, and `__main__` last."""


def unit(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


MODULES = [path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_from_modules_before_it(path: Path) -> None:
    place = ORDER.index(unit(path))
    for name in imports(path):
        if name != "__version__":
            assert ORDER.index(name) <= place or (path.stem, name) in METHODS, f"{path.name} imports {name}"
    if path.parent.name == "cli" and path.stem != "flow":  # `copydesk flow` and `serve` run the flow
        assert not {"tasks", "flow_report", "flow_states"} & set(imports(path))


def imports_inside(path: Path) -> Iterator[str]:
    """The modules of its own folder that a module imports."""
    folder = path.parent.name
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == f"copydesk.{folder}":
            for alias in node.names:
                yield alias.name if (path.parent / f"{alias.name}.py").is_file() else "__init__"
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"copydesk.{folder}."):
            yield node.module.split(".")[2]


@pytest.mark.parametrize("folder", ORDER_INSIDE)
def test_a_module_imports_only_from_modules_before_it_in_its_folder(folder: str) -> None:
    paths = {path.stem: path for path in (SOURCE / folder).glob("*.py")}
    order = [*ORDER_INSIDE[folder], "__init__", *(["__main__"] if "__main__" in paths else [])]
    assert set(order) == set(paths)
    for place, name in enumerate(order):
        later = set(imports_inside(paths[name])) - set(order[:place])
        assert not later, f"{folder}/{name}.py imports {', '.join(sorted(later))}"


@pytest.mark.parametrize("path", sorted((ROOT / "training").glob("*.py")), ids=lambda path: path.name)
def test_what_training_imports_of_the_package_exists(path: Path) -> None:
    """Training needs packages that the tests do not have, so its modules are read and not imported."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "copydesk":
            module = importlib.import_module(node.module)
            for alias in node.names:
                is_module = (
                    importlib.util.find_spec(f"{node.module}.{alias.name}") if hasattr(module, "__path__") else None
                )
                assert hasattr(module, alias.name) or is_module, f"{node.module} has no {alias.name}"


PREFECT = ("flow_report.py", "flow_states.py", "tasks.py", "trace_tasks.py")


MAX_LINES = 420


def test_no_module_is_longer_than_one_subject_needs() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_only_the_modules_of_the_flows_import_prefect() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert ("import prefect" in text or "from prefect" in text) is (path.name in PREFECT)


def test_cleaning_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*arguments: object, **options: object) -> None:
        raise AssertionError("cleaning opened a socket")

    import trafilatura  # noqa: F401 - its import may use sockets, cleaning may not

    from copydesk.readers import html

    monkeypatch.setattr(socket, "socket", closed)
    copydesk.clean((ROOT / "seeds" / "000_734dcd8237e8f88d.txt").read_bytes())
    html.render(b"<html><body><article><p>A sentence that is long enough to be kept.</p></article></body></html>", "x")
