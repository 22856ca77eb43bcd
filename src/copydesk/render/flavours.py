"""Markdown for programs that read more than CommonMark: Obsidian, Hugo, pandoc.

A flavour is the default Markdown with another front matter, without the headline as a heading (these programs show the
title of the front matter), and with a backslash before each character that only this program reads as a mark.  To
CommonMark such a backslash changes nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from copydesk.document import Json, Record
from copydesk.output_settings import Flavour
from copydesk.render import front_matter, markdown, markdown_inline

_ESCAPE: Final = r"\\[!-/:-@\[-`{-~]"
"""An escaped character, as the default Markdown has it: it stays as it is."""

_CODE = re.compile(r"^(`{3,})\n(?:.*\n)*?\1$|^ {4}.*$", re.MULTILINE)
"""Code of the default Markdown: between fences, or indented."""

_OBSIDIAN = re.compile(
    rf"(?P<same>{_ESCAPE})"
    r"|(?:(?<=\s)|^)#(?=[\w/-])"  # a tag
    r"|\$|=(?==)|\^(?=[A-Za-z0-9-]+$)",  # mathematics, a highlight, the name of a block
    re.MULTILINE,
)
_HUGO = re.compile(rf"(?P<same>{_ESCAPE})|^:(?=\s)|~", re.MULTILINE)
"""A definition of a word, and deleted text: goldmark with the extensions that Hugo uses."""

_PANDOC = re.compile(
    rf"(?P<same>{_ESCAPE})"
    r"|[$^~\\]|(?<![^\W_])@"  # mathematics, raised, lowered, TeX, a quoted work
    r"|^:(?=\s)",  # a definition; a line of verse has a backslash already, and rows of tables begin with "|"
    re.MULTILINE,
)
_LETTERED = re.compile(
    r"^((?:[-*] |\d{1,9}[.)] )?)(\((?:\d{1,9}|[A-Za-z]{1,9})|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)([.)])(?=\s|$)",
    re.MULTILINE,
)
"""What pandoc takes for an item of a list, at the beginning of a line or of an item: "(1)", "a)", "IV."."""

_NOT_IN_TAG = re.compile(r"[^\w/]+")
_MINUTES = re.compile(r"(T\d\d:\d\d)(?=$|[Z+-])")
_PLAIN_DAY = re.compile(r"^((?:published|updated): )'(\d{4}-\d\d-\d\d)'$", re.MULTILINE)
_SHORTCODE = re.compile(r"\{\{[<%]")


def document(record: Record, flavour: Flavour) -> str:
    """The Markdown of an article in a flavour.  Raises MarkdownError where the default does not read back."""
    text = markdown.article(record)
    start = text.index(f"\n{markdown.FENCE}", len(markdown.FENCE) - 1) + len(f"\n{markdown.FENCE}\n")
    body = text[start:].partition("\n")[2].lstrip("\n") if record.metadata.title else text[start:]
    head, mark = _FLAVOURS[flavour]
    facts = {name: value for name, value in head(record).items() if value not in (None, "", [])}
    return f"{markdown.FENCE}{_dumped(facts, flavour)}{markdown.FENCE}\n{mark(body)}"


def _dumped(facts: Mapping[str, Json], flavour: Flavour) -> str:
    """The front matter.  To Obsidian a date is a date, also for plugins that look at the quotation marks."""
    text = front_matter.dump(facts)
    return _PLAIN_DAY.sub(r"\1\2", text) if flavour is Flavour.OBSIDIAN else text


def _of_obsidian(record: Record) -> dict[str, Json]:
    """Properties: texts, dates and lists.  A date has no time, because a property has one type in the whole vault."""
    facts = record.metadata
    return {
        "id": record.id,
        "source": record.source,
        "title": facts.title,
        "aliases": [facts.title] if facts.title else [],
        "deck": facts.deck,
        "authors": _names(record),
        "published": (facts.published or "")[:10],
        "updated": (facts.updated or "")[:10],
        "publisher": facts.publisher,
        "agency": facts.agency,
        "dateline": facts.dateline,
        "section": facts.section,
        "language": facts.language,
        "url": facts.url,
        "rights": _rights(record),
        "tags": _tags(record),
    }


def _of_hugo(record: Record) -> dict[str, Json]:
    """Hugo takes `url` for the address of its own page, so the address of the story is `original`."""
    facts = record.metadata
    return {
        "id": record.id,
        "source": record.source,
        "title": facts.title,
        "description": facts.deck,
        "authors": _names(record),
        "date": _with_seconds(facts.published),
        "lastmod": _with_seconds(facts.updated),
        "publisher": facts.publisher,
        "agency": facts.agency,
        "dateline": facts.dateline,
        "categories": [facts.section] if facts.section else [],
        "language": facts.language,
        "original": facts.url,
        "copyright": facts.copyright.notice if facts.copyright else None,
        "rights": _rights(record),
        "tags": _tags(record),
    }


def _of_pandoc(record: Record) -> dict[str, Json]:
    """The names of pandoc's templates.  pandoc reads each text as Markdown."""
    facts = record.metadata
    made: dict[str, Json] = {
        "id": record.id,
        "source": record.source,
        "title": facts.title,
        "subtitle": facts.deck,
        "author": _names(record),
        "date": facts.published,
        "updated": facts.updated,
        "lang": facts.language,
        "keywords": [*facts.tags],
        "publisher": facts.publisher,
        "agency": facts.agency,
        "dateline": facts.dateline,
        "section": facts.section,
        "url": facts.url,
        "copyright": facts.copyright.notice if facts.copyright else None,
        "rights": _rights(record),
    }
    return {name: _as_markdown(value) for name, value in made.items()}


def _as_markdown(value: Json) -> Json:
    if isinstance(value, list):
        return [_as_markdown(one) for one in value]
    return _for_pandoc(markdown_inline.escaped(value)) if isinstance(value, str) else value


def _names(record: Record) -> list[Json]:
    return [author.name for author in record.metadata.authors]


def _rights(record: Record) -> list[Json]:
    return [f"{one.mark}: {one.value}" for one in record.rights]


def _tags(record: Record) -> list[Json]:
    """The tags without spaces: letters, digits, "-", "_" and "/"; a number gets a mark, as Obsidian wants."""
    tags = (_NOT_IN_TAG.sub("-", tag).strip("-/") for tag in record.metadata.tags)
    found: dict[str, Json] = {}
    for tag in tags:
        if tag:
            found.setdefault(tag.casefold(), f"_{tag}" if tag.isnumeric() else tag)
    return list(found.values())


def _with_seconds(date: str | None) -> str | None:
    """A date as Hugo reads it: a time has seconds."""
    return _MINUTES.sub(r"\1:00", date) if date else None


def _marked(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """A function that writes a backslash before what the pattern finds, but not in code."""

    def mark(body: str) -> str:
        return "".join(
            text if is_code else "\n".join(_escaped(line, pattern) for line in text.split("\n"))
            for is_code, text in _divided(body)
        )

    return mark


def _escaped(line: str, pattern: re.Pattern[str]) -> str:
    """A line, which is a paragraph or an item, with its marks escaped.  A single "$" begins no formula."""
    has_formula = line.count("$") > 1

    def escape(found: re.Match[str]) -> str:
        is_text = found["same"] or (found[0] == "$" and not has_formula)
        return found[0] if is_text else f"\\{found[0]}"

    return pattern.sub(escape, line)


def _divided(body: str) -> Iterator[tuple[bool, str]]:
    """(is it code, text) of each piece of a body."""
    at = 0
    for code in _CODE.finditer(body):
        yield False, body[at : code.start()]
        yield True, code[0]
        at = code.end()
    yield False, body[at:]


def _for_hugo(body: str) -> str:
    """In code too, Hugo would run `{{< >}}`, so such code is written as lines of text."""
    shown = (_as_lines(text) if is_code and _SHORTCODE.search(text) else text for is_code, text in _divided(body))
    return _marked(_HUGO)("".join(shown))


def _as_lines(code: str) -> str:
    lines = (line.strip() for line in code.splitlines())
    return "\\\n".join(markdown_inline.escaped(line) for line in lines if line.strip("`"))


def _for_pandoc(body: str) -> str:
    return "".join(
        text if is_code else _LETTERED.sub(r"\1\2\\\3", _MARK_PANDOC(text)) for is_code, text in _divided(body)
    )


_MARK_PANDOC: Final = _marked(_PANDOC)
_FLAVOURS: Final[Mapping[Flavour, tuple[Callable[[Record], dict[str, Json]], Callable[[str], str]]]] = {
    Flavour.OBSIDIAN: (_of_obsidian, _marked(_OBSIDIAN)),
    Flavour.HUGO: (_of_hugo, _for_hugo),
    Flavour.PANDOC: (_of_pandoc, _for_pandoc),
}
