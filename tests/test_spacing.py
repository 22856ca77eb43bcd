"""Where a space got lost: the trees, the gate, and the gaps of a rendered page."""

from pathlib import Path

import numpy as np
import pytest
from bench import folds
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.edits import apply
from copydesk.repair import boosted_trees, broken_sentences, from_page, fused_words, line_breaks, punctuation, spacing
from copydesk.repair.boosted_trees import Forest
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
def test_the_files_are_small_and_hold_whole_numbers(path: Path) -> None:
    assert path.stat().st_size < 200_000
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iu" for name in arrays.files if not name.endswith(".columns"))
    assert set(boosted_trees.load(path)) == {"broken_sentences", "fused_words", "punctuation"}


def test_a_forest_adds_up_what_its_trees_say() -> None:
    first, second = [0, 0, 0], [1, 1, 1]  # one question, at most 4, and two leaves; in each tree
    grown = {
        "feature": [first, second], "most": [[4, 0, 0]] * 2, "below": [[1, 1, 2]] * 2, "above": [[2, 1, 2]] * 2,
        "value": [[0, 10, 20], [0, 1, 2]],
    }  # fmt: skip
    feature, threshold, below, above, value = (np.array(grown[part], dtype=np.int32) for part in boosted_trees.PARTS)
    forest = Forest(feature, threshold, below, above, value, start=100, depth=1)
    assert forest.scores([(4, 5), (5, 4), (0, 0)]) == [112, 121, 111]
    assert forest.scores([]) == []


def test_a_file_that_holds_no_trees_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "trees.npz"
    for content in (b"no trees", boosted_trees.SHIPPED.read_bytes()[:5_000]):
        path.write_bytes(content)
        with pytest.raises(boosted_trees.TreesError, match="not a file of trees"):
            boosted_trees.load(path)
    np.savez(path, **{"fused_words.start": np.array(1)})  # type: ignore[arg-type]
    with pytest.raises(boosted_trees.TreesError, match="fused_words"):
        boosted_trees.load(path)


def test_trees_with_other_columns_are_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with np.load(boosted_trees.SHIPPED, allow_pickle=False) as arrays:
        stored = {name: arrays[name] for name in arrays.files}
    names = list(stored["punctuation.columns"])
    for n, wrong in enumerate(([names[1], names[0], *names[2:]], names[:-1], [*names, "moon phase"])):
        path = tmp_path / f"{n}.npz"
        np.savez(path, allow_pickle=False, **(stored | {"punctuation.columns": np.array(wrong)}))
        with pytest.raises(
            boosted_trees.TreesError, match=r"column \d+ of punctuation is .*python -m training.spacing"
        ):
            boosted_trees.load(path)


def test_each_finder_gives_as_many_numbers_as_it_names() -> None:
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


DAMAGED = "Then theUnited States andFrance agreed.Nobody had expected it.The mayor was glad. "
UNSURE = "They stood at the oldwindmill in the rain. "


def test_fused_paragraphs_come_apart_only_where_there_are_several() -> None:
    one = STORY.strip() + "Nobody had asked it to. "
    assert "\n" not in repaired(one)
    assert "new one. Nobody had" in repaired(one)
    many = "".join(
        STORY.strip() + end for end in ("Nobody had asked it to.", "The mayor came late.", "Then it was over.", "")
    )
    assert repaired(many).count("\n") == 6  # each of the three ends has a joint before and behind it


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*STORY.split(), "theUnited", "end.Next", "word,word", "(WHO)was", "”he"]), max_size=60)
)
def test_only_white_space_changes_and_a_second_time_nothing(words: list[str]) -> None:
    text = " ".join(words)
    once = repaired(text)
    assert "".join(once.split()) == "".join(text.split())
    assert repaired(once) == once


def test_a_text_takes_the_gaps_of_its_page() -> None:
    page = (
        "Menu\n\nThe council met on Monday.\n\nNobody had asked it to, said the mayor of Old Town.\nAll rights reserved"
    )
    text = "The council metonMonday.Nobody had asked it to , said the mayor ofOld Town."
    edits = from_page.edits(text, page)
    assert apply(text, edits) == "The council met on Monday.\nNobody had asked it to, said the mayor of Old Town."
    assert {rule for edit in edits for rule in edit.rules} == {"spacing.rendered"}
    assert from_page.edits(page, page) == []


@given(st.text(alphabet="ab cd.\n\u00ad", max_size=300), st.text(alphabet="ab cd.\n\u00ad", max_size=300))
def test_the_gaps_of_any_page_change_no_visible_character(text: str, page: str) -> None:
    changed = apply(text, from_page.edits(text, page))
    assert "".join(changed.split()).replace("\u00ad", "") == "".join(text.split()).replace("\u00ad", "")


def test_what_a_page_does_not_hold_keeps_its_gaps() -> None:
    assert (
        from_page.edits("Some other text , which the page has not.", "A page about the old bridge and the council.")
        == []
    )


def test_words_of_the_source_are_left_whole_and_known_beside_others() -> None:
    brand = STORY + "They met at theFoodhub on Monday, and ate at Vlotkrix.\n"
    assert "the Foodhub" in repaired(brand)
    assert list(spacing.find(brand, Context("en", frozenset({"theFoodhub"})))) == []
    fused = STORY + "Nobody was told what Vlotkrixannounced to them on Monday.\n"
    assert repaired(fused) == fused
    assert "Vlotkrix announced" in apply(fused, list(spacing.find(fused, Context("en", frozenset({"Vlotkrix"})))))


def test_a_word_is_found_where_it_stands_whole() -> None:
    """Not inside a longer one that comes before it, whatever that is made of."""
    text = STORY + "The x²theUnited and the reunitedtheUnited came; then theUnited States agreed to it all.\n"
    assert "then the United States" in repaired(text)
    assert [text[at - 5 : at] for _, at in fused_words.positions(text, {"theUnited"})] == ["then "]
