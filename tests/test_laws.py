"""The laws of the record, on hostile text."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import copydesk
from copydesk import config, desk, dump
from copydesk.decoding import decode, encode
from copydesk.document import STORY, Cleaned, Kind, Record
from copydesk.edits import apply, has_visible
from copydesk.render import markdown, record
from strategies import PROSE, hostile, pages


def cleaned(raw: str | bytes) -> Cleaned:
    """The records of a dump of plain text: `copydesk.clean` would render a text that looks like Markdown."""
    try:
        found = dump.from_text(raw, "page.txt") if isinstance(raw, str) else dump.from_bytes(raw, "page.txt")
        return desk.clean_dump(found, config.default())
    except copydesk.UnreadableError as error:
        assert error.reason in ("empty", "binary")
        reject()


def check_account(article: Record, raw: str) -> None:
    end = 0
    for block in article.blocks:
        assert end <= block.start < block.end
        assert not has_visible(raw[end : block.start])
        inside = [edit for edit in article.edits if block.start <= edit.start and edit.end <= block.end]
        assert apply(raw[block.start : block.end], [edit.moved(-block.start) for edit in inside]) == block.text
        assert not raw[block.start].isspace()
        assert not raw[block.end - 1].isspace()
        assert len(block.text.splitlines()) <= 1
        end = block.end
    assert not has_visible(raw[end:])
    assert all(one.end < other.start for one, other in pairwise(article.edits))
    assert all(any(b.start <= e.start and e.end <= b.end for b in article.blocks) for e in article.edits)


@pytest.mark.slow
@given(hostile)
def test_every_visible_character_is_in_one_block(raw: str) -> None:
    check_account(cleaned(raw).article, raw)


@pytest.mark.slow
@given(hostile)
def test_the_raw_text_of_markdown_is_what_it_shows(text: str) -> None:
    page = f"# {text}\n\n{' '.join(PROSE)}\n\n[one](http://a.b/) [two](/b) **three**\n"
    try:
        article = copydesk.clean(page, source="page.md").article
    except copydesk.UnreadableError as error:
        assert error.reason == "binary"
        reject()
    assert article.provenance.renderer
    check_account(article, article.raw())


@pytest.mark.slow
@given(hostile)
def test_every_fact_has_its_evidence(raw: str) -> None:
    result = cleaned(raw)
    blocks = result.article.blocks
    for one in (result.article, *result.teasers):
        assert one.without_evidence() == []
        title = one.metadata.title
        lines = [blocks[n].text for n in one.evidence.title if isinstance(n, int)]
        assert title is None or title in " ".join(lines)


@pytest.mark.slow
@given(hostile)
def test_undo_gives_the_raw_text(raw: str) -> None:
    article = cleaned(raw).article
    assert article.raw() == raw
    assert record.from_json(record.to_json(article).encode()).raw() == raw


@pytest.mark.slow
@given(st.one_of(st.binary(max_size=200), hostile.map(str.encode), hostile.map(lambda text: text.encode("utf-16"))))
def test_undo_gives_the_bytes(data: bytes) -> None:
    article = cleaned(data).article
    assert encode(article.raw(), article.provenance.encoding, article.provenance.undecoded) == data


@given(st.binary(max_size=300))
def test_decoding_loses_no_byte(data: bytes) -> None:
    found = decode(data)
    assert encode(found.text, found.encoding, found.undecoded) == data
    lost = [each.offset for each in found.undecoded if each.read_as is None]
    assert all(found.text[offset] == "\N{REPLACEMENT CHARACTER}" for offset in lost)


PLAIN = pages(st.text(alphabet="abc XY.,;:!?'\n\t\u00a0\u00ad\u200b-1", max_size=12))


@pytest.mark.slow
@given(PLAIN)
def test_no_word_is_invented(raw: str) -> None:
    """Only white space, invisible characters and hyphens at line ends may differ.  The order stays."""

    def bare(text: str) -> str:
        return "".join(character for character in text if has_visible(character) and character != "-")

    shrunk, at = bare(raw), 0
    article = cleaned(raw).article
    assert article.kind is Kind.ARTICLE
    for block in article.blocks:
        if block.label in STORY:
            found = shrunk.find(bare(block.text), at)
            assert found >= 0
            at = found + len(bare(block.text))


@pytest.mark.slow
def test_most_hostile_pages_hold_a_story() -> None:
    """The laws would prove little if the generated text were never an article."""
    kinds = Counter[Kind]()

    @settings(max_examples=100, database=None, derandomize=True)
    @given(hostile)
    def draw(raw: str) -> None:
        kinds[cleaned(raw).article.kind] += 1

    draw()
    assert kinds[Kind.ARTICLE] >= 30


@pytest.mark.slow
@given(hostile)
def test_the_same_dump_gives_the_same_records(raw: str) -> None:
    one, other = cleaned(raw), cleaned(raw)
    assert one == other
    assert [record.to_json(r) for r in (one.article, *one.teasers)] == [
        record.to_json(r) for r in (other.article, *other.teasers)
    ]


@pytest.mark.slow
@given(hostile)
def test_markdown_reads_back(raw: str) -> None:
    """`markdown.article` raises if it does not.  This test parses the Markdown once more, independently."""
    found = cleaned(raw)
    if found.article.kind is Kind.ARTICLE:
        parsed = markdown.parse(markdown.article(found.article))
        assert "\n\n".join(text for kind, text in parsed.blocks if kind != "h1") == found.article.text
        assert next((text for kind, text in parsed.blocks if kind == "h1"), None) == found.article.metadata.title
    if found.teasers:
        markdown.teasers(found.article, found.teasers)


@pytest.mark.slow
@given(hostile)
def test_teasers_consist_of_blocks_of_their_article(raw: str) -> None:
    found = cleaned(raw)
    places = Counter((block.start, block.end, block.text) for block in found.article.blocks if block.label == "teaser")
    shared = Counter((block.start, block.end, block.text) for teaser in found.teasers for block in teaser.blocks)
    assert shared <= places  # a line that belongs to no item is in no record
    assert [teaser.position for teaser in found.teasers] == list(range(1, len(found.teasers) + 1))
    assert all(teaser.parent == found.article.id and teaser.lead is None for teaser in found.teasers)


@given(hostile, hostile)
@pytest.mark.slow
def test_the_id_depends_only_on_the_source(one: str, other: str) -> None:
    assert cleaned(one).article.id == cleaned(other).article.id
    moved = copydesk.clean("Some text to be read.", source="other.txt")
    assert moved.article.id != cleaned(one).article.id


@given(hostile)
@pytest.mark.slow
def test_markdown_that_differs_from_the_record_is_an_error(raw: str) -> None:
    found = cleaned(raw)
    if found.article.kind is not Kind.ARTICLE:
        return
    changed = replace(found.article, text=found.article.text + " and more")
    with pytest.raises(markdown.MarkdownError):
        markdown.article(changed)
