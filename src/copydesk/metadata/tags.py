"""The topics that the page lists for the story."""

from copydesk.document import Label
from copydesk.labelling import Role
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import topics


def tags_of(lines: LabelledLines) -> tuple[Fact[str], ...]:
    """The topics, each once: of lines that say so, and of lists right below the story."""
    found: dict[str, Fact[str]] = {}
    for n in lines.places(Label.TAGS):
        if lines.verdicts[n].role is not Role.SECTION and _is_listed(lines, n):
            for topic in topics.split(lines.facts[n].text):
                found.setdefault(topic.casefold(), Fact(topic, (lines.numbers[n],)))
    return tuple(found.values())


def _is_listed(lines: LabelledLines, n: int) -> bool:
    """Whether the line is of the story's list: by a rule, by the reader of roles, or by a hash.

    What only the model takes for tags is often a button.
    """
    text, verdict = lines.facts[n].text, lines.verdicts[n]
    is_sure = verdict.share is None or verdict.role is Role.OF_STORY
    return topics.is_hashtags(text) or (is_sure and not topics.announces_section(text))
