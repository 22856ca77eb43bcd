"""Articles as news items in IPTC ninjs 3.1.  Only what the record has evidence for is written.

A date without a time, or a time without an offset, has no place in ninjs, which wants both: it is left out.
"""

import re
from collections.abc import Iterator
from typing import Final

from copydesk.document import Image, Json, Record

STANDARD: Final[dict[str, Json]] = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
PLAIN: Final = "text/plain"

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)


def item(record: Record) -> dict[str, Json]:
    """The news item of an article."""
    facts, notice = record.metadata, record.metadata.copyright
    complete = record.quality.complete if record.quality else None
    subjects = [*([("section", facts.section)] if facts.section else []), *(("tag", tag) for tag in facts.tags)]
    made: dict[str, Json] = {
        "uri": _uri(facts.url, record.id),
        "standard": STANDARD,
        "type": "text",
        "representationType": None if complete is None else "full" if complete else "partial",
        "firstCreated": _moment(facts.published),
        "versionCreated": _moment(facts.updated),
        "language": facts.language,
        "headlines": _texts(facts.title),
        "descriptions": _texts(facts.deck),
        "by": ", ".join(author.name for author in facts.authors),
        "people": [{"name": author.name, "rel": "author"} for author in facts.authors],
        "infoSources": [
            {"name": name, "role": role}
            for role, name in (("publisher", facts.publisher), ("agency", facts.agency))
            if name
        ],
        "located": facts.dateline,
        "subjects": [{"name": name, "rel": rel} for rel, name in subjects],
        "copyrightHolder": notice.holder if notice else None,
        "copyrightNotice": notice.notice if notice else None,
        "usageTerms": "; ".join(f"{right.mark}: {right.value}" for right in record.rights),
        "edNote": "\n".join(facts.notes),
        "bodies": [{"contentType": PLAIN, **_size(record), "value": record.text}],
        "associations": [*_pictures(record)],
        "altIds": [{"role": "copydesk", "value": record.id}, {"role": "source", "value": record.source}],
    }
    return {name: value for name, value in made.items() if value not in (None, "", [])}


def _uri(address: str | None, own: str) -> str:
    """The address if it is a URI, else a name made of the id."""
    return address if address and _URI.fullmatch(address) else f"urn:copydesk:{own}"


def _moment(date: str | None) -> str | None:
    """A date with time and offset as RFC 3339 writes it, with seconds; None for any other."""
    found = _MOMENT.fullmatch(date or "")
    return f"{found[1]}{found[2] or ':00'}{found[3]}" if found else None


def _texts(text: str | None) -> list[Json]:
    return [{"contentType": PLAIN, "value": text}] if text else []


def _size(record: Record) -> dict[str, Json]:
    words: dict[str, Json] = {"wordCount": record.quality.signals.words} if record.quality else {}
    return {"charCount": len(record.text), **words}


def _pictures(record: Record) -> Iterator[Json]:
    for number, image in enumerate(record.metadata.images, 1):
        yield {
            "name": f"picture-{number}",
            "rel": "picture",
            "type": "picture",
            "uri": _uri(image.url, f"{record.id}:picture-{number}"),
            **_described(image),
        }


def _described(image: Image) -> dict[str, Json]:
    roles = (("caption", image.caption), ("alt", image.alt))
    texts: list[Json] = [{"role": role, "contentType": PLAIN, "value": text} for role, text in roles if text]
    return {**({"descriptions": texts} if texts else {}), **({"by": image.credit} if image.credit else {})}
