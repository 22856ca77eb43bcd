"""Headings and phrases that a source repeats inside its stories stay, with a memory; what frames each story does not."""

from random import Random

import pytest

from copydesk.source_memory.evidence import LineEvidence, dump_evidence
from copydesk.source_memory.frozen import remembered
from copydesk.source_memory.pages import SourcePages, learned_page, merged, source_pages
from copydesk.source_memory.revision import headings, is_furniture, revised
from copydesk.text import count_words

PAGES = 20
FRAME = ("Front page", "Council", "Farming"), ("Send to a friend", "Letters", "Terms of use")


def story(number: int) -> list[str]:
    """Six paragraphs that no other number has."""
    words = Random(number)
    return [
        f"The council of town number {number} voted {words.randint(2, 90)} to {words.randint(2, 90)} on plan {n} of the year."
        for n in range(6)
    ]


def page(number: int, line: str, places: tuple[int, ...]) -> str:
    """A page of a source.  Its story has the line above the paragraph with this number; 6 is the end of the story."""
    lines = story(number)
    at = places[number % len(places)]
    return "\n".join([*FRAME[0], *lines[:at], line, *lines[at:], *FRAME[1]])


def evidence(line: str, places: tuple[int, ...], *, every: int = 1) -> tuple[list[str], list[LineEvidence]]:
    """The lines of a page, and what a memory of PAGES such pages says; every so many pages have the line."""
    texts = [
        page(n, line if n % every == 0 else f"Plan {'abcdefghijklmnopqrst'[n]} was of no use", places)
        for n in range(PAGES)
    ]
    known = remembered(merged(SourcePages("", (), {}, {}), source_pages("", map(learned_page, texts))))
    found = dump_evidence(texts[0], known, {}, is_learned=True)
    return texts[0].split("\n"), list(found.found)


@pytest.mark.parametrize("share", [0.5, 0.97])
@pytest.mark.parametrize("every", [1, 4])
@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("The facts", (3,)),
        ("Read the full statement:", (1, 2, 3, 4)),
        ("Here's the thing:", (1, 2)),
        ("Zutaten", (2, 5)),
        ("Thanks as always to the farmers of the Wednesday market.", (6,)),
        ("Part two of a series", (0,)),
    ],
)
def test_what_a_source_repeats_inside_its_stories_stays(
    line: str, places: tuple[int, ...], every: int, share: float
) -> None:
    lines, found = evidence(line, places, every=every)
    at = lines.index(line)
    shares, words = [0.02] * len(lines), [count_words(one) for one in lines]
    shares[3:-3] = [share] * (len(lines) - 6)
    assert found[at].masked == PAGES / every - 1
    assert revised(shares, words, found, page=False)[at] == share
    assert headings(shares, words, found)[at]


def test_headings_beside_one_another_stay_if_no_other_page_has_what_is_beside_them() -> None:
    """Other pages print them one below the other; this one has a paragraph between them."""
    texts = ["\n".join((*FRAME[0], *story(n), "Causes", "Signs", "Treatment", *FRAME[1])) for n in range(PAGES)]
    known = remembered(merged(SourcePages("", (), {}, {}), source_pages("", map(learned_page, texts))))
    one, two, *rest = story(99)
    lines = [*FRAME[0], one, "Causes", two, "Signs", *rest, *FRAME[1]]
    found = list(dump_evidence("\n".join(lines), known, {}, is_learned=False).found)
    assert found[4].entry is not None
    assert found[4].entry.repeated == 50
    assert found[6].entry is not None
    assert found[6].entry.repeated == 100
    shares, words = [0.9] * len(lines), [count_words(line) for line in lines]
    assert [lines[n] for n, own in enumerate(headings(shares, words, found)) if own and n > 2] == ["Causes", "Signs"]


@pytest.mark.parametrize("line", ["Send to a friend", "Letters", "Council"])
def test_the_frame_is_furniture(line: str) -> None:
    """Also its first line below the story, if the model does not take it for story."""
    lines, found = evidence("The facts", (3,))
    at = lines.index(line)
    shares, words = [0.3] * len(lines), [count_words(one) for one in lines]
    assert not headings(shares, words, found)[at]
    assert is_furniture(found[at], words[at])
    assert revised(shares, words, found, page=False)[at] < 0.1


def test_a_long_line_that_most_pages_have_loses_share_also_between_paragraphs() -> None:
    appeal = (
        "Reporting like this takes weeks of work, and readers in our towns pay for it with a few pounds each month."
    )
    lines, found = evidence(appeal, (3,))
    at = lines.index(appeal)
    shares, words = [0.8] * len(lines), [count_words(one) for one in lines]
    assert is_furniture(found[at], words[at])
    assert revised(shares, words, found, page=False)[at] < 0.8
