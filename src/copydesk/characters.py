"""Characters by what they do in a text, as the bodies of regular-expression character classes."""

from typing import Final

DASHES: Final = "\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
"""Without the hyphen, which in a class must stand last."""

APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"

CLOSING_QUOTES: Final = (
    "\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{RIGHT CORNER BRACKET}"
)
"""Marks that close a quotation in some language; German closes with what opens in English."""

SENTENCE_ENDS: Final = (
    ".!?\N{HORIZONTAL ELLIPSIS}\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}"
    "\N{DEVANAGARI DANDA}\N{ARABIC QUESTION MARK}\N{ARABIC FULL STOP}"
)

BULLETS: Final = (
    "*+\N{BULLET}\N{TRIANGULAR BULLET}\N{BLACK SMALL SQUARE}\N{WHITE BULLET}\N{MIDDLE DOT}\N{HYPHEN BULLET}"
)
"""Marks of list items, but for the dashes."""

SEPARATORS: Final = "|\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{MIDDLE DOT}\N{BULLET}" + DASHES
"""What stands between a page's headline and its site's name, but for the hyphen."""
