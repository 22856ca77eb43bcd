"""The language of a text: langdetect, seeded, on a sample of its running text.

Where langdetect-rs is installed (the extra `fast`), it gives the same answers in a tenth of the time or less.
"""

import gc
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import msgspec
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

try:
    import langdetect_rs as fast
except ImportError:
    fast = None

_NOTHING_TO_TELL_BY = (LangDetectException, fast.LangDetectException) if fast else (LangDetectException,)

SEED: Final = 0
"""langdetect samples at random; unseeded, two runs may differ."""

TRIALS: Final = 3
"""Draws of n-grams that langdetect averages over.  Its own 7 give the same answers (measured on the benchmark's
763 pages, samples of 200 to 600 characters) in twice the time."""

LEAST: Final = 20
"""Letters.  In less text than this no language is told."""

BCP47: Final = {"zh-cn": "zh-CN", "zh-tw": "zh-TW"}
"""langdetect's names that are no BCP 47 tags as they stand."""


def sample(text: str, size: int) -> str:
    """About `size` characters of running text: the longest lines of `text`, in the order they stand in."""
    lines = text.splitlines()
    lengths = list(map(len, lines))
    taken = 0
    chosen: list[int] = []
    for number in sorted(range(len(lines)), key=lengths.__getitem__, reverse=True):  # of like ones the first
        chosen.append(number)
        taken += len(lines[number])
        if taken >= size:
            break
    return "\n".join(lines[number][:size] for number in sorted(chosen))[:size]


def detect(text: str) -> str | None:
    """The BCP 47 tag of the language of `text`, or None where there is too little to tell."""
    if sum(map(str.isalpha, text)) < LEAST:
        return None
    factory: _Factory = _fast_factory() if fast else _factory()
    detector = factory.create()
    detector.n_trial = TRIALS
    detector.append(text)
    try:
        found = detector.detect()
    except _NOTHING_TO_TELL_BY:
        return None
    return None if found == "unknown" else BCP47.get(found, found)


class _Detector(Protocol):
    n_trial: int

    def append(self, text: str) -> None: ...
    def detect(self) -> str: ...


class _Factory(Protocol):
    def create(self) -> _Detector: ...


@cache
def _fast_factory() -> _Factory:
    """That of langdetect-rs.  It follows langdetect bit for bit, in the order of its profiles too."""
    factory = fast.DetectorFactory()
    factory.set_seed(SEED)
    factory.load_profile(fast.PROFILES_DIRECTORY)
    made: _Factory = factory
    return made


@cache
def _factory() -> DetectorFactory:
    """A factory of our own: the package's global one may be seeded otherwise by another user of it.

    The profiles are read in the order of their names, so that sums of floats are the same everywhere.
    """
    factory = DetectorFactory()
    factory.set_seed(SEED)
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand lists that stay for good need no walking through again and again
    try:
        profiles = [msgspec.json.decode(path.read_bytes(), type=_Profile) for path in paths]
        factory.langlist = [profile.name for profile in profiles]
        factory.word_lang_prob_map = _shares(profiles)
    finally:
        if collecting:
            gc.enable()
    return factory


@dataclass(frozen=True, slots=True)
class _Profile:
    """langdetect's profile of a language: how often n-grams occur, and how many there are of each length."""

    name: str
    freq: dict[str, int]
    n_words: list[int]


def _shares(profiles: list[_Profile]) -> dict[str, list[float]]:
    """What `DetectorFactory.add_profile` makes of all profiles, in two thirds of the time."""
    none = [0.0] * len(profiles)
    shares: dict[str, list[float]] = {}
    for number, profile in enumerate(profiles):
        for ngram, occurrences in profile.freq.items():
            row = shares.get(ngram)
            if row is None:
                row = shares[ngram] = none.copy()
            if len(ngram) <= len(profile.n_words):
                row[number] = occurrences / profile.n_words[len(ngram) - 1]
    return shares
