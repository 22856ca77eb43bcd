"""Text from dumps has no effect on a terminal, also in the file of rejects."""

import json
import tomllib

import pytest

from copydesk.document import Label, Reject
from copydesk.profile_draft import ProfileDraft
from copydesk.store import reject_line
from copydesk.terminal import HARMFUL, shown

ACTING = "\x1b]0;title\x07\x1b[2J\x9b31m\u202eabc\u2066\u061c\u2028end\x7f\x00"


@pytest.mark.parametrize("text", [ACTING, *ACTING])
def test_a_reject_has_no_acting_character_and_reads_back(text: str) -> None:
    reject = Reject(f"box.jsonl#{text}", "unreadable", f"it says {text}")
    line = reject_line(reject)
    assert not HARMFUL.search(line.removesuffix("\n"))
    assert json.loads(line) == {"source": reject.source, "reason": reject.reason, "detail": reject.detail}


def test_other_scripts_stay_readable() -> None:
    text = "Ärger in Überlingen, 日本語, فارسی‌ها"
    assert text in reject_line(Reject(text, "empty", ""))
    assert shown(text) == text


def test_what_acts_is_named() -> None:
    assert shown("a\x1b[2J\u202eb\nc") == "a<U+001B>[2J<U+202E>b↵c"


@pytest.mark.parametrize("text", [ACTING, *ACTING, 'a "quoted" \\ line'])
def test_a_draft_of_a_profile_has_no_acting_character_and_reads_back(text: str) -> None:
    found = ProfileDraft("x.org", 3, text, ((text, Label.CONTROL, 3),)).to_toml()
    assert not HARMFUL.search(found.replace("\n", ""))
    read = tomllib.loads(found)
    assert (read["publisher"], read["lines"][0]["pattern"]) == (text, text)
