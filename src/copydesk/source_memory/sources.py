"""Which source a dump belongs to: its host, or what `[sources] by` says."""

from typing import Final
from urllib.parse import urlsplit

from copydesk.config import ConfigError, Profile
from copydesk.dump import Dump

CORPUS: Final = "(corpus)"
"""The source of all dumps without a known host."""

BY: Final = ("host", "folder", "profile", "corpus")
FIELD: Final = "field:"
"""The ways to name a source; "field:NAME" is a field of the records of a container."""


def check_by(by: str) -> None:
    """Raise ConfigError if `by` is not a way to name a source."""
    if by not in BY and not (by.startswith(FIELD) and len(by) > len(FIELD)):
        raise ConfigError(f'sources.by: must be one of {", ".join(BY)} or "field:NAME", got {by!r}')


def source_of(raw: Dump, by: str, profile: Profile | None) -> str:
    """The name of the source of a dump; CORPUS if the dump does not say it."""
    if by == "host":
        return host_of(raw.given.url) or CORPUS
    if by == "folder":
        return folder_of(raw.source) or CORPUS
    if by == "profile":
        return profile.name if profile else CORPUS
    if by.startswith(FIELD):
        value = raw.given.extra.get(by.removeprefix(FIELD))
        return str(value) if isinstance(value, (str, int)) and str(value) else CORPUS
    return CORPUS


def folder_of(source: str) -> str:
    """The folder of the file that the dump with this source is in; "" if it has none."""
    return source.partition("#")[0].rpartition("/")[0]


def host_of(url: str | None) -> str:
    """The host of an address in lower case, without "www."; "" if there is none."""
    try:
        host = (urlsplit(url).hostname if url else None) or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
