"""The progress bar of a run."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from copydesk.batch import Input, Job, Progress

MIN_BAR_FILES: Final = 5
MIN_BAR_BYTES: Final = 5_000_000
"""With fewer files and bytes than these, cleaning takes a second or two, and no progress bar is shown."""


@contextmanager
def progress_bar(job: "Job") -> Iterator[Callable[["Progress"], None]]:
    """A progress bar on standard error, if that is a terminal and the run takes more than a moment."""
    inputs = job.plan.inputs
    if (
        sys.stderr is None
        or not sys.stderr.isatty()
        or (len(inputs) < MIN_BAR_FILES and sum(map(_size, inputs)) < MIN_BAR_BYTES)
    ):
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    began = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"0 of {len(inputs):,} files", total=1.0)

        def show(progress: "Progress") -> None:
            spent = max(1e-3, time.monotonic() - began)
            files = f"{progress.files:,} of {progress.of:,} files"
            pace = f"{progress.dumps / spent:.0f} dumps/s, {progress.size / spent / 1e6:.1f} MB/s"
            description = f"{files}, {pace}, {progress.counts.rejected} rejected"
            bar.update(task, completed=progress.share, description=description)

        yield show


def _size(one: "Input") -> int:
    from copydesk import files

    try:
        return (one.seen or files.look(one.path)).size
    except OSError:
        return 0
