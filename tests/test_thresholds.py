"""`bench.thresholds` finds the thresholds of the package and changes them wherever they are used."""

import pytest
from bench import thresholds
from bench.thresholds import Threshold

from copydesk.edits import apply
from copydesk.repair import candidates, punctuation, spacing, word_splits
from copydesk.repair.context import Context


def named(name: str) -> Threshold:
    return next(threshold for threshold in thresholds.thresholds() if threshold.name == name)


def test_constants_fields_and_entries_of_fields_are_thresholds() -> None:
    assert named("repair.candidates.MAX_WORD").value == 40
    assert named("repair.thresholds.SPACING.min_signs").value == 2
    assert named("repair.thresholds.SPACING.beyond_doubt[comma]").value == 3000


@pytest.mark.slow
def test_a_changed_constant_reaches_the_modules_that_import_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (candidates, word_splits, punctuation):
        monkeypatch.setattr(module, "MAX_WORD", 40)  # so that the old value comes back afterwards
    thresholds.change(named("repair.candidates.MAX_WORD"), 20)
    assert [vars(module)["MAX_WORD"] for module in (candidates, word_splits, punctuation)] == [20, 20, 20]


def test_a_changed_field_of_a_threshold_object_has_its_effect() -> None:
    text = "The council met on Monday,and the mayor was glad that so many people came to see the bridge."
    comma = named("repair.thresholds.SPACING.beyond_doubt[comma]")

    def repaired() -> str:
        return apply(text, list(spacing.find(text, Context("en"))))

    assert "Monday, and" in repaired()
    try:
        thresholds.change(comma, 100_000)
        assert repaired() == text
    finally:
        thresholds.change(comma, comma.value)
    assert "Monday, and" in repaired()


@pytest.mark.slow
def test_values_that_have_a_result_are_not_tried_again() -> None:
    tried = list(thresholds.trials([]))
    threshold, value = tried[0]
    result = thresholds.Result(threshold.name, threshold.value, value)
    assert list(thresholds.trials([result])) == tried[1:]
