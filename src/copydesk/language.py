"""The language of a text: langdetect, seeded, on a sample of its running text."""

import gc
from functools import cache
from pathlib import Path
from typing import Final

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

SEED: Final = 0
"""langdetect samples at random; unseeded, two runs may differ."""

LEAST: Final = 20
"""Letters.  In less text than this no language is told."""

BCP47: Final = {"zh-cn": "zh-CN", "zh-tw": "zh-TW"}
"""langdetect's names that are no BCP 47 tags as they stand."""


def sample(text: str, size: int) -> str:
    """About `size` characters of running text: the longest lines of `text`, in the order they stand in."""
    lines = text.splitlines()
    taken = 0
    chosen: list[int] = []
    for number in sorted(range(len(lines)), key=lambda n: (-len(lines[n]), n)):
        chosen.append(number)
        taken += len(lines[number])
        if taken >= size:
            break
    return "\n".join(lines[number][:size] for number in sorted(chosen))[:size]


def detect(text: str) -> str | None:
    """The BCP 47 tag of the language of `text`, or None where there is too little to tell."""
    if sum(map(str.isalpha, text)) < LEAST:
        return None
    detector = _factory().create()
    detector.append(text)
    try:
        found: str = detector.detect()
    except LangDetectException:
        return None
    return None if found == "unknown" else BCP47.get(found, found)


@cache
def _factory() -> DetectorFactory:
    """A factory of our own: the package's global one may be seeded otherwise by another user of it.

    The profiles are read in the order of their names, so that sums of floats are the same everywhere.
    """
    factory = DetectorFactory()
    factory.set_seed(SEED)
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand lists that stay for good: walking them again and again costs a fifth of the time
    try:
        factory.load_json_profile([path.read_text(encoding="utf-8") for path in paths])
    finally:
        if collecting:
            gc.enable()
    return factory
