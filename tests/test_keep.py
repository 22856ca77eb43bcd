"""The limits of `[keep]`: what falls below one is in `filtered.jsonl`, and other limits need no cleaning."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import fsspec
import pytest

import copydesk
from conftest import Copydesk
from copydesk import batch, config, files, store
from copydesk.batch import Job, Summary, filtering, manifest_sums
from copydesk.batch.manifest_dumps import Dumps
from copydesk.batch.state import RunState
from copydesk.config import ConfigError, KeepSettings
from copydesk.document import Cleaned, Json, PageKind
from copydesk.keep import Fall, Limit, Measures, falls, measures
from copydesk.render import filtered, record
from copydesk.rights import Reserved
from copydesk.store import Format
from in_process import cleaned_once
from runs import cleaned, container, fill, story, tree

FORMATS = tuple(Format)

SURE = Measures(confidence=0.8, language="en", words=200, complete=True, page=PageKind.STORY)


@pytest.mark.parametrize(
    ("settings", "found", "limit", "value"),
    [
        (KeepSettings(), Measures(), None, None),
        (KeepSettings(min_confidence=0.8), SURE, None, None),
        (KeepSettings(min_confidence=0.81), SURE, Limit.MIN_CONFIDENCE, 0.8),
        (KeepSettings(min_confidence=0.01), replace(SURE, confidence=0.0), Limit.MIN_CONFIDENCE, 0.0),
        (KeepSettings(min_confidence=0.01), replace(SURE, confidence=None), Limit.MIN_CONFIDENCE, None),
        (KeepSettings(min_confidence=0.0), replace(SURE, confidence=None), None, None),
        (KeepSettings(min_words=200), SURE, None, None),
        (KeepSettings(min_words=201), SURE, Limit.MIN_WORDS, 200),
        (KeepSettings(min_words=1), replace(SURE, words=0), Limit.MIN_WORDS, 0),
        (KeepSettings(min_words=1), replace(SURE, words=None), Limit.MIN_WORDS, None),
        (KeepSettings(languages=("en",)), SURE, None, None),
        (KeepSettings(languages=("de", "EN")), SURE, None, None),
        (KeepSettings(languages=("en",)), replace(SURE, language="en-GB"), None, None),
        (KeepSettings(languages=("en-GB",)), SURE, Limit.LANGUAGES, "en"),
        (KeepSettings(languages=("es",)), replace(SURE, language="est"), Limit.LANGUAGES, "est"),
        (KeepSettings(languages=("en",)), replace(SURE, language=None), Limit.LANGUAGES, None),
        (KeepSettings(languages=("en",)), replace(SURE, language="und"), Limit.LANGUAGES, "und"),
        (KeepSettings(languages=("en", "und")), replace(SURE, language=None), None, None),
        (KeepSettings(complete=True), SURE, None, None),
        (KeepSettings(complete=True), replace(SURE, complete=False), Limit.COMPLETE, False),
        (KeepSettings(complete=True), replace(SURE, complete=None), Limit.COMPLETE, None),
        (KeepSettings(complete="not_cut"), replace(SURE, complete=None), None, None),
        (KeepSettings(complete="not_cut"), replace(SURE, complete=False), Limit.COMPLETE, False),
        (KeepSettings(complete=False), replace(SURE, complete=False), None, None),
        (KeepSettings(pages=(PageKind.STORY,)), SURE, None, None),
        (KeepSettings(pages=(PageKind.STORY, PageKind.FORUM)), replace(SURE, page=PageKind.FORUM), None, None),
        (KeepSettings(pages=(PageKind.STORY,)), replace(SURE, page=PageKind.NOTICE), Limit.PAGES, "notice"),
        (KeepSettings(pages=(PageKind.STORY,)), replace(SURE, page=None), Limit.PAGES, None),
        (KeepSettings(rights=(Reserved.NOAI,)), SURE, None, None),
        (KeepSettings(rights=(Reserved.NOAI,)), replace(SURE, rights=(Reserved.LICENSE,)), None, None),
        (
            KeepSettings(rights=(Reserved.RSL, Reserved.NOAI)),
            replace(SURE, rights=(Reserved.NOAI,)),
            Limit.RIGHTS,
            "noai",
        ),
    ],
)
def test_a_limit_lets_pass_what_reaches_it_and_nothing_else(
    settings: KeepSettings, found: Measures, limit: Limit | None, value: object
) -> None:
    assert [(one.limit, one.value) for one in falls(found, settings)] == ([(limit, value)] if limit else [])


def test_all_limits_below_which_a_record_falls_are_given_in_the_order_of_the_settings() -> None:
    settings = KeepSettings(0.9, ("de",), 300, complete=True, pages=(PageKind.FORUM,), rights=(Reserved.NOAI,))
    found = falls(replace(SURE, complete=False, rights=(Reserved.NOAI, Reserved.RSL)), settings)
    assert [one.limit for one in found] == list(Limit)
    assert found[0] == Fall(Limit.MIN_CONFIDENCE, 0.8, 0.9)
    assert found[4] == Fall(Limit.PAGES, "story", ("forum",))
    assert found[5] == Fall(Limit.RIGHTS, "noai", ("noai",))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("min_confidence = 80", "keep.min_confidence: must be from 0 to 1, got 80"),
        ("min_confidence = -0.1", "keep.min_confidence: must be from 0 to 1"),
        ("min_confidence = nan", "keep.min_confidence: must be from 0 to 1"),
        ("min_words = -1", "keep.min_words: must be at least 0"),
        ('min_words = "many"', "keep.min_words"),
        ('languages = "en"', "keep.languages"),
        ('languages = ["English language"]', 'tags of languages such as "en"'),
        ('complete = "yes"', 'keep.complete: must be true, false or "not_cut"'),
        ('pages = ["news"]', "the kinds of pages are: story, live_blog, forum"),
        ("min_confidense = 0.5", "the keys here are: min_confidence, languages, min_words, complete, pages"),
    ],
)
def test_a_limit_that_cannot_be_used_is_an_error(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "own.toml").write_text(f"[keep]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        config.load(tmp_path / "own.toml")
    assert message in str(error.value)


def test_the_limits_are_not_part_of_the_digest_of_a_record() -> None:
    other = replace(config.default(), keep=KeepSettings(min_words=10))
    assert other.digest(None) == config.default().digest(None)


def test_the_library_says_below_which_limits_a_dump_falls() -> None:
    found = copydesk.clean(story(1))
    assert copydesk.falls_below(found) == ()
    own = replace(config.default(), keep=KeepSettings(min_words=10**6))
    assert copydesk.falls_below(found, own) == (Fall(Limit.MIN_WORDS, measures(found.article).words, 10**6),)


GERMAN = (
    "Alte Brücke bleibt ein Jahr lang gesperrt\n\nDer Rat hat am Montag beschlossen, die alte Brücke bis zum nächsten "
    "Frühjahr für den Verkehr zu sperren.\n\nZwei der fünf Pfeiler haben sich seit der letzten Flut bewegt, heißt es in "
    "dem Bericht, den die Stadt am Abend vorgelegt hat.\n"
)
MENU = "Home\nNews\nSport\nSearch\n"
PAID = f"{story(30).partition('More from')[0]}This story is for subscribers only.\n"


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """A folder with stories, a container, and pages that fall below limits; one dump is rejected."""
    folder = fill(tmp_path / "dumps", 2)
    for name, text in {"de.txt": GERMAN, "menu.txt": MENU, "paid.txt": PAID, "empty.txt": " "}.items():
        (folder / name).write_text(text, encoding="utf-8")
    container(folder / "box.jsonl", [story(40), GERMAN, MENU, story(41)])
    return folder


DUMPS = 10

LIMITS = (
    KeepSettings(),
    KeepSettings(languages=("en",)),
    KeepSettings(complete="not_cut", pages=(PageKind.STORY,)),
    KeepSettings(min_confidence=1.0),
)


def run(folder: Path, output: Path | str, limits: KeepSettings, formats: tuple[Format, ...] = FORMATS) -> Summary:
    where = files.place(str(output))
    state = config.RunSettings(state=str(folder.parent / "state"))
    settings = replace(config.default(), keep=limits, run=state)
    return batch.run(Job(batch.plan([folder], where), where, formats, settings, prune=True))


@pytest.fixture(name="fresh")
def _fresh(dumps: Path, in_process_workers: None) -> Callable[[KeepSettings, tuple[Format, ...]], dict[str, bytes]]:
    """What a first run with these limits writes; made once for each."""
    known: dict[tuple[KeepSettings, tuple[Format, ...]], dict[str, bytes]] = {}

    def fresh(limits: KeepSettings, formats: tuple[Format, ...] = FORMATS) -> dict[str, bytes]:
        if (limits, formats) not in known:
            output = dumps.with_name(f"fresh-{len(known)}")
            run(dumps, output, limits, formats)
            known[limits, formats] = tree(output)
        return known[limits, formats]

    return fresh


Fresh = Callable[..., dict[str, bytes]]


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    with cleaned_once():
        yield


def test_every_dump_is_published_filtered_or_rejected_and_never_two_of_these(dumps: Path, fresh: Fresh) -> None:
    for limits in LIMITS:
        found = fresh(limits)
        published = {json.loads(line)["source"] for line in found["records.jsonl"].splitlines()}
        lines = [json.loads(line) for line in found.get("filtered.jsonl", b"").splitlines()]
        fallen = {line["source"] for line in lines}
        rejected = {json.loads(line)["source"] for line in found["rejects.jsonl"].splitlines()}
        assert len(published) + len(fallen) + len(rejected) == DUMPS
        assert len(published | fallen | rejected) == DUMPS
        for line in lines:
            name = store.output_names(line["source"])[0].name
            assert not any(path.startswith(f"{name}.") for path in found)
            assert line["record"]["source"] == line["source"]
            assert all(teaser["parent"] == line["id"] == line["record"]["id"] for teaser in line["teasers"])
    assert sorted(fallen) == sorted(json.loads(line)["source"] for line in found["filtered.jsonl"].splitlines())


def test_a_line_says_value_and_limit_and_holds_the_teasers(fresh: Fresh) -> None:
    lines = [
        json.loads(line) for line in fresh(KeepSettings(min_words=26, languages=("en",)))["filtered.jsonl"].splitlines()
    ]
    first = next(line for line in lines if line["source"] == "story-0001.txt")
    assert (first["limit"], first["value"], first["wanted"], first["also"]) == ("min_words", 25, 26, [])
    assert [teaser["position"] for teaser in first["teasers"]] == [1, 2]
    german = next(line for line in lines if line["source"] == "menu.txt")
    assert (german["limit"], german["value"], german["wanted"]) == ("languages", None, ["en"])
    assert german["also"] == [{"limit": "min_words", "value": 0, "wanted": 26}]
    assert [line["source"] for line in lines] == sorted(line["source"] for line in lines)


@pytest.mark.parametrize("formats", [FORMATS, (Format.MD,), (Format.JSON,), (Format.PARQUET,)], ids=" ".join)
@pytest.mark.slow
def test_other_limits_move_records_and_clean_nothing(
    dumps: Path, fresh: Fresh, log_here: Path, formats: tuple[Format, ...]
) -> None:
    output = dumps.with_name("out")
    run(dumps, output, KeepSettings(), formats)
    assert len(cleaned(log_here)) == DUMPS - 1
    log_here.write_text("", encoding="utf-8")
    for order in list(permutations(LIMITS))[::5]:
        for limits in order:
            done = run(dumps, output, limits, formats)
            lines = tree(output).get("filtered.jsonl", b"").splitlines()
            assert (done.cleaned, done.counts.filtered, sum(done.limits.values())) == (0, len(lines), len(lines))
            wrote = done.counts.written + done.counts.unchanged
            assert wrote + done.counts.filtered + done.counts.rejected == DUMPS
    for limits in LIMITS:
        run(dumps, output, limits, formats)
        now = tree(output)
        before = list(cleaned(log_here))
        assert now == fresh(limits, formats)
        log_here.write_text("".join(f"0 {one}\n" for one in before), encoding="utf-8")
    assert cleaned(log_here) == []


def test_the_same_limits_again_change_no_file(dumps: Path, in_process_workers: None) -> None:
    output = dumps.with_name("out")
    run(dumps, output, LIMITS[1])
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file() and path.parent == output}
    done = run(dumps, output, LIMITS[1])
    assert (done.counts.written, done.skipped) == (0, 7)
    assert before == {path: path.stat().st_mtime_ns for path in before}
    (output / "filtered.jsonl").unlink()
    run(dumps, output, LIMITS[1])
    assert (output / "filtered.jsonl").is_file()


class DiedError(Exception):
    """The end of a run that does not finish."""


@pytest.mark.slow
@pytest.mark.parametrize("then", LIMITS[:3])
@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize("when", ["before files", "after files", "before filtered.jsonl"])
def test_a_run_that_dies_while_it_filters_again_is_continued_with_any_limits(
    dumps: Path, fresh: Fresh, log_here: Path, when: str, at: int, then: KeepSettings
) -> None:
    output, change, left = dumps.with_name("out"), filtering._change_files, at

    def dying(state: RunState, file: int, move: filtering._Move) -> None:
        nonlocal left
        left -= 1
        if when == "before files" and not left:
            raise DiedError
        change(state, file, move)
        if when == "after files" and not left:
            raise DiedError

    def die(state: RunState) -> None:
        raise DiedError

    for limits in LIMITS[:2]:
        wanted = fresh(then)
        run(dumps, output, limits)
        log_here.write_text("", encoding="utf-8")
        left = at
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(filtering, "_change_files", dying)
            if when == "before filtered.jsonl":
                patch.setattr(filtering, "write_filtered", die)
            with pytest.raises(DiedError):
                run(dumps, output, LIMITS[2])
        run(dumps, output, then)
        assert tree(output) == wanted
        assert cleaned(log_here) == []


def test_files_that_a_dead_run_has_moved_are_gone_if_formats_change(dumps: Path, fresh: Fresh) -> None:
    output = dumps.with_name("out")
    run(dumps, output, KeepSettings(languages=("pl",)), (Format.MD, Format.JSON))

    def die(state: RunState, file: int, move: filtering._Move) -> None:
        state.store.publish(move.staged)
        raise DiedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "_change_files", die)
        with pytest.raises(DiedError):
            run(dumps, output, KeepSettings(), (Format.MD, Format.JSON))
    assert list(output.rglob("*.json"))
    run(dumps, output, KeepSettings(languages=("pl",)), (Format.MD,))
    assert tree(output) == fresh(KeepSettings(languages=("pl",)), (Format.MD,))


def test_inputs_that_change_come_or_go_under_limits(dumps: Path, log_here: Path) -> None:
    output = dumps.with_name("out")
    run(dumps, output, LIMITS[1])
    (dumps / "de.txt").write_text(story(7), encoding="utf-8")
    (dumps / "story-0000.txt").write_text(GERMAN, encoding="utf-8")
    (dumps / "menu.txt").unlink()
    (dumps / "menu.html").write_text(f"<html><body><p>{MENU}</p></body></html>", encoding="utf-8")
    log_here.write_text("", encoding="utf-8")
    done = run(dumps, output, LIMITS[1])
    assert (done.cleaned, done.vanished) == (3, ("menu.txt",))
    run(dumps, dumps.with_name("other"), LIMITS[1])
    assert tree(output) == tree(dumps.with_name("other"))


def test_a_filtered_dump_keeps_its_name_so_that_limits_rename_no_output(
    tmp_path: Path, in_process_workers: None
) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    (folder / "page.txt").write_text(GERMAN, encoding="utf-8")
    (folder / "page.html").write_text(
        f"<html><body><article><p>{story(3)}</p></article></body></html>", encoding="utf-8"
    )
    run(folder, tmp_path / "out", LIMITS[1], (Format.JSON,))
    assert sorted(tree(tmp_path / "out")) == ["filtered.jsonl", "page.html.json"]
    run(folder, tmp_path / "out", LIMITS[0], (Format.JSON,))
    assert sorted(tree(tmp_path / "out")) == ["page.html.json", "page.json"]


def test_an_input_named_like_the_file_of_filtered_records_does_not_meet_it(
    tmp_path: Path, in_process_workers: None
) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    container(folder / "filtered.jsonl", [story(1), GERMAN])
    run(folder, tmp_path / "out", LIMITS[1], (Format.JSON,))
    found = tree(tmp_path / "out")
    assert json.loads(found["filtered.jsonl"])["source"] == "filtered.jsonl#r1"
    assert len(found) == 3


def test_stores_have_the_same_output(dumps: Path, fresh: Fresh) -> None:
    own = fsspec.filesystem("memory")
    own.store.clear()
    for limits in (LIMITS[0], LIMITS[1], LIMITS[2], LIMITS[1]):
        done = run(dumps, "memory://kept", limits)
        assert done.cleaned == (0 if limits != LIMITS[0] else DUMPS)
        assert {path.removeprefix("/kept/"): own.cat_file(path) for path in own.find("/kept")} == fresh(limits)
    own.store.clear()


def test_a_record_written_and_read_again_gives_the_same_files() -> None:
    """The files of a dump that is published again are made from its stored records."""
    found = copydesk.clean(story(1))
    extra: dict[str, Json] = {
        "big": 10**25,
        "float": 1e22,
        "whole": 1.0,
        "deep": [{"a": None, "b": ["\u2028", True, -0.5]}],
    }
    metadata = replace(found.article.metadata, extra=extra)
    evidence = replace(found.article.evidence, extra=("container:x",))
    first = Cleaned(replace(found.article, metadata=metadata, evidence=evidence), found.teasers)
    again = Cleaned(
        record.from_json(record.to_json(first.article)),
        tuple(record.from_json(record.to_json(teaser)) for teaser in first.teasers),
    )
    assert store.files(again, FORMATS) == store.files(first, FORMATS)


def toml(tmp_path: Path, lines: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(f"[keep]\n{lines}\n", encoding="utf-8")
    return path


def test_the_commands_know_filtered_records(copydesk_here: Copydesk, dumps: Path, tmp_path: Path) -> None:
    (dumps / "empty.txt").unlink()
    own = toml(tmp_path, 'languages = ["en"]')
    done = copydesk_here("clean", dumps, "-o", "out", "--config", own)
    assert done.returncode == 0
    said = done.stderr.decode().splitlines()
    assert said[:2] == [
        "5 written, 0 unchanged, 0 rejected, 4 filtered -> out",
        "4 filtered (languages 4): see out/filtered.jsonl",
    ]
    where = tmp_path / "out" / "filtered.jsonl"
    lines = [json.loads(line) for line in where.read_text(encoding="utf-8").splitlines()]
    verified = copydesk_here("verify", "out")
    assert (verified.returncode, verified.stdout) == (0, b"")
    for line in lines:
        raw = copydesk_here("undo", where, "--id", line["id"]).stdout
        own_name, _, inside = line["source"].partition("#")
        assert raw == (dumps / own_name).read_bytes() if not inside else raw in (GERMAN.encode(), MENU.encode())
    german = next(line["id"] for line in lines if line["source"] == "de.txt")
    assert "Alte Brücke" in copydesk_here("explain", where, "--record", german).stdout.decode()
    found = list(copydesk.read_records(where))
    assert [one.id for one in found if one.parent is None] == [line["id"] for line in lines]

    status = json.loads(copydesk_here("status", "out", "--json").stdout)
    assert (status["filtered"], status["records"], status["rejects"]) == ({"languages": 4}, 5, {})
    assert b"4  filtered: languages" in copydesk_here("status", "out").stdout
    planned = copydesk_here("clean", dumps, "-o", "out", "--dry-run")
    assert b"filter again\tde.txt\tthe limits in [keep] have changed" in planned.stdout
    assert b"filter again 3" in planned.stderr
    assert copydesk_here("clean", dumps, "-o", "out", "--dry-run", "--config", own).stdout.count(b"skip\t") == 6
    logged = copydesk_here("clean", dumps, "-o", "out", "--config", own, "--log-format", "json").stderr.splitlines()
    assert json.loads(logged[-1])["limits"] == {"languages": 4}


@pytest.mark.parametrize("damage", ["line", "record", "missing", "file"])
def test_verify_finds_damage_of_filtered_records(
    copydesk_here: Copydesk, dumps: Path, tmp_path: Path, damage: str
) -> None:
    copydesk_here("clean", dumps, "-o", "out", "--config", toml(tmp_path, 'languages = ["en"]'))
    where = tmp_path / "out" / "filtered.jsonl"
    lines = where.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = {
        "line": ["{}\n", *lines[1:]],
        "record": [lines[0].replace("Brücke", "Kirche"), *lines[1:]],
        "missing": lines[:-1],
    }
    where.write_text("".join(changed.get(damage, [])), encoding="utf-8")
    if damage == "file":
        where.unlink()
    found = copydesk_here("verify", "out")
    assert found.returncode == 1
    assert found.stdout.startswith(b"filtered.jsonl: ")


@pytest.mark.slow
def test_a_stream_names_what_is_filtered_and_goes_on(copydesk: Copydesk, tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in (("a", GERMAN), ("b", story(1))))
    done = copydesk("clean", "-", "--config", toml(tmp_path, 'languages = ["en"]'), stdin=lines.encode())
    assert done.returncode == 0
    assert {json.loads(line)["source"] for line in done.stdout.splitlines()} == {"-#b"}
    (said,) = done.stderr.splitlines()
    assert json.loads(said) == {
        "id": json.loads(said)["id"], "limit": "languages", "value": "de", "wanted": ["en"], "also": [], "source": "-#a",
    }  # fmt: skip


def test_a_prepared_manifest_with_bad_records_is_an_error_that_says_so(dumps: Path, in_process_workers: None) -> None:
    output = dumps.with_name("out")
    run(dumps, output, KeepSettings(languages=("pl",)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dumps, "records_of", lambda *_: ['{"id": 1}'])
        with pytest.raises(OSError, match="the manifest is damaged"):
            run(dumps, output, KeepSettings())


def test_a_prepared_manifest_that_filters_without_a_limit_is_an_error_that_says_so(
    dumps: Path, in_process_workers: None
) -> None:
    output = dumps.with_name("out")
    run(dumps, output, KeepSettings())
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base, base:
        manifest_sums.connect(base)
        base.execute("update documents set filtered = 'min_words' where source = 'de.txt'")
    with pytest.raises(OSError, match=r"the manifest is damaged: 'de.txt' is filtered, and reaches all limits"):
        run(dumps, output, KeepSettings())


def test_rules_of_an_output_count_what_is_published(copydesk_here: Copydesk, dumps: Path, tmp_path: Path) -> None:
    copydesk_here("clean", dumps, "-o", "out", "--config", toml(tmp_path, 'languages = ["pl"]'))
    counted = copydesk_here("rules", "out")
    assert (counted.returncode, counted.stderr.decode().splitlines()[0]) == (0, "out: 0 dumps")


def test_lines_are_told_from_records_by_their_beginning() -> None:
    article = copydesk.clean(story(1), source='a"limit":"b.txt').article
    line = filtered.line(article.source, falls(measures(article), KeepSettings(min_words=99)), [article.to_json()])
    assert filtered.is_line(line)
    assert not filtered.is_line(article.to_json())
    assert filtered.from_line(line).record == article
