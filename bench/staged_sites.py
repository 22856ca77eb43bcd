"""Pages of invented newspapers, and ten ways in which a real site changes: for `bench.drift` and the tests of drift.

A page is a text dump.  All words are made up; the same number gives the same page.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

PLACES: Final = ("Northford", "Easterby", "Westhaven", "Southmoor", "Millbrook", "Oakridge", "Fernhill", "Ashdown")
WORKS: Final = ("bridge", "harbour", "library", "railway", "theatre", "market", "hospital", "airfield")
FIRST: Final = ("Anna", "Peter", "Ruth", "Daniel", "Clara", "Martin", "Helen", "Simon", "Laura", "David")
LAST: Final = ("Becker", "Holloway", "Marsh", "Tanner", "Fletcher", "Whitcombe", "Sandford", "Kerr", "Aldous")
MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")

MENU: Final = ("Front page", "Council", "Farming", "Weather", "Letters to the editor", "Sport", "Property", "Archive")
FOOT: Final = ("About us", "Contact the newsroom", "Terms of use", "Privacy policy", "Advertise with us", "Newsletters")
OTHER_MENU: Final = ("Home", "Latest", "Politics", "Business", "Culture", "Podcasts", "Events", "Shop", "Sign in")
OTHER_FOOT: Final = ("Follow us", "Careers", "Cookie settings", "Accessibility", "Corrections", "Site map", "Help")

SENTENCES: Final = (
    "The council of {place} voted on Monday evening to close the {work}, which {count} people use each day.",
    "{person}, who has run the {work} for {few} years, said that the plan had been made without asking anyone.",
    "Work is to begin in {month} and to cost {few} million pounds, of which the county pays about a half.",
    "In {other}, where a similar {work} was closed {few} years ago, shops lost a third of their customers.",
    '"We were promised a new one by {month}, and there is still nothing there but mud," {person} said.',
    "The mayor answered that the {work} had not been safe since the storm, and that repairs would take {count} days.",
    "About {count} people signed a letter against the decision, among them most of the teachers of {place}.",
    "A report by engineers from {other} had warned of cracks in the {work} as early as {month} of last year.",
    "Buses from {place} to {other} will take a longer way, which adds some {few} minutes to each trip.",
    "{person} said at the meeting that {few} families would have to move, and that no one had written to them.",
    "The opposition wants the county to look at the plan again, and has asked for a vote before {month}.",
    "Older residents remember that the {work} was built by {count} men in a single winter after the war.",
)
GERMAN: Final = (
    "Der Rat von {place} will am Montag den Betrieb einstellen, den täglich {count} Menschen nutzen.",
    "{person} leitet das Haus seit {few} Jahren und sagte, der Plan sei ohne jedes Gespräch entstanden.",
    "Die Arbeiten sollen bald beginnen und {few} Millionen kosten, von denen der Kreis etwa die Hälfte übernimmt.",
    "In {other}, wo vor {few} Jahren ähnlich entschieden wurde, verloren die Läden ein Drittel ihrer Kunden.",
    "Die Bürgermeisterin antwortete, seit dem Sturm sei nichts mehr sicher, und die Reparatur dauere {count} Tage.",
    "Etwa {count} Menschen haben einen Brief gegen die Entscheidung unterschrieben, darunter viele Lehrer aus {place}.",
    "Ein Gutachten aus {other} hatte schon im vergangenen Jahr vor Rissen gewarnt, doch niemand las es.",
    "Busse von {place} nach {other} fahren künftig einen Umweg, der jede Fahrt um {few} Minuten verlängert.",
)


@dataclass(frozen=True, slots=True)
class StagedPage:
    """The parts of a page: menu, head, story and foot, each of lines."""

    menu: tuple[str, ...]
    title: str
    byline: str
    date: str
    story: tuple[str, ...]
    foot: tuple[str, ...]

    @property
    def text(self) -> str:
        """The page as a dump."""
        head = [line for line in (self.title, self.byline, self.date) if line]
        return "\n\n".join([*self.menu, *head, *self.story, *self.foot]) + "\n"


def page(number: int) -> StagedPage:
    """A page of the paper as it has always been; a few have no byline or no date, as on real sites."""
    own = random.Random(number)
    place, other = own.sample(PLACES, 2)
    work = own.choice(WORKS)
    month, day = own.choice(MONTHS), own.randint(1, 28)
    verb = own.choice(("fights for", "may lose", "argues about", "closes"))
    return StagedPage(
        menu=MENU,
        title=f"{place} {verb} its {work} after {own.randint(20, 90)} years",
        byline=f"By {person(own)}" if own.random() < 0.95 else "",
        date=f"Published {day} {month} 2025" if own.random() < 0.97 else "",
        story=tuple(_paragraphs(own, SENTENCES, place, other, work)),
        foot=FOOT,
    )


def person(own: random.Random) -> str:
    """A name."""
    return f"{own.choice(FIRST)} {own.choice(LAST)}"


def _paragraphs(own: random.Random, sentences: tuple[str, ...], place: str, other: str, work: str) -> list[str]:
    chosen = own.sample(sentences, own.randint(6, len(sentences)))
    texts = [
        sentence.format(
            place=place,
            other=other,
            work=work,
            person=person(own),
            month=own.choice(MONTHS),
            count=own.randint(40, 9_000),
            few=own.randint(2, 30),
        )
        for sentence in chosen
    ]
    return [" ".join(texts[start : start + 2]) for start in range(0, len(texts), 2)]


def _other_template(own: StagedPage) -> StagedPage:
    return replace(own, menu=OTHER_MENU, foot=OTHER_FOOT)


def _paywall(own: StagedPage) -> StagedPage:
    offer = ("This article is for subscribers", "Subscribe now to continue reading", "Already a subscriber? Log in")
    return replace(own, story=(own.story[0], *offer))


def _consent(own: StagedPage) -> StagedPage:
    wall = (
        "We value your privacy",
        "We and our 843 partners store and access information on a device, such as cookies, and process personal data.",
        "Accept all",
        "Reject all",
        "Manage options",
    )
    return StagedPage((), "", "", "", wall, ())


def _empty_shell(own: StagedPage) -> StagedPage:
    return replace(own, title="", byline="", date="", story=("Please enable JavaScript to view this page.",))


def _other_language(own: StagedPage) -> StagedPage:
    numbers = random.Random(own.title)
    place, other = numbers.sample(PLACES, 2)
    story = tuple(_paragraphs(numbers, GERMAN, place, other, ""))
    byline = own.byline.replace("By ", "Von ")
    return replace(
        own, title=f"{place} streitet seit {numbers.randint(3, 20)} Jahren um sein Theater", byline=byline, story=story
    )


def _bot_check(own: StagedPage) -> StagedPage:
    check = ("Checking your browser before accessing the site", "Please verify that you are human", "Ray ID: 8f3c2a91d")
    return StagedPage((), "", "", "", check, ())


def _cut(own: StagedPage) -> StagedPage:
    return replace(own, story=(f"{own.story[0][:120]}...",))


CHANGES: Final[Mapping[str, Callable[[StagedPage], StagedPage]]] = {
    "new template": _other_template,
    "paywall": _paywall,
    "consent wall": _consent,
    "empty shell": _empty_shell,
    "other language": _other_language,
    "dates gone": lambda own: replace(own, date=""),
    "authors gone": lambda own: replace(own, byline=""),
    "titles gone": lambda own: replace(own, title=""),
    "bot check": _bot_check,
    "cut stories": _cut,
}
"""The ten changes by their names."""
