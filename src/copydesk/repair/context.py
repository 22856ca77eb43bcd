"""The context of an edit stage: everything that it uses besides the text."""

from collections.abc import Set
from dataclasses import dataclass, field

from copydesk.forest import Forests
from copydesk.repair import boosted_trees


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one dump, the same for all stages."""

    language: str | None = None
    """The BCP 47 tag of the text's language."""

    own_words: Set[str] = frozenset()
    """Words of the source or corpus, from `edits.words`.  No stage splits one of them."""

    page_text: str | None = None
    """The text of the rendered page that the text was taken from; None if it is not known."""

    is_page: bool = False
    """Whether the text itself was rendered from a page.  Then each line is a block of the page."""

    off: Set[str] = frozenset()
    """Names of the rules that are off.  A stage behaves as if such a rule did not exist."""

    forests: Forests = field(default_factory=boosted_trees.shipped, repr=False)
    """The trees that score candidates, by finder; by default those of the package."""

    def has(self, rule: str) -> bool:
        """Whether the rule is on."""
        return rule not in self.off
