"""What copydesk reads of packages by another way than theirs gives what they give."""

import json
from pathlib import Path

import pytest
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from copydesk import language, lexicon


@pytest.mark.parametrize("tag", ["en", "de", "fr", "ja", "no"])
def test_the_lists_of_words_are_wordfreqs(tag: str) -> None:
    from wordfreq import get_frequency_dict

    assert lexicon.words(tag) == pytest.approx(get_frequency_dict(tag, "small"))
    assert len(lexicon.words(tag)) > 10_000


def test_a_language_without_a_list_has_no_words() -> None:
    assert lexicon.words("zu") == lexicon.words(None) == {}
    assert lexicon.words("../en") == {}


def test_the_language_profiles_are_langdetects() -> None:
    theirs = DetectorFactory()
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    theirs.load_json_profile([path.read_text(encoding="utf-8") for path in paths])
    ours = language._factory()
    assert ours.langlist == theirs.get_lang_list()
    assert ours.word_lang_prob_map == theirs.word_lang_prob_map
    assert len(ours.langlist) == len({json.loads(path.read_text(encoding="utf-8"))["name"] for path in paths})


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The council voted on Monday to close the old bridge to all traffic until next spring.", "en"),
        ("Der Stadtrat beschloss am Montag, die alte Brücke bis zum Frühjahr zu sperren.", "de"),
        ("Le conseil a décidé lundi de fermer le vieux pont jusqu'au printemps.", "fr"),
        ("橋は来年の春まで閉鎖されると市長が月曜日に発表した。", "ja"),
        ("Совет решил в понедельник закрыть старый мост до весны.", "ru"),
        ("12 34 56 78 90 12 34 56 78 90", None),
        ("abc", None),
    ],
)
def test_the_fast_detector_answers_as_langdetect_does(
    text: str, tag: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langdetect_rs")
    assert language.detect(text) == tag
    monkeypatch.setattr(language, "fast", None)
    assert language.detect(text) == tag
