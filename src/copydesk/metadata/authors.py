"""The authors: the names in the most reliable bylines of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk import lexicon
from copydesk.document import STORY, Author, Label
from copydesk.dump import AUTHOR_ELEMENT
from copydesk.labelling import Role, Verdict
from copydesk.labelling.head_bylines import BYLINE_NAME, GIVEN_NAME
from copydesk.labelling.line_facts import MIN_SENTENCE_WORDS, LineFacts, facts_of
from copydesk.labelling.state import BESIDE_TITLE, SIGNED
from copydesk.metadata.bios import with_bios
from copydesk.metadata.fact import Fact
from copydesk.metadata.from_memory import with_known_bios
from copydesk.metadata.page import MAX_BYLINE_LINES, LabelledLines, Page
from copydesk.metadata.stated_authors import names_person, stated_authors
from copydesk.parsing import outlets
from copydesk.parsing.byline_forms import NO_NAME, is_staff
from copydesk.parsing.byline_segments import AND_WORDS
from copydesk.parsing.people import has_given_name, is_common, is_phrase, is_rare
from copydesk.text import fold


@dataclass(frozen=True, slots=True)
class AuthorThresholds:
    """When a line counts as a name.  Set with `python -m bench.metadata`, November 2026.

    A share is the model's probability for the label of the line, from 0 to 1.
    """

    word_frequency: float = 2e-6
    """Share of all words of the language.  A single word with this frequency or more is often the name of a section: it
    is a pen name only with `share_of_word`.  A rarer word is one with `share_of_pen_name`."""

    share_of_pen_name: float = 0.4
    """A line of one rare word is a pen name if its share is at least this."""

    share_of_word: float = 0.5
    """The same for a line of one word that is not rare, and for a name without "By" far from the head."""

    share_of_common_name: float = 0.8
    """A name with a common word in it ("New Delhi") is a person if its share is at least this."""

    share_between: float = 0.7
    """A phrase of the language's words is a person between the headline and a date if its share is at least this."""

    max_initials: int = 4
    """Letters of a word in capitals that is an agency and no pen name: "AA"."""

    max_to_job: int = 2
    """Lines from a name to the line that says what the person does."""

    max_words_of_job: int = 6
    """Words of a line below a name that says what the person does."""


THRESHOLDS: Final = AuthorThresholds()

GROUPS_IN_HEAD: Final = 4
"""Of the groups of bylines, those in the head of the story or right above it."""

OF_AUTHORS: Final = (Label.BYLINE, Label.BIO, Label.TAGS)
"""The labels of lines that may say what an author does."""


def authors_of(page: Page, head: range) -> tuple[Fact[Author], ...]:
    """The authors that the container names, else those of the bylines and of the page's markup."""
    return _with_supplied(page, _printed(page, head))


def without_publisher(authors: tuple[Fact[Author], ...], publisher: str | None) -> tuple[Fact[Author], ...]:
    """The authors without the publisher, who is behind the name of a person: "By Jane Doe, Example News"."""
    people = tuple(author for author in authors if fold(author.value.name) != fold(publisher or ""))
    return people or authors


def _printed(page: Page, head: range) -> tuple[Fact[Author], ...]:
    """The names in the first group of bylines that has one, the most reliable group first.

    1. lines that say "By" in the head of the story, then those right above the head
    2. names without a "By" in the head, then those right above the head
    3. the last line above the head that says "By", then the first one below the head
    4. the name above a bio
    5. names without a "By" anywhere, if the model is sure

    Who reviewed or edited the text is no author, nor is an agency.  An outlet ("by Example Times") is the author only
    if the head has no other name.
    """
    lines = page.labelled
    of_outlet: tuple[Fact[Author], ...] = ()
    candidates = [n for n, label in enumerate(lines.labels) if label in SIGNED]
    reviewers = {n for n in candidates if _whole_byline(lines, n).is_second_hand}
    signed = [n for n in candidates if n not in reviewers and _says_by(lines, n)]
    for n in candidates:  # a list of names below a "By"
        if n - 1 in signed and lines.verdicts[n].rule is BYLINE_NAME and n not in (*signed, *reviewers):
            signed.append(n)
    alone = sorted({n for n in candidates if lines.labels[n] is Label.BYLINE} - reviewers - set(signed))
    alone = [n for n in alone if not _is_in_picture(lines, n)]
    for group, places in enumerate(
        (
            [n for n in signed if n in head],
            [n for n in signed if head.start - BESIDE_TITLE <= n < head.start],
            [n for n in alone if n in head],
            [n for n in alone if head.start - BESIDE_TITLE <= n < head.start and _is_likely(lines, n)],
            [n for n in reversed(signed) if n < head.start],
            [n for n in signed if n >= head.stop],
            [n for n in range(len(lines.facts)) if _is_bio_name(lines, n)],
            [n for n in alone if lines.verdicts[n].certainty >= THRESHOLDS.share_of_word],
        )
    ):
        named = authors_in(lines, _together(places)) if group < GROUPS_IN_HEAD or not of_outlet else ()
        if named and group < GROUPS_IN_HEAD and all(outlets.is_outlet(author.value.name) for author in named):
            of_outlet = of_outlet or named
        elif named:
            return with_known_bios(with_bios([_with_role(author, lines) for author in named], lines), page)
    return of_outlet


def _is_in_picture(lines: LabelledLines, n: int) -> bool:
    """Whether the line is the name of the person in a picture: above a credit that says so, and the headline has it."""
    below = n + 1
    if below == len(lines.facts) or lines.labels[below] is not Label.CREDIT or not lines.facts[below].says_credit:
        return False
    name = f" {lines.facts[n].folded} "
    return any(name in f" {facts.folded} " for facts in lines.facts_with(Label.TITLE, Label.DECK, Label.PARAGRAPH))


def _is_likely(lines: LabelledLines, n: int) -> bool:
    """Whether a rule found the byline, or the model is fairly sure of it."""
    return lines.verdicts[n].certainty >= THRESHOLDS.share_of_pen_name


def _together(places: Sequence[int]) -> list[int]:
    """The places near the first one, and those in a row with them: a list of names may be long."""
    together = [n for n in places if abs(n - places[0]) <= MAX_BYLINE_LINES]
    for n in sorted(places):
        if together and n == max(together) + 1:
            together.append(n)
    return sorted(together)


def _says_by(lines: LabelledLines, n: int) -> bool:
    """Whether the line says "By" and a name, or is below a line that says "By"."""
    if lines.facts[n].says_by or lines.facts[n].pen_name or lines.facts[n].is_reporter:
        return True
    return n > 0 and lines.facts[n - 1].is_opening


def authors_in(lines: LabelledLines, places: Sequence[int] | None = None) -> tuple[Fact[Author], ...]:
    """The names that bylines state, and dates with a "By" beside them, each once; in `places`, or anywhere."""
    found: dict[str, Fact[Author]] = {}
    bylines = {n: _whole_byline(lines, n) for n in (range(len(lines.facts)) if places is None else places)}
    of_writers = {
        n: whole
        for n, whole in bylines.items()
        if not whole.is_second_hand and not (n and lines.facts[n - 1].announces_photographer)
    }
    for n, whole in of_writers.items():
        label = lines.labels[n]
        last = next(reversed(found.values()), None)
        if lines.verdicts[n].role is Role.JOB or (last and _is_job_below(lines, n)):
            if last and last.value.role is None:
                with_role = replace(last.value, role=lines.facts[n].text)
                found[fold(last.value.name)] = Fact(with_role, (*last.sources, lines.numbers[n]))
        elif label is Label.BYLINE or _is_bio_name(lines, n) or (label is Label.TIMESTAMP and whole.says_by):
            named = whole.authors
            is_lone = lines.verdicts[n].rule is GIVEN_NAME
            if not named and is_lone:
                named = (Author(lines.facts[n].text),)
            pen_name = _pen_name(lines, n) if not named and label is Label.BYLINE else None
            if pen_name:
                named = (Author(pen_name),)
            for author in named:
                if (
                    is_lone
                    or whole.says_by
                    or _is_person_to_model(author.name, lines.verdicts[n], whole.language, lines, n)
                ):
                    found.setdefault(fold(author.name), Fact(author, (lines.numbers[n],)))
    return tuple(found.values())


def _is_job_below(lines: LabelledLines, n: int) -> bool:
    """Whether the line is below another byline and says what that person does."""
    facts = lines.facts[n]
    is_below = n > 0 and lines.labels[n - 1] is Label.BYLINE
    return is_below and facts.is_role and not facts.says_by and facts.words <= THRESHOLDS.max_words_of_job


def _whole_byline(lines: LabelledLines, n: int) -> LineFacts:
    """The facts of the line.  If the line above is only a "By", the two lines are read as one."""
    facts = lines.facts[n]
    if n == 0 or not lines.facts[n - 1].is_opening:
        return facts
    return facts_of(f"{lines.facts[n - 1].text} {facts.text}", facts.language)


def _is_bio_name(lines: LabelledLines, n: int) -> bool:
    """Whether the line is the name above an author's bio, or the signature right below the story."""
    facts = lines.facts[n]
    below = range(n + 1, min(n + 1 + MAX_BYLINE_LINES, len(lines.facts)))
    return (
        lines.labels[n] is Label.BIO
        and facts.is_person
        and (
            any(lines.labels[m] is Label.BIO and lines.facts[m].words >= MIN_SENTENCE_WORDS for m in below)
            or (
                n > 0
                and lines.labels[n - 1] in STORY
                and lines.verdicts[n].certainty >= THRESHOLDS.share_of_word
                and not facts.text.isupper()
            )
        )
        and not is_phrase(facts.text, facts.language)
        and (lines.verdicts[n].role is Role.BIO_NAME or not is_common(facts.text, facts.language, all_words=False))
    )


def _is_person_to_model(name: str, verdict: Verdict, language: str | None, lines: LabelledLines, n: int) -> bool:
    """Whether the name counts as a person.

    The model is sure, or the name begins with a given name, or has no common word, or has a rare one.  Above a date,
    less is enough to be sure.  A phrase of the language's words counts only if it names a staff.
    """
    is_dated = n + 1 < len(lines.labels) and lines.labels[n + 1] is Label.TIMESTAMP and not is_common(name, language)
    min_share = THRESHOLDS.share_of_word if is_dated else THRESHOLDS.share_of_common_name
    is_sure = verdict.certainty >= min_share
    is_between = is_dated and n > 0 and lines.labels[n - 1] is Label.TITLE
    if is_phrase(name, language) and not is_staff(name):
        return is_between and verdict.certainty >= THRESHOLDS.share_between
    is_name = has_given_name(name, language) or not is_common(name, language, all_words=False)
    return is_sure or is_name or is_rare(name, language)


def _pen_name(lines: LabelledLines, n: int) -> str | None:
    """The one word of a byline, if a rule found the byline or the model is sure of it."""
    facts = lines.facts[n]
    name = facts.pen_name or (facts.text if facts.is_single_name else None)
    if (
        name is None
        or (name.isupper() and len(name) <= THRESHOLDS.max_initials)
        or facts.opens_date
        or fold(name) in AND_WORDS
        or facts_of(name, facts.language).is_role
    ):
        return None
    is_word = lexicon.words(facts.language).get(name.casefold(), 0.0) >= THRESHOLDS.word_frequency
    min_share = THRESHOLDS.share_of_word if is_word else THRESHOLDS.share_of_pen_name
    return name if lines.verdicts[n].certainty >= min_share else None


def _with_role(author: Fact[Author], lines: LabelledLines) -> Fact[Author]:
    """The author with the job that a line right below the name states, in the byline or in the bio."""
    if author.value.role:
        return author
    name = fold(author.value.name)
    signed = [n for n in lines.places(Label.BYLINE) if lines.numbers[n] in author.sources]
    alone = [n for n in lines.places(Label.BIO, Label.BYLINE) if lines.facts[n].folded == name]
    for n in (*signed, *alone):
        reach = range(n + 1, min(n + 1 + THRESHOLDS.max_to_job, len(lines.facts)))
        below = next((m for m in reach if _is_job(lines, m)), None)
        if below is not None and not any(lines.labels[m] is Label.BYLINE for m in range(n + 1, below)):
            role = lines.facts[below].text
            return Fact(replace(author.value, role=role), (*author.sources, lines.numbers[below]))
    return author


def _is_job(lines: LabelledLines, n: int) -> bool:
    """Whether the line is a job and nothing else: "Contributing Writer"."""
    facts = lines.facts[n]
    is_short = facts.words <= THRESHOLDS.max_words_of_job
    return is_short and lines.labels[n] in OF_AUTHORS and facts.is_role and not facts.says_by and not facts.authors


def _with_supplied(page: Page, printed: tuple[Fact[Author], ...]) -> tuple[Fact[Author], ...]:
    """The authors that the container names, each with the role and bio that the page prints; else those of the page.

    If the markup and the lines of a page have a name in common, the lines are used.  If not, the markup is used, unless
    none of its names looks like a person, or a line says "By" and a name: markup often names who uploaded the text.
    """
    given = page.given
    if given.authors:
        known = {fold(author.value.name): author for author in printed}
        source = given.source_of("authors")
        supplied = {name: known.get(fold(name), Fact(Author(name), ())) for name in given.authors}
        return tuple(Fact(supplied[name].value, (source, *supplied[name].sources)) for name in given.authors)
    stated = stated_authors(given, page.language)
    printed = tuple(_without_institute(author, stated) for author in printed)
    names = [fold(author.value.name) for author in printed]
    agree = any(name in other or other in name for name in names for other in stated)
    if printed and not agree and any(_is_signed(page.labelled, author) for author in printed):
        return printed
    is_marked = all(source != AUTHOR_ELEMENT for author in stated.values() for source in author.sources)
    is_better = is_marked and names_person(stated, given)
    return printed if agree or (printed and not is_better) else tuple(stated.values()) or printed


def _without_institute(author: Fact[Author], stated: Mapping[str, Fact[Author]]) -> Fact[Author]:
    """The author with the name that the page states, if the line has the institute right behind it."""
    name = fold(author.value.name)
    for shorter, other in stated.items():
        if name.startswith(f"{shorter} ") and NO_NAME.match(name[len(shorter) + 1 :]):
            return Fact(replace(author.value, name=other.value.name), author.sources)
    return author


def _is_signed(lines: LabelledLines, author: Fact[Author]) -> bool:
    """Whether a line with the author's name says "By"."""
    places = [n for n, number in enumerate(lines.numbers) if number in author.sources]
    return any(_says_by(lines, n) for n in places)
