"""Finds the words of one text in another."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel


def align(text: Sequence[str], other: Sequence[str]) -> list[int]:
    """For each word its place in `other`, or -1, by the longest common subsequence."""
    numbers: dict[str, int] = {}
    one = [numbers.setdefault(word, len(numbers)) for word in text]
    two = [numbers.setdefault(word, len(numbers)) for word in other]
    places = [-1] * len(text)
    for step in Indel.opcodes(one, two):
        if step.tag == "equal":
            for n in range(step.src_end - step.src_start):
                places[step.src_start + n] = step.dest_start + n
    return places
