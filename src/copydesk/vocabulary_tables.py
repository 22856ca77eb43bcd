"""The tables of `vocabulary.toml`, a class for each: an unknown key or a missing one is an error when it is read."""

from collections.abc import Mapping
from itertools import chain
from typing import TypeAlias

import msgspec

from copydesk.document import Label
from copydesk.text import base_language

Words: TypeAlias = tuple[str, ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: an unknown key in it, or a missing one, is an error."""


def _in_language(own: Mapping[str, Words], language: str | None) -> Words:
    """The words of one language, of those by BCP 47 tags with a space between tags."""
    base = base_language(language)
    return tuple(word for tags, words in own.items() if base in tags.split() for word in words)


class By(_Table, frozen=True):
    """The words before a name; `own` has those of single languages by BCP 47 tags, with a space between tags."""

    everywhere: Words
    second_hand: Words
    bare: Words
    inside: Words
    after_name: Words
    in_front: Words
    checked: Words
    no_author: Words
    newsrooms: Words
    placeholders: Words
    site_accounts: Words
    no_name: Words
    follow: Words
    vietnamese_families: Words
    agencies: Words
    shifts: Words
    outlets: Words
    own: Mapping[str, Words]

    def in_language(self, language: str | None) -> Words:
        """The words before a name that are read only in this language (a BCP 47 tag); without one, of all languages."""
        return _in_language(self.own, language) if base_language(language) else tuple(chain(*self.own.values()))


class Author(_Table, frozen=True):
    """Nouns before the name of an author."""

    nouns: Words
    other_nouns: Words
    nouns_with_colon: Words
    interviews: Words


class And(_Table, frozen=True):
    """Words between two names; `own` has those of single languages by BCP 47 tags, with a space between tags."""

    words: Words
    inside: Words
    own: Mapping[str, Words]

    def in_language(self, language: str | None) -> Words:
        """The words that are read only in this language (a BCP 47 tag); none without one."""
        return _in_language(self.own, language)


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
    alone: Words
    at_end: Words
    sources: Words
    nouns_at_beginning: Words
    after_noun: Words
    words: Words
    words_at_beginning: Words
    before_name: Words
    before_person: Words
    before_photographer: Words
    before_caption: Words
    before_source: Words
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
    one: Words
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
    contacts: Words
    heads_before: Words
    no_topics: Words
    no_topic: Words
    section_heads: Words


class Section(_Table, frozen=True):
    """The words of breadcrumbs and menus."""

    buttons: Words
    home: Words
    crumbs_follow: Words
    no_section: Words
    subscribe: Words
    in_menus: Words
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
    """What points to another story, and words on a line of their own that open an item in a list: "Next"."""

    read_also: Words
    openings: Words
    live: Words
    next_story: Words


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


class NoticeSigns(_Table, frozen=True):
    """Words with which such pages speak to the reader, by what they are about.  Each alone is a weak sign."""

    request: Words
    account: Words
    page: Words
    refused: Words
    again: Words
    check: Words
    apology: Words
    terms: Words
    reference: Words


class Boxes(_Table, frozen=True):
    """Phrases of boxes of page furniture, and of readers' comments."""

    consent: Words
    agreement: Words
    purposes: Words
    disclaimer: Words
    paywall: Words
    offer: Words
    appeal_heading: Words
    appeal: Words
    to_reader: Words
    own_work: Words
    support: Words
    data: Words
    agreeing: Words
    processing: Words
    subscriber: Words
    access: Words
    republishing: Words
    republishing_terms: Words
    disclosure: Words
    newsletter: Words
    inbox: Words
    sign_up: Words
    feed_line: Words
    feed_post: Words
    republish: Words
    comment_form: Words
    comment_rules: Words
    comment_heading: Words
    comments_on: Words
    answer: Words
    reply: Words
    customer_reviews: Words
    above_review: Words
    below_review: Words
    review_button: Words
    about_thing: Words
    rating_of: Words
    stars: Words
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


class Particles(_Table, frozen=True):
    """Words that show where a sentence goes on."""

    japanese: Words
    japanese_phrases: Words


class OneWord(_Table, frozen=True):
    """Compounds that no list of words has."""

    english: Words


class Forms(_Table, frozen=True):
    """The words by which pages of a special form are known: threads of forums, recipes, encyclopaedias, papers."""

    forum: Words
    members: Words
    thread_start: Words
    thread_end: Words
    software: Words
    federated: Words
    submitted: Words
    edited: Words
    topic: Words
    subheads: Words
    ingredients_at_end: Words
    method_at_end: Words
    energy: Words
    nutrients: Words
    nutrition_heading: Words
    key_points: Words
    recipe_buttons: Words
    about_page: Words
    free_encyclopaedia: Words
    add_comment: Words
    improve_answer: Words
    improve_question: Words
    answered: Words
    above_answers: Words
    badges: Words
    servings: Words
    ingredients: Words
    method: Words
    edit: Words
    references: Words
    citing: Words
    paper_sections: Words
    abstract: Words
    paper: Words
    product: Words
    link_sections: Words
    currency: Words
    other_things: Words
    beside_price: Words
    near_days: Words
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
    notice_signs: NoticeSigns
    boxes: Boxes
    forms: Forms
    one_word: OneWord
    particles: Particles
    cut: CutOff
    posts: Posts
    classes: Mapping[str, Words]
