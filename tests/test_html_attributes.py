"""An element may have thousands of attributes: those that are too many are left out before the page is parsed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import html_lines
from copydesk.html_attributes import MAX_ATTRIBUTES, bounded

MANY = " ".join(f"a{number}=1" for number in range(MAX_ATTRIBUTES + 50))
QUOTED = " ".join(f"a{number}='<b>'" for number in range(MAX_ATTRIBUTES + 50))
STATE = '{"title": "x"}' * 9000


@pytest.mark.parametrize(
    "markup",
    [
        "<p>one</p>",
        f"<div data-state='{STATE}'>one</div>",
        f"<p>{MANY}</p>",
        f"<script>var a = \"<p {MANY}>\"; var b = '<a';</script><p>one</p>",
        f"<!-- <p {MANY}> --><p>one</p>",
        "<p " + " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES)) + ">one</p>",
        '<a href="x>one</a><p>two</p>',
    ],
)
def test_other_pages_stay_as_they_are(markup: str) -> None:
    assert bounded(markup) == markup


@pytest.mark.parametrize("attributes", [MANY, QUOTED, MANY.replace("=1", ""), MANY.replace("=1", ' = "1"')])
def test_attributes_that_are_too_many_are_left_out(attributes: str) -> None:
    markup = f"<h1>Head</h1><p class=x {attributes}>one</p><div {attributes}>two</div>three"
    root = html_lines.parse(markup)
    assert root is not None
    assert [len(each.attrib) for each in root.iter("p", "div")] == [MAX_ATTRIBUTES] * 2
    assert html_lines.render(root).text.split("\n") == ["Head", "one", "two", "three"]


PIECES = ("<p ", "<a", ">", "/>", '"', "'", "=", "a", " ", "<script>", "</script>", "<!--", "-->", "/", "a=1 ", "\n")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_a_page_with_few_attributes_is_never_changed(markup: str) -> None:
    assert bounded(markup) == markup
