"""How well copies are found, how fast, and with how much memory: `python -m bench.copies [--quick]`.

The copies are made from stories of the kit (see `bench.copies_gold`).  The thresholds of `copydesk.copies` were chosen
with seed 1, mostly on half 0 of the stories.  MinHash programs read the same texts.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeAlias

import copydesk
from bench.copies_gold import CHANGES, Made, gold
from bench.copies_load import report
from bench.copies_peers import PEERS, PeerMissingError
from bench.folds import table
from copydesk.copies.find import find
from copydesk.copies.pairs import SHARED, chance
from copydesk.document import Kind, Record

Pair: TypeAlias = tuple[str, str]

HALVES: Final = {"half 0 of the stories": 0, "half 1": 1}


def records(made: Iterable[Made]) -> list[Record]:
    """Articles with these texts."""
    base = copydesk.clean("A headline\n\nIt rained, said the mayor, and went on to rain all day.", source="x").article
    return [
        replace(
            base,
            id=one.id,
            source=one.id,
            kind=Kind.ARTICLE,
            text=one.text,
            metadata=replace(base.metadata, url=f"https://{one.host}/{one.id}"),
        )
        for one in made
    ]


def pairs(clusters: Iterable[Iterable[str]]) -> set[Pair]:
    """All pairs within clusters."""
    return {tuple(sorted(pair)) for cluster in clusters for pair in combinations(cluster, 2)}  # type: ignore[misc]


def true_pairs(made: Iterable[Made]) -> set[Pair]:
    """The pairs of records with the same story."""
    stories: dict[str, list[str]] = {}
    for one in made:
        stories.setdefault(one.story, []).append(one.id)
    return pairs(stories.values())


def scores(found: set[Pair], true: set[Pair]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    both = len(found & true)
    precision, recall = both / len(found) if found else 1.0, both / len(true) if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The pairs that a program finds, and the CPU seconds that it takes."""

    pairs: set[Pair]
    seconds: float


def own_answer(made: Sequence[Made]) -> Answer:
    """What copydesk finds."""
    given = records(made)
    start = time.process_time()
    _, clusters = find(given)
    return Answer(pairs([copy.id for copy in cluster] for cluster in clusters), time.process_time() - start)


def peer_answers(made: Sequence[Made]) -> dict[str, Answer]:
    """What the peers find, without those that are not installed."""
    texts = [one.text for one in made]
    found = {}
    for name, program in PEERS.items():
        start = time.process_time()
        try:
            groups = program(texts)
        except PeerMissingError as error:
            print(f"{name}: left out: {error}")
            continue
        own = pairs([made[number].id for number in group] for group in groups)
        found[name] = Answer(own, time.process_time() - start)
    return found


def by_kind(made: Sequence[Made], found: set[Pair]) -> str:
    """Recall of pairs of an original and its copy, and false pairs, for each kind."""
    kinds = {one.id: one.kind for one in made}
    originals = {one.story: one.id for one in made if one.original}
    true = true_pairs(made)
    of_original = {
        (*sorted((originals[one.story], one.id)),): one.kind  # a tuple
        for one in made
        if one.story in originals and not one.original
    }
    all_of, hit = Counter(of_original.values()), Counter(kind for pair, kind in of_original.items() if pair in found)
    false = Counter(kinds[one] for pair in found - true for one in pair)
    rows: list[list[str | int | float]] = []
    for kind in sorted(set(kinds.values()) - {"original"}, key=lambda kind: (kind not in CHANGES, kind)):
        recall = hit[kind] / all_of[kind] if kind in CHANGES else "different"
        precision = hit[kind] / (hit[kind] + false[kind]) if hit[kind] else "-"
        f1: float | str = "-"
        if isinstance(recall, float) and isinstance(precision, float):
            f1 = 2 * precision * recall / (precision + recall)
        rows.append([kind, sum(one == kind for one in kinds.values()), precision, recall, f1, false[kind]])
    return table(("kind", "records", "precision", "recall", "F1", "in false pairs"), rows)


def summary(made: Sequence[Made], found: dict[str, Answer]) -> str:
    """Precision, recall, F1, false pairs and speed of each program."""
    true = true_pairs(made)
    kinds = {one.id: one.kind for one in made}
    rows: list[list[str | int | float]] = []
    for name, own in found.items():
        false = own.pairs - true
        different = sum(not {kinds[one], kinds[other]} & {*CHANGES, "original"} for one, other in false)
        speed = round(len(made) / own.seconds)
        rows.append([name, *scores(own.pairs, true), len(false), different, speed])
    header = ("program", "precision", "recall", "F1", "false pairs", "among reports that look alike", "stories/s")
    return table(header, rows)


def curve() -> str:
    """The probability that two stories are compared, by the shingles that they share."""
    rows: list[list[str | int | float]] = [[shared, chance(shared), chance(shared, 6)] for shared in SHARED]
    return table(("shared shingles", "in one stretch", "in stretches of six"), rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="list the pairs that are wrong or missed")
    parser.add_argument("--quick", action="store_true", help="measure neither time nor memory, and no peers")
    options = parser.parse_args()
    for name, half in HALVES.items():
        made = gold(options.seed, half)
        own = own_answer(made)
        peers = {} if options.quick else peer_answers(made)
        print(f"\n{name}: {len(made)} records\n\n{summary(made, {'copydesk': own, **peers})}\n")
        print(by_kind(made, own.pairs))
        if options.show:
            kinds = {one.id: one.kind for one in made}
            true = true_pairs(made)
            for sign, wrong in (("false", own.pairs - true), ("missed", true - own.pairs)):
                print(*(f"{sign}: {a} ({kinds[a]}) {b} ({kinds[b]})" for a, b in sorted(wrong)), sep="\n")
    print(f"\n{curve()}")
    if not options.quick:
        print(f"\n{report()}")


if __name__ == "__main__":
    main()
