"""Records as rows of an SQLite database with full-text search, which Datasette and DuckDB open.

    articles    a row an article (or dump without a story: kind "other"), with its facts and quality
    authors, images, tags, notes    several of an article, in their order
    rights      opt-out and licence marks of an article, as stated
    teasers     other stories that the page advertises, with the article's id
    blocks, edits    the lines of the dump with their labels, and what was changed, as in the record
    links       those of the blocks; `block` is the position of the block
    search      full-text index over title, deck and text: `select title from search where search match 'bridge'`

The same records give the same rows, in any order of the inputs and with any number of workers.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Final, TypeAlias

import msgspec

from copydesk.document import Record, Signals
from copydesk.render.record import RecordError
from copydesk.render.sheet import BETWEEN

Value: TypeAlias = str | int | float | None

_SIGNALS: Final = tuple(one.name for one in fields(Signals))
_FACTS: Final = (
    *("title", "deck", "published", "updated", "language", "publisher", "agency", "dateline", "section", "url"),
)

SCHEMA: Final = f"""
create table articles (
    id text primary key, kind text not null, page text, source text not null,
    {", ".join(f"{name} text" for name in _FACTS)},
    copyright text, copyright_holder text, copyright_year integer,
    confidence real, complete integer, reasons text, {", ".join(f"{name} real" for name in _SIGNALS)},
    sha256 text not null, extra text not null, text text not null
);
create table authors (
    article text not null references articles (id), position integer not null, name text not null, role text, bio text,
    primary key (article, position)
);
create table images (
    article text not null references articles (id), position integer not null,
    caption text, credit text, url text, alt text, primary key (article, position)
);
create table tags (
    article text not null references articles (id), position integer not null, tag text not null,
    primary key (article, position)
);
create table notes (
    article text not null references articles (id), position integer not null, note text not null,
    primary key (article, position)
);
create table rights (
    article text not null references articles (id), position integer not null, mark text not null,
    value text not null, evidence text not null, primary key (article, position)
);
create table teasers (
    id text primary key, article text not null references articles (id), position integer not null,
    {", ".join(f"{name} text" for name in _FACTS)}, authors text, text text not null
);
create table blocks (
    article text not null references articles (id), position integer not null, label text not null,
    "start" integer not null, "end" integer not null, why text not null, share real, text text not null,
    picture text, primary key (article, position)
);
create table links (
    article text not null references articles (id), position integer not null, block integer not null,
    "start" integer not null, "end" integer not null, href text not null, primary key (article, position)
);
create table edits (
    article text not null references articles (id), position integer not null, "start" integer not null,
    "before" text not null, "after" text not null, rules text not null, primary key (article, position)
);
create index articles_published on articles (published);
create index authors_name on authors (name);
create index tags_tag on tags (tag);
create index teasers_article on teasers (article);
create virtual table search using fts5 (title, deck, text, content="articles");
"""
"""The tables.  `start` and `end` are characters of the raw text, as in the record; several rules have "; " between.
Datasette finds the index by `content="articles"`, without spaces."""


def create(database: sqlite3.Connection) -> None:
    """Make the empty tables."""
    database.executescript(SCHEMA)


def add(database: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Add an article and its teasers.  Raises RecordError if a number of them is too large for a database."""
    article, *teasers = records
    facts, quality = article.metadata, article.quality
    signals = [getattr(quality.signals, name) if quality else None for name in _SIGNALS]
    notice = facts.copyright
    _insert(
        database,
        "articles",
        [
            (
                *(article.id, article.kind, article.page, article.source, *_facts(article)),
                *((notice.notice, notice.holder, notice.year) if notice else (None, None, None)),
                *((quality.confidence, quality.complete, BETWEEN.join(quality.reasons)) if quality else (None,) * 3),
                *signals,
                *(
                    article.provenance.sha256,
                    json.dumps(msgspec.to_builtins(facts.extra), ensure_ascii=False),
                    article.text,
                ),
            )
        ],
    )
    several: dict[str, Iterable[tuple[Value, ...]]] = {
        "authors": [(one.name, one.role, one.bio) for one in facts.authors],
        "images": [(one.caption, one.credit, one.url, one.alt) for one in facts.images],
        "tags": [(tag,) for tag in facts.tags],
        "notes": [(note,) for note in facts.notes],
        "rights": [(one.mark, one.value, BETWEEN.join(map(str, one.evidence))) for one in article.rights],
        "blocks": [
            (one.label, one.start, one.end, one.why, one.share, one.text, one.picture) for one in article.blocks
        ],
        "links": [
            (number, link.start, link.end, link.href)
            for number, block in enumerate(article.blocks)
            for link in block.links
        ],
        "edits": [(one.start, one.before, one.after, BETWEEN.join(one.rules)) for one in article.edits],
    }
    for table, rows in several.items():
        _insert(database, table, [(article.id, number, *row) for number, row in enumerate(rows)])
    _insert(
        database,
        "teasers",
        [
            (
                *(one.id, article.id, one.position, *_facts(one)),
                *(BETWEEN.join(author.name for author in one.metadata.authors), one.text),
            )
            for one in teasers
        ],
    )


def finish(database: sqlite3.Connection) -> None:
    """Make the full-text index, once all records are in."""
    database.execute("insert into search (search) values ('rebuild')")
    database.commit()


def _facts(record: Record) -> list[str | None]:
    return [getattr(record.metadata, name) for name in _FACTS]


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[Sequence[Value]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        try:
            database.executemany(f"insert into {table} values ({places})", rows)  # noqa: S608 (names of our own tables)
        except OverflowError as error:
            raise RecordError(f"not a copydesk record: {error}") from error
