"""The server of the review desk: addresses to pages, and forms to decisions.

GET  /                       the queue
GET  /record/ID              a record: its page, its story, its facts
POST /record/ID              a decision about it
GET  /record/ID/rules        what rules for decided lines would change on other pages of the source
POST /record/ID/rules        write the rules to the profile
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from copydesk import decisions
from copydesk.batch.manifest import Manifest, ManifestError, manifest_errors
from copydesk.config import Config, ConfigError
from copydesk.document import Record
from copydesk.quality import doubts
from copydesk.report.dump_page import first_of_story
from copydesk.review import current, index, lines, proposal, queue
from copydesk.review.choices import choices
from copydesk.review.current import Current
from copydesk.review.decide import WrongFormError, decisions_of
from copydesk.review.guard import Access, Guard
from copydesk.review.markers import marker_of
from copydesk.review.pages import STATIC, page, query_of
from copydesk.review.proposal import Addition, NoProposalError, Spread
from copydesk.review.queue import Filter, Queue, QueueRow

MAX_FORM_BYTES: Final = 20_000
"""Bytes of a form.  Those of the desk have a few hundred."""

DOUBTFUL: Final = 0.8
"""Below this confidence a page says what lowers it.  The README's example for `clean --below` has it too."""

MAX_PLACE: Final = 2**40


@dataclass(frozen=True, slots=True)
class Desk:
    """What a desk works on: the folder with the manifest of an output, and where decisions and profiles are written.

    `settings` gives the settings as their files are now.
    """

    title: str
    books: Path
    settings: Callable[[], Config]
    decisions: Path
    profiles: Path
    reviewer: str
    access: Access
    building: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def opened(self) -> Iterator[tuple[Manifest, Queue]]:
        """The manifest and its index, which is made again if a run has changed the output."""
        with manifest_errors(self.books), current.opened(self.books) as manifest:
            with self.building:
                if not index.is_current(self.books, manifest):
                    index.build(self.books, manifest)
            with queue.opened(self.books) as rows:
                yield manifest, rows


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its query or its form, and the id in its address."""

    values: dict[str, str]
    record: str = ""

    @property
    def wanted(self) -> Filter:
        """The filter of the queue."""
        return Filter.of(self.values)

    def number(self, name: str) -> int | None:
        """A value that is a number; None if it is missing, or none."""
        value = self.values.get(name, "")
        return int(value) if value.isascii() and value.isdecimal() and int(value) < MAX_PLACE else None


Handler = Callable[[Desk, Asked], Response]


def app(desk: Desk) -> ASGIApp:
    """The desk as an application for a server."""
    routes = [
        Route("/", _endpoint(desk, queue_page)),
        Route("/record/{record}", _endpoint(desk, record_page)),
        Route("/record/{record}", _endpoint(desk, decide), methods=["POST"]),
        Route("/record/{record}/rules", _endpoint(desk, rules_page)),
        Route("/record/{record}/rules", _endpoint(desk, write_rules), methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={HTTPException: _error_page}), desk.access)


def _endpoint(desk: Desk, handler: Handler) -> Callable[[Request], object]:
    """A handler as Starlette calls it.  It runs in a thread, since it reads databases and cleans dumps."""

    async def answer(request: Request) -> Response:
        values = await _form(request, desk.access) if request.method == "POST" else dict(request.query_params)
        asked = Asked(values, request.path_params.get("record", ""))
        try:
            return await run_in_threadpool(handler, desk, asked)
        except LookupError as error:
            raise HTTPException(404, str(error.args[0])) from error
        except (WrongFormError, NoProposalError) as error:
            raise HTTPException(409, str(error)) from error
        except (ConfigError, ManifestError, OSError) as error:
            raise HTTPException(500, str(error)) from error
        except sqlite3.Error as error:
            raise HTTPException(500, f"{desk.books / index.NAME}: {error}; remove it, and it is made again") from error

    return answer


async def _form(request: Request, access: Access) -> dict[str, str]:
    """The values of a form that has the token.  Raises HTTPException if it has not, or is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413, "a form with more bytes than any of the desk")
    values = dict(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True))
    if values.get("token") != access.form:
        raise HTTPException(403, "this form is not one that the desk has made: load the page again")
    return values


async def _error_page(request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return HTMLResponse(page("error.html", detail=detail, back=request.url.path), status)


def queue_page(desk: Desk, asked: Asked) -> Response:
    """A page of the queue."""
    wanted = asked.wanted
    with desk.opened() as (_, rows):
        found = rows.page(wanted, asked.number("after") or 0)
        facets, records = rows.facets(), rows.records
    decided = decisions.load(str(desk.decisions))
    return HTMLResponse(
        page(
            "queue.html",
            title=desk.title,
            rows=[(row, len(decided[row.source].decisions) if row.source in decided else 0) for row in found],
            wanted=wanted,
            given=wanted.given(),
            facets=facets,
            records=records,
            decisions=sum(len(one.decisions) for one in decided.values()),
            next_page=found[-1].place if len(found) == queue.PAGE_ROWS else None,
            is_first=not asked.number("after"),
        )
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A record that a request is about."""

    row: QueueRow
    now: Current
    settings: Config


def _shown(desk: Desk, asked: Asked, manifest: Manifest, rows: Queue) -> Shown:
    """The record with the id in the address.  Raises LookupError if there is none."""
    row = rows.find(asked.record)
    if row is None:
        raise LookupError(f"this output has no record {asked.record!r}")
    settings = desk.settings()
    before = current.stored(manifest, row)
    return Shown(row, current.current(before, current.origin(manifest, row), settings), settings)


def record_page(desk: Desk, asked: Asked) -> Response:
    """A record as the next run would write it."""
    with desk.opened() as (manifest, rows):
        shown = _shown(desk, asked, manifest, rows)
        following = next(iter(rows.page(asked.wanted, shown.row.place, 1)), None)
        before = rows.before(asked.wanted, shown.row.place)
        line = asked.number("line")
        found = _spread(shown, asked, manifest, rows)
    article = shown.now.cleaned.article
    return HTMLResponse(
        page(
            "record.html",
            title=desk.title,
            row=shown.row,
            article=article,
            lines=lines.lines_of(shown.now),
            first=first_of_story(article) if line is None else line,
            story=lines.story_of(article),
            facts=lines.facts_of(article),
            teasers=lines.teasers_of(shown.now),
            decisions=lines.decisions_of(shown.now),
            notes=shown.now.notes,
            doubts=list(map(str, doubts.of(article))) if _is_doubtful(article) else [],
            choices=choices(),
            given=asked.wanted.given(),
            before=before,
            following=following,
            line=line,
            spread=found,
            decided=asked.values.get("decided", ""),
            written=asked.values.get("written", ""),
            token=desk.access.form,
            reviewer=desk.reviewer,
            max_lines=lines.MAX_LINES,
        )
    )


def _is_doubtful(article: Record) -> bool:
    """Whether the page says what lowers the confidence."""
    return article.quality is not None and article.quality.confidence < DOUBTFUL


def _spread(shown: Shown, asked: Asked, manifest: Manifest, rows: Queue) -> Spread | None:
    """On how many pages of the source the lines are that were decided last; None if that is not asked for."""
    decided = proposal.decided_lines(shown.now, asked.values.get("decided", ""))
    return proposal.spread(rows, manifest, shown.row, decided) if decided else None


def decide(desk: Desk, asked: Asked) -> Response:
    """Save a decision, and show the record as it is then."""
    with desk.opened() as (manifest, rows):
        shown = _shown(desk, asked, manifest, rows)
    made = decisions_of(asked.values, shown.now, desk.reviewer)
    decisions.append(desk.decisions, made)
    values: dict[str, str | int] = dict(asked.wanted.given())
    line = asked.number("line") or 0
    values["line"] = line
    if made[0].label:
        values["decided"] = made[0].stroke
    return RedirectResponse(f"/record/{shown.row.id}{query_of(values)}", 303)


def _addition(desk: Desk, asked: Asked, manifest: Manifest, rows: Queue) -> tuple[Shown, Spread, Addition]:
    """The rules for the lines that were decided.  Raises NoProposalError if there can be none."""
    shown = _shown(desk, asked, manifest, rows)
    found = _spread(shown, asked, manifest, rows)
    if found is None:
        raise NoProposalError("these decisions are no longer in force, or no rule of a profile can say the same")
    marker = marker_of(rows, manifest, shown.row) if proposal.needs_marker(shown.now, shown.settings) else None
    added = proposal.addition(shown.now, found, shown.settings, desk.profiles, desk.reviewer, marker)
    return shown, found, added


def rules_page(desk: Desk, asked: Asked) -> Response:
    """What rules for decided lines would change on other pages."""
    with desk.opened() as (manifest, rows):
        shown, found, added = _addition(desk, asked, manifest, rows)
        pages = proposal.tried(manifest, added, found, shown.settings)
    return HTMLResponse(
        page(
            "rules.html",
            title=desk.title,
            row=shown.row,
            spread=found,
            added=added,
            digest=decisions.digest_of(added.toml),
            pages=pages,
            changed=sum(one.change is not None for one in pages),
            given=asked.wanted.given(),
            line=asked.number("line") or 0,
            decided=asked.values.get("decided", ""),
            token=desk.access.form,
        )
    )


def write_rules(desk: Desk, asked: Asked) -> Response:
    """Write the rules to the profile of the source."""
    with desk.opened() as (manifest, rows):
        shown, _, added = _addition(desk, asked, manifest, rows)
    if asked.values.get("rules") != decisions.digest_of(added.toml):
        raise NoProposalError("the proposal has changed since it was shown: look at it again")
    proposal.write(added)
    values: dict[str, str | int] = {**asked.wanted.given(), "line": asked.number("line") or 0, "written": added.name}
    return RedirectResponse(f"/record/{shown.row.id}{query_of(values)}", 303)
