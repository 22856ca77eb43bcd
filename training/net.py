"""The network as torch trains it; `copydesk.labelling.model` runs the same in numpy."""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
import torch
from bench import kit
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from copydesk.labelling.model import FIRST_GUESS, LABELS, STORY_PLACES, known_words, scaled
from training import sources
from training.examples import ALONE, LEAST_SHARE, MIXED, UNREAD, Example

DILATIONS: Final = (1, 2, 4, 1, 4, 16)
"""How far apart the lines stand that a layer sees together."""

GAP: Final = max(DILATIONS)
"""Empty lines between the pages of a batch, so that none sees another."""

EMBEDDING: Final = 24
HIDDEN: Final = 80
DROPOUT: Final = 0.35
WORD_DROPOUT: Final = 0.3
"""Share of words that a line loses while training: the model shall not learn pages by heart."""

NOISE: Final = 0.15
"""Standard deviations that are added to the numbers while training."""

LEAST_DOMAINS: Final = 12
"""A word that fewer domains of a language use says something of a domain, not of lines."""

SHARE_OF_DOMAINS: Final = 0.4
LEAST_OF_FEW: Final = 3
"""In a language with few domains, this share of them is enough, but not fewer than LEAST_OF_FEW domains."""

SCALED_BY: Final = ("html_text", "page")
"""Renderers whose lines say what is usual: whole pages.  The second has a model of its own."""

EPOCHS: Final = 28
MOST_OF_DOMAIN: Final = 12
"""Pages of a domain in an epoch, so that a host with forty pages does not count for forty hosts."""

SECOND_EPOCHS: Final = 24
UNKNOWN_WORDS: Final = 0.25
"""A second network (`Model.second`) begins from nothing, and sees so many of the pages without their words: it learns
what kinds of pages have in common, and not the words of articles."""

BATCH: Final = 8
RATE: Final = 2e-3
FURTHER_EPOCHS: Final = 7
FURTHER_EPOCHS_OF_PAGES: Final = 3
FURTHER_RATE: Final = 1e-3
"""For a net that starts from the weights of another one.  Those of pages are three for each model, and see in an epoch
one in two of the domains that the weights know (OLD_DOMAINS)."""

OLD_DOMAINS: Final = 0.5

FURTHER_SHARE: Final = 0.7
"""A net for texts is the mean of the weights before and after, the new ones with this share: it knows more kinds of
pages, and reads the kit's articles as well as before (F1 of `html_text`, folds 0 to 3: .9491 before, .9497 with .6, and
.9476 with the new weights alone).  Nets for pages lose nothing, and are the new ones."""

WEIGHT_DECAY: Final = 0.01
AVERAGED: Final = 0.997
"""The model is the moving average of the weights, of which each step keeps this much."""

SHARE_ALONE: Final = 0.12
"""Of the pages in each epoch are the gold story alone."""

SHARE_MIXED: Final = 0.25
"""Of the others have the head and foot of other pages."""

MOST_JUNK: Final = 3.0
"""Junk on a page counts for at most so many times its story."""

LEAST_WEIGHT: Final = 0.002
"""Of each line, however few its words."""

GUESS_WEIGHT: Final = 0.5
LABEL_WEIGHT: Final = 1.0
RARE_WEIGHT: Final = 0.3
"""Power of a label's rareness with which its lines count: few lines are bios, but they are half the question."""

RARE_RANGE: Final = (0.5, 3.0)
READ_WEIGHT: Final = 1.5
"""Labels that a reader gave count for so many from the markup."""

OTHER_PLACES: Final = [place for place in range(len(LABELS)) if place not in STORY_PLACES]


class Net(nn.Module):
    """From a batch of pages to the scores of each line's labels, and of the first guess at the story."""

    def __init__(self, features: int, words: int, levels: int) -> None:
        super().__init__()
        self.levels = levels
        self.embedding = nn.EmbeddingBag(words + 1, EMBEDDING, mode="mean")
        nn.init.normal_(self.embedding.weight, 0, 0.1)
        self.inside = nn.Linear(features + EMBEDDING, HIDDEN)
        self.around = nn.ModuleList(nn.Conv1d(HIDDEN, HIDDEN, 3, padding=d, dilation=d) for d in DILATIONS)
        self.page = nn.ModuleList(nn.Linear(HIDDEN, HIDDEN) for _ in DILATIONS)
        self.norm = nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in DILATIONS)
        self.first = nn.Linear(HIDDEN, 1)
        self.likeness = nn.Linear(5 + 3 * levels, HIDDEN)
        self.out = nn.Linear(HIDDEN, len(LABELS))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, batch: "Batch") -> tuple[Tensor, Tensor]:
        """(scores of labels, score of story by the first guess) of each line."""
        real = batch.real[:, None]
        words = self.dropout(self.embedding(batch.words, batch.word_starts))
        state = functional.relu(self.inside(torch.cat([batch.dense, words], 1))) * real
        first = torch.zeros(len(state))
        weighed = (batch.weights / batch.page_sum(batch.weights).clamp(min=1)[batch.page])[:, None]
        for layer, (around, page, norm) in enumerate(zip(self.around, self.page, self.norm, strict=True)):
            if layer == FIRST_GUESS:
                first = self.first(state)[:, 0]
                state = state + functional.relu(self.likeness(self._seen(first, batch))) * real
            normal = norm(state) * real
            whole = batch.page_sum(normal * weighed)
            mixed = functional.relu(around(normal.T[None])[0].T + page(whole)[batch.page])
            state = (state + self.dropout(mixed)) * real
        return self.out(state), first

    def _seen(self, first: Tensor, batch: "Batch") -> Tensor:
        guess = torch.sigmoid(first) * batch.real
        own = guess[batch.content_lines]
        others = torch.zeros(batch.contents).index_add_(0, batch.content, own)[batch.content] - own

        def over(values: Tensor) -> Tensor:
            return torch.zeros(len(guess)).index_add_(0, batch.content_lines, values)

        meaning = over(torch.ones(len(own))).clamp(min=1)
        told = guess * batch.weights
        total = batch.page_sum(told)
        above = torch.cumsum(told, 0) - told - (torch.cumsum(total, 0) - total)[batch.page]
        return torch.stack(
            [
                *self._beside(told, total, batch),
                guess,
                over(torch.log1p(others)) / meaning,
                over(1 - torch.exp(-others)) / meaning,
                above / (total + 1)[batch.page],
                torch.log1p(total)[batch.page] / 8,
            ],
            1,
        )

    @staticmethod
    def _beside(told: Tensor, total: Tensor, batch: "Batch") -> Iterator[Tensor]:
        for block in batch.inside.T:
            blocks = int(block.max()) + 1
            others = torch.zeros(blocks).index_add_(0, block, told)[block] - told
            words = torch.zeros(blocks).index_add_(0, block, batch.weights)[block] - batch.weights
            yield others / (words + 1)
            yield others / (total + 1)[batch.page]
            yield torch.log1p(words) / 8


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages one below the other, with GAP empty lines behind each."""

    dense: Tensor
    words: Tensor
    word_starts: Tensor
    real: Tensor
    page: Tensor
    pages: int
    weights: Tensor
    content: Tensor
    content_lines: Tensor
    contents: int
    inside: Tensor
    story: Tensor
    labels: Tensor
    read: Tensor

    def page_sum(self, values: Tensor) -> Tensor:
        """The sum over the lines of each page."""
        return torch.zeros(self.pages, *values.shape[1:]).index_add_(0, self.page, values)


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes of features numbers around 0, and which words are known (hashes, in order)."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    words: NDArray[np.int64]

    def numbers(self, hashes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the embedding: 0 for unknown words."""
        return known_words(self.words, hashes)


def scale(examples: Sequence[Example]) -> Scale:
    """The scale of these examples."""
    dense = np.concatenate([example.features.dense for example in examples if example.renderer in SCALED_BY])
    domains: dict[str, dict[str, set[int]]] = {}
    for example in examples:
        own = domains.setdefault(sources.golds()[example.page].language, {})
        own.setdefault(example.domain, set()).update(np.unique(example.features.words).tolist())
    known = sorted(set(chain.from_iterable(_used_words(list(own.values())) for own in domains.values())))
    return Scale(dense.mean(axis=0), dense.std(axis=0) + 0.01, np.array(known, dtype=np.int64))


def _used_words(domains: Sequence[set[int]]) -> Iterator[int]:
    """The words that enough domains of one language use."""
    least = min(LEAST_DOMAINS, max(LEAST_OF_FEW, round(SHARE_OF_DOMAINS * len(domains))))
    used = Counter(chain.from_iterable(domains))
    return (word for word, count in used.items() if count >= least)


def batch(
    examples: Sequence[Example], known: Scale, chance: np.random.Generator | None, unknown_words: float = 0.0
) -> Batch:
    """The examples as training sees them, words lost and numbers shaken; without `chance` as they are.

    `unknown_words` is the share of examples that lose all their words.
    """
    if chance and unknown_words:
        examples = [_without_words(one) if chance.random() < unknown_words else one for one in examples]
    dense, words, word_counts, pages, weights, content, content_lines, inside = ([] for _ in range(8))
    real, story, labels, read = ([] for _ in range(4))
    lines = contents = 0
    for number, example in enumerate(examples):
        own = example.features
        count = len(own.dense)
        shaken = scaled(own.dense, known.mean, known.deviation)
        kept = np.ones(len(own.words), dtype=np.bool_)
        if chance:
            shaken += chance.normal(0, NOISE, own.dense.shape)
            kept = chance.random(len(own.words)) >= WORD_DROPOUT
        dense += [shaken, np.zeros((GAP, shaken.shape[1]))]
        words.append(known.numbers(own.words[kept]))
        word_counts += [np.bincount(own.word_lines[kept], minlength=count), np.zeros(GAP, dtype=np.int64)]
        real += [np.ones(count), np.zeros(GAP)]
        pages.append(np.full(count + GAP, number))
        weights += [own.weights, np.zeros(GAP)]
        content.append(own.content + contents)
        content_lines.append(own.content_lines + lines)
        inside += [own.inside + lines, np.tile(lines + np.arange(count, count + GAP)[:, None], own.inside.shape[1])]
        contents += int(own.content.max(initial=-1)) + 1
        lines += count + GAP
        story += [example.story >= LEAST_SHARE, np.zeros(GAP)]
        labels += [example.labels, np.zeros(GAP, dtype=np.int64)]
        read += [example.read, np.full(GAP, UNREAD)]
    counts = np.concatenate(word_counts)

    def numbers(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
        return torch.tensor(np.concatenate(arrays), dtype=torch.float32)

    def whole(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
        return torch.tensor(np.concatenate(arrays), dtype=torch.long)

    return Batch(
        dense=numbers(dense),
        words=whole(words),
        word_starts=torch.tensor(np.cumsum(counts) - counts),
        real=numbers(real),
        page=whole(pages),
        pages=len(examples),
        weights=numbers(weights),
        content=whole(content),
        content_lines=whole(content_lines),
        contents=max(1, contents),
        inside=whole(inside),
        story=numbers(story),
        labels=whole(labels),
        read=whole(read),
    )


def _without_words(example: Example) -> Example:
    """The example with none but unknown words."""
    return replace(example, features=replace(example.features, words=np.zeros_like(example.features.words)))


def rareness(examples: Sequence[Example]) -> Tensor:
    """What a line of each label counts: more the fewer they are."""
    known = (example.labels[example.labels != UNREAD] for example in examples)
    counts = sum(np.bincount(labels, minlength=len(LABELS)) for labels in known) + np.ones(len(LABELS))
    return torch.tensor(np.clip((counts.mean() / counts) ** RARE_WEIGHT, *RARE_RANGE), dtype=torch.float32)


def loss(net: Net, of: Batch, rare: Tensor) -> Tensor:
    """What is wrong: story and junk weighed by words against the page's story, and labels line by line."""
    scores, first = net(of)
    logs = functional.log_softmax(scores, 1)
    is_story, is_other = (torch.logsumexp(logs[:, labels], 1) for labels in (STORY_PLACES, OTHER_PLACES))
    told = of.page_sum(of.weights * of.story) + 20
    junk = of.page_sum(of.weights * (1 - of.story) * of.real) / told
    least = torch.where(junk > MOST_JUNK, MOST_JUNK / junk.clamp(min=1e-6), torch.ones(of.pages))
    weight = of.weights / told[of.page] * torch.where(of.story > 0, torch.ones_like(of.story), least[of.page])
    weight = (weight + LEAST_WEIGHT) * of.real
    story = -(weight * (of.story * is_story + (1 - of.story) * is_other)).sum()
    guess = (weight * functional.binary_cross_entropy_with_logits(first, of.story, reduction="none")).sum()
    by_markup = functional.nll_loss(logs, of.labels.clamp(min=0), rare, reduction="none") * (of.labels != UNREAD)
    by_reading = functional.nll_loss(logs, of.read.clamp(min=0), rare, reduction="none") * READ_WEIGHT
    by_line = torch.where(of.read != UNREAD, by_reading, by_markup) * of.real
    labels = (by_line / of.page_sum(of.real)[of.page]).sum()
    return (story + GUESS_WEIGHT * guess + LABEL_WEIGHT * labels) / of.pages


def train(
    examples: Sequence[Example],
    known: Scale,
    seed: int,
    begin: Mapping[str, Tensor] | None = None,
    *,
    epochs: int = EPOCHS,
    unknown_words: float = 0.0,
) -> Net:
    """A net trained on the examples, from the weights `begin` if they are given.

    An epoch has every page once, as one of its dumps, but at most MOST_OF_DOMAIN pages of a domain.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    chance, shuffle = np.random.default_rng(seed), random.Random(seed)
    by_page: dict[str, dict[str, list[Example]]] = {}
    for example in examples:
        by_page.setdefault(example.page, {}).setdefault(example.renderer, []).append(example)
    domains: dict[str, list[dict[str, list[Example]]]] = {}
    for page in sorted(by_page):
        domains.setdefault(sources.golds()[page].domain, []).append(by_page[page])
    rare = rareness(examples)
    size = (len(known.mean), len(known.words), examples[0].features.inside.shape[1])
    net, average = Net(*size), Net(*size)
    most = RATE
    if begin is not None:
        net.load_state_dict(begin)
        epochs, most = FURTHER_EPOCHS_OF_PAGES if size[2] else FURTHER_EPOCHS, FURTHER_RATE
    average.load_state_dict(net.state_dict())
    share_of_old = OLD_DOMAINS if begin is not None and size[2] else 1.0
    visits = sum(min(MOST_OF_DOMAIN, len(own)) * (share_of_old if _is_old(own) else 1) for own in domains.values())
    steps = epochs * math.ceil(1.1 * visits / BATCH)  # at most: the number of pages in an epoch differs by chance
    optimizer = torch.optim.AdamW(net.parameters(), lr=most, weight_decay=WEIGHT_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, most, total_steps=steps + 1, pct_start=0.15)
    step = 0
    for epoch in range(epochs):
        some = [own for own in domains.values() if _is_chosen(own, shuffle, share_of_old)]
        pages = chain.from_iterable(shuffle.sample(own, min(MOST_OF_DOMAIN, len(own))) for own in some)
        chosen = [_one_dump(page, shuffle) for page in pages]
        shuffle.shuffle(chosen)
        total = 0.0
        for at in range(0, len(chosen), BATCH):
            wrong = loss(net, batch(chosen[at : at + BATCH], known, chance, unknown_words), rare)
            optimizer.zero_grad()
            wrong.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            rate.step()
            step += 1
            kept = min(AVERAGED, (1 + step) / (10 + step))
            with torch.no_grad():
                for mean, weight in zip(average.parameters(), net.parameters(), strict=True):
                    mean.lerp_(weight, 1 - kept)
            total += float(wrong.detach())
        print(f"epoch {epoch + 1}/{epochs}: loss {total / math.ceil(len(chosen) / BATCH):.3f}", flush=True)
    if begin is not None and not size[2]:
        with torch.no_grad():
            for name, weight in average.named_parameters():
                weight.lerp_(begin[name], 1 - FURTHER_SHARE)
    return average


def _is_old(pages: Sequence[dict[str, list[Example]]]) -> bool:
    """Whether the pages of a domain are those of the kit's articles."""
    example = next(iter(pages[0].values()))[0]
    return example.page in kit.gold()


def _is_chosen(pages: Sequence[dict[str, list[Example]]], chance: random.Random, share_of_old: float) -> bool:
    return not _is_old(pages) or chance.random() < share_of_old


def _one_dump(page: dict[str, list[Example]], chance: random.Random) -> Example:
    if ALONE in page and (len(page) == 1 or chance.random() < SHARE_ALONE):
        return page[ALONE][0]
    mix = chance.random() < SHARE_MIXED
    renderers = sorted(renderer for renderer in page if renderer != ALONE and renderer.endswith(MIXED) == mix)
    plain = sorted(renderer for renderer in page if renderer != ALONE and not renderer.endswith(MIXED))
    return chance.choice(page[chance.choice(renderers or plain)])
