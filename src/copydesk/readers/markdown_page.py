"""The HTML of a Markdown text, which the renderer of pages then reads."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

MIN_WRAPPED: Final = 50
"""Characters of a line that a program has wrapped.  A shorter line before a single line break is a line of its own: a
byline, a date.  Programs wrap at 72 or more, and few words are longer than the rest."""

_TAG = re.compile(r"<(?:!--|/?([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>]))")

_OWN: Final = "copydesk"
"""The key of the renderer's environment that says whether copydesk wrote the Markdown."""


def markup(text: str, *, is_own: bool) -> str:
    """The HTML of a Markdown text; `is_own` means that copydesk wrote it."""
    parser = _parser(has_indented_code=is_own)
    tokens = parser.parse(text)
    _mark_menus(tokens)
    found = str(parser.renderer.render(tokens, parser.options, {_OWN: is_own}))
    # in its own Markdown there is nothing but the headline and the story
    return f"<main><article class=story>{found}</article></main>" if is_own else found


def _mark_menus(tokens: Sequence[Token]) -> None:
    """Give lists of links above the headline the class of a menu, because Markdown has no element for one."""
    headline = next((n for n, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1"), 0)
    opened: Token | None = None
    is_menu = False
    for token in tokens[:headline]:
        if token.type == "bullet_list_open" and not token.level:
            opened, is_menu = token, True
        elif token.type == "bullet_list_close" and not token.level and opened and is_menu:
            opened.attrSet("class", "nav")
        elif token.type == "inline":
            is_menu = is_menu and _is_linked(token.children or ())


def _is_linked(inline: Sequence[Token]) -> bool:
    """Whether all words are in links."""
    depth = 0
    for token in inline:
        depth += token.nesting if token.type.startswith("link_") else 0
        if not depth and token.content.strip():
            return False
    return True


class _Renderer(RendererHTML):
    """HTML in which the words of a text are never taken for tags, and short lines stay lines."""

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: object) -> str:
        """A line break inside a paragraph: a space if a program has wrapped the line, else the end of the line."""
        size = 0
        at = idx - 1
        while at >= 0 and tokens[at].type not in ("softbreak", "hardbreak"):
            size += len(tokens[at].content)
            at -= 1
        return " " if size >= MIN_WRAPPED else "<br>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Mapping[str, bool]) -> str:
        """An item of a list, with its number; copydesk writes an asterisk only if the text has one."""
        mark = tokens[idx].markup
        return f"<li>{tokens[idx].info}{mark} " if mark in ".)" else "<li>* " if mark == "*" and env[_OWN] else "<li>"

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: object) -> str:
        """A tag, or words between angle brackets."""
        return _checked(tokens[idx].content)

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: object) -> str:
        """The lines of an HTML block."""
        return _checked(tokens[idx].content)


def _checked(markup: str) -> str:
    """The markup; escaped if its first tag is not one of HTML."""
    from lxml.html import defs

    found = _TAG.match(markup.lstrip())
    is_html = found is not None and (found[1] is None or found[1].lower() in defs.tags)
    return markup if is_html else markup.replace("&", "&amp;").replace("<", "&lt;")


@cache
def _parser(*, has_indented_code: bool) -> MarkdownIt:
    """CommonMark with tables and struck words.

    In Markdown that copydesk did not write, indented lines are paragraphs: scraped texts are often indented.
    """
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    return parser if has_indented_code else parser.disable("code")
