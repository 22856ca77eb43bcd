"""How sure a record is: confidence, completeness, signals."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from bench import confidence as bench
from bench.folds import FOLDS, confidence_of

import copydesk
from copydesk.document import PageKind, Quality, Record
from copydesk.forest import TreesError
from copydesk.quality import completeness, confidence
from copydesk.quality.doubts import USUAL

STORY = [
    "Old bridge to stay closed for a year",
    "The council voted on Monday to close the old bridge to all traffic until next spring.",
    "Two of the five piers have moved by more than a hand since the last flood, the report says.",
    "Nobody knows yet who will pay for all of this, said the mayor after the meeting in the town hall.",
]
END = "The next meeting of the council is in the first week of June, when the plans for the repair will be shown."


def quality_of(lines: list[str], source: str = "page.txt") -> Quality:
    found = copydesk.clean("\n\n".join(lines), source=source).article.quality
    assert found is not None
    return found


def test_pages_with_the_same_calibration_are_told_apart_by_their_score() -> None:
    flat = replace(confidence.load(confidence.SHIPPED), steps=(-20.0, 20.0), shares=(0.9, 0.9))
    usual = json.loads(USUAL.read_text(encoding="utf-8"))["text"]
    unsure = usual | {"mean share": 300, "below 0.9": 900, "below 0.5": 800, "unsure others": 900}
    better, worse = (flat.scores([found])[0] for found in (usual, unsure))
    assert better > worse
    assert flat.of(usual) > flat.of(unsure)


def test_a_whole_story_is_complete_and_sure() -> None:
    found = quality_of([*STORY, END])
    assert (found.complete, found.reasons) == (True, ())
    assert found.confidence > 0.7
    assert found.signals.words == sum(len(line.split()) for line in [*STORY[1:], END])
    assert found.signals.story_share > 0.8
    assert (found.signals.repeated_lines, found.signals.symbols) == (0.0, 0.0)
    assert found.signals.language_share is not None
    assert found.signals.language_share > 0.5


@pytest.mark.parametrize(
    "line",
    [
        "This story is for subscribers only.", "To continue reading, start your free trial.",
        "Dieser Artikel ist nur für Abonnenten.", "Il vous reste 72 % de cet article à lire.",
        "La suite de cet article est réservée aux abonnés.", "Este contenido es exclusivo para suscriptores.",
        "Questo articolo è riservato agli abbonati.", "Este conteúdo é exclusivo para assinantes.",
        "Dit artikel is alleen voor abonnees.", "Den här artikeln är för prenumeranter.",
        "Ten artykuł jest dostępny tylko dla prenumeratorów.", "Полный текст доступен только подписчикам.",
        "Bu haber abonelere özel.", "この記事は会員限定です。",
    ],
)  # fmt: skip
def test_a_paywall_below_the_story_says_that_it_is_cut(line: str) -> None:
    found = quality_of([*STORY, line])
    assert found.complete is False
    assert completeness.PAYWALL in found.reasons


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("The next meeting of the council is in the first week of June, when the plans […]", completeness.READ_ON),
        ("The next meeting of the council is in the first week of June, when the [+2310 chars]", completeness.READ_ON),
        ("The next meeting of the council is in the first week of June, when the plans for", completeness.BREAKS_OFF),
        ("The next meeting of the council is in the first week of June, when the plans...", completeness.BREAKS_OFF),
    ],
)
def test_a_story_that_breaks_off_is_cut(end: str, reason: str) -> None:
    found = quality_of([*STORY, end])
    assert found.complete is False
    assert reason in found.reasons


@pytest.mark.parametrize(
    "end",
    [
        "Readers of the paper who are subscribers only found out on Tuesday, and others a day later than that.",
        "“We will go on reading the reports as they come in,” she said, and closed the meeting for the night.",
        "Sign up for our newsletter.",
        "Share this article",
    ],
)
def test_a_whole_story_is_not_cut_by_words_that_look_like_it(end: str) -> None:
    assert quality_of([*STORY, END, end]).complete is not False


def test_a_last_line_that_is_no_sentence_says_nothing() -> None:
    assert quality_of([*STORY, END, "More to follow"]).complete in (None, True)
    assert quality_of([*STORY[:-1], "Jane Doe"]).complete is not False


@pytest.mark.parametrize(("stated", "complete"), [(False, False), ("False", False), (True, True), (None, True)])
def test_json_ld_says_whether_the_story_is_for_free(stated: bool | str | None, complete: bool) -> None:
    thing = {"@type": "NewsArticle", "headline": STORY[0], "isAccessibleForFree": stated}
    if stated is None:
        del thing["isAccessibleForFree"]
    body = "".join(f"<p>{line}</p>" for line in [*STORY[1:], END])
    page = f"<html><head><script type='application/ld+json'>{json.dumps(thing)}</script></head><body><article><h1>{STORY[0]}</h1>{body}</article></body></html>"
    found = copydesk.clean_html(page).article.quality
    assert found is not None
    assert found.complete is complete
    assert (completeness.NOT_FREE in found.reasons) == (complete is False)


def test_a_dump_without_a_story_has_no_confidence() -> None:
    article = copydesk.clean("Home\nNews\nSport\nSearch\n").article
    assert article.quality is not None
    assert (article.quality.confidence, article.quality.complete) == (0.0, None)


def test_a_teaser_has_no_quality_of_its_own() -> None:
    page = [
        *STORY,
        END,
        "Read more",
        "Flood of the century leaves a town without a road",
        "School roof falls in after snow",
    ]
    teasers = copydesk.clean("\n\n".join(page)).teasers
    assert teasers
    assert all(teaser.quality is None for teaser in teasers)


def test_the_record_reads_back_with_its_quality() -> None:
    article = copydesk.clean("\n\n".join([*STORY, "This story is for subscribers only."])).article
    assert Record.from_json(article.to_json()).quality == article.quality


def test_the_features_have_the_names_of_the_columns() -> None:
    article = copydesk.clean("\n\n".join(STORY)).article
    found = confidence.features(article, [len(block.text.split()) for block in article.blocks])
    assert tuple(found) == confidence.COLUMNS
    assert {f"is {kind}" for kind in PageKind} <= found.keys()


@pytest.mark.parametrize("path", [confidence.SHIPPED, *map(confidence_of, range(FOLDS))])
def test_the_files_of_the_confidence_are_calibrated(path: Path) -> None:
    own = confidence.load(path)
    assert list(own.steps) == sorted(own.steps)
    assert list(own.shares) == sorted(own.shares)
    assert 0 < own.shares[0] < own.shares[-1] < 1


def test_a_file_of_other_trees_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other.npz").write_bytes(b"no trees")
    with pytest.raises(TreesError, match=r"python -m training\.quality"):
        confidence.load(tmp_path / "other.npz")


def test_the_auc_counts_pairs() -> None:
    assert bench.auc([0.1, 0.9], [False, True]) == 1.0
    assert bench.auc([0.9, 0.1], [False, True]) == 0.0
    assert bench.auc([0.5, 0.5, 0.9], [False, True, True]) == 0.75
