"""The settings of a desk, as their files are now: a reviewer adds rules to profiles while the desk is open."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from copydesk import config
from copydesk.config import Config
from copydesk.decisions import ReviewSettings

USUAL_DECISIONS: Final = "decisions.jsonl"
"""The file of decisions, below the working directory, if the settings name none."""


@dataclass(frozen=True, slots=True)
class SettingsFiles:
    """The file of the settings (None: the defaults), the folder of the own profiles, and the file of decisions."""

    config: Path | None
    profiles: Path
    decisions: Path
    is_named: bool
    """Whether the settings name the file of decisions, so that the next run applies them."""

    def read(self) -> Config:
        """The settings.  Raises ConfigError if they can't be used."""
        own = (config.load_profile(path) for path in sorted(self.profiles.glob("*.toml")))
        settings = config.with_profiles(config.resolve(self.config), own)
        return replace(settings, review=ReviewSettings(str(self.decisions)))


def find(path: Path | None) -> SettingsFiles:
    """The files of the settings that a command uses with this option `--config`.  Raises ConfigError."""
    chosen = path or (config.OWN_FILE if config.OWN_FILE.is_file() else None)
    settings = config.resolve(path)
    is_own = chosen is not None and settings.sources.directory
    profiles = chosen.parent / settings.sources.directory if chosen and is_own else config.OWN_SOURCES
    decisions = settings.review.decisions
    return SettingsFiles(
        chosen.absolute() if chosen else None,
        profiles.absolute(),
        Path(decisions or USUAL_DECISIONS).absolute(),
        is_named=bool(decisions),
    )
