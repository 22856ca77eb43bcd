"""The section under which the story runs."""

from copydesk.document import Label
from copydesk.labelling import Role
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import sections


def section_of(lines: LabelledLines) -> Fact[str | None]:
    """The section above the headline: the kicker, or the last of the breadcrumbs."""
    at = next((n for n, verdict in enumerate(lines.verdicts) if verdict.role is Role.SECTION), None)
    if at is None:
        return NOTHING
    title = lines.first(Label.TITLE)
    headline = "" if title is None else lines.facts[title].folded
    known = {facts.folded for facts in lines.facts}
    text = lines.facts[at].text
    return Fact(sections.name_in(text, headline, known) or text, (lines.numbers[at],))
