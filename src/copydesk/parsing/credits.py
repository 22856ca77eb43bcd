"""Photo credits: agencies, "Photo: ...", the photographer's name beside an agency."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import CLOSING_QUOTES, DASHES, SENTENCE_ENDS
from copydesk.parsing import outlets
from copydesk.parsing.agencies import AGENCY, agencies
from copydesk.parsing.people import is_person
from copydesk.parsing.picture_labels import says_source
from copydesk.vocabulary import VOCABULARY, hint_words, one_of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a picture's credit.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_words: int = 14
    """Words of a credit.  A longer line that names an agency is a sentence, or a caption that contains its credit."""

    max_characters: int = 420
    """Characters of a credit: 30 for each of the 14 words.  A longer line is not a credit; its words are not
    counted."""

    max_at_end: int = 170
    """Characters of the credit at the end of a caption."""

    max_words_at_end: int = 18
    """Words of the credit at the end of a caption: "Photo by Jane Doe and John Roe/Example News via Example Images"."""

    max_name_words: int = 4
    """Words of a name in a credit without an agency."""

    max_other_words: int = 2
    """Words next to the agency that are not a name, like "Archive" or "Europe"."""


THRESHOLDS: Final = Thresholds()

_WORDS: Final = VOCABULARY.picture
_LABELLED = re.compile(
    rf"(?:{one_of((*_WORDS.nouns, *_WORDS.nouns_at_beginning))}s?(?:\s{one_of(_WORDS.after_noun)})?|"
    rf"{one_of((*_WORDS.words, *_WORDS.words_at_beginning))})(?:\([a-z]\))?\s?"
    r"[:\N{FULLWIDTH COLON}/|\N{COPYRIGHT SIGN}]\s*\S",
    re.IGNORECASE,
)
MAX_ANNOUNCEMENT: Final = 40
"""Characters of a line like "Photography by".  Set with the cases of the tests, November 2026."""

_PICTURES_BY = re.compile(one_of(VOCABULARY.picture.before_photographer), re.IGNORECASE)
_BY = re.compile(
    rf"(?i:{one_of((*_WORDS.nouns, *_WORDS.nouns_at_beginning))})s?\s{one_of(_WORDS.before_name)}\s[A-Z](?!.*[.!?]$)"
)
_SEPARATOR = re.compile(r"[|/,;:()\N{BULLET}\N{MIDDLE DOT}\N{COPYRIGHT SIGN}]|\s-\s|\b(?:via|for|by|and)\b")
_COLON: Final = r"[:\N{FULLWIDTH COLON}]"
_NAMES: Final = (*_WORDS.nouns, *_WORDS.words, *_WORDS.in_captions)
_LABEL_INSIDE = re.compile(
    rf"(?<=[\s.(\[|\N{{IDEOGRAPHIC FULL STOP}}])[(\[]?"
    rf"(?:{one_of(_NAMES)}s?(?:\([a-z]\))?(?:\s{one_of(_WORDS.after_noun)})?\s?{_COLON}\s?(?=[^\s.:])"
    rf"|{one_of((*_WORDS.nouns, *_WORDS.words))}s?\s?/\s?(?=[^\s.:])"
    rf"|{one_of((*_WORDS.nouns, *_WORDS.words))}s?\s{one_of(_WORDS.before_name)}\s(?=(?-i:[^\W\d_a-z]))"
    rf"|{one_of(_WORDS.courtesy)}\s(?=(?-i:[^\W\d_a-z]))|\N{{COPYRIGHT SIGN}}\s?(?=[^\W\d]))",
    re.IGNORECASE,
)
_AGENCY_BEFORE_NAME = re.compile(r"(?<=[^,;:]\s)(?:AP Photo|AP|AFP|REUTERS|Reuters|EPA|dpa)\s?/\s?(?=[^\W\d_a-z])")
_BRACKETS = re.compile(
    r"[(\[\N{FULLWIDTH LEFT PARENTHESIS}](?P<inside>[^()\[\]\uff08\uff09]{2,90})"
    r"[)\]\N{FULLWIDTH RIGHT PARENTHESIS}]\.?$"
)
_LAST = re.compile(
    rf"(?:(?<=[{SENTENCE_ENDS}{CLOSING_QUOTES})])\s(?P<last>[^{SENTENCE_ENDS}]{{2,80}})"
    r"|(?<=\N{IDEOGRAPHIC FULL STOP})(?P<shot>[\u4e00-\u9fff]{2,10}[\u6444\u651d]))$"
)
"""A name behind the last sentence.  Chinese has no space before it, but the word for "shot"."""

_BEHIND_DASH = re.compile(rf"\s[{DASHES}|/-]\s(?P<last>[^{SENTENCE_ENDS}{DASHES}|]{{2,60}})$")
_BY_PERSON = re.compile(
    rf"(?:(?<=[{SENTENCE_ENDS}{CLOSING_QUOTES}]\s)|[(\[])"
    rf"(?i:{one_of((*_WORDS.nouns, *_WORDS.words))}s?\s{one_of(_WORDS.before_person)})\s"
    rf"(?P<name>[^()\[\]{SENTENCE_ENDS}]{{3,60}})[)\]]?\.?$"
)
"""The photographer behind the word for "by" of another language: "(Foto di Anna Esempio)"."""

_PROVIDED = re.compile(rf"(?:{'|'.join(_WORDS.at_end)})$")
_ENDS_WITH_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.?$")
_SLASH = re.compile(r"\s?/\s?")
_EMPTY_LABEL = re.compile(
    rf"(?:{one_of((*_WORDS.nouns, *_WORDS.words, *_WORDS.words_at_beginning))})s?\s?:?$", re.IGNORECASE
)
_LABEL_BEFORE = re.compile(
    rf"[(\[]?{one_of((*_NAMES, *_WORDS.nouns_at_beginning, *_WORDS.words_at_beginning))}s?"
    rf"(?:\s{one_of(_WORDS.after_noun)})?\s?{_COLON}\s?",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"[(\[]?{one_of(_WORDS.alone)}[)\]]?", re.IGNORECASE)
_SOURCE = re.compile(rf"[(\[]?{one_of(_WORDS.sources)}\s?{_COLON}", re.IGNORECASE)
_AROUND_CAPTION: Final = f" |/{DASHES}-(["
_STARTS: Final = tuple(
    hint_words((
        *(*_NAMES, *_WORDS.nouns_at_beginning, *_WORDS.words_at_beginning, *_WORDS.courtesy),
        *(*_WORDS.before_caption, *_WORDS.before_source),
    ))
)  # fmt: skip
_ENDS: Final = tuple(hint_words(_WORDS.at_end))
_IN_PICTURE = re.compile(
    rf"^FILE\s[{DASHES}-]|^{one_of(_WORDS.opens_caption)}|(?<!\w)(?i:{one_of(_WORDS.in_picture)})(?!\w)"
    rf"|^(?i:{one_of(_WORDS.place)}\s?[:\N{{FULLWIDTH COLON}}]\s?)(?=[^\W\d_a-z]|[\"\N{{LEFT DOUBLE QUOTATION MARK}}])"
    rf"|^(?i:{one_of((*_WORDS.nouns, *_WORDS.words))}\s\d{{1,2}}\s?:\s)"
)
IN_PICTURE_WORDS: Final = hint_words((*_WORDS.in_picture, *_WORDS.place, *_WORDS.nouns, *_WORDS.words)) | {"file"}
"""Folded words.  Each line for which `is_in_picture` is true has one of them, or `opens_caption`."""

_OPENS: Final = tuple(_WORDS.opens_caption)

_SENTENCE_END = re.compile(r"[.!?\N{IDEOGRAPHIC FULL STOP}]$")


def opens_caption(line: str) -> bool:
    """Whether the line begins as captions do in a language without spaces: "The picture shows ..." in Chinese."""
    return line.startswith(_OPENS)


def is_in_picture(line: str) -> bool:
    """Whether the line says where somebody is in a picture, or that it is old: "Jane Doe (left)", "File photo"."""
    return _IN_PICTURE.search(line) is not None


def is_marked_in_picture(line: str) -> bool:
    """Whether the line says that in brackets or in its first words: "Jane Doe (left)", "FILE - Jane Doe"."""
    return any(found.start() == 0 or found[0][0] in "([" for found in _IN_PICTURE.finditer(line))


def is_hint(word: str) -> bool:
    """Whether the word, folded, may be part of a credit.  Every credit without an agency or a sign has such a word."""
    return word.startswith(_STARTS) or word.endswith(_ENDS)


def is_credit(line: str, *, says_credit: bool) -> bool:
    """Whether the line credits a picture by itself: it names an agency, or says "Photo: ..." (`says_credit`).

    "Submitted photo" is a credit too: it has no name.
    """
    if len(line) > THRESHOLDS.max_characters or len(line.split()) > THRESHOLDS.max_words:
        return False
    if says_credit or _ALONE.fullmatch(line):
        return True
    if line.startswith("\N{COPYRIGHT SIGN}") and _is_name(line[1:].strip()):
        return True
    if _SENTENCE_END.search(line) or ":" in line or not AGENCY.search(line):
        return False
    if line.split()[0].casefold() in outlets.FIRST_WORDS:  # "About AFP"
        return False
    found = agencies(line)
    return bool(found) and all(map(_may_be_beside, _beside(line, found)))


def says_credit(line: str) -> bool:
    """Whether the line begins like a credit: "Photo: ...", "photos by Jane Doe", "Image source, Jane Doe"."""
    return _LABELLED.match(line) is not None or _BY.match(line) is not None or says_source(line)


@dataclass(frozen=True, slots=True)
class Parts:
    """A caption and the credit at its end.  `is_sure`: the words of the credit leave no doubt that it is one."""

    caption: str
    credit: str
    is_sure: bool = True


def parts(line: str, *, says_credit: bool) -> Parts | None:
    """The caption and its credit in a line like "The bridge. Photo: Jane Doe"; None if no credit ends the line.

    A line that begins like a credit (`says_credit`) has no caption.
    """
    if says_credit:
        return None
    start = max(0, len(line) - THRESHOLDS.max_at_end)
    both = (_LABEL_INSIDE.search(line, start), _AGENCY_BEFORE_NAME.search(line, start))
    found = min(filter(None, both), key=lambda one: one.start(), default=None)
    if found and _may_end(line[found.start() :]):
        return _cut(line, found.start())
    name = _name_at_end(line, start)
    return (
        None
        if name is None
        or _is_name(name.caption.strip("\N{COPYRIGHT SIGN} "))
        or _ENDS_WITH_INITIAL.search(name.caption)
        else name
    )


def _name_at_end(line: str, start: int) -> Parts | None:
    """The caption and the names at its end that no word like "photo" announces."""
    by_person = _BY_PERSON.search(line, start)
    if by_person and is_person(by_person["name"]):
        return _cut(line, by_person.start())
    brackets = _BRACKETS.search(line, start)
    if brackets:
        says = _PROVIDED.search(brackets["inside"]) is not None
        sure = says or _names_agency(brackets["inside"])
        is_name = _is_name(brackets["inside"]) and line[: brackets.start()].rstrip()[-1:] in SENTENCE_ENDS
        return _cut(line, brackets.start(), is_sure=sure) if sure or is_name or _is_pair(brackets["inside"]) else None
    last = _LAST.search(line, start)
    if last and last["shot"]:
        return _cut(line, last.start("shot"))
    if last:
        sure = _names_agency(last["last"]) or _PROVIDED.search(last["last"]) is not None
        return _cut(line, last.start("last"), is_sure=sure) if sure or _is_pair(last["last"]) else None
    last = _BEHIND_DASH.search(line, start)
    if last:
        sure = _names_agency(last["last"])
        return _cut(line, last.start(), is_sure=sure) if sure or is_person(last["last"]) else None
    return None


def _may_end(credit: str) -> bool:
    """Whether the rest of the line may be a credit and no sentence."""
    return len(credit.split()) <= THRESHOLDS.max_words_at_end and not credit.endswith(":")


def _cut(line: str, start: int, *, is_sure: bool = True) -> Parts | None:
    """The line cut at the credit; None if no caption is before it."""
    caption = line[:start].rstrip(_AROUND_CAPTION)
    credit = line[start:].strip().lstrip(f"|/{DASHES}- ")
    return Parts(caption, bare(credit), is_sure) if caption else None


def _names_agency(text: str) -> bool:
    """Whether the text is an agency with names beside it, and no part of a sentence."""
    found = agencies(text)
    return bool(found) and all(map(_may_be_beside, _beside(text, found)))


def _is_pair(text: str) -> bool:
    """Whether the text is two names with a slash between them: "Jane Doe / Example Pictures"."""
    names = _SLASH.split(text)
    return len(names) == 2 and all(map(_is_name, names))


def _is_name(text: str) -> bool:
    """Whether each word begins with a capital: the name of a person or a firm."""
    words = text.split()
    return (
        0 < len(words) <= THRESHOLDS.max_name_words
        and all(word[0].isupper() for word in words)
        and not _EMPTY_LABEL.match(text)
    )


def _beside(line: str, found: Sequence[tuple[int, int]]) -> list[str]:
    """The parts of the line beside the agencies that were found in it."""
    bare = line
    for start, end in reversed(found):
        bare = f"{bare[:start]}|{bare[end:]}"
    return [part for part in map(str.strip, _SEPARATOR.split(bare)) if part]


def _may_be_beside(part: str) -> bool:
    """Whether part of a credit is a name, or at most two words like "Archive" or "Europe"."""
    return is_person(part) or (
        len(part.split()) <= THRESHOLDS.max_other_words and all(word[:1].isupper() for word in part.split())
    )


_PHOTOGRAPHER = re.compile(r"(?P<name>[^/|]{3,40}?)\s?[/|]\s?\S")


def is_photographer(line: str) -> bool:
    """Whether the line names a person before the agency, as pictures' credits do: "Jane Doe/AFP"."""
    found = _PHOTOGRAPHER.match(line)
    return found is not None and is_person(found["name"].strip())


def without_label(credit: str) -> str:
    """What is after the word of a credit: "Source: AFP" is "AFP"."""
    found = _LABEL_BEFORE.match(credit)
    return (credit[found.end() :] if found else credit).strip(" ().[]")


def bare(credit: str) -> str:
    """The credit as printed; only the agency of a credit that names nobody else: "Photo: AFP", "(AP)"."""
    found = _LABEL_BEFORE.match(credit)
    name = credit[found.end() :] if found else credit
    name = name.strip(" ().\N{COPYRIGHT SIGN}")
    return name if is_agency(name) else credit


def announces_photographer(line: str) -> bool:
    """Whether the name of a photographer is on the line below: "Photography by"."""
    return len(line) <= MAX_ANNOUNCEMENT and _PICTURES_BY.fullmatch(line) is not None


def is_only_label(credit: str) -> bool:
    """Whether the line is only the word before a credit: "Photo", "Foto:"."""
    return _EMPTY_LABEL.fullmatch(credit) is not None


def names_source(credit: str) -> bool:
    """Whether the line says where the story comes from, as credits of pictures do: "Source: AFP"."""
    return _SOURCE.match(credit) is not None


def is_agency(line: str) -> bool:
    """Whether the line is only the name of an agency."""
    return AGENCY.fullmatch(line) is not None
