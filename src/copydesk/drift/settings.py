"""The settings of `[drift]`."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """When the new dumps of a source are compared with its history.

    `min_dumps` new dumps are compared together; fewer wait for the next run.  `runs_a_month` is how often a source has
    new dumps: with more runs, each alarm needs stronger evidence, so that false alarms stay as rare.  With
    `fail_on_drift`, a flow ends as failed if a source has changed; its output is complete.
    """

    min_dumps: int = 20
    runs_a_month: int = 31
    fail_on_drift: bool = False


DRIFT_DEFAULTS: Final = DriftSettings()

MIN_DUMPS: Final = 10
"""The lowest `min_dumps`: with fewer dumps no change is beyond chance."""


def problem(settings: DriftSettings) -> str | None:
    """What is wrong with the settings, with the name of the setting; None if they can be used."""
    if settings.min_dumps < MIN_DUMPS:
        return f"drift.min_dumps: must be at least {MIN_DUMPS}, got {settings.min_dumps}"
    if settings.runs_a_month < 1:
        return f"drift.runs_a_month: must be at least 1, got {settings.runs_a_month}"
    return None
