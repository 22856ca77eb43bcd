"""Runs that are harmed at random moments heal (`python -m bench.chaos`)."""

import random
from collections import Counter
from pathlib import Path

import pytest
from bench import chaos, chaos_harm, chaos_inputs


@pytest.mark.slow
def test_three_rounds_of_chaos_heal() -> None:
    outcomes = chaos.run(3, 33)
    assert sum(counts.total() for counts in outcomes.values()) == 3
    assert {kind: counts["failed"] for kind, counts in outcomes.items() if counts["failed"]} == {}


def test_a_seed_gives_the_same_kind_and_one_round_in_ten_needs_a_server(tmp_path: Path) -> None:
    with chaos_harm.services(tmp_path, {}, 1) as services:
        kinds = list(chaos_harm.harms(services))
    chosen = Counter(chaos.kind_of(seed, kinds) for seed in range(1_000))
    assert set(chosen) == set(kinds)
    assert sum(chosen[kind] for kind in chaos_harm.SLOW) == 100
    assert {chaos.kind_of(seed, ["kill the flow"]) for seed in range(20)} == {"kill the flow"}


def test_inputs_of_a_corpus_are_the_same_each_time(tmp_path: Path) -> None:
    for name, corpus in (("a", 1), ("b", 1), ("c", 2)):
        chaos_inputs.fill(tmp_path / name, corpus)
    first, again, other = (chaos.tree(tmp_path / name) for name in "abc")
    assert set(first) == {*chaos_inputs.NAMES, "empty.txt"}
    assert first == again
    assert not [name for name in chaos_inputs.NAMES if first[name] == other[name]]


def test_a_round_that_does_not_heal_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is not blind: a file that differs, another exit code, and a message that is missing are found."""
    own = chaos_harm.Round(tmp_path, random.Random(1), 0)
    own.output.mkdir(parents=True)
    (own.output / "a.md").write_bytes(b"x")
    with chaos_harm.services(tmp_path, {}, 1) as services:
        made = chaos.Chaos(tmp_path, services, {})
    made._wanted[0, None] = chaos.Wanted({"a.md": b"y"}, 0, 1.0)
    for ended, wrong in (
        (chaos.Ended(0, ""), "1 files differ: a.md"),
        (chaos.Ended(2, "Error: no"), "exit code 2, not 0"),
        (chaos.Ended(3, ""), "exit code 3 without a message"),
        (chaos.Ended(3, "Traceback (most recent call last)"), "exit code 3 without a message"),
    ):
        monkeypatch.setattr(chaos.Chaos, "_clean", lambda self, dumps, output, units=(), ended=ended: ended)
        assert made._judge(own).startswith(wrong)
