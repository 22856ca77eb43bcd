"""The parts of an HTML page for browsers without scripts."""

from typing import Final

import lxml.html

_TAG: Final = "noscript"

MIN_WORDS: Final = 100
MIN_TIMES: Final = 4
"""Words of such a part, and how many times as many words as the page shows all of them have, to be the page's text.

Set with `python -m bench.kinds kinds html`, November 2026: pages have 300 words and ten times what they show, other
parts with pictures, style rules or requests to turn scripts on have fewer than twice what the page shows.
"""


def show(root: lxml.html.HtmlElement, shown: str) -> bool:
    """Show the parts for browsers without scripts, if the page shows (`shown`) hardly anything without them.

    Some forums have all posts there.  Whether the page has changed.
    """
    parts = [part for part in root.iter(_TAG) if _words(part) >= MIN_WORDS]
    if not parts or sum(map(_words, parts)) < MIN_TIMES * len(shown.split()):
        return False
    for part in parts:
        part.tag = "div"
    return True


def _words(element: lxml.html.HtmlElement) -> int:
    return sum(len(text.split()) for text in element.itertext())
