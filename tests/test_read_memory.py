"""Memory while large files are read."""

import gzip
import io
import json
import random
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pyarrow.parquet
import pytest

from reading import STORY, warc

PEAK = """
import sys
from pathlib import Path
from copydesk import config, readers
from copydesk.dump import Dump
count = sum(isinstance(one, Dump) for one in readers.read(Path(sys.argv[1]), 'in', config.default()))
status = Path("/proc/self/status").read_text()
print(count, int(status.partition("VmHWM:")[2].split()[0]) // 1000)
"""
"""Not `ru_maxrss`, which on Linux includes the memory of the process that started this one."""


def many(kind: str, path: Path, count: int) -> None:
    """A file of `count` different documents of 200 kB."""

    def text(n: int) -> str:
        return f"{STORY}\n\n" + random.Random(n).randbytes(96_000).hex(" ", 32)

    if kind == "warc.gz":
        with path.open("wb") as stream:
            for n in range(count):
                stream.write(warc([("conversion", f"https://example.org/{n}", text(n).encode(), "text/plain", [], "")]))
    elif kind == "parquet":
        schema = pyarrow.schema([("text", pyarrow.string())])
        with pyarrow.parquet.ParquetWriter(path, schema, write_batch_size=16) as rows:  # a page is held as a whole
            rows.write_table(pyarrow.table({"text": [text(n) for n in range(count)]}), row_group_size=count)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as files:
            for n in range(count):
                files.writestr(f"{n}.txt", text(n))
    elif kind == "tar.gz":
        with tarfile.open(path, "w:gz", compresslevel=1) as tar:
            for n in range(count):
                info = tarfile.TarInfo(f"{n}.txt")
                info.size = len(text(n))
                tar.addfile(info, io.BytesIO(text(n).encode()))
    elif kind in ("json.gz", "csv.gz"):
        opening, closing, between = ("[", "]", ",\n") if kind == "json.gz" else ("id,text\n", "", "\n")
        with gzip.open(path, "wt", compresslevel=1) as stream_of_text:
            stream_of_text.write(opening)
            for n in range(count):
                one = json.dumps({"text": text(n)}) if kind == "json.gz" else f'{n},"{text(n)}"'
                stream_of_text.write(one if n == count - 1 else one + between)
            stream_of_text.write(closing)
    else:
        with gzip.open(path, "wt", compresslevel=1) as lines:
            for n in range(count):
                lines.write(json.dumps({"text": text(n)}) + "\n")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["warc.gz", "parquet", "zip", "tar.gz", "jsonl.gz", "json.gz", "csv.gz"])
def test_memory_does_not_grow_with_the_file(kind: str, tmp_path: Path) -> None:
    peaks = []
    for count in (20, 250):  # 4 and 50 MB
        path = tmp_path / f"{count}.{kind}"
        many(kind, path, count)
        run = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, check=True)
        read, peak = map(int, run.stdout.split())
        assert read == count
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 25, peaks
