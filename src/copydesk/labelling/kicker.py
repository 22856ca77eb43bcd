"""The section above the headline: a kicker, or the last of the breadcrumbs."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling.state import LIKELY, LabelState
from copydesk.labelling.verdict import Role
from copydesk.parsing import sections


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of kickers.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    min_share: float = 0.05
    """The model's share for "tags" of a kicker that nothing else shows."""

    max_above: int = 6
    """Lines above the headline that may be its kicker or breadcrumbs, dates and the like between them counted."""

    min_headline: int = 3
    """Words above which a line that is part of the headline is the last of breadcrumbs."""

    max_crumbs: int = 5
    """Breadcrumbs on lines of their own, "Home" among them."""

    max_sure_crumbs: int = 2
    """Breadcrumbs above a repeated headline that are sure, though the page has such a pair in its menu."""

    max_to_home: int = 12
    """Lines from the headline up to the "Home" of breadcrumbs on lines of their own."""

    min_entries: int = 4
    """Lines that the model takes for furniture, of the five right above the last of a menu that no blank line ends."""

    min_links_above: int = 3
    """Links above the last one of a list: fewer may be breadcrumbs.  Set with the tests' cases."""

    min_words_of_menu: int = 3
    """Words of a line in `<nav>` that is a whole menu, and no section.  Set in the same way."""

    min_share_below_menu: float = 0.7
    """The model's share for "tags" of a kicker right below such lines, if the page has it once."""

    min_menu: int = 2
    """Lines above the last of a menu that begins the dump."""


THRESHOLDS: Final = Thresholds()

KICKER = Rule("label.kicker", "a word or few right above the headline: its section or topic")
BREADCRUMBS = Rule("label.breadcrumbs", "the way to the story: the last section before its headline")

RULES: Final = (KICKER, BREADCRUMBS)

_NAV: Final = COLUMNS.index("around nav")
_LINK_ONLY: Final = COLUMNS.index("link only")

_BETWEEN: Final = frozenset((Label.TIMESTAMP, Label.BYLINE, Label.DUPLICATE))
"""Labels of lines that may be between the section and the headline."""

_NO_CRUMB: Final = frozenset((Label.CONTROL, Label.PROMO, Label.BYLINE, Label.TIMESTAMP, Label.TEASER_HEADING))
"""Labels of lines that end breadcrumbs."""


def kicker(state: LabelState, title: int | None) -> None:
    """Label the section above the headline: the first line above it that breadcrumbs or a kicker's place show."""
    if not title:
        return
    lines = state.lines
    headline = lines[title].folded
    known = {line.folded for line in lines}
    way = _last_crumb(state, title)
    if way is not None:
        state.set_label(way, Label.NAVIGATION, BREADCRUMBS, Role.SECTION)
        return
    is_below_crumbs = False  # whether a repeated headline or a mark is between: the last of breadcrumbs
    for n in range(title - 1, max(-1, title - 1 - THRESHOLDS.max_above), -1):
        line, verdict = lines[n], state.verdicts[n]
        if sections.is_mark(line.text) or (
            line.words > THRESHOLDS.min_headline
            and (line.folded in headline or headline in line.folded)
            and not sections.crumbs(line.text, headline, known)
        ):
            is_below_crumbs = True
            continue
        found = sections.crumbs(line.text, headline, known)
        is_dated = bool(line.facts.dates) and line.facts.dates[0].start == 0  # "May 3, 2024 / Town / Bridges"
        if found and not is_dated and (verdict is None or verdict.label in _BETWEEN or verdict.label is Label.TAGS):
            state.set_label(n, Label.NAVIGATION, BREADCRUMBS, Role.SECTION)
            return
        if verdict and verdict.label in _BETWEEN:
            continue
        if n and sections.is_path(lines[n - 1].text) and sections.crumbs(lines[n - 1].text, headline, known):
            continue  # the name of the site between breadcrumbs and headline
        if (
            verdict is None
            and sections.name_in(line.text, headline, known)
            and _is_kicker(state, n, title, is_below_crumbs)
        ):
            state.set_label(n, Label.TAGS, KICKER, Role.SECTION)
        return


def _last_crumb(state: LabelState, title: int) -> int | None:
    """The last of breadcrumbs on lines of their own, above a line that repeats the headline.  A kicker may be below.

    They begin with "Home" a few lines above the headline, or below a line like "You are here", anywhere.  Such a line
    makes the repeated headline needless if the headline itself follows.
    """
    lines = state.lines
    above = range(title - 1, max(-1, title - 1 - THRESHOLDS.max_to_home), -1)
    home = next((n for n in above if sections.is_home(lines[n].text)), None)
    announced = [n for n, line in enumerate(lines) if n != title and sections.announces_crumbs(line.folded)]
    for start in (*announced, *(() if home is None else (home,))):
        found, end = _crumbs(state, start, title)
        is_short = found is not None and found - start <= THRESHOLDS.max_sure_crumbs
        repeats = end is not None and end < len(lines) and end != title
        if found is not None and (
            (repeats and (is_short or start in announced or not _is_menu(state, found)))
            or (start in announced and end == title)
        ):
            return found
    return None


def _crumbs(state: LabelState, start: int, title: int) -> tuple[int | None, int | None]:
    """(the last of the breadcrumbs below a line, the line that is the headline or repeats it, right below them)."""
    lines, headline = state.lines, state.lines[title].folded
    found: int | None = None
    for n in range(start + 1, min(len(lines), start + 2 + 2 * THRESHOLDS.max_crumbs)):
        line, label = lines[n], state.label(n)
        if n == title:
            return found, n
        if sections.is_mark(line.text) or sections.is_home(line.text):
            continue
        if len(line.folded.split()) > THRESHOLDS.min_headline and (
            line.folded in lines[0].folded or sections.repeats_headline(line.text, headline)
        ):
            return found, n
        if label in _NO_CRUMB or not sections.may_be_section(line.text.rstrip(sections.MARKS), headline):
            break
        found = n
    return found, None


def _is_menu(state: LabelState, last: int) -> bool:
    """Whether the page has the last two entries twice: in the menu at its top, and in the one at its foot."""
    lines = state.lines
    pair = (lines[last - 1].folded, lines[last].folded)
    return sum((lines[m - 1].folded, lines[m].folded) == pair for m in range(1, len(lines))) > 1


def _is_kicker(state: LabelState, n: int, title: int, is_below_crumbs: bool) -> bool:
    """Whether a short line above the headline is its section and not the last of a menu."""
    line = state.lines[n]
    if line.facts.is_role or _ends_menu(state, n) or _is_in_menu(state, n):
        return False
    if is_below_crumbs or _is_below_home(state, n):
        return True
    # A few words of the headline, or of the page's title in the first line, are the headline itself.
    is_headline = " " in line.folded and any(line.folded in state.lines[m].folded for m in (0, title))
    return not is_headline and state.share(n, Label.TAGS) >= THRESHOLDS.min_share


def _is_in_menu(state: LabelState, n: int) -> bool:
    """Whether the markup says that the line is an entry of a menu, and no "Home" is above it.

    Such an entry is the last link of a list of links, or `<nav>` has several entries in one line.
    """
    line = state.lines[n]
    if not line.origin or _is_below_home(state, n):
        return False
    entries = state.lines[max(0, n - THRESHOLDS.min_links_above) : n + 1]
    is_list = len(entries) > THRESHOLDS.min_links_above and all(
        entry.origin[_LINK_ONLY] and entry.inside[1:] == line.inside[1:] for entry in entries
    )
    return is_list or (bool(line.origin[_NAV]) and line.words >= THRESHOLDS.min_words_of_menu)


def _is_below_home(state: LabelState, n: int) -> bool:
    """Whether "Home" is a few lines above: breadcrumbs on lines of their own, and not the menu that begins the dump."""
    if n and sections.is_home(state.lines[n - 1].text):
        return True
    above = range(n - 1, max(1, n - THRESHOLDS.max_crumbs), -1)
    return any(sections.is_home(state.lines[m].text) for m in above)


def _ends_menu(state: LabelState, n: int) -> bool:
    """Whether the line is the last of a menu.

    It is one if the menu is long, begins the dump, or is on the page twice.
    """
    lines = state.lines
    if n and sections.is_home(lines[n - 1].text):
        return False
    if state.is_spaced:
        start = n
        while start and not lines[start].apart and n - start < THRESHOLDS.max_crumbs:
            start -= 1
        if n - start >= THRESHOLDS.max_crumbs or (start == 0 and n >= THRESHOLDS.min_menu):
            return True
    if not n or _is_below_home(state, n):
        return False
    if state.times[lines[n].folded] > 1:
        return _is_menu(state, n)
    entries = range(n - THRESHOLDS.max_crumbs, n)
    in_menu = [state.verdicts[m] is None and state.furniture(m) >= LIKELY for m in entries if m >= 0]
    is_below_menu = sum(in_menu) >= THRESHOLDS.min_entries
    return is_below_menu and state.share(n, Label.TAGS) < THRESHOLDS.min_share_below_menu
