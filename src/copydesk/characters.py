"""Characters by their role in a text, as the content of regular-expression character classes."""

from typing import Final

TURNING: Final = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""Line separators, and marks that turn the direction of what follows."""

HARMFUL: Final = f"\x00-\x1f\x7f-\x9f{TURNING}"
"""These and the control characters: what must not act on a terminal."""

DASHES: Final = "\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
"""The hyphen is not included, because it must be the last character of a class."""

APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"

CLOSING_QUOTES: Final = (
    "\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{RIGHT CORNER BRACKET}"
)
"""Marks that close a quotation in some language; German closes with the mark that opens in English."""

DOUBLE_QUOTES: Final = "".join(mark for mark in CLOSING_QUOTES if mark not in APOSTROPHES)
"""Those of them that are no apostrophes."""

SENTENCE_ENDS: Final = (
    ".!?\N{HORIZONTAL ELLIPSIS}\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}"
    "\N{DEVANAGARI DANDA}\N{ARABIC QUESTION MARK}\N{ARABIC FULL STOP}"
)

BULLETS: Final = (
    "*+\N{BULLET}\N{TRIANGULAR BULLET}\N{BLACK SMALL SQUARE}\N{WHITE BULLET}\N{MIDDLE DOT}\N{HYPHEN BULLET}"
)
"""Marks of list items, except the dashes."""

SEPARATORS: Final = "|\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{MIDDLE DOT}\N{BULLET}" + DASHES
"""Characters between a page's headline and the name of its site, except the hyphen."""

SITE_SEPARATOR: Final = rf"\s[*{SEPARATORS}-]\s"
"""Regular expression for the separator between a headline and the name of its site: "Headline | Site"."""

SOUTH_EAST_ASIAN: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese and Khmer: scripts that write a space between clauses, not between words."""

EAST_ASIAN: Final = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""Chinese and Japanese characters with their punctuation: scripts without spaces."""
