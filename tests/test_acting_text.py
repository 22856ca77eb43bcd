"""Text that acts on a terminal or turns what follows it: in no output of any command, and in no field of a record."""

import base64
import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

import copydesk as package
from conftest import Copydesk
from copydesk import text
from copydesk.batch import manifest_sums
from copydesk.terminal import HARMFUL, escaped, shown_lines

ESCAPE, CSI, OVERRIDE, EMBEDDING = "\x1b[2J", "\x9b31m", "\u202e", "\u202b"
ACTING = f"{ESCAPE}{CSI}{OVERRIDE}{EMBEDDING}\u2066\u2028\x07"
STORY = (
    "The council voted on Monday evening to close the bridge until spring, as many people had asked it to do.\n\n"
    "It rained, said the mayor, and went on to rain all day long for a week and a day, and then it rained again."
)
PAGE = (
    f"<html><head><title>Bridge {ACTING}closed until spring</title>"
    f'<meta name="author" content="Jane {ACTING}Doe"><meta property="article:tag" content="Ra{ACTING}in">'
    f'<meta property="article:section" content="Ne{ACTING}ws"></head><body><article><h1>Bridge closed until spring</h1>'
    + "".join(f"<p>{line}{ACTING}</p>" for line in STORY.split("\n\n"))
    + "</article></body></html>"
)
RECORD = {
    "id": f"one{ACTING}two",
    "title": f"Bridge {ACTING}closed",
    "authors": [f"Jane {ACTING}Doe"],
    "url": f"https://example.org/{OVERRIDE}a",
    "tags": [f"ra{ACTING}in"],
    "text": f"Bridge closed until spring\n\n{STORY}{ACTING}",
}


def acting(printed: bytes | str) -> list[str]:
    """The harmful characters in what was printed; line breaks and tabs are not."""
    found = printed if isinstance(printed, str) else printed.decode("utf-8", "replace")
    return sorted(set(HARMFUL.findall(found)) - {"\n", "\t"})


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """Dumps with acting text wherever a dump can have some: in names, fields, pages, and what is rejected."""
    folder = tmp_path / "dumps"
    (folder / f"below{ACTING}").mkdir(parents=True)
    (folder / f"a{ACTING}.txt").write_text(RECORD["text"] or "", encoding="utf-8")  # type: ignore[arg-type]
    (folder / f"below{ACTING}" / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / f"nothing{ACTING}.txt").write_text("")
    (folder / f"link{ACTING}").symlink_to(f"nowhere{ACTING}")
    (folder / f"out{ACTING}").symlink_to("/etc")
    lines = [RECORD, {"id": f"bad{ACTING}", f"key{ACTING}": "x"}, {"id": "bare", "text": STORY}]
    (folder / "box.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr(f"in{ACTING}.txt", STORY)
        archive.writestr(f"in{ACTING}.pdf", b"%PDF-1.7 and more")
    return folder


PROFILE = f'evidence = "x"\nmarkers = ["Bridge closed until spring"]\npublisher = "Bridge News"\n'  # noqa: F541


def outputs(copydesk: Copydesk, copydesk_here: Copydesk, dumps: Path, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """(command, what it printed) for every command.  The first one and that of a stream are processes with workers."""
    (tmp_path / "own.toml").write_text(PROFILE + '[[lines]]\npattern = ".*rained.*"\nlabel = "control"\n')
    records = dumps / "box.jsonl"
    commands: list[tuple[str | Path, ...]] = [
        ("clean", dumps, "-o", "out", "--format", "md,json,jsonl", "-vv"),
        ("clean", dumps, "-o", "logged", "--log-format", "json"),
        ("clean", dumps, "-o", "out", "--dry-run"),
        ("clean", dumps, "-o", "out", "--prune"),
        ("clean", dumps, "-o", "few", "--config", "few.toml"),
        ("clean", dumps, "--below", "1"),
        ("clean", dumps, "--below", "1", "--json"),
        ("explain", tmp_path / "few" / "filtered.jsonl", "--record", "1"),
        ("attributes", "out", "-o", "attributes", "--name", ACTING),
        ("attributes", "out", "-o", f"attributes{ACTING}"),
        ("clean", f"no{ACTING}where"),
        ("clean", dumps, f"--no{ACTING}"),
        ("clean", dumps, "-o", f"/dev/null/{ACTING}"),
        ("explain", dumps / f"a{ACTING}.txt"),
        ("explain", dumps / f"below{ACTING}" / "page.html"),
        ("explain", dumps / f"nothing{ACTING}.txt"),
        ("explain", records, "--record", "1"),
        ("explain", records, "--record", f"none{ACTING}"),
        ("explain", tmp_path / "out" / "records.jsonl", "--record", "1"),
        ("status", "out"),
        ("status", "out", "--json"),
        ("verify", "out"),
        ("rules", "out"),
        ("schema",),
        ("profile", "check", "own.toml", dumps),
        ("undo", f"no{ACTING}"),
    ]
    for number, command in enumerate(commands):
        run = copydesk_here(*command) if number else copydesk(*command)
        yield " ".join(map(repr, command)), run.stdout + run.stderr
    run = copydesk("clean", "-", stdin=records.read_bytes())
    yield "clean -", run.stdout + run.stderr


@pytest.mark.slow
def test_no_command_prints_acting_text(
    copydesk: Copydesk, copydesk_here: Copydesk, dumps: Path, tmp_path: Path
) -> None:
    (tmp_path / "few.toml").write_text("[keep]\nmin_words = 1_000\n", encoding="utf-8")
    seen = {command: acting(printed) for command, printed in outputs(copydesk, copydesk_here, dumps, tmp_path)}
    assert len(seen) == 27
    assert acting((tmp_path / "few" / "filtered.jsonl").read_text(encoding="utf-8").partition('"record":')[0]) == []
    assert {command: found for command, found in seen.items() if found} == {}


def test_nothing_acts_in_rejects_front_matter_and_sources(copydesk_here: Copydesk, dumps: Path, tmp_path: Path) -> None:
    copydesk_here("clean", dumps, "-o", "out", "--format", "md,json")
    out = tmp_path / "out"
    assert acting((out / "rejects.jsonl").read_text(encoding="utf-8")) == []
    markdown = list(out.rglob("*.md"))
    assert len(markdown) >= 4
    for path in markdown:
        assert acting(path.read_text(encoding="utf-8").split("---\n")[1]) == [], path
    for record in package.read_records(out):
        facts = record.metadata
        fields = (record.id, record.source, record.provenance.record, facts.title, facts.section, facts.url)
        for value in (*fields, *facts.tags, *(author.name for author in facts.authors)):
            assert not HARMFUL.search(value or ""), (record.source, value)


def test_what_a_tampered_output_holds_does_not_act(copydesk_here: Copydesk, dumps: Path, tmp_path: Path) -> None:
    copydesk_here("clean", dumps / "box.jsonl", "-o", "out")
    with closing(connect(tmp_path / "out" / ".copydesk" / "manifest.sqlite")) as base, base:
        manifest_sums.connect(base)
        base.execute("update runs set version = ?, result = ?", (ACTING, ACTING))
        base.execute("update documents set reason = ? where reason is not null", (ACTING,))
    for path in (tmp_path / "out").rglob("*.json"):
        data = json.loads(path.read_bytes())
        data["metadata"]["language"] = data["provenance"]["profile"] = data["blocks"][0]["why"] = ACTING
        path.write_text(json.dumps(data), encoding="utf-8")
        run = copydesk_here("explain", path)
        assert acting(run.stdout + run.stderr) == []
    for command in (("status", "out"), ("verify", "out"), ("status", "out", "--json"), ("rules", "out")):
        run = copydesk_here(*command)
        assert acting(run.stdout + run.stderr) == []


@pytest.mark.slow
def test_undo_on_a_terminal_shows_what_acts_by_name(copydesk_here: Copydesk, dumps: Path, tmp_path: Path) -> None:
    """Into a file or a pipe it writes the bytes of the dump."""
    copydesk_here("clean", dumps / f"below{ACTING}" / "page.html", dumps / f"a{ACTING}.txt", "-o", "out")
    (path,) = [one for one in (tmp_path / "out").rglob("*.json") if one.name.startswith("a")]
    raw = (dumps / f"a{ACTING}.txt").read_bytes()
    assert copydesk_here("undo", path).stdout == raw
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "copydesk.cli", "undo", path], cwd=tmp_path, stdout=theirs, stderr=subprocess.PIPE
    )
    os.close(theirs)
    printed = b""
    try:
        while data := os.read(ours, 2**16):
            printed += data
    except OSError:  # the end of a terminal
        pass
    run.communicate(timeout=180)
    assert acting(printed.replace(b"\r\n", b"\n")) == []
    assert b"<U+001B>[2J" in printed


@pytest.mark.slow
def test_what_a_library_prints_in_a_worker_does_not_act(
    copydesk: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hook").mkdir()
    said = f"import sys, os\nos.write(2, {f'says {ACTING}'.encode()!r})\n"
    (tmp_path / "hook" / "sitecustomize.py").write_text(f"{said}sys.stderr.write('and more\\n')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "hook"), os.environ.get("PYTHONPATH", "")]))
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    run = copydesk("clean", "a.txt", "-o", "out")
    own, _, passed = run.stderr.partition(b"and more\n")
    assert b"says <U+001B>[2J" in passed
    assert acting(passed) == []
    assert acting(own) != []  # of the process of the command itself, which the hook made print


# Fields


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("a\x1b[2Jb\x9bc\nd", "a [2Jb c d"),
        ("Bridge \u202eclosed\u202c", "Bridge closed"),
        ("\u202aone\u202c \u202btwo\u202c", "one two"),
        ("\u2067\u05d0\u05d1\u2069 and more", "\u2067\u05d0\u05d1\u2069 and more"),
        ("\u2067\u05d0\u05d1 and more", "\u05d0\u05d1 and more"),
        ("\u2067a\u2068b\u2069 c", "a\u2068b\u2069 c"),
        ("end\u2069", "end"),
        ("\u0645\u06cc\u200c\u0631\u0648\u062f \u200f\u05d0", "\u0645\u06cc\u200c\u0631\u0648\u062f \u200f\u05d0"),
        ("\U0001f468\u200d\U0001f469 caf\u00e9 \u65e5\u672c", "\U0001f468\u200d\U0001f469 caf\u00e9 \u65e5\u672c"),
    ],
)
def test_a_field_has_what_its_script_needs_and_nothing_that_acts(value: str, wanted: str) -> None:
    assert text.as_field(value) == wanted


def test_many_isolates_take_linear_time() -> None:
    assert text.as_field("\u2067" * 300_000 + "a") == "a"


@pytest.mark.slow
def test_persian_titles_of_feeds_and_mails_keep_their_joiners(tmp_path: Path) -> None:
    title = "\u0645\u06cc\u200c\u0631\u0648\u062f \u0628\u0647 \u062e\u0627\u0646\u0647"
    feed = f"<rss><channel><item><title>{title}</title><description>{STORY}</description></item></channel></rss>"
    (tmp_path / "a.rss").write_text(feed, encoding="utf-8")
    subject = base64.b64encode(title.encode()).decode()
    mail = f"Subject: =?utf-8?b?{subject}?=\nFrom: a@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{STORY}"
    (tmp_path / "b.eml").write_text(mail, encoding="utf-8")
    for name in ("a.rss", "b.eml"):
        (found,) = package.read(tmp_path / name)
        assert isinstance(found, package.Cleaned)
        assert found.article.metadata.title == title


def test_json_has_the_same_values_when_what_acts_is_escaped() -> None:
    line = json.dumps({f"a{ACTING}": ACTING}, ensure_ascii=False)
    assert json.loads(escaped(line)) == {f"a{ACTING}": ACTING}
    assert acting(escaped(line)) == []
    assert shown_lines("a\tb\nc\x1b") == "a\tb\nc<U+001B>"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["schema", "status", "verify", "undo", "explain", "rules", "clean"])
def test_an_argument_too_many_does_not_act(copydesk: Copydesk, command: str) -> None:
    """The shell puts names of files into arguments (`copydesk schema *`), and click quotes them as they are."""
    run = copydesk(
        command, f"a{ACTING}.txt".replace("\x00", ""), f"b{ACTING}.txt".replace("\x00", ""), "c", "--no\x1b[2J"
    )
    assert run.returncode == 2
    assert acting(run.stdout + run.stderr) == []
    run = copydesk(command, *(f"{name}{ACTING}.txt".replace("\x00", "") for name in "abc"))
    assert acting(run.stdout + run.stderr) == []
