"""Other programs that find copies by MinHash, with their usual settings, each in this process.

datatrove is in the extra `dev`.  All are used if what they need is installed:
`pip install spacy tokenizers` (for datatrove), `pip install --no-deps text-dedup datasketch scipy bitarray
click-option-group`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np

from copydesk.disjoint_sets import DisjointSets

Groups: TypeAlias = list[list[int]]

WORD: Final = re.compile(r"\w+")


class PeerMissingError(RuntimeError):
    """The program is not installed; the message says which package is missing."""


def _groups(count: int, buckets: Iterable[Sequence[int]]) -> Groups:
    """The numbers of texts that are in a bucket together, directly or through others."""
    sets = DisjointSets(count)
    for bucket in buckets:
        for other in bucket[1:]:
            sets.join(bucket[0], other)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in range(count):
        groups[sets.group(number)].append(number)
    return [group for group in groups.values() if len(group) > 1]


def _by_bands(signatures: Iterable[Iterable[object]], count: int) -> Groups:
    """Texts with an equal band at the same place."""
    buckets: dict[object, list[int]] = defaultdict(list)
    for number, bands in enumerate(signatures):
        for place, band in enumerate(bands):
            buckets[place, band].append(number)
    return _groups(count, buckets.values())


def datatrove(texts: Sequence[str]) -> Groups:
    """MinhashDedupSignature with its defaults (but SHA-1): 5 words, 14 bands of 8; then what its next two steps do."""
    try:
        from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
        from datatrove.utils.hashing import HashConfig

        config = MinhashConfig(hash_config=HashConfig(hash_fc="sha1"))  # with xxhash 4 its default raises TypeError
        step = MinhashDedupSignature(output_folder="/tmp/unused", config=config)  # noqa: S108 - it writes nothing
    except ImportError as error:
        raise PeerMissingError(str(error)) from error
    made = (step.get_signature(shingles) if len(shingles := step.get_shingles(text)) else [] for text in texts)
    return _by_bands(([tuple(band) for band in one] for one in made), len(texts))


def text_dedup(texts: Sequence[str]) -> Groups:
    """text_dedup.minhash with its defaults: 5 words, 256 permutations, threshold .7."""
    try:
        from text_dedup import minhash  # type: ignore[import-not-found]
    except ImportError as error:
        raise PeerMissingError(str(error)) from error
    permutations = 256
    bands, rows = minhash.optimal_param(0.7, permutations, false_positive_weight=0.5, false_negative_weight=0.5)
    prime, largest = np.uint64((1 << 61) - 1), np.uint32((1 << 32) - 1)
    random = np.random.RandomState(42)
    numbers = (
        random.randint(1, prime, size=permutations, dtype=np.uint64),
        random.randint(0, prime, size=permutations, dtype=np.uint64),
    )
    made = (
        minhash.embed_func(
            text,
            0,
            num_perm=permutations,
            ngram_size=5,
            min_length=5,
            hashranges=[(band * rows, (band + 1) * rows) for band in range(bands)],
            permutations=numbers,
            hash_func=minhash.sha1_hash,
            dtype=np.uint64,
            max_hash=largest,
            modulo_prime=prime,
        )[minhash.SIGNATURE_COLUMN]
        for text in texts
    )
    return _by_bands(made, len(texts))


def datasketch(texts: Sequence[str]) -> Groups:
    """MinHashLSH of datasketch: 5 words, 128 permutations, threshold .7."""
    try:
        from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]
    except ImportError as error:
        raise PeerMissingError(str(error)) from error
    index = MinHashLSH(threshold=0.7, num_perm=128)
    found: list[list[int]] = []
    for number, text in enumerate(texts):
        words = WORD.findall(text.lower())
        made = MinHash(num_perm=128)
        made.update_batch({" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))})
        found += [[number, other] for other in index.query(made)]
        index.insert(number, made)
    return _groups(len(texts), found)


PEERS: Final[dict[str, Callable[[Sequence[str]], Groups]]] = {
    "datatrove MinHash": datatrove,
    "text-dedup MinHash": text_dedup,
    "datasketch MinHash": datasketch,
}
"""Programs from texts to groups of their numbers."""
