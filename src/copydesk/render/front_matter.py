"""YAML front matter that every YAML parser reads as the same values.

YAML 1.1 and 1.2 take different plain words for numbers, dates and booleans: `7362e711884843507254` is a number to
js-yaml and ruamel, and text to PyYAML; `no` is a boolean to PyYAML, and text to YAML 1.2.  So a text that any of them
could take for something else is quoted.
"""

import re
from collections.abc import Mapping

import yaml

from copydesk.document import Json

_LIKE_A_VALUE = re.compile(
    r"[-+]?\.?\d[\d_,.:]*+(?:[eE][-+]?\d+)?"  # numbers, times, and numbers with base 60
    r"|[-+]?0[xXoObB][\da-fA-F_]+"
    r"|\d{1,4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?"
    r"|[-+]?\.(?:inf|nan)|[-+]?(?:inf(?:inity)?|nan)"
    r"|y|n|yes|no|on|off|true|false|null|nil|none|undefined|~|=|<<",
    re.IGNORECASE,
)
"""Plain words that are no text to some parser: the resolvers of YAML 1.1 (PyYAML), of YAML 1.2 (ruamel, yaml) and of
js-yaml, and a margin around them."""

_UNSEEN = re.compile("[\x85\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""Characters that break a line, turn the text around them or have no shape: an editor would hide them, so they are
escaped."""


def dump(head: Mapping[str, Json]) -> str:
    """The values as a YAML mapping, one line for each value, in their order."""
    dumped = yaml.dump(dict(head), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31 - 1)
    return _UNSEEN.sub(_escape, dumped)


def load(text: str) -> dict[str, Json]:
    """The values of a YAML mapping.  Raises yaml.YAMLError if it is not YAML."""
    head: dict[str, Json] | None = yaml.load(text, Loader=yaml.CSafeLoader)
    return head or {}


class _Dumper(yaml.CSafeDumper):
    """Quotes each text that a parser could read as another value, or that has unseen characters."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _UNSEEN.search(text) else "'" if _LIKE_A_VALUE.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _escape(character: re.Match[str]) -> str:
    code = ord(character[0])
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
