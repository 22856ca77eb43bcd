"""Bounds the number of attributes of an element, before a page is parsed.

libxml2 compares each attribute of an element with all others, so an element with 100,000 of them takes minutes.
"""

import re
from itertools import islice
from typing import Final

MAX_ATTRIBUTES: Final = 1000
"""Attributes of an element.  The most on the kit's 763 pages are 63; 1,000 cost libxml2 a millisecond."""

_ATTRIBUTE: Final = r"""=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?+)?+|="""
"""An attribute as browsers read it: a quotation mark that is not closed quotes the rest of the page."""

_NO_TAGS: Final = r"<(script|style)\b[^<]*+(?:<(?!/\1)[^<]*+)*+|<!--[^-]*+(?:-(?!->)[^-]*+)*+"
"""Scripts, style sheets and comments: what looks like a tag in them is none."""

_TAG = re.compile(rf"{_NO_TAGS}|<([A-Za-z])[^\s/>]*+(?:[\s/]++|{_ATTRIBUTE})*+", re.IGNORECASE)
_ONE = re.compile(_ATTRIBUTE)
_NAME = re.compile(r"<[A-Za-z][^\s/>]*+")


def bounded(markup: str) -> str:
    """The markup without the attributes after the first MAX_ATTRIBUTES of an element."""
    cuts = [cut for tag in _TAG.finditer(markup) if tag[2] and tag.end() - tag.start() > 2 * MAX_ATTRIBUTES
            for cut in _cut(markup, tag)]  # fmt: skip
    if not cuts:
        return markup
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(markup)]
    return "".join(markup[start:end] for start, end in zip(starts, ends, strict=True))


def _cut(markup: str, tag: re.Match[str]) -> list[tuple[int, int]]:
    """Where the attributes begin that are too many, and where the tag ends; empty if none are."""
    name = _NAME.match(markup, tag.start())
    start = name.end() if name else tag.start()
    first = next(islice(_ONE.finditer(markup, start, tag.end()), MAX_ATTRIBUTES, None), None)
    return [(first.start(), tag.end())] if first else []
