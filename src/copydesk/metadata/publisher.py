"""The publisher: from the source profile, the page, the copyright notice, or a heading like "More from ..."."""

import re

from copydesk.document import Copyright, Label
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import Page

_HEADING_WITH_PUBLISHER = re.compile(
    r"(?:more|mehr|plus|más|mais)\s(?:stories |news |articles )?(?:from|aus|von|de)\s(?P<name>.+)$", re.IGNORECASE
)

PUBLISHER_WORD = re.compile(
    r"\b(?:Media|News|Times|Post|Journal|Magazine|Radio|TV|Press|Daily|Today|Tribune|Herald|Review|Zeitung|Blog|"
    r"[A-Z]{2,}|\w+\.(?:com|org|net))\b"
)
"""Words that are in names of publishers, but not in names of sections or people."""


def publisher_of(page: Page, notice: Fact[Copyright | None]) -> Fact[str | None]:
    """The publisher: of the profile, of the page's statements, of the copyright notice, or of "More from ..."."""
    lines = page.labelled
    if page.profile and page.profile.publisher:
        return Fact(page.profile.publisher, ("profile",))
    if page.given.publisher:
        return Fact(page.given.publisher, (page.given.source_of("publisher"),))
    if notice.value and notice.value.holder:
        return Fact(notice.value.holder, notice.sources)
    for n in lines.places(Label.TEASER_HEADING):
        head = _HEADING_WITH_PUBLISHER.match(lines.facts[n].text)
        if head and PUBLISHER_WORD.search(head["name"]):
            return Fact(head["name"], (lines.numbers[n],))
    return NOTHING
