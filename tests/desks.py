"""What the tests of the review desk share: an invented paper, an output of it, and a desk with a client."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import lxml.html
import pytest
from starlette.testclient import TestClient

from copydesk import batch, decisions
from copydesk.batch import Job
from copydesk.review import server, settings_files
from copydesk.review.guard import Access
from copydesk.store import BOOKKEEPING, Format
from in_process import use_in_process_workers

PORT = 8_123
BASE = f"http://127.0.0.1:{PORT}"
HOST = "https://www.paper.example"
APPEAL = "Readers like you pay for our work, and we thank all {number} of them for it."
STORIES = (
    ("Bridge of Northford to stay closed", "The council voted on Monday,and the mayor said the bridge stays closed."),
    (
        "Library of Easterby opens again",
        "The library in Easterby opens on Friday, after two years of work on its roof.",
    ),
    (
        "School of Westhaven gets a new roof",
        "The school in Westhaven gets a new roof next spring, the council has said.",
    ),
)


def page(number: int) -> str:
    """The page of an invented paper as HTML."""
    headline, lead = STORIES[number % len(STORIES)]
    appeal = APPEAL.format(number=1_000 + number)
    more = "".join(
        f"<p>The work in part {part} of the town takes {part + 2} weeks, a spokesman said.</p>" for part in range(3)
    )
    return (
        f"<html lang=en><title>{headline} {number}</title><body><nav><a href=/>Home</a> <a href=/news>News</a></nav>"
        f"<article><h1>{headline} {number}</h1><p>By Anna Miller</p><p>{lead}</p><p>{appeal}</p>{more}</article></body></html>"
    )


def write_pages(path: Path, count: int) -> None:
    rows = [{"id": f"p{number}", "url": f"{HOST}/{number}", "html": page(number)} for number in range(count)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def make(folder: Path, pages: int = 6) -> Path:
    """An output below the folder: pages of one source, and a text."""
    write_pages(folder / "dumps" / "pages.jsonl", pages)
    (folder / "dumps" / "plain.txt").write_text(f"{STORIES[0][0]}\n\n{STORIES[0][1]}\n", encoding="utf-8")
    return run(folder)


def run(folder: Path) -> Path:
    """Clean the dumps below the folder; returns the folder for the bookkeeping."""
    with pytest.MonkeyPatch.context() as patch:
        use_in_process_workers(patch)
        batch.run(Job(batch.plan([folder / "dumps"]), folder / "out", (Format.JSONL,)))
    return folder / "out" / BOOKKEEPING


@dataclass(frozen=True)
class Answer:
    """What the server answers to a form."""

    status_code: int
    text: str


@dataclass
class Desk:
    """A desk with its client, which has opened the address."""

    desk: server.Desk
    client: TestClient

    def get(self, address: str, **query: str | int) -> lxml.html.HtmlElement:
        answer = self.client.get(f"{address}?{urlencode(query)}" if query else address)
        assert answer.status_code == 200, answer.text
        return lxml.html.document_fromstring(answer.text)

    def send(self, address: str, **form: str) -> Answer:
        found = self.client.post(address, data={"token": self.desk.access.form, **form}, headers={"origin": BASE})
        return Answer(found.status_code, found.text)

    def post(self, address: str, **form: str) -> lxml.html.HtmlElement:
        answer = self.send(address, **form)
        assert answer.status_code == 200, answer.text
        return lxml.html.document_fromstring(answer.text)

    def record(self, title: str) -> str:
        """The address of the record with this title."""
        found = self.get("/", words=f'"{title}"').xpath("//ol[@class='records']/li/a/@href")
        return str(found[0]).partition("?")[0]

    def decide(self, address: str, text: str, act: str, **more: str) -> lxml.html.HtmlElement:
        line = line_of(self.get(address), text)
        return self.post(
            address, act=act, lines=line.get("data-span"), line=line.get("id").removeprefix("line-"), **more
        )

    def decided(self) -> list[decisions.Decision]:
        return decisions.read(self.desk.decisions)


def line_of(page: lxml.html.HtmlElement, text: str) -> lxml.html.HtmlElement:
    return next(one for one in page.xpath("//li[@role='option']") if text in one.text_content())


def label_of(line: lxml.html.HtmlElement) -> str:
    return str(line.xpath("./span[@class='label']/text()")[0]).strip()


def server_desk(books: Path, tmp_path: Path, port: int = PORT) -> server.Desk:
    """A desk that writes decisions and profiles below `tmp_path`."""
    files = settings_files.SettingsFiles(None, tmp_path / "sources", tmp_path / "decisions.jsonl", is_named=True)
    return server.Desk("out", books, files.read, files.decisions, files.profiles, "anna", Access(port))


def desk_of(books: Path, tmp_path: Path) -> Desk:
    """A desk with its client."""
    own = server_desk(books, tmp_path)
    client = TestClient(server.app(own), base_url=BASE)
    assert client.get(f"/?token={own.access.key}").status_code == 200
    return Desk(own, client)
