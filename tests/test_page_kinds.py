"""Kinds of pages: what keeps its text, what is taken out, and what is no story at all."""

import re
from dataclasses import dataclass, field

import pytest

from conftest import CASES
from copydesk import desk, dump, html_lines
from copydesk.config import Config
from copydesk.document import Kind, Label, PageKind
from copydesk.labelling import Line, Verdict, hints, page_forms
from copydesk.labelling.model import LABELS
from copydesk.labelling.state import LabelState


@dataclass
class Page:
    """A page of the case file: its name, its kind, and its lines with their marks."""

    name: str
    kind: PageKind
    lines: list[tuple[str, str]] = field(default_factory=list)


def pages() -> list[Page]:
    found: list[Page] = []
    for row in (CASES / "page_kinds.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"## (.+) \[(\w+)\]", row):
            found.append(Page(heading[1], PageKind(heading[2])))
        elif found and row:
            mark, _, text = row.partition(" ")
            assert mark in "+-.", row
            found[-1].lines.append((mark, text))
    return found


PAGES = pages()
BUTTON = re.compile(r"(?: \[editar\]|\s?[#\N{PILCROW SIGN}])$")
"""The button or sign behind a heading, which is an edit."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page: Page) -> None:
    raw = "\n".join(text for _, text in page.lines)
    record = desk.clean_dump(dump.from_text(raw, page.name), Config()).article
    assert record.page is page.kind
    assert (record.kind is Kind.OTHER) is (page.kind is PageKind.NOTICE)
    shown = record.text.split("\n\n")
    why = {block.text: f"{block.label} {block.why} {block.share}" for block in record.blocks}
    lost = [
        (text, why.get(text))
        for mark, text in page.lines
        if mark == "+" and not {text, BUTTON.sub("", text)} & set(shown)
    ]
    kept = [(text, why.get(text)) for mark, text in page.lines if mark == "-" and text in shown]
    assert not lost
    assert not kept


def test_the_contents_of_a_page_are_no_text_if_its_headings_have_links() -> None:
    page = next(page for page in PAGES if page.name.startswith("a blog with a sign behind its headings"))
    raw = "\n".join(text for _, text in page.lines)
    assert raw.count("Where they hang") == 2
    assert desk.clean_dump(dump.from_text(raw, page.name), Config()).article.text.count("Where they hang") == 1


def test_every_kind_of_page_has_a_case() -> None:
    assert {page.kind for page in PAGES} >= set(PageKind) - {PageKind.PRODUCT, PageKind.LISTING}


COMMENTS = (
    '<html><body><p>The lamp burns.</p><div class="box {name}"><p>At last, said the seal.</p></div></body></html>'
)


def marks(name: str) -> list[tuple[int, ...]]:
    """What the lines of a page say about their places, with this class around the second one."""
    found = html_lines.parse(COMMENTS.format(name=name))
    assert found is not None
    return [origin.evidence for origin in html_lines.render(found).origins]


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("kommentarer", "comments"),
        ("caja-comentarios", "comments"),
        ("lista-komentarzy", "comments"),
        ("reacties", "comments"),
        ("yorumlar", "comments"),
        ("mas-leidas", "related"),
        ("lire-aussi", "related"),
        ("gerelateerd", "related"),
        ("najczesciej-czytane", "related"),
        ("muro-de-pago", "paywall"),
        ("bezahlschranke", "paywall"),
        ("prenumerera", "paywall"),
        ("cmpbox", "consent"),
        ("onetrust-pc-sdk", "consent"),
        ("republish-box", "note"),
    ],
)
def test_class_names_are_read_in_the_languages_of_the_web(name: str, english: str) -> None:
    assert marks(name) == marks(english)
    assert marks(name) != marks("plain")


@pytest.mark.parametrize("name", ["commentarium", "comentarista", "reactor", "muros", "cmpany", "oneTrustee"])
def test_a_class_name_is_read_whole(name: str) -> None:
    assert marks(name) == marks("plain")


SHOP = "Mountain Shop\nSledge, two seats\n89 EUR\nAdd to cart\nThe sledge carries two children and one very small dog."
LISTING = "\n".join(["Mountain Courier", "Latest news", *(f"Snails cross road number {n} in the night\n{n} May 2024"
                                                         for n in range(3, 12))])  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), [(SHOP, PageKind.PRODUCT), (LISTING, PageKind.LISTING)])
def test_pages_of_shops_and_lists_of_headlines(text: str, kind: PageKind) -> None:
    assert desk.clean_dump(dump.from_text(text, "page"), Config()).article.page is kind


def test_a_teaser_has_no_kind_of_page() -> None:
    for teaser in desk.clean_dump(dump.from_text(LISTING, "page"), Config()).teasers:
        assert teaser.page is None


@pytest.mark.parametrize(
    ("dates", "share", "label"),
    [
        (3, 0.8, Label.PARAGRAPH),  # what it fixes: each post of a thread has its date
        (3, 0.2, Label.TIMESTAMP),  # what it must leave alone: the dates of comments
        (2, 0.8, Label.TIMESTAMP),  # the nearest tempting mistake: a story that was published and updated
    ],
)
def test_dates_of_posts_are_text_if_the_model_reads_them_as_story(dates: int, share: float, label: Label) -> None:
    lines = [Line(f"May {n + 1}, 2024", apart=False, language="en") for n in range(dates)]
    verdicts: list[Verdict | None] = [Verdict(Label.TIMESTAMP, page_forms.FORM) for _ in lines]
    rows = [[0.0] * len(LABELS) for _ in lines]
    state = LabelState(lines, "en", rows, [share] * dates, verdicts, [False] * dates)
    page_forms.find(state, None)
    assert [state.label(n) for n in range(dates)] == [label] * dates


@pytest.mark.parametrize(
    ("word", "group"), [("commentaires", "comments"), ("koszyka", "sale"), ("einwilligung", "consent"), ("marsh", None)]
)
def test_a_word_of_furniture_has_its_group_in_each_language(word: str, group: str | None) -> None:
    found = [name for name, bit in hints.GROUP_BITS.items() if hints.KINDS[word] & bit]
    assert group in found if group else not found


def test_the_bits_of_groups_are_no_other_bits() -> None:
    bits = list(hints.GROUP_BITS.values())
    assert len(set(bits)) == len(bits)
    assert all(bit > hints.NO and bit.bit_count() == 1 for bit in bits)
