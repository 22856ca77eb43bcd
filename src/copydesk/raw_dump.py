"""A dump that a program hands over, instead of the name of a file: a text, the bytes of a file, or an HTML page.

`copydesk.readers.raw_dumps` reads it.
"""

from dataclasses import dataclass
from enum import StrEnum

from copydesk.dump import NOTHING_GIVEN, SuppliedMetadata


class Form(StrEnum):
    """What a raw dump is: ANY is found out from its beginning and its source, as for a file."""

    ANY = "any"
    PAGE = "page"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class RawDump:
    """A raw dump with its source: decoded `text`, or `data`, or the path of a `file`; and facts from other places.

    A RECORD is a line of JSON Lines; its source is already that of the record.
    """

    source: str
    text: str | None = None
    data: bytes | None = None
    file: str | None = None
    form: Form = Form.ANY
    given: SuppliedMetadata = NOTHING_GIVEN
