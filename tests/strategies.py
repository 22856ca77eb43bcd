"""Hostile text: what hypothesis draws for the laws."""

from hypothesis import strategies as st

ODD_PIECES = [
    *("\u00a0", "\u00ad", "\u200b", "\u200d", "\ufeff", "\u202e", "\u2028", "\x85", "\x00", "\x1b[31m", "\r\n", "\r"),
    *("\t", "  ", "\n", "\n\n", "\n \n", "&amp;amp;", "&nbsp;", "&#10;", "&lt;b&gt;", "Ã©", "â€™", "ï»¿", "Ã\xa0"),
    *("---", "***", "# ", "> ", "1. ", "1) ", "- ", "* ", "+ ", "`", "```", "~~~", "===", "[x](javascript:y)", "[a]: b"),
    *("<script>", "<!--", "&copy;", "\\", "_", "_x_", "![i](u)", "a: b", "'", '"', "%", "@", "{}", "?", "| a | b |"),
    *("end.Next", "word,word", "Oct.7", "exam-\nple", " ,", " .", "Netanyahurejected", "Netanyahu", "rejected"),
    *("© 2024 X Media", "By Jane Doe", "Photo: AP", "Getty Images", "More from X News", "Related", "Share", "- YouTube"),
    *("Read more: A headline of note", "12:30", "21 May 2025 - 14:19", "30.01.2024", "Subscribe", "Tags: a, b"),
    "This is a sentence that has enough words in it to count as running text.",
    "The council voted on Monday to close the old bridge, which has stood for more than a century, to all traffic.",
    "हिन्दी", "می‌خواهم", "日本語の文章です。", "👩‍👩‍👧", "ﬁ", "e\u0301", "\U0001f600", "\U000e0041",
]  # fmt: skip

characters = st.characters(exclude_categories=["Cs"])
pieces = st.one_of(st.sampled_from(ODD_PIECES), st.text(characters, max_size=8), st.sampled_from([" ", "\n", "a", "A"]))
bits = st.lists(pieces, max_size=24).map("".join)

PROSE = [
    "The council voted on Monday to close the old bridge to all traffic until next spring.",
    "Two of the five piers have moved by more than a hand since the last flood, the report says.",
    "“Nobody knows yet who will pay for all of this,” said the mayor, Jane Doe, after the meeting.",
]


@st.composite
def pages(draw: st.DrawFn, odd: st.SearchStrategy[str]) -> str:
    """A page with a story, in which odd text stands before, between, inside and after its lines."""
    lines = [draw(odd), "Old bridge to stay closed for a year", draw(odd)]
    for prose in PROSE:
        cut = draw(st.integers(0, len(prose)))
        lines += [draw(odd) + prose, prose[:cut] + draw(odd) + prose[cut:]]
    joint = draw(st.sampled_from(["\n", "\n\n", "\r\n"]))
    return joint.join([*lines, draw(odd)])


hostile = st.one_of(bits, pages(st.lists(pieces, max_size=3).map("".join)))
"""Fragments without a story, and stories with fragments in them."""
