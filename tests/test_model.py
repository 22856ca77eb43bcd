"""The labeller's model: its file, what it says, and what happens to a file that is none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench import floors, folds, kit

from copydesk import config
from copydesk.config import LabelSettings
from copydesk.desk import check_settings, clean
from copydesk.document import Label
from copydesk.labelling import Line, model, patterns
from copydesk.labelling.features import features

LINES = [
    Line("Home", apart=False),
    Line("Old bridge to stay closed for a year", apart=True),
    Line("The council voted on Monday to close the old bridge to all traffic until next spring.", apart=True),
    Line("Two of the five piers have moved by more than a hand since the last flood, the report says.", apart=True),
    Line("Nobody knows yet who will pay for all of this, said the mayor after the meeting.", apart=True),
    Line("Subscribe to our newsletter", apart=True),
    Line("橋は来年まで閉鎖される。", apart=True),
    Line("...", apart=False),
]


def shares(lines: list[Line]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    judged = [patterns.judge(line, "en") for line in lines]
    return model.shipped().shares(features(lines, "en", judged))


def test_the_shipped_file_is_small_and_holds_no_pickle() -> None:
    assert model.SHIPPED.stat().st_size < 3_000_000
    with np.load(model.SHIPPED, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iufU" for name in arrays.files)


def test_shares_add_up_and_tell_story_from_furniture() -> None:
    found = shares(LINES)
    assert found.shape == (len(LINES), len(Label))
    assert np.allclose(found.sum(axis=1), 1, atol=0.01)
    story = [place for place, label in enumerate(Label) if label in ("paragraph", "heading", "list_item")]
    told = found[:, story].sum(axis=1)
    assert (told[2:5] > 0.5).all()
    assert (told[[0, 1, 5]] < 0.5).all()


@pytest.mark.parametrize("count", [1, 2, 17, 300])
def test_any_number_of_lines_will_do(count: int) -> None:
    assert shares((LINES * 60)[:count]).shape == (count, len(Label))


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
    for net in model.load(path).nets:
        assert net.unit_sums() < 1
        factor = 1.01 / net.unit_sums()
        larger = replace(net, weights={name: weight * factor for name, weight in net.weights.items()})
        assert larger.unit_sums() > 1


def test_a_file_that_is_no_model_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"no model")
    with pytest.raises(model.ModelError, match="no model"):
        model.load(path)
    path.write_bytes(model.SHIPPED.read_bytes()[:5_000])  # as a download that broke off leaves it
    with pytest.raises(model.ModelError, match="no model"):
        model.load(path)
    other = tmp_path / "other.npz"
    np.savez(other, labels=np.array(["story"]), nets=np.array(0))
    with pytest.raises(model.ModelError, match="other labels"):
        model.load(other)
    with pytest.raises(config.ConfigError, match=r"labels\.model: .*no model"):
        check_settings(with_model(str(path)))


def with_model(path: str) -> config.Config:
    default = config.default()
    return replace(default, settings=replace(default.settings, labels=LabelSettings(path)))


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
