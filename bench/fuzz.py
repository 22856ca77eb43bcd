"""Hostile input through the whole pipeline: `python -m bench.fuzz [COUNT [SEED]]`, 200,000 inputs by default.

Each input is a file (text, page or records; compressed or not) that is made from the project's own dumps by cutting,
doubling, mixing, and inserting characters that caused faults before.  It must end within SECONDS, either as records
that obey the laws, or as a reject that is not an error of copydesk.  Inputs that fail are printed and saved in
`bench/finds/`; fix the fault, and add a test case for it.
"""

import bz2
import gzip
import io
import json
import lzma
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

from bench.laws import broken
from copydesk import config, desk, readers
from copydesk.document import Reject
from copydesk.dump import UnreadableError
from copydesk.render import record

ROOT: Final = Path(__file__).parents[1]
CORPUS: Final = (ROOT / "tests" / "golden" / "dumps", ROOT / "seeds")
FINDS: Final = Path(__file__).parent / "finds"

COUNT: Final = 200_000
CHUNK: Final = 500
SECONDS: Final = 5.0
MAX_PIECE: Final = 1_500
"""Characters of a piece of the corpus: short inputs find as many faults, and more of them can be run."""

TOKENS: Final = (
    *("\x00", "\x1b[31m", "\u202e", "\u200b", "\u00ad", "\ufeff", "\u2028", "\x85", "\r", "\r\n", "\t", "\f", "\x1c"),
    *("---\n", "...\n", "```\n", "<script>alert(1)</script>", "[x](javascript:y)", "&amp;lt;", "&#0;", "&#xD800;"),
    *("<div>", "</div>", "<p>", "<a href='x'>", "</a>", "<pre>\n", "<table><td>", "<title>", "</html>", "<plaintext>"),
    *("<!--", "\N{COPYRIGHT SIGN} 2024 ", "By ", "Photo: ", "More from ", "Read more: ", "12.03.2024", "Oct.7"),
    *("end.Next", " ,", "\N{BULLET} ", "1. ", "- ", "(", ")", "\N{LEFT DOUBLE QUOTATION MARK}", "\U0001f600"),
    "e\u0301",
    *("\u0915\u094d\u0937", "\u05e9\u05b8", "\u4e00\u4e01\u3002", "\ufb01", "\u00c3\u00a9", "\u00e2\u20ac\u2122"),
    *('{"text": "', '"}\n', "\\ud800", "[[[[", '{"a":' * 30, "\n" * 30, " " * 90, "a" * 300, "a." * 100, "( " * 60),
)  # fmt: skip

PACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
}  # fmt: skip
KINDS: Final = (".txt", ".txt", ".txt", ".html", ".html", ".jsonl", ".json")
ENCODINGS: Final = ("utf-8", "utf-8", "utf-8", "utf-16", "latin-1", "cp1251", "shift_jis")


def make(number: int, texts: list[str]) -> tuple[str, bytes]:
    """(name, bytes) of the input file with this number; they are the same each time."""
    chance = random.Random(number)
    text = _piece(texts, chance)
    for _ in range(chance.randint(0, 12)):
        at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        match chance.randint(0, 5):
            case 0:
                text = text[:at] + text[min(end, at + 80) :]
            case 1:
                text = text[:at] + text[at : min(end, at + 200)] * 2 + text[end:]
            case 2:
                text = text[:at] + _piece(texts, chance)[:300] + text[at:]
            case _:
                text = text[:at] + chance.choice(TOKENS) + text[at:]
    kind = chance.choice(KINDS)
    if kind == ".html":
        text = "".join(f"<p>{line}</p>" if chance.random() < 0.8 else f"<{line}" for line in text.split("\n"))
    elif kind != ".txt" and chance.random() < 0.8:
        row = {"text": text} | ({"html": f"<p>{text}</p>"} if chance.random() < 0.3 else {})
        text = json.dumps(row, ensure_ascii=chance.random() < 0.5)
    data = text.encode(chance.choice(ENCODINGS), "replace" if chance.random() < 0.9 else "backslashreplace")
    for _ in range(chance.choice((0, 0, 0, 1, 5))):
        at = chance.randint(0, len(data))
        data = data[:at] + chance.randbytes(chance.randint(1, 4)) + data[at + 1 :]
    suffix = chance.choice(("", "", "", "", *PACK))
    data = PACK[suffix](data)
    if suffix and chance.random() < 0.3:
        data = data[: chance.randint(0, len(data))]
    return f"input{kind}{suffix}", data


def _piece(texts: list[str], chance: random.Random) -> str:
    text = chance.choice(texts)
    at = chance.randint(0, max(0, len(text) - 200))
    return text[at : at + chance.randint(1, MAX_PIECE)]


def corpus() -> list[str]:
    """The texts from which the inputs are made."""
    paths = sorted(chain.from_iterable(folder.iterdir() for folder in CORPUS))
    return [path.read_text(encoding="utf-8") for path in paths]


def check(name: str, data: bytes) -> list[str]:
    """The faults that an input shows; empty if there are none."""
    start = time.perf_counter()
    wrong: list[str] = []
    try:
        for found in map(readers.make, readers.find_in(io.BytesIO(data), name, name, config.default())):
            if isinstance(found, Reject):
                continue
            try:
                cleaned = desk.clean_dump(found, config.default())
            except UnreadableError:
                continue
            wrong += broken(cleaned.article, found.text)
            for teaser in cleaned.teasers:
                record.from_json(record.to_json(teaser).encode())
    except Exception as error:  # noqa: BLE001 - any error is a fault
        wrong.append(f"{type(error).__name__}: {error}"[:200])
    if time.perf_counter() - start > SECONDS:
        wrong.append(f"over {SECONDS} seconds")
    return wrong


def run(numbers: range) -> list[tuple[int, list[str]]]:
    """(number, faults) of each input in the range that has faults."""
    texts = corpus()
    found = [(number, check(*make(number, texts))) for number in numbers]
    return [(number, wrong) for number, wrong in found if wrong]


def main(arguments: list[str]) -> int:
    """Print the faults; 1 if there are any."""
    count = int(arguments[0]) if arguments else COUNT
    first = int(arguments[1]) * COUNT if len(arguments) > 1 else 0
    chunks = [range(at, min(at + CHUNK, first + count)) for at in range(first, first + count, CHUNK)]
    kinds: Counter[str] = Counter()
    texts = corpus()
    with ProcessPoolExecutor() as pool:
        for number, wrong in chain.from_iterable(pool.map(run, chunks)):
            name, data = make(number, texts)
            kinds.update(wrong)
            FINDS.mkdir(exist_ok=True)
            (FINDS / f"{sha256(data).hexdigest()[:12]}.{name.removeprefix('input.')}").write_bytes(data)
            print(number, name, wrong, flush=True)
    print(f"{count:,} inputs, {kinds.total()} finds", *kinds.most_common(), sep="\n")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
