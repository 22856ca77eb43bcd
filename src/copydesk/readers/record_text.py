"""Which field of a record holds its story: text, or the HTML of the page.

A text may be a string, a list of paragraphs, or an object with the text in it.  A field that is blank does not count,
and neither does a stub ("Read more ...") if another field holds many times as much.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from copydesk.config import Config
from copydesk.document import Json
from copydesk.input_settings import FieldSettings

HOLDERS: Final = frozenset(
    (
        *("article", "row", "_source", "doc", "document", "data", "attributes", "item", "node", "fields", "post"),
        *("news", "story", "record", "payload", "result", "properties", "entry", "page"),
    )
)
"""Objects inside a record that may be the record itself.  What others hold (an author, a comment) is no story."""

MAX_STUB: Final = 250
"""Characters of a stub.  News APIs cut a text after 200, and add how many are missing."""

MIN_TIMES_A_STUB: Final = 4
"""The text in another field is taken instead of a stub if it is this number of times as long: a story is."""

MAX_DEPTH: Final = 4
"""Levels of objects in which a text is searched: the record and HOLDERS inside HOLDERS."""

LONG_FIELDS: Final = 5
"""Fields with much text that a reject names."""

MIN_LONG: Final = 150
"""Characters of a field that may be a story: headlines and addresses are shorter."""

RENDERED: Final = "rendered"
"""The key under which WordPress stores the HTML of a field."""

_MARKUP = re.compile(
    r"\s*+(?:<!--[^>]{0,200}-->\s*+)?<(?:!doctype|html|head|body|div|p|article|section|main|figure|h[1-6]|ul|table)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<(?:script|style)\b.{0,100000}?</(?:script|style)>|<[^<>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_CLOSING = re.compile(r"</[a-z][a-z0-9]{0,9}>", re.IGNORECASE)

Object = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a record: the object in which it is, and its key there; `path` names it from the record on.

    `outer` is the field that has the object, if that is not the record itself.
    """

    holder: Object
    key: str
    path: str
    outer: "Place | None" = None

    @property
    def value(self) -> Json:
        """The value of the field."""
        return self.holder[self.key]

    def remove(self) -> None:
        """Remove the field from its object, and the object from its own if nothing is left in it."""
        self.holder.pop(self.key, None)
        if self.outer and not self.holder:
            self.outer.remove()


@dataclass(frozen=True, slots=True)
class Holder:
    """An object in which fields are searched: a record (`outer` is None), or an object inside."""

    fields: Object
    outer: Place | None = None

    def place(self, name: str) -> Place | None:
        """The field with this name, which may be a path; capitals do not matter, if there is none with the same."""
        key = name if name in self.fields else next((key for key in self.fields if key.lower() == name.lower()), None)
        if key is not None:
            return Place(self.fields, key, f"{self.outer.path}.{key}" if self.outer else key, self.outer)
        first, _, rest = name.partition(".")
        outer = self.place(first) if rest else None
        return Holder(outer.value, outer).place(rest) if outer and isinstance(outer.value, dict) else None

    def places(self, names: Sequence[str]) -> Iterator[Place]:
        """The fields that these names name, in their order."""
        return (place for name in names if (place := self.place(name)))

    def inside(self, keys: frozenset[str]) -> "Iterator[Holder]":
        """The objects under these keys (in lower case)."""
        for key, value in self.fields.items():
            if isinstance(value, dict) and key.lower() in keys:
                place = self.place(key)
                yield Holder(value, place)


@dataclass(frozen=True, slots=True)
class Story:
    """The text or the page of a record; at least one of them is not None.

    `holders` are the objects in which the story's facts are searched: the nearest to the text first.
    """

    text: str | None
    page: str | None
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: Place
    text: str
    is_page: bool


def has_text(record: Object, settings: Config) -> bool:
    """Whether a text or a page that is not blank is in the record itself, in a field that the settings name."""
    return bool(_candidates(Holder(record), settings.fields))


def is_record(one: Json, settings: Config) -> bool:
    """Whether this is an object with a text or a page, in itself or in an object inside."""
    return isinstance(one, dict) and any(_candidates(each, settings.fields) for each in _holders(Holder(one)))


def take(record: Object, settings: Config) -> Story | None:
    """The story, removed from the record, or None.  If all its fields are blank, the text is ""."""
    called = settings.fields
    whole = Holder(record)
    for holder in _holders(whole):
        found = _candidates(holder, called)
        if found:
            return _chosen(found, (holder, whole), called)
    for place in whole.places((*called.text, *called.html)):
        if isinstance(place.value, str):
            place.remove()
            return Story("", None, (whole,))
    return None


def long_fields(record: Object, called: FieldSettings) -> list[str]:
    """The paths of the fields that hold most text, the longest first."""
    sizes: dict[str, int] = {}
    level = [Holder(record)]
    for _ in range(MAX_DEPTH):
        for holder in level:
            for place in holder.places(tuple(holder.fields)):
                text = _joined(place.value, called)
                if text and len(text) >= MIN_LONG:
                    sizes[place.path] = len(text)
        level = [inner for holder in level for inner in holder.inside(frozenset(map(str.lower, holder.fields)))]
    return sorted(sizes, key=lambda path: -sizes[path])[:LONG_FIELDS]


def _holders(whole: Holder) -> Iterator[Holder]:
    """The record and the objects in it that may be the record itself, those outside first."""
    level = [whole]
    for _ in range(MAX_DEPTH):
        yield from level
        level = [inner for holder in level for inner in holder.inside(HOLDERS)]


def _candidates(holder: Holder, called: FieldSettings) -> list[_Candidate]:
    """The fields with a text and those with a page; blank ones are left out."""
    found = []
    for place, is_html in chain(
        ((place, False) for place in holder.places(called.text)),
        ((place, True) for place in holder.places(called.html)),
    ):
        inner = place.value
        within = (
            [place]
            if not isinstance(inner, dict) or _sections(inner)
            else Holder(inner, place).places((*called.text, *called.html, RENDERED))
        )
        for one in within:
            text = _joined(one.value, called)
            if text and not text.isspace():
                found.append(_Candidate(one, text, is_html or is_markup(text)))
    return found


def _chosen(found: Sequence[_Candidate], holders: tuple[Holder, ...], called: FieldSettings) -> Story:
    """The first text and the first page; without a stub, if there is a text or a page that is much longer."""
    texts = [one for one in found if not one.is_page]
    pages = [one for one in found if one.is_page]
    text = texts[0] if texts else None
    if text and len(text.text) <= MAX_STUB:
        enough = MIN_TIMES_A_STUB * len(text.text)
        longer = [one for one in texts if len(one.text) >= enough]
        shown = [] if longer else [one for one in pages if len(_TAGS.sub("", one.text)) >= enough]
        text = longer[0] if longer else None if shown else text
        pages = shown or pages
    page = pages[0] if pages else None
    first = text or page
    if first and first.place.outer:
        holders = (Holder(first.place.holder, first.place.outer), *holders)
    for one in (text, page):
        if one:
            one.place.remove()
    for holder in holders:
        for place in list(holder.places((*called.text, *called.html))):
            if place.value in (None, "", []) or (isinstance(place.value, str) and place.value.isspace()):
                place.remove()
    return Story(text.text if text else None, page.text if page else None, holders)


def is_markup(text: str) -> bool:
    """Whether a text is HTML: it begins with an element of a page, and has the end of one."""
    return _MARKUP.match(text) is not None and _CLOSING.search(text) is not None


def _joined(value: Json, called: FieldSettings) -> str | None:
    """The text of a value: a string, the paragraphs in a list, or the parts that Fundus stores."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return _sections(value)
    if not isinstance(value, list) or any(_is_item(one, called) for one in value):
        return None
    parts = [one if isinstance(one, str) else _of_paragraph(one, called) for one in value]
    return "\n\n".join(part for part in parts if part and not part.isspace()) or None


def _of_paragraph(one: Json, called: FieldSettings) -> str | None:
    """The text of a paragraph in a list: {"type": "p", "content": "..."}."""
    holder = Holder(one) if isinstance(one, dict) else None
    fields = holder.places(called.text) if holder else ()
    return next((text for place in fields if (text := _joined(place.value, called))), None)


def _is_item(one: Json, called: FieldSettings) -> bool:
    """Whether this is a record in a list of records, and no paragraph: it has an address or a headline of its own."""
    return isinstance(one, dict) and any(Holder(one).places((*called.url, *called.title)))


def _sections(body: Object) -> str | None:
    """The text of a story that Fundus stored in parts: summary, headings, paragraphs."""
    sections = body.get("sections")
    if not isinstance(sections, list):
        return None
    parts = [body.get("summary")]
    for section in sections:
        if isinstance(section, dict):
            parts += [section.get("headline"), section.get("paragraphs")]
    lines = [line for part in parts if isinstance(part, list) for line in part if isinstance(line, str)]
    return "\n\n".join(lines) or None
