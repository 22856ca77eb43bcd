"""The dateline: the place, and the agency in brackets, at the beginning of the first paragraph."""

import re
from typing import Final

from copydesk.characters import APOSTROPHES, DASHES
from copydesk.document import Label
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import Page
from copydesk.parsing import credits, dates

_PLACE = (
    rf"[^\W\d_a-z][^\Wa-z]+(?:[\s.{APOSTROPHES}/-]{{1,2}}[^\W\d_a-z][^\Wa-z]*){{0,4}}"
    rf"(?:,\s[A-Z][\w.{APOSTROPHES}\s]{{1,30}}?)?"
)

_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}|[A-Z]\w+(?:\s[A-Z]\w+)?(?=\s\())(?:\s\((?P<agency>[^)]{{2,60}})\))?"
    rf"\s?(?:[{DASHES}]|--|-(?=\s))\s?(?=[^\w\s]?[^\W_a-z])"
)


MAX_CHARACTERS: Final = 160
"""Characters at the beginning of the first paragraph that are searched."""


def dateline_of(page: Page) -> tuple[Fact[str | None], Fact[str | None]]:
    """(place, agency) from the beginning of the first paragraph: "TEL AVIV, Israel (AP) - Officials ..."."""
    lines = page.labelled
    at = lines.first(Label.PARAGRAPH)
    source = () if at is None else (lines.numbers[at],)
    first = "" if at is None else lines.facts[at].text[:MAX_CHARACTERS]
    found = _DATELINE.match(first)
    agency = found["agency"] if found and credits.is_agency(found["agency"] or "") else None
    in_brackets = found["agency"] if found else None
    # The brackets must hold an agency or a date: "Apple (AAPL) - The maker ..." is no dateline.
    if found and in_brackets and not agency and not dates.find(in_brackets, page.language):
        found = None
    place = Fact(found["place"], source) if found else NOTHING
    if agency:
        return place, Fact(agency, source)
    signed = (Fact(name, (lines.numbers[n],)) for n in lines.places(Label.BYLINE) if (name := lines.facts[n].agency))
    return place, next(signed, NOTHING)
