"""Bad input gives one clear line or a reject with its reason; nothing is lost or written in part."""

import gzip
import json
import os
import pty
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import Copydesk
from growth import grows_linearly

STORY = "A headline of some length\n\nThis is a sentence with more than enough words in it to be read as a story.\n"


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def rejects(folder: Path) -> dict[str, tuple[str, str]]:
    rows = [json.loads(line) for line in (folder / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["source"]: (row["reason"], row["detail"]) for row in rows}


BAD = {
    "empty": (b"", "empty"),
    "white": (b" \n\t\n\xc2\xa0", "empty"),
    "invisible": ("\u200b\ufeff\u00ad".encode(), "empty"),
    "blank": (b"\n" * 200_000, "empty"),
    "binary": (random.Random(1).randbytes(5_000), "binary"),
    "zeros": (b"\x00" * 5_000, "empty"),
    "huge": (b"a" * 50_000_000, "too_large"),
    "shredded": (b"a\n" * 60_000, "too_many_lines"),
}


@pytest.mark.slow
def test_bad_files_are_rejected_with_their_reason_and_the_others_are_cleaned(
    copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path
) -> None:
    folder = dumps(**{f"{name}__txt": data for name, (data, _) in BAD.items()}, good__txt=STORY)
    run = copydesk("clean", folder, "-o", "out")
    assert run.returncode == 1
    assert run.stderr.decode().partition("\n")[0] == f"1 written, 0 unchanged, {len(BAD)} rejected -> out"
    found = rejects(tmp_path / "out")
    assert {source: reason for source, (reason, _) in found.items()} == {
        f"{name}.txt": reason for name, (_, reason) in BAD.items()
    }
    assert all(detail and "\n" not in detail for _, detail in found.values())
    assert "limits.record_size = 4,000,000" in found["huge.txt"][1]


def test_unusual_but_readable_files_are_cleaned(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    folder = dumps(
        nul__txt=STORY.replace("more", "mo\x00re").encode(),
        damaged__txt=STORY.encode().replace(b"with", b"na\xc3\xafve caf\xc3\xa9 \xff\xfe with"),
        wide__txt=STORY.encode("utf-16-le"),
        marked__txt=STORY.encode("utf-16"),
        lines__txt=b"\n" * 200_000 + STORY.encode(),
    )
    assert copydesk("clean", folder, "-o", "out").returncode == 0
    rows = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "out").rglob("*.json")}
    assert {row["text"] for name, row in rows.items() if name != "damaged"} == {STORY.strip().split("\n\n")[1]}
    assert rows["damaged"]["provenance"]["undecoded"] == [{"offset": 57, "hex": "fffe", "read_as": None}]
    assert {name: row["provenance"]["encoding"] for name, row in rows.items()} == {
        **dict.fromkeys(rows, "utf-8"),
        "wide": "utf-16-le",
        "marked": "utf-16-le",
    }


def test_encodings_that_are_hard_to_detect() -> None:
    from copydesk.decoding import decode, encode
    from copydesk.document import Undecoded

    late = b"Plain words in plain ASCII.\n" * 4_000 + "Die Größe und das Übermaß, sagt der Bürgermeister.\n".encode(
        "cp1252"
    )
    odd = STORY.encode("utf-16") + b"x"
    assert decode(late).encoding == "cp1252"
    assert decode(odd).text == "\ufeff" + STORY + "\ufffd"
    assert decode(odd).undecoded == (Undecoded(len(STORY) + 1, "78"),)
    for data in (late, odd):
        found = decode(data)
        assert encode(found.text, found.encoding, found.undecoded) == data


@pytest.mark.slow
def test_bad_records_of_a_container_are_rejected_one_by_one(
    copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path
) -> None:
    good = json.dumps({"id": "twice", "text": STORY})
    lines = [
        '{"id": "lone", "text": "x \\ud800 y"}',
        '{"id": "\\udfff", "text": "x"}',
        "not json",
        "[1]",
        '{"id": "bare", "lead": "x"}',
        '{"id": "white", "text": " "}',
        '{"text": +1}',
        "[" * 100_000,
        '{"id": "endless", "x": 1e999, "text": "x"}',
        '{"id": "deep", "x": ' + "[" * 700 + "]" * 700 + ', "text": "x"}',
        '{"id": "bytes \udced\udca0\udc80", "text": "x"}',
        good,
        good,
        json.dumps(
            {"text": STORY, "title": "A headline of some length", "date": "2024-02-13", "more": [1, {"a": None}]}
        ),
    ]
    folder = dumps(
        all__jsonl="\n".join(lines).encode("utf-8", "surrogateescape"),
        cut__jsonl__gz=gzip.compress((good + "\n").encode() * 200)[:-20],
    )
    assert copydesk("clean", folder, "-o", "out", "--format", "jsonl").returncode == 1
    found = {source: reason for source, (reason, _) in rejects(tmp_path / "out").items()}
    assert found == {
        **{"all.jsonl#1": "lone_surrogate", "all.jsonl#2": "lone_surrogate", "all.jsonl#3": "not_json"},
        **{"all.jsonl#4": "not_an_object", "all.jsonl#bare": "no_text", "all.jsonl#white": "empty"},
        **dict.fromkeys([f"all.jsonl#{number}" for number in (7, 8, 9, 10, 11)], "not_json"),
        next(source for source in found if source.startswith("cut")): "broken_stream",
    }
    rows = [json.loads(line) for line in (tmp_path / "out" / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    mine = [row for row in rows if row["source"].startswith("all")]
    assert [row["source"] for row in mine] == ["all.jsonl#twice", "all.jsonl#13", "all.jsonl#14"]
    assert mine[2]["metadata"]["published"] == "2024-02-13"
    assert mine[2]["metadata"]["extra"] == {"more": [1, {"a": None}]}
    assert mine[2]["provenance"]["record"] == "14"


@pytest.mark.slow
def test_every_record_of_a_container_has_a_different_name(copydesk: Copydesk) -> None:
    ids = ["2", None, "2", "3", 5, 1.5, "6", None]
    lines = "".join(json.dumps({"text": STORY} if name is None else {"id": name, "text": STORY}) + "\n" for name in ids)
    run = copydesk("clean", "-", stdin=lines.encode())
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [row["source"] for row in rows] == [f"-#{name}" for name in ("2", "2-2", "3", "4", "5", "6", "7", "8")]
    assert len({row["id"] for row in rows}) == len(ids)
    assert rows[5]["metadata"]["extra"] == {"id": 1.5}


@pytest.mark.slow
def test_fields_of_a_container_are_used_or_go_to_extra(copydesk: Copydesk) -> None:
    fields = {
        "authors": ["Ann Other", {"name": "Bob Third"}],
        "date": "2024-02-13T10:00:37Z",
        "language": "EN-gb",
        "url": "javascript:x",
        "title": "A\nheadline",
    }
    run = copydesk(
        "clean", "-", stdin=json.dumps({**fields, "text": STORY.replace("\n\n", "\n\nBy Jane Doe\n\n")}).encode()
    )
    said = json.loads(run.stdout)["metadata"]
    assert [author["name"] for author in said["authors"]] == ["Ann Other", "Bob Third"]
    assert (said["published"], said["language"], said["title"]) == ("2024-02-13T10:00:37+00:00", "en-GB", "A headline")
    assert said["url"] is None
    assert said["extra"] == {"authors": fields["authors"], "url": "javascript:x"}


def test_wrong_use_prints_one_clear_line(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    folder = dumps(a__txt=STORY)
    (tmp_path / "nothing").mkdir()
    (tmp_path / "bad.toml").write_text("[limits]\nrecord_sise = 3\n", encoding="utf-8")
    (tmp_path / "worse.toml").write_text('[edits]\noff = ["spacing.coma"]\n', encoding="utf-8")
    for arguments, message in (
        (("nowhere",), "Error: no such file or directory: nowhere\n"),
        (("nothing",), "Error: no dumps in nothing\n"),
        ((folder, "-o", "/dev/null/out"), "Error: /dev/null/out: the output can't be written here: Not a directory\n"),
        (("-", folder), 'Error: "-" (standard input) cannot be combined with other paths, -o or --format\n'),
        (
            (folder, "--config", "bad.toml"),
            "Error: bad.toml: limits: unknown key 'record_sise'; the keys here are: record_size, record_lines, file_size\n",
        ),
    ):
        run = copydesk("clean", *arguments)
        assert (run.returncode, run.stdout, run.stderr.decode()) == (2, b"", message)
    assert b"no rule 'spacing.coma'" in copydesk("clean", folder, "--config", "worse.toml").stderr
    assert b"'xml' is not one of md, links.md, json, jsonl" in copydesk("clean", folder, "--format", "xml").stderr
    assert not (tmp_path / "output").exists()


def test_the_second_input_with_the_same_source_is_rejected(
    copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path
) -> None:
    """Its record would have the id of the first.  Sources that differ in capitals only are both cleaned."""
    dumps(a__txt=STORY, A__txt=STORY, b__txt=STORY)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.txt").write_text(STORY, encoding="utf-8")
    run = copydesk("clean", "dumps", "other", "-o", "out")
    assert run.stderr.decode().startswith("3 written, 0 unchanged, 1 rejected -> out\n")
    found = rejects(tmp_path / "out")
    assert (found["b.txt"][0], len(found)) == ("name_taken", 1)
    assert "clean the folder above both" in found["b.txt"][1]
    backwards = copydesk("clean", "other", "dumps", "-o", "again")
    assert backwards.stderr.decode().startswith("3 written, 0 unchanged, 1 rejected -> again\n")
    assert rejects(tmp_path / "again") == found


def test_broken_and_circular_links_are_rejected(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    folder = dumps(a__txt=STORY)
    (folder / "below").mkdir()
    (folder / "below" / "up").symlink_to(folder)
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    (folder / "gone").symlink_to("nowhere")
    (folder / "again.txt").symlink_to("a.txt")
    run = copydesk("clean", folder, "-o", "out")
    assert run.stderr.decode().partition("\n")[0] == "1 written, 0 unchanged, 4 rejected -> out"
    assert {source: reason for source, (reason, _) in rejects(tmp_path / "out").items()} == {
        **{"below/up": "symlink_loop", "one": "symlink_loop", "two": "symlink_loop", "gone": "unreadable"}
    }


def test_no_name_leads_out_of_the_output_directory(
    copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path
) -> None:
    names = ["new\nline.txt", "a#b.txt", "..txt.", "nul.txt", "x" * 250, "récit.txt", "a b.txt", "end .txt", "-o"]
    folder = dumps(a__txt=STORY)
    for name in names:
        (folder / name).write_text(STORY, encoding="utf-8")
    (folder / os.fsdecode(b"latin-\xe9.txt")).write_text(STORY, encoding="utf-8")
    lines = "".join(
        json.dumps({"id": name, "text": STORY}) + "\n" for name in ("../../up", "/etc/x", "a/b", "", ".", "..")
    )
    (folder / "records.jsonl").write_text(lines, encoding="utf-8")
    run = copydesk("clean", folder, "-o", "out/deep/er", "--format", "md,json,jsonl")
    assert (run.returncode, run.stderr.decode().split(",")[0]) == (0, f"{len(names) - 1 + 2 + 6} written")
    written = [path for path in tmp_path.rglob("*.md") if "dumps" not in path.parts]
    assert len(written) == len(names) - 1 + 2 + 6
    assert all(path.is_relative_to(tmp_path / "out" / "deep" / "er") for path in written)


def test_the_output_directory_is_not_read_as_input(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY)
    copydesk("clean", folder, "-o", folder / "out")
    assert copydesk("clean", folder, "-o", folder / "out").stderr.startswith(b"0 written, 1 unchanged, 0 rejected")


def test_an_output_directory_among_the_inputs_is_an_error(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY)
    run = copydesk("clean", folder, "-o", folder)
    assert (run.returncode, b"is the output directory" in run.stderr) == (2, True)


def test_a_file_that_is_named_twice_is_one_input(copydesk: Copydesk, dumps: Callable[..., Path]) -> None:
    folder = dumps(a__txt=STORY)
    assert copydesk("clean", folder, folder / "a.txt", folder, "-o", "out").stderr.startswith(
        b"1 written, 0 unchanged, 0 r"
    )


def test_a_file_that_is_not_regular_is_rejected(copydesk: Copydesk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert (
        copydesk("clean", "pipe", "/dev/zero", "-o", "out").stderr.decode().partition("\n")[0]
        == "0 written, 0 unchanged, 2 rejected -> out"
    )


def test_a_document_is_never_written_in_part(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "out" / "a.json").mkdir(parents=True)
    run = copydesk("clean", dumps(a__txt=STORY), "-o", "out")
    assert (run.returncode, rejects(tmp_path / "out")["a.txt"][0]) == (1, "unusable_name")
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["a.json", "rejects.jsonl"]


@pytest.mark.slow
def test_a_closed_or_full_output_prints_no_traceback(copydesk: Copydesk, tmp_path: Path) -> None:
    lines = (json.dumps({"text": STORY}) + "\n") * 50
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    script = f'{sys.executable} -m copydesk.cli clean - < in.jsonl {{}}; echo "exit ${{{{PIPESTATUS[0]}}}}"'
    for redirection, code in (("> /dev/full", "3"), ("| head -c 10 > /dev/null", "3"), (">&-", "3")):
        run = subprocess.run(["bash", "-c", script.format(redirection)], cwd=tmp_path, capture_output=True, check=True)
        assert run.stdout.decode().endswith(f"exit {code}\n"), run.stderr.decode()
        assert b"Traceback" not in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("teaser", "times"),
    [
        ("Flood of the  century leaves a town without a road\n", 4_000),
        ("Read more: Flood hits {n} towns\nSnow in Town {n}\nSun for Town {n}\nStorm in the {n} towns\n", 1_000),
    ],
    ids=["the same headline", "short lines that may be sections or headlines"],
)
def test_many_teasers_and_many_lines_take_linear_time(teaser: str, times: int) -> None:
    import copydesk as library

    def clean(times: int) -> None:
        teasers = "".join(teaser.format(n=n) for n in range(times))
        library.clean(f"A headline of some length\n\n{STORY * 3}\nRelated stories\n{teasers}", source="x")

    clean(10)
    assert grows_linearly(clean, times // 8, times)


@pytest.mark.slow
def test_memory_is_bounded_by_the_record(dumps: Callable[..., Path], tmp_path: Path) -> None:
    """Files of 200 MB under an address space of 1.5 GB: a file that is too large is rejected by its size, a line by its beginning."""
    folder = dumps(a__txt=STORY)
    with (folder / "big.txt").open("wb") as big, gzip.open(folder / "bomb.jsonl.gz", "wb") as bomb:
        big.truncate(200_000_000)
        for _ in range(200):
            bomb.write(b" " * 1_000_000)
    command = [sys.executable, "-m", "copydesk.cli", "clean", str(folder), "-o", str(tmp_path / "out")]
    limit = 1_500_000_000
    run = subprocess.run(
        command,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert run.stderr.decode().startswith("1 written, 0 unchanged, 2 rejected")


def test_a_full_disk_leaves_nothing_half_written(dumps: Callable[..., Path], tmp_path: Path) -> None:
    """No file may grow beyond 300 bytes: the run ends with its own exit code and no torn output."""
    folder = dumps(a__txt=STORY * 5)
    command = [sys.executable, "-m", "copydesk.cli", "clean", str(folder), "-o", str(tmp_path / "out")]

    def small_disk() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))

    run = subprocess.run(command, capture_output=True, check=False, preexec_fn=small_disk)
    assert run.returncode == 3
    assert b"fix this and run again" in run.stderr
    assert b"Traceback" not in run.stderr
    assert [path.name for path in (tmp_path / "out").glob("*") if path.is_file()] == []


def test_an_unwritable_output_directory_is_an_error(
    dumps: Callable[..., Path], tmp_path: Path, bound: Sequence[str]
) -> None:
    folder = dumps(a__txt=STORY)
    (tmp_path / "closed").mkdir(mode=0o500)
    command = [*bound, sys.executable, "-m", "copydesk.cli", "clean", str(folder), "-o", str(tmp_path / "closed")]
    run = subprocess.run(command, capture_output=True, check=False)
    assert (run.returncode, b"can't be written here: Permission denied" in run.stderr) == (2, True)


@pytest.mark.slow
def test_nothing_that_a_dump_holds_reaches_the_terminal(tmp_path: Path) -> None:
    """Escape sequences in names and texts, on a real terminal: shown by their numbers, never sent."""
    name, out = "a\x1b[31mb\x1b]0;owned\x07.txt", "out\x1b[31m"
    (tmp_path / name).write_text(STORY.replace("words", "w\x1b[2Jor\x9bds\u202e"), encoding="utf-8")
    commands = [
        ("clean", name, "-o", out), ("explain", name), ("clean", "missing\x1b[31m"), ("undo", name),
        ("status", out), ("verify", out), ("verify", "."),
    ]  # fmt: skip
    codes = []
    for command in commands:
        ours, theirs = pty.openpty()
        run = subprocess.Popen(
            [sys.executable, "-m", "copydesk.cli", *command], cwd=tmp_path, stdout=theirs, stderr=theirs,
            env={**os.environ, "TERM": "dumb", "NO_COLOR": "1"},
        )  # fmt: skip
        os.close(theirs)
        sent = b""
        with suppress(OSError):  # the terminal closes with its last writer
            while part := os.read(ours, 65536):
                sent += part
        os.close(ours)
        codes.append(run.wait())
        assert sent
        assert not any(code in sent for code in (b"\x1b", b"\x07", b"\xc2\x9b", "\u202e".encode())), sent
    assert codes == [0, 0, 2, 2, 0, 0, 2]


def test_verify_reports_a_broken_output(copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path) -> None:
    folder = dumps(a__txt=STORY, b__txt=STORY)
    copydesk("clean", folder, "-o", "out", "--format", "md,json,jsonl")
    assert copydesk("verify", "out").returncode == 0
    (tmp_path / "out" / "a.md").unlink()
    record = json.loads((tmp_path / "out" / "b.json").read_text(encoding="utf-8"))
    record["blocks"][0]["text"] += "!"
    (tmp_path / "out" / "b.json").write_text(json.dumps(record), encoding="utf-8")
    with (tmp_path / "out" / "records.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("{}\n")
    run = copydesk("verify", "out")
    problems = run.stdout.decode().splitlines()
    assert (run.returncode, len(problems)) == (1, 4)
    assert problems[0].startswith("a.md: can't be read")
    assert problems[1] == "b.json: is not what was written: its SHA-256 differs"
    assert {line.partition(":")[0] for line in problems[2:]} == {"records.jsonl"}


@pytest.mark.slow
def test_a_record_of_100_megabytes_and_200_000_tiny_ones(tmp_path: Path) -> None:
    """Under an address space of 1.5 GB: the large one is rejected, the tiny ones are each accounted for."""
    count = 200_000
    with gzip.open(tmp_path / "in.jsonl.gz", "wb", compresslevel=1) as stream:
        stream.write(b'{"text": "' + b"a " * 50_000_000 + b'"}\n')
        for _ in range(count // 1000):
            stream.write(b"{}\n" * 1000)
        stream.write(json.dumps({"text": STORY}).encode() + b"\n")
    script = (
        "import sys, collections\n"
        "from pathlib import Path\n"
        "from copydesk import config, readers\n"
        "from copydesk.document import Reject\n"
        "found = readers.read(Path(sys.argv[1]), 'in', config.default())\n"
        "print(sorted(collections.Counter(getattr(one, 'reason', 'read') for one in found).items()))\n"
    )
    limit = 1_500_000_000
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "in.jsonl.gz")],
        capture_output=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert run.stdout.decode().strip() == str([("no_text", count), ("read", 1), ("too_large", 1)])


def test_a_glob_pattern_selects_files(tmp_path: Path) -> None:
    from copydesk import batch

    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text(STORY, encoding="utf-8")
    assert [one.source for one in batch.plan([tmp_path / "*.txt"]).inputs] == ["a.txt", "b.txt"]
    with pytest.raises(batch.InputError, match=r"no such file.*\*\.pdf"):
        batch.plan([tmp_path / "*.pdf"])
