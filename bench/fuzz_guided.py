"""The checks of `bench.fuzz` on inputs that follow the coverage of the code: `python -m bench.fuzz_guided [OPTIONS]`.

Needs the package `atheris`, which is no part of any extra: `pip install atheris`.  The options are those of libFuzzer:
a folder of inputs to begin with, `-max_total_time=SECONDS`, `-max_len=BYTES`.  The first byte of an input decides its
kind.  It stops at the first find, and saves the input as `crash-...`.
"""

import sys
from typing import Final

import atheris

with atheris.instrument_imports(include=["copydesk"]):
    from bench import fuzz

from bench import fuzz_files
from bench.fuzz_files import File

KINDS: Final = tuple(fuzz_files.BUILDERS)


class FoundError(Exception):
    """An input with faults."""


def try_one(data: bytes) -> None:
    """Check an input.  Raises FoundError if it has faults."""
    name = f"input{KINDS[data[0] % len(KINDS)]}" if data else "input.txt"
    faults = fuzz.check(File(name, data[1:], (), is_whole=False)).faults
    if faults:
        raise FoundError(f"{name}: {', '.join(faults)}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
