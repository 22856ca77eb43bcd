"""Whole documents: `tests/golden/dumps` gives `tests/golden/output`, and stays as it is when cleaned again.

After a change that means to change them: copydesk clean tests/golden/dumps -o tests/golden/output
"""

from pathlib import Path

import pytest

import copydesk
from conftest import ROOT, Copydesk
from copydesk.document import STORY, Label

GOLDEN = ROOT / "tests" / "golden"
DUMPS = sorted([*(GOLDEN / "dumps").iterdir(), *(ROOT / "seeds").glob("*.txt")])


def test_the_golden_output(copydesk: Copydesk, tmp_path: Path) -> None:
    copydesk("clean", GOLDEN / "dumps", "-o", "fresh")
    fresh = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "fresh").glob("[!.]*")}
    assert fresh == {path.name: path.read_text(encoding="utf-8") for path in (GOLDEN / "output").iterdir()}


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_what_was_cleaned_stays_as_it_is(path: Path) -> None:
    article = copydesk.clean(path.read_bytes(), source=path.name).article
    again = copydesk.clean(f"{article.metadata.title}\n\n{article.text}").article
    assert again.edits == ()
    assert [block.text for block in again.blocks if block.label not in STORY] == [article.metadata.title]
    assert again.blocks[0].label is Label.TITLE
    assert again.text == article.text
