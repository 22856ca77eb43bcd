"""The authors: the first bylines that are found, where they are surest."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from copydesk import lexicon
from copydesk.document import Author, Label
from copydesk.dump import Given
from copydesk.labelling import Role, Verdict
from copydesk.labelling.line_facts import LineFacts, facts_of
from copydesk.labelling.state import BESIDE_TITLE, SIGNED
from copydesk.metadata.page import REACH_OF_BYLINE, LabelledLines, Page
from copydesk.parsing.people import is_common, is_person, is_rare
from copydesk.text import fold

KNOWN_WORD: Final = 2e-6
"""Share of all words from which a word alone may be a section rather than a pen name."""

SURE_OF_WORD: Final = 0.5
"""The model's share from which such a word is a byline all the same."""

SURE_OF_COMMON: Final = 0.8
"""The model's share from which a name with a common word in it is a person's."""

SURE_PEN_NAME: Final = 0.4
"""The model's share from which a line of one word is a byline."""


def authors_of(page: Page, head: range) -> tuple[Author, ...]:
    """The names in the first bylines that are found, looking where they are surest.

    First lines that say "By" in the story's head, right above it, then names alone in the head and right above, then
    what says "By" anywhere above (the last one) or below (the first one), then the name above a bio, then names alone
    anywhere of which the model is sure, then who looked it over; at last the agency that the head names.
    """
    lines = page.labelled
    dated = [n for n, label in enumerate(lines.labels) if label in SIGNED]
    checked = {n for n in dated if _whole_byline(lines, n).is_second_hand}
    signed = [n for n in dated if n not in checked and _says_by(lines, n)]
    alone = sorted({n for n in dated if lines.labels[n] is Label.BYLINE} - checked - set(signed))
    for places in (
        [n for n in signed if n in head],
        [n for n in signed if head.start - BESIDE_TITLE <= n < head.start],
        [n for n in alone if n in head],
        [n for n in alone if head.start - BESIDE_TITLE <= n < head.start],
        [n for n in reversed(signed) if n < head.start],
        [n for n in signed if n >= head.stop],
        [n for n in range(len(lines.facts)) if _is_bio_name(lines, n)],
        [n for n in alone if lines.verdicts[n].certainty >= SURE_OF_WORD],
        sorted(checked),
    ):
        together = [n for n in places if abs(n - places[0]) <= REACH_OF_BYLINE]
        named = authors_in(lines, sorted(together))
        if named:
            return _with_bios(named, lines)
    agencies = (
        lines.facts[n].agency
        for n in head
        if lines.labels[n] is Label.BYLINE or (lines.labels[n] is Label.TIMESTAMP and lines.facts[n].is_signed)
    )
    return tuple(Author(name) for name in agencies if name)[:1]


def _says_by(lines: LabelledLines, n: int) -> bool:
    """Whether the line says "By" and a name, or stands below one that says "By"."""
    if lines.facts[n].says_by or lines.facts[n].pen_name:
        return True
    return n > 0 and lines.facts[n - 1].is_opening


def authors_in(lines: LabelledLines, places: Sequence[int] | None = None) -> tuple[Author, ...]:
    """The names that bylines state, and dates with a "By" beside them, each once; in `places`, or anywhere."""
    found: dict[str, Author] = {}
    said = {n: _whole_byline(lines, n) for n in (range(len(lines.facts)) if places is None else places)}
    first_hand = {n: whole for n, whole in said.items() if not whole.is_second_hand}
    for n, whole in (first_hand or said).items():
        label = lines.labels[n]
        last = next(reversed(found.values()), None)
        if lines.verdicts[n].role is Role.JOB:
            if last and last.role is None:
                found[fold(last.name)] = replace(last, role=lines.facts[n].text)
        elif label is Label.BYLINE or _is_bio_name(lines, n) or (label is Label.TIMESTAMP and whole.says_by):
            read, said_by = whole.authors, whole.says_by
            pen_name = _pen_name(lines, n) if not read and label is Label.BYLINE else None
            if pen_name:
                read = (Author(pen_name),)
            for author in read:
                if said_by or _may_be_named(author.name, lines.verdicts[n], whole.language):
                    found.setdefault(fold(author.name), author)
    return tuple(found.values())


def _whole_byline(lines: LabelledLines, n: int) -> LineFacts:
    """The line, with the "By" above it that a tag broke off."""
    facts = lines.facts[n]
    if n == 0 or not lines.facts[n - 1].is_opening:
        return facts
    return facts_of(f"{lines.facts[n - 1].text} {facts.text}", facts.language)


def _is_bio_name(lines: LabelledLines, n: int) -> bool:
    """Whether the line is the name at the head of what tells of the author."""
    facts = lines.facts[n]
    may = lines.labels[n] is Label.BIO and facts.is_person
    return may and (
        lines.verdicts[n].role is Role.BIO_NAME or not is_common(facts.text, facts.language, all_words=False)
    )


def _may_be_named(name: str, verdict: Verdict, language: str | None) -> bool:
    """Whether the model may have meant a person: it is sure, or no word of the name is common, or one hardly known."""
    sure = verdict.certainty >= SURE_OF_COMMON
    return sure or not is_common(name, language, all_words=False) or is_rare(name, language)


def _pen_name(lines: LabelledLines, n: int) -> str | None:
    """The one word of a byline, where it is one beyond doubt: by a rule, or the model is sure of it."""
    facts = lines.facts[n]
    name = facts.pen_name or (facts.text if facts.is_single_name else None)
    if name is None or facts_of(name, facts.language).is_role:
        return None
    is_word = lexicon.words(facts.language).get(name.casefold(), 0.0) >= KNOWN_WORD
    return name if lines.verdicts[n].certainty >= (SURE_OF_WORD if is_word else SURE_PEN_NAME) else None


def _with_bios(named: Sequence[Author], lines: LabelledLines) -> tuple[Author, ...]:
    """The authors, each with the first bio that begins with the name."""
    bios = [text for n, text in enumerate(lines.texts) if lines.labels[n] is Label.BIO and not _is_bio_name(lines, n)]
    return tuple(
        replace(author, bio=next((bio for bio in bios if bio.startswith(author.name + " ")), None)) for author in named
    )


def with_supplied(given: Given, printed: tuple[Author, ...]) -> tuple[Author, ...]:
    """The authors that the container names, with what the page prints about them; else those of the page.

    What the page's markup states goes before its lines only where both know no common name, and it names people.
    """
    known = {fold(author.name): author for author in printed}
    if given.authors:
        return tuple(known.get(fold(name), Author(name)) for name in given.authors)
    stated = {fold(name): Author(name) for name in given.stated_authors}
    agree = any(name in other or other in name for name in known for other in stated)
    site = fold(given.publisher or "")
    people = [author for name, author in stated.items() if is_person(author.name) and name != site]
    return printed if agree or (printed and not people) else tuple(stated.values()) or printed
