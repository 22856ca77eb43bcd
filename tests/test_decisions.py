"""What people have decided: the file of decisions, and what cleaning makes of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from conftest import Copydesk
from copydesk import config, decisions, desk
from copydesk.config import ConfigError
from copydesk.decisions import DECISION, Decision, DecisionKind, DumpDecisions, ReviewSettings, in_force
from copydesk.document import STORY, Label, Record
from copydesk.edits import Edit
from copydesk.repair import NEEDED
from deciding import APPEAL, HEADLINE, LEAD, OTHER_HEADLINE, PAGE, back, block_of, cleaned, decided, settings_with
from runs import fill


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def article() -> Record:
    return cleaned()


def labels(article: Record) -> dict[str, str]:
    return {block.text: str(block.label) for block in article.blocks}


@pytest.mark.parametrize("label", list(Label))
def test_a_decided_line_has_its_label_though_the_rules_say_another(
    tmp_path: Path, article: Record, label: Label
) -> None:
    now = cleaned(settings=settings_with(tmp_path / "own.jsonl", [decided(article, APPEAL, label)]))
    line = block_of(now, APPEAL)
    assert (line.label, line.why, line.share) == (label, "decision", None)
    assert (APPEAL in now.text) is (label in STORY)
    assert now.raw() == PAGE
    assert not now.without_evidence()


def test_the_other_lines_stay_as_they_were(tmp_path: Path, article: Record) -> None:
    now = cleaned(settings=settings_with(tmp_path / "own.jsonl", [decided(article, APPEAL, Label.PROMO)]))
    assert {**labels(article), APPEAL: "promo"} == labels(now)
    assert now.edits == article.edits
    assert now.provenance.config != article.provenance.config


def test_a_decision_about_another_dump_or_another_text_changes_nothing(tmp_path: Path, article: Record) -> None:
    settings = settings_with(tmp_path / "own.jsonl", [decided(article, APPEAL, Label.PROMO)])
    other = cleaned(settings=settings, source="other.txt")
    assert labels(other) == labels(article)
    assert other.provenance.config == article.provenance.config
    changed = PAGE.replace("thank all", "salute all")
    assert labels(cleaned(changed, settings)) == labels(cleaned(changed))


def test_a_line_that_has_moved_is_not_taken_for_the_decided_one(tmp_path: Path, article: Record) -> None:
    settings = settings_with(tmp_path / "own.jsonl", [decided(article, APPEAL, Label.PROMO)])
    moved = f"Start\n\n{PAGE}"
    assert labels(cleaned(moved, settings)) == labels(cleaned(moved))


def test_a_decision_that_comes_while_a_dump_is_cleaned_is_for_the_next_run(
    tmp_path: Path, article: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record's digest must not say that a decision was applied which came too late for it."""
    path = tmp_path / "own.jsonl"
    settings = settings_with(path, [decided(article, APPEAL, Label.PROMO)])
    expected = cleaned(settings=settings)
    late = decided(article, OTHER_HEADLINE, Label.CAPTION)
    find = desk.profile_of

    def add_one(*given: Any) -> Any:  # it is called between the edits and the labels
        decisions.append(path, [late])
        return find(*given)

    monkeypatch.setattr(desk, "profile_of", add_one)
    assert cleaned(settings=settings) == expected
    monkeypatch.undo()
    assert block_of(cleaned(settings=settings), OTHER_HEADLINE).label is Label.CAPTION


def test_the_decided_headline_is_the_title(tmp_path: Path, article: Record) -> None:
    assert article.metadata.title == HEADLINE
    one = decided(article, OTHER_HEADLINE, kind=DecisionKind.HEADLINE)
    settings = settings_with(tmp_path / "own.jsonl", [one])
    for given_title in (None, HEADLINE):
        now = cleaned(settings=settings, title=given_title)
        line = block_of(now, OTHER_HEADLINE)
        assert (line.label, line.why) == (Label.TITLE, "decision")
        assert now.metadata.title == OTHER_HEADLINE
        assert now.evidence.title == (now.blocks.index(line),)
        assert [block.label for block in now.blocks].count(Label.TITLE) == 1


def test_the_last_headline_counts(tmp_path: Path, article: Record) -> None:
    made = [decided(article, text, kind=DecisionKind.HEADLINE) for text in (OTHER_HEADLINE, APPEAL)]
    now = cleaned(settings=settings_with(tmp_path / "own.jsonl", made))
    assert now.metadata.title == APPEAL
    settings = settings_with(tmp_path / "own.jsonl", [back(made[1])])
    assert cleaned(settings=settings).metadata.title == OTHER_HEADLINE


def test_an_edit_that_is_called_wrong_is_not_made(tmp_path: Path, article: Record) -> None:
    assert LEAD.replace(",and", ", and") in article.text
    place = next(n for n, edit in enumerate(article.edits) if PAGE[: edit.start].endswith("closed,"))
    one = decided(article, "The council voted", kind=DecisionKind.WRONG_EDIT, edit=place)
    now = cleaned(settings=settings_with(tmp_path / "own.jsonl", [one]))
    assert LEAD in now.text
    assert len(now.edits) == len(article.edits) - 1
    assert now.raw() == PAGE


def test_an_edit_that_is_needed_is_made_in_any_case(tmp_path: Path) -> None:
    text = PAGE.replace("Monday", "Mon\x08day")
    before = cleaned(text)
    place = next(n for n, edit in enumerate(before.edits) if not NEEDED.isdisjoint(edit.rules))
    one = decided(before, "The council voted", kind=DecisionKind.WRONG_EDIT, edit=place)
    assert cleaned(text, settings_with(tmp_path / "own.jsonl", [one])).edits == before.edits


def test_a_part_of_an_edit_is_the_whole_edit() -> None:
    edits = [Edit(2, "", " ", ("a",)), Edit(5, "xx", "\n", ("b",)), Edit(9, "y", "z", ("c",))]
    for wrong, left in (
        (Edit(5, "x", "", ("b",)), [0, 2]),
        (Edit(2, "", " ", ("a",)), [1, 2]),
        (Edit(8, "", "", ()), [0, 1, 2]),
    ):
        one = Decision(
            "1",
            "",
            "",
            DecisionKind.WRONG_EDIT,
            "",
            "",
            edit=decisions.WrongEdit(wrong.start, wrong.before, wrong.after),
        )
        assert list(DumpDecisions((one,)).without_wrong(edits, frozenset())) == [edits[n] for n in left]


def test_a_decision_is_taken_back_by_a_later_line(tmp_path: Path, article: Record) -> None:
    one = decided(article, APPEAL, Label.PROMO)
    settings = settings_with(tmp_path / "own.jsonl", [one, back(one)])
    now = cleaned(settings=settings)
    assert now == article
    assert len(decisions.read(tmp_path / "own.jsonl")) == 2


def test_of_two_decisions_about_a_line_the_last_one_counts(article: Record) -> None:
    first, second = decided(article, APPEAL, Label.PROMO), decided(article, APPEAL, Label.COMMENT)
    title = decided(article, APPEAL, kind=DecisionKind.HEADLINE)
    assert in_force([first, second])[article.source].decisions == (second,)
    assert in_force([first, second, back(second)])[article.source].decisions == (first,)
    assert in_force([first, title])[article.source].decisions == (title,)
    assert in_force([first, back(first)]) == {}


@given(some.lists(some.tuples(some.integers(0, 60), some.integers(1, 20), some.sampled_from(Label)), max_size=8))
def test_a_line_has_the_label_of_the_last_decision_that_has_a_part_of_it(made: list[tuple[int, int, Label]]) -> None:
    spans = [(at, at + 4) for at in range(0, 60, 5)]
    own = tuple(
        Decision(f"{n}", "", "", DecisionKind.LABEL, "", "", start, start + length, label=label)
        for n, (start, length, label) in enumerate(made)
    )
    wanted: list[Label | None] = [None] * len(spans)
    for one in own:
        for n, (start, end) in enumerate(spans):
            if start < one.end and one.start < end:
                wanted[n] = one.label
    assert DumpDecisions(own).labels(spans) == wanted


def test_reviewers_who_decide_at_once_lose_nothing(tmp_path: Path, article: Record) -> None:
    made = [decided(article, APPEAL, Label.PROMO) for _ in range(60)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: decisions.append(tmp_path / "own.jsonl", [one]), made))
    found = decisions.read(tmp_path / "own.jsonl")
    assert sorted(found, key=lambda one: one.id) == made


def test_a_line_that_was_cut_off_does_not_swallow_the_next(tmp_path: Path, article: Record) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(b'{"id": "cut o')
    decisions.append(path, [decided(article, APPEAL, Label.PROMO)])
    with pytest.raises(ConfigError, match=r"line 1 is no decision of `copydesk review`: .*remove the line"):
        decisions.read(path)
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    assert len(decisions.read(path)) == 1


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"id": 1}', '{"id":"1","at":"","by":"","kind":"guess"}', "\udcff"])
def test_a_line_that_is_no_decision_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "own.jsonl").write_bytes(b"\n" + line.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(ConfigError, match=r"own\.jsonl: line 2 is no decision"):
        decisions.load(str(tmp_path / "own.jsonl"))


def test_a_file_that_is_not_there_yet_has_no_decisions(tmp_path: Path, article: Record) -> None:
    (tmp_path / "own.toml").write_text('[review]\ndecisions = "later.jsonl"\n', encoding="utf-8")
    settings = config.load(tmp_path / "own.toml")
    assert settings.review == ReviewSettings(str(tmp_path / "later.jsonl"))
    assert cleaned(settings=settings) == article
    (tmp_path / "own.toml").write_text('[review]\ndecisions = "no/later.jsonl"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"review\.decisions: no such folder: .*no"):
        config.load(tmp_path / "own.toml")


def test_the_digest_of_the_settings_has_only_the_decisions_about_the_dump(tmp_path: Path, article: Record) -> None:
    settings = settings_with(tmp_path / "own.jsonl", [])
    assert settings.digest(None) == config.default().digest(None)
    first = settings_with(tmp_path / "own.jsonl", [decided(article, APPEAL, Label.PROMO)])
    one = cleaned(settings=first).provenance.config
    assert one != article.provenance.config
    settings_with(tmp_path / "own.jsonl", [decided(article, HEADLINE, Label.PROMO)])
    assert cleaned(settings=first).provenance.config not in (one, article.provenance.config)


def test_the_next_run_cleans_only_what_was_decided(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 5)
    (tmp_path / "own.toml").write_text('[review]\ndecisions = "own.jsonl"\n', encoding="utf-8")

    def run() -> str:
        done = copydesk("clean", folder, "-o", "out", "--format", "json", "--config", "own.toml")
        assert done.returncode == 0, done.stderr
        return done.stderr.decode()

    run()
    path = tmp_path / "out" / "story-0003.json"
    before = {one.name: one.read_bytes() for one in (tmp_path / "out").glob("*.json")}
    article = Record.from_json(path.read_bytes())
    first = article.blocks[1]
    one = decided(article, first.text, Label.NOTE)
    decisions.append(tmp_path / "own.jsonl", [one])
    said = run()
    assert "1 written, 4 unchanged" in said
    assert "1 dump cleaned" in said
    assert "1 decision applied" in said
    now = Record.from_json(path.read_bytes())
    assert (now.blocks[1].label, now.blocks[1].why) == (Label.NOTE, DECISION.name)
    assert "0 dumps cleaned" in run()
    decisions.append(tmp_path / "own.jsonl", [back(one)])
    assert "1 dump cleaned" in run()
    assert {one.name: one.read_bytes() for one in (tmp_path / "out").glob("*.json")} == before


def test_a_run_says_which_decisions_do_not_fit_any_more(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (tmp_path / "own.toml").write_text('[review]\ndecisions = "own.jsonl"\n', encoding="utf-8")
    command = ("clean", folder, "-o", "out", "--format", "json", "--config", "own.toml")
    copydesk(*command)
    article = Record.from_json((tmp_path / "out" / "story-0000.json").read_bytes())
    decisions.append(tmp_path / "own.jsonl", [decided(article, article.blocks[1].text, Label.NOTE)])
    path = folder / "story-0000.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("The council", "Our council"), encoding="utf-8")
    done = copydesk(*command)
    assert "1 decision does not fit its dump any more: `copydesk review` lists them" in done.stderr.decode()
    assert DECISION.name not in {
        block.why for block in Record.from_json((tmp_path / "out" / "story-0000.json").read_bytes()).blocks
    }


def test_a_damaged_file_ends_a_run_before_it_begins(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 1)
    (tmp_path / "own.toml").write_text('[review]\ndecisions = "own.jsonl"\n', encoding="utf-8")
    (tmp_path / "own.jsonl").write_text('{"id":"x"}\n', encoding="utf-8")
    done = copydesk("clean", "dumps", "-o", "out", "--config", "own.toml")
    assert done.returncode == 2
    assert b"line 1 is no decision" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_profile_may_give_a_label_that_the_models_do_not_know() -> None:
    profile = config.Profile("own", "", markers=("Home",), lines=(config.LineRule("Readers like you.*", Label.CODE),))
    now = cleaned(settings=replace(config.default(), profiles=(profile,)))
    assert (block_of(now, APPEAL).label, block_of(now, APPEAL).why) == (Label.CODE, "label.profile")
