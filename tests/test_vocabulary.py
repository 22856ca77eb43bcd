"""The vocabulary: each word in it is found by its rule, and the hints of the line announce it."""

import re
from collections.abc import Iterator, Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import vocabulary, vocabulary_tables
from copydesk.document import Label
from copydesk.labelling import Line, hints, line_rules
from copydesk.labelling.tags_and_notes import is_note
from copydesk.parsing import byline_forms, credits, dated_lines
from copydesk.vocabulary import VOCABULARY, hint_words, one_of, spelled_out, whole_words

BY = VOCABULARY.by
PICTURE = VOCABULARY.picture
AUTHOR = VOCABULARY.author


def printed(phrase: str) -> str:
    """The phrase as a line may have it: with something for each "*" and "..."."""
    return phrase.replace("*", "en").replace(" ... ", " some other kind of ")


def cases(phrase: str) -> Iterator[str]:
    """The phrase in small letters, with a capital and in capitals."""
    yield from (printed(phrase), printed(phrase).capitalize())
    if printed(phrase).upper().lower() == printed(phrase):
        yield printed(phrase).upper()


def words_for_by() -> Iterator[tuple[str, str | None]]:
    yield from ((word, None) for word in (*BY.everywhere, *BY.second_hand))
    yield from ((word, tag) for tags, words in BY.own.items() for tag in tags.split() for word in words)


@pytest.mark.parametrize(("word", "language"), [*words_for_by()])
def test_a_word_for_by_makes_a_byline(word: str, language: str | None) -> None:
    for text in cases(word):
        for line in (Line(f"{text} Jane Doe", False, language=language), Line(f"{text}: Jane Doe", False)):
            assert line.facts.is_byline
            assert line.hints & hints.BY
        assert byline_forms.is_opening(text, language)
        assert Line(text, False).hints & hints.BY


@pytest.mark.parametrize("noun", [*AUTHOR.nouns, *AUTHOR.other_nouns, *AUTHOR.nouns_with_colon])
def test_a_noun_for_author_makes_a_byline(noun: str) -> None:
    for text in cases(noun):
        line = Line(f"{text}: Jane Doe", False, language="en")
        assert line.facts.is_byline
        assert line.hints & hints.BY


@pytest.mark.parametrize("word", [*BY.second_hand, *BY.checked])
def test_who_checked_a_text_is_second_hand(word: str) -> None:
    assert all(byline_forms.is_second_hand(f"{text} Jane Doe") for text in cases(word))


@pytest.mark.parametrize("noun", BY.agencies)
def test_an_agency_is_no_author(noun: str) -> None:
    assert all(byline_forms.is_agency(f"{text} Aurora") for text in cases(noun))
    assert not any(Line(f"By {text} Aurora", False, language="en").facts.authors for text in cases(noun))


@pytest.mark.parametrize("shift", BY.shifts)
def test_names_go_on_behind_a_shift(shift: str) -> None:
    authors = Line(f"By Jane Doe ({shift}) and Max Muster", False, language="en").facts.authors
    assert [author.name for author in authors] == ["Jane Doe", "Max Muster"]


@pytest.mark.parametrize("job", [*VOCABULARY.jobs.everywhere, *VOCABULARY.jobs.in_bylines])
def test_a_job_is_a_role(job: str) -> None:
    assert all(byline_forms.is_role(text) for text in cases(job))


@pytest.mark.parametrize(
    "word", [*PICTURE.nouns, *PICTURE.nouns_at_beginning, *PICTURE.words, *PICTURE.words_at_beginning]
)
def test_a_word_for_picture_makes_a_credit(word: str) -> None:
    for text in cases(word):
        line = Line(f"{text}: Jane Doe", False)
        assert line.facts.is_credit
        assert line.hints & hints.PICTURE


@pytest.mark.parametrize("word", [*PICTURE.nouns, *PICTURE.words])
def test_a_word_for_picture_ends_a_caption(word: str) -> None:
    for text in cases(word):
        line = Line(f"The old bridge on Sunday. {text}: Jane Doe", False)
        assert line.facts.ends_with_credit
        assert line.hints & hints.PICTURE


@pytest.mark.parametrize("noun", [*PICTURE.nouns, *PICTURE.nouns_at_beginning])
@pytest.mark.parametrize("before", PICTURE.before_name)
def test_a_noun_for_picture_stands_before_by(noun: str, before: str) -> None:
    assert credits.says_credit(f"{noun}s {before} Jane Doe")
    assert Line(f"{noun}s {before} Jane Doe", False).hints & hints.PICTURE


@pytest.mark.parametrize("phrase", VOCABULARY.note.phrases)
def test_a_phrase_of_notes_makes_a_note(phrase: str) -> None:
    assert all(is_note(Line(f"Something says {text} or other", False)) for text in cases(phrase))


@pytest.mark.parametrize("phrase", VOCABULARY.copyright.reserved)
def test_rights_reserved_are_a_notice(phrase: str) -> None:
    for text in cases(phrase):
        line = Line(f"Example Media, {text}", False)
        assert line.facts.is_notice
        assert line.hints & hints.COPYRIGHT


@pytest.mark.parametrize("word", VOCABULARY.dates.updated)
def test_a_word_for_updated(word: str) -> None:
    line = Line(f"2024-05-03, {printed(word)} 2024-05-05", False)
    assert line.facts.updated_and_published(None) == ("2024-05-05", "2024-05-03")


@pytest.mark.parametrize("word", VOCABULARY.dates.published)
def test_a_word_for_published(word: str) -> None:
    assert dated_lines.says_published(f"{printed(word)} 2024-05-05")


@pytest.mark.parametrize("phrase", VOCABULARY.dates.first_published)
def test_a_phrase_for_first_published(phrase: str) -> None:
    assert Line(f"{printed(phrase)} 2024-05-05", False).facts.first_published == "2024-05-05"


@pytest.mark.parametrize("noun", VOCABULARY.count.nouns)
def test_a_noun_that_is_counted(noun: str) -> None:
    for text in (f"12 {noun}", f"No {noun}"):
        verdict = line_rules.judge(Line(text, False))
        assert verdict
        assert verdict.rule.name == "label.comment-count"


@pytest.mark.parametrize(
    "text",
    [
        *(f"{words}: 3 min" for words in VOCABULARY.count.before_minutes),
        *(f"3 min {words}" for words in VOCABULARY.count.after_minutes),
    ],
)
def test_a_reading_time(text: str) -> None:
    verdict = line_rules.judge(Line(text, False))
    assert verdict
    assert verdict.rule.name == "label.reading-time"


def tables() -> dict[str, Mapping[Label, vocabulary_tables.Words]]:
    phrases = VOCABULARY.phrases
    return {"line": phrases.line, "opening": phrases.opening, "head": phrases.head}


@pytest.mark.parametrize(
    ("place", "label", "phrase"),
    [(place, label, phrase) for place, table in tables().items() for label in table for phrase in table[label]],
)
def test_a_phrase_gives_its_label(place: str, label: str, phrase: str) -> None:
    text = {"line": phrase, "opening": f"{phrase} Example Media", "head": f"{phrase}: News > The old bridge"}[place]
    verdict = line_rules.judge(Line(text, False))
    assert verdict
    assert verdict.label == label


def test_no_phrase_is_in_a_table_twice() -> None:
    for table in tables().values():
        phrases = [phrase for label in table for phrase in table[label]]
        assert sorted(phrases) == sorted(set(phrases))
        assert set(table) <= set(Label)


def test_entries_are_spelled_out() -> None:
    assert spelled_out("[|article ]author[|s]") == ["author", "authors", "article author", "article authors"]
    assert spelled_out("head of *") == ["head of *"]
    assert one_of(["by", "written by", "redakteur*"]) == r"(?:(?:redakteur\w*|written\sby|by))"
    assert whole_words(["update", "更新"]) == r"\b(?:update)\b|(?:更新)"
    assert hint_words(["written by", "fact-checked by", "haklar\N{LATIN SMALL LETTER DOTLESS I}"]) == {
        *("written", "checked", "haklari"),
    }


def test_an_unknown_key_is_an_error() -> None:
    content = vocabulary.content()
    assert vocabulary.read(content) == VOCABULARY
    with pytest.raises(msgspec.ValidationError, match=r"unknown field `nons` - at `\$.author`"):
        vocabulary.read(content.replace("[author]\n", '[author]\nnons = ["poet"]\n'))
    with pytest.raises(msgspec.ValidationError, match=r"missing required field `bare` - at `\$.by`"):
        vocabulary.read(content.replace("bare = ", "secand_hand = ", 1).replace("secand_hand", "# bare"))


def test_a_label_that_does_not_exist_is_an_error_that_names_its_table() -> None:
    wrong = vocabulary.content().replace("[phrases.line]", '[phrases.line]\nnotes = ["a phrase"]', 1)
    with pytest.raises(msgspec.ValidationError, match=r"'notes'.*phrases\.line"):
        vocabulary.read(wrong)


_PREFIXES = ("read", "read more", "read more about", "re", "note", "notes of *", "not ... advice", "a.b", "a+b")


@given(st.lists(st.sampled_from(_PREFIXES), max_size=6), st.text("readmo notesfvica.b+ ", max_size=20))
def test_phrases_that_share_their_beginning_match_as_a_plain_list_does(phrases: list[str], text: str) -> None:
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    plain = "|".join(
        re.escape(phrase).replace(r"\ \.\.\.\ ", r"\b.{0,60}\b").replace(r"\ ", r"\s").replace(r"\*", r"\w*")
        for phrase in longest_first
    )

    assert [found.span() for found in re.finditer(one_of(phrases), text)] == [
        found.span() for found in re.finditer(f"(?:{plain})", text)
    ]


def test_a_longer_phrase_goes_before_one_that_it_begins_with() -> None:
    found = re.match(one_of(("read", "read more", "read more about")), "read more about it")

    assert found is not None
    assert found[0] == "read more about"
