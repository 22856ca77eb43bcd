"""The edit stages, case by case: what each rule fixes, what it leaves alone, and its most tempting mistake."""

import json
from collections import defaultdict
from dataclasses import replace

import pytest

from conftest import CASES
from copydesk.edits import apply
from copydesk.repair import STAGES, Stage
from copydesk.repair.context import Context
from growth import grows_linearly

KINDS = {"fixes", "leaves", "tempting"}
NAMED: dict[str, Stage] = {getattr(stage, "__name__").rpartition(".")[2]: stage for stage in STAGES}  # noqa: B009
TABLE = [
    (stage, case)
    for stage in NAMED
    for case in json.loads((CASES / "repair" / f"{stage}.json").read_text(encoding="utf-8"))
]


def context(case: dict[str, str]) -> Context:
    return Context(case.get("language", "en"), page_text=case.get("page"))


@pytest.mark.parametrize(("stage", "case"), TABLE, ids=lambda value: value if isinstance(value, str) else value["rule"])
def test_case(stage: str, case: dict[str, str]) -> None:
    found = list(NAMED[stage].find(case["before"], context(case)))
    assert apply(case["before"], found) == case["after"]
    if case["kind"] == "fixes":
        assert case["rule"] in {rule for edit in found for rule in edit.rules}


def test_every_rule_has_all_three_kinds_of_cases() -> None:
    kinds = defaultdict(set)
    for _, case in TABLE:
        kinds[case["rule"]].add(case["kind"])
    assert dict(kinds) == {rule.name: KINDS for stage in STAGES for rule in stage.RULES}


@pytest.mark.parametrize("stage", NAMED)
def test_a_stage_does_not_change_its_own_result(stage: str) -> None:
    for name, case in TABLE:
        if name == stage:
            assert list(NAMED[stage].find(case["after"], context(case))) == []


@pytest.mark.parametrize(
    ("off", "after"),
    [
        ((), "He asked, as ever."),
        (("spacing.stray",), "He asked , as ever."),  # the doubled space still becomes one
        (("spacing.doubled",), "He asked, as ever."),  # both stray spaces are removed
        (("spacing.stray", "spacing.doubled"), "He asked  , as ever."),
    ],
)
def test_a_rule_that_is_off_does_not_affect_other_rules(off: tuple[str, ...], after: str) -> None:
    before = "He asked  , as ever."
    assert apply(before, list(NAMED["spacing"].find(before, Context("en", off=frozenset(off))))) == after


@pytest.mark.parametrize("case", [case for _, case in TABLE if case["kind"] == "fixes"], ids=lambda case: case["rule"])
def test_a_rule_that_is_off_makes_no_edit(case: dict[str, str]) -> None:
    for stage in STAGES:
        found = stage.find(case["before"], replace(context(case), off=frozenset({case["rule"]})))
        assert case["rule"] not in {rule for edit in found for rule in edit.rules}


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


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("stage", NAMED)
def test_hostile_text_costs_linear_time(stage: str, name: str) -> None:
    text = HOSTILE[name]

    def find(one: str) -> None:
        for _ in NAMED[stage].find(one, Context("en")):
            pass

    find("load the list of words: end.Then Netanyahurejected first,then")
    assert grows_linearly(lambda size: find(text[:size]), len(text) // 8, len(text))
