"""What a source profile does to pages: which it recognises, how often each pattern acts, which lines it labels."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from copydesk import config
from copydesk.batch.inputs import plan
from copydesk.batch.ordered import OrderedCleaner
from copydesk.config import Config, Profile
from copydesk.document import Record, Reject

MAX_EXAMPLES: Final = 3
"""Lines that are shown for each pattern and for each change of a label."""


@dataclass(slots=True)
class Hits:
    """How many lines a pattern matched, on how many pages, and some of these lines as (source, text)."""

    lines: int = 0
    pages: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class ProfileCheck:
    """What a profile does to some dumps.

    `pages` are cleaned, `recognised` are those to which the profile applies.  `hits` has each pattern of `lines`, and
    `markers` each marker, also those that match nothing.  `changes` counts lines by their label without and with the
    profile, with examples.
    """

    pages: int = 0
    recognised: int = 0
    rejected: int = 0
    hits: dict[str, Hits] = field(default_factory=dict)
    markers: dict[str, int] = field(default_factory=dict)
    changes: dict[tuple[str, str], Hits] = field(default_factory=dict)


def check_profile(profile: Profile, paths: Iterable[Path], settings: Config, jobs: int | None = None) -> ProfileCheck:
    """Clean dumps with and without the profile, and compare.  The profile goes before all others of the settings.

    Raises InputError if a path does not exist or there is no file.
    """
    others = tuple(one for one in settings.profiles if one.name != profile.name)
    without, with_it = replace(settings, profiles=others), replace(settings, profiles=(profile, *others))
    found = plan(list(paths), follow_links=settings.inputs.follow_links)
    check = ProfileCheck(
        hits={rule.pattern: Hits() for rule in profile.lines}, markers=dict.fromkeys(profile.markers, 0)
    )
    with OrderedCleaner(without, jobs) as before, OrderedCleaner(with_it, jobs) as after:
        for old, new in zip(before.files(found.inputs), after.files(found.inputs), strict=True):
            if isinstance(old, Reject) or isinstance(new, Reject):
                check.rejected += 1
                continue
            check.pages += 1
            _count_markers(check, new.article)
            if new.article.provenance.profile == profile.name:
                check.recognised += 1
                _count_hits(check, profile, new.article)
                _count_changes(check, old.article, new.article)
    return check


def _count_markers(check: ProfileCheck, article: Record) -> None:
    lines = [line.strip() for line in article.raw().splitlines()]
    for marker in check.markers:
        check.markers[marker] += any(config.matches(marker, line) for line in lines)


def _count_hits(check: ProfileCheck, profile: Profile, article: Record) -> None:
    for rule in profile.lines:
        matched = [block.text for block in article.blocks if rule.matches(block.text)]
        _add(check.hits[rule.pattern], article.source, matched)


def _count_changes(check: ProfileCheck, old: Record, new: Record) -> None:
    changed: dict[tuple[str, str], list[str]] = {}
    for before, after in zip(old.blocks, new.blocks, strict=True):
        if before.label is not after.label:
            changed.setdefault((str(before.label), str(after.label)), []).append(after.text)
    for labels, texts in changed.items():
        _add(check.changes.setdefault(labels, Hits()), new.source, texts)


def _add(hits: Hits, source: str, texts: list[str]) -> None:
    hits.lines += len(texts)
    hits.pages += bool(texts)
    for text in texts:
        if len(hits.examples) < MAX_EXAMPLES:
            hits.examples.append((source, text))
