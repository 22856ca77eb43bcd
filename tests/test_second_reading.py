"""The second network: which pages it reads, and when the first reading counts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench import folds

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling import Line, Verdict, label, model, page_kinds, second_reading
from copydesk.labelling.features import Features, Floats
from copydesk.labelling.model import LABELS

TEXTS = (
    "Home",
    "We look at every pier of your bridge and tell you within a week what has to be done.",
    "You send us a picture of the bridge, and we come to measure it on a day that you choose.",
    "Prices",
)
TEST = Rule("label.test", "is part of the test")
STORY, MENU = Verdict(Label.PARAGRAPH, TEST), Verdict(Label.NAVIGATION, TEST)


def lines() -> list[Line]:
    return [Line(text, apart=True, language="en") for text in TEXTS]


def shares(story: float) -> Floats:
    """Shares of paragraphs and menus: `story` for the paragraphs in the middle, nothing for the other lines."""
    found = np.zeros((len(TEXTS), len(LABELS)))
    found[:, LABELS.index(Label.NAVIGATION)] = 1
    found[1:3, LABELS.index(Label.PARAGRAPH)] = story
    found[1:3, LABELS.index(Label.NAVIGATION)] = 1 - story
    return found


@pytest.mark.parametrize(
    ("first", "second", "expected", "readings"),
    [
        (0.6, 0.95, Label.PARAGRAPH, 2),
        (0.1, 0.95, Label.PARAGRAPH, 2),  # the first reading finds no story
        (0.95, 0.1, Label.PARAGRAPH, 1),  # it is sure
        (0.6, 0.1, Label.PARAGRAPH, 2),  # the second one loses the story
        (0.1, 0.2, Label.NAVIGATION, 2),  # neither finds one
    ],
)
def test_an_unsure_page_is_read_again(
    monkeypatch: pytest.MonkeyPatch, first: float, second: float, expected: Label, readings: int
) -> None:
    both, said = model.shipped(), list[Floats]()

    def shares_of(self: model.Model, _: Features) -> Floats:
        said.append(shares(second if self is both.second else first))
        return said[-1]

    monkeypatch.setattr(model.Model, "shares", shares_of)
    assert label(lines(), "en", both)[2].label is expected
    assert len(said) == readings


def test_a_model_without_a_second_one_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[model.Model] = []

    def shares_of(self: model.Model, _: Features) -> Floats:
        said.append(self)
        return shares(0.6)

    monkeypatch.setattr(model.Model, "shares", shares_of)
    label(lines(), "en", replace(model.shipped(), second=None))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("share", "of_text", "of_page"), [(0.75, True, True), (0.85, False, True), (0.95, False, False)]
)
def test_a_page_with_markup_is_unsure_from_a_higher_share_on(share: float, of_text: bool, of_page: bool) -> None:
    verdicts = [MENU, STORY, STORY, MENU]
    marked = [Line(text, apart=True, language="en", origin=(0,) * len(COLUMNS)) for text in TEXTS]
    assert second_reading.is_unsure(lines(), shares(share), verdicts) is of_text
    assert second_reading.is_unsure(marked, shares(share), verdicts) is of_page


def test_a_list_of_other_stories_without_a_story_is_not_read_again() -> None:
    item = Verdict(Label.TEASER, TEST, begins=True)
    count = page_kinds.THRESHOLDS.min_items
    headlines = [Line(text, apart=True, language="en") for text in TEXTS * count]
    nothing = np.vstack([shares(0)] * count)
    assert not second_reading.is_unsure(headlines, nothing, [MENU, item, MENU, MENU] * count)
    assert second_reading.is_unsure(headlines, nothing, [MENU, MENU, MENU, MENU] * count)


def test_a_page_of_a_shop_is_read_again_only_if_it_has_no_story() -> None:
    marked = [Line(text, apart=True, language="en", origin=(0,) * len(COLUMNS)) for text in (*TEXTS, "Add to cart")]
    unsure = np.vstack([shares(0.5), shares(0.5)[:1]])
    assert second_reading.is_unsure(marked[:-1], unsure[:-1], [MENU, STORY, STORY, MENU])
    assert not second_reading.is_unsure(marked, unsure, [MENU, STORY, STORY, MENU, MENU])
    assert second_reading.is_unsure(marked, unsure, [MENU] * 5)


@pytest.mark.parametrize(
    ("first", "second", "is_worse"),
    [
        ([MENU, STORY, STORY, MENU], [MENU, STORY, MENU, MENU], True),
        ([MENU, STORY, MENU, MENU], [MENU, STORY, STORY, MENU], False),  # it finds more
        ([MENU, STORY, STORY, MENU], [STORY, STORY, STORY, MENU], False),
        ([MENU, STORY, MENU, MENU], [MENU, MENU, STORY, MENU], True),  # as many words, but others
        ([STORY, STORY, STORY, MENU], [MENU, STORY, STORY, STORY], False),  # it drops a short line
        ([MENU] * 4, [MENU] * 4, False),
    ],
)
def test_a_second_reading_that_loses_story_does_not_count(
    first: list[Verdict], second: list[Verdict], is_worse: bool
) -> None:
    assert second_reading.is_worse(lines(), first, second) is is_worse


@pytest.mark.parametrize(
    ("text", "is_worse"),
    [
        ("Sort by price", True),
        ("The lamps in this list are made in a small workshop by the sea, and each has its own colour.", False),
    ],
)
def test_a_second_reading_of_a_list_needs_running_text(text: str, is_worse: bool) -> None:
    item = Verdict(Label.TEASER, TEST, begins=True)
    count = page_kinds.THRESHOLDS.min_items
    page = [Line(one, apart=True, language="en") for one in (text, *["Lamp"] * count)]
    assert second_reading.is_worse(page, [MENU, *[item] * count], [STORY, *[item] * count]) is is_worse
    assert not second_reading.is_worse(page, [MENU] * (count + 1), [STORY, *[MENU] * count])


@pytest.mark.parametrize(
    "path",
    [
        *(model.SHIPPED, model.SHIPPED_FOR_PAGES),
        *(path_of(fold) for fold in range(folds.FOLDS) for path_of in (folds.model_of, folds.page_model_of)),
    ],
    ids=lambda path: path.stem,
)
def test_every_model_has_a_second_one(path: Path) -> None:
    second = model.load(path).second
    assert second is not None
    assert second.columns == model.load(path).columns


def test_the_entries_of_a_shop_stay_what_the_first_reading_has_found(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for n in range(1, 7) for text in (f"Hanging lamp with {n} arms", f"£{n}9.00")]
    page = [Line(text, apart=True, language="en") for text in (*texts, *TEXTS[1:3], "Add to cart")]
    both = model.shipped()

    def shares_of(self: model.Model, _: Features) -> Floats:
        found = np.zeros((len(page), len(LABELS)))
        found[:, LABELS.index(Label.PARAGRAPH if self is both.second else Label.NAVIGATION)] = 1
        return found

    monkeypatch.setattr(model.Model, "shares", shares_of)
    found = label(page, "en", both)
    assert [verdict.label for verdict in found[:-1]] == [Label.TEASER] * len(texts) + [Label.PARAGRAPH] * 2
