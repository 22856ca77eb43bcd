"""Character references that were escaped once more than needed: "R&amp;D", "it&#8217;s"."""

import html
import re
from collections.abc import Iterator

from copydesk.edits import Edit, Rule, has_visible
from copydesk.repair.context import Context

RULES = (Rule("references.unescape", "an HTML character reference left in plain text is its character"),)

_REFERENCE = re.compile(r"&(?:amp;){0,8}(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_MARKUP = re.compile(r"<[A-Za-z/!]")


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each reference.  In a text that shows markup, references may be intended, so all stay."""
    if "&" not in text or not context.has("references.unescape") or _MARKUP.search(text):
        return
    for match in _REFERENCE.finditer(text):
        character = html.unescape("&" + match[1])
        if character.endswith(";") and character.startswith("&"):  # HTML has no such reference
            continue
        if character.isspace() or (not has_visible(character) and character < "\xa0"):
            character = " "  # &nbsp; and &#10;; the stage `invisible` edits other invisible characters
        yield Edit(match.start(), match[0], character, ("references.unescape",))
