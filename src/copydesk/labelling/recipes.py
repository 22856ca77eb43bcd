"""The parts of a recipe: ingredients, steps, their headings, buttons, and what the dish contains."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.comments import is_comment_heading
from copydesk.labelling.form_words import folded
from copydesk.labelling.line import Line
from copydesk.labelling.state import ENDS, LIKELY, LabelState


@dataclass(frozen=True, slots=True)
class RecipeThresholds:
    """Limits of the parts of a recipe.  Set in November 2026 with the cases of the tests and the kit of kinds."""

    min_step: int = 3
    """Words of a step."""

    min_nutrients: int = 3
    max_nutrient: int = 8
    """Lines in a row with what a dish contains, and words of each."""

    max_odd: int = 2
    """Lines in a row without a quantity that end the ingredients, if no heading of the steps follows."""

    max_odd_before_prose: int = 4
    """The same if the first step, a line of prose, comes directly behind them: "a few leaves of mint", "salt"."""


THRESHOLDS: Final = RecipeThresholds()

_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?\s?(?:kcal|cal|kj|g|mg|mcg|\N{MICRO SIGN}g|%)?", re.IGNORECASE)


def find(state: LabelState, rule: Rule) -> None:
    """Label the ingredients, and the headings of both parts; count the steps as story."""
    lines = state.lines
    first = page_kinds.recipe_heading(lines)
    if first is None:
        return
    ends = (n for n in range(first + 1, len(lines)) if state.label(n) in ENDS or is_comment_heading(lines[n]))
    stop = next(ends, len(lines))
    if stop < len(lines) and is_comment_heading(lines[stop]):
        for n in range(stop, len(lines)):
            state.story[n] = False
    method = next((n for n in range(first + 1, stop) if page_kinds.is_method(lines[n])), None)
    for n, line in enumerate(lines):
        if state.verdicts[n] is None and page_kinds.is_one_of(line, "recipe_buttons"):
            state.set_label(n, Label.CONTROL, rule)
    for n in _nutrition(lines, (*range(first), *range(method or first, len(lines)))):
        if state.verdicts[n] is None:
            state.set_label(n, Label.CONTROL, rule)
    state.set_label(first, Label.HEADING, rule)
    odd = 0
    for n in range(first + 1, stop if method is None else method):
        line = lines[n]
        odd = 0 if page_kinds.is_quantity(line) else odd + 1
        if line.is_prose and line.ends:
            break
        if method is None and odd >= THRESHOLDS.max_odd and not _is_before_step(lines[n - odd + 1 : stop]):
            break
        if state.verdicts[n] is None and line.words <= page_kinds.THRESHOLDS.max_ingredient:
            state.set_label(n, Label.HEADING if page_kinds.is_part_of_recipe(line) else Label.LIST_ITEM, rule)
    if method is None:
        return
    state.set_label(method, Label.HEADING, rule)
    for n in range(method + 1, stop):
        is_step = lines[n].is_prose or (lines[n].ends and lines[n].words >= THRESHOLDS.min_step)
        if is_step and not state.is_furniture(n) and state.share(n, Label.BIO) < LIKELY:
            state.keep(n)


def _nutrition(lines: Sequence[Line], places: Sequence[int]) -> Iterator[int]:
    """The lines among `places` with what a dish contains, "Protein: 11 g", and their heading.

    The figure may be on the line below.
    """
    for is_part, group in groupby(places, lambda n: _is_nutrient(lines, n)):
        found = list(group)
        if is_part and len(found) >= THRESHOLDS.min_nutrients and any(_is_energy(lines[n]) for n in found):
            yield from found
    for n in places:
        if lines[n].words <= THRESHOLDS.max_nutrient and lines[n].folded.startswith(_headings()):
            yield n


@cache
def _headings() -> tuple[str, ...]:
    return tuple(folded("nutrition_heading"))


def _is_nutrient(lines: Sequence[Line], n: int) -> bool:
    """Whether the line says how much of something a dish contains, or has only the figure for the line above."""
    line = lines[n]
    if _FIGURE.fullmatch(line.text):
        return n > 0 and _names_nutrient(lines[n - 1])
    has_figure = _DIGIT.search(line.text) or (n + 1 < len(lines) and _FIGURE.fullmatch(lines[n + 1].text))
    return bool(has_figure) and _names_nutrient(line)


def _names_nutrient(line: Line) -> bool:
    return line.words <= THRESHOLDS.max_nutrient and page_kinds.begins_with(line, _nutrients()) is not None


@cache
def _nutrients() -> frozenset[str]:
    return folded("energy") | folded("nutrients")


def _is_energy(line: Line) -> bool:
    return page_kinds.begins_with(line, folded("energy")) is not None


def _is_before_step(lines: Sequence[Line]) -> bool:
    """Whether a line of prose comes behind a few lines: they are ingredients without a quantity."""
    near = lines[: THRESHOLDS.max_odd_before_prose + 1]
    return any(line.is_prose and line.ends for line in near)
