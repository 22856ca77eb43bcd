"""The words that rules look for, read once from `vocabulary.toml`, and what rules make of them.

A rule author writes a word once, in that file.  Rules get their regular expressions (`one_of`) and their hints
(`hint_words`) from the same list, so a rule can't look for a word that its hint does not know.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import product
from typing import Final, TypeAlias

import msgspec

from copydesk.document import Label
from copydesk.text import folded_words

Words: TypeAlias = tuple[str, ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: an unknown key in it, or a missing one, is an error."""


class By(_Table, frozen=True):
    """The words before a name; `own` has those of single languages by BCP 47 tags, with a space between tags."""

    everywhere: Words
    second_hand: Words
    bare: Words
    inside: Words
    checked: Words
    nobody: Words
    outlets: Words
    own: Mapping[str, Words]

    def in_language(self, language: str | None) -> Words:
        """The words before a name that are read only in this language (a BCP 47 tag); without one, of all languages."""
        base = (language or "").partition("-")[0].lower()
        return tuple(word for tags, words in self.own.items() if not base or base in tags.split() for word in words)


class Author(_Table, frozen=True):
    """Nouns before the name of an author."""

    nouns: Words
    other_nouns: Words
    nouns_with_colon: Words
    interviews: Words


class And(_Table, frozen=True):
    """Words between two names."""

    words: Words
    inside: Words


class Jobs(_Table, frozen=True):
    """What people do: read everywhere, or in one kind of line only."""

    everywhere: Words
    in_bylines: Words
    in_bios: Words
    about: Words
    contact: Words


class Picture(_Table, frozen=True):
    """The words of credits."""

    nouns: Words
    in_captions: Words
    figures: Words
    courtesy: Words
    at_end: Words
    sources: Words
    nouns_at_beginning: Words
    after_noun: Words
    words: Words
    words_at_beginning: Words
    before_name: Words
    opens_caption: Words
    in_picture: Words
    place: Words


class Dates(_Table, frozen=True):
    """The words before dates."""

    updated: Words
    published: Words
    first_published: Words
    of_site: Words
    beside_name: Words


class Count(_Table, frozen=True):
    """Words beside a number: of comments and the like, of minutes."""

    nouns: Words
    before_minutes: Words
    after_minutes: Words


class Copyright(_Table, frozen=True):
    """Phrases of copyright notices."""

    reserved: Words
    behind_holder: Words
    part_of: Words
    years: Words


class Note(_Table, frozen=True):
    """Phrases of notes, of disclaimers, of stories that speak of themselves, and of legal texts, which are no notes."""

    phrases: Words
    disclaimers: Words
    this_story: Words
    about_site: Words


class DatelineWords(_Table, frozen=True):
    """Wires that are no agencies of news, and cities."""

    wires: Words
    reported: Words
    cities: Words


class Topics(_Table, frozen=True):
    """The words before topics."""

    heads: Words
    heads_before: Words
    no_topics: Words
    no_topic: Words
    section_heads: Words


class Section(_Table, frozen=True):
    """The words of breadcrumbs and menus."""

    home: Words
    crumbs_follow: Words
    no_section: Words
    no_word: Words


class Outlet(_Table, frozen=True):
    """The words of outlets' names and of lines that name one."""

    before: Words
    behind: Words
    no_name: Words
    kinds: Words
    kinds_at_end: Words
    kinds_without_spaces: Words
    companies: Words
    companies_before: Words
    companies_after_comma: Words
    companies_at_end: Words
    articles: Words


class Document(_Table, frozen=True):
    """What a document says of itself above its headline: "Press release"."""

    kinds: Words


class Teaser(_Table, frozen=True):
    """Words on a line of their own that open an item in a list of other stories: "Next"."""

    openings: Words


class StatedSection(_Table, frozen=True):
    """Names of sections that say nothing about a story."""

    never: Words
    everything: Words


class Notice(_Table, frozen=True):
    """Phrases of pages that are shown instead of a story."""

    headings: Words
    sentences: Words
    browsers: Words
    consent: Words
    policies: Words


class Boxes(_Table, frozen=True):
    """Phrases of boxes of page furniture, and of readers' comments."""

    consent: Words
    agreement: Words
    disclaimer: Words
    paywall: Words
    offer: Words
    newsletter: Words
    sign_up: Words
    republish: Words
    comment_form: Words
    comment_rules: Words
    comment_heading: Words
    comments_on: Words
    reply: Words
    transcript: Words


class Buttons(_Table, frozen=True):
    """Words of buttons in a row: what they do, sizes of the text, networks, and whole lines."""

    actions: Words
    share: Words
    text_size: Words
    sizes: Words
    networks: Words
    lines: Words


class CutOff(_Table, frozen=True):
    """What a page says that shows only the beginning of a story."""

    paywall: Words
    read_on: Words


class OneWord(_Table, frozen=True):
    """Compounds that no list of words has."""

    english: Words


class Forms(_Table, frozen=True):
    """The words by which pages of a special form are known: threads of forums, recipes, encyclopaedias, papers."""

    forum: Words
    members: Words
    thread_start: Words
    thread_end: Words
    edited: Words
    add_comment: Words
    ingredients: Words
    method: Words
    edit: Words
    references: Words
    abstract: Words
    paper: Words
    product: Words
    clock: Words
    three_to_twelve: Words


class Posts(_Table, frozen=True):
    """Elements of threads in HTML pages: "class=postbody", "td.post", "tag=shreddit-post"."""

    text: Words
    around: Words
    author: Words
    text_inside: Words
    name_inside: Words
    author_inside: Words
    name_of_author: Words
    date_inside: Words
    title_inside: Words
    left_out: Words
    left_out_of_text: Words


class Phrases(_Table, frozen=True):
    """Phrases by the label that they give."""

    line: Mapping[Label, Words]
    opening: Mapping[Label, Words]
    head: Mapping[Label, Words]


class Vocabulary(_Table, frozen=True, rename={"and_": "and"}):
    """The whole file, its entries spelled out: "editor[|s]" is "editor" and "editors"."""

    by: By
    author: Author
    and_: And
    jobs: Jobs
    picture: Picture
    dates: Dates
    count: Count
    copyright: Copyright
    note: Note
    dateline: DatelineWords
    topics: Topics
    section: Section
    stated_section: StatedSection
    outlet: Outlet
    document: Document
    teaser: Teaser
    phrases: Phrases
    buttons: Buttons
    notice: Notice
    boxes: Boxes
    forms: Forms
    one_word: OneWord
    cut: CutOff
    posts: Posts
    classes: Mapping[str, Words]


_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Kana, Han and Hangul, in which a word may be inside another."""

"""Regular expressions that ignore case match both Turkish letters for i."""

MAX_BETWEEN: Final = 60
"""Characters that "..." in an entry matches at most.  Used since November 2026; what set it is not recorded."""


def spelled_out(entry: str) -> list[str]:
    """All phrases that an entry of the file means: one for each combination of its choices in square brackets."""
    parts = _CHOICE.split(entry)
    return ["".join(chosen) for chosen in product(*(part.split("|") for part in parts))]


def plain(word: str) -> str:
    """A folded word, with the same letter for both Turkish letters for i: the form that hints compare."""
    return word.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i").replace("\N{COMBINING DOT ABOVE}", "")


def one_of(phrases: Iterable[str]) -> str:
    """A group of a regular expression that matches each of the phrases, the longest first.

    Phrases with the same beginning share it, because a search tries every branch at every character: with the 400
    phrases of notes it takes a tenth of the time.
    """
    tree: _Tree = {}
    for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase)):
        branch = tree
        for part in _parts(phrase):
            branch = branch.setdefault(part, {})
        branch[_END] = {}
    return f"(?:{_expression(tree)})"


def whole_words(phrases: Collection[str]) -> str:
    """Like `one_of`, for whole words only.  A phrase in Kana, Han or Hangul may be inside another word."""
    anywhere = [phrase for phrase in phrases if _WITHOUT_SPACES.search(phrase)]
    bounded = rf"\b{one_of(phrase for phrase in phrases if phrase not in anywhere)}\b"
    return f"{bounded}|{one_of(anywhere)}" if anywhere else bounded


def inside_lines(phrases: Collection[str]) -> str:
    """Like `whole_words`, for phrases in any script, in lines as `level` gives them.

    Only in Latin, Greek and Cyrillic must no letter follow or go before: other scripts write without spaces, or write
    short words together with the next one.
    """
    levelled = sorted({level(phrase) for phrase in phrases})
    bounded = [phrase for phrase in levelled if is_bounded(phrase)]
    anywhere = [phrase for phrase in levelled if not is_bounded(phrase)]
    parts = [rf"(?<!\w){one_of(bounded)}(?!\w)"] * bool(bounded) + [one_of(anywhere)] * bool(anywhere)
    return "|".join(parts)


def is_bounded(phrase: str) -> bool:
    """Whether the phrase is in a script in which a match must begin and end with a whole word."""
    return phrase.strip("* ")[0] < _FIRST_OTHER_SCRIPT


def level(text: str) -> str:
    """The text with straight apostrophes and plain spaces: pages write both, the file has one of them."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("\N{NO-BREAK SPACE}", " ")


_FIRST_OTHER_SCRIPT: Final = "\N{HEBREW ACCENT ETNAHTA}"
"""The characters before it are Latin, Greek, Cyrillic and Armenian."""

_Tree: TypeAlias = dict[str, "_Tree"]
"""The parts that may come first, each with what may follow."""

_END: Final = ""
"""In a tree: a phrase may end here."""

_PARTS: Final = {"\0": rf"\b.{{0,{MAX_BETWEEN}}}\b", " ": r"\s", "*": r"\w*"}
"""What matches a character of an entry that does not stand for itself."""


def _parts(phrase: str) -> Iterator[str]:
    """The regular expression for each character of a phrase."""
    return (_PARTS.get(char) or re.escape(char) for char in phrase.replace(" ... ", "\0"))


def _expression(tree: _Tree) -> str:
    """The regular expression for the phrases of a tree; a longer phrase goes before one that it begins with."""
    branches = [part + _expression(rest) for part, rest in tree.items() if part != _END]
    whole = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""
    return f"(?:{whole})?" if whole and _END in tree else whole


def hint_words(phrases: Iterable[str]) -> frozenset[str]:
    """The longest word of each phrase, folded.  A line with the phrase has this word, or a word that begins with it."""
    return frozenset(max(map(plain, words), key=len) for phrase in phrases if (words := list(folded_words(phrase))))


def _tables(value: object) -> object:
    """The file's content with every list of entries spelled out."""
    if isinstance(value, dict):
        return {key: _tables(each) for key, each in value.items()}
    return [phrase for entry in value for phrase in spelled_out(entry)] if isinstance(value, list) else value


def read(content: str) -> Vocabulary:
    """The vocabulary in a TOML text; raises msgspec.ValidationError for a key that is unknown, missing or no list."""
    return msgspec.convert(_tables(tomllib.loads(content)), Vocabulary)


def content() -> str:
    """The file `vocabulary.toml`."""
    return files("copydesk").joinpath("vocabulary.toml").read_text(encoding="utf-8")


VOCABULARY: Final = read(content())
