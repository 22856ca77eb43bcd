"""An HTML page is one dump: the text that trafilatura finds in it, and what it says of the page."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from copydesk import dump
from copydesk.config import Config
from copydesk.desk import check_size
from copydesk.document import Reject
from copydesk.dump import Dump, Given, UnreadableError

DECLARATION_BYTES: Final = 4096
"""How far into a page its charset is looked for; HTML wants it in the first 1024 bytes, pages are laxer."""

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})|<\?xml[^>]{0,99}encoding=[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)


def read(path: Path, source: str, settings: Config) -> Dump | Reject:
    """The page's dump, or why there is none.  Raises OSError where the file can't be read."""
    try:
        check_size(path.stat().st_size, settings)
        return render(path.read_bytes(), source)
    except UnreadableError as error:
        return Reject(source, error.reason, error.detail)


def render(page: bytes, source: str) -> Dump:
    """The dump of a page's bytes.  Raises UnreadableError where it holds no text."""
    import trafilatura  # 0.4 s, and only HTML needs it
    from trafilatura.settings import Document

    declared = _CHARSET.search(page[:DECLARATION_BYTES])
    name = next((found for found in declared.groups() if found), None) if declared else None
    markup = dump.from_bytes(page, source, name.decode("ascii") if name else None)
    found = trafilatura.bare_extraction(markup.text.replace("\x00", ""), include_comments=False, with_metadata=True)
    found = found if isinstance(found, Document) else None  # a dictionary only where that is asked for
    text = (found.text if found else None) or trafilatura.html2txt(markup.text)
    if not text:
        raise UnreadableError("empty", "the page holds no text outside its markup")
    given = Given()
    if found:
        given = Given(
            title=found.title or None,
            authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
            date=found.date or None,
            url=found.url or None,
            publisher=found.sitename or None,
        )
    return replace(
        dump.from_text(text, source, given=given),
        sha256=hashlib.sha256(page).hexdigest(),
        encoding=markup.encoding,
        renderer=f"trafilatura {trafilatura.__version__}",
    )
