"""An index finds what one expression of all phrases finds."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, inside_lines, level, whole_words

BOXES = VOCABULARY.boxes
TABLES = {
    "consent": BOXES.consent,
    "offer": BOXES.offer,
    "paywall": BOXES.paywall,
    "sentences": VOCABULARY.notice.sentences,
    "read_on": VOCABULARY.cut.read_on,
}
WILD = {" ... ": " and some others ", "*": "ing"}


def spoken(phrase: str) -> str:
    """A text with the phrase, with something in the place of its "..." and "*"."""
    for mark, words in WILD.items():
        phrase = phrase.replace(mark, words)
    return phrase


PIECES = st.sampled_from(sorted({spoken(phrase) for table in TABLES.values() for phrase in table}))
CASES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from((str, str.upper, str.title, str.casefold))
WORDS = st.sampled_from(
    ("the", "İstanbul", "ılık", "cookies_", "straße", "СОГЛАСИЕ", "\u00a0", "’s", "不", "xsubscribe")
)
TEXTS = st.lists(st.one_of(WORDS, st.tuples(PIECES, CASES).map(lambda pair: pair[1](pair[0]))), max_size=6)
GLUE = st.sampled_from((" ", ", ", "\u2019", "", "-"))


@pytest.mark.parametrize("name", TABLES)
@given(texts=TEXTS, glue=GLUE)
def test_an_index_finds_what_all_phrases_find(
    name: str, texts: list[str], glue: str, indexes: dict[str, tuple[PhraseIndex, re.Pattern[str]]]
) -> None:
    text = level(glue.join(texts))
    index, everything = indexes[name]
    pattern = index.pattern(text)
    found = pattern.findall(text) if pattern else []
    assert found == everything.findall(text)
    assert index.search(text) == bool(found)
    assert index.begins(text) == (everything.match(text) is not None)


@pytest.fixture(scope="module")
def indexes() -> dict[str, tuple[PhraseIndex, re.Pattern[str]]]:
    return {
        name: (PhraseIndex(table), re.compile(inside_lines(table), re.IGNORECASE)) for name, table in TABLES.items()
    }


def test_a_phrase_with_part_of_a_word_is_found_by_that_part() -> None:
    index = PhraseIndex(["abonn*", "*partner"])
    assert index.search("Jetzt abonnieren!")
    assert index.search("unsere Werbepartner")
    assert not index.search("unsere Partnerin")


def test_a_phrase_in_a_script_without_spaces_is_found_inside_other_words() -> None:
    assert PhraseIndex(["隐私政策"]).search("查看隐私政策全文")
    assert not PhraseIndex(["隐私政策"]).search("查看政策全文")


def test_phrases_with_borders_are_whole_words_in_every_script() -> None:
    index = PhraseIndex(["访问被拒绝"], whole_words, has_borders=True)
    assert index.pattern("访问被拒绝!") is not None
    assert index.pattern("您的访问被拒绝了") is None


def test_a_text_without_a_word_of_a_phrase_needs_no_expression() -> None:
    assert PhraseIndex(["legitimate interest"]).pattern("The interests of the town were legitimately mixed.") is None


def test_a_phrase_may_be_a_sign_without_a_word() -> None:
    index = PhraseIndex(["per month", "€"])
    assert index.search("only €3")
    assert index.search("3 a month, or 30 per month")
    assert not index.search("only $3 a month")


def test_a_text_with_some_words_of_a_phrase_needs_no_expression() -> None:
    index = PhraseIndex(["legitimate interest", "our whatsapp*"])
    assert index.pattern("The interest of the town was mixed.") is None
    assert not index.may_have("Join our telegram channel")
    assert index.search("Join our WhatsApp-channel")
