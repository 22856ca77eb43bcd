"""The title: the headline that the lines show, or the one that the page states."""

import re
from typing import Final

from copydesk.characters import DASHES, SEPARATORS
from copydesk.decisions import DECISION
from copydesk.document import Label
from copydesk.html_elements import BLOCKS
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import Page
from copydesk.metadata.publisher import PUBLISHER_WORD
from copydesk.parsing import outlets
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of

H1_COLUMN: Final = BLOCKS.index("h1")
"""The column of a line's origin that says whether the line is in an h1."""

MAX_SITE_WORDS: Final = 5
"""Words of a site's name after a headline.  Used since November 2026; what set it is not recorded."""

MAX_LINES_TO_TWIN: Final = 6
"""Lines from a headline with a kicker up to a line that prints the headline in another way."""

MIN_WORDS_OF_TWIN: Final = 4
"""Words of a line that is the headline without its kicker."""

_NAMED = re.compile(r"(?:title|titel|titre|título|titolo)\s?:\s?", re.IGNORECASE)
"""The word that says what the line is, as repositories of papers print it."""

_TOPIC = re.compile(rf"{one_of(VOCABULARY.forms.topic)}\s?:\s?(?P<title>.*?)(?:\s\([^()]*\d[^()]*\))?", re.IGNORECASE)
"""The line above a thread of SMF: "Topic: How to smoke a hive (Read 812 times)"."""

_COMMUNITY = re.compile(r"\s:\s?r/\w+$")
"""The community of Reddit behind the title of a thread: "How to smoke a hive : r/bees"."""

_SITE_TAIL = re.compile(rf"\s(?P<mark>[{SEPARATORS}-])\s(?P<site>(?:(?!\s-\s)[^{SEPARATORS}]){{2,40}})$")

_UNDERSCORED = re.compile(
    rf"(?<=[{outlets.WITHOUT_SPACES}\W])(?:_{{1,2}}[^\s_]{{2,16}}){{1,3}}(?<=[{outlets.WITHOUT_SPACES}])$"
)
"""Section and site behind a headline in Chinese: "示例_社会_示例网"."""

_BREADCRUMB = re.compile(
    r"(?:home|start(?:seite)?|accueil|inicio|início)\s?"
    r"[/>\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}]",
    re.IGNORECASE,
)
"""The beginning of a breadcrumb: "Home > Town > Bridges"."""


_SIGN: Final = "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
_TRAIL = re.compile(rf"(?:[^>{_SIGN}]{{2,60}}\s[>{_SIGN}]\s){{2,6}}(?P<headline>[^>{_SIGN}]{{8,300}})")
"""The way to the headline in front of it, as forums print it: "The apiary » Bees » Homes » How bees find home"."""


def title_of(page: Page) -> Fact[str | None]:
    """The headline that a person has named; else the title of the container; else the headline that the lines show.

    If the lines show none, it is the title that the page states.

    A shown breadcrumb counts for nothing.  A shown headline that is no h1 and has no word of the stated title loses
    too: on 23 pages of the benchmark kit of that kind the stated title was right 10 times and the shown one never
    (November 2026).
    """
    given = page.given
    shown_at = page.labelled.first(Label.TITLE)
    if shown_at is not None and page.labelled.verdicts[shown_at].rule is DECISION:
        return page.labelled.fact(shown_at)
    lines = () if shown_at is None else (page.labelled.numbers[shown_at],)
    headline = None if shown_at is None else page.labelled.facts[shown_at].text
    if given.title:
        is_same = headline is not None and fold(headline).startswith(fold(given.title))
        return Fact(given.title, (given.source_of("title"), *(lines if is_same else ())))
    stated = _UNDERSCORED.sub("", given.stated_title) if given.stated_title else None
    of_page = Fact(stated, (given.source_of("stated_title"),)) if stated else NOTHING
    if headline is None:
        return of_page
    if stated and _BREADCRUMB.match(headline):
        return of_page
    at = 0 if shown_at is None else shown_at
    shown = _without_kicker(_without_site(_without_trail(headline, page), page), at, page)
    shown = _without_word(shown).removeprefix(":").lstrip()  # a kicker was in front of the colon
    wanted = fold(stated or "")
    if not wanted or not set(wanted.split()).isdisjoint(fold(shown).split()):
        return Fact(shown, lines)
    is_h1 = any(line.text == headline and line.origin[H1_COLUMN : H1_COLUMN + 1] != (0,) for line in page.lines)
    return Fact(shown, lines) if is_h1 and not _is_printed(wanted, page) else of_page


def _without_trail(title: str, page: Page) -> str:
    """The headline without the way to it, if another line of the page, or its title, is only the headline."""
    found = _TRAIL.fullmatch(title)
    if found is None:
        return title
    headline = fold(found["headline"])
    is_shown = headline == fold(page.given.stated_title or "") or any(line.folded == headline for line in page.lines)
    return found["headline"] if is_shown else title


def _is_printed(wanted: str, page: Page) -> bool:
    """Whether a line of the page has all of a folded title: a headline without a word of it is the name of the site."""
    return len(wanted.split()) >= MIN_WORDS_OF_TWIN and any(wanted in line.folded for line in page.lines)


def _without_word(title: str) -> str:
    """The title without "Title:" or "Topic:" in front of it, and without the community behind it."""
    topic = _TOPIC.fullmatch(title)
    named = _NAMED.match(title)
    bare = topic["title"] if topic else title[named.end() :] if named else title
    return _COMMUNITY.sub("", bare)


def _without_site(title: str, page: Page) -> str:
    """The title of a page without the name of the site at its end, and without the section in front of that.

    After a bar comes always the site.  After a dash the words must look like the name of a site: one of them is a word
    like "News", or the page has a line with only these words.
    """
    title = _UNDERSCORED.sub("", title)
    tail = _SITE_TAIL.search(title)
    if tail is None or len(tail["site"].split()) > MAX_SITE_WORDS:
        return title
    site = fold(tail["site"])
    if tail["mark"] in "-" + DASHES:
        is_phrase = tail["site"][0].islower() and " " in site
        notices = page.labelled.facts_with(Label.COPYRIGHT)
        is_printed = any(line.folded == site for line in page.lines) or any(
            f" {site} " in f" {notice.folded} " for notice in notices
        )
        if is_phrase or not (is_printed or PUBLISHER_WORD.search(tail["site"])):
            return title
    bare = title[: tail.start()]
    section = _SITE_TAIL.search(bare)
    is_section = section is not None and section["mark"] == tail["mark"] and " " not in section["site"]
    return bare[: section.start()] if section and is_section else bare


def _without_kicker(title: str, at: int, page: Page) -> str:
    """The headline without the kicker in front of it, which lines above show to be one.

    They print the headline with a colon after the kicker, or without the kicker.
    """
    folded = fold(title)
    for line in page.lines[max(0, at - MAX_LINES_TO_TWIN) : at]:
        kicker, colon, _ = line.text.partition(": ")
        if colon and line.folded == folded and title.startswith(kicker + " "):
            return title[len(kicker) :].lstrip(f" {SEPARATORS}-")
        if line.words >= MIN_WORDS_OF_TWIN and folded.endswith(" " + line.folded):
            words = len(line.text.split())
            rest = title.split(maxsplit=len(title.split()) - words)[-1]
            return rest if fold(rest) == line.folded else title
    return title
