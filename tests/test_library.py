"""The library: one dump, many dumps, records of an output; what it exports; time limits."""

import dataclasses
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import copydesk
from conftest import ROOT
from conftest import Copydesk as Command
from copydesk import Cleaned, Record, Reject, SuppliedMetadata, UnreadableError, batch
from copydesk.store import Format
from runs import cut_into, fill, limits, story, trap

STORY = story(7)
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><title>Ferry to Eastholm sails again</title>"
    "<script>var settings = {menu: 'open'};</script></head><body><nav><a href='/'>Home</a></nav>"
    "<article><h1>Ferry to Eastholm sails again</h1><p>The ferry to Eastholm sails again from Monday, the "
    "harbour office said, after it had been in the dock for most of the winter.</p></article></body></html>"
)
SENTENCE = "The ferry to Eastholm sails again from Monday, the harbour office said, after it had been in the dock for most of the winter."


def of_command(command: Command, path: Path) -> Record:
    """The article that the command makes of a file."""
    command("clean", path, "-o", "of-command", "--format", "json")
    (made,) = (path.parent / "of-command").glob("*.json")
    return Record.from_json(made.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", STORY.encode()),
        ("b.html", PAGE.encode()),
        ("c.txt", b"\xef\xbb\xbf" + PAGE.encode()),
        ("d.html", PAGE.replace("lang", "class").replace("<!DOCTYPE html><html", "<div").encode()),
        ("e.html.gz", gzip.compress(PAGE.encode(), mtime=0)),
        ("f.json", json.dumps({"text": STORY, "url": "https://example.org/f"}).encode()),
        ("g", "Bürgermeister: \xa0Fähre fährt wieder\n".encode("cp1252") + STORY.encode()),
    ],
)
def test_a_file_and_its_bytes_give_what_the_command_gives(
    copydesk_here: Command, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    wanted = of_command(copydesk_here, path)
    import copydesk as library

    assert library.clean(path).article == wanted
    assert library.clean(content, source=name).article == wanted


def test_a_string_is_a_text_or_a_page() -> None:
    page = copydesk.clean(PAGE)
    assert (page.article.text, page.article.metadata.title) == (SENTENCE, "Ferry to Eastholm sails again")
    assert page.article.provenance.renderer
    assert copydesk.clean(f"\n<!-- saved -->\n{PAGE}").article.text == SENTENCE
    part = PAGE[PAGE.index("<article>") :]
    assert copydesk.clean(part, source="https://example.org/ferry.html").article.text == SENTENCE
    assert copydesk.clean_html(part).article.text == copydesk.clean_html(part.encode()).article.text == SENTENCE


@pytest.mark.parametrize("text", [STORY, "Use <b> in HTML for bold words.\n\n" + STORY, "< 5 per cent voted\n" + STORY])
def test_a_text_with_a_sign_of_a_page_stays_a_text(text: str) -> None:
    assert copydesk.clean(text, source="https://example.org/a").article.provenance.renderer is None
    assert copydesk.clean(STORY, source="https://example.org/a.html").article.provenance.renderer is None


def test_a_path_is_a_path_and_a_string_is_not(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(STORY, encoding="utf-8")
    assert copydesk.clean(path).article.source == "page.txt"
    assert copydesk.clean(path, source="mine").article.source == "mine"
    assert copydesk.clean(str(path)).article.text == ""
    with pytest.raises(FileNotFoundError):
        copydesk.clean(tmp_path / "missing.txt")
    with pytest.raises(TypeError, match="not int"):
        copydesk.clean(3)  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_can_not_be_cleaned_raises_an_error_with_its_reason(tmp_path: Path) -> None:
    for raw, reason in (("", "empty"), (bytes(range(256)) * 9, "binary"), (b'{"text"', "not_json")):
        with pytest.raises(UnreadableError) as caught:
            copydesk.clean(raw, source="x.json" if reason == "not_json" else "")
        assert caught.value.reason == reason
    two = tmp_path / "two.jsonl"
    two.write_text((json.dumps({"text": STORY}) + "\n") * 2, encoding="utf-8")
    for seconds in (None, 60.0):
        with pytest.raises(ValueError, match=r"more than one dump: copydesk\.read"):
            copydesk.clean(two, seconds=seconds)


def test_facts_that_the_caller_knows_go_before_those_of_the_page() -> None:
    given = SuppliedMetadata(title="Another title", extra={"batch": 7})
    article = copydesk.clean(PAGE, given=given, url="https://example.org/ferry").article
    assert (article.metadata.title, article.metadata.url) == ("Another title", "https://example.org/ferry")
    assert article.metadata.extra == {"batch": 7}
    assert article.metadata.language == "en"


def test_settings_may_be_a_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[limits]\nrecord_size = 99\n", encoding="utf-8")
    for settings in (path, str(path), copydesk.load(path), copydesk.load(str(path))):
        with pytest.raises(UnreadableError, match=r"limits\.record_size = 99"):
            copydesk.clean(STORY, settings=settings)


@pytest.mark.slow
@pytest.mark.parametrize("raw", [STORY, PAGE, PAGE.encode(), "\ufeff" + STORY, "a\r\nb\x0bc\n" + STORY])
def test_a_time_limit_does_not_change_the_result(raw: str | bytes) -> None:
    given = SuppliedMetadata(title="A title", extra={"n": 1.5})
    assert copydesk.clean(raw, source="x", given=given, seconds=60) == copydesk.clean(raw, source="x", given=given)


def evil_profile(tmp_path: Path) -> Path:
    """Settings with a profile that takes years to match a line of many equal letters."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "evil.toml").write_text(
        'evidence = "made up"\nhosts = ["example.org"]\nmarkers = ["(a+)+b"]\n', encoding="utf-8"
    )
    path = tmp_path / "evil.toml"
    path.write_text('[sources]\ndirectory = "sources"\n[run]\nseconds = 6\n', encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_regular_expression_that_takes_too_long_ends_at_the_limit(tmp_path: Path) -> None:
    """Python can't interrupt it: its process must be killed."""
    settings, slow = evil_profile(tmp_path), f"{STORY}\n{'a' * 60}\n"
    with pytest.raises(UnreadableError, match="timeout: not done within"):
        copydesk.clean(slow, settings=settings, seconds=6)
    assert copydesk.clean(STORY, settings=settings, seconds=30).article.text


@pytest.mark.slow
def test_a_dump_that_takes_too_long_ends_at_the_limit(copydesk: Command, tmp_path: Path, log: Path) -> None:
    """In a stream and in `explain`; the dumps after it are cleaned."""
    settings, slow = limits(tmp_path, seconds=6), story(7, trap("sleep"))
    rows = "".join(json.dumps({"text": text}) + "\n" for text in (STORY, slow, STORY))
    run = copydesk("clean", "-", "--config", settings, stdin=rows.encode())
    assert run.returncode == 1
    assert (json.loads(run.stderr)["source"], json.loads(run.stderr)["reason"]) == ("-#2", "timeout")
    assert [json.loads(line)["source"] for line in run.stdout.splitlines() if b'"article"' in line] == ["-#1", "-#3"]
    (tmp_path / "slow.txt").write_text(slow, encoding="utf-8")
    run = copydesk("explain", "slow.txt", "--config", settings)
    assert (run.returncode, b"timeout" in run.stderr) == (1, True)


def test_a_limit_must_be_a_number_of_seconds() -> None:
    for seconds in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="must be more than 0"):
            copydesk.clean(STORY, seconds=seconds)


def sources(found: Iterator[Cleaned | Reject]) -> list[tuple[str, str]]:
    return [
        (one.source, one.reason) if isinstance(one, Reject) else (one.article.source, str(one.article.kind))
        for one in found
    ]


@pytest.mark.slow
def test_read_gives_every_dump_in_the_order_of_the_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files, containers that two workers clean together, and what can't be read."""
    folder = fill(tmp_path / "dumps", 7)
    rows = [{"id": f"r{n}", "text": story(n)} if n % 5 else {"id": f"r{n}"} for n in range(23)]
    (folder / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "broken.jsonl.gz").write_bytes(gzip.compress(json.dumps(rows[1]).encode() * 2)[:-20])
    (folder / "empty.txt").write_bytes(b"")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    wanted = [("box.jsonl#" + str(row["id"]), "article" if "text" in row else "no_text") for row in rows]
    assert [one for one in sources(copydesk.read(folder, jobs=2)) if one[0].startswith("box")] == wanted
    once = sources(copydesk.read(folder, jobs=1))
    cut_into(monkeypatch, dumps=3, files=2)
    from copydesk.batch import ordered

    monkeypatch.setattr(ordered, "MAX_UNIT_BYTES", 1)
    monkeypatch.setattr(ordered, "RANGE_DUMPS", 3)
    for jobs in (1, 3):
        assert sources(copydesk.read([str(folder)], jobs=jobs)) == once
    files = [source.partition("#")[0] for source, _ in once]
    assert files == sorted(files)
    assert len(once) == 23 + 7 + 3


@pytest.mark.slow
def test_read_gives_what_clean_gives(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    assert list(copydesk.read(folder)) == [copydesk.clean(path) for path in sorted(folder.iterdir())]
    assert list(copydesk.read(folder / "*-0001.txt")) == [copydesk.clean(folder / "story-0001.txt")]


@pytest.mark.slow
def test_read_ends_a_dump_that_hangs_or_crashes(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 4)
    (folder / "story-0001.txt").write_text(story(1, trap("exit")), encoding="utf-8")
    (folder / "story-0002.txt").write_text(story(2, trap("sleep")), encoding="utf-8")
    found = sources(copydesk.read(folder, jobs=1, settings=limits(tmp_path, seconds=6)))
    assert [what for _, what in found] == ["article", "crashed", "timeout", "article"]


@pytest.mark.slow
def test_read_that_is_not_used_to_its_end_leaves_no_worker_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    reading = copydesk.read(fill(tmp_path / "dumps", 60), jobs=2)
    next(reading)
    assert list((tmp_path / "temporary").iterdir())
    reading.close()  # type: ignore[attr-defined]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_read_complains_at_once(tmp_path: Path) -> None:
    with pytest.raises(copydesk.InputError, match="no such file"):
        copydesk.read(tmp_path / "nowhere")


@pytest.mark.slow
def test_read_records_gives_back_what_a_run_has_written(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    wanted = list(
        chain.from_iterable((one.article, *one.teasers) for one in map(copydesk.clean, sorted(folder.iterdir())))
    )
    for formats in ("json", "jsonl", "jsonl.gz", "parquet"):
        output = tmp_path / formats
        batch.run(batch.Job(batch.plan([folder]), output, (Format(formats),), shard_size=2))
        assert list(copydesk.read_records(output)) == wanted
    assert list(copydesk.read_records(tmp_path / "json" / "story-0000.json")) == wanted[:1]
    assert list(copydesk.read_records(str(tmp_path / "jsonl" / "records-00001.jsonl"))) == wanted[-3:-2]
    assert list(copydesk.read_records(tmp_path / "jsonl" / "records-00001.teasers.jsonl")) == wanted[-2:]
    with pytest.raises(copydesk.RecordError, match="not a file of records"):
        list(copydesk.read_records(folder / "story-0000.txt"))
    (tmp_path / "bad.jsonl").write_text(wanted[0].to_json() + "\n{}\n", encoding="utf-8")
    with pytest.raises(copydesk.RecordError, match=r"bad\.jsonl: record 2: not a copydesk record"):
        list(copydesk.read_records(tmp_path / "bad.jsonl"))


def test_a_record_is_written_and_read_in_each_form() -> None:
    from copydesk.render import markdown

    cleaned = copydesk.clean(STORY, source="page.txt")
    assert cleaned.teasers
    for record in (cleaned.article, *cleaned.teasers):
        assert Record.from_json(record.to_json()) == Record.from_json(record.to_json(2).encode()) == record
        assert record.to_dict() == json.loads(record.to_json())
    assert cleaned.article.to_markdown() == markdown.article(cleaned.article)
    assert "# Teaser 1" in cleaned.teasers[0].to_markdown()
    assert "# " not in copydesk.clean("Home\nNews\nSport\n").article.to_markdown()
    with pytest.raises(copydesk.RecordError):
        Record.from_json("{}")


def test_the_package_shows_what_it_has() -> None:
    assert set(copydesk.__all__) <= set(dir(copydesk))
    for name in copydesk.__all__:
        found = getattr(copydesk, name)
        assert found.__doc__, name
        assert found.__name__ == name
    private = [name for name in dir(copydesk) if not name.startswith("__") and name not in copydesk.__all__]
    assert private == []
    with pytest.raises(AttributeError, match="no attribute 'cleen'"):
        _ = copydesk.cleen


def types_in(hint: object) -> Iterator[type]:
    """The classes of copydesk in an annotation."""
    if isinstance(hint, type) and hint.__module__.startswith("copydesk."):
        yield hint
    for inner in get_args(hint):
        yield from types_in(inner)


def test_every_type_of_the_library_is_exported() -> None:
    functions: list[Callable[..., object]] = [
        copydesk.clean,
        copydesk.clean_html,
        copydesk.read,
        copydesk.read_records,
        copydesk.load,
    ]
    kinds = [getattr(copydesk, name) for name in copydesk.__all__ if dataclasses.is_dataclass(getattr(copydesk, name))]
    for one in (*functions, *kinds):
        for hint in get_type_hints(one).values():
            for kind in types_in(hint):
                assert getattr(copydesk, kind.__name__, None) is kind, f"{one.__name__} needs {kind.__name__}"


def test_an_import_of_the_package_imports_no_part_of_it() -> None:
    script = "import sys, copydesk; print([name for name in sys.modules if name.startswith('copydesk.')])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT)
    assert run.stdout == b"[]\n"


@pytest.mark.slow
def test_a_program_that_uses_a_limit_ends_by_itself(tmp_path: Path) -> None:
    """No guard of the main module is needed, and no process is left."""
    script = (
        "import copydesk, os\n"
        f"print(copydesk.clean({STORY!r}, seconds=50).article.kind)\n"
        "if not os.fork():\n    raise SystemExit\n"
        "os.wait()\n"
        f"print(copydesk.clean({STORY!r}, seconds=50).article.kind)\n"
    )
    (tmp_path / "program.py").write_text(script, encoding="utf-8")
    command = [sys.executable, "program.py"]
    run = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, timeout=180)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"article\narticle\n", b"")


USER_FILE = """
from pathlib import Path

import copydesk
from copydesk import Cleaned, Reject

cleaned = copydesk.clean(Path("a.html"), seconds=3)
reveal_type(cleaned)
reveal_type(cleaned.article.metadata.authors[0].name)
for outcome in copydesk.read("dumps", jobs=2):
    if isinstance(outcome, Reject):
        reveal_type(outcome.reason)
    else:
        reveal_type(outcome.teasers)
wrong: int = cleaned.article.text
copydesk.clean(3)
"""


@pytest.mark.slow
def test_the_wheel_has_the_types_for_the_program_of_a_user(tmp_path: Path, wheel: Path) -> None:
    """The wheel is installed in an environment of its own, with the packages that it needs, and a file is checked."""
    import shutil
    import sysconfig
    import venv

    venv.create(tmp_path / "venv", symlinks=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    shutil.unpack_archive(wheel, packages, "zip")
    assert (packages / "copydesk" / "py.typed").is_file()
    others = tmp_path / "others"  # without copydesk, which is installed here from the checkout
    others.mkdir()
    for name in ("msgspec", "click"):
        (others / name).symlink_to(Path(sysconfig.get_paths()["purelib"]) / name)
    (packages / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    (tmp_path / "user.py").write_text(USER_FILE, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")]
    command += ["--python-executable", str(tmp_path / "venv" / "bin" / "python"), "user.py"]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    for line in (
        'Revealed type is "copydesk.document.Cleaned"',
        'user.py:9: note: Revealed type is "str"',
        'user.py:12: note: Revealed type is "str"',
        'Revealed type is "tuple[copydesk.document.Record, ...]"',
        "user.py:15: error: Incompatible types in assignment",
        'user.py:16: error: Argument 1 to "clean" has incompatible type "int"',
        "Found 2 errors in 1 file",
    ):
        assert line in run.stdout.replace("builtins.", ""), run.stdout
