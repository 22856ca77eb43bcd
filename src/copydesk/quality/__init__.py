"""How sure a record is: whether its story is whole, how likely its text is right, and simple signals for filters."""

from collections.abc import Sequence

from copydesk.document import Kind, Quality, Record
from copydesk.labelling.line import Line
from copydesk.quality import completeness, confidence, signals

__all__ = ["completeness", "confidence", "of", "signals"]


def of(article: Record, lines: Sequence[Line], *, is_free: bool | None) -> Quality:
    """The quality of an article.

    `lines` are the lines of its blocks.  `is_free` is what the page states about its access; None if it states
    nothing.

    A record of kind `other` has no story that could be right or whole: its confidence is 0, `complete` is None.
    """
    found = signals.of(article, lines)
    if article.kind is not Kind.ARTICLE:
        return Quality(confidence=0.0, complete=None, reasons=(), signals=found)
    complete, reasons = completeness.of(article, is_free=is_free)
    return Quality(
        confidence=confidence.of(article, [line.words for line in lines]),
        complete=complete,
        reasons=reasons,
        signals=found,
    )
