"""How likely two samples differ so much by chance: exact and rank tests, with allowance for dumps that are alike.

Pages of one day have the same subjects and authors, so they say less than as many independent draws.  `dispersion` is
how many of them count as one.
"""

import math
from collections.abc import Sequence
from typing import Final

MIN_DISPERSION: Final = 2.0
"""Dumps that count as one at least: a first run of a source does not show how much its runs differ."""

PRIOR_RUNS: Final = 5
"""Runs with MIN_DISPERSION that are added to those of the history: two or three runs say little about dispersion.

Without them, a history of two runs hid one change in twenty (`python -m bench.drift`, November 2026).
"""

TOLERANCE: Final = 1e-7
"""Relative difference below which two probabilities are equal: they are computed by logarithms."""

MAX_STEPS: Final = 300
"""Steps of the continued fraction; it converges in fewer than 50 for the numbers of dumps that are compared."""

TINY: Final = 1e-300
"""What stands for 0 below a fraction line."""

PRECISION: Final = 1e-14
"""Relative change below which the continued fraction is done."""


def fisher(count: int, of: int, other: int, other_of: int) -> float:
    """The probability of shares at least as different as these: Fisher's exact test, two-sided.

    All tables with the same sums that are at most as likely as this one count (R. A. Fisher, 1935; this is the
    two-sided version in common use).
    """
    total, marked = of + other_of, count + other
    first, last = max(0, marked - other_of), min(of, marked)
    every = _log_choose(total, marked)
    own = _log_choose(of, count) + _log_choose(other_of, other) - every
    found = 0.0
    for n in range(first, last + 1):
        log = _log_choose(of, n) + _log_choose(other_of, marked - n) - every
        if log <= own + TOLERANCE:
            found += math.exp(log)
    return min(1.0, found)


def _log_choose(of: int, count: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)


def share_test(count: int, of: int, other: int, other_of: int, dispersion: float) -> float:
    """Fisher's test of two shares if `dispersion` dumps count as one: numbers are divided by it, and rounded."""
    few, others = math.floor(of / dispersion), math.floor(other_of / dispersion)
    if not few or not others:
        return 1.0
    return fisher(round(count / of * few), few, round(other / other_of * others), others)


def share_dispersion(batches: Sequence[tuple[int, int]]) -> float:
    """How much the shares (count, of) of several runs differ beyond chance, at least MIN_DISPERSION.

    This is Pearson's chi-square by its degrees of freedom, as in quasi-binomial models (D. R. Cox and E. J. Snell,
    Analysis of Binary Data, 1989), moderated as in G. K. Smyth (Statistical Applications in Genetics 3, 2004).
    """
    of = sum(size for _, size in batches)
    share = sum(count for count, _ in batches) / of
    if len(batches) < 2 or share in (0, 1):
        return MIN_DISPERSION
    squares = sum((count - size * share) ** 2 / (size * share * (1 - share)) for count, size in batches)
    return _moderated(squares, len(batches) - 1)


def _moderated(squares: float, freedom: int) -> float:
    """The dispersion that a sum of squares shows, with PRIOR_RUNS more; at least MIN_DISPERSION."""
    return max(MIN_DISPERSION, (squares + PRIOR_RUNS * MIN_DISPERSION) / (freedom + PRIOR_RUNS))


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value from 1; equal values have their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + end + 1) / 2
        start = end
    return found


def rank_test(own: Sequence[float], other: Sequence[float], dispersion: float) -> float:
    """The probability of ranks at least as different as these, if `dispersion` dumps count as one.

    The t test on the ranks of both samples together, which is about the Mann-Whitney test, and better in the tails
    (W. J. Conover and R. L. Iman, The American Statistician 35, 1981).  It is never surer than a test that
    tries all orders could be.
    """
    size, others = len(own) / dispersion, len(other) / dispersion
    freedom = size + others - 2
    if freedom < 1:
        return 1.0
    squares = _squares(own) + _squares(other)
    distance = abs(sum(own) / len(own) - sum(other) / len(other))
    if not distance:
        return 1.0
    surest = min(1.0, 2 * math.exp(-_log_choose(math.floor(size) + math.floor(others), math.floor(size))))
    if not squares:
        return surest
    variance = squares / (len(own) + len(other) - 2)
    t = distance / math.sqrt(variance * (1 / size + 1 / others))
    return max(surest, student(t, freedom))


def rank_dispersion(batches: Sequence[Sequence[float]]) -> float:
    """How much the ranks of several runs differ beyond chance, at least MIN_DISPERSION.

    This is the F of a one-way analysis of variance, moderated as for shares.
    """
    sized = [batch for batch in batches if batch]
    count = sum(map(len, sized))
    if len(sized) < 2 or count <= len(sized):
        return MIN_DISPERSION
    mean = sum(map(sum, sized)) / count
    between = sum(len(batch) * (sum(batch) / len(batch) - mean) ** 2 for batch in sized)
    within = sum(map(_squares, sized)) / (count - len(sized))
    if not within:
        return math.inf if between else MIN_DISPERSION
    return _moderated(between / within, len(sized) - 1)


def _squares(values: Sequence[float]) -> float:
    """The sum of the squared distances from the mean."""
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)


def student(t: float, freedom: float) -> float:
    """The probability that Student's t is at least `t` away from 0 (NIST Digital Library 8.17: incomplete beta)."""
    return _incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by its continued fraction (NIST Digital Library 8.17.22)."""
    if x in (0, 1):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    front = a * math.log(x) + b * math.log1p(-x) - math.log(a)
    front -= math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(front) * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction, by the method of Lentz (Applied Optics 15, 1976)."""
    above = 1.0
    found = below = 1 / (1 - (a + b) * x / (a + 1) or TINY)
    for step in range(2, MAX_STEPS):
        half = step // 2
        term = -(a + half) * (a + b + half) if step % 2 else half * (b - half)
        term *= x / ((a + step - 1) * (a + step))
        below = 1 / (1 + term * below or TINY)
        above = 1 + term / above or TINY
        found *= above * below
        if abs(above * below - 1) < PRECISION:
            break
    return found
