"""Files to dumps: each reader knows one container and yields what is in it, dump by dump.

What can't be read is yielded too, as a Reject with its reason, and the rest goes on.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from copydesk.config import Config
from copydesk.document import Reject
from copydesk.dump import Dump
from copydesk.readers import html, jsonl, text

HTML_SUFFIXES: Final = (".html", ".htm", ".xhtml")
JSONL_SUFFIXES: Final = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json")
SNIFFED: Final = 1024
"""Bytes of a file without such a name that are looked at: a page is a page whatever its file is called."""

_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


def read(path: Path, source: str, settings: Config) -> Iterator[Dump | Reject]:
    """What is in the file at `path`, in its order."""
    try:
        yield from _read(path, source, settings)
    except OSError as error:
        yield Reject(source, "unreadable", f"{error.strerror or error}")


def _read(path: Path, source: str, settings: Config) -> Iterator[Dump | Reject]:
    name = path.name.lower()
    if name.endswith(JSONL_SUFFIXES):
        yield from jsonl.read(path, source, settings)
    elif name.endswith(HTML_SUFFIXES) or _PAGE.match(_beginning(path)):
        yield html.read(path, source, settings)
    else:
        yield text.read(path, source, settings)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SNIFFED)
