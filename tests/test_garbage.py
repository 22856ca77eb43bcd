"""Python's searches for unused cycles of objects: paused while a dump is cleaned, and as before afterwards."""

import gc
from collections.abc import Callable, Iterator

import pytest

from copydesk import clean, clean_html, desk, garbage, html_lines

TEXT = "Old bridge to stay closed\n\nThe council voted on Monday evening to close the old bridge until next spring.\n"


@pytest.fixture(autouse=True)
def _unchanged_collector() -> Iterator[None]:
    yield
    gc.enable()


def test_python_searches_again_after_a_pause_also_if_the_work_fails() -> None:
    with garbage.paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), garbage.paused():
        raise KeyError
    assert gc.isenabled()


def test_a_program_that_has_switched_the_searches_off_keeps_them_off() -> None:
    gc.disable()
    with garbage.paused():
        pass
    assert not gc.isenabled()


def test_no_search_while_a_dump_is_cleaned_or_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    enabled: list[bool] = []

    def noted(function: Callable[..., object]) -> Callable[..., object]:
        def noting(*arguments: object) -> object:
            enabled.append(gc.isenabled())
            return function(*arguments)

        return noting

    monkeypatch.setattr(desk, "label_dump", noted(desk.label_dump))
    monkeypatch.setattr(html_lines, "parse", noted(html_lines.parse))
    clean(TEXT)
    clean_html(f"<html><body><h1>Old bridge to stay closed</h1><p>{TEXT}</p></body></html>")
    assert len(enabled) > 2
    assert not any(enabled)
    assert gc.isenabled()
