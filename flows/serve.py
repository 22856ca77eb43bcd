"""Run the flow by the clock, without a work pool: `python -m flows.serve --cron "0 3 * * *" [PATH ...] [-o DIR]`.

It stays and waits, and needs a Prefect server: PREFECT_API_URL names it.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("DO_NOT_TRACK", "1")  # nothing calls out

NAME = "copydesk"


def main() -> int:
    """Serve until it is stopped; 2 where no server is named."""
    parser = argparse.ArgumentParser(prog="python -m flows.serve", description=__doc__)
    parser.add_argument("paths", nargs="*", default=["seeds"], help="files, directories, patterns")
    parser.add_argument("-o", "--output", default="output")
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--cron", help='when, as cron says it: "0 3 * * *" is every night at three')
    when.add_argument("--interval", type=float, metavar="SECONDS", help="how often")
    parser.add_argument("--format", default="md,json", help="md, json, jsonl, jsonl.gz, parquet, with commas between")
    parser.add_argument("--config", default=None, help="settings (TOML)")
    parser.add_argument("--jobs", type=int, default=None, help="workers at a time")
    parser.add_argument("--shard-size", type=int, default=None, help="articles in each file of many records")
    parser.add_argument("--dask", default=None, metavar="ADDRESS", help="of a Dask scheduler that shall do the work")
    parser.add_argument("--prune", action="store_true", help="remove the output of files that are gone")
    parser.add_argument("--name", default=NAME, help="of the deployment")
    options = parser.parse_args()
    if not os.environ.get("PREFECT_API_URL"):
        print("PREFECT_API_URL names no server: start one (prefect server start) and set it", file=sys.stderr)
        return 2
    from copydesk.tasks import clean

    clean.serve(
        name=options.name,
        cron=options.cron,
        interval=options.interval,
        parameters={
            "paths": [str(Path(path).absolute()) for path in options.paths],
            "output": str(Path(options.output).absolute()),
            "formats": options.format.split(","),
            "config_path": options.config and str(Path(options.config).absolute()),
            "shard_size": options.shard_size,
            "jobs": options.jobs,
            "dask": options.dask,
            "prune": options.prune,
        },
        limit=1,  # one run at a time: a second would find the output busy
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
