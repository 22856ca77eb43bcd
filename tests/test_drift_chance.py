"""The tests behind the alarms of drift, against values from tables and against counting all cases."""

import math
import random
from itertools import combinations, groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.drift import chance
from copydesk.drift.chance import MIN_DISPERSION, fisher, rank_test, ranks, share_dispersion, share_test, student
from copydesk.drift.compare import ALARM_MONTHS, FIGURES, Change, Seen, changes, level, new_lines
from copydesk.drift.figures import Figures, lines_of, unpacked_lines
from copydesk.drift.wording import Drift, sentence


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ((3, 4, 1, 4), 17 / 35),  # Fisher's lady tasting tea, two-sided
        ((10, 10, 0, 10), 2 / math.comb(20, 10)),
        ((5, 10, 5, 10), 1.0),
        ((0, 10, 0, 30), 1.0),
        ((1, 1, 0, 0), 1.0),
    ],
)
def test_fishers_test_gives_known_values(table: tuple[int, int, int, int], wanted: float) -> None:
    assert fisher(*table) == pytest.approx(wanted, rel=1e-6)


@given(st.integers(1, 8), st.integers(1, 8), st.data())
def test_fishers_test_is_a_count_of_all_tables(of: int, other_of: int, data: st.DataObject) -> None:
    count, other = data.draw(st.integers(0, of)), data.draw(st.integers(0, other_of))
    marked = count + other

    def ways(n: int) -> int:
        return math.comb(of, n) * math.comb(other_of, marked - n) if 0 <= marked - n <= other_of else 0

    as_likely = sum(ways(n) for n in range(of + 1) if ways(n) <= ways(count))
    assert fisher(count, of, other, other_of) == pytest.approx(as_likely / math.comb(of + other_of, marked))


@pytest.mark.parametrize(
    ("t", "freedom", "wanted"),
    [(12.706, 1, 0.05), (2.228, 10, 0.05), (2.750, 30, 0.01), (3.551, 60, 0.00075), (0.0, 5, 1.0), (1.0, 1, 0.5)],
)
def test_students_distribution_has_the_values_of_the_tables(t: float, freedom: float, wanted: float) -> None:
    assert student(t, freedom) == pytest.approx(wanted, rel=0.01)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_ranks_are_those_of_sorting(values: list[int]) -> None:
    found = ranks(values)
    assert sum(found) == pytest.approx(len(values) * (len(values) + 1) / 2)
    ordered = sorted(zip(values, found, strict=True))
    for _, group in groupby(ordered, lambda one: one[0]):
        assert len({rank for _, rank in group}) == 1
    assert [rank for _, rank in ordered] == sorted(found)


def test_the_rank_test_agrees_with_trying_all_orders() -> None:
    """Seven against eight, for samples from equal to far apart; as long as all orders show it, so does the test."""
    numbers = random.Random(3)
    for shift in (0.0, 0.5, 1.0, 2.0):
        values = ranks([numbers.gauss(shift, 1) for _ in range(7)] + [numbers.gauss(0, 1) for _ in range(8)])
        own = sum(values[:7])
        sums = [sum(chosen) for chosen in combinations(values, 7)]
        middle = sum(sums) / len(sums)
        exact = sum(abs(one - middle) >= abs(own - middle) - 1e-9 for one in sums) / len(sums)
        assert rank_test(values[:7], values[7:], 1.0) == pytest.approx(exact, rel=0.35, abs=2 / len(sums))


def test_the_rank_test_is_never_surer_than_all_orders_could_be() -> None:
    own, other = ranks([1.0] * 10 + [2.0] * 10)[:10], ranks([1.0] * 10 + [2.0] * 10)[10:]
    assert rank_test(own, other, 1.0) == pytest.approx(2 / math.comb(20, 10))
    assert rank_test(own, other, 2.0) == pytest.approx(2 / math.comb(10, 5))


def test_dumps_that_are_alike_count_less() -> None:
    assert share_test(30, 30, 10, 30, 1.0) < share_test(30, 30, 10, 30, 3.0)
    assert share_test(5, 5, 0, 30, 6.0) == 1.0
    assert share_dispersion([(15, 30)] * 8) == MIN_DISPERSION
    assert share_dispersion([(30, 30), (0, 30)] * 4) > 10
    assert share_dispersion([(30, 30), (0, 30)]) < share_dispersion([(30, 30), (0, 30)] * 4)
    assert chance.rank_dispersion([[1.0, 2.0, 3.0], [20.0, 21.0, 22.0]] * 3) > 10
    assert chance.rank_dispersion([[1.0, 5.0, 9.0], [2.0, 4.0, 8.0]] * 3) == MIN_DISPERSION
    assert chance.rank_dispersion([[1.0, 1.0], [2.0, 2.0]]) == math.inf


# What is compared


def dumps(run: int, count: int, lines: tuple[str, ...] = (), **figures: object) -> list[Seen]:
    own = Figures(rejected=False, story=True, **figures)  # type: ignore[arg-type] # the names are those of the fields
    return [Seen(run, own, unpacked_lines(lines_of(lines)))] * count


def names(found: tuple[Change, ...]) -> list[str]:
    return [one.figure for one in found]


def test_the_probabilities_of_a_month_add_up_to_the_stated_rate() -> None:
    assert level(31) * 31 * FIGURES * ALARM_MONTHS == pytest.approx(1)


@pytest.mark.parametrize(
    ("before", "now", "wanted"),
    [
        ({"words": 400}, {"words": 60}, ["words"]),
        ({"words": 400}, {"words": 400}, []),
        ({"confidence": 0.9}, {"confidence": 0.4}, ["confidence"]),
        ({"met": 0.6}, {"met": 0.0}, ["met"]),
        ({"met": None}, {"met": 0.5}, []),
        ({"cut": False}, {"cut": True}, ["cut"]),
        ({"language": "en"}, {"language": "de"}, ["language"]),
        ({"language": None}, {"language": "de"}, []),
        ({"date": True, "authors": True}, {"date": False, "authors": False}, ["date", "authors"]),
    ],
)
def test_figures_that_change_on_all_dumps_are_found(
    before: dict[str, Any], now: dict[str, Any], wanted: list[str]
) -> None:
    assert names(changes(dumps(1, 60, **before), dumps(2, 30, **now), 31)) == wanted


def test_a_small_change_is_no_alarm_however_sure_it_is() -> None:
    old = dumps(1, 500, date=True)
    new = dumps(2, 900, date=True) + dumps(2, 100, date=False)
    assert changes(old, new, 31) == ()
    assert names(changes(old, new[200:] + dumps(2, 200, date=False), 31)) == ["date"]


def test_a_figure_that_has_always_jumped_raises_no_alarm() -> None:
    """Every other night the source has no authors: agencies' stories."""
    old = [one for run in range(10) for one in dumps(run, 30, authors=bool(run % 2))]
    assert changes(old, dumps(10, 30, authors=False), 31) == ()


MENU = ("Front page", "Council", "Weather", "Archive", "Terms of use")


def test_a_template_is_gone_if_most_of_its_lines_are() -> None:
    old = dumps(1, 60, MENU)
    assert names(changes(old, dumps(2, 30, ("Home", "Shop", *MENU[:2])), 31)) == ["template"]
    assert changes(old, dumps(2, 30, ("Home", "Shop", *MENU[:3])), 31) == ()
    assert changes(dumps(1, 60, MENU[:2]), dumps(2, 30, ("Home",)), 31) == (), "two lines are no template"


def test_lines_are_new_if_hardly_any_page_had_them() -> None:
    new = dumps(2, 30, ("Log in", "Front page"))
    wanted = unpacked_lines(lines_of(["Log in"]))
    assert new_lines(dumps(1, 60, MENU), new) == wanted
    assert new_lines(dumps(1, 50, MENU) + dumps(1, 10, ("Log in",)), new) == frozenset()


def test_the_sentence_says_what_is_and_what_was() -> None:
    found = (
        Change("story", 12, 140, 138, 140, 1e-9),
        Change("words", 85.0, 12, 640.0, 138, 1e-9),
        Change("language", 0, 12, 138, 138, 1e-9, "en"),
        Change("met", 0.1, 140, 0.62, 140, 1e-9),
    )
    assert sentence(Drift("example.org", 3, found, ("Please enable JavaScript", "x" * 200, "b", "c"))) == (
        "example.org: story found on 12 of 140 pages, was 138 of 140, story of 85 words (median), was 640, "
        "language en on 0 of 12 pages, was 138 of 138, memory met 10% of the lines (median), was 62%; "
        f"new on every page: 'Please enable JavaScript', '{'x' * 77}...', 'b'"
    )
