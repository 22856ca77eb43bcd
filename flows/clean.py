"""Clean the seeds in a Prefect flow: `python flows/clean.py [PATH ...] [-o DIR]`.

Runs on Prefect's embedded server, or on the one that PREFECT_API_URL names.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")  # 20 s fail on a busy machine
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")  # nothing calls out
os.environ.setdefault("DO_NOT_TRACK", "1")

from copydesk.batch import InputError
from copydesk.config import ConfigError
from copydesk.store import StoreError
from copydesk.tasks import clean

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the flow; exit codes are those of `copydesk clean`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=[str(ROOT / "seeds")])
    parser.add_argument("-o", "--output", default=str(ROOT / "output"))
    parser.add_argument("--config", default=None, help="settings (TOML)")
    parser.add_argument("--format", default="md,json", help="md, json, jsonl, jsonl.gz, parquet, with commas between")
    parser.add_argument("--shard-size", type=int, default=None, help="articles in each file of many records")
    parser.add_argument("--jobs", type=int, default=None, help="workers at a time; one for each core by default")
    parser.add_argument("--dask", default=None, metavar="ADDRESS", help="of a Dask scheduler that shall do the work")
    parser.add_argument("--prune", action="store_true", help="remove the output of files that are gone")
    options = parser.parse_args()
    try:
        counts = run(options)
    except (InputError, ConfigError, StoreError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}; run again when that is mended", file=sys.stderr)
        return 3
    return 1 if counts["rejected"] else 0


def run(options: argparse.Namespace) -> dict[str, int]:
    """The counts of the flow with these options."""
    return clean(
        paths=options.paths,
        output=options.output,
        formats=options.format.split(","),
        config_path=options.config,
        shard_size=options.shard_size,
        jobs=options.jobs,
        dask=options.dask,
        prune=options.prune,
    )


if __name__ == "__main__":
    sys.exit(main())
