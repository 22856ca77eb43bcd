"""The records in an object that holds many: lists under a key, lists by publisher, columns of a table."""

from typing import Final

from copydesk.config import Config
from copydesk.document import Json
from copydesk.readers import record_text

COMMON_KEYS: Final = frozenset(("articles", "rows", "items", "data", "results", "documents", "records", "news"))
"""Keys that name what is listed, also where they begin with a capital; a key in lower case always does."""

NOT_RECORDS: Final = frozenset(
    ("comments", "replies", "reviews", "messages", "images", "media", "videos", "authors", "related", "annotations")
)
"""Keys of lists that are a part of a story, or about it."""

MAX_DEPTH: Final = 3
"""Objects inside objects in which a list of records is searched: Elasticsearch has {"hits": {"hits": [...]}}."""

MIN_COLUMNS: Final = 2
MIN_ROWS: Final = 2


def inside(found: Json, settings: Config) -> list[Json]:
    """The records in an object that is none itself; empty if it holds no list of records."""
    if not isinstance(found, dict):
        return []
    return _by_publisher(found) or _by_column(found, settings) or _under_a_key(found, settings, MAX_DEPTH)


def under(found: Json, key: str | None) -> Json:
    """A record of a list under this key, with the key as its publisher if it is a publisher's name."""
    return {"publisher": key, **found} if key and _is_publisher(key) and isinstance(found, dict) else found


def _is_publisher(key: str) -> bool:
    return key.lower() not in COMMON_KEYS and not (key.isidentifier() and key.islower())


def _by_publisher(found: dict[str, Json]) -> list[Json]:
    """The articles in a file that Fundus saved (a list for each publisher); empty for any other object."""
    if not any(map(_is_publisher, found)):
        return []
    articles: list[Json] = []
    for publisher, listed in found.items():
        if not isinstance(listed, list):
            return []
        for one in listed:
            if not isinstance(one, dict):
                return []
            articles.append({"publisher": publisher, **one})
    return articles


def _by_column(found: dict[str, Json], settings: Config) -> list[Json]:
    """The rows of a table that is stored by columns, each a list, or an object with the numbers of rows as keys."""
    columns: dict[str, list[Json]] = {}
    for key, column in found.items():
        if isinstance(column, dict) and all(name.isdecimal() for name in column):
            columns[key] = list(column.values())
        elif isinstance(column, list):
            columns[key] = column
        else:
            return []
    sizes = {len(column) for column in columns.values()}
    if len(columns) < MIN_COLUMNS or len(sizes) != 1 or min(sizes) < MIN_ROWS:
        return []
    rows: list[Json] = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return rows if record_text.is_record(rows[0], settings) else []


def _under_a_key(found: dict[str, Json], settings: Config, depth: int) -> list[Json]:
    """The one list of objects in which there is a record with a text."""
    if record_text.has_text(found, settings):
        return []
    lists = [
        listed
        for key, listed in found.items()
        if isinstance(listed, list)
        and key.lower() not in NOT_RECORDS
        and any(record_text.is_record(one, settings) for one in listed)
    ]
    if not lists and depth > 1:
        lists = [
            inner
            for value in found.values()
            if isinstance(value, dict) and (inner := _under_a_key(value, settings, depth - 1))
        ]
    return lists[0] if len(lists) == 1 else []
