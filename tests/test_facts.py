"""What single lines say of the outlet, the section, the topics, a picture, a note: one parser each."""

import json
from pathlib import Path
from typing import TypeAlias

import pytest

import copydesk
from copydesk.document import Author, Label
from copydesk.edits import Rule
from copydesk.labelling import Verdict
from copydesk.labelling.line_facts import LineFacts
from copydesk.metadata.bios import with_bios
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import credits, notes, outlets, sections, topics
from copydesk.text import fold

CASES = Path(__file__).parent / "cases" / "metadata"
Case: TypeAlias = dict[str, str | list[str] | None]


def cases(name: str) -> list[Case]:
    found: list[Case] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def line_of(case: Case) -> str:
    return str(case["line"])


@pytest.mark.parametrize("case", cases("captions"), ids=line_of)
def test_a_caption_and_its_credit(case: Case) -> None:
    found = LineFacts(line_of(case), None).parts
    assert (found.caption if found else None, found.credit if found else None) == (case["caption"], case["credit"])


@pytest.mark.parametrize("case", cases("topics"), ids=line_of)
def test_topics(case: Case) -> None:
    story = f" {case.get('story', '')} "
    assert topics.split(line_of(case), story if "story" in case else "") == case["topics"]


@pytest.mark.parametrize("case", cases("sections"), ids=line_of)
def test_sections(case: Case) -> None:
    read = sections.name_in if "name" in case else sections.crumbs
    expected = case["name"] if "name" in case else case["section"]
    assert read(line_of(case), fold("Old bridge to stay closed"), {"news"}) == expected


@pytest.mark.parametrize("case", cases("outlets"), ids=line_of)
def test_outlets(case: Case) -> None:
    if "tail" in case:
        tail = outlets.tail(line_of(case))
        assert (list(tail.names) if tail else []) == case["tail"]
    elif "bare" in case:
        assert outlets.bare(line_of(case)) == case["bare"]
    else:
        assert outlets.named(line_of(case)) == case["named"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        *(
            ("An earlier version of this article misspelled a name.", True),
            ("First published in Example Review.", True),
        ),
        *(("In diesem Artikel sind Affiliate-Links enthalten.", True), ("Cet article a été mis à jour lundi.", True)),
        *(("Este artículo ha sido corregido.", True), ("Questo articolo è stato aggiornato.", True)),
        *(("Become an affiliate partner", False), ("By signing up you accept our privacy policy.", False)),
        ("The council published the report on Monday.", False),
    ],
)
def test_notes(line: str, expected: bool) -> None:
    assert notes.says_note(line) is expected


def test_a_photographer_is_no_agency_of_the_story() -> None:
    assert credits.is_photographer("Jane Doe/REUTERS")
    assert not credits.is_photographer("abc/dpa")
    assert LineFacts("Source: AFP", "en").story_agency == "AFP"
    assert LineFacts("Jane Doe/REUTERS", "en").story_agency is None


@pytest.mark.parametrize(
    ("line", "place", "agency"),
    [
        ("Madrid - 29/05/2025 20:00", "Madrid", None),
        ("Berlin, 3. Mai 2024", "Berlin", None),
        ("Reporting from Cape Town", "Cape Town", None),
        ("AFP, MANILA", "MANILA", "AFP"),
        ("May 3, 2024", None, None),
        ("Updated - 29/05/2025", None, None),
        ("Jane Doe, MANILA", None, None),
        ("Reporting from our own correspondent in the north of the country", None, None),
    ],
)
def test_a_place_beside_a_date_or_an_agency(line: str, place: str | None, agency: str | None) -> None:
    found = LineFacts(line, "en").dateline_beside
    assert (found.place if found else None, found.agency if found else None) == (place, agency)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        *(("Jane Doe (left) and Max Muster on the bridge", True), ("Max Muster (r.) will nicht bauen", True)),
        *(("FILE - The old bridge in May", True), ("The file - it was old - is lost.", False)),
        *(("File photo: the old bridge", True), ("Von links: Jane Doe und Max Muster", True)),
        *(("The council left the hall at noon.", False), ("He was right, the report says.", False)),
    ],
)
def test_what_only_captions_say(line: str, expected: bool) -> None:
    assert LineFacts(line, "en").is_in_picture is expected


PAGE = """{title}

Old bridge to stay closed for a year

By Jane Doe

{above}
The council voted on Monday to close the old bridge to all traffic until next spring.

Two of the five piers have moved by more than a hand since the last flood, the report says.

{below}
"""


@pytest.mark.parametrize(
    ("title", "above", "below", "publisher"),
    [
        ("Old bridge to stay closed for a year | Example Courier", "", "", "Example Courier"),
        ("Home", "", "© 2024 The Example Courier. All rights reserved.", "The Example Courier"),
        ("Home", "Waves on Friday. © Jane Doe / AFP\n", "", None),
        ("Home", "Waves on Friday. © Jane Doe / AFP\n", "© 2024 Example Courier.", "Example Courier"),
        ("Home", "", "Copyright Notice", None),
        ("Home", "", "All rights reserved.", None),
    ],
)
def test_publishers(title: str, above: str, below: str, publisher: str | None) -> None:
    page = PAGE.format(title=title, above=above, below=below)
    assert copydesk.clean(page, source="page.txt").article.metadata.publisher == publisher


@pytest.mark.parametrize(
    ("above", "section"),
    [
        ("Home\n\nCity\n\nRivers\n\nOld bridge to stay closed for a year\n\nThe river report\n", "Rivers"),
        ("Home >\nCity >\nRivers >\nOld bridge to stay closed for a year\n", "Rivers"),
        ("You are here:\n\nHome\n\nCity\n\nRivers\n", "Rivers"),
        ("Sie sind hier:\n\nStadt\n\nFlüsse\n", "Flüsse"),
        ("Home\n\nLatest News\n\nOld bridge to stay closed for a year\n", None),
    ],
)
def test_breadcrumbs_on_lines_of_their_own_go_before_a_kicker(above: str, section: str | None) -> None:
    page = f"Old bridge to stay closed for a year | Example Courier\n\nMenu\n\n{above}" + PAGE.partition("\n")[2]
    page = page.format(title="", above="", below="")
    assert copydesk.clean(page, source="page.txt").article.metadata.section == section


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("By Example Times\nMarta Kowalczyk\n", [("Marta Kowalczyk", None)]),
        ("By Example Times\n", [("Example Times", None)]),
        (
            "Marta Kowalczyk\nCertified Roaster, M.A. Journalism\n",
            [("Marta Kowalczyk", "Certified Roaster, M.A. Journalism")],
        ),
    ],
)
def test_outlets_and_jobs_are_no_authors(head: str, authors: list[tuple[str, str | None]]) -> None:
    page = PAGE.replace("By Jane Doe\n", head + "May 3, 2024\n").format(title="Home", above="", below="")
    found = copydesk.clean(page, source="page.txt").article.metadata.authors
    assert [(author.name, author.role) for author in found] == authors


def test_two_credits_are_two_pictures_and_a_caption_printed_twice_is_one() -> None:
    twice = "Waves break over the wall. Photo: Jane Doe/AFP\n" * 2
    page = PAGE.format(title="Home", above=twice, below="")
    images = copydesk.clean(page, source="page.txt").article.metadata.images
    assert [(image.caption, image.credit) for image in images] == [
        ("Waves break over the wall.", "Photo: Jane Doe/AFP")
    ]


ABOUT_JANE = "Jane Doe has covered bridges and rivers for the newspaper since 2009."
BYLINE_OF_JANE = Fact(Author("Jane Doe"), (1,))


@pytest.mark.parametrize(
    ("bios", "bio", "sources"),
    [
        ([ABOUT_JANE], ABOUT_JANE, (1, 3)),  # begins with the name
        (["Doe grew up beside the river and has written about it since 2009."], None, (1, 3)),  # names her by a part
        (["The Example News is a daily newspaper that was founded in 1911."], "", (1,)),  # about the newspaper
        (["Jane Doe"], "", (1,)),  # a name is no bio
        ([ABOUT_JANE, "She studied in Northford and lives there."], f"{ABOUT_JANE} She studied in Northford and lives there.", (1, 3, 4)),
        ([ABOUT_JANE, "Read all stories by Jane Doe and others here"], ABOUT_JANE, (1, 3)),  # a link, no sentence
    ],
)  # fmt: skip
def test_the_bio_of_an_author(bios: list[str], bio: str | None, sources: tuple[int, ...]) -> None:
    texts = ["Old bridge to stay closed", "By Jane Doe", "The bridge stays closed.", *bios]
    labels = [Label.TITLE, Label.BYLINE, Label.PARAGRAPH, *[Label.BIO] * len(bios)]
    facts = [LineFacts(text, "en") for text in texts]
    verdicts = [Verdict(label, Rule("label.model", ""), 0.9) for label in labels]
    (author,) = with_bios([BYLINE_OF_JANE], LabelledLines(facts, labels, verdicts, range(len(texts))))
    assert (author.value.bio, author.sources) == (bios[0] if bio is None else bio or None, sources)


def test_a_bio_that_names_nobody_is_not_given_to_one_of_two_authors() -> None:
    facts = [LineFacts("Doe grew up beside the river and has written about it.", "en")]
    lines = LabelledLines(facts, [Label.BIO], [Verdict(Label.BIO, Rule("label.model", ""), 0.9)], [0])
    two = [BYLINE_OF_JANE, Fact(Author("Max Doe"), (1,))]
    assert [author.value.bio for author in with_bios(two, lines)] == [None, None]


def bio_lines(*texts: str) -> LabelledLines:
    verdicts = [Verdict(Label.BIO, Rule("label.model", ""), 0.9) for _ in texts]
    return LabelledLines(
        [LineFacts(text, "en") for text in texts], [Label.BIO] * len(texts), verdicts, range(10, 10 + len(texts))
    )


def test_bios_that_follow_one_another_are_parted_at_the_names() -> None:
    lines = bio_lines(
        "Jane Doe writes about rivers and bridges for this newspaper. Max Muster",
        "is a photographer who lives beside the river Example.",
    )
    two = [BYLINE_OF_JANE, Fact(Author("Max Muster"), (1,))]
    assert [author.value.bio for author in with_bios(two, lines)] == [
        "Jane Doe writes about rivers and bridges for this newspaper.",
        "Max Muster is a photographer who lives beside the river Example.",
    ]


@pytest.mark.parametrize(
    ("name", "texts", "bio"),
    [
        ("Jane Doe", ["You can email Jane Doe here, and read more of her articles there."], None),
        ("Jane Doe", ["Written by Jane Doe", "She grew up beside the river and writes about it."], "She grew up"),
        ("Example Times", ["Example Times is a newspaper that is printed twice a week in Northford."], None),
    ],
)
def test_what_is_the_bio_of_an_author(name: str, texts: list[str], bio: str | None) -> None:
    (author,) = with_bios([Fact(Author(name), (1,))], bio_lines(*texts))
    assert (author.value.bio or "")[: len(bio or "")] == (bio or "")
    assert (author.value.bio is None) == (bio is None)


MENU = "【字號 大 中 小】 【打印】 【关闭】"
"""The size of letters, print, close."""


def test_a_menu_in_short_words_is_no_deck() -> None:
    page = f"古桥封闭一年\n\n{MENU}\n\n2024年5月3日\n\n" + "市议会周一决定封闭古桥。" * 6
    assert copydesk.clean(page, source="page.txt").article.metadata.deck is None
