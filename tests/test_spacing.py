"""Missing spaces: the trees, the thresholds for damaged texts, and the gaps of a rendered page."""

from pathlib import Path

import numpy as np
import pytest
from bench import folds
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import forest
from copydesk.edits import apply
from copydesk.forest import Forest, Forests
from copydesk.repair import boosted_trees, broken_sentences, from_page, fused_words, line_breaks, punctuation, spacing
from copydesk.repair.candidates import TextContext
from copydesk.repair.context import Context

STORY = (
    "The council met on Monday evening to hear what its members had to say about the old bridge, which was closed in "
    "March. Many came, and most of them were angry, said the mayor. Nobody knew who would pay for the new one. "
)


def repaired(text: str, language: str = "en") -> str:
    return apply(text, list(spacing.find(text, Context(language))))


@pytest.mark.parametrize(
    "path", [boosted_trees.SHIPPED, *sorted(folds.MODELS.glob("trees-*.npz"))], ids=lambda path: path.stem
)
def test_the_files_of_trees_are_small_and_contain_integers(path: Path) -> None:
    assert path.stat().st_size < 200_000
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iu" for name in arrays.files if not name.endswith(".columns"))
    assert set(boosted_trees.load(path)) == {"broken_sentences", "fused_words", "punctuation"}


def test_a_score_is_the_sum_of_the_values_of_the_trees() -> None:
    first, second = [0, 0, 0], [1, 1, 1]  # each tree has one comparison (at most 4) and two leaves
    grown = {
        "feature": [first, second], "most": [[4, 0, 0]] * 2, "below": [[1, 1, 2]] * 2, "above": [[2, 1, 2]] * 2,
        "value": [[0, 10, 20], [0, 1, 2]],
    }  # fmt: skip
    feature, threshold, below, above, value = (np.array(grown[part], dtype=np.int32) for part in forest.PARTS)
    both = Forest(feature, threshold, below, above, value, start=100, depth=1)
    one = Forest(feature[:1], threshold[:1], below[:1], above[:1], value[:1], start=7, depth=1)
    forests = Forests({"both": both, "one": one})
    assert forests.scores({"both": [(4, 5), (5, 4), (0, 0)]}) == {"both": [112, 121, 111]}
    assert forests.scores({"one": [(5, 0, 0)], "both": [(0, 0)]}) == {"one": [27], "both": [111]}
    assert forests.scores({"both": [], "one": []}) == {"both": [], "one": []}


def test_a_file_without_trees_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "trees.npz"
    for content in (b"no trees", boosted_trees.SHIPPED.read_bytes()[:5_000]):
        path.write_bytes(content)
        with pytest.raises(forest.TreesError, match="not a file of trees"):
            boosted_trees.load(path)
    np.savez(path, **{"fused_words.start": np.array(1)})  # type: ignore[arg-type]
    with pytest.raises(forest.TreesError, match="fused_words"):
        boosted_trees.load(path)


def test_trees_with_other_columns_are_an_error_that_names_the_remedy(tmp_path: Path) -> None:
    with np.load(boosted_trees.SHIPPED, allow_pickle=False) as arrays:
        stored = {name: arrays[name] for name in arrays.files}
    names = list(stored["punctuation.columns"])
    for n, wrong in enumerate(([names[1], names[0], *names[2:]], names[:-1], [*names, "moon phase"])):
        path = tmp_path / f"{n}.npz"
        np.savez(path, allow_pickle=False, **(stored | {"punctuation.columns": np.array(wrong)}))
        with pytest.raises(forest.TreesError, match=r"column \d+ of punctuation is .*python -m training.spacing"):
            boosted_trees.load(path)


def test_each_finder_gives_one_feature_for_each_column() -> None:
    text = STORY + "The mayor of theUnited States said(well)that it ended.Next week.\n"
    around = TextContext(text, "en")
    for finder in (fused_words, punctuation):
        places = list(finder.find(around))
        assert places
        assert {len(place.features) for place in places} == {len(finder.COLUMNS)}
    broken = "He started with a\nsmall business plan for the whole of the old town that\nwas going to evolve\n"
    found = list(broken_sentences.find(broken, list(line_breaks.runs(broken)), "en"))
    assert found
    assert {len(border.features) for border in found} == {len(broken_sentences.COLUMNS)}


FOUR_SIGNS = "Then theUnited States andFrance agreed.Nobody had expected it.The mayor was glad. "
MORE_SIGNS = "".join(
    f"The {number} said the members,and nobody knew who came.Many were angry. "
    for number in ("one", "two", "three", "four", "five", "six")
)
LIKELY = "The old townmayor came. "


@pytest.mark.parametrize(
    ("signs", "times", "is_repaired"),
    [
        ("", 50, False),
        ("", 200, False),
        (FOUR_SIGNS, 1, True),
        (FOUR_SIGNS, 100, True),  # one sign in 1,000 words
        (FOUR_SIGNS, 200, False),  # one sign in 2,000 words
        (FOUR_SIGNS + MORE_SIGNS, 200, True),  # one sign in 500 words
    ],
)
def test_a_likely_space_is_inserted_only_where_signs_of_damage_are_dense(
    signs: str, times: int, is_repaired: bool
) -> None:
    """The story has 40 words.  "townmayor" is likely to be two words, but not beyond doubt."""
    text = STORY * times + signs + LIKELY
    assert ("town mayor came" in repaired(text)) is is_repaired


@pytest.mark.parametrize(("times", "is_repaired"), [(1, True), (100, False)])
def test_many_signs_close_together_lower_the_threshold_further(times: int, is_repaired: bool) -> None:
    """Both texts are damaged, but only the short one in every line."""
    text = STORY * times + FOUR_SIGNS + "In the end oldbridge was closed. "
    assert ("old bridge was closed" in repaired(text)) is is_repaired


def test_names_of_functions_are_not_split() -> None:
    text = STORY + "Then onOpened and onRejected run, the page.innerText changes, and setTimeout(close) ends it. "
    assert repaired(text) == text
    assert "on Monday" in repaired(STORY + "They met onMonday and were glad. ")


def test_a_line_break_is_inserted_only_where_several_sentences_are_fused() -> None:
    one = STORY.strip() + "Nobody had asked it to. "
    assert "\n" not in repaired(one)
    assert "new one. Nobody had" in repaired(one)
    many = "".join(
        STORY.strip() + end for end in ("Nobody had asked it to.", "The mayor came late.", "Then it was over.", "")
    )
    assert repaired(many).count("\n") == 6  # each of the three sentences is fused at both ends


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*STORY.split(), "theUnited", "end.Next", "word,word", "(WHO)was", "”he"]), max_size=60)
)
def test_only_white_space_changes_and_a_second_pass_changes_nothing(words: list[str]) -> None:
    text = " ".join(words)
    once = repaired(text)
    assert "".join(once.split()) == "".join(text.split())
    assert repaired(once) == once


def test_a_text_gets_the_gaps_of_its_page() -> None:
    page = (
        "Menu\n\nThe council met on Monday.\n\nNobody had asked it to, said the mayor of Old Town.\nAll rights reserved"
    )
    text = "The council metonMonday.Nobody had asked it to , said the mayor ofOld Town."
    edits = from_page.edits(text, page)
    assert apply(text, edits) == "The council met on Monday.\nNobody had asked it to, said the mayor of Old Town."
    assert {rule for edit in edits for rule in edit.rules} == {"spacing.rendered"}
    assert from_page.edits(page, page) == []


@given(st.text(alphabet="ab cd.\n\u00ad", max_size=300), st.text(alphabet="ab cd.\n\u00ad", max_size=300))
def test_the_gaps_of_any_page_leave_all_visible_characters(text: str, page: str) -> None:
    changed = apply(text, from_page.edits(text, page))
    assert "".join(changed.split()).replace("\u00ad", "") == "".join(text.split()).replace("\u00ad", "")


def test_text_that_is_not_on_the_page_keeps_its_gaps() -> None:
    assert (
        from_page.edits("Some other text , which is not on the page.", "A page about the old bridge and the council.")
        == []
    )


def test_words_of_the_source_are_not_split_and_count_as_known() -> None:
    brand = STORY + "They met at theFoodhub on Monday, and ate at Vlotkrix.\n"
    assert "the Foodhub" in repaired(brand)
    assert list(spacing.find(brand, Context("en", frozenset({"theFoodhub"})))) == []
    fused = STORY + "Nobody heard what Vlotkrixannounced to them on Monday.\n"
    assert repaired(fused) == fused
    assert "Vlotkrix announced" in apply(fused, list(spacing.find(fused, Context("en", frozenset({"Vlotkrix"})))))


def test_a_word_is_found_as_a_whole_word() -> None:
    """It is not found inside a longer word that comes before it."""
    text = STORY + "The x²theUnited and the reunitedtheUnited came; then theUnited States agreed to it all.\n"
    assert "then the United States" in repaired(text)
    assert [text[at - 5 : at] for _, at in fused_words.positions(text, {"theUnited"})] == ["then "]
