"""The result never depends on the day of the run, and a coming event's date is not the date of publication."""

import datetime

import pytest

from copydesk import config, desk
from copydesk.document import Record
from copydesk.readers import html

STORY = "The council of the town will open its new market hall after four years of work, the mayor said on Monday."

FUTURE = "2031-03-04"

PAGES = {
    "an event in the text": (f"<p>The fair opens on {FUTURE}.</p>", None),
    "a link to a page of that day": ('<p><a href="/2031/03/04/fair">The fair</a></p>', None),
    "a notice": ("<footer>© 2031 Town Post. Updated 5 March 2031</footer>", None),
    "words without a year": ('<span class="date">March 5</span>', None),
    "an element for times": (f'<time datetime="{FUTURE}">March</time>', FUTURE),
    "an element marked as a date": ('<div class="entry-date">4 March 2031</div>', FUTURE),
    "a statement": (f'<meta name="date" content="{FUTURE}">', FUTURE),
}


def clean(body: str) -> Record:
    page = f"<html><head><title>A new hall</title></head><body><h1>A new hall</h1><p>{STORY}</p>{body}</body></html>"
    return desk.clean_dump(html.render(page.encode(), "page.html"), config.default()).article


class _Clock(datetime.datetime):
    """A clock that is set to a day long ago, for the modules of htmldate."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "_Clock":
        return cls(2020, 1, 1, tzinfo=tz)


@pytest.mark.parametrize("name", PAGES)
def test_the_day_of_the_run_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body, published = PAGES[name]
    today = clean(body)
    assert (today.metadata.published or "")[:10] == (published or "")
    monkeypatch.setattr("htmldate.validators.datetime", _Clock)
    assert clean(body) == today
