"""The effect of each threshold of the package: `python -m bench.thresholds [--jobs N]`.

Halves and doubles every threshold, one at a time, and measures every tenth page of the kit: F1 of the story from text
and from HTML, macro F1 of the labels (all labelled dumps), title, author and date, and for thresholds of `repair` the
spaces put back in every tenth window.  Each page is read with models that saw none of its domain.  `changed` counts the
pages, dumps and windows with any difference in their output: a threshold with 0 in both rows has no effect on the kit.

A threshold is a module-level constant (`NAME: Final = number`), or a number in a module-level object whose class is
called `...Thresholds`, of the modules in PACKAGES.  A constant that is read only while its module is
loaded (as part of a regular expression) can't be changed afterwards and is listed apart.

Results go to `bench/finds/thresholds.jsonl`, one JSON line each, as soon as they are known.  A second run measures only
what is missing there; delete the file after a change of the code.  Not part of CI: a trial takes some seconds.
"""

import argparse
import ast
import gc
import hashlib
import importlib
import inspect
import multiprocessing
import os
import pkgutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final, TypeGuard

import msgspec

from bench import folds, html, kit, labels, metadata, spacing, text
from copydesk import lexicon
from copydesk.desk import clean_dump
from copydesk.document import Cleaned, Metadata
from copydesk.dump import Dump, UnreadableError
from copydesk.labelling import model
from copydesk.readers.html import render_text
from copydesk.repair import boosted_trees

PACKAGES: Final = ("labelling", "metadata", "parsing", "repair")

NOT_THRESHOLDS: Final = frozenset(("copydesk.labelling.model",))
"""Modules whose constants are the arithmetic of the nets."""

EVERY: Final = 10
"""Every tenth page and window is measured."""

RENDERER: Final = "html_text"

FINDS: Final = Path(__file__).with_name("finds") / "thresholds.jsonl"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number in the package: a constant of a module, or a field of a threshold object, or an entry in such a field.

    `field` is empty for a constant; `key` is empty unless the field is a mapping.
    """

    module: str
    constant: str
    field: str
    key: str
    value: float

    @property
    def name(self) -> str:
        """How the threshold is shown: "repair.thresholds.SPACING.likely_by[comma]"."""
        field = f".{self.field}" if self.field else ""
        return f"{self.module.removeprefix('copydesk.')}.{self.constant}{field}" + (f"[{self.key}]" if self.key else "")


class Result(msgspec.Struct, frozen=True):
    """The result of one trial.  `error` is the exception that the tried value caused; "" if there was none."""

    name: str
    value: float
    tried: float
    base: dict[str, float] = {}
    figures: dict[str, float] = {}
    changed: dict[str, int] = {}
    error: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """The inputs that are measured, read once before the trials."""

    pages: Sequence[text.Page]
    html: Sequence[tuple[str, Dump]]
    """(domain, dump) of each HTML page: rendering it needs no threshold that is tried."""

    labelled: Sequence[text.Page]
    windows: Sequence[kit.Window]


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by name, and a digest of each output by the kind of input."""

    figures: dict[str, float]
    outputs: dict[str, list[str]]


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(inspect.getsource(sys.modules[module]))


def thresholds() -> Iterator[Threshold]:
    """Every threshold, module by module."""
    names = [
        f"copydesk.{package}.{info.name}"
        for package in PACKAGES
        for info in pkgutil.iter_modules(importlib.import_module(f"copydesk.{package}").__path__)
    ]
    for name in names:
        if name in NOT_THRESHOLDS:
            continue
        module = importlib.import_module(name)
        for node in tree(name).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                value: object = getattr(module, node.target.id, None)
                if _is_number(value):
                    if "Final" in ast.unparse(node.annotation) and not _names(node.value):
                        yield Threshold(name, node.target.id, "", "", value)
                elif is_dataclass(value) and type(value).__name__.endswith("Thresholds"):
                    yield from _fields(name, node.target.id, value)


def _fields(module: str, constant: str, owner: object) -> Iterator[Threshold]:
    for field in fields(owner):  # type: ignore[arg-type]  # a dataclass, as the caller checked
        value = getattr(owner, field.name)
        if _is_number(value):
            yield Threshold(module, constant, field.name, "", value)
        elif isinstance(value, Mapping):
            numbers = {str(key): number for key, number in value.items() if _is_number(number)}
            yield from (Threshold(module, constant, field.name, key, number) for key, number in numbers.items())


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def holders(threshold: Threshold) -> Iterator[tuple[ModuleType, str]]:
    """(module, name) of the constant: its own module, and each one that imported it by name."""
    yield sys.modules[threshold.module], threshold.constant
    for name, module in list(sys.modules.items()):
        if name.startswith("copydesk.") and getattr(module, "__file__", None):
            for node in ast.walk(tree(name)):
                if isinstance(node, ast.ImportFrom) and node.module == threshold.module:
                    yield from ((module, a.asname or a.name) for a in node.names if a.name == threshold.constant)


def is_read_later(threshold: Threshold) -> bool:
    """Whether a function reads the threshold, so that changing it after loading has an effect."""
    return bool(threshold.field) or any(
        name in _read_in_functions(module.__name__) for module, name in holders(threshold)
    )


@cache
def _read_in_functions(module: str) -> frozenset[str]:
    """The names that the functions of a module read."""
    found: set[str] = set()

    def look(code: CodeType, *, is_function: bool) -> None:
        found.update(code.co_names if is_function else ())
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                look(inner, is_function=bool(inner.co_flags & inspect.CO_NEWLOCALS))

    look(compile(tree(module), module, "exec"), is_function=False)
    return frozenset(found)


def change(threshold: Threshold, value: float) -> None:
    """Give the threshold another value, in this process."""
    if not threshold.field:
        for module, name in list(holders(threshold)):
            setattr(module, name, value)
        return
    owner: object = getattr(sys.modules[threshold.module], threshold.constant)
    new: object = value
    if threshold.key:
        mapping: Mapping[object, float] = getattr(owner, threshold.field)
        new = {key: value if str(key) == threshold.key else number for key, number in mapping.items()}
    object.__setattr__(owner, threshold.field, new)  # frozen for the package; every module shares this object


def read() -> Data:
    """The pages, dumps and windows; loads the models and lists of words, so that the trials need not."""
    gold = kit.gold()
    data = Data(
        pages=text.pages_of(RENDERER)[::EVERY],
        html=[(domain, render_text(markup, name)) for name, domain, markup in html.whole()[::EVERY]],
        labelled=[(f"{row.id}@{row.renderer}", gold[row.id].domain, row.text) for row in kit.labelled()],
        windows=kit.windows()[::EVERY],
    )
    for fold in range(folds.FOLDS):
        folds.settings_without(fold)
        model.load(folds.model_of(fold))
        model.load(folds.page_model_of(fold))
        boosted_trees.load(folds.trees_of(fold))
    for language in {window.language for window in data.windows} | {page.language for page in gold.values()}:
        lexicon.words(language)
        lexicon.ranks(language)
    for name, _, dump in data.pages:
        metadata.stated(gold[name], dump)
    for window in data.windows:
        spacing.wanted(window)
    return data


def measure(data: Data, *, with_windows: bool) -> Measured:
    """The figures of the package as it is in this process."""
    outputs: dict[str, list[str]] = {}
    cleaned = [_cleaned(page) for page in data.pages]
    golds = [kit.gold()[name] for name, _, _ in data.pages]
    stories = [found.article.text if found else "" for found in cleaned]
    facts = [metadata.facts(found.article.metadata if found else Metadata()) for found in cleaned]
    figures = {"text F1": text.figures(golds, stories)[2]}
    outputs["text"] = list(map(_digest, cleaned))
    read = metadata.figures(golds, facts, [dump for _, _, dump in data.pages])
    figures |= {field: score for field, (_, score) in read.items()}
    cleaned = [_cleaned_page(domain, dump) for domain, dump in data.html]
    golds = [kit.gold()[dump.source] for _, dump in data.html]
    figures["HTML F1"] = text.figures(golds, [found.article.text if found else "" for found in cleaned])[2]
    outputs["HTML"] = list(map(_digest, cleaned))
    found = [folds.clean_unseen(page) for page in data.labelled]
    figures["labels"] = labels.figures([each.article for each in found])["labels, macro F1"]
    outputs["labelled"] = list(map(_digest, found))
    if with_windows:
        texts = list(map(spacing.ours, data.windows))
        tally = spacing.tally_of(data.windows, texts)
        figures |= {"spacing recall": tally.recall(None), "spacing wrong": float(tally.wrong.total())}
        outputs["windows"] = texts
    return Measured(figures, outputs)


def _cleaned(page: text.Page) -> Cleaned | None:
    try:
        return folds.clean_unseen(page)
    except UnreadableError:
        return None


def _cleaned_page(domain: str, dump: Dump) -> Cleaned | None:
    try:
        return clean_dump(dump, folds.settings_without(folds.fold_of(domain)))
    except UnreadableError:
        return None


def _digest(found: Cleaned | None) -> str:
    """A digest of all records of a dump; empty for one that was rejected."""
    return hashlib.sha256(msgspec.json.encode(found)).hexdigest() if found else ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Measures a threshold at another value.  Called in a process of its own, which ends afterwards."""

    data: Data
    base: Measured

    def __call__(self, tried: tuple[Threshold, float]) -> Result:
        """The result; an exception that the value causes is part of it."""
        threshold, value = tried
        change(threshold, value)
        try:
            found = measure(self.data, with_windows=threshold.module.startswith("copydesk.repair."))
        except Exception as error:  # noqa: BLE001 - any exception is a finding
            return Result(threshold.name, threshold.value, value, error=f"{type(error).__name__}: {error}")
        changed = {
            kind: sum(one != other for one, other in zip(outputs, self.base.outputs[kind], strict=True))
            for kind, outputs in found.outputs.items()
        }
        base = {name: self.base.figures[name] for name in found.figures}
        return Result(threshold.name, threshold.value, value, base, found.figures, changed)


def trials(known: Sequence[Result]) -> Iterator[tuple[Threshold, float]]:
    """(threshold, value to try) of every trial that has no result yet."""
    done = {(result.name, result.value, result.tried) for result in known}
    for threshold in filter(is_read_later, thresholds()):
        half = threshold.value // 2 if isinstance(threshold.value, int) else threshold.value / 2
        for value in (half, threshold.value * 2):
            if (threshold.name, threshold.value, value) not in done:
                yield threshold, value


def results() -> list[Result]:
    """The results of earlier runs."""
    if not FINDS.is_file():
        return []
    return [msgspec.json.decode(line, type=Result) for line in FINDS.read_bytes().splitlines()]


def table(found: Sequence[Result]) -> str:
    """The results, a row a trial: what each figure gained or lost, and how many outputs changed."""
    names = ("text F1", "HTML F1", "labels", "title", "author", "date", "spacing recall", "spacing wrong")
    rows: list[list[str]] = []
    for result in found:
        gains = [f"{result.figures[n] - result.base[n]:+.4f}" if n in result.figures else "" for n in names]
        changed = result.error or " ".join(f"{kind} {count}" for kind, count in result.changed.items() if count) or "0"
        rows.append([result.name, f"{result.value:g}", f"{result.tried:g}", *gains, changed])
    return folds.table(("threshold", "value", "tried", *names, "changed"), rows)


_RUNNING: list[Trial] = []
"""The trial of this run: workers are forks of this process and find it here, so that no data are copied."""


def _tried(tried: tuple[Threshold, float]) -> Result:
    return _RUNNING[0](tried)


def main(arguments: Sequence[str]) -> None:
    """Measure what is not measured yet, and print the table.  Exits, saying so, where the kit is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.thresholds")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes  [default: one a core]")
    jobs: int = parser.parse_args(arguments).jobs
    data = read()  # first: it loads every module of the road
    waiting = list(trials(results()))
    FINDS.parent.mkdir(exist_ok=True)
    context = multiprocessing.get_context("fork")
    if waiting:
        print(f"{len(waiting)} trials", file=sys.stderr, flush=True)
        _RUNNING[:] = [Trial(data, Measured({}, {}))]
        with context.Pool(1) as pool:  # not in this process: what cleaning remembers depends on the thresholds
            base = pool.apply(_base)
        _RUNNING[:] = [Trial(data, base)]
        gc.freeze()
        with FINDS.open("ab") as finds, context.Pool(jobs, maxtasksperchild=1) as pool:
            for result in pool.imap_unordered(_tried, waiting):
                finds.write(msgspec.json.encode(result) + b"\n")
                finds.flush()
    print(table(sorted(results(), key=lambda result: (result.name, result.tried))))
    fixed = [threshold.name for threshold in thresholds() if not is_read_later(threshold)]
    print("\nread only while a module is loaded, so not tried:", *fixed or ["(no threshold)"], sep="\n  ")


def _base() -> Measured:
    return measure(_RUNNING[0].data, with_windows=True)


if __name__ == "__main__":
    main(sys.argv[1:])
