"""The readers of facts, case by case, and what an article makes of them."""

import json
from typing import TypedDict

import pytest

import copydesk
from conftest import CASES
from copydesk import Label, SuppliedMetadata
from copydesk.dump import Stated
from copydesk.labelling.line_facts import LineFacts
from copydesk.metadata.stated_authors import stated_authors
from copydesk.parsing import byline_forms, copyrights, credits
from copydesk.parsing.people import has_given_name, is_person, is_phrase
from copydesk.readers import html


class Case(TypedDict):
    line: str
    text: str
    language: str
    published: str | None
    updated: str | None
    authors: list[tuple[str, str | None]]
    agency: str | None
    holder: str | None
    year: int | None
    dateline: str | None


def cases(name: str) -> list[Case]:
    found: list[Case] = json.loads((CASES / "metadata" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def first_words(case: Case) -> str:
    return str(next(iter(case.values())))[:40]


@pytest.mark.parametrize("case", cases("dates"), ids=first_words)
def test_dates(case: Case) -> None:
    assert LineFacts(case["line"], case["language"]).updated_and_published(None) == (
        case.get("updated"),
        case.get("published"),
    )


@pytest.mark.parametrize("case", cases("bylines"), ids=first_words)
def test_bylines(case: Case) -> None:
    facts = LineFacts(case["line"], case.get("language"))
    assert [(author.name, author.role) for author in facts.authors] == [(name, role) for name, role in case["authors"]]
    assert facts.agency == case.get("agency")


@pytest.mark.parametrize(
    ("line", "name"),
    [("by janedoe", "janedoe"), ("by editor77", "editor77"), ("by hand", None), ("by 2030", None), ("janedoe", None)],
)
def test_what_a_writer_calls_himself(line: str, name: str | None) -> None:
    assert byline_forms.pen_name(line, "en") == name


@pytest.mark.parametrize("case", cases("copyrights"), ids=first_words)
def test_copyrights(case: Case) -> None:
    found = copyrights.read(case["line"])
    assert (found.notice, found.holder, found.year) == (case["line"], case["holder"], case["year"])


@pytest.mark.parametrize("case", cases("datelines"), ids=first_words)
def test_datelines(case: Case) -> None:
    story = " It was the third such case in as many years, people who live nearby said afterwards."
    article = copydesk.clean(f"A headline of some length\n\n{case['text']}\n\n{story}").article
    assert (article.metadata.dateline, article.metadata.agency) == (case["dateline"], case["agency"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("Jane Doe", True), ("D. Parvaz", True), ("Ludwig van der Muster", True), ("Jean-Luc O’Neill", True)),
        *(("Jane", False), ("Jane doe", False), ("The End of the Road", False), ("Jane Doe.com 5", False)),
    ],
)
def test_people(text: str, expected: bool) -> None:
    assert is_person(text) is expected


def test_agencies_are_no_people_and_no_sentences() -> None:
    assert credits.is_agency("Getty Images")
    assert not credits.is_agency("Getty Images Ltd")
    assert LineFacts("Lev Radin/Sipa USA, via Reuters", "en").is_credit
    assert not LineFacts("Reuters reported on Monday that it was so.", "en").is_credit


PAGE = """Old bridge to stay closed for a year | Example Media
Home
News

Old bridge to stay closed for a year
Engineers say two piers have moved since the flood
By Jane Doe, city reporter and Max Muster
Published: 3 May 2024 | Updated: 5 May 2024 10:30 UTC

The old bridge on Sunday morning
Photo: Erika Mustermann/Reuters

NORTHFORD (AP) — The council voted on Monday to close the old bridge to all traffic until spring.

Two of the five piers have moved by more than a hand since the last flood, the report says.

Correction: The bridge was built in 1924.

Tags: bridges, floods, traffic

Jane Doe
Jane Doe writes about rivers and bridges for this newspaper.

© 2024 Example Media Ltd. All rights reserved.
"""


def test_a_page_that_states_everything() -> None:
    said = copydesk.clean(PAGE, source="page.txt").article.metadata
    assert said.title == "Old bridge to stay closed for a year"
    assert said.deck == "Engineers say two piers have moved since the flood"
    assert [(author.name, author.role, bool(author.bio)) for author in said.authors] == [
        ("Jane Doe", "city reporter", True),
        ("Max Muster", None, False),
    ]
    assert (said.published, said.updated) == ("2024-05-03", "2024-05-05T10:30+00:00")
    assert (said.dateline, said.agency) == ("NORTHFORD", "AP")
    assert [(image.caption, image.credit) for image in said.images] == [
        ("The old bridge on Sunday morning", "Photo: Erika Mustermann/Reuters")
    ]
    assert said.notes == ("Correction: The bridge was built in 1924.",)
    assert (said.section, said.tags) == ("News", ("bridges", "floods", "traffic"))
    assert (said.publisher, said.copyright and said.copyright.year) == ("Example Media", 2024)


def test_what_the_container_states_goes_before() -> None:
    given = SuppliedMetadata(
        title="Bridge closed", date="2024-05-02", url="https://example.org/x", language="en-GB", extra={"a": 1}
    )
    said = copydesk.clean(PAGE, source="page.txt", given=given).article.metadata
    assert (said.title, said.published, said.url, said.language, said.extra) == (
        *("Bridge closed", "2024-05-02", "https://example.org/x", "en-GB"),
        {"a": 1},
    )


def test_nothing_is_guessed() -> None:
    said = copydesk.clean(
        "It was a Tuesday when the bridge fell, and nobody has been able to say why since then."
    ).article
    empty = said.metadata
    assert (empty.title, empty.authors, empty.published, empty.publisher, empty.copyright) == (
        None,
        (),
        None,
        None,
        None,
    )


def test_the_name_above_a_bio_is_an_author_and_not_the_bio() -> None:
    story = PAGE.replace("Engineers say two piers have moved since the flood\n", "")
    story = story.replace("By Jane Doe, city reporter and Max Muster\n", "")
    said = copydesk.clean(story, source="page.txt").article.metadata
    assert [(author.name, author.bio) for author in said.authors] == [
        ("Jane Doe", "Jane Doe writes about rivers and bridges for this newspaper.")
    ]


@pytest.mark.parametrize("checked", ["Medically reviewed by Erika Mustermann", "Fact-checked by Erika Mustermann"])
def test_a_reviewer_above_the_author_is_no_author(checked: str) -> None:
    head = "Published: 3 May 2024 | Updated: 5 May 2024 10:30 UTC\n"
    above = PAGE.replace("By Jane Doe, city reporter and Max Muster\n", f"{checked}\nBy Jane Doe\n")
    below = PAGE.replace("By Jane Doe, city reporter and Max Muster\n", f"{checked}\n").replace(
        "Correction: The bridge was built in 1924.\n", "By Jane Doe\n\nCorrection: The bridge was built in 1924.\n"
    )
    no_author = PAGE.replace("By Jane Doe, city reporter and Max Muster\n", f"{checked}\n").split("Tags:")[0]
    assert all(head in page for page in (above, below, no_author))
    for page, names in ((above, ["Jane Doe"]), (below, ["Jane Doe"]), (no_author, [])):
        said = copydesk.clean(page, source="page.txt").article.metadata
        assert [author.name for author in said.authors] == names


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        pytest.param("By\nJane Doe\nand\nMax Muster\n", ["Jane Doe", "Max Muster"], id="a word between two names"),
        pytest.param("By\nJane Doe\nPhotography by\nMax Muster\n", ["Jane Doe"], id="a photographer"),
        pytest.param("By Jane Doe\nReply Page 1 of 2 1 2 > Display\n", ["Jane Doe"], id="the pages of a thread"),
        pytest.param("By Jane Doe\nShare Tweet Print It\n", ["Jane Doe"], id="buttons"),
    ],
)
def test_the_lines_beside_an_author(lines: str, names: list[str]) -> None:
    page = PAGE.replace("By Jane Doe, city reporter and Max Muster\n", lines)
    found = copydesk.clean(page, source="page.txt").article.metadata.authors
    assert [author.name for author in found] == names


def test_a_name_without_capitals_below_the_word_for_author() -> None:
    story = (
        "הדוור מכיר כל כלב ברחוב האלון\nמאת:\nדנה לוי\n4 במאי 2025\n"
        "בכל בוקר בשבע ורבע נשמעות נביחות ברחוב האלון, והתושבים יודעים שהדוור הגיע עם האופניים שלו.\n"
        "השכנים אספו כסף וקנו לו אופניים חדשים, אבל הוא אמר שהוא מעדיף להמשיך ברגל כל יום.\n"
    )
    found = copydesk.clean(story, source="page.txt").article.metadata.authors
    assert [author.name for author in found] == ["דנה לוי"]


@pytest.mark.parametrize("form", ["Zapsala: Marta Kowal", "Text Und Bild", "Text und Fotos", "Foto Und Text"])
def test_a_form_of_byline_without_a_known_word_or_a_name_gives_no_author(form: str) -> None:
    """The line is not the headline either.  An unknown form is labelled as a byline, but the name in it is not read."""
    head = "Engineers say two piers have moved since the flood\nBy Jane Doe, city reporter and Max Muster\n"
    story = PAGE.replace(head, f"{form}\n").partition("News\n")[2].partition("Correction:")[0]
    article = copydesk.clean(story, source="page.txt").article
    assert article.metadata.title == "Old bridge to stay closed for a year"
    assert article.metadata.authors == ()
    (block,) = (block for block in article.blocks if block.text == form)
    assert block.label not in (Label.TITLE, Label.DECK)
    assert (block.why == "label.byline-beside-headline") is (form == "Zapsala: Marta Kowal")


@pytest.mark.parametrize("above", ["Print Article", "Home Decor", "Show Caption"])
def test_what_a_button_says_is_no_author(above: str) -> None:
    story = PAGE.replace("By Jane Doe, city reporter and Max Muster\n", "").replace("\nJane Doe\n", f"\n{above}\n")
    names = [author.name for author in copydesk.clean(story, source="page.txt").article.metadata.authors]
    assert above not in names


def test_a_date_in_headline_or_caption_is_not_the_storys() -> None:
    story = PAGE.replace("Published: 3 May 2024 | Updated: 5 May 2024 10:30 UTC\n", "").replace(
        "The old bridge on Sunday morning", "The old bridge at its opening on June 12, 1932"
    )
    assert copydesk.clean(story, source="page.txt").article.metadata.published is None


STORY_OF_A_BRIDGE = (
    "The council voted on Monday to close the old bridge to all traffic until next spring, the mayor said.\n\n"
    "Two of the five piers have moved by more than a hand since the last flood, the report of the engineers says.\n\n"
    "Drivers will have to take the ferry, which runs twice an hour, or the motorway bridge ten miles to the south.\n"
)

MENU = "Home\nNews\nSport\nBusiness\nOpinion\nWeather\nSign in\n"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Saturday, November 28, 2026\n" + MENU, ""),
        (MENU, "Upcoming events\nDecember 5, 2026\nBlood drive at the county hall\n"),
        (MENU, "About us\nContact\nPrivacy policy effective January 1, 2025\n"),
    ],
    ids=["the visit", "an event", "a policy"],
)
def test_a_date_of_the_site_is_no_date_of_the_story(above: str, below: str) -> None:
    dump = f"{above}\nOld bridge to stay closed for a year\n\nBy Jane Doe\n\n{STORY_OF_A_BRIDGE}\n{below}"
    assert copydesk.clean(dump, source="page.txt").article.metadata.published is None


@pytest.mark.parametrize("stated", ["Web Editor", "Springfield Broadcasting Corporation", "Sandy Chew"])
def test_a_printed_by_beats_the_markup(stated: str) -> None:
    given = SuppliedMetadata(stated_authors=(Stated(stated, "page:author"),))
    dump = f"Old bridge to stay closed for a year\nBy Jake Evanston\nMay 3, 2024\n\n{STORY_OF_A_BRIDGE}"
    said = copydesk.clean(dump, source="page.txt", given=given).article.metadata
    assert [author.name for author in said.authors] == ["Jake Evanston"]


class StatedCase(TypedDict):
    why: str
    stated: list[tuple[str, str]]
    authors: list[tuple[str, str | None]]


STATED: list[StatedCase] = json.loads((CASES / "metadata" / "stated_authors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", STATED, ids=lambda case: case["why"])
def test_stated_authors(case: StatedCase) -> None:
    stated = tuple(Stated(value, f"page:{name}") for name, value in case["stated"])
    found = stated_authors(SuppliedMetadata(stated_authors=stated, publisher="Northford News"), "en")
    assert [(fact.value.name, fact.value.role) for fact in found.values()] == [tuple(each) for each in case["authors"]]


def test_an_element_for_the_author_does_not_beat_a_printed_name() -> None:
    """Such an element may belong to another story or to a menu."""
    given = SuppliedMetadata(stated_authors=(Stated("Jane Doe", "page:class=author"),))
    dump = f"Old bridge to stay closed for a year\nRoisin Achterberg\nMay 3, 2024\n\n{STORY_OF_A_BRIDGE}"
    said = copydesk.clean(dump, source="page.txt", given=given).article.metadata
    assert [author.name for author in said.authors] == ["Roisin Achterberg"]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Home Decor", True),
        ("Mental Health", True),
        ("Mark Young", False),
        ("Matt Fisher", False),
        ("Thao Dinh", False),
    ],
)
def test_a_phrase_has_only_known_words_and_no_given_name(name: str, *, is_one: bool) -> None:
    assert is_phrase(name, "en") is is_one
    assert not is_phrase(name, "zu"), "no list of words"


@pytest.mark.parametrize(
    ("name", "has_one"),
    [("Greta Lind", True), ("Job Search Tips", False), ("Math Basics", False), ("Qwen Lind", False)],
)
def test_a_given_name_is_first_and_no_common_word(name: str, *, has_one: bool) -> None:
    assert has_given_name(name, "en") is has_one


def test_the_publisher_behind_the_author_is_no_author() -> None:
    dump = f"Old bridge to stay closed | Rio Acima\nOld bridge to stay closed\nBy Jake Evanston, Rio Acima\n\n{STORY_OF_A_BRIDGE}"
    said = copydesk.clean(dump, source="page.txt").article.metadata
    assert (said.publisher, [author.name for author in said.authors]) == ("Rio Acima", ["Jake Evanston"])


def test_the_name_of_the_publisher_is_no_section() -> None:
    given = SuppliedMetadata(publisher="Saimaan Viesti")
    dump = f"Saimaan Viesti\nOld bridge to stay closed for a year\nBy Jake Evanston\nMay 3, 2024\n\n{STORY_OF_A_BRIDGE}"
    assert copydesk.clean(dump, source="page.txt", given=given).article.metadata.section is None


def test_a_name_between_headline_and_date_is_the_author_in_a_script_without_capitals() -> None:
    dump = (
        "হাওরের ভাসমান পাঠাগারে এবার রাতেও আলো\nতানিয়া রহমান\nপ্রকাশ: ১২ জুলাই ২০২৫, ১০:৩০\n"
        "বর্ষা এলে গ্রামের চারদিকে শুধু পানি থাকে। তখন নৌকায় করে বই আনে একটি পাঠাগার, যা সন্ধ্যা নামলেই বন্ধ হতো।\n"
        "এখন নৌকার ছাদে সৌর প্যানেল বসেছে। রাত দশটা পর্যন্ত পড়তে পারে শিশুরা, আর বড়রা আসে খবরের কাগজ পড়তে।\n"
    )
    said = copydesk.clean(dump, source="page.txt").article.metadata
    assert [author.name for author in said.authors] == ["তানিয়া রহমান"]


def test_the_caption_in_the_box_of_an_encyclopaedia_is_no_deck() -> None:
    """Nor are the cells of the box below it."""
    dump = (
        "Pont de Vaugrenant \N{EM DASH} Wikilande\nPont de Vaugrenant\nAller à la navigation Aller à la recherche\n"
        "Pont de Vaugrenant\nLe pont vu de la rive gauche en 2016.\nGéographie\nPays\nFrance\nCommune\nVaugrenant\n"
        "Le pont de Vaugrenant est un pont suspendu qui franchit la Serine à Vaugrenant, construit de 1840 à 1842.\n"
        "Sommaire\n1 Histoire\n2 Notes et références\nHistoire[modifier | modifier le code]\n"
        "La concession est accordée en 1838 à une compagnie lyonnaise, qui obtient le droit de péage pour cent ans.\n"
        "Notes et références[modifier | modifier le code]\n\N{UPWARDS ARROW} Carte au 1:25 000, feuille 3127.\n"
    )
    article = copydesk.clean(dump, source="page.txt").article
    assert (article.page, article.metadata.deck) == ("reference", None)
    assert "est un pont suspendu" in article.text


@pytest.mark.parametrize("between", ["", "Saimaan Viesti\n"])
def test_the_section_is_the_last_breadcrumb_though_the_name_of_the_site_is_below(between: str) -> None:
    dump = f"Home > Culture\n{between}Old bridge to stay closed for a year\nBy Jake Evanston\nMay 3, 2024\n\n{STORY_OF_A_BRIDGE}"
    assert copydesk.clean(dump, source="page.txt").article.metadata.section == "Culture"


@pytest.mark.parametrize("name", ["Barack Obama", "Jo Cox", "Wei Chen"])
def test_a_name_that_the_language_knows_is_no_phrase(name: str) -> None:
    assert not is_phrase(name, "en")


def test_headings_with_names_of_people_are_no_authors() -> None:
    intro = "Five actresses changed the cinema of their time, and each of them began in a small theatre by the sea.\n\n"
    text = "She played in forty films and won three prizes, but she says that she liked the stage of her town best.\n\n"
    dump = f"Five actresses who changed the cinema\n\n{intro}Meryl Streep\n\n{text}Sigourney Weaver\n\n{text.replace('forty', 'fifty')}"
    article = copydesk.clean(dump, source="page.txt").article
    assert article.metadata.authors == ()
    assert "Meryl Streep" in article.text


@pytest.mark.parametrize(
    ("thing", "names"),
    [
        ('{"@type":"NewsArticle","author":"www.example.com"}', []),
        ('{"@type":"NewsArticle","author":"jane@example.com"}', []),
        ('[{"@id":null,"name":"Wrong Person"},{"@type":"NewsArticle","author":{"@type":"Person"}}]', []),
        ('{"@type":"NewsArticle","author":{"name":"Jane Doe"},}', ["Jane Doe"]),
        ('{"@type":"NewsArticle","author":{"givenName":"Jane","familyName":"Doe"}}', ["Jane Doe"]),
        (
            '{"@graph":[{"@type":"NewsArticle","author":{"@id":"#1"}},{"@type":"Person","@id":"#1","name":"Jane Doe"}]}',
            ["Jane Doe"],
        ),
    ],
)
def test_authors_in_json_ld(thing: str, names: list[str]) -> None:
    markup = f"<html><head><script type='application/ld+json'>{thing}</script></head><body><p>x</p></body></html>"
    made = html.render_text(markup, "x")
    assert [one.value for one in made.given.stated_authors] == names
