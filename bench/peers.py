"""What else can be done to a plain text: nothing at all, the line rules of C4, jusText."""

import html
import re
from collections.abc import Callable
from typing import Final

import justext

LEAST_C4_WORDS: Final = 5
_C4_END = re.compile('[.!?"\N{RIGHT DOUBLE QUOTATION MARK}]$')
_C4_POLICY = re.compile(
    r"javascript|terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies", re.IGNORECASE
)
STOPLISTS: Final = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch", "sv": "Swedish",
    "nb": "Norwegian_Bokmal", "da": "Danish", "pl": "Polish", "ru": "Russian", "tr": "Turkish", "ko": "Korean",
    "id": "Indonesian",
}  # fmt: skip


def identity(text: str, language: str) -> str:
    """The dump as it is."""
    return text


def c4(text: str, language: str) -> str:
    """The line rules of C4 (Raffel et al. 2020, section 2.2): a line of words that ends as sentences do."""
    lines = (line.strip() for line in text.splitlines())
    kept = (
        line
        for line in lines
        if _C4_END.search(line)
        and not line.endswith("...")
        and len(line.split()) >= LEAST_C4_WORDS
        and not _C4_POLICY.search(line)
    )
    return "\n\n".join(kept)


def justext_by_lines(text: str, language: str) -> str:
    """JusText, each line a paragraph."""
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    if not body:
        return ""
    words = justext.get_stoplist(STOPLISTS.get(language, "English"))
    paragraphs = justext.justext(f"<html><body>{body}</body></html>", words)
    return "\n\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


PEERS: Final[dict[str, Callable[[str, str], str]]] = {
    "as it is": identity,
    "C4 rules": c4,
    "jusText": justext_by_lines,
}
