"""What is remembered of an article: what decides which record of a cluster is the canonical one."""

from typing import Final

import msgspec

from copydesk.document import Kind, Record
from copydesk.source_memory.sources import host_of
from copydesk.stored_records import StoredStory

MIN_WORDS: Final = 20
"""Stories with fewer words are left out: they say too little to know whether they are copies."""


class Story(msgspec.Struct, frozen=True, array_like=True):
    """An article; `agency_own` says that the publisher is the agency that the story names."""

    id: str
    source: str
    host: str
    published: str
    words: int
    complete: bool
    agency_own: bool

    @property
    def rank(self) -> tuple[bool, bool, str, int, str]:
        """Smaller for a better canonical record: the agency's own, complete, the earliest, the longest, by its id."""
        return not self.agency_own, not self.complete, self.published or "9", -self.words, self.id

    @property
    def reason(self) -> str:
        """Why it is the canonical record, if it is."""
        if self.agency_own:
            return "the agency's own"
        return "the earliest" if self.published else "the longest"


def story_of(record: Record | StoredStory, words: int) -> Story | None:
    """The story of a record with this number of words; None if it is no article, or too short."""
    if record.kind is not Kind.ARTICLE or words < MIN_WORDS:
        return None
    own = record.metadata
    return Story(
        id=record.id,
        source=record.source,
        host=host_of(own.url),
        published=own.published or "",
        words=words,
        complete=record.quality is None or record.quality.complete is not False,
        agency_own=bool(own.agency) and (own.agency or "").casefold() in (own.publisher or "").casefold(),
    )
