"""How many spaces are repaired, and how often a clean text is changed: `python -m bench.spacing [--peers]`.

Measures the windows of the benchmark kit with the kit's `score_spacing.py`; each window with trees that saw nothing of
its domain.  `ours` is a window after all edit stages.  `--peers` (extra `bench`) adds the word splitters wordninja,
wordninja-enhanced and symspellpy, each on every run of letters.
"""

import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Final, TypeAlias

from bench import folds, kit
from bench.folds import table
from bench.kit import Window
from copydesk.edits import apply
from copydesk.repair import STAGES, boosted_trees, spacing
from copydesk.repair.context import Context

Edits: TypeAlias = set[tuple[str, int]]
Repair: TypeAlias = Callable[[Window], str]

CHUNK: Final = 100
"""Windows that a worker process gets at once."""

EVERY: Final = 20
"""The peers read every twentieth window: enough for figures that differ by hundreds."""

LOST: Final = ("sent", "comma", "colon", "dotdigit", "parenopen", "parenclose", "quoteopen", "quoteclose")
"""The kit's names for missing spaces at punctuation."""

STRAY: Final = ("spacebefore", "spaceafteropen")
"""The kit's names for stray spaces."""

_LETTERS = re.compile(r"[A-Za-z]{2,40}")
"""The runs of letters that the peers read.  One of them takes minutes on longer runs and on other letters."""


def ours(window: Window) -> str:
    """The window after all edit stages, with trees that saw nothing of its domain."""
    forests = boosted_trees.load(folds.trees_of(folds.fold_of(window.domain or window.id)))
    text, context = window.text, Context(window.language, forests=forests)
    for stage in STAGES:
        text = apply(text, list(stage.find(text, context)))
    return text


def _by_words(split: Callable[[str], str], window: Window) -> str:
    return _LETTERS.sub(lambda word: split(word[0]), window.text)


def wordninja(window: Window) -> str:
    """Each run of letters as wordninja splits it."""
    import wordninja as peer

    return _by_words(lambda word: " ".join(peer.split(word)), window)


def wordninja_enhanced(window: Window) -> str:
    """Each run of letters as wordninja-enhanced splits it."""
    import wordninja_enhanced as peer

    return _by_words(lambda word: " ".join(peer.split(word)), window)


def symspell(window: Window) -> str:
    """Each run of letters as symspellpy's word segmentation splits it."""
    return _by_words(_segmented, window)


@cache
def _segmented(word: str) -> str:
    parts: str = _symspell().word_segmentation(word, max_edit_distance=0).segmented_string
    return parts if parts.replace(" ", "").lower() == word.lower() else word


@cache
def _symspell():  # type: ignore[no-untyped-def]
    from importlib.resources import files

    from symspellpy import SymSpell

    speller = SymSpell(max_dictionary_edit_distance=0)
    speller.load_dictionary(str(files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1)
    return speller


PEERS: Final[dict[str, Repair]] = {
    "wordninja": wordninja, "wordninja-enhanced": wordninja_enhanced, "symspellpy": symspell,
}  # fmt: skip


class Tally:
    """Counts right, wrong and missed edits, and words, by the kind of window and language."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.words: Counter[str] = Counter()

    def add(self, window: Window, wanted: Edits, got: Edits) -> None:
        """Count a window's edits.  Only edits of gaps count, not those of characters (mojibake)."""
        language = "English" if window.language == "en" else "other"
        for name in _names(window):
            key = f"{name}, {language}"
            self.right[key] += len(wanted & got)
            self.wrong[key] += len(got - wanted)
            self.missed[key] += len(wanted - got)
            self.words[key] += kit.scorer("score_spacing").n_words(window.gold)

    def recall(self, key: str | None) -> float:
        """The share of the wanted edits that were made; for None of all windows."""
        right, missed = (count.total() if key is None else count[key] for count in (self.right, self.missed))
        return right / max(1, right + missed)

    def precision(self, key: str) -> float:
        """The share of the edits made that were wanted."""
        return self.right[key] / max(1, self.right[key] + self.wrong[key])

    def false(self, key: str) -> float:
        """Wrong edits in 100,000 words."""
        return 1e5 * self.wrong[key] / max(1, self.words[key])


def _names(window: Window) -> list[str]:
    """The kinds under which a window is counted."""
    sub = (window.sub or "").partition(":")[0]
    if window.kind == "link":
        return ["letters"] if sub == "LL" else []
    if window.kind == "punct":
        return ["punctuation", sub] if sub in LOST else ["stray", sub]
    if window.kind == "real":
        return ["real", "stray, real"] if sub == "spur" else ["real"]
    return [window.kind]


def tally(repair: Repair, windows: Sequence[Window]) -> Tally:
    """The edits of a repair in the windows, counted; runs on all cores."""
    with ProcessPoolExecutor() as pool:
        return tally_of(windows, pool.map(repair, windows, chunksize=CHUNK))


def tally_of(windows: Sequence[Window], texts: Iterable[str]) -> Tally:
    """The edits that made `texts` from the windows, counted."""
    found = Tally()
    for window, text in zip(windows, texts, strict=True):
        found.add(window, wanted(window), _gaps(kit.scorer("score_spacing").edits(window.text, text)))
    return found


@cache
def wanted(window: Window) -> Edits:
    """The edits of gaps that make the window read as its gold text."""
    return _gaps(kit.scorer("score_spacing").edits(window.text, window.gold))


def _gaps(edits: Iterable[tuple[str, int]]) -> Edits:
    return {edit for edit in edits if edit[0] != "sub"}


def interval(count: int) -> tuple[float, float]:
    """The 95 % interval of a Poisson count (Byar's approximation)."""
    low = count * (1 - 1 / (9 * count) - 1.96 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + 1.96 / (3 * math.sqrt(more))) ** 3


def figures() -> dict[str, float]:
    """The figures that have floors: recall, precision on real damage, thousands of clean words for each wrong edit."""
    found = tally(ours, kit.windows())
    named = {
        f"spacing, {key} recall": found.recall(key)
        for kind in ("letters", "punctuation", "real", "stray")
        for key in (f"{kind}, English", f"{kind}, other")
    }
    for language in ("English", "other"):
        named[f"spacing, real precision, {language}"] = found.precision(f"real, {language}")
        named[f"spacing, thousands of words a false change, {language}"] = 100 / max(
            0.1, found.false(f"clean, {language}")
        )
    return named


def speed() -> tuple[float, float]:
    """Megabytes (UTF-8) that the spacing stage reads in a second on one core: of clean windows, of damaged windows."""
    rates: list[float] = []
    for kind in ("clean", "real"):
        texts = [(window.text, window.language) for window in kit.windows() if window.kind == kind][::2]
        size = sum(len(text.encode()) for text, _ in texts)
        best = math.inf
        for _ in range(3):
            start = time.perf_counter()
            for text, language in texts:
                list(spacing.find(text, Context(language)))
            best = min(best, time.perf_counter() - start)
        rates.append(size / best / 1e6)
    return rates[0], rates[1]


def main(arguments: list[str]) -> None:
    """Print the table."""
    windows = kit.windows()
    repairs: dict[str, Repair] = {"ours": ours} | (PEERS if "--peers" in arguments else {})
    rows: list[tuple[str, ...]] = []
    recalls: dict[str, float] = {}
    for name, repair in repairs.items():
        found = tally(repair, windows if name == "ours" else windows[::EVERY])
        for language in ("English", "other"):
            clean = f"clean, {language}"
            low, high = (1e5 * bound / found.words[clean] for bound in interval(found.wrong[clean]))
            shown = ("letters", "punctuation", "stray", "stray, real", "real")
            rows.append((
                name, language, f"{found.words[clean]:,}", f"{found.false(clean):.1f}", f"{low:.1f} to {high:.1f}",
                *(f"{found.recall(f'{kind}, {language}'):.3f}" for kind in shown),
                f"{found.precision(f'real, {language}'):.3f}",
            ))  # fmt: skip
        if name == "ours":
            recalls = {
                key: found.recall(key) for key in sorted(found.words) if key.partition(",")[0] in (*LOST, *STRAY)
            }
    head = ("", "", "clean words", "false/100k", "95 %", "letters", "punct", "stray", "real stray", "real", "real P")
    print(table(head, rows))
    print()
    print(table(("recall, ours", ""), recalls.items()))
    print("\nMB/s of the stage: clean {:.1f}, damaged {:.1f}".format(*speed()))


if __name__ == "__main__":
    main(sys.argv[1:])
