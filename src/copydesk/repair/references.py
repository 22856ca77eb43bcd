"""Character references that were escaped once more than needed: "R&amp;D", "it&#8217;s"."""

import html
import re
from collections.abc import Iterator
from typing import Final

from copydesk.edits import Edit, Rule, has_visible
from copydesk.repair.context import Context

RULES = (Rule("references.unescape", "an HTML character reference left in plain text is its character"),)

_REFERENCE = re.compile(r"&(?:amp;){0,8}(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_MARKUP = re.compile(r"<[A-Za-z/!]")
_MARKUP_IN_REFERENCES = re.compile(r"&(?:amp;){0,8}(?:lt|#60|#[xX]3[cC]);(?:[A-Za-z/!]|$)")

_ABOUT_REFERENCES = re.compile(
    r"\b(?:html|xml|entit(?:y|ies|ät|äten|é|és|ad|ades|à|eit|eiten)|character references?|ampersands?|unicode|"
    r"zeichenreferenz(?:en)?|steuerzeichen|caract[eè]res? spécia(?:l|ux)|un?escap(?:e|ed|es|ing)|maskier(?:t|en)|"
    r"non-breaking|markup|mnemoni[kc]\w{0,2})\b",
    re.IGNORECASE,
)
"""Words of a text that is about character references."""

_QUOTES: Final = "\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_NAMED_ALONE = re.compile(
    rf"[{_QUOTES}(]&#?\w{{2,31}};[{_QUOTES})]|(?<=\s)&(?:nbsp|[mn]dash|lt|gt|amp|shy|#\w{{2,7}});[,.:)](?=\s|$)"
)
"""A reference that a sentence names: in quotation marks, or before a comma without any text of its own."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each reference.  In a text that shows or explains markup, references are intended, so all stay."""
    if "&" not in text or not context.has("references.unescape"):
        return
    found = list(_REFERENCE.finditer(text))
    if not found or _MARKUP.search(text) or _teaches(text, found):
        return
    for match in found:
        character = html.unescape("&" + match[1])
        if character.endswith(";") and character.startswith("&"):  # HTML has no such reference
            continue
        if character.isspace() or (not has_visible(character) and character < "\xa0"):
            character = " "  # &nbsp; and &#10;; the stage `invisible` edits other invisible characters
        yield Edit(match.start(), match[0], character, ("references.unescape",))


def _teaches(text: str, found: list[re.Match[str]]) -> bool:
    """Whether the text is about references: it names one, or has markup or a word for them beside one."""
    if _NAMED_ALONE.search(text) or _MARKUP_IN_REFERENCES.search(text):
        return True
    end = -1
    for match in found:
        if match.start() < end:
            continue
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        if _ABOUT_REFERENCES.search(text, start, end):
            return True
    return False
