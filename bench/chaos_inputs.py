"""The inputs of `bench.chaos`: texts, JSON Lines, a crawl and a ZIP archive, and a file that is rejected."""

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

TEXTS: Final = 16
RECORDS: Final = 20
PAGES: Final = 6
MEMBERS: Final = 5
"""52 dumps, in several units of work: more of them only make a round longer."""

REJECTED: Final = 1
"""Dumps that a run must reject: the empty file."""

PLACES: Final = ("Northford", "Easterby", "Westhaven", "Southmoor", "Millbrook", "Oakridge", "Fernhill")
WORKS: Final = ("bridge", "library", "school", "harbour", "market hall", "swimming pool", "footpath")
ENDS: Final = ("next spring", "the end of the year", "further notice", "late summer", "the first frost")


def story(number: int, corpus: int) -> str:
    """A page of an invented paper; each number gives another one in each corpus."""
    words = random.Random(f"{corpus} {number}")
    place, work, end = words.choice(PLACES), words.choice(WORKS), words.choice(ENDS)
    return (
        f"{place} {work} number {number} to stay closed until {end}\n\nBy Jane Doe\n\n"
        f"The council voted on Monday evening to keep the {work} in {place} closed until {end},as {number} people had "
        f"asked it to do.\n\nNo one knows who will pay for the work.The mayor said that plan {corpus} was ready.\n\n"
        f"More from {place} News\n\nFlood of the century leaves town {number} without a road\n\n"
        f"Mayor says she will not run again {end}\n"
    )


def page(number: int, corpus: int) -> str:
    """The same as an HTML page."""
    lines = "".join(f"<p>{line}</p>" for line in story(number, corpus).splitlines() if line)
    return f"<html><head><title>Page {number}</title></head><body><article>{lines}</article></body></html>"


def text(path: Path, corpus: int) -> None:
    """Write one text; its number is that of the file's name."""
    path.write_text(story(int(path.stem.rpartition("-")[2]), corpus), encoding="utf-8")


def records(path: Path, corpus: int) -> None:
    """Write JSON Lines."""
    rows = [json.dumps({"id": f"r{n}", "text": story(1_000 + n, corpus)}) + "\n" for n in range(RECORDS)]
    path.write_text("".join(rows), encoding="utf-8")


def crawl(path: Path, corpus: int) -> None:
    """Write a WARC file."""
    made = b""
    for number in range(PAGES):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(2_000 + number, corpus).encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"WARC-Target-URI: https://news.example/{number}\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        made += head.encode() + block + b"\r\n\r\n"
    path.write_bytes(made)


def archive(path: Path, corpus: int) -> None:
    """Write a ZIP archive of texts and pages."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(MEMBERS):
            made.writestr(f"{number}.txt", story(3_000 + number, corpus))
            made.writestr(f"{number}.html", page(4_000 + number, corpus))


CONTAINERS: Final[dict[str, Callable[[Path, int], None]]] = {
    "box.jsonl": records,
    "crawl.warc": crawl,
    "pages.zip": archive,
}
NAMES: Final = (*(f"story-{number:03}.txt" for number in range(TEXTS)), *CONTAINERS)
SWAPPED: Final = (NAMES[TEXTS // 2], *CONTAINERS)
"""The files that are swapped: a few, because an undisturbed run is made for each."""


def write(path: Path, corpus: int) -> None:
    """Write the file of this name and corpus."""
    CONTAINERS.get(path.name, text)(path, corpus)


def fill(folder: Path, corpus: int) -> None:
    """Write all inputs of a corpus."""
    folder.mkdir()
    for name in NAMES:
        write(folder / name, corpus)
    (folder / "empty.txt").touch()
