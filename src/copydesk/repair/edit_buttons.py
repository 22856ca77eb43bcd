"""The buttons beside the headings of an encyclopaedia that edit a section: "History[edit]"."""

import re
from collections.abc import Iterator
from typing import Final

from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context
from copydesk.vocabulary import VOCABULARY, one_of

EDIT_BUTTON: Final = "edit-buttons.heading"
RULES = (Rule(EDIT_BUTTON, 'the button of a wiki behind a heading is no part of it: "History[edit]"'),)

MIN_BUTTONS: Final = 2
"""Buttons on a page.  A single pair of brackets may be the author's.  Set with the tests' cases, November 2026."""

MAX_HEADING: Final = 120
"""Characters of a heading before its button."""

_WORDS: Final = one_of(VOCABULARY.forms.edit)
_BRACKETS: Final = rf"\[\s?{_WORDS}(?:\s?\|\s?{_WORDS})?\s?\](?=[ \t]*$)"
_BUTTON = re.compile(rf"(?<=[^\s\[])[ \t\N{{NO-BREAK SPACE}}]{{0,3}}{_BRACKETS}", re.IGNORECASE | re.MULTILINE)
_BUTTON_IN_TEXT = re.compile(rf"(?<=[^\s\[])\s{{0,3}}{_BRACKETS}", re.IGNORECASE | re.MULTILINE)
"""In a text, the button may be on the next line or behind a blank line, and in pieces: "[", "edit", "]"."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each button behind a short line, if the page has several."""
    if "[" not in text or not context.has(EDIT_BUTTON):
        return
    button = _BUTTON if context.is_page else _BUTTON_IN_TEXT
    found = [
        match for match in button.finditer(text) if match.start() - text.rfind("\n", 0, match.start()) <= MAX_HEADING
    ]
    if len(found) >= MIN_BUTTONS:
        for match in found:
            yield Edit(match.start(), match[0], "", (EDIT_BUTTON,))
