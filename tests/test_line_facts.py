"""Each line of a dump is parsed once, and a line that comes again is remembered."""

import sys
from collections import Counter
from collections.abc import Callable
from types import FunctionType, ModuleType

import pytest

import copydesk
from conftest import ROOT
from copydesk.labelling import line_facts
from copydesk.labelling.line_facts import MAX_REMEMBERED_CHARACTERS, LineFacts, facts_of
from copydesk.parsing import byline_forms, byline_segments, bylines, copyrights, credits, dates

PARSERS = (byline_forms, byline_segments, bylines, copyrights, credits, dates)
DUMPS = sorted([*(ROOT / "tests" / "golden" / "dumps").glob("*.txt"), *(ROOT / "seeds").glob("*.txt")])


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """How often each parser was called with the same arguments, from outside the package of parsers."""
    counted: Counter[object] = Counter()

    def watch(module: ModuleType, name: str, parser: Callable[..., object]) -> None:
        def watched(*arguments: object, **named: object) -> object:
            caller = sys._getframe(1).f_globals["__name__"]
            if not caller.startswith(bylines.__package__ or "?"):
                counted[module.__name__, name, repr(arguments), repr(named)] += 1
            return parser(*arguments, **named)

        monkeypatch.setattr(module, name, watched)

    for module in PARSERS:
        for name, parser in vars(module).copy().items():
            is_own = isinstance(parser, FunctionType) and parser.__module__ == module.__name__
            if is_own and name not in ("is_hint", "is_word", "day"):  # these read words and dates, not lines
                watch(module, name, parser)
    return counted


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_no_parser_reads_a_line_twice(path: object, calls: Counter[object]) -> None:
    line_facts.forget()
    copydesk.clean(getattr(path, "read_bytes")())  # noqa: B009
    assert calls
    assert [call for call, times in calls.items() if times > 1] == []


def test_a_line_that_comes_again_is_not_parsed_again(calls: Counter[object]) -> None:
    raw = DUMPS[0].read_bytes()
    line_facts.forget()
    first = copydesk.clean(raw)
    parsed = calls.total()
    assert copydesk.clean(raw) == first
    assert calls.total() < 2 * parsed


def test_what_is_remembered_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    line_facts.forget()
    monkeypatch.setattr(line_facts, "MAX_REMEMBERED", 3)
    for number in range(10):
        facts_of(f"line {number}", "en")
        assert len(line_facts._REMEMBERED) <= 3
    long = "x" * (MAX_REMEMBERED_CHARACTERS + 1)
    assert facts_of(long, "en") is not facts_of(long, "en")
    assert facts_of("By Ada Poe", "en") is facts_of("By Ada Poe", "en")
    assert facts_of("Von Ada Poe", "en") is not facts_of("Von Ada Poe", "de")
    line_facts.forget()


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("It rained.", True),
        ("It rained.”)", True),
        ("It rained:", True),
        ("雨が降った。", True),
        ("It rained", False),
        ("(It rained)", False),
        ('"', False),
        ("It rained." + ")" * 20, True),
    ],
)
def test_how_a_line_ends(text: str, ends: bool) -> None:
    assert LineFacts(text, "en").ends is ends
