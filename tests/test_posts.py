"""The posts of threads in HTML pages: what is kept and what is left out, and pages that only look like threads."""

import pytest

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


def xenforo(name: str, day: str, text: str) -> str:
    return (
        f"<article class='message message--post'><h4 class=message-name>{name}</h4><h5 class=message-userTitle>Old hand</h5>"
        f"<header><time>{day}</time></header><div class=bbWrapper>{text}</div>"
        "<div class=message-signature>Bread is the only honest clock.</div></article>"
    )


def discourse(name: str, day: str, text: str) -> str:
    return (
        "<div itemtype='http://schema.org/DiscussionForumPosting'><div class=crawler-post-meta><span class=creator>"
        f"{name}</span> <time class=post-time>{day}</time></div><div class=post itemprop=text>{text}</div></div>"
    )


def phpbb(name: str, day: str, text: str) -> str:
    return (
        f"<div class=postbody><h3>Re: Dough</h3><p class=author>by {name} on {day}</p><div class=content>{text}</div>"
        "<div class=signature>Bread is the only honest clock.</div></div>"
    )


FORUMS = {"xenforo": xenforo, "discourse": discourse, "phpbb": phpbb}


@pytest.mark.parametrize("name", FORUMS)
def test_the_posts_are_the_story(name: str) -> None:
    post = FORUMS[name]
    posts = post("oat_mill", "3 May 2024", FIRST) + post("rye_hand", "4 May 2024", SECOND)
    article = clean_html(thread(posts + post("oat_mill", "5 May 2024", f"<p>{THIRD}</p>"))).article
    assert article.page is PageKind.FORUM
    for text in (FIRST, SECOND, THIRD, "rye_hand", "4 May 2024"):
        assert text in article.text
    for text in ("honest clock", "cookies", "Old hand", "Rules"):
        assert text not in article.text


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
        ("class", "x" * 1000 + " bbWrapper", PostPart.NONE, PostPart.NONE),
    ],
)
def test_the_part_of_an_element(attribute: str, value: str, parent: PostPart, part: PostPart) -> None:
    assert part_of("div", [(attribute, value)], parent) is part
