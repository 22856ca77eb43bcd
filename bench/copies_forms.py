"""Reports that a program fills in: forms in which only names and numbers differ, so that none is a copy of another."""

from random import Random
from typing import Final

NAMES: Final = (
    *("Marlow", "Tessick", "Oakhurst", "Vandermeer", "Calloway", "Brentnor", "Eskdale", "Winslade", "Pargeter"),
    *("Holmwood", "Lindqvist", "Arbogast", "Fennimore", "Garrick", "Stanhope", "Underhill", "Yarrow", "Delacroix"),
)
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FORMS: Final = (
    "{name} Holdings on {day} reported net income of {n} million in its fiscal quarter. The company, which is based in "
    "{other}, said it had net income of {small} cents a share. Earnings, adjusted for costs of {small} cents, came to "
    "{small} cents a share. The results were above what analysts had expected. The average estimate of {small} analysts"
    " was for earnings of {small} cents a share. The company posted revenue of {n} million in the period, while "
    "analysts had expected {n} million. For the current quarter {name} expects revenue between {n} million and {n} "
    "million. Its shares have risen {small} percent since the beginning of the year. When trade closed on {day}, they "
    "were at {n} dollars, a change of {small} percent in the last twelve months.",
    "The weather service has issued a flood warning for the river at {name}, in force until {small} in the evening on "
    "{day}. At the last reading the stage was {n} feet. Flood stage is {n} feet. Minor flooding is occurring and is "
    "forecast to continue. The river is expected to rise to a crest of {n} feet on {day} and to fall below flood stage"
    " after that. At this stage water covers the low road near {other} and reaches the lower parts of gardens. People "
    "who live along the river should watch the water closely and be ready to move. Do not drive through water on the "
    "road: it may be deeper than it looks. The next statement will be issued on {day} at {small} in the morning.",
    "Police in {name} answered {n} calls between {day} and {day}. Officers made {small} arrests, among them that of a "
    "man of {small} years from {other}, who is accused of driving without a licence. There were {small} accidents with"
    " damage and {small} with injuries. A window was broken in the {n} block of {other} Street; there are no suspects."
    " A bicycle was taken from a garage on {name} Avenue and is worth about {n} dollars. All persons named here are "
    "presumed innocent until they are proven guilty in a court of law. Whoever has information about any of these "
    "cases may call the department at any hour, and need not give a name.",
    "{name} beat {other} {small} to {small} on {day} in front of {n} spectators. {third} scored {small} points and had"
    " {small} rebounds, and {name} won for the {small}th time in the last {n} games. {other} led by {small} after the "
    "first quarter, but made only {small} of {n} shots from the field in the second half. {third} made two free throws"
    " with {small} seconds left to put the game out of reach. {name} plays at home again on {day}; {other} has lost "
    "{small} games in a row and goes on the road for the next {small}.",
    "The health office of {name} reported {n} new cases of influenza on {day}, which brings the total of this season "
    "to {n}. {small} persons have died, and {n} are in hospitals, {small} of them in intensive care. In the week before"
    " there were {n} new cases. Influenza is an infection of the nose, throat and lungs. It spreads when people cough,"
    " sneeze or talk. Most people get better without treatment in a week or two, but for some it can be severe. The "
    "office advises all persons over 65 years and all who work with patients to be vaccinated. Stay at home if you are"
    " ill, wash your hands often, and open the windows of rooms in which many people meet. Vaccination is free of "
    "charge at the office and in all pharmacies of the district.",
)


def filled(form: str, seed: Random) -> str:
    """The form with names, days and numbers."""
    name, other, third = seed.sample(NAMES, 3)
    pieces = form.replace("{name}", name).replace("{other}", other).replace("{third}", third)
    while "{" in pieces:
        for slot, value in (
            ("{day}", seed.choice(DAYS)),
            ("{n}", str(round(seed.uniform(12, 990), seed.randint(0, 1)))),
            ("{small}", str(seed.randint(2, 48))),
        ):
            pieces = pieces.replace(slot, value, 1)
    return pieces.replace(". ", ".\n\n")
