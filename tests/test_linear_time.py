"""Hostile inputs take time in proportion to their size: what is repeated must not be compared all with all."""

import pytest

import copydesk
from copydesk.parsing import dates
from growth import grows_linearly


@pytest.mark.parametrize("unit", ["5 March 2024 ", "2024-03-05 ", "March 5, 2024, 10:15 ", "05.03.2024 7 March 2024 "])
def test_many_dates_in_a_line(unit: str) -> None:
    line = unit * 5_600
    assert grows_linearly(lambda size: dates.find(line[:size], "en"), len(line) // 8, len(line))


def test_dates_of_several_forms_are_found_once_and_in_order() -> None:
    line = "2024-03-05, 6 March 2024 and 07.03.2024 and March 8, 2024"
    found = [stated.iso for stated in dates.find(line, "en")]
    assert found == ["2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08"]


@pytest.mark.slow
@pytest.mark.parametrize("line", ["a@b.cd\n", "5 March 2024\n"])
def test_many_equal_lines(line: str) -> None:
    copydesk.clean(line * 10)
    assert grows_linearly(lambda times: copydesk.clean(line * times), 3_000, 24_000)
