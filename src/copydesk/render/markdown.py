"""Records to CommonMark with YAML front matter, and back: every document is read back before it is written.

The front matter has the metadata; the headline is a heading of the first level, subheads are of the second.  Tables are
those of GitHub Flavored Markdown: their first row is the head.
A list item whose text begins with a number or an asterisk has that as its marker; others get a hyphen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.document import Json, Label, Link, Metadata, Record
from copydesk.render import front_matter
from copydesk.render.markdown_inline import in_markdown, inline
from copydesk.story import story_parts, text_links

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FENCE: Final = "---\n"

_NO_LINKS: Final[Mapping[int, Sequence[Link]]] = {}

_CLOSING_HASHES = re.compile(r"(?<=\s)(#+)$")
_OWN_MARKER = re.compile(r"(?:\*|\d{1,9}[.)]) (?=\S)")


_PIPE = re.compile(r"(\\[^|])|\\?\|")
"""A sign that would end a cell, with a backslash before it or not; another escaped character is passed over."""

_BACKTICKS = re.compile("`+")
MIN_FENCE: Final = 3
"""Backticks of a fence around code; more where the code has as many itself."""

_LIVE_IN_CODE = re.compile(r"[<&]|\][(\[:]")
"""Markup, character references and links.  Readers that know no fences, as Python-Markdown by default, would find them
in fenced code, so such code is indented: every reader knows that."""

INDENT: Final = 4
"""Spaces before code, and before what belongs to the item of a list: in a list, Python-Markdown needs as many."""

SEPARATOR: Final = "[_]: #"
"""A definition of a link that is not there, of which readers show nothing.  It keeps two pieces of code apart."""


class MarkdownError(ValueError):
    """Markdown that, read back, differs from its record."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A Markdown document: its front matter, and its blocks as (kind, text).

    Kinds are "h1", "h2", "p", "li", "blockquote", "code" and "table".  A table has a line for each row, and a tab
    between two cells.
    """

    front_matter: Mapping[str, Json]
    blocks: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...] = ()
    """(words, address) of each link in the blocks."""


def article(record: Record, *, with_links: bool = False) -> str:
    """The Markdown of an article, checked.  Raises MarkdownError where it does not read back as the record.

    With `with_links`, the words that are links on the page are links.
    """
    story = _blocks(record)
    head = {"id": record.id, "source": record.source, **_front_matter(record.metadata)}
    title = record.metadata.title
    expected = [("h1", title), *story] if title else story
    links = _by_part(story, text_links(record)) if with_links else []
    linked = {len(expected) - len(story) + n: found for n, found in enumerate(links) if found}
    text = _fenced(head) + _body(expected, linked)
    parsed = parse(text)
    _check(parsed, expected, record.source, linked)
    _check_metadata(parsed.front_matter, record.metadata, record.source)
    if "\n\n".join(text_read for kind, text_read in parsed.blocks if kind != "h1") != record.text:
        raise MarkdownError(f"{record.source}: the Markdown does not give the record's text")
    return text


def teasers(parent: Record, records: Sequence[Record]) -> str:
    """All teasers of an article in one Markdown document, checked; a heading "Teaser 1" opens each.

    Headlines are headings, texts paragraphs; captions, credits and dates are list items that begin with their label.
    """
    return _teasers(parent.id, parent.source, records)


def of(record: Record, *, with_links: bool = False) -> str:
    """The Markdown of any record: of an article, of a dump without a story, or of one teaser."""
    if record.parent is None:
        return article(record, with_links=with_links)
    return _teasers(record.parent, record.source, [record])


def _teasers(parent: str, source: str, records: Sequence[Record]) -> str:
    listed: list[Json] = [
        {"id": record.id, "position": record.position, **_front_matter(record.metadata)} for record in records
    ]
    expected: list[tuple[str, str]] = []
    for record in records:
        expected.append(("h1", f"Teaser {record.position}"))
        for block in record.blocks:
            kind = _TEASER_KINDS.get(block.label)
            expected.append((kind, block.text) if kind else ("li", f"{block.label}: {block.text}"))
    text = _fenced({"parent": parent, "source": source, "teasers": listed}) + _body(expected)
    parsed = parse(text)
    _check(parsed, expected, source)
    for record, head in zip(records, _listed(parsed.front_matter), strict=True):
        _check_metadata(head, record.metadata, source)
    return text


def parse(text: str) -> Parsed:
    """Read a document that this module wrote, with a CommonMark parser and a YAML parser.

    Raises MarkdownError where it has anything that this module never writes.
    """
    if not text.startswith(FENCE):
        raise MarkdownError("no front matter")
    end = text.index("\n" + FENCE, len(FENCE) - 1) + 1
    head = front_matter.load(text[len(FENCE) : end])
    links: list[tuple[str, str]] = []
    blocks = tuple(_read_body(text[end + len(FENCE) :], links))
    return Parsed(head or {}, blocks, tuple(links))


_NO_MARK: Final = r"[^\\`*_\[<&#\r\n\0]*"
_PLAIN: Final = rf"{_NO_MARK}(?:& {_NO_MARK})*"
"""Text in which CommonMark finds nothing but itself: each of its inline constructs begins with one of these characters,
an entity with one that is followed by no space."""

_OPENS_BLOCK: Final = r"[\s>+=~|-]|\d+[.)](?:\s|$)"
"""What a line may begin with that is no paragraph; the others ("#", "*", "`", "<", "_") are no plain text either."""

_PLAIN_PIECE = re.compile(rf"(?:(#{{1,6}}) (?=\S)|(?!{_OPENS_BLOCK})){_PLAIN}")
"""A heading or a paragraph of one line."""

_PLAIN_ITEM = re.compile(rf"(?:- |(\d{{1,9}}[.)] ))(?!{_OPENS_BLOCK})({_PLAIN})")


def _read_body(body: str, links: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The blocks of a body; its links are added to `links`.

    Pieces between blank lines that CommonMark can read in one way only are read here, which takes a tenth of the time;
    the parser reads all others.  Only fenced code and HTML can reach over a blank line into a line that is not
    indented, and each of these begins in a piece that the parser reads, and refuses.
    """
    others: list[str] = []
    fence = ""
    for piece in body.split("\n\n"):
        bare = piece.strip("\n")
        if fence or bare.startswith("`" * MIN_FENCE):
            others.append(piece)
            is_open = fence != ""
            fence = fence or bare[: len(bare) - len(bare.lstrip("`"))]
            is_closed = bare.endswith(f"\n{fence}") or (bare == fence and is_open)
            fence = "" if is_closed else fence
            continue
        plain = list(_plain_blocks(bare)) if bare else []
        if plain:
            yield from _parsed_blocks(_parser().parse("\n\n".join(others)), links) if others else ()
            others.clear()
            yield from plain
        else:
            others.append(piece)
    if others:
        yield from _parsed_blocks(_parser().parse("\n\n".join(others)), links)


def _plain_blocks(piece: str) -> Iterator[tuple[str, str]]:
    """The blocks of a piece without blank lines; none where only a parser can tell."""
    if piece != piece.strip():
        return
    whole = _PLAIN_PIECE.fullmatch(piece)
    if whole:
        yield (f"h{len(whole[1])}", piece[len(whole[1]) + 1 :]) if whole[1] else ("p", piece)
        return
    items = [_PLAIN_ITEM.fullmatch(line) for line in piece.split("\n")]
    if any(item and item[1] for item in items[1:]):  # a number does not always end the item above it
        return
    if all(item and item[2] and item[2] == item[2].strip() for item in items):
        yield from (("li", (item[1] or "") + item[2]) for item in items if item)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # takes 40 ms, and a run itself parses no Markdown

    return MarkdownIt("commonmark").enable("table")


def _parsed_blocks(tokens: "Sequence[Token]", links: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    kind, marker = "p", ""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "list_item_open":
            kind = "li"
            marker = {"-": "", "*": "* "}.get(token.markup, f"{token.info}{token.markup} ")
        elif token.type == "heading_open":
            kind = token.tag
        elif token.type == "inline":
            children = token.children or []
            if any(child.type not in _INLINE for child in children):
                raise MarkdownError(f"not only text and links: {token.content[:60]!r}")
            links += _links(children)
            text = "".join(child.content for child in children)
            if kind == "table":
                rows[-1].append(text)
            else:
                yield kind, marker + text
        elif (token.type == "fence" and token.markup.startswith("`") and not token.info) or token.type == "code_block":
            yield "code", token.content.removesuffix("\n")
        elif token.type in ("blockquote_open", "table_open"):
            kind, rows = token.tag, []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in _CLOSING:
            if rows:
                yield kind, "\n".join(["\t".join(row) for row in rows])
            kind, marker, rows = "p", "", []
        elif token.type not in _EXPECTED:
            raise MarkdownError(f"unexpected {token.type}: {token.content[:60]!r}")


def _links(tokens: "Sequence[Token]") -> Iterator[tuple[str, str]]:
    """(words, address) of each link in a line."""
    words, address = "", ""
    for token in tokens:
        if token.type == "link_open":
            words, address = "", str(token.attrGet("href"))
        elif token.type == "link_close":
            yield words, address
        words += token.content


_INLINE: Final = frozenset(("text", "link_open", "link_close"))
_CLOSING: Final = frozenset(("blockquote_close", "heading_close", "list_item_close", "table_close"))
_PARTS: Final = ("paragraph", "bullet_list", "ordered_list", "thead", "tbody", "tr", "th", "td")
_EXPECTED: Final = frozenset(f"{part}_{side}" for part in _PARTS for side in ("open", "close"))
_TEASER_KINDS: Final = {Label.TITLE: "h2", Label.PARAGRAPH: "p"}
_KINDS: Final = {
    Label.PARAGRAPH: "p",
    Label.HEADING: "h2",
    Label.LIST_ITEM: "li",
    Label.QUOTE: "blockquote",
    Label.CODE: "code",
    Label.TABLE_ROW: "table",
}


def _blocks(record: Record) -> list[tuple[str, str]]:
    return [(_KINDS[label], text) for label, text in story_parts(record.lead or "", record.blocks)]


def _by_part(parts: Sequence[tuple[str, str]], links: Iterator[Link]) -> list[list[Link]]:
    """The links of each part of the story, with places in its text."""
    found: list[list[Link]] = []
    at = 0
    link = next(links, None)
    for kind, text in parts:
        own: list[Link] = []
        while link is not None and link.start < at + len(text):
            own.append(Link(link.start - at, link.end - at, link.href))
            link = next(links, None)
        found.append([one for one in own if one.start < one.end and kind != "code"])
        at += len(text) + len("\n\n")
    return found


_BETWEEN: Final = {"li": "\n", "blockquote": "\n>\n"}
"""What is between two blocks of a kind, if it is no blank line."""


def _body(blocks: Sequence[tuple[str, str]], links: Mapping[int, Sequence[Link]] = _NO_LINKS) -> str:
    """The blocks as Markdown; `links` are those of blocks by number, with places in their texts."""
    pieces: list[str] = []
    before, inside = "", 0
    for number, (kind, text) in enumerate(blocks):
        pieces.append(_BETWEEN.get(kind, "\n\n") if kind == before else "\n\n")
        if kind == "code" and _LIVE_IN_CODE.search(text):
            if before == "li":  # indented code after a list belongs to its last item, for every reader
                pieces[-2], inside = _wide_item(pieces[-2])
            elif before == "code":
                pieces.append(f"{' ' * inside}{SEPARATOR}\n\n")
            pieces.append(_indented(text, inside + INDENT))
        else:
            inside = 0
            pieces.append(_block(kind, text, links.get(number, ())))
        before = kind
    return "".join(pieces[1:]) + "\n" if pieces else ""


def _wide_item(item: str) -> tuple[str, int]:
    """(the item of a list with spaces after its marker, so that its text begins where code can follow; that column)."""
    marker, _, text = item.partition(" ")
    width = max(INDENT, len(marker) + 1)
    return marker.ljust(width) + text, width


def _indented(text: str, width: int) -> str:
    return "\n".join(f"{' ' * width}{line}" if line else "" for line in text.split("\n"))


def _block(kind: str, text: str, links: Sequence[Link]) -> str:
    if kind == "li":
        own = _OWN_MARKER.match(text)
        marker = own[0] if own else ""
        return (marker or "- ") + inline(text, links, len(marker), len(text))
    if kind == "table":
        return _table(text, links)
    if kind == "code":
        longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
        fence = "`" * max(MIN_FENCE, longest + 1)
        return f"{fence}\n{text}\n{fence}"
    line = inline(text, links, 0, len(text))
    if kind == "p":
        return line
    if kind == "blockquote":
        return "> " + line
    return "#" * int(kind[1]) + " " + _CLOSING_HASHES.sub(r"\\\1", line)


def _table(text: str, links: Sequence[Link]) -> str:
    """A table; its first row is the head, because every table of Markdown has one."""
    rows: list[str] = []
    at = 0
    for line in text.split("\n"):
        cells: list[str] = []
        for cell in line.split("\t"):
            written = inline(text, links, at, at + len(cell))
            cells.append(_PIPE.sub(lambda found: found[1] or "&#124;", written))
            at += len(cell) + 1
        rows.append(f"| {' | '.join(cells)} |")
    columns = text.partition("\n")[0].count("\t") + 1
    return "\n".join((rows[0], f"|{' --- |' * columns}", *rows[1:]))


def _fenced(head: Mapping[str, Json]) -> str:
    return f"{FENCE}{front_matter.dump(head)}{FENCE}\n"


def _front_matter(metadata: Metadata) -> dict[str, Json]:
    """The metadata without absent facts; `extra` as it came."""
    facts: dict[str, Json] = msgspec.to_builtins(metadata)
    extra = facts.pop("extra")
    return {**_present(facts), **({"extra": extra} if extra else {})}


def _present(fields: Mapping[str, Json]) -> dict[str, Json]:
    present: dict[str, Json] = {}
    for key, value in fields.items():
        if isinstance(value, dict):
            present[key] = _present(value)
        elif isinstance(value, (list, tuple)) and value:
            present[key] = [_present(item) if isinstance(item, dict) else item for item in value]
        elif value is not None and not isinstance(value, (list, tuple)):
            present[key] = value
    return present


def _listed(head: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    listed = head.get("teasers")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            yield item


def _check(
    parsed: Parsed, expected: Sequence[tuple[str, str]], source: str, links: Mapping[int, Sequence[Link]] = _NO_LINKS
) -> None:
    listed = [(expected[number][1], link) for number, found in links.items() for link in found]
    linked = [(text[link.start : link.end], _parser().normalizeLink(in_markdown(link.href))) for text, link in listed]
    for read, wanted in ((parsed.blocks, expected), (parsed.links, linked)):
        if list(read) != list(wanted):
            differing = next(
                (pair for pair in zip(read, wanted, strict=False) if pair[0] != pair[1]), (len(read), len(wanted))
            )
            raise MarkdownError(f"{source}: the Markdown does not read back as the record: {differing!r:.300}")


def _check_metadata(head: Mapping[str, Json], metadata: Metadata, source: str) -> None:
    fields = {key: value for key, value in head.items() if key not in ("id", "source", "position")}
    try:
        same = msgspec.convert(fields, Metadata) == metadata
    except msgspec.ValidationError as error:
        raise MarkdownError(f"{source}: the front matter is not metadata: {error}") from error
    if not same:
        raise MarkdownError(f"{source}: the front matter does not read back as the metadata")
