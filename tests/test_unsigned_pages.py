"""Sections of pages that no date and no byline signs are story; what is beside them, or on a signed page, is not."""

import numpy as np
import pytest

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling import Line, Verdict, unsigned_pages
from copydesk.labelling.decide import MODEL
from copydesk.labelling.model import LABELS
from copydesk.labelling.state import PLACE

INTRODUCTION = "Oat Mill Desk puts the mail and the calls of a shop in one list, so that two people never answer twice."
CARD = "Let the desk sort the mail while you sleep, and see in the morning who waits for what."
PHRASE = Rule("label.opening", "a rule for a single line")


def line(text: str, markup: dict[str, int]) -> Line:
    return Line(text, False, tuple(markup.get(column, 0) for column in COLUMNS))


def label_of_card(
    *,
    text: str = CARD,
    label: Label = Label.PROMO,
    rule: Rule = MODEL,
    share: float = 0.3,
    above: Label = Label.PARAGRAPH,
    around: str = "main",
    **markup: int,
) -> Label:
    """The label of a card below a line of the story; a line with the label `above` is above both."""
    main = {"around main": 1, "block p": 1}
    lines = [
        line("Northford, 3 May", main),
        line(INTRODUCTION, main | ({"around article": 1} if around == "article" else {})),
        line(text, {f"around {around}": 1, "block p": 1} | {name.replace("_", " "): n for name, n in markup.items()}),
    ]
    verdicts = [Verdict(above, MODEL), Verdict(Label.PARAGRAPH, MODEL, 1.0), Verdict(label, rule, 0.6)]
    shares = np.zeros((3, len(LABELS)))
    shares[2, PLACE[Label.PARAGRAPH]] = share
    return unsigned_pages.find(lines, shares, verdicts)[2].label


def test_a_card_of_an_unsigned_page_is_story() -> None:
    """What the rule fixes."""
    assert label_of_card() is Label.PARAGRAPH
    assert label_of_card(label=Label.TEASER) is Label.PARAGRAPH
    assert label_of_card(text="Mail without night shifts") is Label.HEADING
    assert label_of_card(block_li=1) is Label.LIST_ITEM


@pytest.mark.parametrize("signed", [Label.BYLINE, Label.TIMESTAMP])
def test_an_offer_on_a_signed_page_stays_outside(signed: Label) -> None:
    """What the rule leaves."""
    assert label_of_card(above=signed) is Label.PROMO


@pytest.mark.parametrize("around", ["nav", "header", "footer", "aside", "form", "button", "article"])
def test_a_card_inside_furniture_or_beside_an_article_stays_outside(around: str) -> None:
    assert label_of_card(around=around) is Label.PROMO


def test_what_looks_like_a_card_stays_outside() -> None:
    """What tempts the rule: links to other pages, phrases that a rule knows, lines that the model is sure of."""
    assert label_of_card(link_share=1000) is Label.PROMO
    assert label_of_card(rule=PHRASE) is Label.PROMO
    assert label_of_card(share=0.05) is Label.PROMO
    assert label_of_card(label=Label.NAVIGATION) is Label.NAVIGATION


def test_a_text_has_no_markup_that_says_what_is_outside() -> None:
    lines = [Line(INTRODUCTION, False), Line(CARD, True)]
    verdicts = [Verdict(Label.PARAGRAPH, MODEL, 1.0), Verdict(Label.PROMO, MODEL, 0.6)]
    shares = np.full((2, len(LABELS)), 1 / len(LABELS))
    assert unsigned_pages.find(lines, shares, verdicts) == verdicts


def test_a_page_that_sells_one_thing_has_rules_of_its_own() -> None:
    main = {"around main": 1, "block p": 1}
    lines = [line("Add to cart", main), line(INTRODUCTION, main), line(CARD, main)]
    verdicts = [Verdict(label, MODEL) for label in (Label.CONTROL, Label.PARAGRAPH, Label.PROMO)]
    shares = np.full((3, len(LABELS)), 1 / len(LABELS))
    assert unsigned_pages.find(lines, shares, verdicts) == verdicts
