"""The headline of a story, and the lines between it and the story."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import is_item
from copydesk.labelling.state import BESIDE_TITLE, LIKELY, LabelState, is_signature
from copydesk.parsing.bylines import unknown_byline
from copydesk.parsing.people import is_common
from copydesk.text import fold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of the headline and the lines below it.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_words: int = 2
    """Words of a headline."""

    max_words: int = 30
    """Words of a headline."""

    min_share: float = 0.03
    """The model's share for "title" of a headline that is also taken for story: below it, the dump has no headline."""

    min_share_if_twice: float = 0.1
    """The same for a line that is printed twice, as a fraction of the largest share of all candidates."""

    min_repeated_words: int = 3
    """Words of a line that is printed twice."""

    max_to_story: int = 14
    """Lines from the headline to the first line of the story, unless the dump has the headline twice."""

    max_to_deck: int = 3
    """Lines from the headline to its deck, and from there to the byline or date above the story."""


THRESHOLDS: Final = Thresholds()

BELOW_TITLE: Final = (Label.DECK, Label.BYLINE, Label.TIMESTAMP)

TITLE = Rule("label.headline", "the headline above the story")

GIVEN_TITLE = Rule("label.given-title", "the headline that the container or page names")

PAGE_TITLE = Rule("label.page-title", "the page's own title, printed above its headline")

UNKNOWN_BYLINE = Rule(
    "label.byline-beside-headline", "beside the headline, a few words and a name that nothing else on the page has"
)

RULES: Final = (TITLE, GIVEN_TITLE, PAGE_TITLE, UNKNOWN_BYLINE)

_SITE_TAIL = re.compile(rf"\s[{SEPARATORS}-]\s")


def title(state: LabelState, given: str | None) -> int | None:
    """Label the headline: the container's, else a line that the dump has twice, else the model's choice."""
    chosen, rule = _headline(state, given)
    if chosen is not None:
        state.set_label(chosen, Label.TITLE, rule)
    return chosen


def _headline(state: LabelState, given: str | None) -> tuple[int | None, Rule]:
    """The line that is the headline, or None, and the rule that chose it."""
    lines = state.lines
    first = next((n for n in range(len(lines)) if state.is_running(n)), len(lines))
    candidates = [
        n
        for n in range(first)
        if state.verdicts[n] is None
        and THRESHOLDS.min_words <= lines[n].words <= THRESHOLDS.max_words
        and not is_item(lines[n])
        and not lines[n].facts.ends_with_age
    ]
    if given:
        named = fold(given)
        for n in reversed(candidates):
            if lines[n].folded == named:
                return n, GIVEN_TITLE
    bylines = _unknown_bylines(state, candidates)
    candidates = [n for n in candidates if n not in bylines]
    if not candidates:
        return None, TITLE
    head = candidates[0]
    names = (lines[head].folded, fold(_SITE_TAIL.split(lines[head].text)[0]))
    again = [
        n
        for n in candidates[1:]
        if lines[n].folded and lines[n].folded in names and lines[n].words >= THRESHOLDS.min_repeated_words
    ]
    likeliest = max(state.share(n, Label.TITLE) for n in candidates)
    if again and max(state.share(n, Label.TITLE) for n in again) >= likeliest * THRESHOLDS.min_share_if_twice:
        state.set_label(head, Label.DUPLICATE, PAGE_TITLE)
        return max(again, key=lambda n: (state.share(n, Label.TITLE), n)), TITLE
    if first == len(lines):
        return None, TITLE
    near = [n for n in candidates if first - n <= THRESHOLDS.max_to_story] + candidates[:1]
    chosen = max(near, key=lambda n: (state.share(n, Label.TITLE), -n))
    crumbs = lines[chosen].folded  # "Home > News > Headline": the headline itself is below
    ends = (n for n in candidates if n > chosen and crumbs.endswith(" " + lines[n].folded))
    chosen = next(ends, chosen)
    beside = bylines & {chosen - 1, chosen + 1}
    is_unlikely = state.share(chosen, Label.TITLE) < THRESHOLDS.min_share and state.story[chosen]
    if is_unlikely and not beside and not _is_below_byline(state, chosen):
        return None, TITLE
    for n in beside:
        state.set_label(n, Label.BYLINE, UNKNOWN_BYLINE)
    return chosen, TITLE


def _is_below_byline(state: LabelState, n: int) -> bool:
    """Whether the line is no sentence, and right below a byline that begins the dump: the story's head is there."""
    return n == 1 and state.label(0) is Label.BYLINE and not state.lines[n].ends


def _unknown_bylines(state: LabelState, candidates: Sequence[int]) -> frozenset[int]:
    """The candidates that look like a byline beside another candidate, with a name that nothing else names.

    A headline like "Obituary: Jane Doe" has a name that the story names too.
    """
    names = {
        n: fold(name)
        for n in candidates
        if (name := unknown_byline(state.lines[n].text)) and not is_common(name, state.language)
    }
    if not names:
        return frozenset()
    others = {n for n in candidates if n not in names}
    surnames = {name.split()[-1] for name in names.values()}
    named = {
        word for n, line in enumerate(state.lines) if n not in names for word in line.folded.split() if word in surnames
    }
    beside = {n for n in names if not others.isdisjoint((n - 1, n + 1))}
    return frozenset(n for n in beside if names[n].split()[-1] not in named)


def open_head(state: LabelState, title: int | None) -> None:
    """Take lines right below the headline out of the story that the model takes for a deck, a byline or a date."""
    if title is not None:
        for n in range(title + 1, min(title + 1 + BESIDE_TITLE, len(state.lines))):
            if any(state.share(n, label) >= LIKELY for label in BELOW_TITLE):
                state.story[n] = False


def below(state: LabelState, title: int | None) -> range:
    """The lines from the headline to the first running text, or to a byline or date right below that."""
    if title is None:
        return range(0)
    stop = next((n for n in range(title, len(state.lines)) if state.is_running(n)), title)
    if stop - title > THRESHOLDS.max_to_deck:
        return range(title + 1, stop)
    below = range(stop + 1, min(stop + 1 + THRESHOLDS.max_to_deck, len(state.lines)))
    signed = [n for n in below if is_signature(state, n)]
    return range(title + 1, signed[-1] + 1 if signed and state.is_running(stop) else stop)
