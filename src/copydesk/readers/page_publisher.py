"""The publisher that a page states: one of the names of its site, checked against its address and its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import filterfalse
from typing import Final
from unicodedata import combining, normalize
from urllib.parse import urlsplit

from copydesk.characters import SITE_SEPARATOR
from copydesk.dump import Stated
from copydesk.readers.page_statements import Statements

MAX_CHARACTERS: Final = 60
MAX_WORDS: Final = 6
"""A longer name has a slogan in it."""

SHORT: Final = 3
COUNTRY: Final = 2
MIN_PARTS: Final = 2
"""Letters of the last two parts of hosts such as "example.co.uk" and "example.com.au", which have more parts."""

ADDRESS: Final = "page:address"
"""The source of a publisher of which the page states only the address."""

_NAMES: Final = ("og:site_name", "application-name", "publisher", "dcterms.publisher", "dc.publisher")

_PART = re.compile(rf"{SITE_SEPARATOR}|,\s|\s\(|\N{{FULLWIDTH COLON}}")
"""Between a name and a slogan, a place or another name: "Example News - News from Northford"."""

_TAIL = re.compile(SITE_SEPARATOR)
_COMPANY = re.compile(
    r"\b(?:GmbH|AG|KG|Inc|Ltd|LLC|Corp|plc|S\.?L|S\.?A|A/S|AS|AB|B\.?V|N\.?V|S\.?p\.?A|Srl|Oy|Sp\. z o\.o)\b|"
    r"\b(?:Verlag|Limited)\b|"
    "\N{CJK UNIFIED IDEOGRAPH-682A}\N{CJK UNIFIED IDEOGRAPH-5F0F}",
    re.IGNORECASE,
)
"""Found in the names of companies, which few readers know."""

_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """What speaks against a name; the lowest rank is the best."""

    is_company: bool
    is_long: bool
    is_other_than_address: bool
    is_address: bool
    """Like "example.com" or "examplenews"."""
    is_unseen: bool
    place: int


def publisher_of(page: Statements, address: str | None, text: str) -> Stated | None:
    """The best of the names that a page gives its site; None if it gives none.

    Better is a name that is no company's, that agrees with the page's `address` ("Example News" and example-news.com,
    "Northford Daily" and nd.com), that is written as a name and not as an address, and that the visible `text` of the
    page has.
    """
    host = _host(address or next((one.value for one in page.of("canonical", "og:url")), ""))
    seen = text.casefold()
    named = [one for one in _names(page) if _is_name(one.value)]
    tails = [one for one in _tails(page) if _is_name(one.value) and (_agrees(one.value, host) or not (named or host))]
    ranked = [(_rank(one.value, host, seen, place), one) for place, one in enumerate((*named, *tails))]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _is_name(value: str) -> bool:
    return letters_of(value) != "" and len(value) <= MAX_CHARACTERS


def _names(page: Statements) -> Iterator[Stated]:
    """The names that a page gives its site, whole and in their parts."""
    for one in (*page.of(_NAMES[0]), *page.of("json-ld:publisher.name"), *page.of(*_NAMES[1:])):
        yield one
        parts = _PART.split(one.value)
        if len(parts) > 1:
            yield from (Stated(part.strip(" )"), one.source) for part in parts)


def _tails(page: Statements) -> Iterator[Stated]:
    """The ends of the page's titles: names of the site, or parts of the headline."""
    for one in (*page.of("title")[:1], *page.of("og:title")[:1]):
        parts = _TAIL.split(one.value)
        if len(parts) > 1:
            yield Stated(parts[-1].strip(), one.source)


def _rank(name: str, host: tuple[str, ...], seen: str, place: int) -> _Rank:
    return _Rank(
        _COMPANY.search(name) is not None,
        len(name.split()) > MAX_WORDS,
        not _agrees(name, host),
        _DOMAIN.fullmatch(name) is not None or (" " not in name and name.isascii() and name.islower()),
        name.casefold() not in seen,
        place,
    )


def _agrees(name: str, host: tuple[str, ...]) -> bool:
    """Whether a name has the letters of the address, or the address those of the name or its initials."""
    if not host:
        return False
    letters, domain = letters_of(name), host[0]
    initials = "".join(word[0] for word in name.casefold().split())
    return letters in domain or domain in letters or (len(initials) > 1 and initials == domain) or letters in host


def _host(address: str) -> tuple[str, ...]:
    """The letters of each part of a host but the last, that of the site first: "examplenews", "www"."""
    try:
        parts = (urlsplit(address.strip()).hostname or "").split(".")[::-1]
    except ValueError:
        return ()
    is_long = len(parts) > MIN_PARTS and len(parts[1]) <= SHORT and len(parts[0]) == COUNTRY
    own = tuple(map(letters_of, parts[2 if is_long else 1 :]))
    return own if all(own[:1]) else ()


def letters_of(name: str) -> str:
    """The letters and digits of a name without accents, as addresses have them."""
    plain = name if name.isascii() else "".join(filterfalse(combining, normalize("NFKD", name)))
    return _NO_LETTER.sub("", plain.casefold())
