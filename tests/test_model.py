"""The labeller's model: its file, what it says, and what happens to a file that is none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench import floors, folds, kit

from copydesk import clean, config
from copydesk.config import LabelSettings
from copydesk.desk import check_settings
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import Line, hints, label, line_facts, line_rules, model
from copydesk.labelling.features import _rule_places as rule_places
from copydesk.labelling.features import columns, features
from copydesk.labelling.model import LABELS

LINES = [
    Line("Home", apart=False, language="en"),
    Line("Old bridge to stay closed for a year", apart=True, language="en"),
    Line(
        "The council voted on Monday to close the old bridge to all traffic until next spring.",
        apart=True,
        language="en",
    ),
    Line(
        "Two of the five piers have moved by more than a hand since the last flood, the report says.",
        apart=True,
        language="en",
    ),
    Line("Nobody knows yet who will pay for all of this, said the mayor after the meeting.", apart=True, language="en"),
    Line("Subscribe to our newsletter", apart=True, language="en"),
    Line("橋は来年まで閉鎖される。", apart=True, language="en"),
    Line("...", apart=False, language="en"),
]


def fresh(lines: list[Line]) -> list[Line]:
    """The same lines, with nothing remembered of the rules that they were judged by."""
    return [Line(line.text, apart=line.apart, language="en") for line in lines]


def shares(lines: list[Line]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    judged = [line_rules.judge(line) for line in lines]
    return model.shipped().shares(features(lines, "en", judged, model.shipped().rules))


def test_the_shipped_file_is_small_and_holds_no_pickle() -> None:
    assert model.SHIPPED.stat().st_size < 3_000_000
    with np.load(model.SHIPPED, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iufU" for name in arrays.files)


def test_shares_add_up_and_tell_story_from_furniture() -> None:
    found = shares(LINES)
    assert found.shape == (len(LINES), len(LABELS))
    assert np.allclose(found.sum(axis=1), 1, atol=0.01)
    story = [place for place, label in enumerate(LABELS) if label in ("paragraph", "heading", "list_item")]
    told = found[:, story].sum(axis=1)
    assert (told[2:5] > 0.5).all()
    assert (told[[0, 1, 5]] < 0.5).all()


@pytest.mark.parametrize("count", [1, 2, 17, 300])
def test_any_number_of_lines_will_do(count: int) -> None:
    assert shares((LINES * 60)[:count]).shape == (count, len(LABELS))


def test_the_answer_does_not_depend_on_how_sums_are_ordered() -> None:
    """States are whole and weights multiples of a power of two: reordering what is summed changes nothing."""
    net = model.shipped().nets[0]
    around = net.weights["0.around"]
    farthest = 9 * int(model.STEPS)
    state = np.random.default_rng(0).integers(-farthest, farthest, (50, len(around))).astype(np.float32)
    order = np.random.default_rng(1).permutation(state.shape[1])
    summed = state @ around
    assert summed.dtype == np.float32
    assert (summed == state[:, order] @ around[order]).all()
    assert (summed == state.astype(np.float64) @ around.astype(np.float64)).all()


@pytest.mark.parametrize("path", [model.SHIPPED, *sorted(folds.MODELS.glob("fold-*.npz"))], ids=lambda path: path.stem)
def test_no_sum_is_too_large_to_be_exact(path: Path) -> None:
    loaded = model.load(path)
    for net in (*loaded.nets, *(loaded.second.nets if loaded.second else ())):
        assert net.unit_sums() < 1
        factor = 1.01 / net.unit_sums()
        larger = replace(net, weights={name: weight * factor for name, weight in net.weights.items()})
        assert larger.unit_sums() > 1


def test_a_file_that_is_no_model_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"no model")
    with pytest.raises(model.ModelError, match="not a model"):
        model.load(path)
    path.write_bytes(model.SHIPPED.read_bytes()[:5_000])  # as a download that broke off leaves it
    with pytest.raises(model.ModelError, match="not a model"):
        model.load(path)
    with pytest.raises(model.ModelError, match="'nonsense' is not a valid Label"):
        model.load(changed(tmp_path, labels=np.array(["nonsense"])))
    model.load.cache_clear()
    with pytest.raises(model.ModelError, match="not a model: it has no 'first'"):
        model.load(changed(tmp_path, without="second.0.first"))
    with pytest.raises(config.ConfigError, match=r"labels\.model: .*not a model"):
        check_settings(with_model(str(path)))


def changed(folder: Path, *, without: str = "", **others: np.ndarray[tuple[int, ...], np.dtype[np.str_]]) -> Path:
    """A copy of the shipped model with other arrays of these names, and without one of them."""
    with np.load(model.SHIPPED, allow_pickle=False) as arrays:
        stored = {name: arrays[name] for name in arrays.files if name != without} | others
    path = folder / "changed.npz"
    np.savez(path, allow_pickle=False, **stored)
    return path


def test_a_model_with_other_columns_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    names = list(columns(model.shipped().rules, page=False))
    swapped = [names[1], names[0], *names[2:]]
    for wrong, message in (
        (swapped, r"column 0 is 'log characters', and the code has 'log words' there"),
        (names[:-1], r"column \d+ is None, and the code has 'first line' there"),
        ([names[0], *names[:-1]], "the column 'log words' occurs twice"),
        ([*names[:-1], "moon phase"], "column .* is 'moon phase'"),
    ):
        with pytest.raises(model.ModelError, match=f"{message}.*python -m training"):
            model.load(changed(tmp_path, columns=np.array(wrong)))
        model.load.cache_clear()


def forget_rules() -> None:
    """Forget what was derived from the rules for single lines."""
    line_facts.forget()
    for derived in (line_rules.possible, line_rules._first_words, line_rules._longest_opening, rule_places):
        derived.cache_clear()


@pytest.fixture
def other_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Gives a function that replaces attributes of `patterns` until the test ends."""

    def replace_them(**others: object) -> None:
        for name, value in others.items():
            monkeypatch.setattr(line_rules, name, value)
        forget_rules()

    yield replace_them
    monkeypatch.undo()
    forget_rules()


def test_a_new_pattern_needs_no_training(other_rules: Callable[..., None]) -> None:
    moon = line_rules.Pattern(
        Rule("label.moon", "names the moon"), Label.NOTE, hints.ANY, lambda line: line.text == LINES[1].text
    )
    before = shares(LINES)
    other_rules(PATTERNS=(moon, *line_rules.PATTERNS), HINTS=hints.ANY)
    assert (moon.rule, Label.NOTE) in line_rules.possible()
    assert np.array_equal(shares(fresh(LINES)), before)  # a rule that the model does not know is "none" to it
    assert label(fresh(LINES), "en", model.shipped())[1].rule == moon.rule


def phrases() -> dict[str, dict[str, Label]]:
    """A copy of the tables of phrases."""
    return {place: dict(line_rules._phrases(place)) for _, place in line_rules.PLACES}


def test_a_phrase_with_a_label_that_is_new_to_its_table_needs_no_training(other_rules: Callable[..., None]) -> None:
    tables = phrases()
    tables["line"]["old bridge to stay closed for a year"] = Label.NOTE
    tables["opening"]["subscribe to"] = Label.NOTE
    other_rules(_phrases=tables.__getitem__)
    verdicts = label(fresh(LINES), "en", model.shipped())
    assert [verdict.rule for verdict in verdicts if verdict.label is Label.NOTE] == [
        line_rules.LINE,
        line_rules.OPENING,
    ]


def test_another_order_of_the_tables_of_phrases_changes_nothing(other_rules: Callable[..., None]) -> None:
    before, order = shares(LINES), line_rules.possible()
    swapped = {place: dict(reversed(table.items())) for place, table in phrases().items()}
    other_rules(_phrases=swapped.__getitem__)
    assert line_rules.possible() != order
    assert np.array_equal(shares(fresh(LINES)), before)


def with_model(path: str) -> config.Config:
    default = config.default()
    return replace(default, labels=LabelSettings(path))


def test_a_model_of_ones_own_counts_by_what_it_holds(tmp_path: Path) -> None:
    copies = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for copy in copies:
        copy.write_bytes(model.SHIPPED.read_bytes())
    first, second = (
        clean("It rained all day long, said the mayor.", settings=with_model(str(copy))) for copy in copies
    )
    assert first.article.provenance.config == second.article.provenance.config
    assert first.article.provenance.config != config.default().digest(None)


@pytest.mark.bench
@pytest.mark.slow
@pytest.mark.skipif(not kit.KIT.is_dir(), reason="the benchmark kit does not lie beside the checkout")
def test_quality_does_not_fall() -> None:
    known = floors.read()
    if known.data != kit.digest():
        pytest.skip("the benchmark kit holds other data than the floors were measured on")
    assert not floors.fallen(floors.quick(), known)
