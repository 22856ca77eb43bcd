"""Make the models: `python -m training [page] [further | second] [all | FOLD ...]`; the shipped one is `all`.

With `further` each one starts from the weights in its file, and takes a quarter of the time.  With `second` it makes
the network for pages of which the first is unsure (`Model.second`), and adds it to the file; so this comes last.

Reads the benchmark kit, writes `src/copydesk/labelling/model.npz` and, for each fold, `bench/models/fold-N.npz`; with
`page` those for HTML pages, `page.npz` and `page-N.npz`.
The labelled examples are kept in `training/.cache` between runs; delete it after a change of the edit stages, of
the features, of the rules for lines or of the labels.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import numpy as np
import torch
from bench import kit
from bench.folds import FOLDS, fold_of, model_of, page_model_of

from copydesk import npz
from copydesk.labelling.features import Features, Floats, columns, rule_columns
from copydesk.labelling.model import (
    ADDED,
    LABELS,
    SECOND,
    SHARED,
    SHIPPED,
    SHIPPED_FOR_PAGES,
    STEPS,
    WEIGHT_STEPS,
    Model,
    load,
)
from training import further, markup, sources
from training.examples import ALONE, MIXED, PAGE, Example, examples, mixed, stories_alone
from training.net import DILATIONS, SECOND_EPOCHS, UNKNOWN_WORDS, Net, Scale, batch, scale, train

Arrays: TypeAlias = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]

WORDS: Final = ("page", "further", "second")
"""The words of the command line that name no model."""

CACHE: Final = Path(__file__).parent / ".cache"
TIMES_MIXED: Final = 1
"""Mixed dumps of each page and renderer."""

RENDERERS_TO_MIX: Final = ("html_text",)
"""The renderers of which dumps are mixed.  With all seven, twice, the first training took hours on two cores."""

SEEDS: Final = (1,)
SEEDS_FOR_PAGES: Final = (1, 2, 3)
"""A net for each.  Three nets choose a page's lines better than one (F1 .9627 and .9585 on the first fold); for texts,
where it was .001 to .002, it would cost more time than it is worth."""

MOST_APART: Final = 0.1
"""Of the shares that torch and numpy give, for the rounding of weights and of what layers give."""


def main(wanted: list[str]) -> None:
    """Make the models that are named, all of them by default, on all cores."""
    for_pages, is_further, is_second = (word in wanted for word in WORDS)
    names = [name for name in wanted if name not in WORDS] or ["all", *map(str, range(FOLDS))]
    plain = (PAGE,) if for_pages else kit.RENDERERS
    to_mix = () if for_pages else RENDERERS_TO_MIX
    renderers = (*plain, *(renderer + MIXED for renderer in to_mix), *(() if for_pages else (ALONE,)))
    _label_all(plain, renderers)
    _known(renderers)  # read once, before there are several processes
    make = (
        partial(_make_second, renderers, for_pages=for_pages)
        if is_second
        else partial(_make, renderers, for_pages=for_pages, is_further=is_further)
    )
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        for path in pool.map(make, names):
            print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


@cache
def _known(renderers: tuple[str, ...]) -> list[Example]:
    return [example for renderer in renderers for example in _examples(renderer)]


def _make(renderers: tuple[str, ...], name: str, *, for_pages: bool, is_further: bool) -> Path:
    """Train one model, write it and check it."""
    path, seen, like = _begun(renderers, name, for_pages=for_pages)
    seeds = SEEDS_FOR_PAGES if for_pages else SEEDS
    begins: Sequence[Mapping[str, torch.Tensor] | None] = [None] * len(seeds)
    if is_further:
        before = further.start(path, like, page=for_pages)
        like, begins = before.scale, before.nets
    nets = [train(seen, like, seed, begin) for seed, begin in zip(seeds, begins, strict=True)]
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **_model_arrays(nets, like))
    _check(nets, like, path, load(path), _known(renderers))
    return path


def _make_second(renderers: tuple[str, ...], name: str, *, for_pages: bool) -> Path:
    """Train the second network of a model, add it to the file and check it."""
    path, seen, like = _begun(renderers, name, for_pages=for_pages)
    like = further.start(path, like, page=for_pages).scale
    net = train(seen, like, SEEDS[0], epochs=SECOND_EPOCHS, unknown_words=UNKNOWN_WORDS)
    first = {name: array for name, array in npz.read(path).items() if not name.startswith(SECOND)}
    own = {f"{SECOND}{name}": array for name, array in _model_arrays([net], like).items() if name not in SHARED}
    np.savez_compressed(path, allow_pickle=False, **first, **own)
    written = load(path).second
    if written is None:
        raise ValueError(f"{path}: the file has no second network")
    _check([net], like, path, written, _known(renderers))
    return path


def _begun(renderers: tuple[str, ...], name: str, *, for_pages: bool) -> tuple[Path, list[Example], Scale]:
    """The file of a model, the examples that it may see, and their scale."""
    fold = None if name == "all" else int(name)
    shipped, own = (SHIPPED_FOR_PAGES, page_model_of) if for_pages else (SHIPPED, model_of)
    path = shipped if fold is None else own(fold)
    print(f"{path.name}: training", flush=True)
    seen = [example for example in _known(renderers) if fold is None or fold_of(example.domain) != fold]
    return path, seen, scale([example for example in seen if not example.renderer.endswith(MIXED)])


def _label_all(plain: Sequence[str], renderers: Sequence[str]) -> None:
    """Make the examples that the cache lacks, on all cores."""
    with ProcessPoolExecutor() as pool:
        for some in (plain, renderers):  # the mixed ones are made of the others
            list(pool.map(_label, [renderer for renderer in some if not _kept(renderer).is_file()]))


def _label(renderer: str) -> None:
    """Make a renderer's examples and keep them."""
    print(f"{renderer}: labelling", flush=True)
    if renderer == ALONE:
        made = list(stories_alone())
    elif renderer.endswith(MIXED):
        made = list(mixed(list(_examples(renderer.removesuffix(MIXED))), TIMES_MIXED))
    else:
        made = list(examples(renderer, {page: list(markup.words(html)) for page, html in sources.html()}))
    CACHE.mkdir(exist_ok=True)
    _keep(made, _kept(renderer))


def _kept(renderer: str) -> Path:
    return CACHE / f"{renderer}.npz"


def _examples(renderer: str) -> Iterable[Example]:
    """From the cache."""
    path = _kept(renderer)
    with np.load(path, allow_pickle=False) as arrays:
        heads = msgspec.json.decode(arrays["heads"].tobytes(), type=list[tuple[str, str, str]])
        parts = {name: np.split(arrays[name], arrays[f"{name}.ends"][:-1]) for name in _PARTS}
        for n, (page, domain, source) in enumerate(heads):
            own = {name: parts[name][n] for name in _PARTS}
            own["dense"] = own["dense"].astype(np.float32)  # half the memory
            yield Example(
                page,
                domain,
                source,
                Features(**{name: own[name] for name in Features.__dataclass_fields__}),
                **{name: own[name] for name in _TARGETS},
            )


_TARGETS: Final = ("story", "labels", "read")
_PARTS: Final = (*Features.__dataclass_fields__, *_TARGETS)


def _keep(made: list[Example], path: Path) -> None:
    arrays: Arrays = {}
    for name in _PARTS:
        own = [getattr(example if name in _TARGETS else example.features, name) for example in made]
        arrays[name] = np.concatenate(own)
        arrays[f"{name}.ends"] = np.cumsum([len(part) for part in own])
    heads = msgspec.json.encode([(example.page, example.domain, example.renderer) for example in made])
    np.savez(path, allow_pickle=False, heads=np.frombuffer(heads, dtype=np.uint8), **arrays)


def _arrays(net: Net) -> Arrays:
    """The weights as whole numbers of steps, in the names that `copydesk.labelling.model` reads."""
    weights = {name: value.detach().numpy().astype(np.float64) for name, value in net.state_dict().items()}
    named = {
        "embedding": weights["embedding.weight"],
        "in": weights["inside.weight"].T,
        "in.bias": weights["inside.bias"],
        "first": weights["first.weight"].T,
        "first.bias": weights["first.bias"],
        "likeness": weights["likeness.weight"].T,
        "likeness.bias": weights["likeness.bias"],
        "out": weights["out.weight"].T,
        "out.bias": weights["out.bias"],
    }
    for layer in range(len(DILATIONS)):
        around = weights[f"around.{layer}.weight"]
        named |= {
            f"{layer}.around": np.hstack([around[:, :, place].T for place in range(3)]),
            f"{layer}.page": weights[f"page.{layer}.weight"].T,
            f"{layer}.bias": weights[f"around.{layer}.bias"] + weights[f"page.{layer}.bias"],
            f"{layer}.norm": weights[f"norm.{layer}.weight"],
            f"{layer}.norm.bias": weights[f"norm.{layer}.bias"],
        }
    whole = np.iinfo(np.int16)
    return {"dilations": np.array(DILATIONS)} | {
        name: np.clip(np.rint(value * (STEPS if name.endswith(ADDED) else WEIGHT_STEPS)), whole.min, whole.max).astype(
            np.int16
        )
        for name, value in named.items()
    }


def _model_arrays(nets: Sequence[Net], like: Scale) -> Arrays:
    """What the file of a model holds, by name."""
    arrays: Arrays = {
        "labels": np.array([str(label) for label in LABELS]),
        "columns": np.array(columns(rule_columns(), page=bool(nets[0].levels))),
        "nets": np.array(len(nets)),
        "mean": like.mean,
        "deviation": like.deviation,
        "words": like.words.astype(np.uint32),
    }
    for number, net in enumerate(nets):
        arrays |= {f"{number}.{name}": array for name, array in _arrays(net).items()}
    return arrays


def _check(nets: Sequence[Net], like: Scale, path: Path, written: Model, known: Sequence[Example]) -> None:
    """Raise ValueError where the written model, run by numpy, says otherwise than the nets that torch trained."""
    inexact = max(net.unit_sums() for net in written.nets)
    if inexact >= 1:
        raise ValueError(f"{path}: sums may be {inexact:.2f} times what single precision holds exactly")
    for example in known[:: len(known) // 50]:
        theirs = sum(_shares(net, like, example) for net in nets) / len(nets)
        apart = float(np.abs(theirs - written.shares(example.features)).max())
        if apart > MOST_APART:
            raise ValueError(f"{path}: the model that was written differs by {apart:.3f} on {example.page}")


def _shares(net: Net, like: Scale, example: Example) -> Floats:
    net.eval()
    with torch.no_grad():
        scores, _ = net(batch([example], like, None))
    shares: Floats = torch.softmax(scores, 1).numpy()[: len(example.labels)]
    return shares


if __name__ == "__main__":
    main(sys.argv[1:])
