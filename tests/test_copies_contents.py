"""What stories are compared by: the same answers as a plain comparison, in linear time and bounded memory."""

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.copies.contents import Content, content_of
from copydesk.copies.find import find
from copydesk.copies.held import Held
from copydesk.copies.relations import Differences, are_related, differences
from copydesk.copies.shingles import SIZE
from copydesk.copies.words import words_in
from growth import grows_linearly
from test_copies import article, plain_words

WORDS = [
    "bridge",
    "harbour",
    "the",
    "12",
    "2024",
    "7",
    "雨",
    "が",
    "降",
    "한국",
    "한",
    "국",
    "დ",
    "ა",
    "და",
    "é",
    "résumé",
]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)


def content(text: str) -> Content:
    return content_of(words_in(text))


def shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + SIZE]) for start in range(max(1, len(words) - SIZE + 1))]


def numbers(words: set[str]) -> set[str]:
    return words & {"12", "2024"}


def terms(words: set[str]) -> set[str]:
    return words & {"bridge", "harbour", "résumé", "한국"} | numbers(words)


def pairs(words: Sequence[str]) -> set[str]:
    return {one + other for one, other in pairwise(words) if len(one + other) == 2 and min(one + other) >= "\u0e00"}


def changed(words: Sequence[str], other: Sequence[str]) -> set[str]:
    """The terms of the first that are in no shared shingle, by comparing all with all."""
    both = set(shingles(other))
    places = {start + n for start, own in enumerate(shingles(words)) if own in both for n in range(SIZE)}
    rest = [None if place in places else word for place, word in enumerate(words)]
    signs = {pair for one, other in pairwise(rest) if one and other for pair in pairs([one, other])}
    return terms({word for word in rest if word}) | signs


def plain_differences(one: Sequence[str], other: Sequence[str]) -> Differences:
    own = changed(one, other), changed(other, one)
    known = [set(words) | (set() if " ".join(words).isascii() else pairs(words)) for words in (other, one)]
    fewer, more = sorted((numbers(set(one)), numbers(set(other))), key=len)
    return Differences(
        terms=min(map(len, own)),
        alike=len(own[0] & own[1]),
        known=min(len(a & b) / len(a) if a else 0.0 for a, b in zip(own, known, strict=True)),
        numbers=len(fewer - more),
        same_numbers=len(fewer & more),
    )


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_stories_differ_in_what_a_plain_comparison_finds(before: str, both: str, after: str, other: str) -> None:
    one, two = f"{before} {both} {after}", f"{other} {both} {before}"
    assert differences(content(one), content(two)) == plain_differences(plain_words(one), plain_words(two))


@given(TEXTS, TEXTS)
def test_parts_are_related_if_a_fifth_of_their_terms_is_the_same(one: str, other: str) -> None:
    first, second = (terms(set(words)) | pairs(words) for words in map(plain_words, (one, other)))
    expected = len(first & second) >= 0.2 * max(4, min(len(first), len(second)))
    assert are_related(content(f"é {one}"), content(f"é {other}")) == expected


def test_a_term_that_stays_elsewhere_is_no_unchanged_one() -> None:
    found = content("the bridge was closed on monday and the harbour was open and then the bridge")
    both = found.shingles[np.isin(found.shingles, content("was closed on monday and").shingles)]
    assert found.unchanged(both).tolist() == sorted(words_in("closed monday").numbers)
    assert found.unchanged(found.shingles).tolist() == found.terms.tolist()
    assert found.terms.tolist() == sorted(words_in("bridge closed monday harbour").numbers)
    assert len(found.unchanged(found.shingles[:0])) == 0


def test_what_was_not_used_for_longest_is_forgotten_when_all_is_too_large() -> None:
    made: list[int] = []

    def make(number: int) -> bytes:
        made.append(number)
        return bytes(number)

    held = Held(make, len, 10_000)
    assert [len(held[number]) for number in (3_000, 4_000, 3_000, 5_000)] == [3_000, 4_000, 3_000, 5_000]
    assert (len(held), held.bytes) == (2, 8_000)
    assert len(held[3_000]) == 3_000
    assert made == [3_000, 4_000, 5_000]
    assert len(held[50_000]) == 50_000
    assert (len(held), held.bytes) == (2, 53_000)
    assert len(held[3_000]) == 3_000
    assert made == [3_000, 4_000, 5_000, 50_000]


def test_many_small_things_are_forgotten_too() -> None:
    held = Held(lambda number: b"", len, 10_000)
    assert [held[number] for number in range(50)] == [b""] * 50
    assert len(held) == 10


def compare_with_excerpts(count: int) -> None:
    """One story, and excerpts of one or two paragraphs from all of its places."""
    words = random.Random(1)
    story = [" ".join(f"word{words.randrange(10**6)}" for _ in range(40)) for _ in range(count)]
    parts = [article(f"{n}", story[n : n + 1 + n % 2]) for n in range(count)]
    assert find([article("story", story), *parts])[0] == count + 1


@pytest.mark.slow
def test_many_excerpts_of_a_long_story_take_linear_time() -> None:
    compare_with_excerpts(10)
    assert grows_linearly(compare_with_excerpts, 100, 800)
