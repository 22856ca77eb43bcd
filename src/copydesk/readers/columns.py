"""The values of typed columns (Parquet, Arrow, SQLite) as JSON."""

import datetime
import math

from copydesk.document import Json
from copydesk.readers import html


def as_json(value: object) -> Json:
    """A column's value: dates and bytes as text, infinity and NaN as null.

    Bytes that are not UTF-8 are decoded if they begin like HTML.  Raises UnicodeDecodeError if they are not.
    """
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return _of_bytes(value)
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)


def _of_bytes(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        if not value.lstrip().startswith(b"<"):
            raise
        return html.decode(value)
