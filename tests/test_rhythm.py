"""The posts of threads in plain texts, by the rhythm of their lines, and pages that only look like threads."""

import pytest

from copydesk import clean
from copydesk.document import PageKind

MENU = ["Home", "Boards", "New posts", "Search", "Log in", "Register"]
FOOT = ["Similar threads", "Bread for beginners", "Which flour do you use?", "Privacy policy", "Contact us"]
TEXTS = [
    "My sourdough has risen only once since Sunday, and then it fell back into the bowl before I could shape it.",
    "Move the bowl away from the window, because the dough feels every draught, and give it another six hours.",
    "I had the same trouble last winter, and it was the tap water that kept the starter from working at all.",
    "Thanks to both of you. It doubled overnight on top of the boiler, and the crust came out dark and thin.",
    "Glad to hear that it worked for you. Keep a spoonful of the starter in the freezer for the next time.",
]
NAMES = ["oat_mill", "rye_hand", "barley", "oat_mill", "rye_hand"]


def numbered(n: int) -> list[str]:
    return [NAMES[n], "Old hand", "Messages", f"{40 + n}", f"May {3 + n}, 2024", f"#{n + 1}", TEXTS[n], "Reply"]


def dated(n: int) -> list[str]:
    return [NAMES[n], f"{3 + n}/05/2024 at {n + 1}:14 pm", TEXTS[n], "Quote", "Report"]


def edited(n: int) -> list[str]:
    note = f"Last edited by {NAMES[n]} on {4 + n}. May 2024, 11:14, edited 2 times in total."
    last = ["Not open for further replies."] if n == len(TEXTS) - 1 else []
    return [*numbered(n)[:-1], *([note] if n % 2 else []), "Reply", *last]


def counted(n: int) -> list[str]:
    return [f"{NAMES[n]} May {3 + n}, 2024, {n + 1}:07pm {n + 1}", TEXTS[n], "1 Like"]


def thread(form: object) -> str:
    assert callable(form)
    posts = [line for n in range(len(TEXTS)) for line in form(n)]
    return "\n".join([*MENU, "Dough that falls back", *posts, *FOOT])


@pytest.mark.parametrize("form", [numbered, dated, counted, edited])
def test_posts_are_found_by_their_rhythm(form: object) -> None:
    article = clean(thread(form)).article
    assert article.page is PageKind.FORUM
    for text in (*TEXTS, "rye_hand", "barley"):
        assert text in article.text
    for text in (
        "Old hand",
        "Messages",
        "Reply",
        "Quote",
        "Report",
        "Like",
        "Last edited",
        "Not open",
        "Which flour",
        "Register",
    ):
        assert text not in article.text


def test_an_article_with_comments_stays_an_article() -> None:
    story = [
        "Bakery closes after ninety years",
        "By Jane Doe",
        "The bakery on Mill Street closed on Friday after ninety years, and its owner gave the last loaves away.",
        "Marta Holm, 71, said that she had looked for someone to take over the ovens since 2019, and found no one.",
        "The town wants to buy the house and to keep the shop window as it is, the mayor said in council on Monday.",
    ]
    comments = [line for n in range(len(TEXTS)) for line in dated(n)]
    article = clean("\n".join([*MENU, *story, "Comments (5)", *comments, "Privacy policy"])).article
    assert article.page is PageKind.STORY
    assert not [block for block in article.blocks if block.why == "label.post-rhythm"]
    assert "ninety years, and its owner" in article.text


def test_a_list_of_dated_headlines_is_no_thread() -> None:
    items = [
        line
        for n, headline in enumerate(
            (
                "Mayor opens the new bridge over the Elbow",
                "Schools to close early on Friday because of the heat",
                "Two hurt as tram and van collide at the market",
                "Library extends its hours until ten at night",
                "Council votes for a ban on fireworks in the old town",
            )
        )
        for line in (headline, f"May {3 + n}, 2024", "Read more")
    ]
    article = clean("\n".join([*MENU, "Latest news", *items, "Privacy policy"])).article
    assert not [block for block in article.blocks if block.why == "label.post-rhythm"]


def test_the_line_above_a_question_says_who_asked_it() -> None:
    replies = [
        line
        for n in range(1, len(TEXTS))
        for line in (f"{NAMES[n]} {9 - n} hours ago | prev | next [\N{EN DASH}]", TEXTS[n], "reply")
    ]
    head = ["Ask: Why does my dough fall back? | Breadboard", "Breadboard", "new | past | comments | ask", "login"]
    question = ["Ask: Why does my dough fall back?", "47 points by oat_mill 9 hours ago | hide | 4 comments", TEXTS[0]]
    article = clean("\n".join([*head, *question, *replies, "Guidelines | FAQ | Contact"])).article
    assert article.metadata.title == "Ask: Why does my dough fall back?"
    assert all(text in article.text for text in TEXTS)
    assert "points by" not in article.text
