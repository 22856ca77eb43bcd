"""copydesk reads some data of other packages with its own code; the results are the same as theirs.

A test that fails here after an update of such a package says that copydesk's own code has to follow.
"""

import gzip
import hashlib
import json
import random
from pathlib import Path

import msgspec
import pytest
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from training import word_lists

from copydesk import config, desk, html_lines, language, lexicon
from copydesk.readers import html, page_authors, page_metadata, page_statements


@pytest.mark.slow
def test_the_shipped_given_names_are_those_of_faker() -> None:
    assert lexicon.given_names() == word_lists.given_names()
    assert {"jane", "matt", "grzegorz", "иван"} <= lexicon.given_names()
    assert {"page", "media", "home", "by"}.isdisjoint(lexicon.given_names())


@pytest.mark.parametrize("tag", ["en", "de", "fr", "ja", "no", "hu"])
@pytest.mark.slow
def test_the_shipped_words_are_those_of_wordfreq(tag: str) -> None:
    from wordfreq import get_frequency_dict

    assert lexicon.words(tag) == pytest.approx(get_frequency_dict(tag, "small"))
    assert len(lexicon.words(tag)) > 10_000
    best = get_frequency_dict(tag, "best")
    frequencies = {word: 10 ** (-rank / 100) for word, rank in lexicon.ranks(tag).items()}
    least = 10 ** (-(lexicon.MAX_RANK + 0.5) / 100)
    assert frequencies == pytest.approx({word: share for word, share in best.items() if share > least})
    assert list(lexicon.words(tag)) == list(get_frequency_dict(tag, "small"))  # the commonest words come first


@pytest.mark.slow
def test_the_shipped_pairs_are_those_of_symspellpy() -> None:
    assert lexicon.pairs() == word_lists.pairs()
    assert lexicon.pairs()["of the"] == 37
    assert len(lexicon.pairs()) > 240_000


def test_the_shipped_dictionary_is_that_of_symspellpy() -> None:
    assert lexicon.dictionary() == word_lists.dictionary()
    assert {"outwith", "forsooth", "casein"} <= lexicon.dictionary()
    assert {"thana", "fora", "house"}.isdisjoint(lexicon.dictionary())


def test_the_shipped_lists_are_those_that_the_script_made() -> None:
    digests = json.loads((lexicon.FOLDER / lexicon.DIGESTS).read_text(encoding="utf-8"))["sha256"]
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in lexicon.FOLDER.glob("*.?z")}
    assert digests == found
    assert len(found) == 66


def test_the_script_packs_what_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    (tmp_path / "xx.common.gz").write_bytes(word_lists.packed_common([["the", "a\u00a0b"], [], ["cat"]]))
    (tmp_path / "xx.rare.gz").write_bytes(word_lists.packed_table({"zebra": 0, "ant": 2}, ".gz"))
    (tmp_path / "yy.common.gz").write_bytes(word_lists.packed_common([["the"]]))
    (tmp_path / "yy.rare.xz").write_bytes(word_lists.packed_table({"zebra": 0, "ant": 2}, ".xz"))
    assert lexicon.ranks("yy") == {"the": 0, "zebra": 1, "ant": 3}
    assert lexicon.ranks("xx") == {"the": 0, "a\u00a0b": 0, "cat": 2, "zebra": 3, "ant": 5}
    assert lexicon.words("xx") == pytest.approx({"the": 1, "a\u00a0b": 1, "cat": 10**-0.02})


def test_another_format_of_word_lists_is_an_error() -> None:
    packed = gzip.compress(msgspec.msgpack.encode([{"format": "cB", "version": 2}, ["the"]]))
    with pytest.raises(ValueError, match="unknown format of a word list"):
        word_lists.ranked(packed)


def test_langdetect_still_has_the_attributes_that_are_set_directly() -> None:
    assert {"langlist", "word_lang_prob_map"} <= vars(DetectorFactory()).keys()


def test_a_language_without_a_list_has_no_words() -> None:
    assert lexicon.words("zu") == lexicon.words(None) == {}
    assert lexicon.words("../en") == {}


@pytest.mark.slow
def test_language_profiles_are_those_that_langdetect_loads() -> None:
    theirs = DetectorFactory()
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    theirs.load_json_profile([path.read_text(encoding="utf-8") for path in paths])
    ours = language._factory()
    assert ours.langlist == theirs.get_lang_list()
    assert ours.word_lang_prob_map == theirs.word_lang_prob_map
    assert len(ours.langlist) == len({json.loads(path.read_text(encoding="utf-8"))["name"] for path in paths})


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The council voted on Monday to close the old bridge to all traffic until next spring.", "en"),
        ("Der Stadtrat beschloss am Montag, die alte Brücke bis zum Frühjahr zu sperren.", "de"),
        ("Le conseil a décidé lundi de fermer le vieux pont jusqu'au printemps.", "fr"),
        ("橋は来年の春まで閉鎖されると市長が月曜日に発表した。", "ja"),
        ("Совет решил в понедельник закрыть старый мост до весны.", "ru"),
        ("12 34 56 78 90 12 34 56 78 90", None),
        ("abc", None),
    ],
)
def test_the_fast_detector_answers_as_langdetect_does(
    text: str, tag: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langdetect_rs")
    assert language.detect(text) == tag
    monkeypatch.setattr(language, "fast", None)
    assert language.detect(text) == tag


NAMED = [
    *(
        "class='author'",
        "class='author-name'",
        "class='post authorName'",
        "class='byline'",
        "class='username'",
        "id='author'",
    ),
    *(
        "class='screenname'",
        "class='Byline x'",
        "rel='author'",
        "itemprop='author'",
        "itemprop='author name'",
        "id='theAuthor'",
    ),
    *("data-testid='AuthorCard'", "data-component='Byline'", "class='submitted-by'", "class='writers'"),
]
DROPPED = [
    *(
        "class='comments'",
        "id='comments'",
        "class='title'",
        "class='date'",
        "class='quote-box'",
        "data-component='Figure'",
    ),
    *("class='sidebar'", "id='comment-list'", "class='Comments'", "class='print'", "class='x'"),
]
TAGS = ["a", "div", "span", "p", "section", "h3", "strong", "time", "figure", "author", "address", "li"]
TEXTS = ["Jane Doe", "by Max Roe", "x", " ", "12 May 2020", "A sentence about nothing in particular. " * 3, "Ann\nPoe"]


def markup_of(chance: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(chance.randint(1, 4)):
        tag = chance.choice(TAGS)
        named = chance.choice([*NAMED, *DROPPED, "", "", ""])
        inner = markup_of(chance, depth + 1) if depth < 4 and chance.random() < 0.6 else chance.choice(TEXTS)
        parts.append(f"<{tag} {named}>{inner}</{tag}>" + chance.choice(["", "", "<!-- x -->", *TEXTS]))
    return "".join(parts)


@pytest.mark.parametrize("seed", range(200))
def test_the_first_text_about_the_author_is_the_one_that_trafilatura_reads(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for elements of comments and descriptions, which trafilatura reads too."""
    from trafilatura.json_metadata import normalize_authors
    from trafilatura.metadata import extract_author

    root = html_lines.parse(f"<html><body>{markup_of(random.Random(seed))}</body></html>")
    assert root is not None
    monkeypatch.setattr(page_authors, "_is_other", lambda element: False)
    first = next(page_authors.texts_in(root), None)
    assert (first and normalize_authors(None, first.replace(" | ", " "))) == extract_author(root)


HEADS = [
    "<title>Old bridge to stay closed | Northford News</title>",
    "<meta property='og:title' content='Old &amp;amp; new'><meta property='og:site_name' content='northford news'>",
    "<meta name='author' content='Jane Doe; Max Roe'><meta name='twitter:site' content='@northford'>",
    "<meta name='author' content='northford'><link rel='canonical' href='/a/b'><meta property='og:url' content='no url'>"
    "<meta property='og:image' content='https://northford.example/x.png'>",
    '<script type=\'application/ld+json\'>{"@context": "https://schema.org", "@type": "NewsArticle",\n'
    '  "headline":  "Old  bridge \\u0026 more", "author": [{"@type": "Person", "name": "Jane  Doe"}],'
    ' "publisher": {"name": "The \\"Northford\\" News"}}</script>',
    '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "author": {"name": "Jane Doe"}, </script>',
    "<script type='application/ld+json'>[1, 2]</script><link rel='canonical' href='https://www.northford.example/a'>",
]


@pytest.mark.parametrize("head", HEADS)
def test_the_title_and_address_of_a_page_are_those_that_trafilatura_reads(head: str) -> None:
    from trafilatura.metadata import extract_metadata

    markup = f"<html><head>{head}</head><body><h1>Bridge</h1><p class='byline'>By Ann Poe</p><p>x</p></body></html>"
    root, theirs = html_lines.parse(markup), html_lines.parse(markup)
    assert root is not None
    found = extract_metadata(theirs, extensive=False)
    ours = page_metadata.of(root, page_statements.read(root), markup, "")
    assert ours.url == found.url
    assert (found.title or "").startswith(ours.stated_title or "?")


def test_htmldate_searches_only_pages_that_show_and_state_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search takes as long as the rest of a page's reading."""
    searched: list[bool] = []

    def find_date(*arguments: object, extensive_search: bool, **options: object) -> str:
        searched.append(extensive_search)
        return "2020-05-12"

    monkeypatch.setattr("htmldate.find_date", find_date)
    story = "<h1>Old bridge to stay closed</h1>{}<p>The council voted to close the old bridge to all traffic.</p>" * 2
    stating = "<meta property='article:published_time' content='2021-03-04'>"
    for head, line in ((stating, ""), ("", "<p>Published 4 March 2021</p>"), ("", "")):
        read = html.render_text(f"<html><head>{head}</head><body>{story.replace('{}', line)}</body></html>", "x")
        published = desk.clean_dump(read, config.default()).article.metadata.published
        assert (published, searched) == (("2021-03-04", []) if head or line else ("2020-05-12", [False]))


def test_a_headline_in_json_ld_that_is_a_list_is_ignored() -> None:
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": ["Old", "bridge"]}
    head = f"<script type='application/ld+json'>{json.dumps(thing)}</script>"
    root = html_lines.parse(f"<html><head>{head}</head><body><p>The council voted.</p></body></html>")
    assert root is not None
    assert page_metadata.of(root, page_statements.read(root), "", "").stated_title is None


def test_an_element_of_a_comment_or_a_description_names_no_author() -> None:
    markup = (
        "<p class='author-description'>Licensed coffee grader</p><p class='comment-author-name'>coffeefan</p>"
        "<p class='author-name'>Jane Doe</p>"
    )
    root = html_lines.parse(f"<html><body>{markup}</body></html>")
    assert root is not None
    assert list(page_authors.texts_in(root)) == ["Jane Doe"]
