"""Opt-out and licence marks of a dump: those that were stated, and addresses of licences that its lines show."""

from collections.abc import Iterator, Sequence
from typing import Final

from copydesk.document import TEASERS, Block, Label
from copydesk.rights import COMMONS, Mark, Right, mark, merged

OTHERS: Final = TEASERS | {Label.COMMENT}
"""Lines of other stories, and of readers: what they show is not about this page."""

_HOST: Final = "creativecommons.org"


def rights_of(stated: Sequence[Right], blocks: Sequence[Block]) -> tuple[Right, ...]:
    """The marks of a dump, without repetitions: first those of the page and its container, then those of the lines."""
    return merged((*stated, *_shown(blocks)))


def _shown(blocks: Sequence[Block]) -> Iterator[Right]:
    for number, block in enumerate(blocks):
        if _HOST in block.text.lower() and block.label not in OTHERS:
            for found in COMMONS.finditer(block.text):
                yield from mark(Mark.LICENSE, found[0].rstrip("."), number)
