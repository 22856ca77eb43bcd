"""Finds the program code of a story: lines of `<pre>` on a page, or lines of a text that read like code.

Code stays as it was written: its indentation and blank lines are part of the story's text, and no edit changes it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from copydesk.document import STORY, Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling.line import Line, is_marked_up
from copydesk.labelling.verdict import Verdict

CODE = Rule("label.code", "program code inside the story: it reads like code, or the page shows it as code")
RULES: Final = (CODE,)

MIN_SURE_LINES: Final = 2
"""Lines of a text's code that are code beyond doubt; other lines between or beside them are code too.

Used since November 2026; set with the cases of the tests.
"""

MAX_PROSE_WORDS: Final = 12
"""Words.  A longer line that does not read like code is no code."""

_PRE: Final = COLUMNS.index("around pre")
_KEPT: Final = frozenset((Label.TITLE, Label.DECK, Label.BYLINE, Label.TIMESTAMP, Label.COPYRIGHT, Label.CAPTION))
"""Labels that no code takes away."""

MAX_TO_PROSE: Final = 3
"""Lines from a date in `<pre>` to running text there: then the whole story is in `<pre>`."""

_IN_HEAD: Final = frozenset((Label.TITLE, Label.DECK))
"""Those of them that no line of `<pre>` loses."""

_SURE = re.compile(
    r"^(?:[$#%] [a-z./][\w./-]*(?: |$)|(?:[a-z]\w{0,15}|>>)> ?\S|\.\.\. )"  # prompts
    r"|^(?:def|class|function|func|fn|sub|public|private|static|void|const|let|var|import|from|package|using|struct|"
    r"enum|impl|use|return|elif|else if|for|while|if|switch|case|try|catch|throw|async|await)\b.*[({;:=\[]\S{0,40}$"
    r"|^(?:import|from) [\w.]+(?: import .+| as \w+)?;?$"
    r"|^return(?: \w+)?;?$|^return\b.*(?:[()\[\]=*/+]|\b(?:None|null|true|false|True|False)\b)"
    r"|^[\w.\[\]\"'$]{1,40} ?(?:[+*/|&:-]|\*\*|<<|>>)?= ?[\w\[({\"'$&*!.-].*[\w)\]}\"';,]$"
    r"|^(?:\w+\.)*\w+\(.*\)[;:{]?$|^[{}\])]+[;,)]*$|\{$|^\}|=>|\w\(\)[.;]|;\s*//|^//|^/\*|\*/$"
    r"|^(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH) .*(?:;|\bFROM\b|\bINTO\b|\bTABLE\b|\bSET\b)"
    r"|^(?:fi|done|esac)$|^(?:if|while|for) .*; (?:then|do)$|^set -[a-z]+$"  # shell scripts
    r"|^#(?:include|define|ifdef|endif|!/)|^</?[a-zA-Z][^<>]*>.*|^<!--|^@\w+(?:\(.*\))?$|^[\w-]+: ?\S+;$"
)
_SIGN = re.compile(r"[={;>}\])]$|^[$#%</@]|> |\w\(.*\)|^import |= ", re.MULTILINE)
"""What nearly every stretch of code has in one of its lines, and most stories do not have."""

_CONDITION = re.compile(r"^(?:if|elif|else if|for|while|def|class|with|except)\b.{0,200}[()=<>].{0,200}:$")
"""A line of code that may have many words: "if word.endswith(end) and len(word) > len(end) + 2:"."""

_MAYBE = re.compile(r"[{}\[\]()=<>;\\|]|^[\d.,:-]+$|^#|^--|^[\w./-]+$|^[A-Z_]+$|\w=\w|\$\w|^exit \d+$")


def find(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with the label `code` for the lines of code in the story."""
    found = list(verdicts)
    for first, last in _stretches(lines, verdicts):
        for n in range(first, last + 1):
            found[n] = Verdict(Label.CODE, CODE)
    return found


def _stretches(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> Iterator[tuple[int, int]]:
    """(first, last) number of each stretch of code of which at least half of the lines are story without it, too."""
    story = [n for n, verdict in enumerate(verdicts) if verdict.label in STORY]
    if not story:
        return
    is_page = is_marked_up(lines)
    n, end = story[0], story[-1] + 1
    if not is_page and not _SIGN.search("\n".join([line.text for line in lines[n:end]])):
        return
    while n < end:
        first = n
        while n < end and _may_be_code(lines[n], is_page=is_page) and not _has_other_label(lines, verdicts, n, is_page):
            n += 1
        in_story = sum(verdict.label in STORY for verdict in verdicts[first:n])
        if n > first and 2 * in_story >= n - first and (is_page or _is_code(lines, first, n)):
            yield _trimmed(lines, first, n - 1, is_page=is_page)
        n = max(n, first + 1)


def _has_other_label(lines: Sequence[Line], verdicts: Sequence[Verdict], n: int, is_page: bool) -> bool:
    """Whether a line has a label that no code takes away.

    On a page, where `<pre>` shows what is code, a date or a name is one of the code, if no running text is near it.
    """
    label = verdicts[n].label
    if label not in _KEPT or label in _IN_HEAD or not is_page:
        return label in _KEPT
    near = range(max(0, n - MAX_TO_PROSE), min(n + 1 + MAX_TO_PROSE, len(lines)))
    return any(lines[m].is_prose and lines[m].origin and lines[m].origin[_PRE] for m in near)


def _may_be_code(line: Line, *, is_page: bool) -> bool:
    """Whether the line can be part of a stretch of code."""
    if is_page:
        return bool(line.origin and line.origin[_PRE])
    if line.is_prose and line.ends and not _CONDITION.search(line.text):
        return False
    return _SURE.search(line.text) is not None or (
        line.words <= MAX_PROSE_WORDS and not line.is_prose and _MAYBE.search(line.text) is not None
    )


def _is_code(lines: Sequence[Line], first: int, end: int) -> bool:
    """Whether enough lines of a stretch are code beyond doubt: at least MIN_SURE_LINES, and half of them."""
    sure = sum(_SURE.search(line.text) is not None for line in lines[first:end])
    return sure >= MIN_SURE_LINES and 2 * sure >= end - first


def _trimmed(lines: Sequence[Line], first: int, last: int, *, is_page: bool) -> tuple[int, int]:
    """The stretch without lines at its ends that only may be code."""
    if not is_page:
        while not _SURE.search(lines[first].text):
            first += 1
        while not _SURE.search(lines[last].text):
            last -= 1
    return first, last
