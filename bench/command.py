"""How fast the whole command is: `python -m bench.command [DUMPS]` (300 by default).

Runs `copydesk clean --jobs 1`, which writes Markdown and JSON, on the kit's dumps in a temporary folder, in turns with
what `bench.speed` compares with.  Prints CPU time: that of the command with its worker, start included, and that of the
peer, which only computes and writes nothing.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from langdetect import DetectorFactory

from bench import kit
from bench.folds import table
from bench.speed import ROUNDS, peer, seconds

RENDERER: Final = "html_text"
DUMPS: Final = 300


def command_seconds(dumps: Path, output: Path) -> float:
    """CPU seconds of one run of the command and of its worker."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "copydesk.cli", "clean", str(dumps), "-o", str(output), "--jobs", "1"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    count = int(arguments[0]) if arguments else DUMPS
    texts = list(islice((text for _, text in kit.dumps(RENDERER) if text.strip()), count))
    DetectorFactory.seed = 0
    peer(texts[0])  # loads what is loaded once
    ours = theirs = 0.0
    with tempfile.TemporaryDirectory() as name:
        dumps = Path(name) / "dumps"
        dumps.mkdir()
        for number, text in enumerate(texts):
            (dumps / f"{number:05}.txt").write_text(text, encoding="utf-8")
        for turn in range(ROUNDS):
            ours += command_seconds(dumps, Path(name) / f"output-{turn}") / ROUNDS
            theirs += seconds(peer, texts) / ROUNDS
    print(
        table(
            (f"{len(texts)} dumps, one worker", "documents/s", "ms a document", "times as fast"),
            [
                ["ftfy + langdetect", round(len(texts) / theirs), theirs / len(texts) * 1000, 1.0],
                ["copydesk clean", round(len(texts) / ours), ours / len(texts) * 1000, theirs / ours],
            ],
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
