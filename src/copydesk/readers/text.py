"""A text file is one dump.  If it is Markdown, it is read without the marks."""

from functools import partial
from typing import IO

from copydesk.config import Config
from copydesk.dump import Pending, check_size
from copydesk.readers import markdown


def read(stream: IO[bytes], source: str, settings: Config, name: str) -> Pending:
    """The dump of a stream with a file's `name`.

    Raises OSError if the stream can't be read, UnreadableError if it is too large.
    """
    data = stream.read(settings.limits.record_size + 1)
    check_size(len(data), settings)
    return Pending(source, partial(markdown.read_bytes, data, source, settings, name), data)
