"""Facts that the memory of a source supports: the outlet and the section in a page's title, and bios."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk import config, desk, dump
from copydesk.document import Record
from copydesk.dump import SuppliedMetadata
from copydesk.source_memory import memory_files
from copydesk.source_memory.frozen import RememberedSource, remembered
from copydesk.source_memory.memory_files import MemoryWriter
from copydesk.source_memory.pages import SourcePages, learned_page, merged, source_pages, without_single_texts
from copydesk.source_memory.title_parts import title_parts

PLACES = ("Northford", "Easterby", "Westhaven", "Southmoor", "Millbrook", "Oakridge", "Fernhill", "Ashdown")
BIO = "Ada Kent studied water in Easterby and lives beside the weir."


def page(number: int, ending: str, *, byline: str = "", below: Sequence[str] = ()) -> str:
    """A page: its title with an ending, a menu, a headline, a story, and lines below it."""
    place = PLACES[number % len(PLACES)]
    headline = f"{place} bridge number {number} closes for {number + 2} weeks"
    story = [
        f"Bridge number {number} in {place} will close next month, the council said on Monday evening after {number} hours.",
        f"Some {number * 97 + 800} drivers use it each day, and the way round by the weir takes {number} minutes more.",
        f"The bridge of {place} was built in {1800 + number}, after the ferry had sunk with {number} sheep.",
    ]
    lines = [f"{headline}{ending}", "Front page", "Log in", headline, *([byline] if byline else []), *story, *below]
    return "\n\n".join([*lines, "Terms of use", "About our cookies"])


def source(texts: Sequence[str], name: str = "kurier.example") -> SourcePages:
    found = merged(SourcePages(name, (), {}, {}), source_pages(name, map(learned_page, texts)))
    return without_single_texts(found)


def clean(text: str, learned: Sequence[str], folder: Path) -> Record:
    """The article of a page, with a memory of other pages."""
    path = folder / "a.memory"
    with MemoryWriter(path, "memory") as out:
        out.memory_of(remembered(source(learned)))
        out.end({})
    settings = config.default()
    raw = dump.from_text(text, "1.txt", given=SuppliedMetadata(url="https://kurier.example/1"))
    return desk.clean_dump(raw, replace(settings, sources=replace(settings.sources, memory=str(path)))).article


def without_memory(text: str) -> Record:
    raw = dump.from_text(text, "1.txt", given=SuppliedMetadata(url="https://kurier.example/1"))
    return desk.clean_dump(raw, config.default()).article


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Bridge closes | Politics - Example Times", ("Politics", "Example Times")),
        ("Bridge closes :: Politics :: example.org", ("Politics", "example.org")),
        ("桥梁关闭_中国_环球网", ("中国", "环球网")),
        ("春節就醫何處去-生活新聞-新浪新聞中心", ("生活新聞", "新浪新聞中心")),
        ("A well-known bridge closes", ()),
        ("Bridge closes - what the council of the town has to say about it now", ()),
        ("Bridge | what the council of the town has to say about it | Times", ("Times",)),
        ("x | " * 200, ()),
        ("Bridge closes - 2024", ()),
    ],
)
def test_the_parts_of_a_title(line: str, parts: tuple[str, ...]) -> None:
    assert title_parts(line) == parts


def test_the_end_of_most_titles_is_the_publisher(tmp_path: Path) -> None:
    text = page(1, "_Bridges_Bergkurier")
    assert without_memory(text).metadata.publisher is None
    found = clean(text, [text, *(page(n, f"_Bridges {n}_Bergkurier") for n in range(2, 9))], tmp_path)
    assert found.metadata.publisher == "Bergkurier"
    assert found.evidence.publisher == (0, "memory")


@pytest.mark.parametrize(
    ("ending", "others"),
    [
        ("_Bergkurier", ["_Bergkurier"] * 2),  # too few
        ("_Bergkurier", ["_Bergkurier"] * 3 + ["_Talbote"] * 4),  # less than half
        ("_Waves on Friday", ["_Bergkurier"] * 7),  # another end
        ("", ["_Bergkurier"] * 7),  # the page does not show it
        ("_Politics", ["_Politics"] * 7),  # the name of a section
    ],
)
def test_what_few_titles_have_or_the_page_does_not_show_is_no_publisher(
    ending: str, others: Sequence[str], tmp_path: Path
) -> None:
    text = page(1, ending)
    found = clean(text, [text, *(page(n, other) for n, other in enumerate(others, 2))], tmp_path)
    assert found.metadata.publisher is None
    assert found.evidence.publisher == ()


def test_a_menu_above_each_page_is_no_title(tmp_path: Path) -> None:
    texts = [f"Start | Archive | Bergsteiger\n\n{page(n, '')}" for n in range(1, 9)]
    assert remembered(source(texts)).parts == {}
    assert clean(texts[0], texts, tmp_path).metadata.publisher is None


def test_a_part_behind_the_headline_that_some_titles_have_is_the_section(tmp_path: Path) -> None:
    endings = ["_Bridges_Bergkurier"] * 3 + ["_Weather_Bergkurier"] * 4
    text = page(1, endings[0])
    found = clean(text, [page(n, ending) for n, ending in enumerate(endings, 1)], tmp_path)
    assert found.metadata.section == "Bridges"
    assert found.evidence.section == (0, "memory")


@pytest.mark.parametrize(
    "endings", [["_Bridges_Bergkurier"] * 7, ["_Bridges_Bergkurier"] + ["_Weather_Bergkurier"] * 6]
)
def test_what_all_titles_have_or_only_one_is_no_section(endings: Sequence[str], tmp_path: Path) -> None:
    found = clean(page(1, endings[0]), [page(n, ending) for n, ending in enumerate(endings, 1)], tmp_path)
    assert found.metadata.section is None


def bio_pages(line: str, count: int) -> list[str]:
    """Eight pages, of which so many are signed by Ada Kent and have the line below the story."""
    return [
        page(n, "", byline="By Ada Kent", below=[line]) if n <= count else page(n, "", byline="By Max Moor")
        for n in range(1, 9)
    ]


def test_a_line_about_the_author_that_some_pages_print_is_the_bio(tmp_path: Path) -> None:
    texts = bio_pages(BIO, 4)
    found = clean(texts[0], texts, tmp_path)
    assert [(author.name, author.bio) for author in found.metadata.authors] == [("Ada Kent", BIO)]
    assert found.evidence.authors[0][-1] == "memory"
    assert without_memory(texts[0]).metadata.authors[0].bio is None


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (BIO, 8),  # on all pages
        ("More stories by Ada Kent and of others who write about rivers here.", 4),
        ("Ada Kent on other sites", 4),
    ],
)
def test_other_lines_with_the_name_are_no_bio_of_the_memory(line: str, count: int, tmp_path: Path) -> None:
    texts = bio_pages(line, count)
    found = clean(texts[0], texts, tmp_path)
    assert all("memory" not in own for own in found.evidence.authors)


def test_the_digest_of_the_memory_has_what_the_facts_read(tmp_path: Path) -> None:
    text = page(1, "_Bergkurier")
    one, two = (
        clean(text, [text, *(page(n, ending) for n in range(2, 9))], tmp_path) for ending in ("_Bergkurier", "_Talbote")
    )
    assert (one.metadata.publisher, two.metadata.publisher) == ("Bergkurier", None)
    assert one.provenance.memory != two.provenance.memory


def written(path: Path, learned: SourcePages) -> RememberedSource:
    """A memory and its state, written and read again."""
    for place, kind in ((path, "memory"), (path.with_name(f"{path.name}.state"), "state")):
        with MemoryWriter(place, kind) as out:
            if kind == "memory":
                out.memory_of(remembered(learned))
            else:
                out.state_of(learned)
            out.end({})
    return memory_files.load(path).source(learned.name)


def test_the_parts_of_titles_are_read_back(tmp_path: Path) -> None:
    learned = source([page(n, "_Bridges_Bergkurier") for n in range(1, 5)])
    assert written(tmp_path / "a.memory", learned) == remembered(learned)
    assert set(remembered(learned).parts) == {"bridges", "bergkurier"}
    assert list(memory_files.states(tmp_path / "a.memory.state")) == [learned]


def test_files_of_version_1_are_read_and_learning_again_adds_the_titles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [page(n, "_Bridges_Bergkurier") for n in range(1, 5)]
    new = source(texts)
    old = replace(new, pages=tuple(replace(one, title=()) for one in new.pages))
    monkeypatch.setattr(memory_files, "VERSION", 1)
    assert written(tmp_path / "a.memory", old).parts == {}
    (known,) = memory_files.states(tmp_path / "a.memory.state")
    assert {one.title for one in known.pages} == {()}
    again = source_pages(new.name, map(learned_page, texts))
    assert without_single_texts(merged(known, again)) == new
    assert without_single_texts(merged(again, known)) == new
