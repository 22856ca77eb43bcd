"""HTML pages.  A page is one dump: the text that it shows, with one line for each block, and the metadata it states."""

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import IO, Final

from copydesk import __version__, decoding, dump, garbage
from copydesk.config import Config
from copydesk.decoding import in_bytes
from copydesk.dump import NOTHING_GIVEN, Dump, Origin, Pending, UnreadableError, check_size
from copydesk.readers import page_metadata, page_rights, page_statements
from copydesk.repair import from_page

DECLARATION_BYTES: Final = 4096
"""First bytes of a page in which its charset is searched.  HTML requires it in the first 1024 bytes."""

SNIFFED_BYTES: Final = 1024
"""First bytes of a file that decide whether it is a page, if its name does not."""

MIN_SHARED: Final = 0.8
"""Share of a text's characters that the page must contain too.  If it has fewer, it is another page, and not used."""

MIN_OF_PAGE: Final = 0.7
"""Share of a page's characters that a text must contain.  If it has fewer, its lines do not get origins in the page."""

_PAGE = re.compile(
    rb"\s*+(?:\xef\xbb\xbf\s*+)?(?:<\?xml[^>]{0,200}>\s*+)?(?:<!--.{0,500}?-->\s*+)?<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})|<\?xml[^>]{0,99}encoding=[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)


def read(stream: IO[bytes], source: str, settings: Config) -> Pending:
    """The page's dump.  Raises OSError if the stream can't be read, UnreadableError if it is too large."""
    data = stream.read(settings.limits.record_size + 1)
    check_size(len(data), settings)
    return Pending(source, partial(render, data, source), data)


def is_page(beginning: bytes) -> bool:
    """Whether the first bytes of a file declare an HTML page."""
    return _PAGE.match(beginning[:SNIFFED_BYTES]) is not None


def render(data: bytes, source: str, declared: str | None = None) -> Dump:
    """The dump of a page's bytes: one line for each block, with its origin.

    `declared` is the charset of the HTTP header; it has precedence over the charset in the page.  Raises
    UnreadableError if the page holds no text.
    """
    markup = dump.from_bytes(data, source, declared or _own_charset(data))
    rendered = render_text(markup.text, source)
    return replace(
        rendered,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=markup.encoding,
        undecoded=in_bytes(markup.text, markup.encoding, markup.undecoded),
        declared=markup.declared,
        detected=markup.detected,
    )


def decode(data: bytes) -> str:
    """The markup of a page's bytes."""
    return decoding.decode(data, _own_charset(data)).text


def _own_charset(data: bytes) -> str | None:
    """The charset that the page itself declares."""
    found = _CHARSET.search(data[:DECLARATION_BYTES])
    return next((name.decode("ascii") for name in found.groups() if name), None) if found else None


@garbage.paused()
def render_text(markup: str, source: str) -> Dump:
    """The dump of a decoded page; its digest is that of the rendered text."""
    import lxml.etree  # takes 0.4 s to import with trafilatura, and only HTML needs them

    from copydesk import html_lines, html_no_script

    root = html_lines.parse(markup)
    try:
        shown = html_lines.render(root) if root is not None else html_lines.render_deep(markup)
        if root is not None and html_no_script.show(root, shown.text):
            shown = html_lines.render(root)
    except lxml.etree.LxmlError as error:
        raise UnreadableError("empty", f"not a page: {error}") from error
    if not shown.text:
        raise UnreadableError("empty", "the page shows no text")
    stated = page_statements.read(root) if root is not None else None
    given = page_metadata.of(root, stated, markup, shown.text) if root is not None and stated else NOTHING_GIVEN
    return replace(
        dump.from_text(shown.text, source, given=given),
        renderer=f"copydesk {__version__}, libxml2 {'.'.join(map(str, lxml.etree.LIBXML_VERSION))}",
        origins=shown.origins,
        pictures=shown.pictures,
        base=stated.base if stated else None,
        rights=page_rights.of(root, stated) if root is not None and stated else (),
    )


def beside(text: Dump, markup: str) -> Dump:
    """A text's dump, with the spaces, line origins and metadata of the HTML page from which the text was taken.

    The raw text stays as it is.  If the HTML is that of another page, the dump is returned unchanged.  Raises
    UnreadableError if the page holds no text.
    """
    rendered = render_text(markup, text.source)
    same = list(from_page.same(text.text, rendered.text))
    if len(same) < MIN_SHARED * _size(text.text):
        return text
    origins = _origins(text.text, rendered, same) if len(same) >= MIN_OF_PAGE * _size(rendered.text) else ()
    return replace(
        text,
        given=text.given.or_else(rendered.given),
        origins=origins,
        rendered=rendered.text,
        rights=(*text.rights, *rendered.rights),
    )


def _size(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _origins(text: str, page: Dump, same: Iterable[tuple[int, int]]) -> tuple[Origin, ...]:
    """The origins of a text's lines.

    Each line gets the origin of the page's line with which it shares most characters, without its links and its table:
    these have places in the text of the page.
    """
    from copydesk.html_lines import NOTHING_KNOWN

    theirs = [origin.start for origin in page.origins]
    starts = [0, *(place for place, char in enumerate(text, 1) if char == "\n")]
    shared: dict[int, Counter[int]] = {}
    for place, there in same:
        line = bisect_right(starts, place) - 1
        shared.setdefault(line, Counter())[bisect_right(theirs, there) - 1] += 1
    return tuple(
        replace(page.origins[shared[line].most_common(1)[0][0]], start=start, links=(), table=0)
        if line in shared
        else Origin(start, NOTHING_KNOWN)
        for line, start in enumerate(starts)
    )
