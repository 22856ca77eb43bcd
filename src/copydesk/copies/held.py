"""What was lately made of texts, in bounded memory."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

Made = TypeVar("Made")

MIN_BYTES: Final = 1_000
"""The least that one entry counts: many small ones take memory, too."""


class Held(Generic[Made]):
    """What a function makes of the number of a text.  What was not used for longest is forgotten first.

    Together they have at most `most` bytes; or two have more, because a comparison needs two.  `functools.lru_cache`
    counts entries, and one may have some bytes or many million.
    """

    def __init__(self, make: Callable[[int], Made], size: Callable[[Made], int], most: int) -> None:
        self._make = make
        self._size = size
        self._most = most
        self._held: dict[int, tuple[Made, int]] = {}
        self.bytes = 0

    def __getitem__(self, number: int) -> Made:
        found = self._held.pop(number, None)
        if found is None:
            made = self._make(number)
            found = made, max(MIN_BYTES, self._size(made))
            self.bytes += found[1]
        self._held[number] = found
        while self.bytes > self._most and len(self._held) > _NEEDED:
            oldest = next(iter(self._held))
            self.bytes -= self._held.pop(oldest)[1]
        return found[0]

    def __len__(self) -> int:
        return len(self._held)


_NEEDED: Final = 2
