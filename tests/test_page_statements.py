"""What a page states of its story, checked against what it shows: section, topics, publisher, pictures, links."""

import pytest

from copydesk import config, desk, dump
from copydesk.document import Cleaned, PageKind
from copydesk.readers import html

TEXT = (
    "The council voted on Monday evening to close the old bridge to all traffic until next spring, as it was asked to.",
    "Two of the five piers have moved by more than a hand since the last flood, says the report of the engineers.",
    "It is not known yet who will pay for all of this, the mayor said after the meeting, which had lasted four hours.",
)
STORY = "".join(f"<p>{text}</p>" for text in TEXT)
ADDRESS = "<link rel=canonical href='https://www.northford-news.example/town/bridge'>"


def clean(head: str = "", above: str = "", below: str = "", inside: str = "") -> Cleaned:
    """The records of a page with a headline and a story."""
    body = f"{above}<article><h1>Old bridge to stay closed</h1><p>By Jane Doe</p>{inside}{STORY}{below}</article>"
    markup = f"<html><head><title>Old bridge to stay closed</title>{ADDRESS}{head}</head><body>{body}</body></html>"
    cleaned = desk.clean_dump(html.render(markup.encode(), "page.html"), config.default())
    assert not [name for each in (cleaned.article, *cleaned.teasers) for name in each.without_evidence()]
    return cleaned


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def linked(thing: str) -> str:
    return f"<script type='application/ld+json'>{thing}</script>"


def trail(*names: str) -> str:
    items = ",".join(f'{{"@type": "ListItem", "name": "{name}"}}' for name in names)
    return linked(f'{{"@type": "BreadcrumbList", "itemListElement": [{items}]}}')


def story(key: str, value: str) -> str:
    return linked(f'{{"@type": "NewsArticle", "headline": "Old bridge to stay closed", "{key}": {value}}}')


@pytest.mark.parametrize(
    ("head", "above", "section", "source"),
    [
        (trail("Home", "News", "Town", "Old bridge to stay closed"), "", "Town", "page:breadcrumb"),
        (trail("Home", "Old bridge to stay closed"), "", None, None),  # it has no section
        (story("articleSection", '"Town"'), "", "Town", "page:json-ld:articleSection"),
        (meta("article:section", "town-hall") + meta("article:tag", "x"), "", None, None),  # written for machines
        (meta("article:section", "town-hall"), "<div>Town Hall</div>", "Town Hall", "page:article:section"),
        (meta("article:section", "News"), "", None, None),  # the section of all stories, and nothing shows it
        (meta("article:section", "News"), "<div>News</div>", "News", "page:article:section"),
        (meta("article:section", "Northford News") + meta("og:site_name", "Northford News"), "", None, None),
        (story("articleSection", '["News", "Town"]'), "<div>Town</div>", "Town", "page:json-ld:articleSection"),
        (
            "<div itemscope itemtype='https://schema.org/BreadcrumbList'><a itemprop='item'><span itemprop='name'>Town"
            "</span></a></div>",
            "",
            "Town",
            "page:breadcrumb",
        ),
        (meta("article:section", "The whole of what the council has said about the bridge"), "", None, None),
    ],
)
def test_the_section_is_one_that_the_page_states_and_shows(
    head: str, above: str, section: str | None, source: str | None
) -> None:
    article = clean(head, above).article
    assert article.metadata.section == section
    assert (source in article.evidence.section) is (source is not None)


TOPICS = "<p>Topics: <a rel=tag href='/t/bridges'>Bridges</a> <a rel=tag href='/t/floods'>Floods</a></p>"


@pytest.mark.parametrize(
    ("head", "below", "tags", "source"),
    [
        ("", TOPICS, ("Bridges", "Floods"), "page:rel=tag"),
        (meta("article:tag", "Bridges") + meta("article:tag", "Floods"), "", ("Bridges", "Floods"), "page:article:tag"),
        (meta("article:tag", "Bridges, premium1234567"), "", ("Bridges",), "page:article:tag"),
        ("".join(meta("article:tag", f"Word {n}") for n in range(30)), "", (), None),  # for search engines
        (meta("keywords", "council, piers, river"), "", ("council", "piers"), "page:keywords"),  # the story has them
        (meta("keywords", "sports, weather, horoscope, council"), "", (), None),  # a list of the whole site
        (meta("keywords", "old, bridge, stay, closed"), "", (), None),  # the headline cut into words
        (story("keywords", '["Bridges", "topic/floods", "content-type: Feature"]'), "<p>Bridges</p>", ("Bridges",),
         "page:json-ld:keywords"),
        (meta("article:tag", "ferry pier"), "<p>Ferry Pier</p>", ("Ferry Pier",), "page:article:tag"),  # as it is shown
        ("<nav><a rel=tag href='/t/x'>Weather</a></nav>", "", (), None),  # in a menu, far from the story
    ],
)  # fmt: skip
def test_topics_are_those_that_the_page_states_and_shows(
    head: str, below: str, tags: tuple[str, ...], source: str | None
) -> None:
    article = clean(head, below=below).article
    assert article.metadata.tags == tags
    assert all(source in sources for sources in article.evidence.tags)


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("Tags: <a href='/1'>old piers</a> <a href='/2'>floods</a> <a href='/3'>council</a>",
         ("old piers", "floods", "council")),
        ("Tags: <a href='/1'>old piers</a>, <a href='/2'>floods</a>, council", ("old piers", "floods", "council")),
    ],
)  # fmt: skip
def test_links_part_the_topics_of_a_line_that_is_only_links(line: str, tags: tuple[str, ...]) -> None:
    assert clean("", below=f"<p>{line}</p>").article.metadata.tags == tags


@pytest.mark.parametrize(
    ("head", "publisher", "source"),
    [
        (meta("og:site_name", "Northford News - All the town in one place"), "Northford News", "page:og:site_name"),
        (
            meta("og:site_name", "northford-news.example")
            + story("publisher", '{"@type": "Organization", "name": "Northford News"}'),
            "Northford News",
            "page:json-ld:publisher.name",
        ),
        (story("publisher", '{"name": "River Media GmbH"}') + meta("application-name", "Northford News"),
         "Northford News", "page:application-name"),
        (meta("og:site_name", "northfordnews") + story("publisher", '{"name": "Northford News"}'),
         "Northford News", "page:json-ld:publisher.name"),
        (meta("og:site_name", "River Herald"), "River Herald", "page:og:site_name"),  # of another address: still stated
        (linked('{"@graph": [{"@type": "Organization", "@id": "/#org", "name": "The Northford News"}, {"@type": "WebSite",'
                ' "@id": "/#site", "name": "Northford News Online"}, {"@type": "NewsArticle", "headline": "Old bridge to'
                ' stay closed", "publisher": {"@id": "/#org"}}]}'), "The Northford News", "page:json-ld:publisher.name"),
        (linked('{"@graph": [{"@type": ["Person", "Organization"], "@id": "/#me", "name": "admin"}, {"@type": "NewsArticle",'
                ' "headline": "Old bridge to stay closed", "publisher": {"@id": "/#me"}}]}'),
         "northford-news.example", "page:address"),
        (meta("og:site_name", "/"), "northford-news.example", "page:address"),
        (meta("og:title", "Old bridge to stay closed | Northford News"), "Northford News", "page:og:title"),
        (meta("og:title", "Old bridge to stay closed - mayor asks for help"), "northford-news.example", "page:address"),
    ],
)  # fmt: skip
def test_the_publisher_is_the_name_that_agrees_with_the_address(head: str, publisher: str, source: str) -> None:
    article = clean(head).article
    assert (article.metadata.publisher, article.evidence.publisher) == (publisher, (source,))


@pytest.mark.parametrize(
    ("figure", "url", "alt"),
    [
        ("<figure><img src='/p/1.jpg' alt='A bridge'><figcaption>{}</figcaption></figure>", "/p/1.jpg", "A bridge"),
        ("<figure><img src='data:x' data-src='/p/2.jpg'><figcaption>{}</figcaption></figure>", "/p/2.jpg", None),
        ("<figure><figcaption>{}</figcaption><img src='/p/s.jpg' srcset='/p/3.jpg 300w, /p/9.jpg 900w'></figure>",
         "/p/9.jpg", None),
        ("<figure><img src='/share-icon.png' alt='Share'><figcaption>{}</figcaption></figure>", None, None),
        ("<figure><img src='/p/1.jpg' width=40><figcaption>{}</figcaption></figure>", None, None),  # a portrait
        (f"<img src='/p/1.jpg'><p>{TEXT[1]}</p><figure><figcaption>{{}}</figcaption></figure>", None, None),  # text between
        ("<figure><img src='http://[x/1.jpg' alt='A bridge'><figcaption>{}</figcaption></figure>", None, "A bridge"),
    ],
)  # fmt: skip
def test_a_caption_has_the_picture_in_its_figure(figure: str, url: str | None, alt: str | None) -> None:
    caption = "The old bridge on Sunday morning, with the ferry to its left. Photo: Max Muster"
    images = clean(inside=figure.format(caption)).article.metadata.images
    assert [(image.url, image.alt) for image in images] == [
        (url and f"https://www.northford-news.example{url}", alt),
    ]


def test_each_caption_has_its_own_picture() -> None:
    figures = "".join(
        f"<figure><img src='/p/{n}.jpg'><figcaption>The old bridge in the year {n}. Photo: Max Muster</figcaption></figure>"
        for n in (1, 2, 3)
    )
    images = clean(inside=figures).article.metadata.images
    assert [(image.url or "")[-6:] for image in images] == ["/1.jpg", "/2.jpg", "/3.jpg"]


HEADLINES = ("Ferry to run until midnight in June", "School opens a week late after repairs", "Museum shows lost maps")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<li><a href='/n/1'>{}</a></li>", "https://www.northford-news.example/n/1"),
        ("<li><a href='/n/1'><div><h3>{}</h3></div></a></li>", "https://www.northford-news.example/n/1"),
        ("<li><a href='https://other.example/a?b=1#c'>{}</a></li>", "https://other.example/a?b=1#c"),
        ("<li><a href='#top'>{}</a></li>", None),
        ("<li><a href='javascript:open()'>{}</a></li>", None),
    ],
)
def test_a_teaser_has_the_link_of_its_headline(item: str, url: str | None) -> None:
    others = "".join(item.format(headline) for headline in HEADLINES)
    teasers = clean(below=f"</article><aside><h3>More stories</h3><ul>{others}</ul></aside>").teasers
    found = {teaser.metadata.title: teaser for teaser in teasers}
    assert set(HEADLINES) <= set(found)
    for headline in HEADLINES:
        assert found[headline].metadata.url == url
        assert ("page:a" in found[headline].evidence.url) is (url is not None)


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    others = "".join(f"<li><a href='n/1'>{headline}</a></li>" for headline in HEADLINES)
    teasers = clean(
        "<base href='/en/'>", below=f"</article><aside><h3>More stories</h3><ul>{others}</ul></aside>"
    ).teasers
    assert {teaser.metadata.url for teaser in teasers} == {"https://www.northford-news.example/en/n/1"}


@pytest.mark.parametrize(
    ("title", "site", "shown", "found"),
    [
        ("How to smoke a hive : beekeepers", "beekeepers", "How to smoke a hive", "How to smoke a hive"),
        ("How bees find their way home", "The apiary forum", "Topic: How bees find their way home (Read 812 times)",
         "How bees find their way home"),
        ("How bees find their way home", "The apiary forum", "Subiect: How bees find their way home",
         "How bees find their way home"),
        ("How bees find their way home", "The apiary forum", "Apiary » Bees » Homes » How bees find their way home",
         "How bees find their way home"),
        ("Bronze > Silver > Gold: how medals changed", "The games", "Bronze > Silver > Gold: how medals changed",
         "Bronze > Silver > Gold: how medals changed"),
        ("Start page of the keepers", "How to smoke a hive", "How to smoke a hive", "How to smoke a hive"),
    ],
)  # fmt: skip
def test_a_heading_with_the_name_of_the_site_is_no_headline(title: str, site: str, shown: str, found: str) -> None:
    story = "".join(f"<p>{text}</p>" for text in TEXT)
    body = f"<div class='side'><h1>{site}</h1></div><div><h3>{shown}</h3>{story}</div>"
    markup = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    cleaned = desk.clean_dump(html.render(markup.encode(), "page.html"), config.default())
    assert cleaned.article.metadata.title == found


def test_the_day_on_which_a_member_joined_dates_no_thread() -> None:
    posts = "\n".join(
        f"{name}\nIscritto il: 12/03/2014, 21:08\n14/04/2025, 1{n}:30 #{n}\n{text}"
        for n, (name, text) in enumerate(zip(("Lele", "Nina", "Ugo"), TEXT, strict=True), 1)
    )
    page = dump.from_text(f"Il ponte vecchio\n4 messaggi • Pagina 1 di 1\n{posts}", "thread.txt")
    article = desk.clean_dump(page, config.default()).article
    assert article.page is PageKind.FORUM
    assert article.metadata.published != "2014-03-12T21:08"
    assert article.metadata.deck is None
