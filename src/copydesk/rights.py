"""Opt-out and licence marks: what a page or its server states about the use of its text.

A mark is carried to the record as it is stated, with the statement or header that it comes from.  Nothing is read into
it: whether it is valid, for which use and for which country, the reader of the record decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copydesk.text import as_field

MAX_VALUE: Final = 2_000
"""Characters of a value: an address may have so many.  A longer value is no mark, and is left out."""


class Mark(StrEnum):
    """What a right is.

    ROBOTS is a list of directives for robots with one that speaks of AI or data mining.  TDM_RESERVATION and TDM_POLICY
    are those of the TDM Reservation Protocol.  LICENSE is a licence: its address or its name.  RSL is the address of
    terms in Really Simple Licensing.
    """

    ROBOTS = "robots"
    TDM_RESERVATION = "tdm-reservation"
    TDM_POLICY = "tdm-policy"
    LICENSE = "license"
    RSL = "rsl"


@dataclass(frozen=True, slots=True)
class Right:
    """An opt-out or licence mark: its value as stated, and where it is stated.

    The sources in `evidence` are those of facts: `page:NAME` is a statement in the markup, `container:NAME` a header or
    a field of the container's record, a number is a line.
    """

    mark: Mark
    value: str
    evidence: tuple[int | str, ...]


class Reserved(StrEnum):
    """What `[keep] rights` can name: words that marks state, and marks."""

    NOAI = "noai"
    NOIMAGEAI = "noimageai"
    NOML = "noml"
    TDM_RESERVATION = "tdm-reservation"
    TDM_POLICY = "tdm-policy"
    LICENSE = "license"
    RSL = "rsl"


ROBOTS_TAG: Final = "x-robots-tag"
LINK: Final = "link"
RSL_TYPE: Final = "application/rsl+xml"
"""The media type of terms in RSL 1.0."""

_TDM: Final = {"tdm-reservation": Mark.TDM_RESERVATION, "tdm-policy": Mark.TDM_POLICY}
_DIRECTIVES = re.compile(r"(?:^|[\s,:;])(noai|noimageai|noml|tdm[\w-]{0,30})(?=$|[\s,:;=])", re.IGNORECASE)
"""Directives for robots that speak of AI or of data mining, among any others."""

_LINKED = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[\w*-]{1,40}(?:\s*=\s*(?:\"[^\"]{0,300}\"|[^\s;,\"<>]{1,300}))?)*)")
_PARAMETER = re.compile(r"([\w*-]{1,40})\s*=\s*(?:\"([^\"]{0,300})\"|([^\s;,\"<>]{1,300}))")
COMMONS: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[a-z+-]{1,30}(?:/[\w.-]{1,30}){0,3}/?",
    re.IGNORECASE,
)
"""The address of a licence or dedication of Creative Commons."""


def of_headers(headers: Iterable[tuple[str, str]], place: str) -> Iterator[Right]:
    """The marks in HTTP headers, given as (name, value).  `place` goes before the name: "container:"."""
    for name, value in headers:
        folded = name.strip().lower()
        if folded == ROBOTS_TAG:
            yield from of_robots(value, f"{place}{name}")
        elif folded in _TDM:
            yield from of_tdm(folded, value, f"{place}{name}")
        elif folded == LINK:
            yield from _of_links(value, f"{place}{name}")


def of_robots(value: str, source: str) -> Iterator[Right]:
    """The directives as a mark, if one of them speaks of AI or data mining."""
    if _DIRECTIVES.search(value):
        yield from mark(Mark.ROBOTS, value, source)


def of_tdm(name: str, value: str, source: str) -> Iterator[Right]:
    """The mark of the TDM Reservation Protocol with this name (in lower case); none for another name."""
    if name in _TDM:
        yield from mark(_TDM[name], value, source)


def mark(kind: Mark, value: str, source: str | int) -> Iterator[Right]:
    """A mark, if its value is not empty and not too long."""
    stated = " ".join(as_field(value).split()) if len(value) <= MAX_VALUE else ""
    if stated:
        yield Right(kind, stated, (source,))


def _of_links(value: str, source: str) -> Iterator[Right]:
    """The licences in a header Link (RFC 8288)."""
    for address, rest in _LINKED.findall(value):
        parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(rest)}
        if "license" in parameters.get("rel", "").lower().split():
            kind = Mark.RSL if parameters.get("type", "").lower() == RSL_TYPE else Mark.LICENSE
            yield from mark(kind, address, source)


def merged(found: Iterable[Right]) -> tuple[Right, ...]:
    """The marks without repetitions: one that is stated twice has both sources."""
    sources: dict[tuple[Mark, str], dict[int | str, None]] = {}
    for one in found:
        sources.setdefault((one.mark, one.value), {}).update(dict.fromkeys(one.evidence))
    return tuple(Right(kind, value, tuple(own)) for (kind, value), own in sources.items())


def reserved(rights: Iterable[Right]) -> tuple[Reserved, ...]:
    """The words and marks that `[keep] rights` can name, in its order.

    A reservation counts if its value is "1", as the protocol defines it.  A directive counts for whichever robot it is.
    """
    found = frozenset(word for right in rights for word in _words(right))
    return tuple(one for one in Reserved if one in found)


def _words(right: Right) -> Iterator[str]:
    if right.mark is Mark.ROBOTS:
        yield from (word.lower() for word in _DIRECTIVES.findall(right.value))
    elif right.mark is not Mark.TDM_RESERVATION or right.value == "1":
        yield right.mark
