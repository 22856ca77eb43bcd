"""The posts of threads in HTML pages: what is kept and what is left out, and pages that only look like threads."""

import json

import pytest

from conftest import CASES as CASES_FOLDER
from copydesk import clean_html
from copydesk.document import PageKind
from copydesk.html_posts import PostPart, part_of

FIRST = "My sourdough has risen only once since Sunday, and then it fell back into the bowl before I could shape it."
SECOND = "Move the bowl away from the window, because the dough feels every draught, and give it another six hours."
THIRD = "Thanks. It doubled overnight on top of the boiler, and the crust came out dark and thin, as it should."
MENU = "<ul><li><a href=/>Home</a></li><li><a href=/boards>Boards</a></li><li><a href=/rules>Rules</a></li></ul>"
FOOT = "<div class=box>This board uses cookies, and by using it you agree to our use of them on all of its pages.</div>"


def thread(posts: str) -> str:
    return f"<html><body>{MENU}<h1>Dough that falls back</h1>{posts}{FOOT}</body></html>"


SOFTWARE = json.loads((CASES_FOLDER / "threads.json").read_text(encoding="utf-8"))
BY_NAME = {kind["software"]: kind for kind in SOFTWARE}


def post(kind: dict[str, str], name: str, day: str, text: str) -> str:
    return kind["post"].replace("NAME", name).replace("DAY", day).replace("TEXT", text)


def xenforo(name: str, day: str, text: str) -> str:
    return post(BY_NAME["XenForo 2"], name, day, text)


@pytest.mark.parametrize("kind", SOFTWARE, ids=lambda kind: kind["software"])
def test_the_posts_are_the_story(kind: dict[str, str]) -> None:
    signed = (("oat_mill", "3 May 2024", FIRST), ("rye_hand", "4 May 2024", SECOND), ("oat_mill", "5 May 2024", THIRD))
    article = clean_html(thread("".join(post(kind, *each) for each in signed))).article
    assert article.page is PageKind.FORUM
    for text in (FIRST, SECOND, THIRD):
        assert text in article.text
    assert ("rye_hand" in article.text) is ("has_no_name" not in kind)
    assert ("4 May 2024" in article.text) is ("has_no_date" not in kind)
    for text in ("honest clock", "cookies", "Old hand", "Rules", "4,321", "25,064", "Offline"):
        assert text not in article.text


def test_answers_to_other_questions_are_left_out() -> None:
    quora = BY_NAME["Quora"]
    own = post(quora, "oat_mill", "", FIRST) + post(quora, "rye_hand", "", SECOND)
    article = clean_html(thread(f"{own}<div>Related</div>{post(quora, 'barley', '', THIRD)}")).article
    assert SECOND in article.text
    assert THIRD not in article.text


def test_a_heading_of_other_threads_above_most_posts_ends_nothing() -> None:
    quora = BY_NAME["Quora"]
    below = post(quora, "rye_hand", "", SECOND) + post(quora, "barley", "", THIRD)
    article = clean_html(thread(f"{post(quora, 'oat_mill', '', FIRST)}<div>Related</div>{below}")).article
    assert SECOND in article.text
    assert THIRD in article.text


LINK = "The town council has published its plan for the old bakery and asks everybody to comment on it until June"


@pytest.mark.parametrize(
    ("posts", "is_story"),
    [
        (f"<shreddit-post><h1 slot=title>{LINK}</h1><a href=https://a.example>a.example</a></shreddit-post>", True),
        (f"<shreddit-post><h1 slot=title>{LINK}</h1><div slot=text-body>{FIRST}</div></shreddit-post>", False),
        (f"<shreddit-post><a slot=title>{LINK}</a></shreddit-post>" * 3, False),
        (f"<other-box><a slot=title>{LINK}</a></other-box>", False),
    ],
)
def test_a_post_that_only_shares_a_link_has_its_title_as_text(posts: str, is_story: bool) -> None:
    page = f"<html><head><title>{LINK}</title></head><body>{MENU}{posts}{FOOT}</body></html>"
    article = clean_html(page).article
    assert (LINK in article.text) is is_story
    assert article.metadata.title == LINK


def test_a_story_with_posts_below_it_stays_the_story() -> None:
    story = "".join(
        f"<p>{text}</p>"
        for text in (
            "The bakery on Mill Street closed on Friday after ninety years, and its owner gave the last loaves away.",
            "Marta Holm, 71, said that she had looked for someone to take over the ovens since 2019, and found nobody.",
            "The town wants to buy the house and to keep the shop window as it is, the mayor said in council on Monday.",
        )
    )
    comments = "".join(xenforo(name, "4 May 2024", text) for name, text in (("rye", SECOND), ("oat", THIRD)))
    below = f"<h3>Comments (2)</h3><div class=comments>{comments}</div>"
    page = f"<html><body>{MENU}<article><h1>Bakery closes</h1>{story}</article>{below}</body></html>"
    article = clean_html(page).article
    assert article.page is PageKind.STORY
    assert "ninety years" in article.text
    assert not [block for block in article.blocks if block.why == "label.post"]


def test_a_class_of_content_outside_of_posts_is_no_post() -> None:
    story = f"<div class=content><p>{FIRST}</p><p>{SECOND}</p></div>"
    article = clean_html(f"<html><body>{MENU}<h1>Dough that falls back</h1>{story}{FOOT}</body></html>").article
    assert article.page is PageKind.STORY
    assert FIRST in article.text


@pytest.mark.parametrize(
    ("attribute", "value", "parent", "part"),
    [
        ("class", "foo bbWrapper", PostPart.NONE, PostPart.TEXT),
        ("id", "post_message_48213", PostPart.NONE, PostPart.TEXT),
        ("class", "content", PostPart.NONE, PostPart.NONE),
        ("class", "content", PostPart.POST, PostPart.TEXT),
        ("class", "username", PostPart.POST, PostPart.NAME),
        ("class", "username", PostPart.TEXT, PostPart.TEXT),
        ("class", "signature", PostPart.TEXT, PostPart.LEFT_OUT),
        ("class", "bbWrapper", PostPart.LEFT_OUT, PostPart.LEFT_OUT),
        ("class", "ipsType_light", PostPart.TEXT, PostPart.LEFT_OUT),
        ("class", "ipsType_light", PostPart.POST, PostPart.POST),
        ("itemprop", "author", PostPart.POST, PostPart.AUTHOR),
        ("itemprop", "author", PostPart.NAME, PostPart.NAME),
        ("itemprop", "name", PostPart.AUTHOR, PostPart.NAME),
        ("itemprop", "name", PostPart.POST, PostPart.POST),
        ("class", "x" * 1000 + " bbWrapper", PostPart.NONE, PostPart.NONE),
    ],
)
def test_the_part_of_an_element(attribute: str, value: str, parent: PostPart, part: PostPart) -> None:
    assert part_of("div", [(attribute, value)], parent) is part


def test_an_element_by_itself_or_with_a_class() -> None:
    assert part_of("shreddit-comment", [], PostPart.NONE) is PostPart.POST
    assert part_of("tr", [("class", "item post")], PostPart.NONE) is PostPart.POST
    assert part_of("div", [("class", "item post")], PostPart.NONE) is PostPart.NONE
