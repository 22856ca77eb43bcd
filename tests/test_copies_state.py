"""A search for copies that goes on where the last one ended: the same table, less work, and no trust in damage."""

import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk.copies import state as states
from copydesk.copies.find import Found, find_again
from copydesk.copies.state import State, StateError
from copydesk.copies.table import write
from copydesk.document import Record
from copydesk.stored_records import StoredLine, stored_lines
from test_copies import article, paragraphs


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


RECORDS = [
    article(f"{number:02}-{copy}", paragraphs(number, topic=f"t{number}")[copy:], f"https://h{copy}.example/{number}")
    for number in range(12)
    for copy in range(1 + number % 3)
]


def write_records(path: Path, records: Iterable[Record]) -> Path:
    path.write_text("".join(record.to_json() + "\n" for record in records), encoding="utf-8")
    return path


def search(records: Path, state: Path | None) -> Found:
    return find_again(lambda: stored_lines(records), state)


def table(found: Found, folder: Path) -> bytes:
    path = folder / "table.jsonl"
    write(found.clusters, path)
    return path.read_bytes()


def rows(state: Path) -> list[tuple[int]]:
    """The numbers of rows in the tables of a state."""
    counts = ("select count(*) from lines", "select count(*) from texts", "select count(*) from compared")
    with closing(sqlite3.connect(state)) as base:
        return [base.execute(count).fetchone() for count in counts]


@pytest.mark.parametrize("seed", range(4))
def test_many_steps_give_the_table_of_one(tmp_path: Path, seed: int) -> None:
    """Records come, go and change their order; each table is that of a search from the start."""
    order = random.Random(seed)
    for step in range(5):
        chosen = order.sample(RECORDS, order.randint(6, len(RECORDS)))
        path = write_records(tmp_path / "records.jsonl", chosen)
        again, first = search(path, tmp_path / "state"), search(path, None)
        assert table(again, tmp_path) == table(first, tmp_path)
        assert again.articles == first.articles == len(chosen)
        assert step == 0 or again.new < first.new


def test_only_new_lines_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    whole = StoredLine.stories
    monkeypatch.setattr(StoredLine, "stories", lambda line: decoded.append(line.number) or whole(line))  # type: ignore[func-returns-value]
    path = write_records(tmp_path / "records.jsonl", RECORDS[:-1])
    search(path, tmp_path / "state")
    decoded.clear()
    found = search(write_records(path, RECORDS), tmp_path / "state")
    assert (decoded, found.new) == ([len(RECORDS)], 1)


def test_only_new_pairs_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []
    whole = State.add_likeness
    monkeypatch.setattr(State, "add_likeness", lambda *given: compared.append(given) or whole(*given))  # type: ignore[func-returns-value]
    path = write_records(tmp_path / "records.jsonl", RECORDS)
    search(path, tmp_path / "state")
    assert compared
    compared.clear()
    search(path, tmp_path / "state")
    assert not compared


def test_a_state_is_the_same_size_when_records_have_come_and_gone(tmp_path: Path) -> None:
    path, state = tmp_path / "records.jsonl", tmp_path / "state"
    search(write_records(path, RECORDS[:12]), state)
    before = rows(state)
    search(write_records(path, RECORDS), state)
    search(write_records(path, RECORDS[:12]), state)
    assert rows(state) == before


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_state_never_changes_the_table(tmp_path: Path, seed: int) -> None:
    """A flipped byte, or a part that is missing: the state is made again, or an error says what to do."""
    path, state = write_records(tmp_path / "records.jsonl", RECORDS), tmp_path / "state"
    right = table(search(path, state), tmp_path)
    harm = random.Random(seed)
    content = bytearray(state.read_bytes())
    place = harm.randrange(len(content)) if seed % 4 else harm.randrange(200)
    if seed % 5 == 0:
        del content[place:]
    else:
        content[place] ^= 1 << harm.randrange(8)
    state.write_bytes(content)
    try:
        found = search(path, state)
    except StateError as error:
        assert str(state) in str(error)
    else:
        assert table(found, tmp_path) == right
        assert search(path, state).new == 0


def test_a_state_of_another_version_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, state = write_records(tmp_path / "records.jsonl", RECORDS), tmp_path / "state"
    monkeypatch.setattr(states, "MADE_BY", "0")
    search(path, state)
    monkeypatch.undo()
    found = search(path, state)
    assert (found.made_again, found.new) == ("made by another version", len(RECORDS))
    assert search(path, state).made_again is None


def test_what_is_no_state_stays_as_it_is(tmp_path: Path) -> None:
    path = write_records(tmp_path / "records.jsonl", RECORDS)
    with closing(sqlite3.connect(tmp_path / "a")) as base:
        base.execute("create table mine (value text)")
    (tmp_path / "b").write_text("my notes")
    (tmp_path / "c").mkdir()
    (tmp_path / "d").symlink_to(tmp_path / "b")
    before = (tmp_path / "a").read_bytes()
    for name in "abcd":
        with pytest.raises(StateError, match="remove it, or name another table"):
            search(path, tmp_path / name)
        with pytest.raises(StateError):
            states.forget(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == before
    assert (tmp_path / "b").read_text() == "my notes"


def test_a_search_that_ends_early_leaves_the_state(tmp_path: Path) -> None:
    path, state = write_records(tmp_path / "records.jsonl", RECORDS[:9]), tmp_path / "state"
    search(path, state)
    before = state.read_bytes()
    path.write_text(path.read_text(encoding="utf-8") + "no record\n", encoding="utf-8")
    with pytest.raises(ValueError, match="record 10: not a copydesk record"):
        search(path, state)
    assert state.read_bytes() == before


def test_two_searches_at_a_time_are_one_and_an_error(tmp_path: Path, copydesk: Copydesk) -> None:
    write_records(tmp_path / "records.jsonl", RECORDS)
    with closing(State(tmp_path / "copies.jsonl.state")):
        run = copydesk("copies", "records.jsonl", "-o", "copies.jsonl")
    assert (run.returncode, b"another search for copies uses it" in run.stderr) == (3, True), run.stderr
    assert copydesk("copies", "records.jsonl", "-o", "copies.jsonl").returncode == 0


def test_new_forgets_what_was_compared(tmp_path: Path, copydesk: Copydesk) -> None:
    write_records(tmp_path / "records.jsonl", RECORDS)
    for more, new in ((), len(RECORDS)), ((), 0), (("--new",), len(RECORDS)):
        run = copydesk("copies", "records.jsonl", "-o", "copies.jsonl", *more)
        assert f"{len(RECORDS)} articles compared, {new} of them new".encode() in run.stderr
