"""Makes the word lists that copydesk ships: `python -m training.word_lists`.

The lists are those of wordfreq, symspellpy and Faker.  The packages take ten times the space of what is read of them,
so copydesk ships only that part, in files that are small and fast to load (`copydesk.lexicon` describes them).  Run
this again if one of the packages has new lists, or if `lexicon.MAX_RANK` changes.  The same lists give the same bytes.
"""

import gzip
import hashlib
import importlib
import json
import lzma
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from copydesk import lexicon

PAIRS: Final = "frequency_bigramdictionary_en_243_342.txt"
"""symspellpy's file of pairs: two words and their count on each line."""

DICTIONARY: Final = "frequency_dictionary_en_82_765.txt"
"""symspellpy's file of the words that both an English dictionary (SCOWL) and Google's n-grams have."""

SHORTEST_OF_DICTIONARY: Final = 5
"""Letters of the shortest word of the dictionary: "fora" and "hera" are more often two words without a space."""

COMMONEST: Final = 100
LONGEST_OF_TWO: Final = 6
"""A word of up to 6 letters that is two of the 100 commonest words is left out for the same reason: "thana", "hasa"."""

FAST: Final = frozenset(("en",))
"""Languages whose lists of rare words must load fast."""

MIXED: Final = "en"
"""The locale of Faker for all English names.  It has many words that are seldom names: "Page", "Media"."""

MAX_SHARE: Final = 4e-5
"""Share of all English words.  A word that only `MIXED` has is a name if it is rarer: "Matt", but not "Major"."""

SHORTEST: Final = 2
"""Letters of the shortest name in other scripts."""

HEADER: Final = {"format": "cB", "version": 1}
"""The header of wordfreq's lists ("cBpack").  After it comes a list of words for each rank."""


def main() -> None:
    """Write all lists, and the file with their digests."""
    folder = Path(str(files("wordfreq"))) / "data"
    made: dict[str, bytes] = {}
    for path in sorted(folder.glob("small_*.msgpack.gz")):
        language = path.name.removeprefix("small_").removesuffix(".msgpack.gz")
        common = ranked(path.read_bytes())
        made[f"{language}{lexicon.COMMON}"] = packed_common(common)
        large = folder / f"large_{language}.msgpack.gz"
        if large.is_file():
            every = ranked(large.read_bytes())[: lexicon.MAX_RANK + 1]
            if every[: len(common)] != common:
                raise ValueError(f"{large}: it does not begin with the words of {path}")
            rare = {word: rank - len(common) for rank, words in enumerate(every) for word in words}
            for word in chain.from_iterable(common):
                if rare.pop(word) >= 0:
                    raise ValueError(f"{large}: {word!r} has two ranks")
            suffix = lexicon.RARE[language not in FAST]
            made[f"{language}{suffix}"] = packed_table(rare, suffix)
    made[lexicon.PAIRS] = packed_table(pairs(), lexicon.PAIRS)
    made[lexicon.DICTIONARY] = gzip.compress("\n".join(sorted(dictionary())).encode(), 9, mtime=0)
    made[lexicon.GIVEN_NAMES] = gzip.compress("\n".join(sorted(given_names())).encode(), 9, mtime=0)
    for old in lexicon.FOLDER.glob("*.?z"):
        old.unlink()
    for name, data in made.items():
        (lexicon.FOLDER / name).write_bytes(data)
    made_of = {name: version(name) for name in ("wordfreq", "symspellpy", "faker")}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(made.items())}
    text = json.dumps({"made_of": made_of, "sha256": digests}, indent=1)
    (lexicon.FOLDER / lexicon.DIGESTS).write_text(text + "\n", encoding="utf-8")
    print(f"{len(made)} lists, {sum(map(len, made.values())):,} bytes")


def ranked(data: bytes) -> list[list[str]]:
    """The words at each rank in one of wordfreq's files."""
    header, *lists = msgspec.msgpack.decode(gzip.decompress(data), type=list[dict[str, str | int] | list[str]])
    if header != HEADER:
        raise ValueError(f"unknown format of a word list: {header}")
    return [list(words) for words in lists]


def packed_common(lists: Iterable[Sequence[str]]) -> bytes:
    """The file of common words: a line for each rank, with its words."""
    return gzip.compress("\n".join(map(" ".join, lists)).encode(), 9, mtime=0)


def packed_table(numbers: Mapping[str, int], name: str) -> bytes:
    """The file of a table with this name: its sorted words, a line each, a zero byte, and one byte for each word.

    Sorted words take less room than words in the order of their ranks: each has much in common with the one before.
    """
    words = sorted(numbers)
    text = "\n".join(words).encode() + lexicon.END + bytes(numbers[word] for word in words)
    if name.endswith(".xz"):
        return lzma.compress(text, preset=9 | lzma.PRESET_EXTREME)
    return gzip.compress(text, 9, mtime=0)


def pairs() -> dict[str, int]:
    """The base-2 logarithm of the count of each pair of English words."""
    text = files("symspellpy").joinpath(PAIRS).read_text(encoding="utf-8-sig")
    rows = (row.rsplit(" ", 1) for row in text.splitlines())
    return {words: int(count).bit_length() - 1 for words, count in rows}


def dictionary() -> set[str]:
    """The words of English dictionaries that are rarer than those of the list of common words."""
    text = files("symspellpy").joinpath(DICTIONARY).read_text(encoding="utf-8-sig")
    common, known = lexicon.commonest("en", COMMONEST), lexicon.words("en")
    return {
        word
        for word in (row.partition(" ")[0] for row in text.splitlines())
        if len(word) >= SHORTEST_OF_DICTIONARY
        and word.isalpha()
        and word not in known
        and not (
            len(word) <= LONGEST_OF_TWO and any(word[:at] in common and word[at:] in common for at in range(len(word)))
        )
    }


def given_names() -> set[str]:
    """The words of all given names that Faker has, in one case, without initials."""
    from faker.providers import person

    found: dict[str, set[str]] = {}
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        lists = (getattr(provider, name) for name in dir(provider) if name.startswith("first_name"))
        names = chain.from_iterable(names for names in lists if isinstance(names, Iterable))
        found[module.name] = {
            word for name in names if isinstance(name, str) for word in name.casefold().split() if is_name(word)
        }
    english = lexicon.words("en")
    rare = {word for word in found.pop(MIXED) if english.get(word, 0.0) < MAX_SHARE}
    return rare.union(*found.values())


def is_name(word: str) -> bool:
    """Whether a word of a given name is long enough to be a name: no initial, and no single sign of a syllable."""
    return len(word) >= (lexicon.MIN_LETTERS_OF_NAME if word.isascii() else SHORTEST)


if __name__ == "__main__":
    main()
