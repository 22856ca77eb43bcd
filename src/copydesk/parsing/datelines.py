"""Datelines: the place, the date and the agency that open a story, in the forms that agencies use."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.characters import APOSTROPHES, DASHES
from copydesk.parsing.agencies import is_news_agency
from copydesk.parsing.dates import begins_with_weekday
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of

MAX_REPORTED: Final = 60
"""Characters of a line that only says from where the story is reported."""

MAX_CHARACTERS: Final = 160
"""Characters at the beginning of a line that are searched."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """What opens a story.  `is_sure`: an agency, a date or capitals show that the place is one.

    A place in small letters that only a dash follows is sure only if it is a city that the vocabulary knows.
    """

    place: str | None
    agency: str | None
    is_sure: bool = True


_UPPER: Final = r"[^\W\d_a-z]"
# A word has at most 25 letters and is never tried in parts, so that a search takes linear time.
_IN_CAPITALS: Final = rf"{_UPPER}[^\Wa-z\d_]{{1,24}}+(?:[\s.{APOSTROPHES}/-]{{1,2}}{_UPPER}[^\Wa-z\d_]{{0,24}}+){{0,4}}"
_MIXED: Final = rf"{_UPPER}[^\W\d_]{{1,24}}+(?:[\s{APOSTROPHES}/-][^\W\d_]{{1,25}}+){{0,3}}"
_REGION: Final = rf"(?:,\s{_UPPER}[\w.{APOSTROPHES}]{{1,20}}(?:\s{_UPPER}[\w.]{{1,20}}){{0,2}}(?![\w.])(?!\s\d))?"
_DATE: Final = r"(?:,?\s(?:[^\W\d]{2,14}\.?\s)?(?:de\s)?\d{1,4}[^()/|\N{EN DASH}\N{EM DASH}\n]{0,24}?)?"
_COUNTRY: Final = rf"(?:\s\({_UPPER}[^()\d]{{2,24}}\))?"
"""The country of the place: "Valparaíso (Chile), 5 may (EFE).-"."""

_DASH: Final = rf"(?:[{DASHES}]|--|-(?=\s))"
_NEXT: Final = r"(?=\W{0,2}[^\W_a-z])"

_BRACKETS = re.compile(
    rf"(?P<place>{_IN_CAPITALS}{_REGION}|{_MIXED}{_REGION}){_COUNTRY}{_DATE}\s?\((?P<inside>[^()]{{2,40}})\)"
    rf"(?P<mark>\s?[.:]?{_DASH}|\s?[.:]|\.?-)?\s{{0,2}}{_NEXT}"
)
_SLASHES = re.compile(
    rf"(?P<place>{_IN_CAPITALS}{_REGION}|{_MIXED}{_REGION}){_DATE}\s?\.?\s?/\s?(?P<inside>[^/\d]{{2,30}}?)\s?/"
    rf"(?:\s?[^/]{{4,20}}/)?\.?\s?(?:{_DASH})?\s?{_NEXT}"
)
_CAPITALS = re.compile(rf"(?P<place>{_IN_CAPITALS}{_REGION}){_DATE}\s?(?:{_DASH}\s?{_NEXT}|[{DASHES}]$)")
_SMALL = re.compile(rf"(?P<place>{_MIXED}){_DATE}(?:\s{_DASH}\s{_NEXT}|[.:]\s{_NEXT}|\.$)")
_CAPITALISED: Final = rf"{_UPPER}[^\W\d_]{{2,24}}+(?:[\s-]{_UPPER}[^\W\d_]{{1,24}}+){{0,2}}"
_WITH_DATE = re.compile(
    rf"(?P<place>{_CAPITALISED}),\s(?:[^\W\d]{{2,14}}\.?,?\s){{0,3}}\d{{1,2}}(?!\d)"
    rf"[^()/|\N{{EN DASH}}\N{{EM DASH}}\n-]{{0,20}}(?:19|20)\d\d\.?\s?{_DASH}\s?{_NEXT}"
)
"""A place, a day and a year: as press releases open."""

_WEEKDAYS: Final = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
"""Languages in which a day of the week is no place."""

_DASH_AGENCY = re.compile(
    rf"(?P<place>{_IN_CAPITALS}|{_MIXED}){_DATE}\s?{_DASH}\s?(?P<inside>[^.{DASHES}]{{2,30}})\.\s{_NEXT}"
)
_BAR = re.compile(
    rf"(?:(?P<place>{_IN_CAPITALS}|{_MIXED})\s)?(?P<inside>[a-z]{{2,6}}(?:/[a-z]{{2,6}})*|[A-Z]{{2,5}})\s\|\s{_NEXT}"
)
_AGENCY_FIRST = re.compile(
    rf"\((?P<inside>[^()]{{2,30}})\)\s?(?:{_DASH}|\.)?\s?"
    rf"(?:(?P<place>{_IN_CAPITALS}{_REGION}){_DATE}\s?{_DASH}\s?)?{_NEXT}"
)
_BESIDE_DATE = re.compile(rf"(?P<place>{_MIXED})(?:\s?[{DASHES}|-]\s?|,\s|\s)(?:[^\W\d]{{2,12}},?\s)?\d{{1,2}}\W")
_REPORTED = re.compile(
    rf"(?:[^\W\d]{{1,4}}\s)?(?i:{one_of(VOCABULARY.dateline.reported)}):?\s(?P<place>{_MIXED}(?:/{_MIXED})?)\.?"
)
_AGENCY_AND_PLACE = re.compile(rf"(?P<agency>[^,]{{2,30}}),\s(?P<place>{_IN_CAPITALS})")
_CJK = re.compile(
    r"(?P<first>[\u3400-\u9fff]{2,4}社)?\s?(?P<place>[\u3400-\u9fff]{2,8}?)\s?(?:\d{1,2}月)?\d{1,2}日[电電讯訊]"
    r"|[\N{LEFT BLACK LENTICULAR BRACKET}\N{FULLWIDTH LEFT PARENTHESIS}\[(]"
    r"(?P<named>[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,10})"
    r"(?:\s?[=\N{FULLWIDTH EQUALS SIGN}]\s?(?P<by>[^\])\uff09\u3011]{2,12}))?"
    r"[\N{RIGHT BLACK LENTICULAR BRACKET}\N{FULLWIDTH RIGHT PARENTHESIS}\])]"
)
_SHORT = re.compile(r"[a-z]{2,5}(?:/[a-zA-Z]{2,5})*$|[A-Z]{2,5}$")
_WIRE = re.compile(rf"{one_of(VOCABULARY.dateline.wires)}$", re.IGNORECASE)
_CITIES: Final = frozenset(map(fold, VOCABULARY.dateline.cities))
_PARTS = re.compile(r"[/,&]|\s-\s")
_DESK = re.compile(r"\s(?:Sport|Wirtschaft|Politik|News)$")
"""The desk of an agency: "dpa Sport"."""

_HAS_DIGIT = re.compile(r"\d")


def read(line: str) -> Dateline | None:
    """The dateline at the beginning of a line, or None."""
    text = line[:MAX_CHARACTERS]
    return _with_agency(text) or _place_only(text) or _east_asian(text)


def _with_agency(text: str) -> Dateline | None:
    """A dateline that names an agency or a wire."""
    for form in (_BRACKETS, _SLASHES, _DASH_AGENCY, _BAR, _AGENCY_FIRST):
        found = form.match(text)
        if found is None:
            continue
        inside = found["inside"].strip()
        place = found.groupdict().get("place")
        agency = agency_in(inside)
        has_mark = form is not _BRACKETS or found["mark"]
        is_wire = _WIRE.match(inside) is not None or (
            form is _SLASHES and place is not None and place.partition(",")[0].isupper()
        )
        is_own = (
            form in (_BRACKETS, _BAR)
            and _SHORT.match(inside) is not None
            and (place is None or (has_mark and _is_place(place)))
        )
        is_date = (
            form is _BRACKETS
            and has_mark
            and _HAS_DIGIT.search(inside) is not None
            and place is not None
            and _is_place(place)
        )
        if agency or is_wire or is_own or is_date:
            return Dateline(place, agency)
    return None


def agency_in(text: str) -> str | None:
    """The agency in a text that is only agencies and their desks: "dpa/lnw" is "dpa"; None if there is none."""
    parts = [part.strip() for part in _PARTS.split(text)]
    names = [name for part in parts for name in (part, _DESK.sub("", part)) if is_news_agency(name)]
    names = list(dict.fromkeys(names))
    return "/".join(names) if names else None


def signed_by_agency(line: str) -> Dateline | None:
    """The agency and the place in a line that has nothing else: "AFP, MANILA"."""
    found = _AGENCY_AND_PLACE.fullmatch(line)
    agency = agency_in(found["agency"]) if found else None
    return Dateline(found["place"], agency) if found and agency else None


def beside_date(line: str) -> str | None:
    """The city in front of the date in a line beside the story: "Madrid - 29/05/2025", "Berlin, 3. Mai 2024"."""
    found = _BESIDE_DATE.match(line)
    return found["place"] if found and all(fold(name) in _CITIES for name in found["place"].split("/")) else None


def reported_from(line: str) -> str | None:
    """The place in a short line like "Reporting from London"."""
    found = _REPORTED.fullmatch(line) if len(line) <= MAX_REPORTED else None
    return found["place"] if found else None


def _is_place(place: str) -> bool:
    """Whether capitals, a slash or the vocabulary show that the text is a place."""
    first = place.split(",", maxsplit=1)[0]
    names = first.split("/")
    return first.isupper() or len(names) > 1 or all(fold(name) in _CITIES for name in names)


def _place_only(text: str) -> Dateline | None:
    """A dateline without an agency."""
    found = _CAPITALS.match(text)
    if found:
        return Dateline(found["place"], None)
    found = _WITH_DATE.match(text)
    if found and not any(begins_with_weekday(found["place"], language) for language in _WEEKDAYS):
        return Dateline(found["place"], None)
    found = _SMALL.match(text)
    if found is None:
        return None
    place = found["place"]
    is_city = all(fold(name) in _CITIES for name in place.split("/"))
    has_dash = found[0].rstrip()[-1:] not in ".:"
    if not is_city and not has_dash:
        return None
    return Dateline(place, None, is_sure=is_city or "/" in place)


def _east_asian(text: str) -> Dateline | None:
    """A dateline in Chinese, Japanese or Korean."""
    found = _CJK.match(text)
    if found is None:
        return None
    agency = found["first"] or found["by"]
    return Dateline(found["place"] or found["named"], agency if agency and is_news_agency(agency) else None)
