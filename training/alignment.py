"""Words of one text found again in another."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel


def align(text: Sequence[str], other: Sequence[str]) -> list[int]:
    """For each word its place in `other`, or -1: the longest common subsequence."""
    numbers: dict[str, int] = {}
    one = [numbers.setdefault(word, len(numbers)) for word in text]
    two = [numbers.setdefault(word, len(numbers)) for word in other]
    places = [-1] * len(text)
    for step in Indel.opcodes(one, two):
        if step.tag == "equal":
            for n in range(step.src_end - step.src_start):
                places[step.src_start + n] = step.dest_start + n
    return places


def is_in_run(places: Sequence[int], n: int, *, alone: bool = False) -> bool:
    """Whether the word at n is found again, with a neighbour of its: one word by itself stands anywhere by chance.

    `alone`: it need have no neighbour.
    """
    return places[n] >= 0 and (alone or _follows(places, n) or _follows(places, n + 1))


def _follows(places: Sequence[int], n: int) -> bool:
    """Whether the word at n and the one before it are found as neighbours."""
    return 0 < n < len(places) and places[n] >= 0 and places[n - 1] >= 0 and places[n] == places[n - 1] + 1
