"""The measure of time that other tests use: it passes straight lines and finds squares."""

import pytest

from growth import grows_linearly


def test_a_straight_line_passes() -> None:
    assert grows_linearly(lambda size: sum(number * number for number in range(size * 100)), 1_000, 8_000)


@pytest.mark.slow
def test_a_square_is_found() -> None:
    assert not grows_linearly(lambda size: [sum(range(size)) for _ in range(size // 8)], 2_000, 16_000)
