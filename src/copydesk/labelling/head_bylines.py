"""Bylines in the head of a story: names without a "By", beside a date, or broken off from their "By"."""

from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.hints import BY, FIGURE
from copydesk.labelling.state import BESIDE_TITLE, SIGNED, Draft
from copydesk.labelling.verdict import Role
from copydesk.parsing.people import is_common, is_rare
from copydesk.text import fold

LIKELY_BYLINE: Final = 0.25
"""Share from which a name in the head is a byline."""

POSSIBLE_BYLINE: Final = 0.02
"""The same right below the headline: the first name there, or beside a date, or printed once more on the page."""

SURE_BYLINE: Final = 0.5
"""The model's share from which such a name is a byline though the story tells of somebody called so."""

BEGINNING: Final = 3
"""Lines below the head in which a story names whom it is about."""

PERHAPS_BYLINE: Final = 0.1
"""The same for a name of common words, where no date stands beside it."""

RIGHT_BELOW: Final = 3

NEAR_BELOW: Final = 12
"""Lines; the second for names of which a word is hardly anything else."""

MOST_WORDS_OF_NAMED: Final = 12
"""Words of a line that begins with its author's name."""

MOST_OPENING_WORDS: Final = 4
"""Words of a line that is nothing but "By": "Medically reviewed by:"."""

MOST_NAMES: Final = 12
"""Lines of names below a "By"."""

BYLINE_NAME = Rule("label.byline-name", 'a person\'s name below a line that says "By", and that line')

BYLINE_IN_HEAD = Rule("label.byline-in-head", "a name between headline and story, beside a date or printed again")

BYLINE_WITH_DATE = Rule("label.byline-with-date", 'says "By" and names somebody, beside a date')

ROLE = Rule("label.role", "what the person above does: Staff Writer")

RULES: Final = (BYLINE_NAME, BYLINE_WITH_DATE, BYLINE_IN_HEAD, ROLE)


def broken_bylines(draft: Draft) -> None:
    """Bylines that a tag broke behind the "By"."""
    for n in range(1, len(draft.lines)):
        opening, name = draft.lines[n - 1], draft.lines[n]
        if draft.verdicts[n] or not opening.hints & BY or opening.words > MOST_OPENING_WORDS:
            continue
        if not opening.facts.is_opening or draft.label(n - 1) not in (None, Label.BYLINE):
            continue
        by = opening.facts.is_bare_by
        given = by and name.facts.is_given_name
        sure = by or opening.facts.says_author or draft.share(n, Label.BYLINE) >= POSSIBLE_BYLINE
        if given or (sure and name.facts.is_entry and not is_common(name.text, draft.language)):
            draft.put(n - 1, Label.BYLINE, BYLINE_NAME)
            draft.put(n, Label.BYLINE, BYLINE_NAME)
            for m in range(n + 1, min(n + MOST_NAMES, len(draft.lines))):
                if given or draft.verdicts[m] or draft.is_running(m) or not draft.lines[m].facts.is_entry:
                    break
                draft.put(m, Label.BYLINE, BYLINE_NAME)


def names(draft: Draft, head: range) -> None:
    """Names without a "By" between headline and story, what these people do, and names beside a date."""
    for n in range(max(0, head.start - BESIDE_TITLE), head.stop):
        if _is_dated_byline(draft, n, head):
            draft.put(n, Label.BYLINE, BYLINE_WITH_DATE)
        elif n in head and _is_byline(draft, n, head):
            draft.put(n, Label.BYLINE, BYLINE_IN_HEAD)
        elif n in head and _is_role(draft, n):
            draft.put(n, Label.BYLINE, ROLE, Role.JOB)


def _is_dated_byline(draft: Draft, n: int, head: range) -> bool:
    line, language = draft.lines[n], draft.language
    if not line.hints & FIGURE or draft.label(n) not in (None, Label.TIMESTAMP):
        return False
    if line.is_prose and not line.facts.is_signed:
        return False
    if not line.facts.dates and not line.facts.ends_with_age:
        return False
    if line.facts.says_by:
        return True
    named = line.facts.authors if n >= head.start - RIGHT_BELOW else ()
    possible = draft.share(n, Label.BYLINE) >= POSSIBLE_BYLINE
    if not named or is_common(named[0].name, language, all_words=possible):
        return False
    is_alone = len(named) == 1 and abs(n - head.start) < RIGHT_BELOW
    return is_alone or line.text.startswith(named[0].name)


def _is_role(draft: Draft, n: int) -> bool:
    line = draft.lines[n]
    is_open = draft.verdicts[n] is None and not draft.story[n] and line.words <= MOST_WORDS_OF_NAMED
    return is_open and draft.label(n - 1) is Label.BYLINE and line.facts.is_role


def _is_byline(draft: Draft, n: int, head: range) -> bool:
    """Whether the line says "By", or begins with a name that the model or its place makes an author's.

    A place right below the headline does, where the line is the first name, beside a date, or printed once more.
    """
    line, known, language = draft.lines[n], draft.label(n), draft.language
    if line.words > MOST_WORDS_OF_NAMED or known not in (None, Label.CREDIT):
        return False
    signed = line.hints & BY != 0 and line.facts.is_signed
    if known is Label.CREDIT:
        return signed or (draft.label(n - 1) in (Label.TITLE, *SIGNED) and not line.facts.says_credit)
    if not signed and (draft.story[n] or draft.share(n, Label.BYLINE) < POSSIBLE_BYLINE or _is_role(draft, n)):
        return False
    named = line.facts.authors
    if not named or signed:
        return signed and bool(named)
    if not line.text.startswith(named[0].name) or is_common(named[0].name, language):
        return False
    if draft.share(n, Label.BYLINE) < SURE_BYLINE and _is_told_of(draft, fold(named[0].name), head):
        return False
    dated = any(draft.label(m) is Label.TIMESTAMP for m in (n - 1, n + 1) if m < len(draft.lines))
    is_first = line.facts.is_person and all(draft.label(m) is not Label.BYLINE for m in range(head.start, n))
    rare = is_rare(named[0].name, language)
    reach = NEAR_BELOW if rare else RIGHT_BELOW
    close = n - head.start <= reach and (dated or draft.times[line.folded] > 1 or is_first)
    least = POSSIBLE_BYLINE if rare or dated else PERHAPS_BYLINE
    return draft.share(n, Label.BYLINE) >= (least if close or named[-1].role else LIKELY_BYLINE)


def _is_told_of(draft: Draft, name: str, head: range) -> bool:
    """Whether the headline or the story's beginning names somebody: then a line with the name is a topic."""
    told = range(max(0, head.start - 1), min(head.stop + BEGINNING, len(draft.lines)))
    return any(f" {name} " in f" {draft.lines[n].folded} " for n in told if n == head.start - 1 or draft.is_running(n))
