"""The reader of roles: which lines are captions, decks, notes and topics of this story."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from bench import folds

import copydesk
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.forest import Forests, TreesError
from copydesk.labelling import Line, Role, Verdict, role_reader
from copydesk.labelling.features import columns
from copydesk.labelling.model import LABELS
from copydesk.labelling.role_features import COLUMNS, SURFACE, Ints
from copydesk.labelling.role_reader import ROLE, RoleForests

TEXTS = [
    "Old bridge stays closed",
    "Two piers have moved since the flood",
    "The old bridge on Sunday",
    "The town closed the bridge on Monday after divers had found two cracks in the third pier.",
    "Traffic",
    "Jane Doe writes about towns.",
]
LABELLED = [Label.TITLE, Label.PARAGRAPH, Label.CAPTION, Label.PARAGRAPH, Label.NAVIGATION, Label.NOTE]


def undecided(name: str) -> float:
    """A probability at which the role is neither given nor taken away."""
    return (role_reader.ROLES[name].drop + role_reader.ROLES[name].take) / 2


@dataclass(frozen=True)
class FixedForests(RoleForests):
    """Gives lines fixed probabilities, by role and the number of the line; elsewhere one at which nothing is decided."""

    fixed: Mapping[str, Mapping[int, float]]

    def probabilities(self, asked: Mapping[str, Ints]) -> dict[str, list[float]]:
        place = COLUMNS.index("line")
        return {
            name: [self.fixed.get(name, {}).get(int(row[place]), undecided(name)) for row in rows]
            for name, rows in asked.items()
        }


def read(fixed: Mapping[str, Mapping[int, float]], labelled: list[Label] = LABELLED) -> list[Verdict]:
    lines = [Line(text, apart=True, language="en") for text in TEXTS]
    shares = np.full((len(lines), len(LABELS)), 0.05)
    shares[2, LABELS.index(Label.TEASER)] = 0.4
    seen = columns((), page=False)
    verdicts = [Verdict(label, Rule("label.model", ""), 0.5) for label in labelled]
    return role_reader.read(
        lines, shares, np.zeros((len(lines), len(seen))), seen, verdicts, FixedForests(Forests({}), fixed)
    )


@pytest.mark.parametrize(
    ("fixed", "number", "label"),
    [
        ({"deck": {1: 0.9}}, 1, Label.DECK),  # a likely deck, though it counted as story
        ({"deck": {1: 0.5}}, 1, Label.PARAGRAPH),  # a line of the story needs more
        ({"deck": {5: 0.5}}, 5, Label.DECK),  # than a line outside it
        ({"caption": {2: 0.01}}, 2, Label.TEASER),  # no caption of this story: what the model thinks next
        ({"caption": {2: 0.27}}, 2, Label.CAPTION),  # in doubt it stays
        ({"caption": {0: 0.99}}, 0, Label.TITLE),  # a headline is never a candidate
        ({"caption": {2: 0.5}, "credit": {2: 0.99}}, 2, Label.CREDIT),  # the one that is farther above its threshold
    ],
)
def test_a_role_gives_and_takes_labels(fixed: dict[str, dict[int, float]], number: int, label: Label) -> None:
    verdict = read(fixed)[number]
    assert verdict.label is label
    assert (verdict.rule is ROLE) == (label is not LABELLED[number])


def test_a_note_about_something_else_stays_a_note_but_gives_no_fact() -> None:
    verdict = read({"note": {5: 0.01}})[5]
    assert (verdict.label, verdict.role) == (Label.NOTE, Role.NOT_OF_STORY)
    assert read({"note": {5: 0.5}})[5].role is Role.OF_STORY
    assert read({"note": {5: 0.3}})[5].role is None


def labels_after(fixed: Mapping[str, Mapping[int, float]], *, by_rule: bool = False, story: float = 0.0) -> Label:
    """The label of the last line, which was a byline, by a rule or by the model, with this story share."""
    lines = [Line(text, apart=True, language="en") for text in TEXTS]
    shares = np.full((len(lines), len(LABELS)), 0.05)
    shares[-1, LABELS.index(Label.NAVIGATION)] = 0.3
    shares[-1, LABELS.index(Label.HEADING)] = story
    verdicts = [Verdict(label, Rule("label.model", ""), 0.5) for label in LABELLED]
    verdicts[-1] = Verdict(Label.BYLINE, Rule("label.byline", ""), None if by_rule else 0.5)
    seen = columns((), page=False)
    dense = np.zeros((len(lines), len(seen)))
    return role_reader.read(lines, shares, dense, seen, verdicts, FixedForests(Forests({}), fixed))[-1].label


def test_a_line_loses_its_label_without_getting_another_role() -> None:
    last = len(TEXTS) - 1
    assert labels_after({"any byline": {last: 0.12}}) is Label.NAVIGATION
    assert labels_after({"any byline": {last: 0.12}}, by_rule=True) is Label.BYLINE  # a rule is believed longer
    assert labels_after({"any byline": {last: 0.02}}, by_rule=True) is Label.NAVIGATION
    assert labels_after({"any byline": {last: 0.02}}, story=0.6) is Label.HEADING  # a line of the story goes back there
    assert labels_after({"any byline": {last: 0.02}}, story=0.15) is Label.NAVIGATION  # so little is no opinion
    assert labels_after({}) is Label.BYLINE


def test_a_line_gets_a_label_from_which_no_fact_is_read() -> None:
    verdict = read({"any tags": {4: 0.9}})[4]
    assert (verdict.label, verdict.role) == (Label.TAGS, None)


def test_one_line_has_the_section() -> None:
    found = read({"section": {4: 0.9, 5: 0.8}})
    assert [(n, verdict.label) for n, verdict in enumerate(found) if verdict.role is Role.SECTION] == [(4, Label.TAGS)]
    assert all(verdict.role is not Role.SECTION for verdict in read({"section": {4: 0.3}}))


def test_the_features_are_found_by_name() -> None:
    assert set(SURFACE) <= set(columns((), page=False))
    assert len(COLUMNS) == len(set(COLUMNS))


@pytest.mark.parametrize("path", [role_reader.SHIPPED, *(folds.roles_of(fold) for fold in range(folds.FOLDS))])
def test_the_files_of_trees_have_the_columns_of_this_version(path: Path) -> None:
    assert set(role_reader.load(path).forests) == set(role_reader.ROLES)


def test_a_file_of_other_trees_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", nothing=np.zeros(1))
    with pytest.raises(TreesError, match=r"not a file of trees.*python -m training\.roles"):
        role_reader.load(tmp_path / "other.npz")


def test_captions_of_other_stories_are_no_pictures() -> None:
    page = "\n\n".join([
        "Old bridge stays closed", "By Jane Doe", "Photo: Max Muster/Example News", TEXTS[3], TEXTS[3].replace("two", "six"),
        "More from Example News", "Mayor opens new school", "A pupil on the stairs. Photo: Erika Mustermann",
    ])  # fmt: skip
    images = copydesk.clean(page).article.metadata.images
    assert all("pupil" not in (image.caption or "") for image in images)


def test_a_caption_in_doubt_keeps_its_label_and_gives_no_fact() -> None:
    assert read({"caption": {2: 0.35}})[2] == Verdict(Label.CAPTION, Rule("label.model", ""), 0.5, Role.NOT_OF_STORY)
    assert read({"caption": {2: 0.9}})[2].role is Role.OF_STORY
