"""What is remembered from one dump to the next has bounds, and changes no answer."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import config, garbage, lexicon
from copydesk.batch import worker, worker_process
from copydesk.batch.messages import Setup, encode
from copydesk.memory import Memory
from copydesk.store import Format


def test_a_memory_asks_once_for_each_text() -> None:
    asked: list[str] = []

    def find(text: str) -> int:
        asked.append(text)
        return len(text)

    memory = Memory(find)
    assert [memory[text] for text in ("one", "three", "one")] == [3, 5, 3]
    assert asked == ["one", "three"]


def test_a_memory_has_at_most_as_many_texts_as_it_may() -> None:
    memory = Memory(len, most=3)
    for number in range(10):
        assert memory[str(number)] == 1
        assert len(memory) <= 3


def test_a_memory_leaves_out_long_texts() -> None:
    memory = Memory(len, longest=5)
    assert (memory["x" * 5], memory["x" * 6]) == (5, 6)
    assert list(memory) == ["x" * 5]


WORDS = ("read", "reader", "real", "are", "area", "a", "re")


@given(st.lists(st.text("are", min_size=1, max_size=4), max_size=8))
def test_words_are_counted_by_their_beginning(asked: list[str]) -> None:
    found = lexicon._Sorted(WORDS)
    assert [found.count(text) for text in asked] == [sum(word.startswith(text) for word in WORDS) for text in asked]


def test_beginnings_that_no_word_has_are_not_remembered() -> None:
    found = lexicon._Sorted(WORDS)
    assert found.count("xyz") == found.count("x") == 0
    assert found._sorted == set()
    assert found._short == {}
    assert found.count("r") == found.count("r") == 4


@pytest.fixture
def unchanged_collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("unchanged_collector")
def test_a_worker_searches_for_unused_cycles_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []
    monkeypatch.setattr(worker, "main", lambda: found.append(gc.get_threshold()[0]))
    gc.set_threshold(700)
    worker_process.main()
    assert found == [garbage.MAX_NEW_OBJECTS]
    assert gc.isenabled()


FROZEN = 7

PROCESS = f"""
import gc, sys
from copydesk.batch import worker, worker_process
worker.Worker = lambda *_: sys.exit({FROZEN} if gc.get_freeze_count() > 0 else 1)
worker_process.main()
"""


@pytest.mark.slow
def test_a_worker_leaves_what_is_loaded_out_of_its_searches(tmp_path: Path) -> None:
    setup = encode(Setup(config.default(), (Format.JSON,), str(tmp_path)))
    run = subprocess.run([sys.executable, "-c", PROCESS], input=setup, check=False, capture_output=True)
    assert run.returncode == FROZEN, run.stderr.decode()
