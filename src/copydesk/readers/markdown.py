"""Markdown, as programs write it that fetch pages for language models: the marks are no part of the words.

It is rendered like an HTML page, by markdown-it and then by the renderer of pages: a headline mark, a link or a list
item is evidence for the label of its line.  The raw text is the rendered text, and `renderer` names both programs.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import yaml

from copydesk import __version__, dump
from copydesk.document import Json
from copydesk.dump import Dump, UnreadableError

SUFFIXES: Final = (".md", ".markdown")

MAX_SIZE: Final = 500_000
"""Characters of a text that is read as Markdown; pages are shorter.  Parsing takes a second for them, and 30 seconds if
they are all brackets (November 2026)."""

SNIFFED: Final = 100_000
"""First characters in which the marks are counted."""

MIN_KINDS: Final = 2
"""Kinds of marks that make a text Markdown.  One of them may be of a list of hashtags, or of a program."""

MIN_LINKS: Final = 3
"""Links that make a text Markdown if it has no other mark: two could be examples in a text about Markdown."""

MAX_HEAD: Final = 20_000
MAX_VALUES: Final = 1_000
"""Characters of front matter, and values in it.  A few aliases of YAML can stand for billions of values."""

_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?P<yaml>[A-Za-z_][\w.-]{0,60}:[^\n]{0,9999}\n(?:[^\n]{0,9999}\n){0,999}?)(?:---|\.\.\.)[ \t]*\n"
)
_LABELLED = re.compile(
    r"Title: (?P<title>[^\n]{1,1000})\n\n?URL Source: (?P<url>\S{1,2000})\n\n?"
    r"(?:Published Time: (?P<date>[^\n]{1,100})\n\n?)?(?:Number of Pages: \d{1,9}\n\n?)?Markdown Content:\n"
)
"""The lines that Jina Reader writes before the text."""

_LINK = re.compile(r"(?<!!)\[[^\[\]\n]{1,300}\]\((?:https?://|mailto:|[/#.<])[^\s()]{0,2000}")
_MARKS: Final = (
    ("#", re.compile(r"^#{1,6} [^\s#]", re.MULTILINE)),
    ("](", _LINK),
    ("![", re.compile(r"!\[[^\[\]\n]{0,300}\]\([^\s()]")),
    ("**", re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]{0,300}\*\*(?![\w*])")),
)
"""Marks that a plain text has by chance only seldom, and hardly two of them: of a headline, a link, a picture, and bold
words.  In front of each is what every text with it has, because that is faster to find."""

_WEAK_MARK = re.compile(r"^(?:> ?\S|[-*+] \S|\d{1,3}[.)] \S|\S[^\n]{0,200}\n(?:={3,}|-{3,})$)", re.MULTILINE)
"""A mark that is enough if the name of the file says that it is Markdown."""


def is_markdown(text: str, name: str = "") -> bool:
    """Whether a text is Markdown: it has marks of two kinds, or several links.

    If the file has a name of Markdown, one mark is enough.
    """
    if len(text) > MAX_SIZE:
        return False
    start = text[:SNIFFED].replace("\r\n", "\n").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    has_head = start.startswith("---") and _FRONT_MATTER.match(start) is not None
    kinds = has_head + sum(part in start and mark.search(start) is not None for part, mark in _MARKS)
    if name.lower().endswith(SUFFIXES) and (kinds or _WEAK_MARK.search(start)):
        return True
    return kinds >= MIN_KINDS or _LABELLED.match(start) is not None or _has_links(start)


def _has_links(start: str) -> bool:
    return start.count("](") >= MIN_LINKS and sum(1 for _ in _LINK.finditer(start)) >= MIN_LINKS


def render(text: str, source: str) -> tuple[Dump, dict[str, Json]]:
    """(the dump of a Markdown text, without its marks; the fields of its front matter).

    Raises UnreadableError if nothing is left to see.
    """
    import lxml.etree
    import markdown_it

    from copydesk import html_lines
    from copydesk.readers import markdown_page  # takes 20 ms with markdown-it, and few dumps are Markdown

    text = text.replace("\r\n", "\n").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\0", "")
    fields, body = _split(text)
    is_own = is_from_copydesk(fields)
    markup = markdown_page.markup(body, is_own=is_own)
    try:
        root = html_lines.parse(markup)
        shown = html_lines.render(root) if root is not None else html_lines.render_deep(markup)
    except lxml.etree.LxmlError as error:
        raise UnreadableError("empty", f"not Markdown: {error}") from error
    if not shown.text:
        raise UnreadableError("empty", "the Markdown shows no text")
    versions = f"markdown-it {markdown_it.__version__}, libxml2 {'.'.join(map(str, lxml.etree.LIBXML_VERSION))}"
    found = replace(
        dump.from_text(shown.text, source),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        renderer=f"copydesk {__version__}, markdown, {versions}",
        origins=shown.origins,
        pictures=shown.pictures,
    )
    return found, fields


def is_from_copydesk(fields: Mapping[str, Json]) -> bool:
    """Whether the fields are the front matter of an article that copydesk wrote."""
    return isinstance(fields.get("id"), str) and isinstance(fields.get("source"), str)


def _split(text: str) -> tuple[dict[str, Json], str]:
    """(the fields in front of a text, the text without them)."""
    labelled = _LABELLED.match(text)
    if labelled:
        return {key: value for key, value in labelled.groupdict().items() if value}, text[labelled.end() :]
    found = _FRONT_MATTER.match(text)
    if found is None or found.end() > MAX_HEAD:
        return {}, text
    try:
        head = yaml.load(found["yaml"], Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):  # PyYAML raises ValueError for a day that does not exist
        return {}, text
    if not isinstance(head, dict):
        return {}, text
    left = [MAX_VALUES]
    fields = _json(head, left)
    return (fields if isinstance(fields, dict) and left[0] > 0 else {}), text[found.end() :]


def _json(value: object, left: list[int]) -> Json:
    """A value of YAML as JSON has it; `left` counts down the values that may still come."""
    left[0] -= 1
    if left[0] <= 0:
        return None
    if isinstance(value, Mapping):
        return {str(key): _json(one, left) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(one, left) for one in value]
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)
