"""What a line gives by itself: its words, and what the parsers read in it.  Each line is parsed once.

Labelling, teasers and metadata read these facts; no other module calls a parser with a line.  A parser runs when its
fact is first asked for.  Sources print the same lines on every page, so the facts of short lines are remembered from
one dump to the next.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Final

from copydesk.characters import CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.document import Author, Copyright
from copydesk.labelling.hints import ANY, COPYRIGHT, FIGURE, KINDS, MAX_WORDS, PICTURE
from copydesk.labelling.verdict import Verdict
from copydesk.parsing import (
    agencies,
    byline_forms,
    byline_segments,
    bylines,
    copyrights,
    credits,
    dated_lines,
    datelines,
    dates,
    notes,
    outlets,
)
from copydesk.parsing.byline_segments import Segments
from copydesk.parsing.credits import Parts
from copydesk.parsing.datelines import Dateline
from copydesk.parsing.dates import Stated
from copydesk.parsing.outlets import Tail
from copydesk.parsing.people import is_person
from copydesk.text import count_words, folded_words, has_no_full_stops

MIN_SENTENCE_WORDS: Final = 8
"""A line that ends like a sentence is one from this number of words on.

Used since November 2026, and the models learned with it; what set it is not recorded.
"""

MIN_PROSE_WORDS: Final = 22
"""From this number of words on, a line is running text however it ends.  The same is true of its origin."""

_END_MARKS: Final = f":{SENTENCE_ENDS}"
_CLOSING_MARKS: Final = f")]{CLOSING_QUOTES}"

MAX_REMEMBERED: Final = 2**13
MAX_REMEMBERED_CHARACTERS: Final = 160
"""How many lines are remembered, and the length of the longest: about 16 MB.  Longer lines hardly ever come again."""


def ends_like_a_sentence(text: str) -> bool:
    """Whether the text ends with a mark that ends a sentence, perhaps with closing quotes and brackets after it."""
    end = text.rstrip(_CLOSING_MARKS)
    return bool(end) and end[-1] in _END_MARKS


class LineFacts:
    """The facts of one line in a language: `text` has no white space around it, and all edits made.

    `words` is the number of words; `ends` says whether the line ends like a sentence, and `is_prose` whether it is
    running text: a whole sentence, or a long line.  `folded` is the text in one case without marks (see
    `copydesk.text.fold`).  `kinds` has a number for each word of `folded`, and `hints` the hints of all of them (see
    `labelling.hints`).  `verdict` is that of the rules for single lines, once `is_judged`.  All other facts are read
    by `READERS` when they are first asked for.
    """

    __slots__ = (
        "announces_photographer",
        *("agency", "authors", "copyright", "credit", "dateline", "dateline_beside", "dates", "dates_by_order", "ends"),
        *("ends_with_age", "ends_with_credit", "first_published", "folded", "hints", "is_about_story"),
        *(
            "is_age",
            "is_bare_by",
            "is_byline",
            "is_credit",
            "is_day_with_weekday",
            "is_day_without_year",
            "is_entry",
            "is_given_name",
            "is_in_picture",
            "is_marked_in_picture",
            "is_judged",
        ),
        *(
            "is_news_agency",
            "is_notice",
            "is_of_site",
            "is_only_label",
            "is_opening",
            "opens_date",
            "is_person",
            "is_photographer",
        ),
        *(
            "is_prose",
            "is_reporter",
            "is_role",
            "is_second_hand",
            "is_signed",
            "is_single_name",
            "is_timestamp",
            "kinds",
        ),
        *("language", "names_source", "outlet", "parts", "pen_name", "says_author", "says_by", "says_credit"),
        *("says_note", "says_published", "segments", "story_agency", "tail", "text", "verdict", "words"),
    )

    verdict: Verdict | None

    dates: tuple[Stated, ...]
    """The dates that the line states, in order."""

    is_timestamp: bool
    """Whether the line is little else than a date."""

    is_age: bool
    """Whether the line only says how long ago something was printed: "2 hours ago"."""

    ends_with_age: bool
    """Whether the line ends like that: "Jane Doe, 2 hours ago"."""

    says_published: bool
    """Whether the line says that its date is that of publication."""

    opens_date: str | None
    """"updated" or "published" if the line has only words before a date, which is on the next line."""

    is_day_with_weekday: bool
    """Whether the line begins with a day of the week and has a date without a time, as in the head of a site."""

    is_day_without_year: bool
    """Whether the line is only a day and a month: "Mar 3"."""

    is_of_site: bool
    """Whether the line's date is not that of a story: of a policy, a build, the next event."""

    first_published: str | None
    """The date at which, as the line says, the story first appeared."""

    segments: Segments
    """The line cut up as a byline."""

    authors: tuple[Author, ...]
    """The people that the line names as authors, agencies left out."""

    is_signed: bool
    """Whether the line begins with "By" and the like."""

    says_by: bool
    """Whether the line names somebody after a "By", anywhere in the line."""

    is_byline: bool
    """Whether the line begins with "By" and names somebody."""

    is_opening: bool
    """Whether the line is the "By" of a byline with its names in the lines below."""

    is_bare_by: bool
    """Whether the line is only "By" or "Written by"."""

    says_author: bool
    """Whether an opening says "Author", or ends with a colon."""

    is_single_name: bool
    """Whether the line is one word that may be a name."""

    is_given_name: bool
    """Whether the line is one word with a capital that is no common word: a given name, below a "By"."""

    pen_name: str | None
    """The one word after a "By": "by janedoe"."""

    is_entry: bool
    """Whether the line is a name in a list of names: "- Jane Doe,"."""

    is_reporter: bool
    """Whether the line is a reporter's name with a mail address."""

    is_role: bool
    """Whether the line says what somebody does: "Staff Writer"."""

    is_second_hand: bool
    """Whether the line names who reviewed or edited the text, and not who wrote it."""

    agency: str | None
    """The agency that the line names in an author's place."""

    is_person: bool
    """Whether the line may be a person's name."""

    says_credit: bool
    """Whether the line begins as credits do: "Photo: ..."."""

    is_credit: bool
    """Whether the line credits a picture by itself."""

    ends_with_credit: bool
    """Whether the line is a caption with its credit at the end."""

    is_in_picture: bool
    """Whether the line says where somebody is in a picture: "Jane Doe (left)"."""

    is_marked_in_picture: bool
    """Whether it says so in brackets or in its first words."""

    credit: str
    """The line as a credit: as printed, or only the agency that it names."""

    is_only_label: bool
    """Whether the line is only the word before a credit: "Photo:"."""

    announces_photographer: bool
    """Whether the name of a photographer is on the line below: "Photography by"."""

    is_news_agency: bool
    """Whether the line is only the name of an agency that writes stories."""

    names_source: bool
    """Whether the line begins as sources do: "Source: ..."."""

    is_photographer: bool
    """Whether the line names a person before an agency: "Jane Doe/AFP"."""

    story_agency: str | None
    """The agency that the line names as the story's: "Source: AFP", "abc/dpa"."""

    parts: Parts | None
    """The caption and the credit at its end, if the line has both."""

    is_notice: bool
    """Whether the line is a copyright notice."""

    copyright: Copyright
    """What a copyright notice says."""

    dateline: Dateline | None
    """The dateline that opens the line."""

    dateline_beside: Dateline | None
    """The place, and perhaps the agency, in a line beside the story: "Madrid - 29/05/2025", "AFP, MANILA"."""

    says_note: bool
    """Whether the line has the words of a note."""

    is_about_story: bool
    """Whether the line speaks of the story that it belongs to: "this article"."""

    outlet: str | None
    """The outlet that a line like "About Example News" names."""

    tail: Tail | None
    """What follows the headline, if the line is a page's title: "Headline - Example News"."""

    dates_by_order: dict[str | None, tuple[str | None, str | None]]
    """What `updated_and_published` found, by the order of day and month."""

    def __init__(self, text: str, language: str | None) -> None:
        folded = folded_words(text)
        kinds = tuple(map(KINDS.__getitem__, folded))
        signs = COPYRIGHT | PICTURE if "\N{COPYRIGHT SIGN}" in text else COPYRIGHT if text.startswith("@ ") else 0
        words = count_words(text)
        ends = ends_like_a_sentence(text) or (words >= MIN_PROSE_WORDS and has_no_full_stops(text))
        self.text = text
        self.language = language
        self.verdict = None
        self.is_judged = False
        self.words = words
        self.ends = ends
        self.is_prose = words >= (MIN_SENTENCE_WORDS if ends else MIN_PROSE_WORDS)
        self.folded = " ".join(folded)
        self.kinds = kinds
        self.hints = ANY & reduce(or_, kinds, signs) if len(kinds) <= MAX_WORDS else ANY

    def __getattr__(self, name: str) -> object:
        """Read a fact that was not read before.  Raises AttributeError where there is no such fact."""
        reader = READERS.get(name)
        if reader is None:
            raise AttributeError(f"a line has no fact {name!r}")
        value = reader(self)
        setattr(self, name, value)
        return value

    def updated_and_published(self, order: str | None) -> tuple[str | None, str | None]:
        """(updated, published) as the line states them; `order` decides dates in figures (see `dates.find`)."""
        found = self.dates_by_order.get(order)
        if found is None:
            is_open = order is not None and dates.has_figures_only(self.text)
            stated = dates.find(self.text, self.language, order) if is_open else self.dates
            found = self.dates_by_order[order] = dated_lines.updated_and_published(self.text, stated)
        return found


def _says_by(line: LineFacts) -> bool:
    is_short = len(line.text.split()) <= byline_forms.THRESHOLDS.max_words
    return is_short and line.segments.says_by and bool(line.authors)


def _is_byline(line: LineFacts) -> bool:
    if not line.is_signed or len(line.text.split()) > byline_forms.THRESHOLDS.max_words:
        return False
    return not line.text.endswith((".", "!", "?")) and bool(line.authors)


def _opens_date(line: LineFacts) -> str | None:
    is_short = len(line.text) <= dated_lines.THRESHOLDS.max_opening
    return dated_lines.opens_date(line.text) if is_short else None


def _is_timestamp(line: LineFacts) -> bool:
    is_short = len(line.text) <= dated_lines.THRESHOLDS.max_characters
    return is_short and dated_lines.is_timestamp(line.text, line.dates)


def _is_given_name(line: LineFacts) -> bool:
    return line.is_single_name and line.text[0].isupper() and not byline_forms.is_word(line.text, line.language)


def _dateline_beside(text: str) -> Dateline | None:
    place = datelines.beside_date(text) or datelines.reported_from(text)
    return Dateline(place, None) if place else datelines.signed_by_agency(text)


def _story_agency(line: LineFacts) -> str | None:
    if line.names_source:
        return datelines.agency_in(credits.without_label(line.text))
    return None if line.says_credit or line.is_photographer else datelines.agency_in(line.text)


READERS: Final[Mapping[str, Callable[[LineFacts], object]]] = {
    "dates": lambda line: tuple(dates.find(line.text, line.language)) if line.hints & FIGURE else (),
    "is_timestamp": _is_timestamp,
    "is_age": lambda line: dated_lines.AGO.match(line.text) is not None,
    "ends_with_age": lambda line: dated_lines.AGO.search(line.text) is not None,
    "says_published": lambda line: dated_lines.says_published(line.text),
    "opens_date": _opens_date,
    "is_day_with_weekday": lambda line: (
        len(line.dates) == 1
        and "T" not in line.dates[0].iso
        and dates.begins_with_weekday(line.text[: line.dates[0].start], line.language)
    ),
    "is_day_without_year": lambda line: dates.is_without_year(line.text, line.language),
    "is_of_site": lambda line: dated_lines.is_of_site(line.text),
    "first_published": lambda line: dated_lines.first_published(line.text, line.dates),
    "dates_by_order": lambda line: {},
    "segments": lambda line: byline_segments.segments(line.text, line.language, line.dates),
    "authors": lambda line: bylines.read(line.text, line.language, line.segments),
    "is_signed": lambda line: byline_forms.is_signed(line.text, line.language),
    "says_by": _says_by,
    "is_byline": _is_byline,
    "is_opening": lambda line: byline_forms.is_opening(line.text, line.language),
    "is_bare_by": lambda line: byline_forms.is_bare_by(line.text),
    "says_author": lambda line: byline_forms.says_author(line.text),
    "is_single_name": lambda line: byline_forms.is_single_name(line.text),
    "is_given_name": _is_given_name,
    "pen_name": lambda line: byline_forms.pen_name(line.text, line.language),
    "is_entry": lambda line: byline_forms.is_entry(line.text),
    "is_reporter": lambda line: byline_forms.is_reporter(line.text),
    "is_role": lambda line: byline_forms.is_role(line.text),
    "is_second_hand": lambda line: byline_forms.is_second_hand(line.text),
    "agency": lambda line: bylines.agency(byline_segments.segments(line.text, None, dates.find(line.text, None))),
    "is_person": lambda line: is_person(line.text),
    "says_credit": lambda line: credits.says_credit(line.text),
    "is_credit": lambda line: credits.is_credit(line.text, says_credit=line.says_credit) and not line.ends_with_credit,
    "parts": lambda line: credits.parts(line.text, says_credit=line.says_credit),
    "ends_with_credit": lambda line: line.parts is not None and line.parts.is_sure,
    "credit": lambda line: credits.bare(line.text),
    "is_in_picture": lambda line: (
        credits.opens_caption(line.text)
        or (not credits.IN_PICTURE_WORDS.isdisjoint(line.folded.split()) and credits.is_in_picture(line.text))
    ),
    "is_marked_in_picture": lambda line: credits.is_marked_in_picture(line.text),
    "announces_photographer": lambda line: credits.announces_photographer(line.text),
    "is_only_label": lambda line: credits.is_only_label(line.text),
    "is_news_agency": lambda line: agencies.is_news_agency(line.text),
    "names_source": lambda line: credits.names_source(line.text),
    "is_photographer": lambda line: credits.is_photographer(line.text),
    "story_agency": _story_agency,
    "is_notice": lambda line: copyrights.is_notice(line.text),
    "copyright": lambda line: copyrights.read(line.text),
    "dateline": lambda line: datelines.read(line.text),
    "dateline_beside": lambda line: _dateline_beside(line.text),
    "says_note": lambda line: notes.says_note(line.text),
    "is_about_story": lambda line: notes.is_about_story(line.text),
    "outlet": lambda line: outlets.named(line.text),
    "tail": lambda line: outlets.tail(line.text),
}
"""How each fact is read.  A parser gets what another has read already, so none reads a line twice."""


_REMEMBERED: Final[dict[tuple[str, str | None], LineFacts]] = {}


def facts_of(text: str, language: str | None) -> LineFacts:
    """The facts of a line; those of a short line are the same object for every line that says the same."""
    if len(text) > MAX_REMEMBERED_CHARACTERS:
        return LineFacts(text, language)
    key = (text, language)
    found = _REMEMBERED.get(key)
    if found is None:
        if len(_REMEMBERED) >= MAX_REMEMBERED:
            _REMEMBERED.clear()
        found = _REMEMBERED[key] = LineFacts(text, language)
    return found


def forget() -> None:
    """Forget all lines: for tests that change the rules, and for measurements."""
    _REMEMBERED.clear()
