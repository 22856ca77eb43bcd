"""The text of a line as Markdown, in which nothing but the characters and the links is found."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from copydesk.document import Link

_SPECIAL = re.compile(
    r"\\(?=[!-/:-@[-`{-~]|$)"  # a backslash that would escape
    r"|[`*\[]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # between letters it is only itself
    r"|~(?=~)"
)
_LIVE = re.compile(
    r"<(?=[^\s\d=])"  # markup; also a template `<% %>`, and what MkDocs includes by `--8<--`
    r"|&(?=#?\w{1,32};)"  # a character reference
    r"|\{"  # templates `{{ }}`, `{% %}`, and attributes `{: onclick=...}`
    r"|(?<=%)%"  # a comment of Obsidian
    r"|(?<=javascript):|(?<=vbscript):|(?<=\bdata):",  # addresses that run a program
    re.IGNORECASE,
)
"""Characters that are nothing special to CommonMark once they are escaped by a backslash, but that other programs read
as markup, templates or programs: Python-Markdown and showdown do not know the backslash before `<`."""

_AT_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|-(?=--)|=(?==*$)|>|\|(?=\s|$)|(?<=\d)[.)](?=\s|$)")
_NUMBER_AT_START = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")
_NAMED: Final = {"<": "&lt;", "&": "&amp;"}


def escaped(text: str) -> str:
    """`text` with the fewest marks with which CommonMark, and no other reader, finds anything but the characters."""
    number = _NUMBER_AT_START.match(text)
    start = number.end() if number else 0
    mark = _AT_START.match(text, start)
    inline = _LIVE.sub(_reference, _SPECIAL.sub(r"\\\g<0>", text[start:]))
    return text[:start] + ("\\" if mark else "") + inline


def _reference(character: re.Match[str]) -> str:
    """The character reference that every reader of Markdown and HTML shows as this character."""
    return _NAMED.get(character[0]) or f"&#{ord(character[0])};"


def inline(text: str, links: Sequence[Link], start: int, end: int) -> str:
    """The part of a text from `start` to `end`, with its links.

    `links` are in order, with places in the text; their addresses must be those of a record.
    """
    pieces: list[str] = []
    at = start
    for link in links[bisect_left(links, start + 1, key=lambda link: link.end) :]:
        first, last = max(link.start, at), min(link.end, end)
        if link.start >= end:
            break
        words = text[first:last]
        first += len(words) - len(words.lstrip())
        last = first + len(words.strip())
        if first < last:
            address = _LIVE.sub(_reference, in_markdown(link.href))
            pieces += _before_link(escaped(text[at:first])), f"[{_label(text[first:last])}]({address})"
            at = last
    return "".join((*pieces, escaped(text[at:end])))


def _before_link(text: str) -> str:
    """Text in front of a link: an exclamation mark there would make a picture of it."""
    return f"{text[:-1]}\\!" if text.endswith("!") else text


def _label(words: str) -> str:
    """The words of a link: a bracket would end them, and some readers take "^" for the sign of a footnote."""
    text = escaped(words).replace("]", "\\]")
    return f"\\{text}" if text.startswith("^") else text


def in_markdown(href: str) -> str:
    """An address without the brackets that would end it."""
    return href.replace("(", "%28").replace(")", "%29")
