"""The edit stages, case by case: what each rule fixes, what it leaves alone, the nearest tempting mistake."""

import json
import time
from collections import defaultdict

import pytest

from conftest import CASES
from copydesk.edits import apply
from copydesk.stages import STAGES

KINDS = {"fixes", "leaves", "tempting"}
TABLE = [
    (stage, case)
    for stage in STAGES
    for case in json.loads((CASES / "stages" / f"{stage}.json").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("stage", "case"), TABLE, ids=lambda value: value if isinstance(value, str) else value["rule"])
def test_case(stage: str, case: dict[str, str]) -> None:
    found = list(STAGES[stage].find(case["before"], case.get("language", "en")))
    assert apply(case["before"], found) == case["after"]
    if case["kind"] == "fixes":
        assert case["rule"] in {rule for edit in found for rule in edit.rules}


def test_every_rule_has_its_three_kinds_of_cases() -> None:
    kinds = defaultdict(set)
    for _, case in TABLE:
        kinds[case["rule"]].add(case["kind"])
    assert dict(kinds) == {rule.name: KINDS for stage in STAGES.values() for rule in stage.RULES}


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_stage_made_it_leaves_alone(stage: str) -> None:
    for name, case in TABLE:
        if name == stage:
            assert list(STAGES[stage].find(case["after"], case.get("language", "en"))) == []


HOSTILE = {
    "letters": "a" * 100_000,
    "capitals": "A" * 100_000,
    "spaces": "a" + " " * 100_000 + "b",
    "tabs": "a" + "\t" * 100_000,
    "references": "&amp;" * 20_000,
    "ampersands": "&" * 100_000,
    "hyphens": "-" * 100_000,
    "full stops": "." * 100_000,
    "joints": "end.Then" * 12_500,
    "commas": "word,word" * 11_000,
    "escapes": "\x1b[" * 50_000,
    "mojibake": "Ã©" * 50_000,
    "mojibake and spaces": "Ã " * 50_000,
    "joiners": "a\u200d" * 50_000,
    "marks": "\u0301" * 100_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "short lines": "ab\n" * 33_000,
    "wrapped lines": ("word " * 12 + "\n") * 1_600,
    "quotes": "\"'" * 50_000,
    "numbers": "1,000.5:" * 12_500,
    "a long line and one that goes on": "a" * 99_000 + "-\nbbb goes on here",
    "names": "Netanyahurejected " * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("stage", STAGES)
def test_hostile_text_costs_linear_time(stage: str, name: str) -> None:
    """Twice the text may cost little more than twice the time; only what takes long enough to tell is compared."""
    text = HOSTILE[name]

    def seconds(one: str) -> float:
        start = time.perf_counter()
        for _ in STAGES[stage].find(one, "en"):
            pass
        return time.perf_counter() - start

    seconds("warm up the word list: end.Then Netanyahurejected first,then")
    half = min(seconds(text[: len(text) // 2]) for _ in range(2))
    assert seconds(text) < max(4 * half, 1.0)
