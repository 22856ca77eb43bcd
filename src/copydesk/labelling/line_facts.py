"""What a line gives by itself: its words, and what the parsers read in it.  Each line is parsed once.

Labelling, teasers and metadata read these facts; no other module calls a parser with a line.  A parser runs when its
fact is first asked for.  Sources print the same lines on every page, so the facts of short lines are remembered from
one dump to the next.
"""

from functools import cached_property, reduce
from operator import or_
from typing import Final

from copydesk.characters import CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.document import Author, Copyright
from copydesk.labelling.hints import ANY, COPYRIGHT, FIGURE, KINDS, MAX_WORDS, PICTURE
from copydesk.labelling.verdict import Verdict
from copydesk.parsing import bylines, copyrights, credits, dates
from copydesk.parsing.bylines import Segments
from copydesk.parsing.dates import Stated
from copydesk.parsing.people import is_person
from copydesk.text import WORD, count_words

MIN_SENTENCE_WORDS: Final = 8
"""A line that ends like a sentence is one from this number of words on."""

MIN_PROSE_WORDS: Final = 22
"""From this number of words on, a line is running text however it ends."""

MAX_END: Final = 8
"""Characters: the mark that ends a sentence, with the quotes and brackets that close behind it."""

_END_MARKS: Final = f":{SENTENCE_ENDS}"
_CLOSING_MARKS: Final = f")]{CLOSING_QUOTES}"

MAX_REMEMBERED: Final = 2**13
MAX_REMEMBERED_CHARACTERS: Final = 160
"""How many lines are remembered, and the length of the longest: about 16 MB.  Longer lines hardly ever come again."""


def ends_like_a_sentence(text: str) -> bool:
    """Whether the text ends with a mark that ends a sentence, perhaps with closing quotes and brackets behind it."""
    end = text[-MAX_END:].rstrip(_CLOSING_MARKS)
    return end[-1:] in _END_MARKS if end else False


class LineFacts:
    """The facts of one line in a language: `text` has no white space around it, and all edits made.

    `words` is the number of words; `ends` says whether the line ends like a sentence, and `is_prose` whether it is
    running text: a whole sentence, or a long line.  `folded` is the text in one case without marks (see
    `copydesk.text.fold`).  `kinds` has a number for each word of `folded`, and `hints` the hints of all of them (see
    `labelling.hints`).
    """

    def __init__(self, text: str, language: str | None) -> None:
        folded = WORD.findall(text.casefold())
        kinds = list(map(KINDS.__getitem__, folded))
        signs = COPYRIGHT | PICTURE if "\N{COPYRIGHT SIGN}" in text else 0
        self.text = text
        self.language = language
        self.verdict: Verdict | None = None  # of the rules for single lines, once `is_judged`
        self.is_judged = False
        self.words = count_words(text)
        self.ends = ends_like_a_sentence(text)
        self.is_prose = self.words >= (MIN_SENTENCE_WORDS if self.ends else MIN_PROSE_WORDS)
        self.folded = " ".join(folded)
        self.kinds = kinds
        self.hints = ANY & reduce(or_, kinds, signs) if len(kinds) <= MAX_WORDS else ANY

    @cached_property
    def dates(self) -> tuple[Stated, ...]:
        """The dates that the line states, in order."""
        return tuple(dates.find(self.text, self.language)) if self.hints & FIGURE else ()

    @cached_property
    def is_timestamp(self) -> bool:
        """Whether the line is little else than a date."""
        return len(self.text) <= dates.THRESHOLDS.max_characters and dates.is_timestamp(self.text, self.dates)

    @cached_property
    def ends_with_age(self) -> bool:
        """Whether the line ends with how long ago it was printed: "Jane Doe, 2 hours ago"."""
        return dates.AGO.search(self.text) is not None

    @cached_property
    def is_age(self) -> bool:
        """Whether the line says nothing else: "2 hours ago"."""
        return dates.AGO.match(self.text) is not None

    @cached_property
    def says_published(self) -> bool:
        """Whether the line says that its date is that of publication."""
        return dates.says_published(self.text)

    @cached_property
    def first_published(self) -> str | None:
        """The date at which, as the line says, the story first appeared."""
        return dates.first_published(self.text, self.dates)

    def updated_and_published(self, order: str | None) -> tuple[str | None, str | None]:
        """(updated, published) as the line states them; `order` decides dates in figures (see `dates.find`)."""
        found = self._dates_by_order.get(order)
        if found is None:
            found = dates.updated_and_published(self.text, self._dates_in(order))
            self._dates_by_order[order] = found
        return found

    @cached_property
    def _dates_by_order(self) -> dict[str | None, tuple[str | None, str | None]]:
        return {}

    def _dates_in(self, order: str | None) -> tuple[Stated, ...]:
        """The dates, with those in figures read by their order where that decides anything."""
        if order is None or not dates.has_figures_only(self.text):
            return self.dates
        return tuple(dates.find(self.text, self.language, order))

    @cached_property
    def _segments(self) -> Segments:
        return bylines.segments(self.text, self.language, self.dates)

    @cached_property
    def authors(self) -> tuple[Author, ...]:
        """The people whom the line names as authors, agencies left out."""
        return bylines.read(self.text, self.language, self._segments)

    @cached_property
    def is_signed(self) -> bool:
        """Whether the line begins with "By" and the like."""
        return bylines.is_signed(self.text, self.language)

    @cached_property
    def says_by(self) -> bool:
        """Whether the line names somebody behind a "By", anywhere in the line."""
        is_short = len(self.text.split()) <= bylines.THRESHOLDS.max_words
        return is_short and self._segments.says_by and bool(self.authors)

    @cached_property
    def is_byline(self) -> bool:
        """Whether the line begins with "By" and names somebody."""
        if not self.is_signed or len(self.text.split()) > bylines.THRESHOLDS.max_words:
            return False
        return not self.text.endswith((".", "!", "?")) and bool(self.authors)

    @cached_property
    def is_opening(self) -> bool:
        """Whether the line is the "By" of a byline with its names in the lines below."""
        return bylines.is_opening(self.text, self.language)

    @cached_property
    def is_bare_by(self) -> bool:
        """Whether the line is only "By" or "Written by"."""
        return bylines.is_bare_by(self.text)

    @cached_property
    def says_author(self) -> bool:
        """Whether an opening says "Author", or ends with a colon."""
        return bylines.says_author(self.text)

    @cached_property
    def is_single_name(self) -> bool:
        """Whether the line is one word that may be a name."""
        return bylines.is_single_name(self.text)

    @cached_property
    def is_given_name(self) -> bool:
        """Whether the line is one word with a capital that is no common word: a given name, below a "By"."""
        return self.is_single_name and self.text[0].isupper() and not bylines.is_word(self.text, self.language)

    @cached_property
    def pen_name(self) -> str | None:
        """The one word behind a "By": "by janedoe"."""
        return bylines.pen_name(self.text, self.language)

    @cached_property
    def is_entry(self) -> bool:
        """Whether the line is a name in a list of names: "- Jane Doe,"."""
        return bylines.is_entry(self.text)

    @cached_property
    def is_role(self) -> bool:
        """Whether the line says what somebody does: "Staff Writer"."""
        return bylines.is_role(self.text)

    @cached_property
    def is_second_hand(self) -> bool:
        """Whether the line names who reviewed or edited the text, and not who wrote it."""
        return bylines.is_second_hand(self.text)

    @cached_property
    def agency(self) -> str | None:
        """The agency that the line names in an author's place."""
        return bylines.agency(bylines.segments(self.text, None, dates.find(self.text, None)))

    @cached_property
    def is_person(self) -> bool:
        """Whether the line may be a person's name."""
        return is_person(self.text)

    @cached_property
    def is_credit(self) -> bool:
        """Whether the line credits a picture by itself."""
        return credits.is_credit(self.text, says_credit=self.says_credit)

    @cached_property
    def says_credit(self) -> bool:
        """Whether the line begins as credits do: "Photo: ..."."""
        return credits.says_credit(self.text)

    @cached_property
    def ends_with_credit(self) -> bool:
        """Whether the line is a caption with its credit at the end."""
        return credits.ends_with_credit(self.text)

    @cached_property
    def is_notice(self) -> bool:
        """Whether the line is a copyright notice."""
        return copyrights.is_notice(self.text)

    @cached_property
    def copyright(self) -> Copyright:
        """What a copyright notice says."""
        return copyrights.read(self.text)


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
