"""What `clean -v` and `--log-format json` print while a run works."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from copydesk.terminal import escaped, shown

LEVELS: Final = (logging.WARNING, logging.INFO, logging.DEBUG)
"""The level for each number of `-v`."""

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""The fields that each log entry has; all others are those of the event."""


class JsonFormatter(logging.Formatter):
    """A log entry as a JSON object: time, level, logger, message, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry on one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        return escaped(json.dumps(entry, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """A log entry as a line of text: time, level and message."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry on one line."""
        return shown(super().format(record))


class _Handler(logging.StreamHandler):  # type: ignore[type-arg] # it has no type at run time
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name in logging
        """Nothing: if standard error is closed, the run goes on."""


def tame_other_loggers() -> None:
    """Make harmless what other packages log: without a handler, Python prints it to standard error."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(TextFormatter("%(message)s"))


def set_up(verbose: int, log_format: str) -> None:
    """Print what the package logs to standard error; with `verbose` 0 and format text only warnings."""
    logger = logging.getLogger("copydesk")
    for old in list(logger.handlers):
        logger.removeHandler(old)
    if sys.stderr is None:
        return
    handler = _Handler(sys.stderr)
    is_json = log_format == "json"
    handler.setFormatter(JsonFormatter() if is_json else TextFormatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(LEVELS[min(max(verbose, int(is_json)), len(LEVELS) - 1)])
