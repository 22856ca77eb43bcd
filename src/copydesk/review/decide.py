"""Makes decisions of what a form of the review desk says, and checks that it is about the record as it is now.

The field `lines` of a form has the chosen lines, "START:END:DIGEST" each, with commas between them.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from copydesk.decisions import Decision, DecisionKind, WrongEdit, digest_of
from copydesk.document import Block, Label
from copydesk.edits import inside
from copydesk.repair import NEEDED
from copydesk.review.choices import HEADLINE
from copydesk.review.current import Current

LABEL: Final = "label:"
WRONG_EDIT: Final = "wrong_edit"
TAKE_BACK: Final = "take_back"
"""What the field `act` of a form may be: "label:caption", "label:headline" and these two."""

MAX_DIGITS: Final = 10
"""Digits of the number of an edit."""

CHANGED: Final = "this page has changed since it was shown: load it again"


class WrongFormError(ValueError):
    """A form that does not say what the page offers; the message is for the reviewer."""


def decisions_of(form: Mapping[str, str], now: Current, reviewer: str) -> list[Decision]:
    """The decisions in a form about a record: at least one.  Raises WrongFormError if there is none."""
    act = form.get("act", "")
    if act == TAKE_BACK:
        return _taken_back(form.get("decision", ""), now, reviewer)
    blocks = _blocks(form.get("lines", ""), now)
    if act == WRONG_EDIT:
        return _made(now, reviewer, DecisionKind.WRONG_EDIT, blocks[:1], edit=_edit(form, now, blocks[0]))
    value = act.removeprefix(LABEL)
    if not act.startswith(LABEL) or value not in (HEADLINE, *Label):
        raise WrongFormError(f"no such decision: {act!r}")
    if value != HEADLINE:
        return _made(now, reviewer, DecisionKind.LABEL, blocks, label=Label(value))
    if len(blocks) > 1:
        raise WrongFormError("a page has one headline: choose one line")
    return _made(now, reviewer, DecisionKind.HEADLINE, blocks)


def _blocks(given: str, now: Current) -> list[Block]:
    """The lines that a form is about."""
    article = now.cleaned.article
    raw = article.raw()
    known = {f"{one.start}:{one.end}:{digest_of(raw[one.start : one.end])}": one for one in article.blocks}
    wanted = given.split(",")
    if not given or not all(one in known for one in wanted):
        raise WrongFormError(CHANGED if given else "choose a line first")
    return [known[one] for one in wanted]


def _edit(form: Mapping[str, str], now: Current, block: Block) -> WrongEdit:
    """The edit of the line that a form is about."""
    edits = inside(now.cleaned.article.edits, block.start, block.end)
    number = form.get("edit", "")
    if not (number.isascii() and number.isdecimal() and len(number) < MAX_DIGITS and int(number) < len(edits)):
        raise WrongFormError("choose an edit of the line first" if edits else "this line has no edit")
    edit = edits[int(number)]
    if not NEEDED.isdisjoint(edit.rules):
        raise WrongFormError("this edit is needed: Markdown must not have control characters")
    return WrongEdit(edit.start, edit.before, edit.after)


def _taken_back(wanted: str, now: Current, reviewer: str) -> list[Decision]:
    """Takes back the decision with this id; without an id, what was decided last, of one line or of several at once."""
    decided = now.decided.decisions
    if not decided:
        raise WrongFormError("there is no decision to take back")
    last = max(decided, key=lambda one: one.at)
    found = [one for one in decided if (one.id == wanted if wanted else one.stroke == last.stroke)]
    if not found:
        raise WrongFormError(CHANGED)
    stroke, at = uuid.uuid4().hex, _now()
    return [
        Decision(f"{stroke}-{n}", at, reviewer, DecisionKind.TAKE_BACK, one.record, one.source, takes_back=one.id)
        for n, one in enumerate(found)
    ]


def _made(
    now: Current,
    reviewer: str,
    kind: DecisionKind,
    blocks: Sequence[Block],
    label: Label | None = None,
    edit: WrongEdit | None = None,
) -> list[Decision]:
    article = now.cleaned.article
    raw = article.raw()
    stroke, at = uuid.uuid4().hex, _now()
    return [
        Decision(
            id=f"{stroke}-{n}",
            at=at,
            by=reviewer,
            kind=kind,
            record=article.id,
            source=article.source,
            start=block.start,
            end=block.end,
            digest=digest_of(raw[block.start : block.end]),
            label=label,
            edit=edit,
        )
        for n, block in enumerate(blocks)
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
