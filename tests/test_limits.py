"""Limits of labelling and metadata: each case is close to a limit, so that half of it or twice as much fails.

The shares of the model are part of the cases, so that no training changes them.
"""

from collections.abc import Sequence

import numpy as np
import pytest

from copydesk.document import STORY, Label
from copydesk.dump import NOTHING_GIVEN
from copydesk.edits import Rule
from copydesk.labelling import (
    Line,
    Verdict,
    bios,
    captions,
    customer_reviews,
    dated_entries,
    decide,
    head_bylines,
    headline,
    headline_or_deck,
    paragraphs_between,
    priced_entries,
    repeated_story,
)
from copydesk.labelling.decide import MODEL
from copydesk.labelling.line_facts import LineFacts
from copydesk.labelling.model import LABELS
from copydesk.labelling.state import LabelState
from copydesk.metadata.authors import authors_in
from copydesk.metadata.page import LabelledLines, Page, head_of
from copydesk.metadata.published import dates_of
from growth import grows_linearly

Row = tuple[str, dict[Label, float]]

BY = Rule("label.byline", "says so")
PARAGRAPH = {Label.PARAGRAPH: 1.0}
BIO = {Label.BIO: 1.0}
STORY_LINES = [
    f"The {nth} paragraph says what happened at the bridge on the {nth} day, and who was there."
    for nth in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
]


def shares_of(rows: Sequence[Row]) -> list[list[float]]:
    """The model's shares: those of each row, and 0 for the other labels."""
    return [[given.get(label, 0.0) for label in LABELS] for _, given in rows]


def lines_of(rows: Sequence[Row]) -> list[Line]:
    return [Line(text, False, language="en") for text, _ in rows]


def state_of(rows: Sequence[Row]) -> LabelState:
    """The lines before the rules for neighbours are tried: those that the model prefers as story are story."""
    story_shares = [sum(share for label, share in given.items() if label in STORY) for _, given in rows]
    lines = lines_of(rows)
    return LabelState(
        lines, "en", shares_of(rows), story_shares, [None] * len(rows), [share >= 0.5 for share in story_shares]
    )


def labelled(state: LabelState, label: Label) -> list[str]:
    """The texts of the lines that have the label now."""
    return [line.text for n, line in enumerate(state.lines) if state.label(n) is label]


def story(*texts: str) -> list[Row]:
    return [(text, PARAGRAPH) for text in texts]


def test_a_bio_has_two_lines_below_its_heading() -> None:
    below = [f"She has walked along every river of the county and written {n} books." for n in ("two", "three", "four")]
    state = state_of([*story(*STORY_LINES[:4]), *((text, BIO) for text in ("About the author", *below))])
    bios.bios(state, last=3)
    assert labelled(state, Label.BIO) == ["About the author", *below[:2]]


@pytest.mark.parametrize(("below", "is_bio"), [(1, True), (4, False)])
def test_the_heading_of_a_bio_is_among_the_last_three_lines_of_the_story(below: int, is_bio: bool) -> None:
    """In the middle of the story it may be the subhead of a text about a book."""
    above = 8 - below
    state = state_of([
        *story(*STORY_LINES[:above]), ("About the author", {Label.HEADING: 1.0}), *story(*STORY_LINES[above:])
    ])  # fmt: skip
    bios.bios(state, last=8)
    assert (labelled(state, Label.BIO) != []) is is_bio


def test_twelve_authors_are_looked_for_below_the_story() -> None:
    names = [f"Jane {initial}. Doe" for initial in "ABCDEFGHIJKLM"]
    state = state_of(
        [*((f"By {name}", {}) for name in names), *story(*STORY_LINES[:4]), *((name, {}) for name in names)]
    )
    for n in range(len(names)):
        state.set_label(n, Label.BYLINE, BY)
    bios.bios(state, last=len(names) + 3)
    assert labelled(state, Label.BIO) == names[:12]


@pytest.mark.parametrize(
    ("likely", "others", "share", "is_story"),
    [(3, 10, 0.05, True), (3, 10, 0.02, False), (3, 17, 0.05, False)],  # 3 of 13 lines are 23 %, 3 of 20 are 15 %
)
def test_a_dump_without_signs_of_a_page_is_a_bare_story_with_a_fifth_of_likely_words(
    likely: int, others: int, share: float, is_story: bool
) -> None:
    texts = [f"It was case {letter} in as many years, people said." for letter in "abcdefghijklmnopqrst"]
    unlikely = {Label.PARAGRAPH: share, Label.BIO: 0.9}  # no sign of a page
    rows = [*story(*texts[:likely]), *((text, unlikely) for text in texts[likely : likely + others])]
    verdicts = decided(rows, None)
    assert (verdicts[-1].label is Label.PARAGRAPH) is is_story


@pytest.mark.parametrize(("words", "is_story"), [(8, True), (16, False)])
def test_half_the_share_is_enough_in_a_dump_with_fewer_than_twelve_words_of_likely_text(
    words: int, is_story: bool
) -> None:
    sentence = " ".join(["It", "was", *["very"] * (words - 3), "late."])
    unlikely = {Label.PARAGRAPH: 0.3, Label.NAVIGATION: 0.6}
    rows: list[Row] = [(sentence, PARAGRAPH), *((text, unlikely) for text in STORY_LINES[:2])]
    verdicts = decided(rows, Verdict(Label.CONTROL, BY))
    assert (verdicts[1].label is Label.PARAGRAPH) is is_story


def decided(rows: Sequence[Row], below: Verdict | None) -> list[Verdict]:
    """The verdicts on the rows; with `below`, a last line that a rule gave this verdict."""
    rows = [*rows, *([("Share", {})] if below else [])]
    judged = [*[None] * (len(rows) - 1), below]
    lines = lines_of(rows)
    return decide.complete(lines, [None] * len(rows), judged, np.array(shares_of(rows)), "en")


@pytest.mark.parametrize(("share", "is_byline"), [(0.4, False), (0.6, True)])
def test_a_name_that_the_story_begins_with_is_an_author_only_if_the_model_is_sure(
    share: float, is_byline: bool
) -> None:
    about = "Erika Mustermann said on Monday that the old bridge would be closed to all traffic."
    state = state_of([("Old bridge to stay closed", {}), ("Erika Mustermann", {Label.BYLINE: share}), *story(about)])
    head_bylines.names(state, range(1, 2))
    assert (labelled(state, Label.BYLINE) != []) is is_byline


@pytest.mark.parametrize(("between", "is_byline"), [(9, True), (15, False)])
def test_a_name_of_rare_words_is_close_to_the_headline_for_twelve_lines(between: int, is_byline: bool) -> None:
    """A name close to the headline needs a small share only."""
    rows: list[Row] = [("Old bridge to stay closed", {}), *[("Share", {})] * between]
    rows += [("Ludmilla Brückenbauerova", {Label.BYLINE: 0.05}), *story(STORY_LINES[0])]
    state = state_of(rows)
    head_bylines.names(state, range(1, between + 2))
    assert (labelled(state, Label.BYLINE) != []) is is_byline


@pytest.mark.parametrize(("share", "title"), [(0.07, 2), (0.035, 1)])
def test_a_line_that_is_printed_twice_is_the_headline_with_a_tenth_of_the_largest_share(
    share: float, title: int
) -> None:
    twice = "Old bridge stays closed"
    rows: list[Row] = [
        (twice, {}),
        ("Five things to know this week", {Label.TITLE: 0.5}),
        (twice, {Label.TITLE: share}),
    ]
    assert headline.title(state_of([*rows, *story(*STORY_LINES)]), None) == title


def copies(*texts: str) -> list[str]:
    """The lines that are found to hold the story in one."""
    state = state_of(story(*texts))
    repeated_story.find(state)
    return labelled(state, Label.DUPLICATE)


def long_lines(words: int, count: int) -> list[str]:
    """Lines of so many words that have no word in common."""
    return [" ".join(f"{letter}{word}" for word in _words(words)) for letter in "bcdfg"[:count]]


def _words(count: int) -> list[str]:
    return [f"{first}{second}" for first in "aeiouy" for second in "lmnprstvwz"][:count]


@pytest.mark.parametrize(("words", "is_copy"), [(22, False), (45, True)])
def test_a_line_that_holds_the_whole_story_has_a_hundred_words(words: int, is_copy: bool) -> None:
    parts = long_lines(words, 3)
    assert copies(" ".join(parts), *parts) == ([" ".join(parts)] if is_copy else [])


@pytest.mark.parametrize(("new", "is_copy"), [(30, True), (80, False)])
def test_four_fifths_of_the_line_are_lines_of_the_story(new: int, is_copy: bool) -> None:
    """The lines of the story have 150 words."""
    parts = long_lines(50, 3)
    whole = " ".join([*parts, *long_lines(new // 2, 5)[3:]])
    assert copies(whole, *parts) == ([whole] if is_copy else [])


def test_six_words_at_the_beginning_tell_lines_apart() -> None:
    """Lines may share their first words, and may have few words."""
    parts = [f"On that day the {nth} man said no again." for nth in ("first", "third", "fifth", "sixth", "last")]
    parts += [f"On that day the {nth} woman said yes at last." for nth in ("second", "fourth", "seventh", "eighth")]
    parts += [f"{line[:-1]} and went home." for line in long_lines(9, 5)]
    assert copies(" ".join(parts), *parts) == [" ".join(parts)]


@pytest.mark.parametrize(("false_starts", "is_copy"), [(7, True), (13, False)])
def test_a_copy_is_given_up_after_four_comparisons_for_each_word(false_starts: int, is_copy: bool) -> None:
    """A false start compares the 100 words of a line; the whole has about 210 words."""
    decoy = " ".join(["no"] * 7 + [f"k{word}" for word in _words(60)] + [f"q{word}" for word in _words(33)])
    parts = long_lines(60, 3)
    whole = " ".join(["no"] * (false_starts + 5) + parts)
    assert copies(whole, decoy, *parts) == ([whole] if is_copy else [])


@pytest.mark.parametrize(("word", "is_name"), [("Headmaster", True), ("Landlords", False)])
def test_a_single_word_that_is_not_rare_needs_more_to_be_a_pen_name(word: str, is_name: bool) -> None:
    """The first one is 1.8 of a million words, the second one 3.7."""
    facts = LineFacts(word, "en")
    lines = LabelledLines([facts], [Label.BYLINE], [Verdict(Label.BYLINE, MODEL, 0.45)], [0])
    assert (authors_in(lines) != ()) is is_name


@pytest.mark.parametrize(("between", "published"), [(3, "2024-05-03"), (7, None)])
def test_a_date_is_that_of_the_story_up_to_five_lines_below_it(between: int, published: str | None) -> None:
    """The second date is there because the only date of a dump is always that of its story."""
    texts = [("Old bridge to stay closed", Label.TITLE), *((text, Label.PARAGRAPH) for text in STORY_LINES)]
    texts += [("Share", Label.CONTROL)] * between + [("3 May 2024", Label.TIMESTAMP)]
    texts += [("Contact", Label.NAVIGATION)] * 20 + [("7 June 2023", Label.TIMESTAMP)]
    lines = [Line(text, False, language="en") for text, _ in texts]
    labels = [label for _, label in texts]
    verdicts = [Verdict(label, BY) for label in labels]
    labelled = LabelledLines([line.facts for line in lines], labels, verdicts, range(len(lines)))
    page = Page("a page", lines, labelled, "en", NOTHING_GIVEN, None)
    assert dates_of(page, head_of(labelled)).published.value == published


def test_the_head_of_a_page_without_a_headline_begins_eight_lines_above_the_story() -> None:
    labels = [*[Label.NAVIGATION] * 20, *[Label.PARAGRAPH] * 4]
    facts = [LineFacts(str(label), "en") for label in labels]
    verdicts = [Verdict(label, BY) for label in labels]
    assert head_of(LabelledLines(facts, labels, verdicts, range(24))) == range(12, 22)


LEAD = (
    "A baker of Elm Street has made a loaf as long as his street, with the help of forty neighbours and of the school."
)
TO_READER = "Please mark your words in the text, so that with two clicks you can report the fault to us here and now."


@pytest.mark.parametrize(
    ("text", "label", "share", "between", "is_lead"),
    [
        (LEAD, Label.CAPTION, 0.55, 5, True),
        (LEAD, Label.CONTROL, 0.2, 0, True),
        (LEAD, Label.CAPTION, 0.65, 0, False),  # the model is sure
        (LEAD, Label.CAPTION, 0.55, 6, False),  # too far from the story
        (LEAD, Label.PROMO, 0.3, 0, False),
        (LEAD.replace(" of the school.", " school."), Label.CAPTION, 0.55, 0, True),
        (LEAD.partition(",")[0] + ".", Label.CAPTION, 0.55, 0, False),  # too short
        (LEAD.rstrip("."), Label.CAPTION, 0.55, 0, False),  # no sentence
        (TO_READER, Label.CONTROL, 0.3, 0, False),
    ],
)
def test_running_text_between_the_headline_and_the_story_is_its_first_paragraph(
    text: str, label: Label, share: float, between: int, is_lead: bool
) -> None:
    rows: list[Row] = [("A loaf as long as the street", {}), (text, {label: share, Label.PARAGRAPH: 0.1})]
    state = state_of([*rows, *[("Share", {Label.CONTROL: 0.9})] * between, *story(*STORY_LINES[:3])])
    paragraphs_between.lead(state, range(1, 2 + between))
    assert (state.label(1) is Label.PARAGRAPH) is is_lead


def test_a_line_that_the_story_repeats_is_not_its_first_paragraph() -> None:
    state = state_of([
        ("A loaf as long as the street", {}), (LEAD, {Label.CAPTION: 0.3}), *story(f"{LEAD} It weighs a ton.")
    ])  # fmt: skip
    paragraphs_between.lead(state, range(1, 2))
    assert state.label(1) is not Label.PARAGRAPH


def test_without_a_headline_no_line_above_the_story_is_its_first_paragraph() -> None:
    state = state_of([(LEAD, {Label.CAPTION: 0.3}), *story(*STORY_LINES[:3])])
    paragraphs_between.lead(state, range(0))
    assert state.label(0) is not Label.PARAGRAPH


@pytest.mark.parametrize(("share", "is_caption"), [(0.6, False), (0.4, True)])
def test_a_line_above_an_agency_is_a_caption_if_it_is_no_headline(share: float, is_caption: bool) -> None:
    rows: list[Row] = [("Last bell maker of the valley is saved by its workers", {Label.TITLE: share}), ("AFP", {})]
    lines = [*lines_of(rows), *(Line(text, True, language="en") for text in STORY_LINES[:3])]
    shares = shares_of([*rows, *story(*STORY_LINES[:3])])
    state = LabelState(lines, "en", shares, [0.0, 0.0, 1.0, 1.0, 1.0], [None] * 5, [False, False, True, True, True])
    state.set_label(1, Label.CREDIT, BY)
    captions.find(state)
    assert (state.label(0) is Label.CAPTION) is is_caption


MENU = {Label.NAVIGATION: 0.9, Label.PARAGRAPH: 0.1}
THINGS = ("Hanging lamp Seal", "Wall lamp Heron", "Lamp for stairs Otter", "Standing lamp Bear", "Table lamp Walrus")


def shop(names: Sequence[str], shares: dict[Label, float]) -> list[Row]:
    """A name, a price and a button, for each name."""
    return [row for name in names for row in ((name, shares), ("$129.00", MENU), ("Add to cart", MENU))]


@pytest.mark.parametrize(("count", "is_list"), [(4, False), (5, True)])
def test_the_list_of_a_shop_has_five_entries(count: int, is_list: bool) -> None:
    state = state_of(shop(THINGS[:count], MENU))
    priced_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


@pytest.mark.parametrize(("in_story", "buttons", "is_list"), [(2, 2, True), (3, 2, False), (3, 3, True)])
def test_the_list_of_a_shop_is_text_if_more_than_half_of_it_is_story_and_few_have_buttons(
    in_story: int, buttons: int, is_list: bool
) -> None:
    rows = [*shop(THINGS[:in_story], PARAGRAPH), *shop(THINGS[in_story:], MENU)]
    assert len(THINGS) == 5
    state = state_of([row for n, row in enumerate(rows) if row[0] != "Add to cart" or n // 3 < buttons])
    priced_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


@pytest.mark.parametrize(("lines_to_button", "is_list"), [(3, True), (4, False)])
def test_a_button_is_at_most_three_lines_below_the_last_price(lines_to_button: int, is_list: bool) -> None:
    rows = [row for row in shop(THINGS, PARAGRAPH) if row[0] != "Add to cart"]
    rows[2:2] = [("Add to cart", MENU)] * 2
    state = state_of([*rows, *[("New", MENU)] * (lines_to_button - 1), ("Add to cart", MENU)])
    priced_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


def test_a_list_that_the_model_takes_for_teasers_is_cut_as_those_are() -> None:
    state = state_of(shop(THINGS, {Label.TEASER: 0.6, Label.NAVIGATION: 0.4}))
    priced_entries.find(state)
    assert labelled(state, Label.TEASER) == []


@pytest.mark.parametrize(("lines_between", "is_list"), [(8, True), (9, False)])
def test_nine_lines_are_between_two_prices_of_a_list(lines_between: int, is_list: bool) -> None:
    marks = [("New", MENU)] * (lines_between - 1)
    state = state_of([row for name in THINGS for row in (*marks, (name, MENU), ("$129.00", MENU))])
    priced_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


@pytest.mark.parametrize(("words", "is_list"), [(30, True), (100, False)])
def test_the_list_of_a_shop_has_half_as_many_words_as_the_running_text(words: int, is_list: bool) -> None:
    """The list has 22 words with its prices.  An article recommends a few things beside its text."""
    text = " ".join(["It", *["rained"] * (words - 2), "again."])
    rows = [row for name in THINGS for row in ((name, MENU), ("$129.00", MENU), ("4.5", MENU))]
    state = state_of([(text, PARAGRAPH), *rows])
    priced_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


def test_two_entries_are_enough_below_the_heading_of_other_things() -> None:
    state = state_of([("Customers also bought", MENU), *shop(THINGS[:2], MENU)])
    priced_entries.find(state)
    assert labelled(state, Label.TEASER) == [THINGS[0], "$129.00", THINGS[1], "$129.00"]


def test_sums_of_millions_are_no_prices() -> None:
    state = state_of([row for name in THINGS for row in ((name, MENU), ("$1.5M", MENU))])
    priced_entries.find(state)
    assert labelled(state, Label.TEASER) == []


SHOP = ("Add to cart", MENU)
BUYER = ("Verified buyer", PARAGRAPH)


@pytest.mark.parametrize(
    ("heading", "signs", "are_reviews"),
    [
        ("Customer reviews", ("Verified buyer",), False),
        ("Customer reviews", ("Verified buyer", "5 stars"), True),
        ("Reviews (12)", ("5 stars", "Was this review helpful?"), True),
        ("Reviews", ("4 stars", "5 stars", "Write a review"), False),  # critics give stars too
        ("Annual review", ("5 stars", "4 stars"), False),
    ],
)
def test_reviews_of_buyers_have_two_signs_one_of_which_only_shops_have(
    heading: str, signs: tuple[str, ...], are_reviews: bool
) -> None:
    state = state_of([SHOP, *story(*STORY_LINES[:2]), (heading, PARAGRAPH), *((sign, PARAGRAPH) for sign in signs)])
    customer_reviews.find(state)
    assert (labelled(state, Label.COMMENT) != []) is are_reviews


def test_only_a_page_that_sells_a_thing_has_reviews_of_buyers() -> None:
    state = state_of([*story(*STORY_LINES[:2]), ("Customer reviews", PARAGRAPH), BUYER, ("5 stars", PARAGRAPH)])
    customer_reviews.find(state)
    assert labelled(state, Label.COMMENT) == []


@pytest.mark.parametrize(("between", "goes_on"), [(15, True), (16, False)])
def test_sixteen_lines_are_between_two_signs_of_reviews(between: int, goes_on: bool) -> None:
    lines: list[Row] = [(f"Size {n}", PARAGRAPH) for n in range(between)]
    state = state_of(
        [SHOP, *story(*STORY_LINES[:2]), ("Customer reviews", PARAGRAPH), BUYER, ("5 stars", PARAGRAPH), *lines, BUYER]
    )
    customer_reviews.find(state)
    assert (state.label(len(state.lines) - 1) is Label.COMMENT) is goes_on


@pytest.mark.parametrize(("between", "goes_on"), [(3, True), (4, False)])
def test_three_lines_of_running_text_are_between_two_signs_of_reviews(between: int, goes_on: bool) -> None:
    stars: Row = ("5 stars", PARAGRAPH)
    state = state_of([SHOP, *story(STORY_LINES[7]), BUYER, stars, *story(*STORY_LINES[:between]), stars])
    customer_reviews.find(state)
    assert (state.label(len(state.lines) - 1) is Label.COMMENT) is goes_on


def test_many_headings_of_reviews_take_linear_time() -> None:
    def run(size: int) -> None:
        rows: list[Row] = [("Reviews", PARAGRAPH), ("4 stars", PARAGRAPH)] * (size // 2)
        customer_reviews.find(state_of([SHOP, *story(*STORY_LINES[:2]), *rows]))

    assert grows_linearly(run, 500, 4000)


HEADLINES = (
    "Library lends violins and drums",
    "Festival in the barns shows its programme",
    "Cinema on the square is ninety years old",
    "The castle opens its room of weapons again",
    "Choir of the valley looks for low voices",
)


def section(headlines: Sequence[str], marks: int = 0, date: str = "Yesterday at 18:20") -> list[Row]:
    """Marks, a headline and a date, for each headline."""
    return [row for text in headlines for row in (*[("New", MENU)] * marks, (text, MENU), (date, MENU))]


@pytest.mark.parametrize(("count", "is_list"), [(4, False), (5, True)])
def test_a_list_of_dated_stories_has_five_entries(count: int, is_list: bool) -> None:
    state = state_of(section(HEADLINES[:count]))
    dated_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


@pytest.mark.parametrize(("marks", "is_list"), [(2, True), (3, False)])
def test_three_lines_are_between_two_dates_of_a_list(marks: int, is_list: bool) -> None:
    state = state_of(section([HEADLINES[0], *HEADLINES], marks))
    dated_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


@pytest.mark.parametrize(
    ("texts", "is_list"), [(("The old castle",), True), (("The castle",), False), (("It opened again.",), False)]
)
def test_a_headline_above_a_date_has_three_words_and_no_full_stop(texts: Sequence[str], is_list: bool) -> None:
    state = state_of(section(list(texts) * 5))
    dated_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


@pytest.mark.parametrize(
    ("date", "is_list"),
    [("18:20", True), ("14 May", True), ("Yesterday at 18:20 in the old town", False), ("Room 18", False)],
)
def test_a_date_below_a_headline_is_all_that_its_line_says(date: str, is_list: bool) -> None:
    state = state_of(section(HEADLINES, date=date))
    dated_entries.find(state)
    assert (labelled(state, Label.TEASER) != []) is is_list


def test_dates_below_short_lines_in_a_story_are_part_of_it() -> None:
    state = state_of([*story(*STORY_LINES[:1]), *section(HEADLINES)])
    dated_entries.find(state)
    assert labelled(state, Label.TEASER) == []


@pytest.mark.parametrize(
    ("share", "deck", "upper", "is_upper"),
    [
        (0.15, 0.1, "Swimmers find a bell in the lake", True),
        (0.14, 0.1, "Swimmers find a bell in the lake", False),  # no likely headline
        (0.3, 0.4, "Swimmers find a bell in the lake", False),  # rather a deck
        (0.6, 0.1, "News of the village", True),
        (0.6, 0.1, "Village news today", False),  # three words may be a section
        (0.6, 0.1, "It was missed since the war", False),  # the same in other words
    ],
)
def test_a_line_between_blank_lines_is_the_headline_above_a_deck(
    share: float, deck: float, upper: str, is_upper: bool
) -> None:
    menu = [("Culture", MENU), ("Sports", MENU), ("Letters", MENU), ("Jobs", MENU), ("Trips", MENU)]
    head: list[Row] = [
        (upper, {Label.TITLE: share, Label.DECK: deck}),
        ("It was missed since a war", {Label.TITLE: 0.9}),
    ]
    rows = [*menu, *head, ("By Jane Doe", {}), *story(*STORY_LINES[:2])]
    shares = shares_of(rows)
    lines = [Line(text, apart=n >= len(menu), language="en") for n, (text, _) in enumerate(rows)]
    story_shares = [0.0] * (len(rows) - 2) + [1.0, 1.0]
    state = LabelState(lines, "en", shares, story_shares, [None] * len(rows), [one > 0 for one in story_shares])
    state.set_label(len(menu) + 2, Label.BYLINE, BY)
    assert headline_or_deck.above_deck(state, len(menu) + 1, [len(menu), len(menu) + 1]) == len(menu) + (not is_upper)


@pytest.mark.parametrize(
    ("share", "below", "is_caption"), [(0.9, 0, False), (0.89, 0, True), (0.9, 1, False), (0.9, 2, True)]
)
def test_a_paragraph_that_ends_with_its_agency_is_at_the_end_of_the_story(
    share: float, below: int, is_caption: bool
) -> None:
    last = "Unions asked for a human being on the bridge at all times, and the company said that there had always been one."
    rows: list[Row] = [(f"{last} REUTERS", {Label.PARAGRAPH: share})]
    state = state_of([*story(*STORY_LINES[:2]), *rows, *story(*STORY_LINES[2 : 2 + below])])
    captions.find(state)
    assert (state.label(2) is Label.CAPTION) is is_caption
