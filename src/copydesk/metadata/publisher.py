"""The publisher: from the profile, the page, the copyright notice, or "More from ..."."""

import re

from copydesk.document import Copyright, Label
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import Page

_MORE_FROM = re.compile(
    r"(?:more|mehr|plus|más|mais)\s(?:stories |news |articles )?(?:from|aus|von|de)\s(?P<who>.+)$", re.IGNORECASE
)

OUTLET = re.compile(
    r"\b(?:Media|News|Times|Post|Journal|Magazine|Radio|TV|Press|Daily|Today|Tribune|Herald|Review|Zeitung|Blog|"
    r"[A-Z]{2,}|\w+\.(?:com|org|net))\b"
)
"""Words that a publisher's name has, and a section or a person has not."""


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
        head = _MORE_FROM.match(lines.facts[n].text)
        if head and OUTLET.search(head["who"]):
            return Fact(head["who"], (lines.numbers[n],))
    return NOTHING
