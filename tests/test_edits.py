"""Edits are composed, undone and cut into blocks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.edits import Edit, apply, compose, cut, has_visible, undo

TEXT = st.text(alphabet="ab \n\u200b\x00", max_size=16)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    """Sorted edits that fit `text`, none overlapping, at most one insertion at a place."""
    found: list[Edit] = []
    at = 0
    while at <= len(text) and draw(st.booleans()):
        start = draw(st.integers(at, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        after = draw(st.text(alphabet="xy \n", max_size=3))
        if text[start:end] != after:
            found.append(Edit(start, text[start:end], after, (draw(st.sampled_from(["one", "two"])),)))
        at = end if end > start else start + 1
    return found


@st.composite
def two_rounds(draw: st.DrawFn) -> tuple[str, list[Edit], list[Edit]]:
    text = draw(TEXT)
    first = draw(edits_of(text))
    return text, first, draw(edits_of(apply(text, first)))


@given(two_rounds())
def test_composed_edits_have_the_effect_of_both_rounds(rounds: tuple[str, list[Edit], list[Edit]]) -> None:
    text, first, second = rounds
    edited = apply(apply(text, first), second)
    both = compose(first, second)
    assert apply(text, both) == edited
    assert undo(edited, both) == text


@given(two_rounds())
def test_composed_edits_are_sorted_do_not_touch_and_change_something(
    rounds: tuple[str, list[Edit], list[Edit]],
) -> None:
    _, first, second = rounds
    both = compose(first, second)
    assert all(one.end < other.start for one, other in pairwise(both))
    assert all(edit.before != edit.after and edit.rules for edit in both)


def test_edits_that_touch_become_one_edit_with_the_rules_of_both() -> None:
    both = compose([Edit(1, "b", "x", ("first",))], [Edit(2, "c", "y", ("second",))])
    assert both == (Edit(1, "bc", "xy", ("first", "second")),)


def test_edits_that_cancel_out_are_left_out() -> None:
    assert compose([Edit(0, "a", "b", ("there",))], [Edit(0, "b", "a", ("back",))]) == ()


def test_an_edit_that_does_not_fit_is_an_error_that_names_its_place() -> None:
    with pytest.raises(ValueError, match=r"edit at character 1 .* 'x' expected"):
        apply("abc", [Edit(1, "x", "y", ("rule",))])


@given(two_rounds())
def test_every_visible_character_is_in_a_cut(rounds: tuple[str, list[Edit], list[Edit]]) -> None:
    text, first, second = rounds
    both = compose(first, second)
    edited = apply(text, both)
    spans, at = [], 0
    for line in edited.splitlines(keepends=True):
        body = line.strip()
        if has_visible(body):
            start = at + line.index(body)
            spans.append((start, start + len(body)))
        at += len(line)
    end = 0
    for piece in (cuts := list(cut(edited, both, spans))):
        assert not has_visible(text[end : piece.start])
        assert apply(text[piece.start : piece.end], [edit.moved(-piece.start) for edit in piece.edits]) == piece.text
        assert all(piece.start <= edit.start and edit.end <= piece.end for edit in piece.edits)
        end = piece.end
    assert not has_visible(text[end:])
    assert [piece.text for piece in cuts if piece.text] == [edited[start:stop] for start, stop in spans]


def test_visible_characters_deleted_outside_all_lines_are_a_separate_cut() -> None:
    assert [(c.start, c.end, c.text) for c in cut("\nb", [Edit(0, "xy", "", ("gone",))], [(1, 2)])] == [
        (0, 2, ""),
        (3, 4, "b"),
    ]
