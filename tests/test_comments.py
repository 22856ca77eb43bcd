"""Readers' comments below a story without a heading, and threads, in which the same lines are the story."""

import pytest

from copydesk.document import Label
from copydesk.labelling import comments
from copydesk.labelling.line import Line
from copydesk.labelling.model import LABELS
from copydesk.labelling.state import LabelState
from growth import grows_linearly

STORY = (
    "The council voted on Monday to close the old bridge to all traffic until next spring, after divers saw the piers."
)
ANSWER = "They said the same about the mill in the year of the long frost, and it is still standing, as all can see."
COMMENT = ["28/11/2025 at 7:16 pm", ANSWER, "Reply"]


def labels(texts: list[str]) -> list[Label | None]:
    """The labels that the rule gives to lines that the model takes for story."""
    lines = [Line(text, apart=False, language="en") for text in texts]
    shares = [[1.0] + [0.0] * (len(LABELS) - 1)] * len(lines)
    state = LabelState(lines, "en", shares, [1.0] * len(lines), [None] * len(lines), [True] * len(lines))
    comments.find(state)
    return [state.label(n) for n in range(len(lines))]


def test_dates_and_buttons_that_come_again_show_comments() -> None:
    found = labels([*[STORY] * 6, *COMMENT, *COMMENT])
    assert found == [None] * 6 + [Label.COMMENT] * 6


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([*[STORY] * 6, "Reply", *COMMENT, *COMMENT], id="the first post of a thread has the button too"),
        pytest.param([*COMMENT, *COMMENT, *COMMENT], id="no story above"),
        pytest.param([*[STORY] * 6, *COMMENT, *[STORY] * 6], id="a single button"),
        pytest.param(
            [*[STORY] * 6, *COMMENT, STORY, *COMMENT, STORY, *COMMENT], id="letters with a story between them"
        ),
        pytest.param([*[STORY] * 6, *[*COMMENT[:2], "Back to top"] * 3], id="a live blog"),
        pytest.param([*[STORY] * 6, *COMMENT[1:], *COMMENT[1:]], id="no dates"),
    ],
)
def test_other_pages_keep_such_lines(texts: list[str]) -> None:
    assert labels(texts) == [None] * len(texts)


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [
        ("2 thoughts on \N{LEFT DOUBLE QUOTATION MARK}Old bridge\N{RIGHT DOUBLE QUOTATION MARK}", True),
        ('One Response to "Old bridge"', True),
        (
            "3 Kommentare zu \N{DOUBLE LOW-9 QUOTATION MARK}Alte Br\N{LATIN SMALL LETTER U WITH DIAERESIS}cke"
            "\N{LEFT DOUBLE QUOTATION MARK}",
            True,
        ),
        (
            "\N{LEFT DOUBLE QUOTATION MARK}Eski k\N{LATIN SMALL LETTER O WITH DIAERESIS}pr\N{LATIN SMALL LETTER U WITH DIAERESIS}"
            "\N{RIGHT DOUBLE QUOTATION MARK} i\N{LATIN SMALL LETTER C WITH CEDILLA}in 2 yorum",
            True,
        ),
        ("2 comments on Old bridge to stay closed", True),
        ("2 comments on another thing", False),
        ('Thoughts about a "bridge" of stone', False),
    ],
)
def test_headings_with_the_headline(heading: str, *, is_one: bool) -> None:
    texts = ["Old bridge to stay closed", *[STORY] * 6, heading, ANSWER, "Reply"]
    lines = [Line(text, apart=False, language="en") for text in texts]
    shares = [[1.0] + [0.0] * (len(LABELS) - 1)] * len(lines)
    state = LabelState(
        lines, "en", shares, [1.0] * len(lines), [None] * len(lines), [False, *[True] * (len(lines) - 1)]
    )
    comments.find(state)
    assert [state.label(n) is Label.COMMENT for n in range(len(lines))] == [False] * 7 + [is_one] * 3


def test_many_headings_take_time_in_proportion() -> None:
    texts = [STORY, *['2 thoughts on "x"', "May 3, 2024"] * 1500]
    assert grows_linearly(lambda size: labels(texts[:size]), len(texts) // 8, len(texts))
