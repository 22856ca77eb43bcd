"""The headline of a story, and the lines between it and the story."""

import re
from collections.abc import Sequence
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import is_item
from copydesk.labelling.state import BESIDE_TITLE, LIKELY, Draft, is_signature
from copydesk.parsing.bylines import unknown_byline
from copydesk.parsing.people import is_common
from copydesk.text import fold

HEADLINE_WORDS: Final = range(2, 31)

UNLIKELY_TITLE: Final = 0.03
"""Share of a line of the story that is no headline, though none is better: the dump has none."""

WEAKER_IF_TWICE: Final = 0.1
"""Of the likeliest line's share: what is printed twice is the headline with so little."""

TITLE_REACH: Final = 14
"""Lines between the headline and the story's first line, at most, unless the dump prints it twice."""

MOST_RUNNING_DECKS: Final = 2

DECK_REACH: Final = 3
"""Lines from the headline to its deck, and from there to the byline or date that shows that the story begins below."""

BELOW_TITLE: Final = (Label.DECK, Label.BYLINE, Label.TIMESTAMP)

TITLE = Rule("label.headline", "the headline above the story")

GIVEN_TITLE = Rule("label.given-title", "the headline that the container or page names")

PAGE_TITLE = Rule("label.page-title", "the page's own title, printed above its headline")

UNKNOWN_BYLINE = Rule(
    "label.byline-beside-headline", "beside the headline, a few words and a name that nothing else on the page has"
)

RULES: Final = (TITLE, GIVEN_TITLE, PAGE_TITLE, UNKNOWN_BYLINE)

_SITE_TAIL = re.compile(rf"\s[{SEPARATORS}-]\s")


def title(draft: Draft, given: str | None) -> int | None:
    """The headline: what the container names, else what is printed twice, else the model's choice above the story."""
    chosen, rule = _headline(draft, given)
    if chosen is not None:
        draft.put(chosen, Label.TITLE, rule)
    return chosen


def _headline(draft: Draft, given: str | None) -> tuple[int | None, Rule]:
    lines = draft.lines
    first = next((n for n in range(len(lines)) if draft.is_running(n)), len(lines))
    candidates = [
        n
        for n in range(first)
        if draft.verdicts[n] is None
        and lines[n].words in HEADLINE_WORDS
        and not is_item(lines[n])
        and not lines[n].facts.ends_with_age
    ]
    if given:
        named = fold(given)
        for n in reversed(candidates):
            if lines[n].folded == named:
                return n, GIVEN_TITLE
    bylines = _unknown_bylines(draft, candidates)
    candidates = [n for n in candidates if n not in bylines]
    if not candidates:
        return None, TITLE
    head = candidates[0]
    names = (lines[head].folded, fold(_SITE_TAIL.split(lines[head].text)[0]))
    again = [n for n in candidates[1:] if lines[n].folded and lines[n].folded in names and lines[n].words >= 3]
    likeliest = max(draft.share(n, Label.TITLE) for n in candidates)
    if again and max(draft.share(n, Label.TITLE) for n in again) >= likeliest * WEAKER_IF_TWICE:
        draft.put(head, Label.DUPLICATE, PAGE_TITLE)
        return max(again, key=lambda n: (draft.share(n, Label.TITLE), n)), TITLE
    if first == len(lines):
        return None, TITLE
    near = [n for n in candidates if first - n <= TITLE_REACH] + candidates[:1]
    chosen = max(near, key=lambda n: (draft.share(n, Label.TITLE), -n))
    crumbs = lines[chosen].folded  # "Home > News > Headline", with the headline itself below
    ends = (n for n in candidates if n > chosen and crumbs.endswith(" " + lines[n].folded))
    chosen = next(ends, chosen)
    beside = bylines & {chosen - 1, chosen + 1}
    if draft.share(chosen, Label.TITLE) < UNLIKELY_TITLE and draft.story[chosen] and not beside:
        return None, TITLE
    for n in beside:
        draft.put(n, Label.BYLINE, UNKNOWN_BYLINE)
    return chosen, TITLE


def _unknown_bylines(draft: Draft, candidates: Sequence[int]) -> frozenset[int]:
    """The candidates that look like a byline beside another candidate, with a name that nothing else names.

    A headline like "Obituary: Jane Doe" has a name that the story names too.
    """
    names = {
        n: fold(name)
        for n in candidates
        if (name := unknown_byline(draft.lines[n].text)) and not is_common(name, draft.language)
    }
    if not names:
        return frozenset()
    others = {n for n in candidates if n not in names}
    surnames = {name.split()[-1] for name in names.values()}
    named = {
        word for n, line in enumerate(draft.lines) if n not in names for word in line.folded.split() if word in surnames
    }
    beside = {n for n in names if not others.isdisjoint((n - 1, n + 1))}
    return frozenset(n for n in beside if names[n].split()[-1] not in named)


def open_head(draft: Draft, title: int | None) -> None:
    """Right below the headline, what the model takes for a deck or the like is no story, however little else is."""
    if title is not None:
        for n in range(title + 1, min(title + 1 + BESIDE_TITLE, len(draft.lines))):
            if any(draft.share(n, label) >= LIKELY for label in BELOW_TITLE):
                draft.story[n] = False


def below(draft: Draft, title: int | None) -> range:
    """The lines between the headline and the story's first running text, unless a byline or date stands below that."""
    if title is None:
        return range(0)
    stop = next((n for n in range(title, len(draft.lines)) if draft.is_running(n)), title)
    if stop - title > DECK_REACH:
        return range(title + 1, stop)
    below = range(stop + 1, min(stop + 1 + DECK_REACH, len(draft.lines)))
    signed = [n for n in below if is_signature(draft, n)]
    decks = sum(draft.is_running(n) for n in range(stop, signed[-1])) if signed else 0
    return range(title + 1, signed[-1] + 1 if 0 < decks <= MOST_RUNNING_DECKS else stop)
