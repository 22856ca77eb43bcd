"""Clean a few dumps with a task for each step, to see what it does: `python -m flows.trace [PATH ...] [-o DIR]`.

Runs on Prefect's embedded server, or on the one that PREFECT_API_URL names; its pages show the artifacts of each step.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")  # the default, 20, is too short
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")  # nothing may call out
os.environ.setdefault("DO_NOT_TRACK", "1")

from copydesk import files
from copydesk.batch.errors import RUN_ERRORS, explain_error
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown
from copydesk.trace_tasks import trace_dumps

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the flow, and print which files it has written for each dump.  The exit codes are those of `clean`."""
    parser = argparse.ArgumentParser(prog="python -m flows.trace", description=__doc__)
    parser.add_argument("paths", nargs="*", default=[str(ROOT / "seeds")], help="files, directories and patterns")
    parser.add_argument("-o", "--output", default="trace", help="the directory to write")
    parser.add_argument("--config", default=None, help="a file with settings")
    parser.add_argument("--count", type=int, default=5, help="the number of dumps")
    options = parser.parse_args()
    try:
        done = trace_dumps(options.paths, options.output, options.config, options.count)
    except RUN_ERRORS as error:
        message, code = explain_error(error, files.place(options.output))
        print(shown(message), file=sys.stderr)
        return code
    print(shown(json.dumps(done, ensure_ascii=False)))
    return ExitCode.REJECTED if done["rejected"] else ExitCode.DONE


if __name__ == "__main__":
    sys.exit(main())
