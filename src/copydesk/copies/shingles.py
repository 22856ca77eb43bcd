"""A story as the set of its shingles: overlapping runs of words, as 64-bit numbers."""

import hashlib
import re
from array import array
from collections.abc import Sequence
from typing import Final

from copydesk.text import digest, folded_words

SIZE: Final = 5
"""Words of a shingle.  Broder (1997) and datatrove take five: fewer are shared by chance, more break at each edit."""

_WITHOUT_SPACES = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
"""Characters of scripts without spaces between words: each counts as a word."""


def words_of(text: str) -> list[str]:
    """The words of a story in lower case; in scripts without spaces its characters."""
    if text.isascii():
        return folded_words(text)
    return folded_words(_WITHOUT_SPACES.sub(r" \1 ", text))


def shingles(words: Sequence[str]) -> "array[int]":
    """The different shingles, sorted.  A story of fewer than SIZE words is one shingle."""
    last = max(1, len(words) - SIZE + 1)
    joined = {" ".join(words[at : at + SIZE]) for at in range(last)} if words else set()
    return array("Q", sorted(map(digest, joined)))


def digest_of_words(words: Sequence[str]) -> bytes:
    """The digest of the words: equal for exact copies."""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
