"""The speed on one core, and the time of each step: `python -m bench.speed [RENDERER [PAGES]]`.

The whole pipeline beside `ftfy.fix_text` with `langdetect.detect` on the first 2,000 characters of the same texts, by
turns in one run; then each step of the pipeline.  CPU time of this process with all its threads.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Final, TypeVar

import ftfy
from langdetect import DetectorFactory, LangDetectException, detect

from bench import kit
from bench.folds import table
from copydesk import clean, config, language
from copydesk.desk import edit_dump
from copydesk.dump import from_text
from copydesk.edits import apply, compose
from copydesk.labelling import decide, line_rules, model
from copydesk.labelling.features import features
from copydesk.repair import STAGES
from copydesk.repair.context import Context

PEER_CHARACTERS: Final = 2_000
"""Characters of a text that the peer detects the language of."""

ROUNDS: Final = 3
"""Times that both read all texts; the mean counts."""

Result = TypeVar("Result")


def peer(text: str) -> None:
    """What a careful user does to a text without copydesk."""
    ftfy.fix_text(text)
    try:
        detect(text[:PEER_CHARACTERS])
    except LangDetectException:
        return


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU seconds for all texts."""
    start = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - start


def steps(texts: Sequence[str]) -> Counter[str]:
    """CPU seconds of each step of the pipeline over all texts."""
    spent: Counter[str] = Counter()
    settings = config.default()
    size = settings.language.sample_size

    def timed(name: str, work: Callable[[], Result]) -> Result:
        start = time.process_time()
        result = work()
        spent[name] += time.process_time() - start  # type: ignore[assignment]
        return result

    for text in texts:
        timed("all", partial(clean, text))
        tag = timed("language", lambda: language.detect(language.sample(text, size)))  # noqa: B023
        edited, edits = text, compose((), ())
        context = Context(tag)
        for stage in STAGES:
            name = stage.RULES[0].name.partition(".")[0]
            found = timed(f"edits: {name}", lambda: list(stage.find(edited, context)))  # noqa: B023
            edited, edits = apply(edited, found), compose(edits, found)
        lines = edit_dump(from_text(text, ""), settings).lines_with_text
        verdicts = timed("labels: patterns", lambda: [line_rules.judge(line) for line in lines])  # noqa: B023
        seen = timed("labels: features", partial(features, lines, tag, verdicts, model.shipped().rules))
        shares = timed("labels: model", partial(model.shipped().shares, seen))
        timed("labels: structure", partial(decide.complete, lines, [None] * len(lines), verdicts, shares, tag))
    return spent


def main(arguments: Sequence[str]) -> None:
    """Print both tables."""
    renderer = arguments[0] if arguments else "html_text"
    pages = int(arguments[1]) if len(arguments) > 1 else None
    texts = [text for _, text in islice(kit.dumps(renderer), pages) if text.strip()]
    DetectorFactory.seed = 0
    for text in texts[:5]:  # loads the models and lists
        clean(text)
        peer(text)
    ours = theirs = 0.0
    for _ in range(ROUNDS):
        ours += seconds(clean, texts) / ROUNDS
        theirs += seconds(peer, texts) / ROUNDS
    count = len(texts)
    print(
        table(
            ("one core", "documents/s", "ms a document", "times as fast"),
            [
                ["ftfy + langdetect", round(count / theirs), theirs / count * 1000, 1.0],
                ["copydesk", round(count / ours), ours / count * 1000, theirs / ours],
            ],
        )
    )
    spent = steps(texts)
    total = spent.pop("all")
    rest = total - sum(spent.values())
    rows: list[list[str | int | float]] = [
        [name, value / count * 1000, f"{value / total:.0%}"] for name, value in [*spent.items(), ("rest", rest)]
    ]
    print("\n" + table(("step", "ms a document", "share"), rows))


if __name__ == "__main__":
    main(sys.argv[1:])
