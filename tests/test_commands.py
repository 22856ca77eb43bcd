"""The commands, as a newcomer runs them: whole outputs, exit codes, what is on disk."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from conftest import ROOT, Copydesk
from copydesk import read_records

STORY = """Old bridge to stay closed for a year

By Jane Doe

The council voted on Monday to close the old bridge,which has stood for a century, to all traffic until spring.

Two of the five piers have moved by more than a hand since the last flood, the report says.

Related stories
Flood of the century leaves a town without a road
"""


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def test_clean_writes_an_article_its_teasers_and_no_more(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(bridge__txt=STORY)
    run = copydesk("clean", folder, "-o", "out")
    assert (run.returncode, run.stdout) == (0, b"")
    assert run.stderr.decode().startswith(
        "1 written, 0 unchanged, 0 rejected -> out\n1 dump cleaned, 0 files skipped, 1 teaser; "
    )
    out = folder.parent / "out"
    assert sorted(path.name for path in out.glob("[!.]*")) == [
        "bridge.json",
        "bridge.md",
        "bridge.teasers.jsonl",
        "bridge.teasers.md",
    ]
    assert (out / "bridge.md").read_text(encoding="utf-8") == (
        "---\n"
        "id: f55d9796932a60530989\n"
        "source: bridge.txt\n"
        "title: Old bridge to stay closed for a year\n"
        "authors:\n"
        "- name: Jane Doe\n"
        "language: en\n"
        "---\n"
        "\n"
        "# Old bridge to stay closed for a year\n"
        "\n"
        "The council voted on Monday to close the old bridge, which has stood for a century, to all traffic until "
        "spring.\n"
        "\n"
        "Two of the five piers have moved by more than a hand since the last flood, the report says.\n"
    )
    assert (
        (out / "bridge.teasers.md")
        .read_text(encoding="utf-8")
        .endswith("# Teaser 1\n\n## Flood of the century leaves a town without a road\n")
    )


def test_a_dump_that_lost_its_teasers_loses_their_files(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(bridge__txt=STORY)
    copydesk("clean", folder, "-o", "out")
    dumps(bridge__txt=STORY.partition("Related")[0])
    run = copydesk("clean", folder, "-o", "out")
    assert run.stderr.decode().partition("\n")[0] == "1 written, 0 unchanged, 0 rejected -> out"
    assert sorted(path.name for path in (folder.parent / "out").glob("[!.]*")) == ["bridge.json", "bridge.md"]


def test_jsonl_holds_every_record_in_order(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": name, "text": STORY, "url": "https://example.org/"}) + "\n" for name in "zyx")
    folder = dumps(b__jsonl=lines, a__txt=STORY, c__jsonl__gz=gzip.compress(lines.encode()))
    assert copydesk("clean", folder, "-o", "out", "--format", "jsonl").returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["records.jsonl", "records.teasers.jsonl"]
    rows = [json.loads(one.to_json()) for one in read_records(tmp_path / "out")]
    assert [(row["source"], row["kind"]) for row in rows] == [
        (source, kind)
        for source in (
            *("a.txt", "b.jsonl#z", "b.jsonl#y", "b.jsonl#x"),
            *("c.jsonl.gz#z", "c.jsonl.gz#y", "c.jsonl.gz#x"),
        )
        for kind in ("article", "teaser")
    ]
    assert rows[2]["provenance"]["record"] == "z"
    assert rows[2]["metadata"]["url"] == "https://example.org/"
    again = copydesk("clean", folder, "-o", "out", "--format", "jsonl")
    assert again.stderr.decode().partition("\n")[0] == "0 written, 7 unchanged, 0 rejected -> out"


@pytest.mark.slow
def test_every_record_fits_the_printed_schema(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    schema = json.loads(copydesk("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    folder = dumps(a__txt=STORY, menu__txt="Home\nNews\nSport\n", odd__txt=b"Caf\xff\n" + STORY.encode())
    copydesk("clean", folder, "-o", "out", "--format", "jsonl,json,md")
    files = [tmp_path / "out" / f"records{part}.jsonl" for part in ("", ".teasers")]
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert {row["kind"] for row in rows} == {"article", "teaser", "other"}
    for row in rows:
        jsonschema.validate(row, schema)
    assert json.loads((tmp_path / "out" / "a.json").read_text(encoding="utf-8")) == rows[0]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**rows[0], "blocks": [{"label": "poem"}]}, schema)


def test_a_dump_without_a_story_is_a_record_without_markdown(
    copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path
) -> None:
    run = copydesk("clean", dumps(menu__txt="Home\nNews\nSport\n"), "-o", "out")
    assert run.returncode == 0
    assert [path.name for path in (tmp_path / "out").glob("[!.]*")] == ["menu.json"]
    row = json.loads((tmp_path / "out" / "menu.json").read_text(encoding="utf-8"))
    assert (row["kind"], row["text"], [block["label"] for block in row["blocks"]]) == ("other", "", ["navigation"] * 3)


@pytest.mark.slow
def test_standard_input_to_standard_output(copydesk: Copydesk) -> None:
    lines = json.dumps({"id": "one", "text": STORY}) + "\nnonsense\n" + json.dumps({"text": "Home\nNews\n"}) + "\n"
    run = copydesk("clean", "-", stdin=lines.encode())
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(row["source"], row["kind"]) for row in rows] == [
        ("-#one", "article"),
        ("-#one", "teaser"),
        ("-#3", "other"),
    ]
    assert json.loads(run.stderr) == {
        "source": "-#2",
        "reason": "not_json",
        "detail": "Expecting value: line 1 column 1 (char 0)",
    }
    assert run.returncode == 1


def test_undo_gives_back_a_files_bytes(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    odd = "\ufeffZo\u00ado  na\u00efve\r\n".encode() + b"\xff\xfe\r" + STORY.encode() + b"\n\n "
    folder = dumps(odd__txt=odd, latin__txt="Größe und Übermaß, sagt der Bürgermeister.\n".encode("cp1252"))
    copydesk("clean", folder, "-o", "out", "--format", "md,json,jsonl")
    for path in folder.iterdir():
        assert copydesk("undo", f"out/{path.stem}.json").stdout == path.read_bytes()
    several = copydesk("undo", "out/records.jsonl")
    assert (several.returncode, several.stderr.decode().count("--id")) == (2, 1)
    record = json.loads((tmp_path / "out" / "odd.json").read_text(encoding="utf-8"))
    assert copydesk("undo", "out/records.jsonl", "--id", record["id"]).stdout == odd
    copydesk("undo", "out/odd.json", "-o", "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == odd


def test_undo_says_what_is_no_record(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(x__json='{"id": 3}', bridge__txt=STORY)
    run = copydesk("undo", folder / "x.json")
    assert (run.returncode, run.stdout) == (2, b"")
    assert "not a copydesk record: Expected `str`, got `int` - at `$.id`" in run.stderr.decode()
    copydesk("clean", folder / "bridge.txt", "-o", "out")
    run = copydesk("undo", "out/bridge.teasers.jsonl")
    assert "it has no article" in run.stderr.decode()


def test_undo_notices_a_changed_record(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    copydesk("clean", dumps(bridge__txt=STORY), "-o", "out")
    whole = (tmp_path / "out" / "bridge.json").read_text(encoding="utf-8")
    for change, message in (
        ((" has stood for a century", " has stood for an age"), b"provenance.sha256 differs"),
        (('"encoding": "utf-8"', '"encoding": "utf-9"'), b"unknown encoding: utf-9"),
        (('"start": 103', '"start": 9103'), b"is not inside a block"),
    ):
        assert change[0] in whole
        (tmp_path / "bent.json").write_text(whole.replace(*change), encoding="utf-8")
        run = copydesk("undo", "bent.json")
        assert (run.returncode, run.stdout, message in run.stderr) == (2, b"", True)


def test_explain_shows_labels_edits_and_reasons(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(bridge__txt=STORY.replace("By Jane", "By\x1b[2J Jane"))
    run = copydesk("explain", folder / "bridge.txt")
    text = run.stdout.decode()
    assert run.returncode == 0
    for shown in (
        "bridge.txt: article, language en",
        "byline",
        "label.byline",
        "spacing.comma",
        "teaser 1",
        "1 teasers",
    ):
        assert shown in text
    assert "\x1b[2J" not in text


def test_explain_wants_to_know_which_record(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    row = json.dumps({"text": STORY}) + "\n"
    folder = dumps(two__jsonl=row * 2, none__txt=" ")
    assert b"name one with --record" in copydesk("explain", folder / "two.jsonl").stderr
    assert b"two.jsonl#2" in copydesk("explain", folder / "two.jsonl", "--record", "2").stdout
    named = "".join(json.dumps({"id": name, "text": STORY}) + "\n" for name in ("b", "c"))
    dumps(named__jsonl=named)
    assert b"named.jsonl#c" in copydesk("explain", folder / "named.jsonl", "--record", "2").stdout
    assert b"named.jsonl#b" in copydesk("explain", folder / "named.jsonl", "--record", "b").stdout
    assert b"no record '3'" in copydesk("explain", folder / "two.jsonl", "--record", "3").stderr
    assert copydesk("explain", folder / "none.txt").returncode == 1


def test_rules_lists_every_rule_with_its_reason(copydesk: Copydesk) -> None:
    from copydesk import rules

    text = copydesk("rules").stdout.decode()
    for rule in (*rules.LABELS, *rules.EDITS):
        assert f"  {rule.name} " in text
        assert rule.reason in text


def test_rules_shows_which_are_on_and_how_often_each_acted(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(bridge__txt=STORY, again__txt=STORY)
    (folder.parent / "own.toml").write_text('[edits]\noff = ["spacing.doubled"]\n', encoding="utf-8")

    def listed(*arguments: str) -> dict[str, list[str]]:
        run = copydesk("rules", *arguments)
        assert run.returncode == 0, run.stderr
        rows = (line.split() for line in run.stdout.decode().splitlines() if line.startswith("  "))
        return {row[0]: row[1:3] for row in rows}

    rows = listed("--config", "own.toml")
    assert (rows["spacing.doubled"][0], rows["spacing.comma"][0], rows["label.byline"][0]) == ("off", "on", "on")
    for formats in ("md,json", "jsonl", "parquet"):
        copydesk("clean", folder, "-o", "out", "--format", formats)
        rows = listed("out")
        assert (rows["spacing.comma"], rows["spacing.doubled"], rows["label.byline"]) == (
            ["on", "2"], ["on", "0"], ["on", "2"],
        )  # fmt: skip
    copydesk("clean", folder, "-o", "markdown", "--format", "md")
    assert copydesk("rules", "markdown").returncode == 2


def test_help_starts_without_the_pipeline() -> None:
    script = (
        "import sys; from copydesk.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'ftfy', 'langdetect', 'trafilatura', 'wordfreq', 'rich', 'yaml', 'msgspec'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT)
    assert run.stdout.decode().endswith("[]\n")


@pytest.mark.slow
def test_a_worker_starts_without_what_few_dumps_need() -> None:
    script = (
        "import sys; import copydesk.batch.worker\n"
        "print(sorted({'ftfy', 'markdown_it', 'trafilatura', 'urllib.request'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT)
    assert run.stdout == b"[]\n"


@pytest.mark.slow
def test_cleaning_needs_no_prefect(tmp_path: Path) -> None:
    script = (
        "import sys; from copydesk.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({'prefect', 'dask', 'trafilatura'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, "clean", str(ROOT / "seeds"), "-o", str(tmp_path / "out")]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"[]\n"


@pytest.mark.slow
def test_neither_order_nor_hash_seed_changes_a_byte(dumps: Callable[..., Path], tmp_path: Path) -> None:
    folder = dumps(a__txt=STORY, b__txt=STORY.replace("bridge", "tower"), c__jsonl=json.dumps({"text": STORY}))
    files = sorted(folder.iterdir())
    trees = []
    for seed, order in (("1", files), ("2", files[::-1]), ("3", [folder])):
        out = tmp_path / f"out{seed}"
        command = [sys.executable, "-m", "copydesk.cli", "clean", *map(str, order), "-o", str(out)]
        command += ["--format", "md,json,jsonl"]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
        found = {str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file()}
        trees.append({name: path.read_bytes() for name, path in found.items() if not name.startswith(".")})
    assert trees[0] == trees[1] == trees[2]
    assert len(trees[0]) == 14


def test_html_takes_the_same_road(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY.split("\n\n")[2:4])
    page = (
        "<!DOCTYPE html><html lang='en'><head><meta charset='iso-8859-1'><title>Old bridge to stay closed</title>"
        "<meta property='og:site_name' content='Example News'></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Old bridge to stay closed</h1>{paragraphs}<p>Grüße.</p></article></body></html>"
    )
    folder = dumps(page__html=page.encode("latin-1"), hidden__txt=page.encode("latin-1"))
    assert copydesk("clean", folder, "-o", "out").returncode == 0
    row = json.loads((tmp_path / "out" / "page.json").read_text(encoding="utf-8"))
    assert row["provenance"]["renderer"].startswith("copydesk ")
    assert row["provenance"]["encoding"] == "cp1252"
    assert row["metadata"]["title"] == "Old bridge to stay closed"
    assert row["metadata"]["publisher"] == "Example News"
    assert "Two of the five piers" in row["text"]
    assert "Home" not in row["text"]
    assert json.loads((tmp_path / "out" / "hidden.json").read_text(encoding="utf-8"))["text"] == row["text"]
    assert copydesk("undo", "out/page.json").stdout.decode().count("Two of the five piers") == 1


def test_the_help_shows_the_exit_codes_in_lines(copydesk: Copydesk) -> None:
    shown = copydesk("clean", "--help").stdout.decode()
    assert "\\b" not in shown
    (first,) = (line for line in shown.splitlines() if line.strip().startswith("Exit codes:"))
    assert first.endswith("rejects.jsonl)")
