"""The command as a shell: summary, logs, dry run, closed streams, names of descriptors, status, explain, profiles."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Copydesk
from runs import FERNHILL, fill, rejects, story, tree

STORY = story(3)
PROFILE = """evidence = "made up"
publisher = "Fernhill Weekly"
markers = ["A page of Fernhill Weekly"]

[[lines]]
pattern = "Mayor says .*"
label = "promo"

[[lines]]
pattern = "Listen live"
label = "control"
"""


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def shell(script: str, folder: Path) -> "subprocess.CompletedProcess[bytes]":
    """Run a script of bash in which `copydesk` is the command."""
    whole = f'copydesk() {{ "{sys.executable}" -m copydesk.cli "$@"; }}\n{script}'
    return subprocess.run(["bash", "-c", whole], cwd=folder, capture_output=True, check=False, timeout=180)


def test_the_summary_says_what_was_rejected_and_why(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY + FERNHILL, b__txt="", c__txt=" ", d__txt=bytes(range(256)) * 9)
    (folder / ".hidden.txt").write_text(STORY, encoding="utf-8")
    own = folder.parent / "config" / "sources"
    own.mkdir(parents=True)
    (own / "fernhill.toml").write_text(PROFILE, encoding="utf-8")
    first, second, third = copydesk("clean", folder, "-o", "out").stderr.decode().splitlines()
    assert first == "1 written, 0 unchanged, 3 rejected -> out"
    assert second == "3 rejected (empty 2, binary 1): see out/rejects.jsonl"
    what, _, seconds = third.partition("; ")
    assert re.fullmatch(
        r"4 dumps cleaned, 0 files skipped, \d teasers?, 1 file left out, source profiles: fernhill 1", what
    )
    assert re.fullmatch(r"\d+\.\d s", seconds)
    (folder / "b.txt").unlink()
    lines = copydesk("clean", folder, "-o", "out").stderr.decode().splitlines()
    assert lines[0] == "1 input is gone: the outputs are still there; --prune removes them"
    assert lines[3].startswith("0 dumps cleaned, 3 files skipped, ")


def test_logs_and_silence(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY, b__txt="")
    run = copydesk("clean", folder, "-o", "json", "--log-format", "json")
    entries = [json.loads(line) for line in run.stderr.splitlines()]
    assert all({"time", "level", "logger", "message"} <= entry.keys() for entry in entries)
    rejected = next(entry for entry in entries if "reason" in entry)
    assert (rejected["source"], rejected["reason"]) == ("b.txt", "empty")
    end = entries[-1]
    assert (end["written"], end["rejected"], end["reasons"]) == (1, 1, {"empty": 1})
    assert end["teasers"] >= 1
    verbose = copydesk("clean", folder, "-o", "verbose", "-vv").stderr.decode()
    assert "INFO a run begins: 2 files into verbose" in verbose
    assert "DEBUG a.txt: a\n" in verbose
    assert "INFO b.txt: rejected: empty: " in verbose
    assert "DEBUG" not in copydesk("clean", folder, "-o", "less", "-v").stderr.decode()
    quiet = copydesk("clean", folder, "-o", "quiet", "-q")
    assert (quiet.returncode, quiet.stderr) == (1, b"")
    assert b"no such file" in copydesk("clean", "nowhere", "-q").stderr


def planned(run: "subprocess.CompletedProcess[bytes]") -> list[list[str]]:
    assert run.returncode == 0, run.stderr
    return [line.split("\t") for line in run.stdout.decode().splitlines()]


def test_a_dry_run_says_what_a_run_would_do_and_does_nothing(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY, b__txt=STORY, empty__txt="")
    (folder / ".hidden.txt").write_text(STORY, encoding="utf-8")
    (folder / "gone").symlink_to("nowhere")
    run = copydesk("clean", folder, "-o", "out", "--dry-run")
    assert planned(run) == [
        ["clean", "a.txt", "new"],
        ["clean", "b.txt", "new"],
        ["clean", "empty.txt", "new"],
        ["reject", "gone", "unreadable: a link that leads nowhere"],
        ["leave out", ".hidden.txt", "hidden"],
    ]
    assert "nothing was done" in run.stderr.decode()
    out = folder.parent / "out"
    assert not out.exists()
    for name in folder.glob("*.txt"):
        os.utime(name, (10**9, 10**9))
    copydesk("clean", folder, "-o", "out")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    dumps(b__txt=STORY + "\nOne more line of the story, which is new today.\n", c__txt=STORY)
    (out / "a.md").unlink()
    (folder / "empty.txt").unlink()
    assert planned(copydesk("clean", folder, "-o", "out", "--dry-run", "--prune"))[:3] == [
        ["clean", "a.txt", "an output file is missing, or a better name for it is free now"],
        ["clean", "b.txt", "the file has changed"],
        ["clean", "c.txt", "new"],
    ]
    assert planned(copydesk("clean", folder, "-o", "out", "--dry-run", "--prune"))[-1] == [
        "remove", "empty.txt", "the input is gone",
    ]  # fmt: skip
    copydesk("clean", folder, "-o", "out")
    assert planned(copydesk("clean", folder, "-o", "out", "--dry-run", "--format", "json"))[0][2].startswith(
        "the settings"
    )
    assert [row[0] for row in planned(copydesk("clean", folder, "-o", "out", "--dry-run"))][:1] == ["skip"]
    assert before.keys() - {out / "a.md"} <= {path for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "link"])
@pytest.mark.slow
def test_a_descriptor_is_the_file_behind_it_or_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "link").symlink_to("/dev/stdin")
    run = shell(f"copydesk clean {path} -o out < page.txt", tmp_path)
    assert (run.returncode, sorted(tree(tmp_path / "out"))[0]) == (0, "page.json"), run.stderr
    run = shell(f"cat page.txt | copydesk clean {path} -o piped", tmp_path)
    assert run.returncode == 1
    assert set(rejects(tmp_path / "piped").values()) == {"unreadable"}
    assert b"use - and standard input" in (tmp_path / "piped" / "rejects.jsonl").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    ["clean - < rows.jsonl", "explain page.txt", "undo out/page.json", "status out", "rules", "schema",
     "clean page.txt -o out --dry-run", "profile check own.toml page.txt"],
)  # fmt: skip
def test_a_closed_standard_output_is_an_error(copydesk: Copydesk, tmp_path: Path, command: str) -> None:
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "own.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": STORY}) + "\n", encoding="utf-8")
    copydesk("clean", "page.txt", "-o", "out", "-q")
    run = shell(f"copydesk {command} >&-; echo $?", tmp_path)
    assert run.stdout == b"3\n"
    assert b"standard output is closed" in run.stderr


@pytest.mark.slow
def test_a_reader_that_ends_early_is_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text((json.dumps({"text": STORY}) + "\n") * 60, encoding="utf-8")
    for command in (("clean", "-"), ("rules",)):
        reader, writer = os.pipe()
        os.close(reader)
        with (tmp_path / "rows.jsonl").open("rb") as rows:
            run = subprocess.run(
                [sys.executable, "-m", "copydesk.cli", *command],
                stdin=rows, stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, check=False,
            )  # fmt: skip
        os.close(writer)
        assert (run.returncode, run.stderr) == (3, b"")


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_stop_cleaning(tmp_path: Path, closed: str) -> None:
    """The next file would get the number of a closed stream, and the manifest what is printed there."""
    folder = fill(tmp_path / "dumps", 2)
    (folder / "empty.txt").write_bytes(b"")
    run = shell(f"copydesk clean dumps -o out -v {closed}; echo $?; copydesk verify out", tmp_path)
    assert (run.stdout, run.returncode) == (b"1\n", 0), run.stderr
    assert {"story-0000.md", "story-0001.md", "rejects.jsonl"} <= tree(tmp_path / "out").keys()


@pytest.mark.slow
def test_a_stream_is_cleaned_by_several_workers_in_order(copydesk: Copydesk) -> None:
    rows = [{"id": f"r{n % 40}", "text": story(n)} if n % 7 else {"id": f"r{n}"} for n in range(75)]
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    one, two = (copydesk("clean", "-", "--jobs", jobs, stdin=lines) for jobs in ("1", "2"))
    assert (one.stdout, one.stderr, one.returncode) == (two.stdout, two.stderr, 1)
    found = [json.loads(line)["source"] for line in one.stdout.splitlines() if b'"kind":"article"' in line]
    assert found[:3] == ["-#r1", "-#r2", "-#r3"]
    assert len(found) == len(set(found)) == 75 - len(one.stderr.splitlines()) == 64


@pytest.mark.slow
def test_a_stream_gives_each_record_while_it_is_open() -> None:
    command = [sys.executable, "-m", "copydesk.cli", "clean", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for name in ("a", "b"):
            process.stdin.write(json.dumps({"id": name, "text": "A single line of text."}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["source"] == f"-#{name}"
        process.stdin.close()
        assert process.wait(180) == 0


def test_status_as_json(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY, b__txt="", c__txt=STORY)
    for _ in range(3):
        copydesk("clean", folder, "-o", "out")
    (folder / "c.txt").unlink()
    found = json.loads(copydesk("status", "out", "--json", "--runs", "2").stdout)
    numbers = {name: found[name] for name in ("files", "gone", "dumps", "records", "teasers", "rejects")}
    assert numbers.pop("teasers") >= 2
    assert numbers == {"files": 3, "gone": 1, "dumps": 3, "records": 2, "rejects": {"empty": 1}}
    assert [(run["number"], run["state"]) for run in found["runs"]] == [(3, "finished"), (2, "finished")]
    text = copydesk("status", "out", "--runs", "1").stdout.decode()
    assert "1  of the files are gone" in text
    assert text.count("finished") == 1


@pytest.mark.slow
def test_explain_shows_a_part(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt="Home\nNews\nSport\n\n" + STORY.replace("number", ",number", 1))
    whole = copydesk("explain", folder / "a.txt").stdout.decode()
    parts = {
        part: copydesk("explain", folder / "a.txt", "--only", part).stdout.decode()
        for part in ("removed", "story", "edits", "facts", "teasers")
    }
    assert "navigation" in parts["removed"]
    assert "paragraph" not in parts["removed"]
    assert "paragraph" in parts["story"]
    assert "navigation" not in parts["story"]
    assert "label." not in parts["facts"]
    assert "teaser 1" in parts["teasers"]
    assert "teaser 1" not in parts["story"]
    assert all(len(part) < len(whole) for part in parts.values())
    assert (
        b"'removed', 'story', 'edits', 'facts', 'teasers'"
        in copydesk("explain", folder / "a.txt", "--only", "x").stderr
    )


def test_explain_of_an_output_shows_its_record(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY, b__txt=STORY)
    shown = copydesk("explain", folder / "a.txt").stdout
    copydesk("clean", folder, "-o", "out", "--format", "md,json,jsonl")
    for name in ("a.json", "a.md", "a.teasers.md"):
        assert copydesk("explain", f"out/{name}").stdout == shown
    assert copydesk("explain", "out/records.jsonl", "--record", "1").stdout == shown
    assert b"name one with --record" in copydesk("explain", "out/records.jsonl").stderr
    assert b"give out/a.json" in copydesk("explain", "out/a.teasers.jsonl").stderr
    copydesk("clean", folder, "-o", "markdown", "--format", "md")
    assert b"explain the dump itself" in copydesk("explain", "markdown/a.md").stderr


def test_markdown_that_copydesk_has_not_written_is_a_dump(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__md=f"---\nid: 7\nsource: me\n---\n{STORY}", b__json=json.dumps({"id": "x", "text": STORY}))
    for name in ("a.md", "b.json"):
        assert name.encode() in copydesk("explain", folder / name).stdout


def test_undo_says_which_file_to_give(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    copydesk("clean", dumps(a__txt=STORY), "-o", "out")
    for name in ("a.md", "a.teasers.md", "a.teasers.jsonl"):
        run = copydesk("undo", f"out/{name}")
        assert (run.returncode, run.stdout, b"give out/a.json" in run.stderr) == (2, b"", True)
    copydesk("clean", "dumps", "-o", "packed", "--format", "jsonl.gz")
    assert copydesk("undo", "packed/records.jsonl.gz").stdout.decode() == STORY


@pytest.mark.slow
def test_profiles_below_the_working_directory_apply(copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "fernhill.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "page.txt").write_text(STORY + FERNHILL, encoding="utf-8")
    assert b"profile fernhill" in copydesk("explain", "page.txt").stdout
    (tmp_path / "limits.toml").write_text("[run]\nseconds = 30\n", encoding="utf-8")
    assert b"profile fernhill" in copydesk("explain", "page.txt", "--config", "limits.toml").stdout
    (tmp_path / "config" / "sources" / "npr.toml").write_text(
        PROFILE.replace("Fernhill", "Northford"), encoding="utf-8"
    )
    row = (ROOT / "seeds" / "000_734dcd8237e8f88d.txt").read_text(encoding="utf-8")
    (tmp_path / "npr.txt").write_text(row, encoding="utf-8")
    assert b"profile npr" not in copydesk("explain", "npr.txt").stdout  # the own file replaces the shipped one


def test_an_unknown_label_lists_the_known_ones(copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(PROFILE.replace('"promo"', '"ad"'), encoding="utf-8")
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    message = copydesk("profile", "check", "own.toml", "page.txt").stderr.decode()
    assert "own.toml: Invalid enum value 'ad' - at `$.lines[0].label`; the labels are: paragraph, heading, " in message


@pytest.mark.slow
def test_profile_check_shows_what_a_profile_does(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    for name in ("story-0000.txt", "story-0001.txt"):
        (folder / name).write_text((folder / name).read_text(encoding="utf-8") + FERNHILL, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (tmp_path / "own.toml").write_text(PROFILE, encoding="utf-8")
    run = copydesk("profile", "check", "own.toml", "dumps")
    lines = run.stdout.decode().splitlines()
    assert run.returncode == 0
    assert lines[:3] == [
        "own: recognises 2 of 3 pages",
        "1 dump could not be cleaned: `copydesk clean` says why",
        "marker   A page of Fernhill Weekly: 2 pages",
    ]
    assert "pattern  Mayor says .*: 2 lines on 2 pages" in lines
    assert "pattern  Listen live: MATCHES NO LINE" in lines
    assert any(line.startswith("changed  ") and " -> promo: " in line for line in lines)
    assert any(line.strip().startswith("story-0000.txt: Mayor says she will not run") for line in lines)
    (tmp_path / "own.toml").write_text(PROFILE.replace("A page of Fernhill", "A page of Nowhere"), encoding="utf-8")
    text = copydesk("profile", "check", "own.toml", "dumps").stdout.decode()
    assert "own: recognises 0 of 3 pages" in text
    assert "marker   A page of Nowhere Weekly: MATCHES NO PAGE" in text


def test_completion_knows_commands_and_options(tmp_path: Path) -> None:
    """What docs/commands.md says to add to the file of the shell works."""
    environment = {**os.environ, "COMP_WORDS": "copydesk cle", "COMP_CWORD": "1", "_COPYDESK_COMPLETE": "bash_complete"}
    (tmp_path / "copydesk").write_text(f"#!{sys.executable}\nfrom copydesk.cli import main\nmain()\n", encoding="utf-8")
    (tmp_path / "copydesk").chmod(0o755)
    run = subprocess.run([str(tmp_path / "copydesk")], env=environment, capture_output=True, check=False)
    assert run.stdout == b"plain,clean\n"


def test_no_help_has_a_broken_line() -> None:
    """Examples and exit codes have lines of their own, and no sign of the source is shown."""
    import click
    from click.testing import CliRunner

    from copydesk.cli import main

    def commands(group: click.Group, *above: str) -> list[list[str]]:
        found = [list(above)]
        for name, command in group.commands.items():
            found += commands(command, *above, name) if isinstance(command, click.Group) else [[*above, name]]
        return found

    for command in commands(main):
        text = CliRunner().invoke(main, [*command, "--help"]).output
        assert "\\b" not in text
        assert "\x08" not in text
        for line in text.splitlines():
            if line.strip().startswith("copydesk "):
                assert line.count("copydesk ") == 1, line
