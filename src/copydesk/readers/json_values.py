"""The values of a stream of JSON, one by one: of lists of any size, and of values that follow each other.

Commas, brackets of lists and white space between values count for nothing, so these are all read alike: a list, several
lists one after the other, objects with or without commas between them, indented or not.  A value that is not JSON costs
only itself: the next one begins where the next object begins.
"""

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from copydesk.readers.byte_lines import is_broken

CHUNK_BYTES: Final = 262_144
NEAR_END: Final = 16
"""Characters before the end of what was read in which an error may mean only that the rest is not read yet."""

LONGEST_BETWEEN: Final = 250
"""Characters that a pattern for the beginning of an object can match.  They are searched again with what follows."""

_BETWEEN = re.compile("[\\s,\\[\\]\x1e\ufeff]*+")
_SPACE = re.compile(r"[\s,]*+")
_COLON = re.compile(r"(?<!\s)\s*+:\s*+")
_LIST_OF_OBJECTS = re.compile(r"\[\s*+\{")
_NEXT_IN_LINE = re.compile(r'\}\s{0,100},?\s{0,100}(?=\{\s{0,100}")|\n[ \t]{0,100}\[?(?=\{)')
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Value:
    """A value's bytes as UTF-8; they may be no JSON.

    `under` is the key of the list in which it is, if that list is in an object.
    """

    raw: bytes
    under: str | None = None


TOO_LONG: Final = Value(b"")
"""In place of a value that is longer than the limit."""


class Values:
    """Reads the values of a stream, each of at most about `limit` characters.

    `text` is the part of the stream that is in memory, and `at` the place in it where the next value is searched.
    Bytes that are not UTF-8 are escaped in it.  If `source`, the stream from which it comes, breaks off, the last value
    is left out.
    """

    def __init__(self, stream: io.BufferedReader | IO[bytes], limit: int, source: object):
        self._stream, self._limit, self._source = stream, limit, source
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._at_end = False
        self._text = ""
        self._at = 0

    def __iter__(self) -> Iterator[Value]:
        while self._skip(_BETWEEN):
            end = self._end()
            if end is not None:
                yield self._take(end)
            elif self._is_long() and self._text[self._at] == "{" and _LIST_OF_OBJECTS.search(self._text, self._at):
                yield from self._inside()
            else:
                yield from self._bad()

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Go to the next character that the pattern does not match; False if the stream ends before it."""
        while True:
            found = pattern.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return True
            if not self._more():
                return False

    def _more(self) -> bool:
        """Read more, if what is not used yet is within the limit; False if it is not, or the stream has ended."""
        self._forget()
        if self._at_end or self._is_long():
            return False
        wanted = max(CHUNK_BYTES, min(len(self._text), self._limit))  # twice as much, so that few values are read twice
        data = self._stream.read(wanted)
        self._at_end = not data
        self._text += self._decoder.decode(data, self._at_end)
        return not self._at_end

    def _forget(self) -> None:
        """Forget what is far before the present value; what is near says how far the value is indented."""
        cut = self._at - LONGEST_BETWEEN
        if cut > 0:
            self._text, self._at = self._text[cut:], LONGEST_BETWEEN

    def _is_long(self) -> bool:
        return len(self._text) - self._at >= self._limit

    def _end(self) -> int | None:
        """The end of the value that begins here; None if it is not JSON, or too long."""
        while True:
            try:
                return _DECODER.raw_decode(self._text, self._at)[1]
            except json.JSONDecodeError as error:
                is_cut = error.pos > len(self._text) - NEAR_END or error.msg.startswith("Unterminated string")
            except (ValueError, RecursionError):  # a number of thousands of digits; thousands of brackets
                is_cut = False
            if not is_cut or not self._more():
                return None

    def _take(self, end: int, under: str | None = None) -> Value:
        raw = self._text[self._at : end].encode("utf-8", "surrogateescape")
        self._at = end
        return Value(raw, under)

    def _bad(self, under: str | None = None) -> Iterator[Value]:
        """What is no JSON, up to the beginning of the next object."""
        before = self._text[self._text.rfind("\n", 0, self._at) + 1 : self._at]
        begins_line = not before.strip(" \t[")
        pattern = re.compile(rf"\n[ \t]{{0,{min(len(before), 100)}}}\[?(?=\{{)") if begins_line else _NEXT_IN_LINE
        searched = self._at + 1
        is_long = False
        while True:
            found = pattern.search(self._text, searched)
            if found:
                break
            searched = max(self._at + 1, len(self._text) - LONGEST_BETWEEN) - self._at
            if self._is_long():
                is_long = True
                self._at, searched = self._at + searched, 0
            has_more = self._more()
            searched += self._at
            if not has_more and self._at_end:
                break
        end = found.end() if found else len(self._text)
        value = self._take(end, under)
        if found or not is_broken(self._source):
            yield TOO_LONG if is_long else Value(value.raw.rstrip(b", \r\n\t["), under)

    def _inside(self) -> Iterator[Value]:
        """The objects in the lists of an object that is too long to be read as a whole, such as {"articles": [...]}."""
        self._at += 1
        while self._skip(_SPACE) and self._text[self._at] != "}":
            end = self._end() if self._text[self._at] == '"' else None
            if end is None:
                yield from self._bad()
                return
            key = str(json.loads(self._take(end).raw))
            if not self._skip(_COLON):
                return
            if self._text[self._at] == "[":
                yield from self._listed(key)
            elif (end := self._end()) is not None:
                self._at = end
            elif self._is_long() and self._text[self._at] == "{":
                yield from self._inside()
            else:
                yield from self._bad()
                return
        self._at += 1

    def _listed(self, key: str) -> Iterator[Value]:
        self._at += 1
        while self._skip(_SPACE) and self._text[self._at] != "]":
            is_object = self._text[self._at] == "{"
            end = self._end()
            if end is None:
                yield from self._bad(key)
            elif is_object:
                yield self._take(end, key)
            else:
                self._at = end
        self._at += 1
