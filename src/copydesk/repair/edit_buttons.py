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
_BUTTON = re.compile(rf"(?<=[^\s\[])\s{{0,3}}{_BRACKETS}", re.IGNORECASE | re.MULTILINE)
"""The button may be on the next line.  In a text it may be behind a blank line too, and in pieces: "[", "edit", "]"."""

_EMPTY = re.compile(r"^[ \t]*(?P<heading>[^\W\d_][^\[\]\n]{1,118})(?P<button>\[\])(?=[ \t]*$)", re.MULTILINE)
"""Behind a heading in wikis of games, where the button is a picture: "Trivia[]".  In code, "[]" is an empty list, so
the table of contents must have all these headings, and none of them in small letters only."""

_IN_CONTENTS = re.compile(r"^[ \t]*\d[\d.]{0,6}[ \t]{1,3}(?P<heading>[^\W\d_][^\n]{0,118}?)[ \t]*$", re.MULTILINE)


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each button behind a short line, if the page has several."""
    if "[" not in text or not context.has(EDIT_BUTTON):
        return
    found = [
        match.span()
        for match in _BUTTON.finditer(text)
        if match.start() - text.rfind("\n", 0, match.start()) <= MAX_HEADING
    ]
    contents = {match["heading"] for match in _IN_CONTENTS.finditer(text)} if not found and "[]" in text else ()
    if contents:
        buttons = list(_EMPTY.finditer(text))
        are_headings = all(match["heading"] in contents and not match["heading"].islower() for match in buttons)
        found = [match.span("button") for match in buttons] if are_headings else []
    if len(found) >= MIN_BUTTONS:
        for start, end in found:
            yield Edit(start, text[start:end], "", (EDIT_BUTTON,))
