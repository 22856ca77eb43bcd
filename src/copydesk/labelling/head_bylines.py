"""Bylines in the head of a story: names without a "By", beside a date, or on another line than their "By"."""

import re
from dataclasses import dataclass
from itertools import filterfalse
from typing import Final
from unicodedata import combining, normalize

from copydesk.characters import DOUBLE_QUOTES
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.button_rows import has_buttons
from copydesk.labelling.hints import BY, FIGURE
from copydesk.labelling.state import BESIDE_TITLE, LIKELY, SIGNED, LabelState
from copydesk.labelling.verdict import Role
from copydesk.parsing.byline_forms import is_newsroom, is_reporter_alone, is_staff, without_front
from copydesk.parsing.byline_segments import AND_WORDS
from copydesk.parsing.people import (
    has_given_name,
    is_common,
    is_name_without_case,
    is_person,
    is_phrase,
    is_rare,
    may_be_surname,
)
from copydesk.text import base_language, fold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of bylines between headline and story; a share is the model's, for "byline".

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_share: float = 0.25
    """Share of a name in the head."""

    min_share_close: float = 0.1
    """Share of a name close to the headline: the first one, one beside a date, or one that the page repeats."""

    min_share_rare: float = 0.02
    """Share of such a name if one of its words is rare or a date is beside it."""

    min_share_in_story: float = 0.5
    """Share of a name that the headline or the beginning of the story mentions."""

    max_beginning: int = 3
    """Lines of the beginning of the story that are searched for a name."""

    max_close: int = 3
    """Lines from the headline to a name that is close to it."""

    max_close_rare: int = 12
    """The same for a name with a rare word."""

    max_words: int = 12
    """Words of a line that begins with the author's name, or names a job."""

    max_below_story: int = 3
    """Lines from the story to the name of its author above a mail address."""

    max_words_of_name: int = 5
    """Words of a line that is only a name.  Set with `python -m bench.metadata`, November 2026."""

    max_first_paragraphs: int = 6
    """Lines from the first paragraph to a name that no rule knows.  Set in the same way."""

    max_words_with_place: int = 6
    max_words_with_two: int = 9
    """Words of a byline with a place in front of it, "Springfield. By Jane Doe", and of one that names several people.

    The second was set with the tests' cases, December 2026."""


THRESHOLDS: Final = Thresholds()

BYLINE_NAME = Rule("label.byline-name", 'a person\'s name below a line that says "By", and that line')

BYLINE_IN_HEAD = Rule("label.byline-in-head", "a name between headline and story, beside a date or printed again")

BYLINE_WITH_DATE = Rule("label.byline-with-date", 'says "By" and names somebody, beside a date')

ROLE = Rule("label.role", "what the person above does: Staff Writer")

GIVEN_NAME = Rule("label.given-name", "a name that begins with a given name, between headline and story, or below it")

WITH_ADDRESS = Rule("label.name-with-address", "a name below the story, and its mail address on the next line")

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,100}")

WITHOUT_SPACES: Final = ("zh", "ja", "ko")
"""Languages that write a name as one word."""

ORCID: Final = "orcid"
"""Before the number of a scientist: "Jane Doe ORCID: orcid.org/0000-0000-0000-0000"."""

_NUMBER = re.compile(r"\d+")

RULES: Final = (WITH_ADDRESS, GIVEN_NAME, BYLINE_NAME, BYLINE_WITH_DATE, BYLINE_IN_HEAD, ROLE)


def broken_bylines(state: LabelState) -> None:
    """Label bylines with the names on the lines below the "By"."""
    for n in range(1, len(state.lines)):
        opening, name = state.lines[n - 1], state.lines[n]
        if state.verdicts[n] or not opening.hints & BY or not opening.facts.is_opening:
            continue
        if state.label(n - 1) not in (None, Label.BYLINE):
            continue
        by = opening.facts.is_bare_by
        given = by and name.facts.is_given_name
        sure = by or opening.facts.says_author or state.share(n, Label.BYLINE) >= THRESHOLDS.min_share_rare
        may_be_name = name.facts.is_entry or (opening.facts.says_author and is_name_without_case(name.text))
        if given or (sure and may_be_name and not is_common(name.text, state.language)):
            state.set_label(n - 1, Label.BYLINE, BYLINE_NAME)
            state.set_label(n, Label.BYLINE, BYLINE_NAME)
            for m in range(n + 1, len(state.lines)):
                is_part = state.lines[m].facts.is_entry or state.lines[m].folded in AND_WORDS
                if given or state.verdicts[m] or state.is_running(m) or not is_part:
                    break
                state.set_label(m, Label.BYLINE, BYLINE_NAME)


def with_address(state: LabelState, last: int) -> None:
    """Label a name below the story if the next line is a mail address with the surname.

    `last` is the last line of the story.
    """
    for n in range(last + 1, min(last + 1 + THRESHOLDS.max_below_story, len(state.lines) - 1)):
        name, address = state.lines[n], state.lines[n + 1]
        surname = _ascii(name.folded.rpartition(" ")[2])
        if name.facts.is_person and _ADDRESS.fullmatch(address.text) and surname in _ascii(address.text.casefold()):
            state.set_label(n, Label.BYLINE, WITH_ADDRESS)
            state.set_label(n + 1, Label.CONTROL, WITH_ADDRESS)
            return


def given_names(state: LabelState, title: int | None, last: int) -> None:
    """Label a name that no rule knows, if it begins with a given name and the story does not mention the person.

    It is between the headline and a line below the first paragraph, or right below the story; `last` is the last line
    of the story.
    """
    first = next((n for n in range(0 if title is None else title, len(state.lines)) if state.is_running(n)), last)
    start = max(first - BESIDE_TITLE, 0 if title is None else title + 1)
    head = range(start, min(first + THRESHOLDS.max_first_paragraphs, last))
    if any(state.label(n) is Label.BYLINE for n in head):
        return
    inside = range(first + 1, last + 1)
    for n in filter(range(len(state.lines)).__contains__, (*head, last + 1)):
        if _is_lone_name(state, n, inside) and not _names_in_story(state) - {state.lines[n].folded}:
            state.set_label(n, Label.BYLINE, GIVEN_NAME)
            if n + 1 < len(state.lines) and _ADDRESS.fullmatch(state.lines[n + 1].text):
                state.set_label(n + 1, Label.CONTROL, GIVEN_NAME)
            return


def _names_in_story(state: LabelState) -> set[str]:
    """The folded lines of the story that are only a name: a page about several people has one above each of them."""
    return {line.folded for n, line in enumerate(state.lines) if state.story[n] and _is_given_name(state, n)}


def _is_lone_name(state: LabelState, n: int, inside: range) -> bool:
    """Whether a line is only a name with a given name, alone among its neighbours, and nowhere in the story.

    Below a quotation, it is the name of the customer or reader who said it.  Between the paragraphs, in the lines
    `inside`, a name that the model takes for story is a heading.
    """
    line = state.lines[n]
    if state.verdicts[n] is not None or not _is_given_name(state, n) or (n in inside and state.story[n]):
        return False
    beside = [m for m in (n - 1, n + 1) if 0 <= m < len(state.lines)]
    is_in_list = any(_is_given_name(state, m) for m in beside)
    is_in_picture = any(state.label(m) in (Label.CAPTION, Label.CREDIT) for m in beside)
    is_quoted = n > 0 and state.lines[n - 1].text[0] in DOUBLE_QUOTES
    if is_in_list or is_in_picture or is_quoted or state.share(n, Label.TEASER) >= LIKELY:
        return False
    name = f" {line.folded} "
    return not any(name in f" {other.folded} " for m, other in enumerate(state.lines) if m != n and state.story[m])


def _is_given_name(state: LabelState, n: int) -> bool:
    """Whether a line is a person's name that begins with a given name, perhaps with a button behind it."""
    line, language = state.lines[n], state.language
    if n > 0 and state.label(n - 1) is Label.TITLE and len(line.facts.authors) > 1:
        return _are_given_names(state, n)
    if line.words > THRESHOLDS.max_words_of_name or "," in line.text:
        return False
    if not has_given_name(line.text, language):
        return _is_between(state, n) and " " in line.text and not is_phrase(line.text, language)
    named = line.facts.authors
    name = named[0].name if len(named) == 1 and named[0].role is None else line.text
    is_name = is_person(name) or is_name_without_case(name)
    return is_name and line.text.startswith(name) and may_be_surname(name.rpartition(" ")[2], language)


def _are_given_names(state: LabelState, n: int) -> bool:
    """Whether a line has several names, one with a given name, and the story has none of the surnames."""
    line = state.lines[n]
    names = [fold(author.name) for author in line.facts.authors if author.role is None]
    is_list = len(names) == len(line.facts.authors) and line.words <= THRESHOLDS.max_words and not line.ends
    if not is_list or not any(has_given_name(author.name, state.language) for author in line.facts.authors):
        return False
    story = {word for m, other in enumerate(state.lines) if state.story[m] and m != n for word in other.folded.split()}
    return not any(name.rpartition(" ")[2] in story for name in names)


def _is_between(state: LabelState, n: int) -> bool:
    """Whether a line that may be a name in a script without capitals is between the headline and the date."""
    is_between = 0 < n < len(state.lines) - 1 and state.label(n - 1) is Label.TITLE
    if base_language(state.language) in WITHOUT_SPACES or state.times[state.lines[n].folded] > 1:
        return False
    return is_between and state.label(n + 1) is Label.TIMESTAMP and is_name_without_case(state.lines[n].text)


def _ascii(word: str) -> str:
    """The word as mail addresses write it: letters without their marks."""
    return "".join(filterfalse(combining, normalize("NFKD", word)))


def names(state: LabelState, head: range) -> None:
    """Label names without a "By" between headline and story, the jobs of these people, and names beside a date."""
    for n in range(max(0, head.start - BESIDE_TITLE), head.stop):
        if _is_dated_byline(state, n, head):
            state.set_label(n, Label.BYLINE, BYLINE_WITH_DATE)
        elif n in head and _is_byline(state, n, head):
            state.set_label(n, Label.BYLINE, BYLINE_IN_HEAD)
        elif n in head and _is_role(state, n):
            state.set_label(n, Label.BYLINE, ROLE, Role.JOB)


def _is_dated_byline(state: LabelState, n: int, head: range) -> bool:
    """Whether the line has a name and a date, or how long ago it was published."""
    line, language = state.lines[n], state.language
    if not line.hints & FIGURE or state.label(n) not in (None, Label.TIMESTAMP):
        return False
    if line.is_prose and not line.facts.is_signed:
        return False
    if not line.facts.dates and not line.facts.ends_with_age:
        return False
    if line.facts.says_by:
        return True
    above = state.share(n - 1, Label.BYLINE)
    if state.label(n - 1) is Label.BYLINE and state.lines[n - 1].facts.authors and above >= LIKELY:
        return False  # the author is above, and here the place
    named = line.facts.authors if n >= head.start - THRESHOLDS.max_close else ()
    possible = state.share(n, Label.BYLINE) >= THRESHOLDS.min_share_rare
    if not named or is_common(named[0].name, language, all_words=possible) or is_phrase(named[0].name, language):
        return False
    is_alone = len(named) == 1 and abs(n - head.start) < THRESHOLDS.max_close
    return is_alone or line.text.startswith(named[0].name)


def _is_role(state: LabelState, n: int) -> bool:
    """Whether the line names the job of the person above."""
    line = state.lines[n]
    is_open = state.verdicts[n] is None and not state.story[n] and line.words <= THRESHOLDS.max_words
    return is_open and state.label(n - 1) is Label.BYLINE and line.facts.is_role


def _is_byline(state: LabelState, n: int, head: range) -> bool:
    """Whether the line says "By", or begins with a name that is an author by the model's share or by its place.

    The place counts close to the headline, for the first name, a name beside a date, and one that the page repeats.
    """
    line, known, language = state.lines[n], state.label(n), state.language
    if line.words > THRESHOLDS.max_words or known not in (None, Label.CREDIT) or has_buttons(line.folded):
        return False
    if is_reporter_alone(line.text) or (is_newsroom(line.text) and line.facts.agency):
        return True
    has_two = line.facts.says_by and len(line.facts.authors) > 1
    max_words = THRESHOLDS.max_words_with_two if has_two else THRESHOLDS.max_words_with_place
    says_by = line.facts.says_by and not line.ends and line.words <= max_words
    signed = line.hints & BY != 0 and (line.facts.is_signed or says_by)
    if known is Label.CREDIT:
        is_signed = line.hints & BY != 0 and line.facts.is_signed
        return is_signed or (state.label(n - 1) in (Label.TITLE, *SIGNED) and not line.facts.says_credit)
    if not signed and (
        state.story[n] or state.share(n, Label.BYLINE) < THRESHOLDS.min_share_rare or _is_role(state, n)
    ):
        return False
    named = line.facts.authors
    if not named or signed:
        return signed and bool(named)
    if n + 1 < len(state.lines) and state.label(n + 1) is Label.CREDIT:
        return False  # the name of the person in the picture
    if n and state.lines[n - 1].facts.announces_photographer:
        return False
    if len(_NUMBER.findall(line.text)) > 1 and not line.facts.dates and ORCID not in line.folded:
        return False  # the pages of a thread: "Reply Page 1 of 2"
    name = named[0].name
    is_name = not is_common(name, language) and (is_staff(name) or not is_phrase(name, language))
    if not is_name or not without_front(line.text).startswith(name):
        return False
    if state.share(n, Label.BYLINE) < THRESHOLDS.min_share_in_story and _is_in_story(state, fold(named[0].name), head):
        return False
    dated = any(state.label(m) is Label.TIMESTAMP for m in (n - 1, n + 1) if m < len(state.lines))
    is_first = (line.facts.is_person or ORCID in line.folded) and all(
        state.label(m) is not Label.BYLINE for m in range(head.start, n)
    )
    rare = is_rare(named[0].name, language)
    reach = THRESHOLDS.max_close_rare if rare else THRESHOLDS.max_close
    close = n - head.start <= reach and (dated or state.times[line.folded] > 1 or is_first)
    min_close = THRESHOLDS.min_share_rare if rare or dated else THRESHOLDS.min_share_close
    return state.share(n, Label.BYLINE) >= (min_close if close or named[-1].role else THRESHOLDS.min_share)


def _is_in_story(state: LabelState, name: str, head: range) -> bool:
    """Whether the headline or the beginning of the story has the name: then a line with it is about the person."""
    places = range(max(0, head.start - 1), min(head.stop + THRESHOLDS.max_beginning, len(state.lines)))
    return any(
        f" {name} " in f" {state.lines[n].folded} " for n in places if n == head.start - 1 or state.is_running(n)
    )
