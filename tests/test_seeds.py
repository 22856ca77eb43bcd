"""The two seeds: what their records must say, and the committed output, to the byte."""

from pathlib import Path

import pytest

import copydesk
from conftest import ROOT, Copydesk, Golden
from copydesk.document import Cleaned, Label, Record
from copydesk.edits import has_visible

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def cleaned(number: int) -> Cleaned:
    return copydesk.clean(SEEDS[number].read_bytes(), source=SEEDS[number].name)


def said(record: Record, label: Label) -> list[str]:
    return [block.text for block in record.blocks if block.label is label]


def test_the_committed_output_is_what_the_code_writes(copydesk: Copydesk, golden: Golden, tmp_path: Path) -> None:
    copydesk("clean", ROOT / "seeds", "-o", "fresh")
    golden(tmp_path / "fresh", ROOT / "output")


def test_a_second_run_changes_no_byte(copydesk: Copydesk, tmp_path: Path) -> None:
    copydesk("clean", ROOT / "seeds", "-o", "out")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").glob("[!.]*")}
    again = copydesk("clean", ROOT / "seeds", "-o", "out")
    assert again.stderr.decode().partition("\n")[0] == "0 written, 2 unchanged, 0 rejected -> out"
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").glob("[!.]*")} == before


def test_first_seed() -> None:
    found = cleaned(0)
    article, metadata = found.article, found.article.metadata
    assert metadata.title == "Mediators are in Cairo working to secure a cease-fire between Israel and Hamas"
    assert said(article, Label.CONTROL) == ["Play Live Radio", "Next Up:", "0:00 0:00", "Available On Air Stations"]
    assert said(article, Label.CAPTION) == said(article, Label.DUPLICATE)
    assert [(image.caption, image.credit) for image in metadata.images] == [
        (said(article, Label.CAPTION)[0], "Spencer Platt / Getty Images")
    ]
    assert said(article, Label.CREDIT) == ["Spencer Platt", "Getty Images"]
    assert metadata.dateline == "TEL AVIV, Israel"
    assert len(said(article, Label.PARAGRAPH)) == 13
    assert said(article, Label.PARAGRAPH)[0].startswith("TEL AVIV, Israel — Officials from")
    assert said(article, Label.HEADING) == ["Regional de-escalation"]
    assert "blocked off from aid since Oct. 7." in article.text
    assert [(author.name, author.bio and author.bio[:44]) for author in metadata.authors] == [
        ("D. Parvaz", "D. Parvaz is an editor at Weekend Edition. P")
    ]
    assert metadata.copyright
    assert (metadata.copyright.holder, metadata.copyright.year) == ("NPR", 2024)
    assert metadata.publisher == "NPR"
    assert metadata.published is None
    assert metadata.language == "en"
    assert found.teasers == ()


def test_second_seed() -> None:
    found = cleaned(1)
    article, metadata = found.article, found.article.metadata
    assert metadata.title == "Gaza truce talks are back on amid concerns over Rafah"
    assert len(metadata.images) == 1
    assert said(article, Label.CAPTION) == said(article, Label.DUPLICATE)
    assert len(said(article, Label.PARAGRAPH)) == 5
    assert "Benjamin Netanyahu rejected a cease-fire" in article.text
    assert metadata.publisher == "GZERO Media"
    assert metadata.language == "en"
    assert said(article, Label.TEASER_HEADING) == ["More from GZERO Media"]
    raw = SEEDS[1].read_text(encoding="utf-8")
    for line in raw.partition("More from GZERO Media")[2].split("\n"):
        assert not line or line not in article.text


def test_teasers_of_the_second_seed() -> None:
    teasers = cleaned(1).teasers
    assert [(len(t.metadata.images), t.text.partition(" ")[0], t.text.rpartition(" ")[2]) for t in teasers] == [
        (1, "", ""),
        (0, "Ukraine", ":60."),
        (1, "The", "fire."),
        (1, "Donald", "migrants."),
        (1, "The", "escalation?"),
    ]
    captions = [(image.caption or "")[:13] for teaser in teasers for image in teaser.metadata.images]
    assert captions == ["Ambassador Ro", "A man rushes ", "People hold s", "Russian Presi"]
    assert [image.credit for teaser in teasers for image in teaser.metadata.images] == [
        "Lev Radin/Sipa USA, via Reuters",
        "REUTERS/Marckinson Pierre",
        "REUTERS/Edgard Garrido",
        "Sputnik/Gavriil Grigorov/Pool via REUTERS",
    ]
    assert teasers[1].blocks[0].text == "- YouTube"
    assert teasers[1].text.startswith("Ukraine has launched US-made long-range")


@pytest.mark.parametrize("number", [0, 1])
def test_undo_gives_the_seeds_bytes(number: int) -> None:
    article = cleaned(number).article
    raw = SEEDS[number].read_bytes()
    assert article.raw().encode() == raw
    covered = set[int]()
    for block in article.blocks:
        assert covered.isdisjoint(range(block.start, block.end))
        covered |= set(range(block.start, block.end))
    assert all(at in covered or not has_visible(character) for at, character in enumerate(raw.decode()))


@pytest.mark.parametrize("number", [0, 1])
def test_cleaning_the_cleaned_changes_nothing(number: int) -> None:
    article = cleaned(number).article
    again = copydesk.clean(f"{article.metadata.title}\n\n{article.text}", source="again").article
    assert again.edits == ()
    assert again.text == article.text
    assert again.metadata.title == article.metadata.title
