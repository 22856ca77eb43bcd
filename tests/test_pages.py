"""HTML by the same road: lines that remember where they stood, and what a page states of itself."""

from pathlib import Path

import pytest
from bench import folds
from hypothesis import given
from hypothesis import strategies as st

from copydesk import clean_html, config, desk, html_classes, html_elements, html_lines
from copydesk.document import Label, PageKind, Record
from copydesk.dump import SuppliedMetadata, UnreadableError
from copydesk.edits import Rule
from copydesk.labelling import Line, Verdict, model
from copydesk.labelling.headline import TITLE
from copydesk.metadata.page import LabelledLines, Page
from copydesk.metadata.read import read
from copydesk.readers import html

PARAGRAPHS = (
    "The council voted on Monday evening to close the old bridge to all traffic until next spring, as it was asked to.",
    "Two of the five piers have moved by more than a hand since the last flood, says the report of the engineers.",
    "Nobody knows yet who will pay for all of this, the mayor said after the meeting, which had lasted four hours.",
)
BODY = "<h1>Old bridge to stay closed</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def lines(body: str) -> list[str]:
    root = html_lines.parse(f"<html><body>{body}</body></html>")
    assert root is not None
    return html_lines.render(root).text.split("\n")


def clean(markup: str | bytes) -> Record:
    made = html.render(markup if isinstance(markup, bytes) else markup.encode(), "page.html")
    return desk.clean_dump(made, config.default()).article


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("<p>one <a>two</a>, <b>th</b>ree</p>", ["one two, three"]),
        ("<p>one</p>two<div>three<br>four</div>", ["one", "two", "three", "four"]),
        ("<ul><li><a>Home</a></li><li>News</li></ul>", ["Home", "News"]),
        ("<p><a>Home</a><a>News</a> <span>Old</span><span>Bridge</span></p>", ["Home News Old Bridge"]),
        ("<p><b>W</b><i>hen</i> it rained H<sub>2</sub>O</p>", ["When it rained H2O"]),
        ("<p><span class=initial>A</span><span>ls</span> es regnete</p>", ["Als es regnete"]),
        ("<p><span class=initial>I</span> <span>am</span> old</p>", ["I am old"]),
        ("<p><b>I</b> <i>am</i> old</p>", ["I am old"]),
        ("<p><span>A</span><span>Bridge</span> <span>B</span><span>oat</span></p>", ["A Bridge B oat"]),
        (
            '<h1><span class="Dachzeile">Harbour</span> <span class="titel">Ferry row ends</span></h1><p>one</p>',
            ["Harbour", "Ferry row ends", "one"],
        ),
        (
            '<h1><span class="c-kicker">Harbour</span>: <b>Ferry row ends</b></h1>',
            ["Harbour: Ferry row ends"],
        ),
        ('<h1><span class="kicker">Ferry row ends</span></h1><p>one</p>', ["Ferry row ends", "one"]),
        ('<h1><span class="headline-kicker">Ferry row</span> to end at last</h1>', ["Ferry row to end at last"]),
        ('<h1><span class="drop kicker">F</span>Erry row ends</h1>', ["FErry row ends"]),
        (
            '<pre><span class="ln">1</span><span>def</span> <span>run</span><span>():</span>\n<span>  10</span><b>px</b></pre>',
            ["1 def run():", "  10px"],
        ),
        (
            "<figcaption>The bridge, <em class=credit>by Jane Doe</em>, was sold.</figcaption>",
            ["The bridge, by Jane Doe, was sold."],
        ),
        ('<h1><span class="title">Harbour</span> <span>Ferry row ends</span></h1>', ["Harbour Ferry row ends"]),
        ('<p><span class="kicker">Harbour</span> The ferry row ends</p>', ["Harbour The ferry row ends"]),
        (
            "<figcaption>The old bridge. <span class=credit>Jane Doe</span></figcaption>",
            ["The old bridge.", "Jane Doe"],
        ),
        ("<p>The old bridge. <span class=credit>Jane Doe</span></p>", ["The old bridge. Jane Doe"]),
        ("<p>one\n   two&nbsp;three</p>", ["one two\N{NO-BREAK SPACE}three"]),
        ("<pre>one\n  two</pre>", ["one", "  two"]),
        (
            '<pre><code><span class="line"><span class="k">def</span> <span class="n">run</span><span>(</span><span>a</span>'
            "<span>):</span>\n</span><span>    <b>pass</b></span></code></pre>",
            ["def run(a):", "    pass"],
        ),
        ("<script>no()</script><style>p{}</style><p>yes</p><noscript>no</noscript><template>no</template>", ["yes"]),
        ("<p>one</p></body></html><p>two</p></body ></HTML lang=en>", ["one", "two"]),
        ("<p>one</p></html><html><head><title>no</title></head><p>two</p>", ["one", "two"]),
        ("<!-- no --><p>one<!-- no --> two</p>", ["one two"]),
        ("<table><tr><td>one</td><td>two</td></tr></table>", ["one", "two"]),
        # what a link with a number of comments fixes, what it must leave alone, and the nearest tempting mistakes
        ("<p><a id='p1'></a><a class='comments-count'>0</a>One <b>two</b></p>", ["0", "One two"]),
        ("<h3><a>One</a> <a class='comments-count'>12</a></h3>", ["One", "12"]),
        ("<p><a class='comments-count'> 3 </a></p>", ["3"]),
        ("<p>By Jane Doe <a class='comments-count'>3 comments</a></p>", ["By Jane Doe 3 comments"]),
        ("<p>In <a class='year'>1066</a> <a>4</a></p>", ["In 1066 4"]),
        ("<p>See <a class='comment'>12</a> for more</p>", ["See 12 for more"]),
        ("<p class='comment'>3 of <span>12</span></p>", ["3 of 12"]),
    ],
)
def test_a_line_is_a_block(body: str, wanted: list[str]) -> None:
    assert lines(body) == wanted


THREAD = " ".join(f"The {n}th ferry leaves the north quay at dawn and comes home in the dark." for n in range(12))


@pytest.mark.parametrize(
    ("shown", "other", "wanted"),
    [
        ("Loading", THREAD, f"Loading\n{THREAD}"),  # what it fixes: all posts are for browsers without scripts
        (THREAD, "Please turn on scripts.", THREAD),  # what it must leave alone
        (THREAD, THREAD, THREAD),  # the nearest tempting mistake: the same text for both
        ("Ferries", "Turn on scripts to see the timetable of the ferries.", "Ferries"),
    ],
)
def test_text_for_browsers_without_scripts_is_read_if_there_is_hardly_any_other(
    shown: str, other: str, wanted: str
) -> None:
    page = f"<html><body><p>{shown}</p><noscript><div><p>{other}</p></div></noscript></body></html>"
    assert html.render_text(page, "page.html").text == wanted


def test_lines_remember_where_they_stood() -> None:
    root = html_lines.parse(
        "<body><nav class='siteMenu'><a href='/'>Home</a></nav><article class='story-body'><h2>Piers</h2>"
        "<figure><figcaption>The old bridge</figcaption></figure><p>Some <a>link</a> text</p></article></body>"
    )
    assert root is not None
    made = html_lines.render(root)
    found = dict(zip(made.text.split("\n"), (origin.evidence for origin in made.origins), strict=True))
    assert all(len(evidence) == len(html_lines.COLUMNS) for evidence in found.values())
    assert [made.text[origin.start :].split("\n")[0] for origin in made.origins] == list(found)
    blocks = {line: html_elements.BLOCKS[evidence.index(1)] for line, evidence in found.items()}
    assert blocks == {"Home": "div", "Piers": "h2", "The old bridge": "figcaption", "Some link text": "p"}
    near = len(html_elements.BLOCKS)
    names = list(html_classes.CLASSES)
    assert found["Home"][near + names.index("navigation")]
    assert found["Piers"][near + names.index("story")]
    around = near + 2 * len(names)
    assert found["The old bridge"][around + html_elements.AROUND.index("figure")]
    share = around + len(html_elements.AROUND)
    assert (found["Home"][share], found["Some link text"][share]) == (1000, 333)


def test_a_page_is_cleaned_with_what_it_states() -> None:
    article = clean(
        "<html><head><title>Old bridge to stay closed | Northford News</title>"
        "<meta property='og:site_name' content='Northford News'>"
        '<script type=\'application/ld+json\'>{"@context": "https://schema.org", "@type": "NewsArticle", '
        '"datePublished": "2024-03-04", "author": {"@type": "Person", "name": "Jane Doe"}}</script></head>'
        f"<body><nav><a href='/'>Home</a><a href='/s'>Sport</a></nav><main><article>{BODY}</article></main>"
        "<footer><p>\N{COPYRIGHT SIGN} 2024 Northford News</p></footer></body></html>"
    )
    said = article.metadata
    assert (said.title, said.published, said.publisher) == ("Old bridge to stay closed", "2024-03-04", "Northford News")
    assert [author.name for author in said.authors] == ["Jane Doe"]
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.provenance.renderer is not None
    assert article.provenance.renderer.startswith("copydesk ")


def test_a_paper_states_its_authors_with_the_family_name_first() -> None:
    article = clean(
        "<html><head><title>Street trees</title><meta name=citation_author content='Ellingsen, Marit'>"
        "<meta name=citation_author content='Quental, Paulo; Rudnik, Agnieszka'>"
        "<meta name=citation_publication_date content='2025/02/03'></head>"
        f"<body><article>{BODY}</article></body></html>"
    )
    assert [author.name for author in article.metadata.authors] == [
        "Marit Ellingsen",
        "Paulo Quental",
        "Agnieszka Rudnik",
    ]
    assert article.metadata.published == "2025-02-03"


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Doe, Jane", ["Jane Doe"]),
        ("van der Berg, Anna M.", ["Anna M. van der Berg"]),
        ("Jane Doe", ["Jane Doe"]),
        ("Jane Doe, MD", ["Jane Doe, MD"]),
        ("Doe, Jane, PhD", ["Doe, Jane, PhD"]),
        ("Ministry of Health, Labour and Welfare", ["Ministry of Health, Labour and Welfare"]),
    ],
)
def test_only_a_family_name_before_a_given_name_changes_its_place(stated: str, names: list[str]) -> None:
    made = html.render(
        f"<html><head><meta name=citation_author content='{stated}'></head><body><p>x</p></body></html>".encode(), "x"
    )
    assert made.given is not None
    assert [one.value for one in made.given.stated_authors] == names


@pytest.mark.parametrize(
    ("below", "is_story"),
    [
        ("<h2><a href=/c>The churches without a roof</a></h2>", False),
        ("<h2>The churches without a roof</h2>", True),
        (
            "<p>The <a href=/c>churches</a> have no roof, and no one wants to pay for one, said the priest on Sunday.</p>",
            True,
        ),
    ],
)
def test_a_link_right_below_read_also_is_another_story(below: str, *, is_story: bool) -> None:
    article = clean(
        f"<html><head><title>Old bridge</title></head><body><main><article>{BODY}<p>{THREAD}</p><h3>Lesen Sie auch</h3>"
        f"{below}<p>{THREAD} It sank.</p></article></main></body></html>"
    )
    assert ("without a roof" in article.text or "have no roof" in article.text) is is_story


def test_an_agency_that_the_page_states_is_no_author() -> None:
    article = clean(
        "<html><head><title>Old bridge to stay closed</title><meta name=author content='Agência Lusa'></head>"
        f"<body><article>{BODY}</article></body></html>"
    )
    assert [author.name for author in article.metadata.authors if "Lusa" in author.name] == []


def test_comments_in_an_element_for_them_are_no_story() -> None:
    comment = (
        "They said the same about the mill in the year of the long frost, and it is still standing, as all can see."
    )
    article = clean(
        f"<html><head><title>Old bridge</title></head><body><main><article>{BODY}<p>{THREAD}</p></article></main>"
        f"<section id=comments><h3>Dee says</h3><p>{comment}</p><h3>Max says</h3><p>{comment}!</p></section></body></html>"
    )
    assert "long frost" not in article.text
    article = clean(
        f"<html><head><title>Old bridge</title></head><body class='has-comments'><main><article>{BODY}<p>{comment}</p>"
        "</article></main></body></html>"
    )
    assert "long frost" in article.text


def test_the_lines_say_more_than_the_markup_where_both_speak() -> None:
    head = (
        "<html><head><title>A site of note</title><meta name='author' content='Northford News'>"
        "<meta property='og:site_name' content='Northford News'></head><body>"
    )
    article = clean(
        f"{head}<article><h1>Old bridge to stay closed</h1><p>By Jane Doe</p>{BODY[38:]}</article></body></html>"
    )
    assert article.metadata.title == "Old bridge to stay closed"
    assert [author.name for author in article.metadata.authors] == ["Jane Doe"]


@pytest.mark.parametrize(
    ("stated", "shown", "title"),
    [
        ("Old bridge to stay closed", "<p><b>Services Menu</b></p>", "Old bridge to stay closed"),  # what it fixes
        ("A site of note", "<h1>Old bridge to stay closed</h1>", "Old bridge to stay closed"),  # an h1 is left alone
        (
            "Bridge closed for a year",
            "<p><b>Old bridge to stay closed</b></p>",
            "Old bridge to stay closed",
        ),  # shares words
        (
            "Bridges",
            "<h1>Home \N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK} Town / Bridges</h1>",
            "Bridges",
        ),  # a trail
        ("Bridges", "<h1>Home is where the bridge stands</h1>", "Home is where the bridge stands"),
        ("A bridge", "<h1>: Old bridge to stay closed</h1>", "Old bridge to stay closed"),  # its kicker is elsewhere
    ],
)
def test_a_line_that_has_no_word_of_the_stated_title_is_no_headline(stated: str, shown: str, title: str) -> None:
    head = f"<title>{stated}</title><meta property='og:title' content='{stated}'>"
    found = html.render(f"<html><head>{head}</head><body>{shown}<p>x</p></body></html>".encode(), "x")
    headline = found.text.split("\n")[0]
    line = Line(headline, apart=True, origin=found.origins[0].evidence, language="en")
    said, _ = read(page_of(line, Label.TITLE, TITLE, found.given))
    assert said.title == title


def page_of(line: Line, label: Label, rule: Rule, given: SuppliedMetadata) -> Page:
    """A page with one line, labelled by a rule."""
    lines = LabelledLines([line.facts], [label], [Verdict(label, rule)], [0])
    return Page("x", [line], lines, "en", given, None)


def meta(name: str, date: str) -> str:
    return f"<meta property='article:{name}_time' content='{date}'>"


def linked(*things: str) -> str:
    return "".join(f"<script type='application/ld+json'>{thing}</script>" for thing in things)


STATED = meta("published", "2025-01-29T08:00:00+01:00")
CHANGED = meta("modified", "2025-08-19T08:00:00+01:00")
DAY = "2025-01-29T08:00:00+01:00"
CHANGE = "2025-08-19T08:00:00+01:00"


@pytest.mark.parametrize(
    ("head", "shown", "published", "updated"),
    [
        (STATED + CHANGED, "x", DAY, CHANGE),  # the page shows no date
        (STATED + CHANGED, "August 19, 2025", DAY, "2025-08-19"),  # what it shows is that of a change
        (STATED + CHANGED, "January 29, 2025", "2025-01-29", CHANGE),
        (STATED + CHANGED, "March 3, 2025", "2025-03-03", CHANGE),  # neither: the lines go before the markup
        (STATED + CHANGED, "Published August 19, 2025", "2025-08-19", None),  # it says what it is
        (STATED, "Friday, November 20, 2026", DAY, None),  # the day of the visit, in a masthead
        (STATED, "January 28, 2025", "2025-01-28", None),
        (STATED, "January 30, 2025", DAY, None),
        (meta("published", "2024-09-10"), "Published 09.10.2024", "2024-09-10", None),  # the month stands first
        (meta("published", "2025-01-29T22:00:00Z"), "January 30, 2025", "2025-01-30", None),  # east of Greenwich
        (meta("published", "2025-01-29") + meta("modified", "2023-01-01"), "x", "2025-01-29", None),
        (meta("published", "1970-01-01T00:00:00Z"), "May 6, 2024", "2024-05-06", None),  # no date at all
        (meta("published", "2025-02-31"), "May 6, 2024", "2024-05-06", None),
        (meta("published", "2025-02-03 25:61"), "x", "2025-02-03", None),
        (linked('{"@graph": [{"@type": ["Thing", "NewsArticle"], "datePublished": ["2024-05-06"]}]}'), "x",
         "2024-05-06", None),
        (linked('//<![CDATA[\n{"@type": "https://schema.org/Article", "datePublished": {"@value": "2024-05-06"}};\n//]]>'),
         "x", "2024-05-06", None),
        (linked('[{"@type": "WebPage", "datePublished": "2024-05-07"},{"@type": ["Article"],') + STATED, "x", DAY, None),
        (linked('{"@type": "WebPage", "datePublished": "2024-05-07"}',
                '{"@type": "BlogPosting", "datePublished": "2024-05-06"}'), "x", "2024-05-06", None),
        # of what the page mentions, and of its readers
        (linked('{"@type": "Article", "mentions": [{"@type": "Article", "dateModified": "2025-01-01"}]}') + STATED, "x",
         DAY, None),
        (linked('{"@type": "Store", "review": {"@type": "Review", "datePublished": "2019-01-02"}}'), "May 6, 2024",
         "2024-05-06", None),
        ("</head><div itemscope itemtype='http://schema.org/Comment'><meta itemprop='datePublished' content='2019-01-02'>"
         "</div>", "May 6, 2024", "2024-05-06", None),
        (linked("[" * 100_000), "x", None, None),
        ("", "Copyright 2026 Northford News", None, None),  # a year is no date
        ("<meta name='pubdate' content='2024-01-01T10:00:00Z'>", "x", "2024-01-01", None),  # New Year's Day is one
    ],
)  # fmt: skip
def test_dates_that_a_page_states(head: str, shown: str, published: str | None, updated: str | None) -> None:
    made = html.render(f"<html><head>{head}</head><body><p>{shown}</p></body></html>".encode(), "x")
    line = Line(shown, apart=True, origin=made.origins[-1].evidence, language="en")
    said, _ = read(page_of(line, Label.TIMESTAMP, Rule("label.date", ""), made.given))
    assert (said.published, said.updated) == (published, updated)


@pytest.mark.parametrize(
    ("markup", "encoding"),
    [
        (b"\xef\xbb\xbf<p>Gr\xc3\xbc\xc3\x9fe aus M\xc3\xbcnchen</p>", "utf-8"),
        (b"<meta charset=iso-8859-1><p>Gr\xfc\xdfe aus M\xfcnchen</p>", "cp1252"),
        (b"<?xml version='1.0' encoding='windows-1252'?><html><p>Gr\xfc\xdfe aus M\xfcnchen</p></html>", "cp1252"),
        (b"<meta charset=iso-8859-1><p>Gr\xc3\xbc\xc3\x9fe aus M\xc3\xbcnchen</p>", "utf-8"),
        ("<p>Gr\xfc\xdfe aus M\xfcnchen</p>".encode("utf-16"), "utf-16-le"),
        (b"<p>Gr\xc3\xbc\xc3\x9fe\x00 aus M\xc3\xbcnchen</p>", "utf-8"),
    ],
    ids=["mark", "declared", "xml", "declared wrongly", "utf-16", "NUL"],
)
def test_encodings(markup: bytes, encoding: str) -> None:
    made = html.render(markup, "page.html")
    assert made.text.lstrip("\ufeff") == "Gr\xfc\xdfe aus M\xfcnchen"
    assert made.encoding == encoding


@pytest.mark.parametrize("depth", [300, 3_000, 100_000])
def test_deep_nesting_loses_nothing(depth: int) -> None:
    markup = "<html><body>" + "<div>" * depth + BODY + "</div>" * depth + "<p>And the end of it.</p></body></html>"
    made = html.render(markup.encode(), "page.html")
    assert made.text.split("\n") == ["Old bridge to stay closed", *PARAGRAPHS, "And the end of it."]


def test_deep_pages_take_time_in_proportion() -> None:
    for tail in ("<a " * 20_000, "<!-- " * 20_000, "<![CDATA[" * 20_000):
        made = html.render_text(f"<head><title>x</title><body>{BODY}{'<div>and so on ' * 3_000}{tail}", "page.html")
        assert made.text.startswith("Old bridge to stay closed\n")


def test_a_page_without_text_is_an_error() -> None:
    for markup in (b"<html><body><img src='x'></body></html>", b"<html></html>", b"<script>let x = 1</script>"):
        with pytest.raises(UnreadableError, match="empty"):
            html.render(markup, "page.html")


@given(st.text(alphabet="<>/abp divsnul&;=\"' \n\x00\N{BULLET}", max_size=300))
@pytest.mark.slow
def test_any_markup_keeps_the_laws(markup: str) -> None:
    try:
        made = html.render_text(f"<p>Some text.</p>{markup}", "page.html")
    except UnreadableError:
        return
    starts = [origin.start for origin in made.origins]
    assert starts == sorted(set(starts))
    assert len(starts) == made.text.count("\n") + 1
    article = desk.clean_dump(made, config.default()).article
    assert article.raw() == made.text


@pytest.mark.parametrize("path", [model.SHIPPED_FOR_PAGES, *(folds.page_model_of(fold) for fold in range(folds.FOLDS))])
def test_the_models_for_pages_are_small_and_exact(path: Path) -> None:
    loaded = model.load(path)
    assert all(net.unit_sums() < 1 for net in loaded.nets)
    assert path.stat().st_size < 3_000_000


def test_what_is_no_story_stays_out() -> None:
    article = clean(f"<html><body><nav><a href='/'>Home</a></nav><article>{BODY}</article></body></html>")
    assert [block.text for block in article.blocks if block.label is Label.NAVIGATION] == ["Home"]


def test_control_characters_cost_nothing_that_the_page_states() -> None:
    """A find of the fuzzer: lxml takes them from a page, but not from htmldate, which moves texts about in the tree."""
    article = clean(f"<body>{BODY}<div><script>x()</script>\x08<p>Share</p><style>p</style>\x0b</div></body>")
    assert article.metadata.title == "Old bridge to stay closed"
    assert all(text in article.text for text in PARAGRAPHS)


MORE = "<h3>More from Northford News</h3>"
OTHERS = "".join(f"<li><a href='/{n}'>Another story of the day, number {n}</a></li>" for n in range(3))


def test_below_more_from_the_model_of_pages_knows_what_is_story() -> None:
    told = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    later = told.replace("The council", "A second council").replace("Two of", "None of").replace("Nobody", "Somebody")
    article = clean(f"<article>{BODY}{told}{MORE}{later}</article><aside>{MORE}<ul>{OTHERS}</ul></aside>")
    assert {block.label for block in article.blocks if block.text.startswith("Another")} == {Label.TEASER}
    assert [text[:12] for text in article.text.split("\n") if text][-3:] == [
        "A second cou",
        "None of the ",
        "Somebody kno",
    ]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("老桥仍将继续关闭到春天_社会_示例新闻网", "老桥仍将继续关闭到春天"),
        ("“老桥”仍将继续关闭_示例网北方频道", "“老桥”仍将继续关闭"),
        ("老桥仍将继续关闭的原因是snake_case", "老桥仍将继续关闭的原因是snake_case"),
        ("How to write names in snake_case", "How to write names in snake_case"),
    ],
)
def test_a_site_behind_an_underscore_is_no_part_of_a_chinese_title(stated: str, title: str) -> None:
    story = f"<article><p>{'议会星期一表示，维修工作将持续到春天。' * 4}</p></article>"
    page = f"<html><head><title>{stated}</title></head><body>{story}</body></html>"
    assert clean_html(page, source="page.html").article.metadata.title == title


def test_a_caption_in_a_figure_of_the_story_is_a_picture_of_it() -> None:
    figure = "<figure><figcaption>{} <span class=photographer>{}</span></figcaption></figure>"
    pictures = (("Anna Svensson river biljetterna vid ingången.", "Lina Ekdahl"), ("Projektorn på scenen.", "Privat"))
    text = "Fyra systrar driver stadens sista biograf från köksbordet, och de har slutat gå med förlust sedan i våras. "
    story = "".join(f"<p>{text * 2}</p>{figure.format(*picture)}" for picture in pictures) + f"<p>{text * 2}</p>"
    found = clean(
        f"<html><head><title>Fyra systrar driver biograf</title></head><body><article><h1>Fyra systrar driver biograf</h1>{story}</article></body></html>"
    )
    assert [(image.caption, image.credit) for image in found.metadata.images] == list(pictures)


def test_the_word_for_reporter_shows_an_author_beside_the_date() -> None:
    text = "青石港市决定把废弃多年的老粮仓改造成图书馆，市议会周四晚上以十一票对六票通过了这个方案。" * 3
    found = clean(
        f"<html><head><title>老粮仓将改建为图书馆</title></head><body><h1>老粮仓将改建为图书馆</h1>"
        f"<div><span>2024年3月14日 19:05</span> <span>记者：欧阳牧云</span></div><p>{text}</p><p>{text}</p></body></html>"
    )
    assert [author.name for author in found.metadata.authors] == ["欧阳牧云"]


def test_what_the_page_states_is_read_back_from_mojibake_like_its_lines() -> None:
    text = "Færgen mellem Sønderø og Hjælmsund må fra i dag sejle på rapsolie, som øboerne selv har presset på øen. "
    page = (
        "<html><head><title>Færgen får lov at sejle på raps - Øernes Avis</title></head><body><header>Øernes Avis</header>"
        f"<article><h1>Færgen får lov at sejle på raps</h1><p>{text * 2}</p><p>{text * 3}</p></article></body></html>"
    )
    damaged = clean_html(page.encode().decode("cp1252"), source="page.html").article
    assert damaged.metadata.title == "Færgen får lov at sejle på raps"
    assert damaged.metadata.publisher == "Øernes Avis"
    sound = clean_html(page.replace("Øernes Avis", "Ã, Â og Avis"), source="page.html").article
    assert sound.metadata.title == "Færgen får lov at sejle på raps"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (
            "<h1 class=title><a href='/'>Reading Room</a></h1><h3>A ferryman and his verses</h3>",
            "A ferryman and his verses",
        ),
        ("<h1>Reading Room: A ferryman and his verses</h1>", "Reading Room: A ferryman and his verses"),
    ],
)
def test_the_name_of_a_blog_in_front_of_a_colon_is_no_title(heading: str, title: str) -> None:
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = (
        f"<html><head><title>Reading Room: A ferryman and his verses</title></head><body>{heading}{story}</body></html>"
    )
    assert clean(page).metadata.title == title


def test_the_institute_behind_a_name_is_no_part_of_it_if_the_page_states_the_name() -> None:
    names = "<meta name=citation_author content='Ratna Widyasari'>"
    authors = "<ul><li>Ratna Widyasari <i>Universitas Teluk Biru</i></li></ul>"
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = f"<html><head>{names}</head><body><h1>Old bridge to stay closed</h1>{authors}{story}</body></html>"
    assert [author.name for author in clean(page).metadata.authors] == ["Ratna Widyasari"]


def test_the_button_beside_the_heading_of_an_encyclopaedia_may_be_a_line_of_its_own() -> None:
    parts = zip(("History", "Arches", "Today"), PARAGRAPHS, strict=False)
    sections = "".join(
        f"<div><h2>{name}</h2><div>[<a>edit</a> | <a>edit source</a>]</div></div><p>{text}</p>" for name, text in parts
    )
    article = clean(f"<html><body><h1>Old bridge</h1><p>{PARAGRAPHS[0]}</p>{sections}</body></html>")
    assert article.page is PageKind.REFERENCE
    assert "edit" not in article.text
    assert "Arches" in article.text
