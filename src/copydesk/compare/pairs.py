"""The records of one dump in two outputs, found by their id.  The memory does not grow with the outputs."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.document import Cleaned
from copydesk.render import record


def pairs(old: Iterable[Cleaned], new: Iterable[Cleaned]) -> Iterator[tuple[Cleaned | None, Cleaned | None]]:
    """(the dump before, the dump now) for each dump of both, in the order of `new`; then those that are only in `old`.

    None stands for a dump that one of them does not have.
    """
    with TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "old.sqlite")) as base:
        base.execute("create table old (id text primary key, lines text not null)")
        base.executemany("insert or replace into old values (?, ?)", ((one.article.id, _lines(one)) for one in old))
        for one in new:
            found = base.execute("delete from old where id = ? returning lines", (one.article.id,)).fetchall()
            yield (_dump(found[0][0]) if found else None), one
        for (lines,) in base.execute("select lines from old order by rowid"):
            yield _dump(lines), None


def _lines(cleaned: Cleaned) -> str:
    return "\n".join(map(record.to_json, (cleaned.article, *cleaned.teasers)))


def _dump(lines: str) -> Cleaned:
    article, *teasers = map(record.from_json, lines.split("\n"))
    return Cleaned(article, tuple(teasers))
