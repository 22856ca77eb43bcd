"""The scoring of `bench.facts` on made-up records; the rules themselves are those of the benchmark kit."""

import pytest
from bench import facts, kit

from copydesk.document import Author, Copyright, Image, Metadata

pytestmark = pytest.mark.skipif(not kit.KIT.is_dir(), reason="the benchmark kit is not beside the checkout")

DUMP = "Old bridge to stay closed\nBy Jane Doe and Max Muster\nMay 3, 2024\nTown\nFloods\n"


def gold(**stated: object) -> kit.Facts:
    """The facts of a page as the kit has them, empty where nothing is named."""
    names = ("title", "deck", "published", "updated", "publisher", "agency", "dateline", "section", "copyright_holder")
    row: dict[str, object] = {
        **dict.fromkeys(names),
        "language": "en",
        "authors": [],
        "tags": [],
        "images": [],
        "notes": [],
    }
    return kit.Facts("page", "en", row | stated)


@pytest.mark.parametrize(
    ("stated", "read", "field", "expected"),
    [
        ({"section": "Town"}, Metadata(section="town"), "section", (1, 1, 1, 1)),
        ({"section": "Town"}, Metadata(section="Weather"), "section", (1, 1, 0, 0)),
        ({"tags": ["Floods", "Town"]}, Metadata(tags=("Floods",)), "tags", (1, 2, 1, 1)),
        ({"authors": [{"name": "Jane Doe"}]}, Metadata(authors=(Author("Jane Doe"), Author("X Y"))), "authors", (2, 1, 1, 1)),
        ({"copyright_holder": "River Media"}, Metadata(copyright=Copyright("x", "River Media")), "copyright holder", (1, 1, 1, 1)),
        ({"images": [{"caption": None, "credit": "Max"}]}, Metadata(images=(Image(credit="Max"),)), "credits", (1, 1, 1, 1)),
    ],
)  # fmt: skip
def test_values_are_given_wanted_right_and_found(
    stated: dict[str, object], read: Metadata, field: str, expected: tuple[int, int, int, int]
) -> None:
    score = facts.score([facts.tried(gold(**stated), read)], [field])
    assert (score.given, score.wanted, score.right, score.found) == expected


@pytest.mark.parametrize(
    ("dump", "wanted"),
    [
        (DUMP, 3),
        (DUMP.replace("Floods\n", ""), 2),  # without the topic
        (DUMP.replace("May 3, 2024\n", ""), 2),  # without the date
        (DUMP.replace("May 3, 2024", "3 May 2024"), 3),  # in another form
    ],
)
def test_what_a_dump_does_not_hold_is_not_wanted(monkeypatch: pytest.MonkeyPatch, dump: str, wanted: int) -> None:
    monkeypatch.setattr(facts, "_read", lambda: {"page": DUMP})
    page = facts.tried(gold(tags=["Floods"], section="Town", published="2024-05-03"), Metadata(), dump)
    assert facts.score([page], ["tags", "section", "published"]).wanted == wanted


def test_a_value_that_is_nowhere_word_for_word_stays_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_read", lambda: {"page": DUMP})
    page = facts.tried(gold(publisher="The Northford News"), Metadata(), DUMP)
    assert facts.score([page], ["publisher"]).wanted == 1
