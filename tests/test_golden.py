"""Whole documents: `tests/golden/dumps` gives `tests/golden/output`, and stays as it is when cleaned again.

After a change that is meant to change them: pytest tests/test_golden.py --update-golden
"""

from pathlib import Path

import pytest

import copydesk
from conftest import ROOT, Copydesk, Golden
from copydesk.document import STORY, Label

pytest_plugins = ["pytester"]

GOLDEN = ROOT / "tests" / "golden"
DUMPS = sorted([*(GOLDEN / "dumps").glob("*.txt"), *(ROOT / "seeds").glob("*.txt")])


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def test_the_golden_output(copydesk: Copydesk, golden: Golden, tmp_path: Path) -> None:
    copydesk("clean", GOLDEN / "dumps", "-o", "fresh")
    golden(tmp_path / "fresh", GOLDEN / "output")


@pytest.mark.slow
def test_golden_files_that_differ_fail_with_a_readable_diff(pytester: pytest.Pytester) -> None:
    for folder, text in (("committed", "one\ntwo\n"), ("fresh", "one\nthree\n")):
        pytester.mkdir(folder).joinpath("page.md").write_text(text, encoding="utf-8")
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile("""
        from pathlib import Path
        def test_golden(golden):
            golden(Path("fresh"), Path("committed"))
    """)
    pytester.runpytest("-p", "no:cacheprovider").stdout.fnmatch_lines(["*committed/page.md", "-two", "+three"])
    assert (pytester.path / "committed" / "page.md").read_text(encoding="utf-8") == "one\ntwo\n"
    assert pytester.runpytest("-p", "no:cacheprovider", "--update-golden").ret == pytest.ExitCode.TESTS_FAILED
    assert (pytester.path / "committed" / "page.md").read_text(encoding="utf-8") == "one\nthree\n"
    assert pytester.runpytest("-p", "no:cacheprovider").ret == pytest.ExitCode.OK


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_what_was_cleaned_stays_as_it_is(path: Path) -> None:
    article = copydesk.clean(path.read_bytes(), source=path.name).article
    again = copydesk.clean(f"{article.metadata.title}\n\n{article.text}").article
    assert again.edits == ()
    assert [block.text for block in again.blocks if block.label not in STORY] == [article.metadata.title]
    assert again.blocks[0].label is Label.TITLE
    assert again.text == article.text
