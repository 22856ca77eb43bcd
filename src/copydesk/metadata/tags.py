"""The topics that the page lists for the story."""

from collections.abc import Mapping, Sequence
from typing import Final

from copydesk.document import STORY, Label
from copydesk.labelling import Role
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import topics
from copydesk.text import folded_words

MAX_BELOW_CONTACTS: Final = 4
"""Lines below "Press contact" that name people and companies.  Set with the cases of the tests, November 2026."""


def tags_of(lines: LabelledLines, linked: Mapping[int, Sequence[str]]) -> tuple[Fact[str], ...]:
    """The topics, each once: of lines that say so, and of lists right below the story.

    `linked` has the texts of the links in lines of a page with several links, by the number of the line.
    """
    found: dict[str, Fact[str]] = {}
    places = lines.places(Label.TAGS)
    story = f" {' '.join(facts.folded for facts in lines.facts_with(*STORY, Label.TITLE))} " if places else ""
    for n in places:
        if lines.verdicts[n].role is not Role.SECTION and _is_listed(lines, n):
            text = lines.facts[n].text
            for topic in topics.of_links(text, linked.get(lines.numbers[n], ())) or topics.split(text, story):
                found.setdefault(topic.casefold(), Fact(topic, (lines.numbers[n],)))
    return tuple(found.values())


def without_people(tags: tuple[Fact[str], ...], names: Sequence[str]) -> tuple[Fact[str], ...]:
    """The topics, without the authors of the story."""
    people = [frozenset(folded_words(name)) for name in names]
    return tuple(tag for tag in tags if frozenset(folded_words(tag.value)) not in people)


def _is_listed(lines: LabelledLines, n: int) -> bool:
    """Whether the line is of the story's list: by a rule, by the reader of roles, by a hash, or by a word before it.

    What only the model takes for tags is often a button.
    """
    text, verdict = lines.facts[n].text, lines.verdicts[n]
    if any(topics.is_contacts(facts.text) for facts in lines.facts[max(0, n - MAX_BELOW_CONTACTS) : n]):
        return False
    is_sure = verdict.share is None or verdict.role is Role.OF_STORY or topics.opens_list(text)
    return topics.is_hashtags(text) or (is_sure and not topics.announces_section(text))
