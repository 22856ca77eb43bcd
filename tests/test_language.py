"""The language of a text, case by case."""

import json
from typing import TypedDict

import pytest

from conftest import CASES
from copydesk import clean, language


class Case(TypedDict):
    text: str
    language: str | None


LANGUAGES: list[Case] = json.loads((CASES / "languages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", LANGUAGES, ids=lambda case: case["text"][:20])
def test_the_language_of_a_text(case: Case) -> None:
    assert language.detect(language.sample(case["text"], 300)) == case["language"]


def test_the_language_is_the_same_every_time() -> None:
    mixed = "Das ist ein Satz. This is a sentence. Ceci est une phrase. Esto es una frase."
    assert len({language.detect(mixed) for _ in range(20)}) == 1


def test_the_sample_has_the_lines_with_the_most_text_in_their_order() -> None:
    assert language.sample("short\nthe longest line of them\nmiddle one", 30) == "the longest line of them\nmiddl"
    assert language.sample("這座橋關閉了三個月\nhttps://example.org/", 9) == "這座橋關閉了三個月"


def test_the_language_is_that_of_the_text_as_it_was_written() -> None:
    text = "Το δημοτικό συμβούλιο αποφάσισε να ανοίξει ξανά το παλιό ελαιοτριβείο δίπλα στο λιμάνι.\n\n" * 3
    damaged = text.encode().decode("latin-1")
    assert language.detect(language.sample(damaged, 300)) != "el"
    assert clean(damaged).article.metadata.language == "el"
