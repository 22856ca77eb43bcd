"""Lines that are never joined with the next one, and lines that look like them."""

import pytest

from copydesk.repair.line_ends import Line
from copydesk.repair.separate_lines import is_separate


def run(*lines: str) -> list[Line]:
    return [Line(0, len(line), line) for line in lines]


@pytest.mark.parametrize(
    ("lines", "separate"),
    [
        (('"The boat comes every day." -- Engineer in the port', '"You have to be less clever." -- A baker'), True),
        (("„Das Boot kommt jeden Tag.“ – Ingenieur im Hafen", "„Man schläft viel besser.“ – Bäcker"), True),
        (('"The boat comes every day" and', '"the bread is good" are on each sign'), False),
        (("Place the lamp so that it points at your mouth", "4."), True),
        (("The ferry was late by a full hour in", "1987. It never was again"), False),
        (('"name": "Harbour Books",', '"telephone": "+1 555 0134",'), True),
        (('He called it "the bridge",', '"the road" and "the wall"'), False),
        (("The law asks for:", "A letter to all who live there; and", "A sign at each end of the road."), True),
        (("The books are by Vera Holm, 2019; and", "The Northern Review has one too"), False),
        (("Ordo: best free software for budgets", "Ordo"), True),
        (("14. Blackhill", "Blackhill, a small firm, came last"), True),
        (("Ordo has launched", "Ordo Harmony"), False),
        (("Northstar uses a system from the", "Northstar"), False),
        (("It was a long way. Vera went to see", "It"), False),
        (("The figures are these", "-----"), True),
    ],
)
def test_lines(lines: tuple[str, ...], separate: bool) -> None:
    found = run(*lines)
    assert is_separate(found, min(1, len(found) - 2), "en") is separate
