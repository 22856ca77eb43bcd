"""Tags below the story, and notes: where it first appeared, who helped, what the writer gains."""

import re
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.hints import NOTE as HINTS_AT_NOTE
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.state import SURE, Draft
from copydesk.vocabulary import VOCABULARY, whole_words

LEAST_NOTE_WORDS: Final = 4

MOST_TAG_WORDS: Final = 4

POSSIBLE_TAG: Final = 0.03
"""Share from which a few words in a list below the story are one of its tags."""

TAGS_REACH: Final = 6
"""Lines below the story in which its list of tags begins."""

NOTE = Rule("label.note", "says where it first appeared, who helped, what the writer gains")

TAG_LIST = Rule("label.tag-list", "short lines in a list below the story, or below a line that says so")

RULES: Final = (NOTE, TAG_LIST)


_NOTE = re.compile(whole_words(VOCABULARY.note.phrases), re.IGNORECASE)


def is_note(line: Line) -> bool:
    """Whether the line says where the story first appeared, who helped, what the writer gains, or disclaims."""
    return line.hints & HINTS_AT_NOTE != 0 and line.words >= LEAST_NOTE_WORDS and _NOTE.search(line.text) is not None


def notes(draft: Draft) -> None:
    """Where the story first appeared, who helped, what the writer gains."""
    for n, line in enumerate(draft.lines):
        if draft.verdicts[n] is None and draft.told[n] < SURE and is_note(line):
            draft.put(n, Label.NOTE, NOTE)


def tags(draft: Draft, last: int) -> None:
    """The list of tags below the story's last line."""
    listed = False
    for n in range(last + 1, len(draft.lines)):
        line, known = draft.lines[n], draft.label(n)
        if known is Label.TAGS:
            listed = True
            continue
        listed = (
            known is None
            and draft.share(n, Label.TAGS) >= POSSIBLE_TAG
            and line.words <= MOST_TAG_WORDS
            and not line.ends
            and (listed or (n <= last + TAGS_REACH and _begins_list(draft, n)))
        )
        if listed:
            draft.put(n, Label.TAGS, TAG_LIST)


def _begins_list(draft: Draft, n: int) -> bool:
    """Whether the line and the next are entries of a list of a few words each."""
    return n + 1 < len(draft.lines) and all(
        draft.verdicts[m] is None and draft.lines[m].words <= MOST_TAG_WORDS + 1 and is_item(draft.lines[m])
        for m in (n, n + 1)
    )
