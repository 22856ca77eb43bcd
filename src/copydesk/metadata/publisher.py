"""The publisher: from the source profile, the page, the copyright notice, or a heading like "More from ..."."""

import re

from copydesk.document import Label
from copydesk.metadata.page import Page

_HEADING_WITH_PUBLISHER = re.compile(
    r"(?:more|mehr|plus|más|mais)\s(?:stories |news |articles )?(?:from|aus|von|de)\s(?P<name>.+)$", re.IGNORECASE
)

PUBLISHER_WORD = re.compile(
    r"\b(?:Media|News|Times|Post|Journal|Magazine|Radio|TV|Press|Daily|Today|Tribune|Herald|Review|Zeitung|Blog|"
    r"[A-Z]{2,}|\w+\.(?:com|org|net))\b"
)
"""Words that are in names of publishers, but not in names of sections or people."""


def publisher_of(page: Page, holder: str | None) -> str | None:
    """The publisher, from the first of these that names one.

    The profile, the page, the copyright notice (`holder`), a heading like "More from Example News".
    """
    if page.profile and page.profile.publisher:
        return page.profile.publisher
    headings = map(_HEADING_WITH_PUBLISHER.match, page.labelled.with_label(Label.TEASER_HEADING))
    named = (heading["name"] for heading in headings if heading and PUBLISHER_WORD.search(heading["name"]))
    return page.given.publisher or holder or next(named, None)
