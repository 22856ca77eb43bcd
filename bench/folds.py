"""Cross-validation by domain: each page is cleaned by a model that saw no page of its domain.

`python -m training` makes one model a fold beside the shipped one; they lie in `bench/models/`.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from copydesk import clean, config
from copydesk.config import Config, LabelSettings
from copydesk.document import Cleaned

FOLDS: Final = 5
MODELS: Final = Path(__file__).parent / "models"
CHUNK: Final = 8

Result = TypeVar("Result")


def fold_of(domain: str) -> int:
    """The fold that a domain's pages are kept out of training for; the same on every machine."""
    return zlib.crc32(domain.encode()) % FOLDS


def model_of(fold: int) -> Path:
    """Where the model lies that saw nothing of the fold."""
    return MODELS / f"fold-{fold}.npz"


def page_model_of(fold: int) -> Path:
    """The same for the model that reads HTML pages."""
    return MODELS / f"page-{fold}.npz"


def roles_of(fold: int) -> Path:
    """Where the trees of the reader of roles lie that were grown on nothing of the fold."""
    return MODELS / f"roles-{fold}.npz"


def confidence_of(fold: int) -> Path:
    """The same for the trees of the confidence."""
    return MODELS / f"confidence-{fold}.npz"


def trees_of(fold: int) -> Path:
    """Where the trees lie that were grown on nothing of the fold."""
    return MODELS / f"trees-{fold}.npz"


@cache
def settings_without(fold: int) -> Config:
    """The defaults with the model that saw nothing of the fold."""
    default = config.default()
    labels = LabelSettings(str(model_of(fold)), str(page_model_of(fold)), str(roles_of(fold)))
    return replace(default, labels=labels)


def clean_unseen(page: tuple[str, str, str]) -> Cleaned:
    """Clean (id, domain, text) as a page that the model never saw."""
    name, domain, text = page
    return clean(text, source=name, settings=settings_without(fold_of(domain)))


def on_all_cores(work: Callable[[tuple[str, str, str]], Result], pages: Iterable[tuple[str, str, str]]) -> list[Result]:
    """`work` done for every page, in their order, on all cores."""
    with ProcessPoolExecutor() as pool:
        return list(pool.map(work, pages, chunksize=CHUNK))


def table(head: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """Columns of figures under their heads, the first one left-aligned."""
    cells = [tuple(head), *(tuple(f"{c:.3f}" if isinstance(c, float) else str(c) for c in row) for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    lines = (
        "  ".join(c.rjust(w) if n else c.ljust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)
