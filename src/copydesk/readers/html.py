"""An HTML page is one dump: all that it shows, a line a block, and what it states of itself."""

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import IO, Final

from copydesk import __version__, dump
from copydesk.config import Config
from copydesk.dump import NOTHING_GIVEN, Dump, Origin, Pending, UnreadableError, check_size
from copydesk.gaps import rendered
from copydesk.readers import page_metadata

DECLARATION_BYTES: Final = 4096
"""How far into a page its charset is looked for; HTML wants it in the first 1024 bytes, pages are laxer."""

SNIFFED: Final = 1024
"""Bytes of a file without such a name that are looked at: a page is a page whatever its file is called."""

LEAST_KNOWN: Final = 0.8
"""Of a text's characters: so many must stand in the page for it to be that page's text."""

LEAST_OF_PAGE: Final = 0.7
"""Of a page's characters: so many must stand in a text of it for its lines to be judged as a whole page's are."""

_PAGE = re.compile(
    rb"\s*+(?:\xef\xbb\xbf\s*+)?(?:<\?xml[^>]{0,200}>\s*+)?(?:<!--.{0,500}?-->\s*+)?<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})|<\?xml[^>]{0,99}encoding=[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)


def read(stream: IO[bytes], source: str, settings: Config) -> Pending:
    """The page's dump.  Raises OSError where the stream can't be read, UnreadableError where it is too large."""
    data = stream.read(settings.settings.limits.record_size + 1)
    check_size(len(data), settings)
    return Pending(source, partial(render, data, source), data)


def is_page(begins: bytes) -> bool:
    """Whether what begins so says itself that it is an HTML page."""
    return _PAGE.match(begins[:SNIFFED]) is not None


def render(data: bytes, source: str, declared: str | None = None) -> Dump:
    """The dump of a page's bytes: a line a block, with its origin.  Raises UnreadableError where it holds no text.

    `declared` is the charset that came with the page (HTTP); it goes before what the page says itself.
    """
    found = _CHARSET.search(data[:DECLARATION_BYTES])
    own = next((name for name in found.groups() if name), b"") if found else b""
    markup = dump.from_bytes(data, source, declared or own.decode("ascii") or None)
    made = render_text(markup.text, source)
    return replace(made, sha256=hashlib.sha256(data).hexdigest(), encoding=markup.encoding)


def render_text(markup: str, source: str) -> Dump:
    """The dump of a page that was decoded already; its digest is that of the rendered text."""
    import lxml.etree  # with trafilatura 0.4 s, and only HTML needs them

    from copydesk import html_lines

    root = html_lines.parse(markup)
    try:
        shown = html_lines.render(root) if root is not None else html_lines.render_deep(markup)
    except lxml.etree.LxmlError as error:
        raise UnreadableError("empty", f"no page: {error}") from error
    if not shown.text:
        raise UnreadableError("empty", "the page holds no text outside its markup")
    return replace(
        dump.from_text(
            shown.text, source, given=page_metadata.of(root, markup, shown.text) if root is not None else NOTHING_GIVEN
        ),
        renderer=f"copydesk {__version__}, libxml2 {'.'.join(map(str, lxml.etree.LIBXML_VERSION))}",
        origins=shown.origins,
    )


def beside(text: Dump, markup: str) -> Dump:
    """A text's dump with what the HTML of its page knows: gaps, origins of lines, and what is stated there.

    The text stays the raw text; where the HTML is that of another page, nothing is known.  Raises UnreadableError where
    the page holds no text.
    """
    made = render_text(markup, text.source)
    same = list(rendered.same(text.text, made.text))
    if len(same) < LEAST_KNOWN * _size(text.text):
        return text
    origins = _origins(text.text, made, same) if len(same) >= LEAST_OF_PAGE * _size(made.text) else ()
    return replace(text, given=text.given.or_else(made.given), origins=origins, rendered=made.text)


def _size(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _origins(text: str, made: Dump, same: Iterable[tuple[int, int]]) -> tuple[Origin, ...]:
    """The origins of a text's lines: those of the page's lines in which most of each stands."""
    from copydesk.html_lines import NOTHING_KNOWN

    theirs = [origin.start for origin in made.origins]
    starts = [0, *(place for place, char in enumerate(text, 1) if char == "\n")]
    held: dict[int, Counter[int]] = {}
    for place, there in same:
        line = bisect_right(starts, place) - 1
        held.setdefault(line, Counter())[bisect_right(theirs, there) - 1] += 1
    return tuple(
        replace(made.origins[held[line].most_common(1)[0][0]], start=start)
        if line in held
        else Origin(start, NOTHING_KNOWN)
        for line, start in enumerate(starts)
    )
