"""Copies among the records of an output: exact, near, excerpts, versions, and reports that only look alike."""

import json
import random
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import copydesk as package
from conftest import CASES as CASES_FOLDER
from conftest import Copydesk
from copydesk.copies.find import find
from copydesk.copies.pairs import MAX_WITH_ALL, WINDOW, chance, pairs, sample
from copydesk.copies.relations import Relation
from copydesk.copies.shingles import shingle_row
from copydesk.copies.words import words_in
from copydesk.document import Kind, Record
from copydesk.text import folded_words


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


NOUNS = [
    "bridge",
    "river",
    "harbour",
    "council",
    "ferry",
    "market",
    "school",
    "orchard",
    "winter",
    "engine",
    "lantern",
    "meadow",
    "quarry",
    "tower",
    "signal",
]
VERBS = ["closed", "opened", "crossed", "mended", "counted", "flooded", "measured", "painted", "sold", "guarded"]


def paragraphs(number: int, count: int = 8, topic: str = "") -> list[str]:
    """An invented report; each number gives another, and each topic one of other things."""
    words = random.Random(number)
    nouns = [noun + topic for noun in NOUNS]
    return [
        " ".join(
            f"the {words.choice(nouns)} of {words.choice(nouns)} number {words.randint(2, 999)} was {words.choice(VERBS)}"
            for _ in range(4)
        ).capitalize()
        + "."
        for _ in range(count)
    ]


BASE = package.clean(
    "A headline of note\n\nIt rained, said the mayor, and went on to rain all day long.", source="x"
).article


def article(name: str, lines: Iterable[str], url: str | None = None, published: str | None = None) -> Record:
    text = "\n\n".join(lines)
    metadata = replace(BASE.metadata, url=url, published=published)
    return replace(BASE, id=name, source=f"{name}.txt", text=text, metadata=metadata, kind=Kind.ARTICLE)


def relations(records: Iterable[Record]) -> dict[str, dict[str, str]]:
    """For each canonical record its members with their relations."""
    _, clusters = find(records)
    return {cluster[0].id: {copy.id: copy.relation for copy in cluster[1:]} for cluster in clusters}


def test_an_exact_copy_differs_in_nothing_but_case_and_punctuation() -> None:
    report = paragraphs(1)
    other = [line.upper().replace(".", "!") for line in report]
    assert relations([article("a", report), article("b", other)]) == {"a": {"b": Relation.EXACT}}


def test_a_near_copy_has_another_lead_and_a_changed_word() -> None:
    report = paragraphs(2)
    other = ["A local lead of this station.", *report[:-1], report[-1].replace(" was ", " has been ", 1)]
    assert relations([article("a", report), article("b", other)]) == {"b": {"a": Relation.NEAR}}


def test_an_excerpt_is_found_in_the_longer_story() -> None:
    report = paragraphs(3)
    assert relations([article("a", report), article("b", report[:2])]) == {"a": {"b": Relation.EXCERPT}}


def test_a_later_version_in_the_same_source_is_an_update() -> None:
    report = paragraphs(4)
    other = [*report[:5], *paragraphs(44, topic="lock")[:3]]
    first = article("a", report, "https://example.org/1", "2024-05-01T08:00:00Z")
    later = article("b", other, "https://example.org/1", "2024-05-01T18:00:00Z")
    assert relations([first, later]) == {"a": {"b": Relation.UPDATE}}
    elsewhere = replace(later, metadata=replace(later.metadata, url="https://example.net/1"))
    assert relations([first, elsewhere]) == {}


def test_two_reports_of_one_event_that_share_a_quotation_are_no_copies() -> None:
    quotation = paragraphs(5)[0]
    assert relations([article("a", [*paragraphs(6), quotation]), article("b", [quotation, *paragraphs(7)])]) == {}


def test_a_round_up_is_no_version_of_the_stories_in_it() -> None:
    one, two = paragraphs(8, 3, "keeper"), paragraphs(9, 3, "wright")
    assert relations([article("a", one), article("b", two), article("c", [*one, *two])]) == {}


def test_short_texts_and_other_records_are_left_out() -> None:
    records = [article("a", ["It rained."]), article("b", ["It rained."]), replace(BASE, kind=Kind.OTHER)]
    assert find(records) == (0, [])


def test_the_canonical_record_is_complete_then_the_earliest_then_the_longest() -> None:
    report = paragraphs(10)
    late = article("a", report, published="2024-05-02")
    early = article("b", report, published="2024-05-01")
    undated = article("c", [*report, "One more sentence of the longest copy."])
    _, ((first, *_),) = find([late, early, undated])
    assert (first.id, first.reason) == ("b", "the earliest")
    broken = replace(early, quality=replace(BASE.quality, complete=False)) if BASE.quality else early
    _, ((first, *_),) = find([late, broken, undated])
    assert first.id == "a"


def test_the_clusters_depend_on_no_order() -> None:
    records = [article(f"{number}-{copy}", paragraphs(number)[copy:]) for number in range(12) for copy in range(3)]
    shuffled = random.Random(1).sample(records, len(records))
    assert find(shuffled) == find(records)
    assert len(find(records)[1]) == 12


def test_a_story_on_hundreds_of_hosts_is_one_cluster() -> None:
    report = paragraphs(13)
    records = [
        article(f"{n:03}", [f"Station {n} of the network reports this.", *report]) for n in range(3 * MAX_WITH_ALL)
    ]
    _, clusters = find(records)
    assert [len(cluster) for cluster in clusters] == [3 * MAX_WITH_ALL]


@pytest.mark.parametrize(
    ("text", "count"), [("one two three four five six", 2), ("one two", 1), ("", 0), ("雨が降った日だ", 3)]
)
def test_shingles_are_runs_of_five_words_or_characters(text: str, count: int) -> None:
    assert len(shingle_row(words_in(text).numbers)) == count


def plain_words(text: str) -> list[str]:
    """The words of a text as strings; in Chinese, Japanese and Thai its characters."""
    return folded_words(re.sub("([\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f])", r" \1 ", text))


@given(st.text(st.sampled_from("ab1_ \n.,-'\u00e9\u0301\u96e8\u304c\u0e31\u0e01\ud800\U00020000\u2019"), max_size=60))
def test_the_numbers_of_words_are_those_of_the_words(text: str) -> None:
    words, numbers = plain_words(text), words_in(text).numbers.tolist()
    assert len(words) == len(numbers)
    assert len(set(words)) == len(set(numbers)) == len(set(zip(words, numbers, strict=True)))


def test_a_long_text_has_the_words_of_its_parts() -> None:
    part = "a river of words, and a bridge "
    many, once = words_in(part * 5_000), words_in(part)
    assert many.numbers.tolist() == once.numbers.tolist() * 5_000
    assert many.kinds.tolist() == once.kinds.tolist() * 5_000


def test_stories_that_share_a_stretch_are_compared_for_certain() -> None:
    assert chance(1) < 0.2 < 0.95 < chance(WINDOW - 1) < chance(WINDOW) == 1
    assert chance(10, 6) < chance(10)
    assert chance(100, 6) == 1


def test_pairs_depend_on_no_order_and_on_no_size_of_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {n: sample(shingle_row(words_in(" ".join(paragraphs(n % 40)[n % 3 :])).numbers)) for n in range(120)}
    total = sum(map(len, rows.values()))
    found = list(pairs(rows.items(), len(rows), total))
    assert list(pairs(reversed(rows.items()), len(rows), total)) == found
    assert {(n, n + 40) for n in range(80)} <= set(found)
    assert len(set(found)) == len(found)
    monkeypatch.setattr("copydesk.copies.pairs.BUCKET", total // 5)
    assert sorted(pairs(rows.items(), len(rows), total)) == sorted(found)


CASES = json.loads((CASES_FOLDER / "copies.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}-{case['kind']}")
def test_what_one_story_is_to_another(case: dict[str, str | None]) -> None:
    records = [article(name, [str(case[name])], case.get(f"url_{name}")) for name in ("a", "b")]
    found = relations(records)
    assert found == ({} if case["relation"] is None else {case["canonical"]: {case["copy"]: case["relation"]}})


def test_each_rule_has_its_three_kinds_of_cases() -> None:
    kinds = {(case["rule"], case["kind"]) for case in CASES}
    assert kinds >= {(rule, kind) for rule, _ in kinds for kind in ("fixes", "leaves", "tempting")}


def test_parts_of_one_story_that_do_not_overlap_are_in_one_cluster() -> None:
    report = paragraphs(30, 12)
    main, other = article("b", report[:8]), article("c", report[10:])
    assert relations([article("a", report), main, other]) == {"a": {"b": Relation.EXCERPT, "c": Relation.EXCERPT}}


def test_a_story_that_two_records_have_is_a_cluster_also_if_their_ids_are_one() -> None:
    report = paragraphs(31)
    _, ((canonical, copy),) = find([article("a", report, "https://example.org/1"), article("a", report)])
    assert (canonical.id, copy.id, copy.relation) == ("a", "a", Relation.EXACT)


@pytest.mark.slow
def test_the_command_writes_every_kind_of_table(tmp_path: Path, copydesk: Copydesk) -> None:
    report = paragraphs(20)
    records = [article("a", report), article("b", report), article("c", paragraphs(21))]
    (tmp_path / "records.jsonl").write_text("".join(record.to_json() + "\n" for record in records), encoding="utf-8")
    for name in ("copies.jsonl", "copies.parquet", "copies.sqlite"):
        run = copydesk("copies", "records.jsonl", "-o", name)
        assert (run.returncode, b"3 articles compared, 3 of them new: 1 cluster with 1 copies" in run.stderr) == (
            0,
            True,
        ), run.stderr
    rows = [json.loads(line) for line in (tmp_path / "copies.jsonl").read_text().splitlines()]
    assert [(row["cluster"], row["id"], row["relation"]) for row in rows] == [
        ("a", "a", "canonical"),
        ("a", "b", "exact"),
    ]
    with closing(sqlite3.connect(tmp_path / "copies.sqlite")) as base:
        assert base.execute("select id, relation from copies").fetchall() == [("a", "canonical"), ("b", "exact")]
    run = copydesk("copies", "records.jsonl", "-o", "canonical.jsonl", "--keep", "canonical")
    assert [json.loads(line)["id"] for line in (tmp_path / "canonical.jsonl").read_text().splitlines()] == ["a", "c"]
    assert copydesk("copies", "records.jsonl", "-o", "copies.txt").returncode == 2
    assert b"in one stretch" in copydesk("copies", "records.jsonl", "--curve").stdout
