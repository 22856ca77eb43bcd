"""Lists of other stories, cut into items, case by case; and whole stories below the first."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from conftest import CASES, ROOT
from copydesk import clean, teasers
from copydesk.document import Cleaned, Label
from copydesk.labelling import Line, Verdict, teaser_items, teaser_lists
from copydesk.labelling.decide import MODEL
from copydesk.labelling.model import LABELS
from copydesk.labelling.state import LabelState
from copydesk.labelling.teaser_items import ListLine
from copydesk.labelling.teaser_parts import Options
from growth import grows_linearly

ROW = re.compile(r" {4}(?P<item>\d|-) (?P<part>\w+) *\| (?P<line>.*)")
SHARE = 0.9

Row = tuple[str, str, Line]


def cases() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    rows: list[Row] = []
    apart = False
    for row in (CASES / "teasers.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("## "):
            rows = found[row[3:]] = []
        elif match := ROW.fullmatch(row):
            rows.append((match["item"], match["part"], Line(match["line"], apart, language="en")))
        apart = not row
    return found


def verdicts_of(rows: list[Row]) -> list[Verdict]:
    """The verdicts after the cut; the model takes each line of an item for a teaser, and the others for their label."""
    labels = [Label.TEASER if item != "-" else Label(part) for item, part, _ in rows]
    shares = [[SHARE if each is label else (1 - SHARE) / len(LABELS) for each in LABELS] for label in labels]
    verdicts = [Verdict(label, MODEL, SHARE) for label in labels]
    lines = [line for _, _, line in rows]
    state = LabelState(lines, "en", shares, [0.0] * len(lines), [*verdicts], [False] * len(lines))
    return teaser_lists.items(state, verdicts)


@pytest.mark.parametrize("name", cases())
def test_a_list_is_cut_into_items(name: str) -> None:
    rows = cases()[name]
    items = list(teasers.items(verdicts_of(rows)))
    got = {line.number: (str(number), str(line.label)) for number, item in enumerate(items, 1) for line in item}
    wanted = {n: (item, part) for n, (item, part, _) in enumerate(rows) if item != "-"}
    assert got == wanted


@pytest.mark.parametrize("name", cases())
def test_the_limits_that_make_the_cut_fast_change_no_item(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = verdicts_of(cases()[name])
    unlimited = replace(teaser_items.THRESHOLDS, max_doubts=1_000.0, max_growing=1_000_000)
    monkeypatch.setattr(teaser_items, "THRESHOLDS", unlimited)
    assert verdicts_of(cases()[name]) == limited


def test_of_two_readings_with_the_same_shape_the_cheaper_one_is_the_item() -> None:
    """A number below a date does not change the shape, and a second date does not either."""
    headline: Options = ((Label.TITLE, 0.0),)
    date: Options = ((Label.TIMESTAMP, 0.0),)
    date_or_number: Options = ((Label.TIMESTAMP, 1.0), (Label.CONTROL, 0.0))
    (items,) = teaser_items.cut([[ListLine(options, SHARE) for options in (headline, date, date_or_number)] * 3])
    assert [item.parts for item in items] == [(Label.TITLE, Label.TIMESTAMP, Label.CONTROL)] * 3


@pytest.mark.slow
def test_lines_that_may_be_anything_are_cut_in_linear_time() -> None:
    parts = (Label.TITLE, Label.PARAGRAPH, Label.TAGS, Label.TIMESTAMP, Label.BYLINE, Label.CAPTION, Label.CONTROL)
    anything: Options = tuple((part, 0.0) for part in parts)

    def cut(lines: int) -> None:
        teaser_items.cut([[ListLine(anything, SHARE, apart=n % 3 == 0) for n in range(lines)]])

    assert grows_linearly(cut, 100, 800)


STORY = (
    "Old bridge to stay closed for a year\n\n"
    "{head}"
    "The council voted on Monday to close the old bridge to all traffic until next spring.\n\n"
    "Two of the five piers have moved by more than a hand since the last flood, the report says.\n\n"
    "{box}"
    "The mayor said on Tuesday that a new bridge would cost more than the town earns in three years.\n\n"
)
FURTHER = (
    "Ninth-grader wins state contest with balsa and patience\n\n"
    "{head}"
    "A bridge that weighs less than a tennis ball held sixty kilos before it cracked on Saturday in the town hall.\n\n"
    "The winner said that she built eleven versions over the winter in a garage and broke each of them on purpose.\n\n"
)
LIST = (
    "Most read\n\n- Flood of the century leaves a town without a road\n\n- School roof falls in after a week of snow\n"
)


def page(box: str = "", *, head: str = "By Jane Doe\n\nMay 5, 2025\n\n") -> str:
    return STORY.format(head=head, box=box)


def titles(cleaned: Cleaned) -> list[str | None]:
    return [teaser.metadata.title for teaser in cleaned.teasers]


def test_a_further_story_is_one_teaser_with_its_text_byline_and_date() -> None:
    first = page()
    cleaned = clean(first + "Next story\n\n" + FURTHER.format(head="By Ezra Pohl\n\nMay 4, 2025\n\n") + LIST)
    assert cleaned.article.text == clean(first + LIST).article.text
    further = cleaned.teasers[0]
    assert further.metadata.title == "Ninth-grader wins state contest with balsa and patience"
    assert [author.name for author in further.metadata.authors] == ["Ezra Pohl"]
    assert further.metadata.published == "2025-05-04"
    assert further.text.startswith("A bridge that weighs less")
    assert further.text.endswith("broke each of them on purpose.")
    assert [author.name for author in cleaned.article.metadata.authors] == ["Jane Doe"]
    assert cleaned.article.metadata.published == "2025-05-05"


@pytest.mark.parametrize(
    ("above", "head"),
    [
        pytest.param("Next article\n\n", "By {name}\n\nMay {day}, 2025\n\n", id="below words for the next story"),
        pytest.param("Share\n\n", "{name}, Sports Writer • May {day}, 2025\n\n", id="name and date in one line"),
    ],
)
def test_of_several_further_stories_the_last_may_be_short(above: str, head: str) -> None:
    first = page(head=head.format(name="Jane Doe", day=5))
    second = FURTHER.format(head=head.format(name="Ezra Pohl", day=4))
    third = "Village pool stays open for another winter\n\n" + head.format(name="Max Muster", day=3)
    third += "The pool of Niederau stays open until March, because the key to its door was lost last week.\n\n"
    cleaned = clean(first + above + second + above + third + LIST)
    assert cleaned.article.text == clean(first + LIST).article.text
    assert titles(cleaned)[:2] == [
        "Ninth-grader wins state contest with balsa and patience",
        "Village pool stays open for another winter",
    ]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("", id="a section with a heading"),
        pytest.param("By Ezra Pohl\n\n", id="a guest's part of the story"),
        pytest.param("May 4, 2025\n\n", id="an entry of a diary"),
    ],
)
def test_a_part_of_the_story_is_no_further_story(head: str) -> None:
    cleaned = clean(page() + FURTHER.format(head=head) + LIST)
    assert "held sixty kilos before it cracked" in cleaned.article.text
    assert not any("held sixty kilos" in teaser.text for teaser in cleaned.teasers)


@pytest.mark.parametrize(
    "box",
    [
        pytest.param("Related Article\n\nLeaked map shows three farms inside the reservoir\n\n", id="below a heading"),
        pytest.param(
            "Related Article\n\nWater\n\nLeaked map shows three farms inside the reservoir\n\n", id="below a section"
        ),
        pytest.param("Read more: Leaked map shows three farms inside the reservoir\n\n", id="on the same line"),
    ],
)
def test_a_story_that_is_announced_inside_the_story_is_a_teaser(box: str) -> None:
    cleaned = clean(page(box) + LIST)
    assert titles(cleaned)[0] == "Leaked map shows three farms inside the reservoir"
    assert "Leaked map" not in cleaned.article.text
    assert "The mayor said on Tuesday" in cleaned.article.text


def test_lines_that_begin_alike_with_a_bar_announce_stories_in_any_language() -> None:
    box = "FUNDA LAPHA | Leaked map shows three farms inside the reservoir\n\n"
    more = "FUNDA LAPHA | Longtime bakery on Front Street will close in June\n\n"
    cleaned = clean(page(box) + more + LIST)
    assert titles(cleaned)[:2] == [
        "Leaked map shows three farms inside the reservoir",
        "Longtime bakery on Front Street will close in June",
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Front Street | Leaked map shows three farms inside the reservoir", id="only one line"),
        pytest.param("Reservoir | 2024 | 12 million | 14 million | 3 percent", id="a row of a table"),
    ],
)
def test_a_bar_alone_announces_nothing(line: str) -> None:
    blocks = clean(page(line + "\n\n") + LIST).article.blocks
    assert "label.announced-alike" not in [block.why for block in blocks]


def test_a_teaser_keeps_the_dash_inside_its_headline() -> None:
    related = (
        "Related stories\n\n"
        "- Flood of the century \N{EN DASH} a town without a road\n\n"
        "- School roof falls in after a week of snow\n"
    )
    cleaned = clean(page(head="") + related)
    assert titles(cleaned) == [
        "Flood of the century \N{EN DASH} a town without a road",
        "School roof falls in after a week of snow",
    ]
    assert cleaned.article.blocks[-1].label is Label.TEASER


def dumps() -> Iterator[bytes]:
    for folder in (ROOT / "seeds", ROOT / "tests" / "golden" / "dumps"):
        yield from (path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == ".txt")
    yield (page() + "Related stories\n\nNext\n\nMay 5, 2025\n\n12\n\nBy Jane Doe\n\nView all\n").encode()


@pytest.mark.parametrize("raw", dumps())
def test_no_teaser_is_without_headline_text_and_picture(raw: bytes) -> None:
    cleaned = clean(raw)
    ends = [0]
    for teaser in cleaned.teasers:
        assert teaser.metadata.title or teaser.text or teaser.metadata.images
        starts = [block.start for block in teaser.blocks]
        assert starts == sorted(starts)
        assert starts[0] >= ends[-1]
        ends.append(teaser.blocks[-1].end)
