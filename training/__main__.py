"""Make the models: `python -m training [all | FOLD ...]`; the shipped one is `all`.

Reads the benchmark kit, writes `src/copydesk/labelling/model.npz` and, for each fold, `bench/models/fold-N.npz`.
The labelled examples are kept in `training/.cache` between runs; delete it after a change of the edit stages, of
the features or of the rules for lines.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import numpy as np
import torch
from bench import kit
from bench.folds import FOLDS, fold_of, model_of

from copydesk.labelling.features import Features, Floats
from copydesk.labelling.model import SHIPPED, load
from training import markup
from training.examples import ALONE, LABELS, MIXED, Example, examples, mixed, stories_alone
from training.net import DILATIONS, Net, Scale, batch, train

Arrays: TypeAlias = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]

CACHE: Final = Path(__file__).parent / ".cache"
TIMES_MIXED: Final = 2
"""Mixed dumps of each page and renderer."""

MOST_APART: Final = 0.05
"""Of the shares that torch and numpy give, for the rounding of weights."""

FRACTION_BITS: Final = 12
"""Weights are whole multiples of 2**-12."""


def main(wanted: list[str]) -> None:
    """Make the models that are named, all of them by default."""
    renderers = (*kit.RENDERERS, *(renderer + MIXED for renderer in kit.RENDERERS), ALONE)
    known = [example for renderer in renderers for example in _examples(renderer)]
    for name in wanted or ["all", *map(str, range(FOLDS))]:
        fold = None if name == "all" else int(name)
        path = SHIPPED if fold is None else model_of(fold)
        print(f"{path.name}: training", flush=True)
        seen = [example for example in known if fold is None or fold_of(example.domain) != fold]
        plain = [example for example in seen if not example.renderer.endswith(MIXED)]
        nets = [train(plain), train(seen)]
        path.parent.mkdir(exist_ok=True)
        _write([_arrays(net, scale) for net, scale in nets], path)
        _check(nets, path, known)
        print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


def _examples(renderer: str) -> Iterable[Example]:
    """From the cache; made, and kept there, where they are missing."""
    path = CACHE / f"{renderer}.npz"
    if not path.is_file():
        print(f"{renderer}: labelling", flush=True)
        if renderer == ALONE:
            made = list(stories_alone())
        elif renderer.endswith(MIXED):
            made = list(mixed(list(_examples(renderer.removesuffix(MIXED))), TIMES_MIXED))
        else:
            made = list(examples(renderer, {page: list(markup.words(html)) for page, html in kit.pages()}))
        CACHE.mkdir(exist_ok=True)
        _keep(made, path)
    with np.load(path, allow_pickle=False) as arrays:
        heads = msgspec.json.decode(arrays["heads"].tobytes(), type=list[tuple[str, str, str]])
        parts = {name: np.split(arrays[name], arrays[f"{name}.ends"][:-1]) for name in _PARTS}
        for n, (page, domain, source) in enumerate(heads):
            own = {name: parts[name][n] for name in _PARTS}
            yield Example(
                page,
                domain,
                source,
                Features(**{name: own[name] for name in Features.__dataclass_fields__}),
                own["story"],
                own["labels"],
                own["read"],
            )


_PARTS: Final = (*Features.__dataclass_fields__, "story", "labels", "read")


def _keep(made: list[Example], path: Path) -> None:
    arrays: Arrays = {}
    for name in _PARTS:
        own = [getattr(example if name in ("story", "labels", "read") else example.features, name) for example in made]
        arrays[name] = np.concatenate(own)
        arrays[f"{name}.ends"] = np.cumsum([len(part) for part in own])
    heads = msgspec.json.encode([(example.page, example.domain, example.renderer) for example in made])
    np.savez(path, allow_pickle=False, heads=np.frombuffer(heads, dtype=np.uint8), **arrays)


def _arrays(net: Net, scale: Scale) -> Arrays:
    """The weights as whole numbers with their scales, in the names that `copydesk.labelling.model` reads."""
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
            f"{layer}.around": np.concatenate([around[:, :, place].T for place in range(3)]),
            f"{layer}.page": weights[f"page.{layer}.weight"].T,
            f"{layer}.bias": weights[f"around.{layer}.bias"] + weights[f"page.{layer}.bias"],
            f"{layer}.norm": weights[f"norm.{layer}.weight"],
            f"{layer}.norm.bias": weights[f"norm.{layer}.bias"],
        }
    arrays: Arrays = {
        "mean": scale.mean,
        "deviation": scale.deviation,
        "words": scale.words.astype(np.uint32),
        "dilations": np.array(DILATIONS),
    }
    whole = np.iinfo(np.int16)
    for name, value in named.items():
        arrays[name] = np.clip(np.rint(value * 2**FRACTION_BITS), whole.min, whole.max).astype(np.int16)
        arrays[f"{name}.scale"] = np.array(2.0**-FRACTION_BITS)
    return arrays


def _write(nets: Sequence[Arrays], path: Path) -> None:
    arrays: Arrays = {"labels": np.array([str(label) for label in LABELS]), "nets": np.array(len(nets))}
    for number, net in enumerate(nets):
        arrays |= {f"{number}.{name}": array for name, array in net.items()}
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _check(nets: Sequence[tuple[Net, Scale]], path: Path, known: Sequence[Example]) -> None:
    """Raise ValueError where the written model, run by numpy, says otherwise than the nets that torch trained."""
    written = load(path)
    for example in known[:: len(known) // 50]:
        theirs = sum(_shares(net, scale, example) for net, scale in nets) / len(nets)
        apart = float(np.abs(theirs - written.shares(example.features)).max())
        if apart > MOST_APART:
            raise ValueError(f"{path}: the model that was written differs by {apart:.3f} on {example.page}")


def _shares(net: Net, scale: Scale, example: Example) -> Floats:
    net.eval()
    with torch.no_grad():
        scores, _ = net(batch([example], scale, None))
    shares: Floats = torch.softmax(scores, 1).numpy()[: len(example.labels)]
    return shares


if __name__ == "__main__":
    main(sys.argv[1:])
