"""The language of a text, detected by langdetect with a fixed seed from a sample of the text.

If langdetect-rs is installed (the extra `fast`), it gives the same answers in a tenth of the time or less.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import msgspec
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from copydesk import garbage, lexicon

try:
    import langdetect_rs as fast
except ImportError:
    fast = None

_NO_FEATURES = (LangDetectException, fast.LangDetectException) if fast else (LangDetectException,)

SEED: Final = 0
"""langdetect samples at random; without a seed, two runs may differ."""

TRIALS: Final = 3
"""Random samples of n-grams that langdetect averages.  Its default of 7 gives the same answers in twice the time
(measured on the benchmark's 763 pages with samples of 200 to 600 characters)."""

LIKE_SERBIAN: Final = frozenset(("mk", "bg", "ru", "uk"))
"""For which of its languages langdetect takes Serbian in Cyrillic letters, which it does not know."""

_SERBIAN: Final = ("\N{CYRILLIC SMALL LETTER DJE}", "\N{CYRILLIC SMALL LETTER TSHE}")
_MACEDONIAN: Final = ("\N{CYRILLIC SMALL LETTER GJE}", "\N{CYRILLIC SMALL LETTER KJE}", "\N{CYRILLIC SMALL LETTER DZE}")

MIN_LETTERS: Final = 20
"""No language is detected in a text with fewer letters."""

MIN_KANA: Final = 0.1
"""Share of letters that are kana in Japanese.  langdetect takes headlines with much Han for Chinese."""

MIN_HAN: Final = 0.3
"""Share of letters that are Han in Chinese: one stands for a word, and the rest may be Latin names and addresses.
langdetect takes traditional Chinese for Korean (56 of the kit's 90 Chinese pages)."""

MAX_HANGUL: Final = 0.05
"""Share of letters that are Hangul in Chinese.  Korean has more of it, however many Han it has."""

ENGLISH: Final = frozenset(("the", "and", "with", "from", "your", "this", "that", "which", "their", "they"))
"""Small words of English that no other language in Latin letters has as often."""

MIN_ENGLISH: Final = 0.08
"""Share of these words in English.  Set on the kit's pages, November 2026."""

COMMONEST: Final = 150
"""Words of a language that are compared with those of English.  Like the next two, set on the kit's pages, November
2026: ten English pages more are right, and no page of another language is wrong."""

MIN_COMMON: Final = 2
"""Common words of English in a text that langdetect takes for another language."""

MIN_COMMON_WITHOUT_LIST: Final = 5
"""The same if there is no list of the other language's common words."""

SCRIPTS: Final = {
    "lo": re.compile("[\u0e80-\u0eff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "hy": re.compile("[\u0530-\u058f]"),
    "si": re.compile("[\u0d80-\u0dff]"),
}
"""Languages that langdetect does not know: each has a script that hardly any other language is written in."""

MIN_OF_SCRIPT: Final = 0.5
"""Share of letters in such a script: the rest may be Latin names and addresses."""

_KANA = re.compile("[\u3041-\u30fa]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_SIMPLIFIED = re.compile(
    "[个为们会这说时对经过发现开关问间国东车长门见贝马鸟鱼电书学习讲话语请谢让应该办将还进远运动业产从众传优价]"
)
_TRADITIONAL = re.compile(
    "[個為們會這說時對經過發現開關問間國東車長門見貝馬鳥魚電書學習講話語請謝讓應該辦將還進遠運動業產從眾傳優價]"
)
"""The same common characters in the two ways of writing Chinese."""

_LATIN_WORDS = re.compile(r"[^\W\d_]+")

BCP47: Final = {"zh-cn": "zh-CN", "zh-tw": "zh-TW"}
"""Names of langdetect that are not BCP 47 tags."""


def sample(text: str, size: int) -> str:
    """At most `size` characters: the longest lines of `text`, in their order.

    The longest in bytes of UTF-8: a Latin address is no longer than a sentence of a third of its characters in Han.
    """
    lines = text.splitlines()
    lengths = list(map(len, lines if text.isascii() else [line.encode("utf-8", "surrogatepass") for line in lines]))
    taken = 0
    chosen: list[int] = []
    for number in sorted(range(len(lines)), key=lengths.__getitem__, reverse=True):  # the first of equal ones
        chosen.append(number)
        taken += len(lines[number])
        if taken >= size:
            break
    return "\n".join(lines[number][:size] for number in sorted(chosen))[:size]


def detect(text: str) -> str | None:
    """The BCP 47 tag of the language of `text`, or None if there is too little text."""
    letters = sum(map(str.isalpha, text))
    if letters < MIN_LETTERS:
        return None
    if len(_KANA.findall(text)) >= MIN_KANA * letters:
        return "ja"
    if not text.isascii():
        for tag, script in SCRIPTS.items():
            if len(script.findall(text)) >= MIN_OF_SCRIPT * letters:
                return tag
        if len(_HAN.findall(text)) >= MIN_HAN * letters and len(_HANGUL.findall(text)) <= MAX_HANGUL * letters:
            return "zh-TW" if len(_TRADITIONAL.findall(text)) > len(_SIMPLIFIED.findall(text)) else "zh-CN"
    if _is_english(text):
        return "en"
    factory: _Factory = _fast_factory() if fast else _factory()
    detector = factory.create()
    detector.n_trial = TRIALS
    detector.append(text)
    try:
        found = detector.detect()
    except _NO_FEATURES:
        return None
    if found == "unknown":
        return None
    if found in LIKE_SERBIAN and _is_serbian(text):
        return "sr"
    return "en" if _is_english_after_all(text, found) else BCP47.get(found, found)


def _is_serbian(text: str) -> bool:
    """Whether the text has letters that only Serbian has, and more of them than of those that only Macedonian has."""
    small = text.lower()
    return sum(map(small.count, _SERBIAN)) > sum(map(small.count, _MACEDONIAN))


def _is_english(text: str) -> bool:
    """Whether small words that only English has make up enough of the text: lists of names in it mislead langdetect."""
    words = _LATIN_WORDS.findall(text.casefold())
    return sum(word in ENGLISH for word in words) >= MIN_ENGLISH * len(words) > 0


def _is_english_after_all(text: str, found: str) -> bool:
    """Whether the text has common words of English and hardly any of the language that langdetect found.

    langdetect takes lists of products and names for Indonesian, Welsh and others.
    """
    words = _LATIN_WORDS.findall(text.casefold())
    english = sum(map(lexicon.commonest("en", COMMONEST).__contains__, words))
    its_own = lexicon.commonest(found, COMMONEST)
    min_english = MIN_COMMON if its_own else MIN_COMMON_WITHOUT_LIST
    return english >= min_english and english > 2 * sum(map(its_own.__contains__, words))


class _Detector(Protocol):
    n_trial: int

    def append(self, text: str) -> None: ...
    def detect(self) -> str: ...


class _Factory(Protocol):
    def create(self) -> _Detector: ...


@cache
def _fast_factory() -> _Factory:
    """The factory of langdetect-rs, which gives the same answers as langdetect to the last bit."""
    factory = fast.DetectorFactory()
    factory.set_seed(SEED)
    factory.load_profile(fast.PROFILES_DIRECTORY)
    made: _Factory = factory
    return made


@cache
def _factory() -> DetectorFactory:
    """A separate factory: other code in the process may give the package's global factory another seed.

    The profiles are read in the order of their names, so that sums of floats are the same on every machine.  The two
    attributes are set directly because `load_profile` takes half as long again; a test compares them with those of
    langdetect's own loading and fails when they change.  Delete this when the extra `fast` becomes a requirement.
    """
    factory = DetectorFactory()
    factory.set_seed(SEED)
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    with garbage.paused():  # searches would visit a hundred thousand lists that are never freed, many times
        profiles = [msgspec.json.decode(path.read_bytes(), type=_Profile) for path in paths]
        factory.langlist = [profile.name for profile in profiles]
        factory.word_lang_prob_map = _shares(profiles)
    return factory


@dataclass(frozen=True, slots=True)
class _Profile:
    """langdetect's profile of a language: the count of each n-gram, and the total count for each length."""

    name: str
    freq: dict[str, int]
    n_words: list[int]


def _shares(profiles: list[_Profile]) -> dict[str, list[float]]:
    """The table that `DetectorFactory.add_profile` makes from all profiles, in two thirds of the time."""
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
