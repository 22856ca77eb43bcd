"""Lists of teasers, split into items, case by case."""

import re

import pytest

from conftest import CASES
from copydesk import clean
from copydesk.document import Label
from copydesk.labelling import Line
from copydesk.teasers import split

ROW = re.compile(r" {4}(?P<item>\d) (?P<part>\w+) *\| (?P<line>.*)")

Case = tuple[list[Line], list[tuple[int, str]]]


def cases() -> dict[str, Case]:
    found: dict[str, Case] = {}
    lines: list[Line] = []
    wanted: list[tuple[int, str]] = []
    apart = False
    for row in (CASES / "teasers.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("## "):
            lines, wanted = found[row[3:]] = [], []
        elif match := ROW.fullmatch(row):
            lines.append(Line(match["line"], apart, language="en"))
            wanted.append((int(match["item"]), match["part"]))
        apart = not row
    return found


@pytest.mark.parametrize("name", cases())
def test_a_list_is_split_into_items(name: str) -> None:
    lines, wanted = cases()[name]
    items = split(lines, range(len(lines)))
    assert [(number, str(line.label)) for number, item in enumerate(items, 1) for line in item] == wanted


def test_a_teaser_keeps_the_dash_inside_its_headline() -> None:
    dump = (
        "Old bridge to stay closed for a year\n\n"
        "The council voted on Monday to close the old bridge to all traffic until next spring.\n\n"
        "Two of the five piers have moved by more than a hand since the last flood, the report says.\n\n"
        "Related stories\n\n"
        "- Flood of the century \N{EN DASH} a town without a road\n\n"
        "- School roof falls in after a week of snow\n"
    )
    titles = [teaser.metadata.title for teaser in clean(dump).teasers]
    assert titles == [
        "Flood of the century \N{EN DASH} a town without a road",
        "School roof falls in after a week of snow",
    ]
    assert clean(dump).article.blocks[-1].label is Label.TEASER
