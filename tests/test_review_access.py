"""The review desk: who may use it, and that nothing of a dump acts in it."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import lxml.html
import pytest
from starlette.testclient import TestClient

from conftest import CASES
from copydesk import config
from copydesk.review import server
from copydesk.review.guard import HEADERS, Access
from desks import BASE, HOST, PORT, STORIES, Desk, desk_of, line_of, make, page, run

HOSTILE: dict[str, str] = json.loads((CASES / "report" / "hostile.json").read_text(encoding="utf-8"))
OWN_ADDRESS = re.compile(r"/(?:$|\?|record/|static/desk\.)|#line-\d+$")
OWN_ELEMENTS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "section", "div", "article"),
    *("form", "label", "select", "option", "input", "button", "output", "h1", "h2", "h3", "h4", "p", "ul", "ol", "li"),
    *("dl", "dt", "dd", "a", "b", "q", "bdi", "span", "small", "kbd", "del", "ins", "pre", "code", "blockquote"),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"), pages=1)


@pytest.fixture
def desk(books: Path, tmp_path: Path) -> Desk:
    return desk_of(books, tmp_path)


def test_the_address_opens_the_desk_and_nothing_else_does(books: Path, tmp_path: Path) -> None:
    access = Access(PORT)
    own = server.Desk("out", books, config.default, tmp_path / "d", tmp_path, "anna", access)
    stranger = TestClient(server.app(own), base_url=BASE, follow_redirects=False)
    addresses = ("/", "/record/1", "/static/desk.js", "/?token=guess", "/record/1/rules")
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 403
        assert "copydesk review" in answer.text
    assert stranger.get("/", headers={"cookie": f"copydesk-review-{PORT}=guess"}).status_code == 403
    entered = stranger.get(f"/?token={access.key}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert access.key not in cookie
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        f"127.0.0.1:{PORT + 1}",
        f"127.0.0.1.evil.example:{PORT}",
        "",
    ],
)
def test_another_name_for_this_machine_is_refused(desk: Desk, host: str) -> None:
    assert desk.client.get("/", headers={"host": host}).status_code == 403
    assert desk.client.get(f"/?token={desk.desk.access.key}", headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.client.get("/", headers=headers).status_code == 403
    form = {"token": desk.desk.access.form, "act": "label:promo"}
    assert desk.client.post("/record/1", data=form, headers={"origin": BASE, **headers}).status_code == 403


def test_nothing_is_written_without_the_token_of_a_form(desk: Desk) -> None:
    address = desk.record(f"{STORIES[0][0]} 0")
    span = line_of(desk.get(address), "Readers like").get("data-span")
    form = {"act": "label:promo", "lines": span, "line": "1"}
    for token in ({}, {"token": ""}, {"token": desk.desk.access.key}, {"token": desk.desk.access.cookie}):
        answer = desk.client.post(address, data={**form, **token}, headers={"origin": BASE})
        assert answer.status_code == 403
    right = {**form, "token": desk.desk.access.form}
    assert desk.client.post(address, data=right).status_code == 403  # it does not say where it comes from
    assert desk.client.get(f"{address}?{urlencode(right)}").status_code == 200
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert desk.client.request(method, address, headers={"origin": BASE}).status_code == 405
    assert not desk.desk.decisions.exists()
    assert desk.client.post(address, data={**right, "more": "x" * 30_000}, headers={"origin": BASE}).status_code == 413


def test_each_answer_has_the_policy(desk: Desk) -> None:
    address = desk.record(f"{STORIES[0][0]} 0")
    answers = [desk.client.get(one) for one in ("/", address, "/static/desk.css", "/record/none", "/nothing")]
    answers.append(desk.client.get("/", headers={"host": "evil.example"}))
    for answer in answers:
        assert all(answer.headers[name] == value for name, value in HEADERS.items())
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_nothing_of_a_dump_acts(tmp_path: Path, attack: str) -> None:
    text = f"{attack}\n\n{STORIES[0][1]}{attack}\n\nMore news\n\n{attack} in town\n\n" + f"{attack}\n" * 3
    rows: list[dict[str, object]] = [
        {
            "id": attack,
            "url": f"https://{attack}/",
            "title": attack,
            "authors": [attack],
            "language": attack,
            "text": text,
        },
        {"id": "page", "url": f"{HOST}/{attack}", "html": page(1).replace("Anna", attack)},
    ]
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    desk = desk_of(run(tmp_path), tmp_path)
    listed = desk.get("/")
    pages = [listed, desk.get("/", words=attack, site=attack, label=attack)]
    addresses = listed.xpath("//ol[@class='records']/li/a/@href")
    assert len(addresses) == 2
    for address in addresses:
        shown = desk.get(address)
        pages += [shown, desk.post(address, act="label:promo", lines=line_of(shown, "").get("data-span"), line="0")]
    for one in pages:
        check_harmless(one)


def check_harmless(page: lxml.html.HtmlElement) -> None:
    assert {one.tag for one in page.iter() if isinstance(one.tag, str)} <= OWN_ELEMENTS
    assert [one for one in page.iter() if not isinstance(one.tag, str)] == []
    names = {name for one in page.iter() for name in one.attrib}
    assert not [name for name in names if name.startswith("on") or name in ("style", "srcdoc", "http-equiv")]
    assert [one.get("src") for one in page.xpath("//*[@src]")] == ["/static/desk.js"]
    addresses = page.xpath("//@href | //@action | //@formaction | //@src")
    assert [one for one in addresses if not OWN_ADDRESS.match(one)] == []
    assert not page.xpath("//script/text()")
