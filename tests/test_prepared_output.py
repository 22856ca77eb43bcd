"""An output folder that somebody else has prepared or damaged: nothing outside it is written, moved or deleted."""

import hashlib
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import batch, config
from copydesk.batch import Job, manifest_sums
from copydesk.batch.check import check_output
from copydesk.batch.job import digest, run_key
from copydesk.batch.manifest import DamagedRowError, Manifest, manifest_errors
from copydesk.batch.manifest_totals import Totals
from copydesk.batch.messages import PART, Entry, FileState, Fingerprint, Outcome, Part, encode, staged_name
from copydesk.shards import Shards
from copydesk.store import Format, is_inside
from runs import fill, story

FORMATS = ("--format", "md,json,jsonl")
EVIL = b"evil\n"


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file beside the output that no run may touch."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "notes.txt").write_bytes(b"mine\n")
    return home / "notes.txt"


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    return fill(tmp_path / "dumps", 3)


def prepare_part(dumps: Path, out: Path, files: dict[str, str | None], staged: dict[str, bytes], key: str) -> None:
    """A part in the output, as a killed run leaves it."""
    folder = out / ".copydesk" / "work" / "1"
    folder.mkdir(parents=True)
    for name, data in staged.items():
        (folder / name).write_bytes(data)
    outcome = Outcome(0, "zz.txt", Fingerprint("c", "p", "r"), files)
    entry = Entry(str(dumps / "zz.txt"), "zz.txt", FileState(1, 0, 0, "x"), 0, 1, 0, (outcome,))
    (folder / PART).write_bytes(encode(Part(key, (entry,))))


def current_key(dumps: Path, out: Path) -> str:
    job = Job(batch.plan([dumps], out), out, settings=config.default())
    return run_key(job) + digest(job.settings.profiles)


@pytest.mark.parametrize("name", ["../home/notes.txt", "a/../../home/notes.txt", ".copydesk/x", "/srv/x", "a//b", ""])
def test_a_name_that_leads_out_of_the_output_is_known(name: str) -> None:
    assert not is_inside(name)
    assert is_inside("a/b.md")


@pytest.mark.parametrize("name", ["/../../home/notes.txt", "../home/notes.txt", "/../.copydesk/x", "", ".md/../x.md"])
def test_a_part_that_names_files_outside_is_not_published(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, victim: Path, name: str
) -> None:
    staged = staged_name(0, EVIL)
    prepare_part(dumps, tmp_path / "out", {name: staged}, {staged: EVIL}, current_key(dumps, tmp_path / "out"))
    assert copydesk("clean", dumps, "-o", "out").returncode == 0
    assert victim.read_bytes() == b"mine\n"
    assert len(list((tmp_path / "out").glob("story-000?.md"))) == 3


def test_a_part_does_not_take_a_file_from_outside_its_folder(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, victim: Path
) -> None:
    stolen = "../../../../home/notes.txt"
    prepare_part(dumps, tmp_path / "out", {".md": stolen}, {}, current_key(dumps, tmp_path / "out"))
    assert copydesk("clean", dumps, "-o", "out").returncode == 0
    assert victim.read_bytes() == b"mine\n"
    assert not (tmp_path / "out" / "zz.md").exists()


def test_a_part_of_other_settings_does_not_delete_a_file_outside(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, victim: Path
) -> None:
    published = "0-" + hashlib.sha256(b"mine\n").hexdigest()
    prepare_part(dumps, tmp_path / "out", {"/../../home/notes.txt": published}, {}, "another key")
    assert copydesk("clean", dumps, "-o", "out").returncode == 0
    assert victim.read_bytes() == b"mine\n"


def change(out: Path, sql: str) -> None:
    """Change the manifest as somebody does who knows copydesk: the checksums of the rows are right."""
    with closing(sqlite3.connect(out / ".copydesk" / "manifest.sqlite")) as base:
        manifest_sums.connect(base)
        base.execute(sql)
        base.commit()


DAMAGES: dict[str, str] = {
    "a file outside": """update documents set files = '{"../home/notes.txt": "0"}'""",
    "an absolute name": """update documents set files = '{"/etc/passwd": "0"}'""",
    "files that are no JSON": "update documents set files = 'm'",
    "files that are no object": "update documents set files = '[1]'",
    "a file of records outside": "update shards set name = '../home/notes.txt' where name not like '%teasers%'",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_row_ends_the_run_with_a_message(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, victim: Path, name: str
) -> None:
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 0
    change(tmp_path / "out", DAMAGES[name])
    (dumps / "story-0001.txt").unlink()
    for arguments in (("clean", dumps, "-o", "out", "--prune", *FORMATS), ("verify", "out")):
        run = copydesk(*arguments)
        message = run.stderr.decode()
        assert run.returncode == 3, message
        assert "manifest.sqlite" in message
        assert "damaged" in message
        assert "delete it" in message
        assert "Traceback" not in message
    assert victim.read_bytes() == b"mine\n"
    (tmp_path / "out" / ".copydesk" / "manifest.sqlite").unlink()
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 0


@pytest.mark.parametrize(
    "sql",
    [
        "update documents set number = '../../home/notes' where input = 1",
        "update names set number = 'x'",
        "update inputs set size = 'x'",
        "update documents set seconds = 'x'",
    ],
)
def test_values_of_other_types_are_cleaned_again(copydesk: Copydesk, tmp_path: Path, dumps: Path, sql: str) -> None:
    """SQLite takes a text for a number; a prepared manifest has right checksums."""
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 0
    change(tmp_path / "out", sql)
    assert copydesk("verify", "out").returncode in (1, 3)
    run = copydesk("clean", dumps, "-o", "out", *FORMATS)
    assert run.returncode == 0, run.stderr
    assert copydesk("verify", "out").returncode == 0


def test_damaged_records_end_the_run_with_a_message(copydesk: Copydesk, tmp_path: Path, dumps: Path) -> None:
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 0
    change(tmp_path / "out", "update documents set lines = x'00'")
    (tmp_path / "out" / "records.jsonl").unlink()
    run = copydesk("clean", dumps, "-o", "out", *FORMATS)
    assert run.returncode == 3
    assert b"the manifest is damaged: the records of a dump" in run.stderr


@pytest.fixture
def linked(tmp_path: Path) -> Callable[[str], Path]:
    """Make a link of this name in the output, which leads to a folder beside it; returns that folder."""

    def link(name: str) -> Path:
        target = tmp_path / "target"
        target.mkdir()
        (target / "important.new").write_bytes(b"mine\n")
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).symlink_to(target, target_is_directory=True)
        return target

    return link


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_link_in_the_output_is_not_written_through(
    copydesk: Copydesk, tmp_path: Path, linked: Callable[[str], Path]
) -> None:
    fill(tmp_path / "dumps" / "sub", 2)
    fill(tmp_path / "dumps", 1)
    target = linked("sub")
    run = copydesk("clean", "dumps", "-o", "out")
    assert run.returncode == 1
    assert files_in(target) == ["important.new"]
    assert "a link in the output" in (tmp_path / "out" / "rejects.jsonl").read_text()
    assert (tmp_path / "out" / "story-0000.md").is_file()


def test_nothing_is_deleted_through_a_link(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps" / "sub", 2)
    fill(tmp_path / "dumps", 1)
    assert copydesk("clean", "dumps", "-o", "out").returncode == 0
    (tmp_path / "out" / "sub").rename(tmp_path / "moved")
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "moved", target_is_directory=True)
    before = files_in(tmp_path / "moved")
    for path in (tmp_path / "dumps" / "sub").iterdir():
        path.unlink()
    assert copydesk("clean", "dumps", "-o", "out", "--prune").returncode == 0
    assert files_in(tmp_path / "moved") == before


def test_bookkeeping_that_is_a_link_is_refused(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, linked: Callable[[str], Path]
) -> None:
    target = linked(".copydesk")
    run = copydesk("clean", dumps, "-o", "out")
    assert run.returncode == 2
    assert b".copydesk is a link" in run.stderr
    assert files_in(target) == ["important.new"]


def test_a_work_folder_that_is_a_link_is_replaced(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, linked: Callable[[str], Path]
) -> None:
    target = linked(".copydesk/work")
    assert copydesk("clean", dumps, "-o", "out").returncode == 0
    assert files_in(target) == ["important.new"]


def test_a_link_with_the_name_of_an_output_file_is_replaced(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, victim: Path
) -> None:
    assert copydesk("clean", dumps, "-o", "out").returncode == 0
    output = tmp_path / "out" / "story-0000.md"
    victim.write_bytes(output.read_bytes())
    output.unlink()
    output.symlink_to(victim)
    (dumps / "story-0000.txt").write_text((dumps / "story-0000.txt").read_text() + "\nIt rained all week.\n")
    assert copydesk("clean", dumps, "-o", "out").returncode == 0
    assert not output.is_symlink()


def test_folders_in_the_way_have_their_own_message(copydesk: Copydesk, tmp_path: Path, dumps: Path) -> None:
    (tmp_path / "out" / ".copydesk" / "x.new").mkdir(parents=True)
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 0
    records = tmp_path / "out" / "records.jsonl"
    records.unlink()
    records.mkdir()
    run = copydesk("clean", dumps, "-o", "out", *FORMATS)
    assert run.returncode == 3
    assert b"out/records.jsonl: Is a directory" in run.stderr
    records.rmdir()
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 0


ALL = (Format.MD, Format.JSON, Format.JSONL)
RUN_EVERY = 7
"""A run takes seconds, so only some of the damaged manifests get one."""

FLIPS = (1, 5, 50, 300)
"""Bytes that are changed at once: a page of the database has 4,096."""


@pytest.fixture(scope="module")
def cleaned_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with dumps and their output."""
    folder = tmp_path_factory.mktemp("cleaned")
    batch.run(batch.Job(batch.plan([fill(folder / "dumps", 3)]), folder / "out", ALL))
    return folder


def test_no_table_stays_open_after_a_record_that_can_not_be_read(
    copydesk: Copydesk, dumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are made again in another folder, to be compared."""

    def damaged(*_: object) -> None:
        raise DamagedRowError("a damaged record")

    out = dumps.parent / "out"
    copydesk("clean", dumps, "-o", out, "--format", "csv")
    monkeypatch.setattr(Shards, "add", damaged)
    with closing(Manifest(out / ".copydesk")) as found, pytest.raises(DamagedRowError):
        list(check_output(out, found))
    opened = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [path for path in opened if path.name.startswith("records.")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_a_manifest_with_flipped_bytes_never_ends_in_an_error_of_python(
    tmp_path: Path, cleaned_once: Path, seed: int
) -> None:
    """Whatever reads it gets rows, or an OSError that names the file and says what to do."""
    dumps, output = cleaned_once / "dumps", tmp_path / "out"
    shutil.copytree(cleaned_once / "out", output)
    chance, path = random.Random(seed), output / ".copydesk" / "manifest.sqlite"
    data = bytearray(path.read_bytes())
    for _ in range(FLIPS[seed % len(FLIPS)]):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    path.write_bytes(data)
    readers: tuple[Callable[[Manifest], object], ...] = (
        lambda found: list(check_output(output, found)),
        lambda found: (Totals(found).of_all(), Totals(found).runs(5), Totals(found).all_reasons()),
        lambda found: list(found.files()),
    )
    for read in readers:
        try:
            with manifest_errors(path.parent), closing(Manifest(path.parent)) as found:
                read(found)
        except OSError as error:
            assert error.filename is None or "manifest.sqlite" in str(error.filename)
    if seed % RUN_EVERY:
        return
    try:
        batch.run(batch.Job(batch.plan([dumps]), output, ALL))
    except OSError as error:
        assert "manifest" in str(error)


def prepare_manifest(output: Path, path: str, source: str, *, finished: bool) -> None:
    """A row for a file that no run was given, as if the next run had it; with `finished`, of a lost name."""
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base, base:
        manifest_sums.connect(base)
        (run,) = base.execute("select max(id) from runs").fetchone()
        changed = (path, source, run + 1, finished)
        base.execute("update inputs set path = ?, source = ?, run = ?, finished = ? where id = 1", changed)
        base.execute("update documents set reason = 'name_taken', name = '' where input = 1 and ?", (finished,))
        base.execute("update documents set stale = 3 where input = 1 and not ?", (finished,))


@pytest.mark.slow
@pytest.mark.parametrize("finished", [True, False])
def test_a_prepared_manifest_has_no_other_file_read(tmp_path: Path, cleaned_once: Path, finished: bool) -> None:
    """The numbers of runs are known, so a row can look as if it were of the next run."""
    secret = tmp_path / "secret.txt"
    secret.write_text(story(77), encoding="utf-8")
    output = tmp_path / "out"
    shutil.copytree(cleaned_once / "out", output)
    prepare_manifest(output, str(secret), "secret.txt", finished=finished)
    with batch.Run(batch.Job(batch.plan([cleaned_once / "dumps"]), output, ALL)) as run:
        handed_out = {item.path for units in run.rounds() for unit in units for item in unit.items}
    assert str(secret) not in handed_out


@pytest.mark.slow
def test_a_prepared_manifest_has_no_connection_opened(copydesk: Copydesk, tmp_path: Path, cleaned_once: Path) -> None:
    asked: list[str] = []

    class Note(BaseHTTPRequestHandler):
        def handle(self) -> None:
            asked.append("somebody")

    with HTTPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        output, address = tmp_path / "out", f"http://127.0.0.1:{server.server_address[1]}/a.txt"
        shutil.copytree(cleaned_once / "out", output)
        prepare_manifest(output, address, "a.txt", finished=True)
        for command in (
            ("clean", cleaned_once / "dumps", "-o", "out", "--prune", *FORMATS),
            ("clean", cleaned_once / "dumps", "-o", "out", "--prune", "--dry-run", *FORMATS),
            *(("status", "out"), ("verify", "out"), ("rules", "out")),
        ):
            assert copydesk(*command).returncode in (0, 1, 3)
        server.shutdown()
    assert asked == []
