"""The dump: raw text, decoded once, and where it comes from.

Encoding that again, with `undecoded` put back, gives the bytes; `decode` makes sure of it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from copydesk.config import Config
from copydesk.decoding import decode
from copydesk.document import Json, Undecoded
from copydesk.edits import has_visible

BINARY_SHARE: Final = 0.1
"""Over this share of control characters and undecodable bytes, a file is no text.  Text dumps with stray
NULs or a few bad bytes stay far below it; images, archives and programs lie at 0.2 and more."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # without white space and ESC, which terminals leave
_SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadableError(ValueError):
    """A dump that can't be cleaned: `reason` is a word to count by, `detail` a sentence for people."""

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Given:
    """What the container or the page itself states about the story.

    `stated_title`, `stated_authors`, `stated_date` and `stated_update` are what a page's markup says that its visible
    lines do not bear out: they count where those lines say nothing.  `guess_date`, where it is there, looks for the
    date that the page may mean; it counts last, and takes as long as the rest of the page's reading.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    url: str | None = None
    publisher: str | None = None
    stated_title: str | None = None
    stated_authors: tuple[str, ...] = ()
    stated_date: str | None = None
    stated_update: str | None = None
    guess_date: Callable[[], str | None] | None = field(default=None, repr=False, compare=False)
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def guessed_date(self) -> str | None:
        """What `guess_date` finds, at each call anew."""
        return self.guess_date() if self.guess_date else None

    def or_else(self, other: "Given") -> "Given":
        """What is given here, and for what is not, what `other` gives; the `extra` is that of this one."""
        both = {one.name: getattr(self, one.name) or getattr(other, one.name) for one in fields(Given)}
        return replace(self, **(both | {"extra": self.extra}))


NOTHING_GIVEN: Final = Given()


@dataclass(frozen=True, slots=True)
class Origin:
    """What the markup says of the line that starts at character `start`, in whole numbers (see `copydesk.html_lines`).

    `inside` has the numbers of the blocks that hold the line, the innermost first: lines with a number in common
    stand in one block.
    """

    start: int
    evidence: tuple[int, ...]
    inside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dump:
    """A raw text and where it comes from.  `source` and `record` as in the record's fields.

    `origins` has one for each line that is not blank where the text is known to be a page's, and none elsewhere;
    `rendered` is the text of that page as it is seen, where the dump is another text of it.
    """

    text: str
    source: str
    record: str
    sha256: str
    encoding: str = "utf-8"
    undecoded: tuple[Undecoded, ...] = ()
    renderer: str | None = None
    given: Given = NOTHING_GIVEN
    origins: tuple[Origin, ...] = ()
    rendered: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A dump that was found and is not made yet: who skips it is spared decoding and rendering.

    `make` gives it, and raises UnreadableError where it is none.  It holds until the next one is looked for.  `raw` is
    all that it is made of beside its source and the settings, empty where that is not at hand; `read` says how many
    bytes of its file were read by then.
    """

    source: str
    make: Callable[[], Dump]
    raw: bytes = b""
    read: int = 0


def from_text(text: str, source: str, record: str | None = None, given: Given = NOTHING_GIVEN) -> Dump:
    """The dump that a string is.  Raises UnreadableError where it is no text at all."""
    surrogate = _SURROGATE.search(text)
    if surrogate:
        raise UnreadableError(
            "lone_surrogate",
            f"character {surrogate.start()} is the lone surrogate U+{ord(surrogate[0]):04X}; "
            "no encoding has it: the text was cut inside a character",
        )
    _check(text, undecoded=0)
    name = source.rpartition("/")[2] if record is None else record
    return Dump(text, source, name, hashlib.sha256(text.encode()).hexdigest(), given=given)


def from_bytes(data: bytes, source: str, declared: str | None = None) -> Dump:
    """The dump that a file's bytes are.  Raises UnreadableError where they are no text at all."""
    text, encoding, undecoded = decode(data, declared)
    _check(text, sum(len(lost.hex) // 2 for lost in undecoded))
    name = source.rpartition("/")[2]
    return Dump(text, source, name, hashlib.sha256(data).hexdigest(), encoding, undecoded)


def _check(text: str, undecoded: int) -> None:
    if not has_visible(text):
        detail = "it holds white space and invisible characters only" if text else "it holds nothing"
        raise UnreadableError("empty", detail)
    odd = len(_CONTROL.findall(text)) + undecoded
    if odd > BINARY_SHARE * len(text):
        raise UnreadableError(
            "binary", f"{odd} of {len(text)} characters are control characters or undecodable bytes: not text"
        )


def check_size(size: int, settings: Config) -> None:
    """Raise UnreadableError where a dump of `size` (bytes, or characters) is over the limit."""
    limit = settings.settings.limits.record_size
    if size > limit:
        raise UnreadableError("too_large", f"{size:,} is over limits.record_size = {limit:,}")
