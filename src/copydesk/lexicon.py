"""Which words are words: frequencies from wordfreq's small lists, loaded once a language.

Source: Robyn Speer, wordfreq 3 (code Apache 2.0, data CC BY-SA 4.0), lists frozen in 2021.  The small list of
a language holds its words down to about one in a million.
"""

from collections.abc import Mapping
from functools import cache


@cache
def words(language: str | None) -> Mapping[str, float]:
    """Frequency (share of all words) of each case-folded word; empty where no list is at hand.

    `language` is a BCP 47 tag; only its first part counts.
    """
    if language is None:
        return {}
    from wordfreq import available_languages, get_frequency_dict  # 0.2 s, and clean text never asks

    base = language.partition("-")[0]
    if base not in available_languages("small"):
        return {}
    frequencies: Mapping[str, float] = get_frequency_dict(base, "small")
    return frequencies
