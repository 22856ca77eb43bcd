"""The labels, case by case: lines by themselves, and pages of lines among their neighbours."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass

import pytest

from conftest import CASES
from copydesk.config import LineRule, Profile
from copydesk.document import Label
from copydesk.labelling import PROFILE, Line, decide, hints, label, line_rules, model, repeated_story
from copydesk.labelling.model import LABELS
from copydesk.labelling.state import LabelState
from copydesk.labelling.tags_and_notes import is_note
from copydesk.text import fold
from growth import grows_linearly

LINES = json.loads((CASES / "labels" / "lines.json").read_text(encoding="utf-8"))
ROW = re.compile(r" {4}(?P<label>\w*)(?: \[(?P<rule>[\w-]+)\])? *\|(?: (?P<line>.*))?")


@dataclass
class Page:
    """A page of the case file: its lines, and for each the label and perhaps the rule that it must get."""

    name: str
    lines: list[Line]
    wanted: list[tuple[str, str | None]]


def pages() -> list[Page]:
    found: list[Page] = []
    apart = False
    for row in (CASES / "labels" / "pages.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("## "):
            found.append(Page(row[3:], [], []))
        elif match := ROW.fullmatch(row):
            if match["label"]:
                found[-1].lines.append(_line(match["line"], apart=apart))
                found[-1].wanted.append((match["label"], match["rule"] and f"label.{match['rule']}"))
            apart = not match["label"]
    return found


def _line(text: str, *, apart: bool) -> Line:
    """The line of a case, without the button or sign that an edit has removed."""
    edit, sign = " [edit]", "\N{PILCROW SIGN}"
    heading = text.removesuffix(edit).removesuffix(f" {sign}")
    permalink = sign if text.endswith(sign) else ""
    return Line(heading, apart, language="en", is_section=text.endswith(edit), permalink=permalink)


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["line"][:40])
def test_line_by_itself(case: dict[str, str]) -> None:
    verdict = line_rules.judge(Line(case["line"], apart=True, language=case.get("language", "en")))
    assert (verdict.label if verdict else None) == case["label"]
    if verdict:
        assert verdict.rule.name == case["rule"]


def test_every_rule_for_lines_has_its_three_kinds_of_cases() -> None:
    kinds = defaultdict(set)
    for case in LINES:
        kinds[case["rule"]].add(case["kind"])
    assert dict(kinds) == {rule.name: {"fixes", "leaves", "tempting"} for rule in line_rules.RULES}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page(page: Page) -> None:
    title = re.search(r"\(title: (.*)\)", page.name)
    verdicts = label(page.lines, "en", model.shipped(), title=title[1] if title else None)
    shown = [f"{verdict.label} | {line.text}" for verdict, line in zip(verdicts, page.lines, strict=True)]
    assert shown == [f"{wanted} | {line.text}" for (wanted, _), line in zip(page.wanted, page.lines, strict=True)]
    for verdict, (_, rule) in zip(verdicts, page.wanted, strict=True):
        assert rule is None or verdict.rule.name == rule


NEEDS_MARKUP = {"label.credit-in-figure"}
"""Rules with their cases in test_pages.py: a text has no markup."""


def test_every_rule_among_neighbours_has_a_case() -> None:
    found = {rule for page in pages() for _, rule in page.wanted if rule}
    assert found | NEEDS_MARKUP == {rule.name for rule in decide.RULES}


@pytest.mark.slow
def test_what_a_rule_finds_the_hints_of_its_line_announce() -> None:
    """Rules are tried only on lines with their hints: the same lines must match as if all were tried."""
    metadata = (
        case["line"]
        for name in ("bylines", "copyrights")
        for case in json.loads((CASES / "metadata" / f"{name}.json").read_text(encoding="utf-8"))
    )
    texts = [*metadata, *(case["line"] for case in LINES), *(line.text for page in pages() for line in page.lines)]
    languages = {case.get("language") for case in LINES} | {"en", "de", "fr", "es", "it", "nl", "sv", "pl", None}
    for text in texts:
        for line in (Line(text, apart=True, language=language) for language in languages):
            for pattern in line_rules.PATTERNS:
                if pattern.matches(line):
                    assert line.hints & pattern.hints, (text, pattern.rule.name)
            if line.facts.ends_with_credit:
                assert line.hints & (hints.PICTURE | hints.AGENCY), text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Le\N{NO-BREAK SPACE}maire a\N{NO-BREAK SPACE}dit", 4),
        ("The council voted on Monday", 5),
        ("橋は来年まで閉鎖される。", 5),  # ten characters of Kana and Han
        ("다리는 내년까지 폐쇄된다", 3),
        ("สะพานจะปิดจนถึงฤดูใบไม้ผลิปีหน้า", 6),  # Thai, five characters a word
    ],
)
def test_words_are_counted_in_scripts_without_spaces_too(text: str, count: int) -> None:
    assert Line(text, apart=True).words == count


def test_the_turkish_letters_hide_no_credit() -> None:
    for text in ("VİDEO: Ahmet Yılmaz", "Vıdeo: Ahmet Yılmaz", "GRAFİK: Ahmet Yılmaz"):
        verdict = line_rules.judge(Line(text, apart=True, language="tr"))
        assert verdict is not None
        assert verdict.label is Label.CREDIT


def test_what_a_note_says_is_hinted_at() -> None:
    for text in ("This post contains affiliate links.", "Zuerst erschienen in der Beispielzeitung am Montag",
                 "It is for informational purposes only, and no advice.", "Jane Doe contributed to this report."):  # fmt: skip
        assert is_note(Line(text, apart=True))


STORY = [
    f"The {nth} paragraph of the story says at some length what happened on the {nth} day, and who was there to see it."
    for nth in ("first", "second", "third", "fourth", "fifth", "sixth")
]


def copies_of(texts: list[str]) -> list[str]:
    """The texts, all of them taken for story, that are found to be copies."""
    lines = [Line(text, apart=True, language="en") for text in texts]
    shares = [[1.0] + [0.0] * (len(LABELS) - 1)] * len(lines)
    state = LabelState(lines, "en", shares, [1.0] * len(lines), [None] * len(lines), [True] * len(lines))
    repeated_story.find(state)
    return [f"{n} {verdict.rule.name}" for n, verdict in enumerate(state.verdicts) if verdict]


def test_what_is_new_inside_a_copy_stays() -> None:
    new = "The mayor later added that nobody had asked him about any of it at all."
    twice = [*STORY[:4], STORY[0], new, STORY[1], new, STORY[2], STORY[3]]
    assert copies_of(twice) == [f"{n} label.story-again" for n in (4, 6, 8, 9)]


def test_lines_of_signs_are_no_copies() -> None:
    assert copies_of(["😀" * 80, "🎉" * 80, "🚀" * 80, "🌍" * 80]) == []


@pytest.mark.parametrize("whole_first", [True, False])
def test_a_line_that_holds_the_story_is_its_copy(whole_first: bool) -> None:
    whole = " ".join(STORY)
    assert copies_of([whole, *STORY] if whole_first else [*STORY, whole]) == [
        f"{0 if whole_first else 6} label.story-in-one"
    ]


def test_a_line_that_holds_more_than_the_others_stays() -> None:
    assert copies_of([" ".join(STORY), *STORY[:3]]) == []
    alike = [" ".join(f"{text[:40]} and so it went on for the {n}th time" for n, text in enumerate(STORY))]
    assert copies_of([*alike, *STORY]) == []


def test_vowel_signs_are_part_of_their_words() -> None:
    assert fold("नदी पर पुल") == "नदी पर पुल"
    assert fold("สะพาน") == "สะพาน"


def test_a_profile_goes_before_every_rule() -> None:
    profile = Profile("example", "a test", hosts=("example.org",), lines=(LineRule("By Jane Doe", Label.NAVIGATION),))
    verdicts = label(
        [Line(text, apart=False, language="en") for text in ("By Jane Doe", "By John Q. Public")],
        "en",
        model.shipped(),
        profile=profile,
    )
    assert [(verdict.label, verdict.rule is PROFILE) for verdict in verdicts] == [
        (Label.NAVIGATION, True),
        (Label.BYLINE, False),
    ]


SHORT_STORIES = {
    "es": (
        "El puente viejo seguirá cerrado un año",
        "El ayuntamiento decidió el lunes cerrar el puente viejo a todo el tráfico hasta la próxima primavera.",
        "Dos de los cinco pilares se han movido más de un palmo desde la última crecida, dice el informe.",
    ),
    "it": (
        "Il vecchio ponte resta chiuso per un anno",
        "Il consiglio comunale ha deciso lunedì di chiudere il vecchio ponte a tutto il traffico fino a primavera.",
        "Due dei cinque piloni si sono spostati di oltre un palmo dopo l'ultima piena, dice il rapporto.",
    ),
    "fr": (
        "Le vieux pont restera fermé pendant un an",
        "Le conseil municipal a décidé lundi de fermer le vieux pont à toute circulation jusqu'au printemps prochain.",
        "Deux des cinq piles ont bougé de plus d'une main depuis la dernière crue, selon le rapport.",
    ),
    "cs": (
        "Starý most zůstane rok zavřený",
        "Zastupitelstvo v pondělí rozhodlo uzavřít starý most pro veškerou dopravu až do příštího jara, řekl starosta.",
        "Dva z pěti pilířů se od poslední povodně posunuly o více než dlaň, uvádí se ve zprávě.",
    ),
}


@pytest.mark.parametrize("is_above", [False, True])
@pytest.mark.parametrize(
    ("language", "byline"),
    [
        *(("es", "Texto: Juana Pérez"), ("it", "Testo di Anna Rossi"), ("fr", "Propos recueillis par Jeanne Dupont")),
        *(("cs", "Zapsala: Marta Kowal"), ("it", "Raccolto: Anna Rossi")),
    ],
)
def test_a_byline_of_any_form_is_not_the_headline(language: str, byline: str, is_above: bool) -> None:
    headline, *story = SHORT_STORIES[language]
    head = [byline, headline] if is_above else [headline, byline]
    verdicts = label([Line(text, False, language=language) for text in (*head, *story)], language, model.shipped())
    wanted = [Label.BYLINE, Label.TITLE] if is_above else [Label.TITLE, Label.BYLINE]
    assert [verdict.label for verdict in verdicts] == [*wanted, Label.PARAGRAPH, Label.PARAGRAPH]


def test_a_short_sentence_below_a_byline_is_not_the_headline() -> None:
    _, *story = SHORT_STORIES["es"]
    lines = ["Texto: Juana Pérez", "Llovió toda la noche.", *story]
    verdicts = label([Line(text, False, language="es") for text in lines], "es", model.shipped())
    assert [verdict.label for verdict in verdicts] == [Label.BYLINE, *[Label.PARAGRAPH] * 3]


HOSTILE = ("a" * 100_000, "A " * 50_000, "© " * 50_000, "Copyright 2024 " * 7_000, ": " * 50_000, "Read more: " * 9_000)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_lines_are_judged_in_linear_time(text: str) -> None:
    def judge(size: int) -> None:
        label([Line(text[:size], apart=True, language="en")], "en", model.shipped())

    assert grows_linearly(judge, len(text) // 8, len(text))


@pytest.mark.parametrize(
    "below",
    [
        ["Viktor Hedlund, Oldtown"],
        ["Viktor H."],
        ["Viktor Hedlund", "Astrid Lindgaard"],
        ["Job Search Tips"],
        ["\N{LEFT DOUBLE QUOTATION MARK}The best bridge of all.\N{RIGHT DOUBLE QUOTATION MARK}", "Viktor Hedlund"],
        ["Photo: AFP", "Viktor Hedlund"],
    ],
    ids=["place", "initial", "list", "phrase", "quotation", "credit"],
)
def test_not_every_name_below_a_story_is_its_author(below: list[str]) -> None:
    story = [
        "Old bridge to stay closed for a year",
        "The council voted on Monday to close the old bridge to all traffic until next spring, the mayor said.",
        "Two of the five piers have moved by more than a hand since the last flood, the report of the engineers says.",
    ]
    lines = [Line(text, apart=True, language="en") for text in [*story, *below]]
    assert "label.given-name" not in {verdict.rule.name for verdict in label(lines, "en", model.shipped())}
    signed = [Line(text, apart=True, language="en") for text in [*story, "Viktor Hedlund"]]
    assert label(signed, "en", model.shipped())[-1].label is Label.BYLINE
