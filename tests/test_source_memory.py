"""The memory of a source: what is learned from its pages, and what cleaning does with it."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import copydesk
from conftest import Copydesk
from copydesk import config, desk, dump
from copydesk.batch import plan
from copydesk.config import ConfigError
from copydesk.document import FURNITURE, STORY
from copydesk.dump import SuppliedMetadata
from copydesk.learn import Learned, learn
from copydesk.profile_draft import draft
from copydesk.source_memory import memory_files, pages
from copydesk.source_memory.evidence import LineEvidence, dump_evidence
from copydesk.source_memory.frozen import RememberedSource, remembered
from copydesk.source_memory.line_keys import line_key
from copydesk.source_memory.memory_files import MemoryFileError
from copydesk.source_memory.pages import SourcePages, learned_page, merged, source_pages, without_single_texts
from copydesk.source_memory.revision import is_furniture
from copydesk.source_memory.same_story import groups
from copydesk.source_memory.sources import CORPUS, host_of


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


PLACES = ("Northford", "Easterby", "Westhaven", "Southmoor", "Millbrook", "Oakridge", "Fernhill", "Ashdown")
APPEAL = "Reporting like this takes weeks of work, and readers in our towns pay for it with a few pounds each month."
MENU = ("Front page", "Council", "Farming", "Weather", "Letters", "Archive of the year 2024")
FACTS = "The facts"


def story(number: int) -> list[str]:
    """The lines of a story that no other number has."""
    words = random.Random(number)
    place, other = words.sample(PLACES, 2)
    return [
        f"{place} bridge number {number} closes for {words.randint(2, 40)} weeks",
        f"Bridge number {number} in {place} will close next month, the council of {other} said on Monday evening.",
        f"Some {words.randint(200, 9_000)} drivers use it each day, and the way round by {other} takes {number} minutes more.",
        FACTS,
        f"The bridge of {place} was built in {1800 + number}, after the ferry to {other} had sunk with {number} sheep.",
        f"Work on its {number % 7 + 2} piers costs {words.randint(2, 90)} million, says engineer Ada K. of {other}.",
    ]


def page(number: int) -> str:
    """A page of an invented paper: menu, story with an appeal in its middle, foot."""
    title, *rest = story(number)
    lines = [*MENU, title, rest[0], APPEAL, *rest[1:], "About us", f"Page {number} of the archive", "Terms of use"]
    return "\n\n".join(lines)


def source(texts: Sequence[str], name: str = "example.org") -> SourcePages:
    found = merged(SourcePages(name, (), {}, {}), source_pages(name, map(learned_page, texts)))
    return without_single_texts(found)


def evidence_of(lines: Sequence[str], known: RememberedSource, *, is_learned: bool) -> list[LineEvidence]:
    """The evidence for each line of a page with these lines."""
    text = "\n\n".join(lines)
    found = dump_evidence(text, known, {}, is_learned=is_learned)
    starts = [text.index(line) for line in lines]
    return [found.between(start, start + len(line)) for start, line in zip(starts, lines, strict=True)]


def learn_folder(folder: Path, memory: Path, *, jobs: int = 1, update: bool = True) -> Learned:
    return learn(plan([folder]).inputs, memory, config.default(), jobs=jobs, update=update)


def write_pages(folder: Path, numbers: Sequence[int]) -> Path:
    folder.mkdir(exist_ok=True)
    rows = [json.dumps({"url": f"https://www.example.org/{n}", "text": page(n)}) + "\n" for n in numbers]
    (folder / "pages.jsonl").write_text("".join(rows), encoding="utf-8")
    return folder


# What is counted


@pytest.mark.parametrize(
    ("line", "text", "masked"),
    [
        ("Share on Facebook!", "share on facebook", "share on facebook"),
        ("Published: 12 May 2024, 10:30", "published 12 may 2024 10 30", "published 0 00 0 0 0"),
        ("May I come in?", "may i come in", "may i come in"),
        ("Донецк, 3 мая 2012 г.", "донецк 3 мая 2012 г", "донецк 0 00 0 г"),
    ],
)
def test_a_line_is_compared_without_case_and_punctuation_and_with_numbers_masked(
    line: str, text: str, masked: str
) -> None:
    key = line_key(line)
    assert key
    assert (key.text, key.masked) == (text, masked)


@pytest.mark.parametrize("line", ["***", "\N{BULLET} \N{BULLET}", "", "   "])
def test_a_line_without_a_letter_or_digit_has_no_key(line: str) -> None:
    assert line_key(line) is None


def test_lines_are_counted_on_different_pages() -> None:
    found = remembered(source([page(n) for n in range(12)]))
    assert found.pages == 12
    assert {found.lines[text].pages for text in ("front page", "terms of use", "the facts")} == {12}
    assert found.masked["page 0 of the archive"].pages == 12
    assert not any("piers" in line for line in found.lines)


def test_copies_of_a_story_count_as_one_page() -> None:
    """The same story below another menu, and with another foot, as a wire story on many pages of a host."""
    copies = [page(3).replace("Farming", f"Farming {n}").replace("Page 3", f"Page {n}") for n in range(6)]
    found = remembered(source([*copies, *(page(n) for n in range(10, 14))]))
    assert found.pages == 5
    assert not any("sheep" in line for line in found.lines)


def test_long_notices_do_not_make_pages_copies() -> None:
    """Each page has the same notices, which are longer than its story."""
    notice = [
        f"Notice {n}: we and our {n} partners store and read what your device tells us about you." for n in range(9)
    ]
    texts = ["\n".join([*notice, *story(number)[:3]]) for number in range(12)]
    assert len(set(groups(source(texts)))) == 12


def test_a_page_that_was_learned_does_not_count_for_itself() -> None:
    texts = [page(n) for n in range(4)]
    known = remembered(source(texts))
    lines = texts[0].split("\n\n")
    for is_learned, wanted in ((True, 3), (False, 4)):
        found = evidence_of(lines, known, is_learned=is_learned)
        assert (found[0].pages, found[0].of) == (wanted, wanted)
        assert found[7].pages == 0


def test_what_frames_the_page_is_furniture_and_a_heading_in_each_story_is_not() -> None:
    texts = [page(n) for n in range(20)]
    lines = texts[0].split("\n\n")
    found = dict(zip(lines, evidence_of(lines, remembered(source(texts)), is_learned=True), strict=True))
    assert is_furniture(found["Council"], 1)
    assert is_furniture(found["About us"], 2)
    assert is_furniture(found[APPEAL], 20)
    assert not is_furniture(found[FACTS], 2)
    assert not is_furniture(found[story(0)[1]], 16)


def test_a_part_of_a_line_has_its_evidence_and_joined_lines_that_of_the_rarest() -> None:
    known = remembered(source([page(n) for n in range(12)]))
    text = f"{APPEAL}\n{story(30)[1]}\n***\n"
    found = dump_evidence(text, known, {}, is_learned=False)
    assert found.between(10, 20).pages == 12
    assert found.between(0, len(APPEAL)).pages == 12
    assert found.between(0, len(text)).pages == 0
    assert found.between(text.index("***"), len(text)).entry is None


def test_fourteen_other_pages_are_needed_to_be_certain() -> None:
    texts = [page(n) for n in range(14)]
    lines = texts[0].split("\n\n")
    found = evidence_of(lines, remembered(source(texts)), is_learned=True)
    assert not any(is_furniture(one, 20) for one in found)


NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=6)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_merging_depends_on_no_order(one: list[int], two: list[int], three: list[int]) -> None:
    parts = [source_pages("example.org", [learned_page(page(n)) for n in numbers]) for numbers in (one, two, three)]
    start = SourcePages("example.org", (), {}, {})
    forward = merged(merged(merged(start, parts[0]), parts[1]), parts[2])
    assert merged(merged(merged(start, parts[2]), parts[0]), parts[1]) == forward
    assert merged(merged(start, parts[1]), merged(merged(start, parts[0]), parts[2])) == forward


def test_a_source_stores_a_bounded_sample_that_no_order_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGES", 5)
    texts = [page(n) for n in range(30)]
    assert len(source(texts).pages) == 5
    assert source(texts) == source(texts[::-1])


# The files


@pytest.mark.slow
def test_the_files_are_the_same_in_any_order_with_any_number_of_workers_and_in_any_steps(tmp_path: Path) -> None:
    numbers = list(range(24))
    whole, one, two = (tmp_path / name for name in ("whole", "one", "two"))
    learn_folder(write_pages(whole, numbers), tmp_path / "a.memory")
    learn_folder(write_pages(tmp_path / "back", numbers[::-1]), tmp_path / "b.memory", jobs=3)
    learn_folder(write_pages(one, numbers[9:]), tmp_path / "c.memory")
    learn_folder(write_pages(two, numbers[:15]), tmp_path / "c.memory")
    for suffix in ("", ".state"):
        first, *others = ((tmp_path / f"{name}.memory{suffix}").read_bytes() for name in "abc")
        assert all(other == first for other in others)


@pytest.mark.slow
def test_a_new_memory_forgets_the_state(tmp_path: Path) -> None:
    learn_folder(write_pages(tmp_path / "one", range(5)), tmp_path / "a.memory")
    learn_folder(write_pages(tmp_path / "two", range(5, 12)), tmp_path / "a.memory", update=False)
    assert memory_files.load(tmp_path / "a.memory").source("example.org").pages == 7


@pytest.mark.slow
def test_a_memory_reads_back(tmp_path: Path) -> None:
    learn_folder(write_pages(tmp_path / "one", range(9)), tmp_path / "a.memory")
    wanted = remembered(source([page(n) for n in range(9)]))
    found = memory_files.load(tmp_path / "a.memory")
    assert (found.source("example.org"), list(found.names())) == (wanted, ["example.org"])
    assert found.source("elsewhere.org").pages == 0
    assert list(memory_files.states(tmp_path / "a.memory.state")) == [source([page(n) for n in range(9)])]


@pytest.mark.slow
def test_lines_that_several_sources_repeat_are_known_for_all(tmp_path: Path) -> None:
    rows = [
        {"url": f"https://{host}.example/{n}", "text": f"{page(n + 100 * place)}\n\nShare on {host}\n\nPrint this page"}
        for place, host in enumerate(("one", "two", "three"))
        for n in range(3)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    learn_folder(tmp_path / "a.jsonl", tmp_path / "a.memory")
    found = memory_files.load(tmp_path / "a.memory").elsewhere
    assert found["print this page"] == 3
    assert "share on one" not in found


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "text", "version", "member"])
def test_a_damaged_memory_is_an_error_that_says_what_to_do(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.memory"
    learn_folder(write_pages(tmp_path / "one", range(5)), path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "text":
        path.write_text("no memory")
    else:
        with memory_files.MemoryWriter(path, "state" if damage == "version" else "memory") as out:
            if damage == "version":
                out.end({})
            else:
                out._write("memory.json", b"{")
    with pytest.raises(MemoryFileError, match=r"copydesk learn|Make the file again"):
        memory_files.load(path)


# Cleaning


def with_memory(tmp_path: Path, numbers: Sequence[int] = range(20)) -> config.Config:
    learn_folder(write_pages(tmp_path / "learned", numbers), tmp_path / "a.memory")
    settings = config.default()
    return replace(settings, sources=replace(settings.sources, memory=str(tmp_path / "a.memory")))


def clean(number: int, settings: config.Config, host: str = "example.org") -> copydesk.Record:
    raw = dump.from_text(page(number), f"{number}.txt", given=SuppliedMetadata(url=f"https://{host}/{number}"))
    return desk.clean_dump(raw, settings).article


@pytest.mark.slow
def test_an_appeal_inside_each_story_is_left_out_with_a_memory(tmp_path: Path) -> None:
    settings = with_memory(tmp_path)
    for number in (3, 25):
        assert APPEAL in clean(number, config.default()).text
        article = clean(number, settings)
        assert APPEAL not in article.text
        assert all(line in article.text for line in story(number)[1:])


@pytest.mark.slow
def test_the_rule_is_named_in_the_record(tmp_path: Path) -> None:
    article = clean(3, with_memory(tmp_path))
    rules = {block.text: block.why for block in article.blocks}
    assert rules["Council"] == "label.source-memory"
    assert article.provenance.memory
    assert next(block.text for block in article.blocks if block.label in STORY).startswith("Bridge number 3")


@pytest.mark.slow
def test_another_source_and_a_run_without_memory_change_nothing(tmp_path: Path) -> None:
    settings = with_memory(tmp_path)
    without = clean(3, config.default())
    assert without.provenance.memory is None
    other = clean(3, settings, host="elsewhere.org")
    assert (other.blocks, other.text, other.metadata.title) == (without.blocks, without.text, without.metadata.title)


@pytest.mark.parametrize(
    ("url", "host"), [("https://www.Example.org/a", "example.org"), (None, ""), ("http://[::1", ""), ("nonsense", "")]
)
def test_the_host_of_an_address(url: str | None, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.slow
def test_dumps_without_a_host_are_one_source(tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    for number in range(4):
        (tmp_path / "dumps" / f"{number}.txt").write_text(page(number), encoding="utf-8")
    learn_folder(tmp_path / "dumps", tmp_path / "a.memory")
    assert memory_files.load(tmp_path / "a.memory").source(CORPUS).pages == 4


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[sources]\nmemory = "no.memory"\n', "no such file"),
        ('[sources]\nby = "moon"\n', "must be one of host, folder, profile, corpus"),
        ('[sources]\nby = "field:"\n', "must be one of"),
    ],
)
def test_settings_that_can_not_be_used_are_errors(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(ConfigError, match=what):
        desk.check_settings(config.load(tmp_path / "own.toml"))


@pytest.mark.slow
def test_the_commands_learn_show_and_clean(tmp_path: Path, copydesk: Copydesk) -> None:
    write_pages(tmp_path / "dumps", range(20))
    (tmp_path / "dumps" / "bad.txt").write_bytes(b"\0\1\2\3" * 50)
    run = copydesk("learn", "dumps", "-o", "a.memory")
    assert run.returncode == 1
    assert "20 dumps learned, 1 rejected; 1 source with 20 pages" in run.stderr.decode()
    assert "bad.txt: binary" in run.stderr.decode()
    shown = copydesk("memory", "show", "a.memory", "example.org").stdout.decode()
    assert "20  ?               the facts" in shown
    assert b"     20  example.org\n" in copydesk("memory", "show", "a.memory").stdout
    assert copydesk("memory", "show", "a.memory", "nowhere.org").returncode == 2
    (tmp_path / "own.toml").write_text('[sources]\nmemory = "a.memory"\n')
    run = copydesk("clean", "dumps/pages.jsonl", "-o", "out", "--format", "jsonl", "--config", "own.toml")
    assert run.returncode == 0, run.stderr.decode()
    assert APPEAL not in "".join(
        row["text"] for row in map(json.loads, (tmp_path / "out" / "records.jsonl").read_text().splitlines())
    )


@pytest.mark.slow
def test_a_draft_of_a_profile_loads_and_does_what_the_memory_does(tmp_path: Path, copydesk: Copydesk) -> None:
    settings = with_memory(tmp_path)
    found = draft("example.org", [tmp_path / "learned"], settings, jobs=1)
    assert (found.pages, found.publisher) == (20, None)
    patterns = {pattern: label for pattern, label, _ in found.lines}
    assert set(patterns.values()) <= FURNITURE
    assert {"Council", r"Page \d+ of the archive"} <= set(patterns)
    assert FACTS not in patterns
    (tmp_path / "example.toml").write_text(found.to_toml(), encoding="utf-8")
    profile = config.load_profile(tmp_path / "example.toml")
    article = clean(3, config.with_profiles(config.default(), [profile]))
    assert APPEAL not in article.text
    assert FACTS in article.text


def test_a_draft_needs_a_memory(tmp_path: Path, copydesk: Copydesk) -> None:
    write_pages(tmp_path / "dumps", range(3))
    run = copydesk("profile", "new", "example.org", "dumps")
    assert (run.returncode, b"make one with `copydesk learn`" in run.stderr) == (2, True)
