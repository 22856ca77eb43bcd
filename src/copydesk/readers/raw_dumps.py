"""Raw dumps that a program hands over, read as a file would be."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from copydesk import dump, files, readers
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.dump import NOTHING_GIVEN, Dump, Pending, SuppliedMetadata, UnreadableError
from copydesk.raw_dump import Form, RawDump
from copydesk.readers import html, jsonl, markdown, record_fields
from copydesk.readers.kinds import SNIFFED_BYTES
from copydesk.readers.record_fields import Names

_PAGE_NAME = re.compile(r"\.x?html?$", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")  # a text has none, also if its source is the address of a page


def find(raw: RawDump, settings: Config) -> Iterator[Pending | Reject]:
    """The dumps in a raw dump, not decoded yet, and rejects.  Only a container has more than one."""
    for found in _found(raw, settings):
        if isinstance(found, Pending) and raw.given != NOTHING_GIVEN:
            yield replace(found, make=partial(_with_facts, found, raw.given))
        else:
            yield found


def only(raw: RawDump, settings: Config) -> Dump:
    """The dump in a raw dump, which must have exactly one.

    Raises UnreadableError if it can't be read, and ValueError if it is a container with more than one dump.
    """
    chosen: Dump | None = None
    for found in find(raw, settings):
        if chosen is not None and isinstance(found, Pending):
            raise ValueError(f"{raw.source or 'this file'} has more than one dump: copydesk.read gives all of them")
        made = readers.make(found)
        if isinstance(made, Reject):
            raise UnreadableError(made.reason, made.detail)
        chosen = made
    if chosen is None:
        raise UnreadableError("empty", "the file has no dump")
    return chosen


def _found(raw: RawDump, settings: Config) -> Iterator[Pending | Reject]:
    if raw.file is not None and raw.form is Form.ANY:
        yield from readers.find(Path(raw.file), raw.source, settings)
        return
    try:
        if raw.file is not None:
            with files.open_regular(Path(raw.file)) as stream:
                yield html.read(stream, raw.source, settings)
        elif raw.text is not None:
            yield _of_text(raw.text, raw.source, raw.form, settings)
        else:
            yield from _of_bytes(raw.data or b"", raw.source, raw.form, settings)
    except UnreadableError as error:
        yield Reject(raw.source, error.reason, error.detail)
    except OSError as error:
        yield Reject(raw.source, "unreadable", error.strerror or str(error))


def _of_text(text: str, source: str, form: Form, settings: Config) -> Pending:
    dump.check_size(len(text), settings)
    beginning = text[:SNIFFED_BYTES]
    is_page = form is Form.PAGE or html.is_page(beginning.encode(errors="replace"))
    is_page = is_page or (_PAGE_NAME.search(source) is not None and _TAG.search(beginning) is not None)
    if not is_page and form is Form.ANY and markdown.is_markdown(text, source):
        return Pending(source, partial(record_fields.from_markdown, text, source, settings))
    return Pending(source, partial(html.render_text if is_page else dump.from_text, text, source))


def _of_bytes(data: bytes, source: str, form: Form, settings: Config) -> Iterator[Pending | Reject]:
    if form is Form.RECORD:
        yield jsonl.record(data, _Known(source), settings)
    elif form is Form.PAGE:
        yield html.read(io.BytesIO(data), source, settings)
    else:
        stream = io.BufferedReader(io.BytesIO(data))
        yield from readers.find_in(stream, source, source, settings)


class _Known(Names):
    """The name of one record, which was found when its container was read."""

    def of(self, own: str | None, number: int | None) -> tuple[str | None, str]:
        """The known name and source."""
        return self.source.partition("#")[2], self.source

    def at(self, number: int | None) -> str:
        """The known source."""
        return self.source


def _with_facts(found: Pending, given: SuppliedMetadata) -> Dump:
    """The dump with facts from other places, which have precedence over its own."""
    made = found.make()
    own = made.given
    both = replace(given.or_else(own), extra={**own.extra, **given.extra})
    return replace(made, given=both)
