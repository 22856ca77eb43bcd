"""Settings: the defaults, changed by a TOML file, and the source profiles.  Together they are one frozen `Config`.

The command line and the flow make it once, at the beginning.  All other code gets it as a parameter.
"""

import hashlib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from copydesk import files, keep, output_settings, toml_tables
from copydesk.decisions import NOT_NAMED, ReviewSettings
from copydesk.document import Label
from copydesk.drift import settings as drift_settings
from copydesk.drift.settings import DRIFT_DEFAULTS, DriftSettings
from copydesk.input_settings import FIELD_DEFAULTS, INPUT_DEFAULTS, FieldSettings, InputSettings
from copydesk.keep import NO_LIMITS, KeepSettings
from copydesk.output_settings import OUTPUT_DEFAULTS, OutputSettings
from copydesk.toml_tables import ConfigError

__all__ = ["Config", "ConfigError", "FieldSettings", "InputSettings", "KeepSettings"]

MAX_WORDS_BYTES: Final = 64_000_000
MAX_CONTENT_BYTES: Final = 100_000_000
"""Bytes of `edits.words`, and of a model.  A list of three million words is smaller."""

USED: Final = "used"
"""What stands for a memory in the digest of the settings."""

MAX_QUOTED: Final = 200
"""Characters of a pattern that a message quotes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Maximum sizes.  `record_size`: bytes of a dump, or characters of a record in a container; `record_lines`: lines.

    Labelling takes about seven kilobytes of memory for each line.  `file_size`: bytes of a file of the input.  A larger
    file is rejected before it is read.  The largest dumps in use (a whole wiki, a crawl in one WACZ) have 20 to 30
    gigabytes; a disk that gives 200 MB a second needs five minutes for 64 gigabytes (November 2026).
    """

    record_size: int = 4_000_000
    record_lines: int = 50_000
    file_size: int = 64_000_000_000


@dataclass(frozen=True, slots=True)
class EditSettings:
    """`off`: names of edit rules to disable; `words`: a file of words of the source or corpus, one word a line.

    The path is relative to the configuration file.
    """

    off: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """`sample_size`: characters of running text from which the language is detected."""

    sample_size: int = 300


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """Models of your own for the labeller (made by `training/`); paths are relative to the configuration file.

    `model` is for texts, `page_model` for HTML pages; `roles` are the trees of the reader of roles.
    """

    model: str = ""
    page_model: str = ""
    roles: str = ""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """`directory`: a folder with more source profiles; `memory`: a file that `copydesk learn` made.

    Both are relative to the configuration file.  `by` says what the source of a dump is: its "host" (the whole corpus
    if it has no URL), its "folder", its "profile", a field of its record ("field:NAME"), or the whole "corpus".
    """

    directory: str = ""
    memory: str = ""
    by: str = "host"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Limits for one dump: `seconds` until its worker is killed, `memory` in megabytes beyond that of the program.

    `state` is the folder for the manifests of remote outputs, relative to the configuration file; "" is a folder of the
    system.  If more than the share `fail_over_rejects` (0 to 1) of the dumps of a run is rejected, its flow ends as
    failed.  None of these can change a record, so its `config` digest does not depend on them.
    """

    seconds: float = 60.0
    memory: int = 2000
    state: str = ""
    fail_over_rejects: float = 1.0


@dataclass(frozen=True, slots=True)
class LineRule:
    """Gives `label` to each line of the source that `pattern` (a regular expression) matches as a whole."""

    pattern: str
    label: Label

    def matches(self, line: str) -> bool:
        """Whether the pattern matches the whole line."""
        return _compiled(self.pattern).fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules for one publisher.

    Its pages are recognised by host or, in a dump without a URL, by `markers`: regular expressions, each of which must
    match a whole line.  The profile is valid for publication dates from `since` to `until`; `evidence` says on which
    pages its rules were found.
    """

    name: str
    evidence: str
    hosts: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    publisher: str | None = None
    lines: tuple[LineRule, ...] = ()

    def knows_host(self, url: str | None) -> bool:
        """Whether the host of `url` is one of the hosts, or a subdomain of one."""
        host = (urlsplit(url).hostname if url else None) or ""
        return any(host == known or host.endswith("." + known) for known in self.hosts)

    def knows_lines(self, lines: Iterable[str]) -> bool:
        """Whether every marker matches one of the lines."""
        missing = {marker: _compiled(marker) for marker in self.markers}
        for line in lines:
            for marker, pattern in list(missing.items()):
                if pattern.fullmatch(line):
                    del missing[marker]
            if not missing:
                break
        return bool(self.markers) and not missing

    def holds_on(self, published: str | None) -> bool:
        """Whether the profile is valid for a page with this date (ISO 8601).  It is, if there is no date."""
        day = published[:10] if published else None
        if day is None:
            return True
        return (self.since is None or self.since.isoformat() <= day) and (
            self.until is None or day <= self.until.isoformat()
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """The tables of a configuration file."""

    limits: Limits = Limits()
    edits: EditSettings = EditSettings()
    language: LanguageSettings = LanguageSettings()
    labels: LabelSettings = LabelSettings()
    fields: FieldSettings = FIELD_DEFAULTS
    inputs: InputSettings = INPUT_DEFAULTS
    sources: SourceSettings = SourceSettings()
    run: RunSettings = RunSettings()
    keep: KeepSettings = NO_LIMITS
    drift: DriftSettings = DRIFT_DEFAULTS
    output: OutputSettings = OUTPUT_DEFAULTS
    review: ReviewSettings = NOT_NAMED


@dataclass(frozen=True, slots=True)
class Config(Settings):
    """Everything that can be set: the tables of a configuration file, and the source profiles."""

    profiles: tuple[Profile, ...] = ()

    def profile_for(self, url: str | None, published: str | None, lines: Iterable[str]) -> Profile | None:
        """The first profile that recognises the page: by its host if there is a URL, else by its lines."""
        valid = [profile for profile in self.profiles if profile.holds_on(published)]
        lines = list(lines) if url is None else ()
        matching = (p for p in valid if (p.knows_host(url) if url else p.knows_lines(lines)))
        return next(matching, None)

    def digest(self, profile: Profile | None, decisions: str = "") -> str:
        """SHA-256 of the settings, of the profile that was applied, and of `decisions` (a digest) about the dump.

        For files that the settings name, the content counts and not the path.  Of a memory counts only that there is
        one: what it says about a dump differs from dump to dump, and is in `provenance.memory`.  Settings that can't
        change a record do not count; nor do `keep` and `output`, which only say where and how it is written.
        """
        settings = Settings(
            limits=self.limits,
            edits=replace(self.edits, words=_content(self.edits.words)),
            language=self.language,
            labels=LabelSettings(*map(_content, (self.labels.model, self.labels.page_model, self.labels.roles))),
            fields=self.fields,
            inputs=InputSettings(exclude=()),
            sources=SourceSettings(memory=USED if self.sources.memory else "", by=self.sources.by),
        )
        tables: dict[str, dict[str, object]] = msgspec.to_builtins(settings)
        del tables["run"]["state"], tables["run"]["fail_over_rejects"]  # the other two of `run` have their defaults
        del tables["keep"], tables["drift"], tables["output"]
        del tables["review"]  # `decisions` has what is decided about this dump
        del tables["limits"]["file_size"], tables["inputs"]["follow_links"]  # they only say which files are read
        return hashlib.sha256(msgspec.json.encode((tables, profile, *filter(None, [decisions])))).hexdigest()

    @property
    def memory_digest(self) -> str:
        """SHA-256 of the file of the memory; "" without one.  Raises ConfigError if it can't be read."""
        return _content(self.sources.memory)


OWN_FILE: Final = Path("config/copydesk.toml")
"""This file, below the working directory, is read if it exists and no other file is named."""

OWN_SOURCES: Final = Path("config/sources")
"""The profiles in this folder, below the working directory, apply in commands and flows."""

SHIPPED: Final = next(
    folder for folder in (Path(__file__).parent / "shipped", Path(__file__).parents[2] / "config") if folder.is_dir()
)
"""The folder of the shipped configuration: in the installed package, or `config` in a checkout."""


@cache
def default() -> Config:
    """The defaults and the shipped source profiles."""
    return Config(profiles=_read_profiles(SHIPPED / "sources"))


def resolve(path: Path | None, *, learns: bool = False) -> Config:
    """The settings of the file at `path`; without a path, those of OWN_FILE if it exists, else the defaults.

    The profiles in OWN_SOURCES are added if it exists.  With `learns`, the file of the memory may be missing: it is
    made before it is read.  Raises ConfigError as `load` does.
    """
    chosen = path or (OWN_FILE if OWN_FILE.is_file() else None)
    settings = _load(chosen, learns=learns) if chosen else default()
    if not OWN_SOURCES.is_dir() or OWN_SOURCES.resolve() == (SHIPPED / "sources").resolve():
        return settings
    return with_profiles(settings, _read_profiles(OWN_SOURCES))


def with_profiles(settings: Config, own: Iterable[Profile]) -> Config:
    """The settings with more profiles, which go before the others.  They replace profiles with the same name."""
    own = tuple(own)
    names = {profile.name for profile in own}
    return replace(settings, profiles=(*own, *(one for one in settings.profiles if one.name not in names)))


def load(path: str | Path) -> Config:
    """The defaults, changed by the TOML file at `path`.

    Raises ConfigError if the file can't be read, or has an unknown key or a wrong value.
    """
    return _load(Path(path))


def _load(path: Path, *, learns: bool = False) -> Config:
    settings = toml_tables.convert(toml_tables.read(path), Settings, path)
    for key, number in (
        ("limits.record_size", settings.limits.record_size),
        ("limits.record_lines", settings.limits.record_lines),
        ("limits.file_size", settings.limits.file_size),
        ("language.sample_size", settings.language.sample_size),
        ("run.seconds", settings.run.seconds),
        ("run.memory", settings.run.memory),
    ):
        if not 1 <= number < math.inf:
            raise ConfigError(f"{path}: {key}: must be at least 1, got {number}")
    if not 0 <= settings.run.fail_over_rejects <= 1:
        raise ConfigError(f"{path}: run.fail_over_rejects: must be from 0 to 1, got {settings.run.fail_over_rejects}")
    problems = (
        keep.problem(settings.keep),
        drift_settings.problem(settings.drift),
        output_settings.problem(settings.output),
    )
    wrong = next(filter(None, problems), None)
    if wrong:
        raise ConfigError(f"{path}: {wrong}")
    if settings.edits.words:
        words = str((path.parent / settings.edits.words).absolute())
        own_words(words)
        settings = replace(settings, edits=replace(settings.edits, words=words))
    if settings.run.state:
        state = str((path.parent / settings.run.state).absolute())
        settings = replace(settings, run=replace(settings.run, state=state))
    if settings.sources.memory:
        memory = str((path.parent / settings.sources.memory).absolute())
        if not learns and not Path(memory).is_file():
            raise ConfigError(f"{path}: sources.memory: no such file: {memory}; `copydesk learn` makes it")
        settings = replace(settings, sources=replace(settings.sources, memory=memory))
    settings = replace(settings, review=settings.review.below(path))
    models = {key: _model(path, key, getattr(settings.labels, key)) for key in ("model", "page_model", "roles")}
    settings = replace(settings, labels=LabelSettings(**models))
    found = Config(**{one.name: getattr(settings, one.name) for one in fields(settings)}, profiles=default().profiles)
    if not settings.sources.directory:
        return found
    own = path.parent / settings.sources.directory
    if not own.is_dir():
        raise ConfigError(f"{path}: sources.directory: no such directory: {own}")
    return with_profiles(found, _read_profiles(own))


def _model(path: Path, key: str, name: str) -> str:
    """The absolute path of a model that the file at `path` names; "" for none.  Raises ConfigError if it is missing."""
    if name and not (path.parent / name).is_file():
        raise ConfigError(f"{path}: labels.{key}: no such file: {path.parent / name}")
    return str((path.parent / name).absolute()) if name else ""


def _read_profiles(folder: Path) -> tuple[Profile, ...]:
    return tuple(load_profile(path) for path in sorted(folder.glob("*.toml")))


def load_profile(path: str | Path) -> Profile:
    """The source profile in a TOML file.  Raises ConfigError if it can't be used."""
    path = Path(path)
    profile = toml_tables.convert({"name": path.stem, **toml_tables.read(path)}, Profile, path)
    for pattern in (*profile.markers, *(line.pattern for line in profile.lines)):
        try:
            _compiled(pattern)
        except (re.error, RecursionError, OverflowError, MemoryError) as error:
            why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error) or "it is too large"
            start = pattern if len(pattern) <= MAX_QUOTED else f"{pattern[:MAX_QUOTED]}..."
            raise ConfigError(f"{path}: {start!r} is not a regular expression: {why}") from error
    if not profile.hosts and not profile.markers:
        raise ConfigError(f"{path}: a profile needs `hosts` or `markers`, to recognise its pages")
    return profile


@cache
def own_words(path: str) -> frozenset[str]:
    """The words in a file, one on each line; for "", no words.  Raises ConfigError if the file can't be read."""
    if not path:
        return frozenset()
    try:
        lines = files.read_limited(Path(path), MAX_WORDS_BYTES).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(f"edits.words: {path}: must be a file in UTF-8 with one word a line: {said}") from error
    return frozenset(word for line in lines if (word := line.strip()))


def _content(path: str) -> str:
    """SHA-256 of the file; "" if the path is "".  Raises ConfigError if the file can't be read."""
    if not path:
        return ""
    try:
        return _content_of(path, files.look(Path(path)))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


@cache
def _content_of(path: str, look: files.Look) -> str:
    """SHA-256 of the file that looks like this: a process that runs for days sees a file that was replaced."""
    return hashlib.sha256(files.read_limited(Path(path), MAX_CONTENT_BYTES)).hexdigest()


def matches(pattern: str, line: str) -> bool:
    """Whether a pattern of a profile matches the whole line."""
    return _compiled(pattern).fullmatch(line) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
