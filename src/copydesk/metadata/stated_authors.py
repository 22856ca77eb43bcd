"""The authors that a page's markup states, read as bylines: the names, and the roles behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from copydesk import lexicon
from copydesk.document import Author
from copydesk.dump import AUTHOR_ELEMENT, BETWEEN_NAMES, CITED_AUTHOR, Stated, SuppliedMetadata
from copydesk.labelling.line_facts import facts_of
from copydesk.metadata.fact import Fact
from copydesk.parsing import outlets
from copydesk.parsing.byline_forms import is_agency, is_placeholder, is_word
from copydesk.parsing.people import is_common, is_full_name, is_name_without_case, is_person, is_phrase
from copydesk.text import fold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a stated author that is no person.  Set with `python -m bench.html`, November 2026."""

    max_words: int = 6
    """Words of the name of an organisation."""

    max_characters: int = 60
    """Characters of such a name."""


THRESHOLDS: Final = Thresholds()


def stated_authors(given: SuppliedMetadata, language: str | None) -> dict[str, Fact[Author]]:
    """The authors by their folded names, from the first kind of statement that names a person.

    If none does, they are those of the first kind that names anybody.  The site is no author beside people.  Elements
    are read only if the statements have no other name than that of an account.
    """
    site = fold(given.publisher or "")
    first: dict[str, Fact[Author]] = {}
    for kind, group in groupby(given.stated_authors, _kind):
        if kind == AUTHOR_ELEMENT and not all(_is_account(author.value.name) for author in first.values()):
            break
        found = _authors_in(tuple(group), language)
        if names_person(found, given):
            return {name: author for name, author in found.items() if name != site}
        first = first or found
    return first


def names_person(found: Mapping[str, Fact[Author]], given: SuppliedMetadata) -> bool:
    """Whether one of the stated authors may be a person, by the name's form, and is neither the site nor an outlet."""
    site = fold(given.publisher or "")
    return any(
        is_person(author.value.name) and name != site and not outlets.is_outlet(author.value.name)
        for name, author in found.items()
    )


def _is_account(name: str) -> bool:
    """Whether a name is that of an account: one word in lower case, or with digits or marks in it."""
    return " " not in name and (name == name.lower() or not name.isalpha())


def _kind(stated: Stated) -> str:
    """The kind of a statement: JSON-LD, `<meta>` or an element."""
    if stated.source in (CITED_AUTHOR, AUTHOR_ELEMENT):
        return stated.source
    return "json-ld" if stated.source.startswith("page:json-ld") else "meta"


def _authors_in(group: Sequence[Stated], language: str | None) -> dict[str, Fact[Author]]:
    """The authors in statements of one kind; of elements, those in the first one that names anybody."""
    found: dict[str, Fact[Author]] = {}
    for one in group:
        for author in _named(one, language):
            found.setdefault(fold(author.name), Fact(author, (one.source,)))
        if found and one.source == AUTHOR_ELEMENT:
            break
    return found


def _named(stated: Stated, language: str | None) -> tuple[Author, ...]:
    """The authors in one statement: people, or the whole value if it is the name of an organisation or an account."""
    value = stated.value
    facts = facts_of(value, language)
    if is_agency(value) or is_placeholder(value) or (facts.is_second_hand and stated.source == AUTHOR_ELEMENT):
        return ()
    if stated.source == CITED_AUTHOR:
        return (Author(value),)
    names = value.split(BETWEEN_NAMES) if stated.source == AUTHOR_ELEMENT else []
    if len(names) > 1 and all(map(is_full_name, names)):
        return tuple(map(Author, names))
    is_marked = facts.says_by or stated.source != AUTHOR_ELEMENT
    people = tuple(author for author in facts.authors if is_marked or not _is_section(author.name, language))
    if people:
        return people
    pen_name = facts.pen_name
    if pen_name:
        return (Author(pen_name),)
    return (Author(value),) if _may_be_name(stated, language) else ()


def _is_section(name: str, language: str | None) -> bool:
    """Whether a name without a "By" may be that of a section or a button, or says what an author does."""
    return is_common(name, language) or is_phrase(name, language) or facts_of(name, language).is_role


def _may_be_name(stated: Stated, language: str | None) -> bool:
    """Whether a value without a person may be the name of an organisation or an account."""
    value = stated.value
    facts = facts_of(value, language)
    is_short = len(value) <= THRESHOLDS.max_characters and facts.words <= THRESHOLDS.max_words
    if not is_short or facts.dates or facts.is_opening or facts.is_notice or not any(map(str.isalpha, value)):
        return False
    if " " not in value and is_word(value, language) and value.casefold() not in lexicon.given_names():
        return False  # "Politics" is a section
    is_name = facts.is_single_name or is_name_without_case(value)
    return stated.source != AUTHOR_ELEMENT or (is_name and not is_common(value, language))
