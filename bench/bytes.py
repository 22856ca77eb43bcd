"""How many texts are read right from bytes with a wrong or missing declaration: `python -m bench.bytes`.

Gold stories of each language are written in the encodings that the language is written in, and read with the name of
another encoding, with none, or with some words in Windows-1252 inside UTF-8.  Each text must come back exactly, and the
bytes from the text.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bench import kit
from bench.folds import table
from bench.kit import Gold
from copydesk.decoding import decode, encode

ENCODINGS: Final = {
    "de": ("cp1252", "iso8859-15"),
    "fr": ("cp1252", "iso8859-15"),
    "es": ("cp1252",),
    "it": ("cp1252",),
    "sv": ("cp1252",),
    "nb": ("cp1252",),
    "da": ("cp1252",),
    "pl": ("cp1250", "iso8859-2"),
    "ru": ("cp1251", "koi8-r", "iso8859-5"),
    "tr": ("cp1254",),
    "ja": ("cp932", "euc_jp", "utf-16-le"),
    "ko": ("cp949", "utf-16-be"),
}
"""The encodings of each language."""

DECLARED: Final = (
    *(None, "utf-8", "iso-8859-1", "windows-1250", "windows-1251", "koi8-r", "iso-8859-2", "iso-8859-5", "shift_jis"),
    "gb18030",
)

STORIES: Final = 4
"""Stories of each language."""

MIN_LETTERS: Final = 12
"""Letters outside ASCII of a story."""


@dataclass(frozen=True, slots=True)
class Case:
    """A story's bytes, and the encoding that is declared for them."""

    language: str
    real: str
    declared: str | None
    data: bytes
    text: str


def cases() -> Iterator[Case]:
    """Every story in every encoding of its language with every declaration."""
    for language, encodings in ENCODINGS.items():
        for gold in islice((gold for gold in kit.gold().values() if _is_usable(gold, language)), STORIES):
            for real in encodings:
                data = gold.body.encode(real, "ignore")
                text = data.decode(real)
                for declared in DECLARED:
                    yield Case(language, real, declared, data, text)
            lines = gold.body.splitlines(keepends=True)
            mixed = b"".join(
                line.encode("cp1252", "ignore") if number % 3 == 2 else line.encode()
                for number, line in enumerate(lines)
            )
            if real.startswith("cp1252") or language in ("de", "fr"):
                whole = "".join(
                    line.encode("cp1252", "ignore").decode("cp1252") if number % 3 == 2 else line
                    for number, line in enumerate(lines)
                )
                yield Case(language, "utf-8 and cp1252", "utf-8", mixed, whole)


def _is_usable(gold: Gold, language: str) -> bool:
    return gold.language == language and sum(char.isalpha() and ord(char) > 0x7F for char in gold.body) >= MIN_LETTERS


def result(case: Case) -> str:
    """`right`, `marked` (U+FFFD for what could not be read), or `garbage`; `lost` if the bytes do not come back."""
    found = decode(case.data, case.declared)
    if encode(found.text, found.encoding, found.undecoded) != case.data:
        return "lost"
    if found.text == case.text:
        return "right"
    is_marked = "\N{REPLACEMENT CHARACTER}" in found.text and found.encoding == "utf-8"
    return "marked" if is_marked else "garbage"


def main() -> None:
    """Print the table: one row for each encoding of each language."""
    found: dict[tuple[str, str], list[str]] = {}
    wrong: set[tuple[str, str, str | None]] = set()
    every = list(cases())
    with ProcessPoolExecutor() as pool:
        for case, outcome in zip(every, pool.map(result, every, chunksize=10), strict=True):
            found.setdefault((case.language, case.real), []).append(outcome)
            if outcome != "right":
                wrong.add((case.language, case.real, case.declared))
    outcomes = ("right", "marked", "garbage", "lost")
    rows = [
        (language, real, str(len(results)), *(str(results.count(outcome)) for outcome in outcomes))
        for (language, real), results in found.items()
    ]
    print(table(("", "written in", "texts", *outcomes), rows))
    for language, real, declared in sorted(wrong, key=str):
        print(f"not right: {language} in {real}, declared as {declared}")


if __name__ == "__main__":
    main()
