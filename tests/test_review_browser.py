"""The review desk in a Chromium: a person's whole way by keyboard, hostile dumps as pages, and whether all can use it."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from conftest import CASES
from copydesk import config, decisions
from copydesk.decisions import DecisionKind
from copydesk.document import Label
from copydesk.review import server
from desks import HOST, STORIES, make, page, run, server_desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDE, PHONE = (1400, 900), (390, 844)
SECONDS = 20
HOSTILE: dict[str, str] = json.loads((CASES / "report" / "hostile.json").read_text(encoding="utf-8"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install -e '.[dev]'")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # root has no sandbox
        yield found
        found.close()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def desk(books: Path, tmp_path: Path) -> Iterator[server.Desk]:
    with served(books, tmp_path) as found:
        yield found


@contextmanager
def served(books: Path, tmp_path: Path) -> Iterator[server.Desk]:
    """A desk that answers at a free port, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        desk = server_desk(books, tmp_path, listener.getsockname()[1])
        running = uvicorn.Server(uvicorn.Config(server.app(desk), log_level="error", lifespan="off"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield desk
        running.should_exit = True
        thread.join(SECONDS)


@contextmanager
def opened(
    browser: "Browser",
    desk: server.Desk,
    size: tuple[int, int] = WIDE,
    *,
    is_dark: bool = False,
    is_tested: bool = False,
) -> Iterator["Page"]:
    """The queue in a new window.  What the browser complains about, and what it loads elsewhere, is an error.

    With `is_tested`, a script of the test may run beside those that the policy of the desk allows.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if is_dark else "light",
        bypass_csp=is_tested,
    )
    said: list[str] = []
    shown = context.new_page()
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("dialog", lambda dialog: said.append(dialog.message))
    shown.on("request", lambda request: said.append(request.url))
    shown.goto(desk.access.address)
    try:
        yield shown
    finally:
        context.close()
    own = f"http://127.0.0.1:{desk.access.port}/"
    if not is_tested:  # then it also asks for an icon, which the policy forbids
        assert [one for one in said if not one.startswith(own)] == []


def press(shown: "Page", *keys: str) -> None:
    for key in keys:
        shown.keyboard.press(key)


def chosen(shown: "Page") -> str:
    """The text of the line that has the focus."""
    return str(shown.evaluate("document.activeElement.textContent"))


def go_to(shown: "Page", text: str) -> None:
    """Move to the line with this text, by the key for the next line."""
    press(shown, "Home")
    for _ in range(60):
        if text in chosen(shown):
            return
        press(shown, "j")
    raise AssertionError(f"no line {text!r}")


def decide(shown: "Page", key: str) -> None:
    """Press a key that loads a page, and wait for it."""
    with shown.expect_navigation():
        press(shown, key)
    shown.wait_for_function("document.readyState === 'complete'")


def test_a_whole_way_by_keyboard(browser: "Browser", desk: server.Desk) -> None:
    with opened(browser, desk) as shown:
        # The queue: the first record has the focus; a search finds one record.
        assert shown.evaluate("document.activeElement.matches('.records a')")
        press(shown, "j", "k", "/")
        shown.keyboard.type(f"{STORIES[0][0]} 0")
        decide(shown, "Enter")
        decide(shown, "Enter")
        assert STORIES[0][0] in shown.inner_text("h1")
        # The reason for a label shows at the line with the focus.
        go_to(shown, "Readers like you")
        assert shown.locator(".line:focus .why").is_visible()
        assert shown.locator(".line:not(:focus) .why").first.is_hidden()
        story = shown.locator("article")
        assert "Readers like you" in story.inner_text()
        # A label, which is shown at once and offered for the profile of the source.
        decide(shown, "o")
        assert "promo" in chosen(shown)
        assert "Readers like you" not in story.inner_text()
        assert "pages of paper.example" in shown.inner_text(".offer")
        decide(shown, "+")
        assert "leaves the story" in shown.inner_text(".changes")
        assert shown.evaluate("document.activeElement === document.body")  # nothing is written by a second Enter
        decide(shown, "y")
        assert "has the rules" in shown.inner_text(".offer")
        profile = config.load_profile(desk.profiles / "paper.example.toml")
        assert [rule.label for rule in profile.lines] == [Label.PROMO]
        # An edit that is wrong.
        go_to(shown, "the mayor said")
        assert shown.locator(".line:focus ins").count() == 1
        press(shown, "e")
        decide(shown, "x")
        assert shown.locator(".line:focus ins").count() == 0
        assert "Monday,and" in story.inner_text()
        # Several lines at once, and back.
        go_to(shown, "part 0")
        press(shown, "Shift+J", "Shift+ArrowDown")
        assert shown.inner_text("#chosen") == "3 lines."
        decide(shown, "m")
        assert "part 1" not in story.inner_text()
        decide(shown, "z")
        assert "part 1" in story.inner_text()
        # The headline.
        go_to(shown, "By Anna Miller")
        decide(shown, "t")
        assert shown.inner_text("h1") == "By Anna Miller"
        # A key with no edit says so, and does nothing.
        press(shown, "x")
        assert shown.inner_text("#chosen") == "Choose an edit of one line first."
        decide(shown, "Escape")
        assert shown.locator(".decided").count() == 1
    kinds = [one.kind for one in decisions.read(desk.decisions)]
    label, wrong, back, headline = (
        DecisionKind.LABEL,
        DecisionKind.WRONG_EDIT,
        DecisionKind.TAKE_BACK,
        DecisionKind.HEADLINE,
    )
    assert kinds == [label, wrong, label, label, label, back, back, back, headline]


def test_the_next_record_is_the_next_of_the_filter(browser: "Browser", desk: server.Desk) -> None:
    with opened(browser, desk) as shown:
        press(shown, "/")
        shown.keyboard.type("library")
        decide(shown, "Enter")
        decide(shown, "Enter")
        seen = [shown.inner_text("h1")]
        decide(shown, "n")
        seen.append(shown.inner_text("h1"))
        assert sorted(seen) == [f"{STORIES[1][0]} 1", f"{STORIES[1][0]} 4"]
        assert "last record of the filter" in shown.inner_text("header")
        decide(shown, "Shift+N")
        assert shown.inner_text("h1") == seen[0]


def test_letters_act_only_on_the_lines(browser: "Browser", desk: server.Desk) -> None:
    with opened(browser, desk) as shown:
        decide(shown, "Enter")
        shown.locator(".beside").focus()
        press(shown, "o", "p", "f", "x")
        shown.wait_for_timeout(200)
    assert not desk.decisions.exists()


CYRILLIC = "new KeyboardEvent('keydown', {key: '\\u0449', code: 'KeyO', bubbles: true})"
"""The key of `o` on a Russian keyboard."""


def test_a_keyboard_of_another_script_has_the_keys_at_their_places(browser: "Browser", desk: server.Desk) -> None:
    with opened(browser, desk) as shown:
        decide(shown, "Enter")
        with shown.expect_navigation():
            shown.evaluate(f"document.activeElement.dispatchEvent({CYRILLIC})")
    (made,) = decisions.load(str(desk.decisions)).values()
    assert [one.label for one in made.decisions] == [Label.PROMO]


def test_hostile_dumps_do_nothing_as_pages(browser: "Browser", tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    with (tmp_path / "dumps" / "box.jsonl").open("w", encoding="utf-8") as file:
        for number, attack in enumerate(HOSTILE.values()):
            text = f"{attack}\n\n{STORIES[0][1]}{attack}\n\nMore news\n\n{attack} in town\n"
            row = {"id": f"{number} {attack}", "url": f"{HOST}/{attack}", "title": attack, "text": text}
            file.write(
                json.dumps(row) + "\n" + json.dumps({"id": number, "html": page(1).replace("Anna", attack)}) + "\n"
            )
    with served(run(tmp_path), tmp_path) as desk, opened(browser, desk) as shown:
        addresses = [one.get_attribute("href") or "" for one in shown.locator(".records a").all()]
        assert len(addresses) == 2 * len(HOSTILE)
        for address in addresses:
            shown.goto(f"http://127.0.0.1:{desk.access.port}{address}")
            shown.wait_for_function("document.activeElement.matches('.line')")
            assert shown.locator("main script, main img, main iframe, main svg").count() == 0


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_all_can_use_it(browser: "Browser", desk: server.Desk, size: tuple[int, int], is_dark: bool) -> None:
    with opened(browser, desk, size, is_dark=is_dark, is_tested=True) as shown:
        check_accessible(shown)
        press(shown, "/")
        shown.keyboard.type("library")
        decide(shown, "Enter")
        decide(shown, "Enter")
        go_to(shown, "Readers like you")
        check_accessible(shown)
        decide(shown, "o")
        check_accessible(shown)
        decide(shown, "+")
        check_accessible(shown)
        assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def check_accessible(shown: "Page") -> None:
    """No finding of axe that is serious."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe: pip install -e '.[dev]'")
    found = axe.Axe().run(shown).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in serious] == []
