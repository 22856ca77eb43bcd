"""The copyright notice of the page: the one that says most."""

from typing import Final

from copydesk.document import Copyright, Label
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import outlets

MAX_HOLDER_WORDS: Final = 6
"""Words of a line below a notice that is the holder's name.  Set by reading, November 2026."""


def notice_of(lines: LabelledLines) -> Fact[Copyright | None]:
    """The first notice with a holder and a year, else the first with a holder, else the first.

    A holder may be on the line below: "\N{COPYRIGHT SIGN} 2024" and "Example Media Ltd".
    """
    places = [n for n in lines.places(Label.COPYRIGHT) if lines.facts[n].is_notice]
    if not places:
        return NOTHING
    best = max(places, key=lambda n: _says(lines.facts[n].copyright))
    notice, sources = lines.facts[best].copyright, (lines.numbers[best],)
    if notice.holder is None and notice.year and best + 1 < len(lines.facts):
        below = lines.facts[best + 1]
        if below.words <= MAX_HOLDER_WORDS and outlets.is_company(below.text):
            return Fact(
                Copyright(f"{notice.notice} {below.text}", below.text, notice.year), (*sources, lines.numbers[best + 1])
            )
    return Fact(notice, sources)


def _says(notice: Copyright) -> int:
    """How much a notice says: the holder counts more than the year."""
    return 2 * (notice.holder is not None) + (notice.year is not None)
