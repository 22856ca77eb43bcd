"""Which lines of a page give the date of its story."""

import pytest

from copydesk.document import Label
from copydesk.dump import SuppliedMetadata
from copydesk.edits import Rule
from copydesk.labelling import Line, Verdict
from copydesk.metadata.page import LabelledLines, Page
from copydesk.metadata.read import read

TEST = Rule("label.test", "is part of the test")
HEADLINE = ("Old bridge to stay closed for a year", Label.TITLE)
AGAIN = ("Old bridge to stay closed for a year", Label.DUPLICATE)
MENU = [(f"Section {n}", Label.NAVIGATION) for n in range(14)]
STORY = ("The council voted on Monday to close the old bridge to all traffic until spring.", Label.PARAGRAPH)
BYLINE = ("By Jane Doe", Label.BYLINE)
BYLINE_WITH_DATE = ("By Jane Doe | May 3, 2024 | Town", Label.BYLINE)
FAR = [HEADLINE, STORY, *MENU]
DATE = ("May 3, 2024", Label.TIMESTAMP)


def published(*lines: tuple[str, Label]) -> tuple[str | None, str | None]:
    """(published, updated) of a page with these lines and labels."""
    made = [Line(text, apart=True, language="en") for text, _ in lines]
    labels = [label for _, label in lines]
    labelled = LabelledLines(
        [line.facts for line in made], labels, [Verdict(label, TEST) for label in labels], list(range(len(made)))
    )
    found, _ = read(Page("x", made, labelled, "en", SuppliedMetadata(), None))
    return found.published, found.updated


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Far from headline and story, a date counts beside a byline or in it.
        ([*FAR, DATE, BYLINE, *MENU], "2024-05-03"),
        ([*FAR, DATE, AGAIN, BYLINE, *MENU], "2024-05-03"),
        ([*FAR, BYLINE_WITH_DATE, *MENU], "2024-05-03"),
        ([*FAR, DATE, MENU[0], BYLINE, *MENU], None),
        ([*FAR, DATE, *MENU], None),
        # Two bylines with different dates are those of other stories.
        ([*FAR, BYLINE_WITH_DATE, *MENU, ("By Max Muster | May 5, 2024", Label.BYLINE), *MENU], None),
        # A number beside the date is no comment; words are.
        ([HEADLINE, DATE, ("15", Label.COMMENT), STORY], "2024-05-03"),
        ([HEADLINE, DATE, ("I saw it move", Label.COMMENT), STORY], None),
        # The preprint of a paper is no story.
        (
            [HEADLINE, DATE, STORY, ("Preprints are at example.org, first published May 1, 2024.", Label.NOTE)],
            "2024-05-03",
        ),
        ([HEADLINE, DATE, STORY, ("This story was first published on May 1, 2024.", Label.NOTE)], "2024-05-01"),
    ],
)
def test_the_line_that_gives_the_date(lines: list[tuple[str, Label]], expected: str | None) -> None:
    assert published(*lines)[0] == expected
