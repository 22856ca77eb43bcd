"""A fact: a value with its sources.  No evidence, no fact."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from copydesk.document import Sources

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[Value]):
    """A value and where it comes from (see `copydesk.document.Source`)."""

    value: Value
    sources: Sources


NOTHING: Final[Fact[None]] = Fact(None, ())
"""The fact that nothing states."""
