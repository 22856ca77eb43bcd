"""Makes docs/api.md from the docstrings: `python -m tools.api_page` writes it, and a test says if it is out of date."""

import dataclasses
import enum
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import copydesk

PAGE: Final = Path(__file__).parents[1] / "docs" / "api.md"

HEAD: Final = """# The library

This page is made from the docstrings by `python -m tools.api_page`. Everything here is imported from `copydesk`:

```python
import copydesk

for outcome in copydesk.read("seeds"):
    if isinstance(outcome, copydesk.Reject):
        print(outcome.source, outcome.reason, outcome.detail)
    else:
        print(outcome.article.metadata.title, len(outcome.article.text), len(outcome.teasers))
```
"""

_MODULE = re.compile(r"\b(?:copydesk|pathlib|collections\.abc|datetime|typing)\.(?:\w+\.)*(?=[A-Z])")
_QUOTED = re.compile(r"['\"]([A-Za-z]\w*)['\"]")


def page() -> str:
    """The whole page in Markdown."""
    found = [getattr(copydesk, name) for name in copydesk.__all__]
    functions = [one for one in found if inspect.isfunction(one)]
    errors = [one for one in found if inspect.isclass(one) and issubclass(one, Exception)]
    types = [one for one in found if inspect.isclass(one) and one not in errors]
    parts = [HEAD, "## Functions\n", *map(_function, functions), "## Types\n", *map(_type, types), "## Errors\n"]
    parts += [f"### {one.__name__}\n\nA `{one.__bases__[0].__name__}`. {_doc(one)}\n" for one in errors]
    return "\n".join(parts)


def _function(one: Callable[..., object], owner: str = "") -> str:
    name = one.__name__
    signature = inspect.signature(one)
    parameters = [each for each in signature.parameters.values() if each.name not in ("self", "cls")]
    lines = [f"    {_clean(str(each))},\n" for each in parameters if each.kind is not each.KEYWORD_ONLY]
    named = [f"    {_clean(str(each))},\n" for each in parameters if each.kind is each.KEYWORD_ONLY]
    inside = "".join([*lines, *(["    *,\n"] if named else []), *named])
    result = _clean(inspect.formatannotation(signature.return_annotation))
    brackets = f"(\n{inside})" if inside else "()"
    level = "####" if owner else "###"
    return f"{level} {owner}{name}\n\n```text\n{owner}{name}{brackets} -> {result}\n```\n\n{_doc(one)}\n"


def _type(one: type) -> str:
    text = f"### {one.__name__}\n\n{_doc(one)}\n"
    if issubclass(one, enum.Enum):
        return text + f"\nIts values: {', '.join(f'`{value.value}`' for value in one)}.\n"
    if dataclasses.is_dataclass(one):
        rows = [f"| `{each.name}` | `{_type_of(each)}` | {_default(each)} |" for each in dataclasses.fields(one)]
        text += "\n" + "\n".join(["| field | type | default |", "| --- | --- | --- |", *rows]) + "\n"
    own = [value for name, value in vars(one).items() if not name.startswith("_")]
    methods = [value.__func__ if isinstance(value, classmethod) else value for value in own]
    return text + "".join("\n" + _function(each, f"{one.__name__}.") for each in methods if inspect.isfunction(each))


def _type_of(field: "dataclasses.Field[object]") -> str:
    kind = field.type if isinstance(field.type, str) else inspect.formatannotation(field.type)
    return _clean(kind).replace("|", "\\|")


def _default(field: "dataclasses.Field[object]") -> str:
    if field.default is dataclasses.MISSING:
        return "" if field.default_factory is dataclasses.MISSING else "empty"
    if dataclasses.is_dataclass(field.default):
        return "its defaults"
    return f"`{field.default!r}`".replace("|", "\\|")


def _clean(annotation: str) -> str:
    """An annotation without the names of modules and without quotation marks."""
    given = re.sub(r"= SuppliedMetadata\(.*\)$", "= NOTHING_GIVEN", annotation)
    return _QUOTED.sub(r"\1", _MODULE.sub("", given)) if "= " not in given else _MODULE.sub("", given)


def _doc(one: object) -> str:
    return inspect.cleandoc(one.__doc__ or "")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
