"""Run the flow on a schedule, without a work pool: `python -m flows.serve --cron "0 3 * * *" [PATH ...] [-o DIR]`.

The process stays and waits.  It needs a Prefect server: PREFECT_API_URL names it.
"""

import argparse
import os
import sys

from copydesk.exit_codes import ExitCode
from copydesk.flow_options import absolute, add_options, parameters

os.environ.setdefault("DO_NOT_TRACK", "1")  # nothing may call out

NAME = "copydesk"


def main() -> int:
    """Wait, and start the flow when it is due, until the process is stopped.  Returns 2 if no server is named."""
    parser = argparse.ArgumentParser(prog="python -m flows.serve", description=__doc__)
    add_options(parser, paths="seeds", output="output")
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--cron", help='when, in the syntax of cron: "0 3 * * *" is every night at three')
    when.add_argument("--interval", type=float, metavar="SECONDS", help="how often")
    parser.add_argument("--name", default=NAME, help="the name of the deployment")
    options = parser.parse_args()
    if not os.environ.get("PREFECT_API_URL"):
        message = "PREFECT_API_URL does not name a server: start one (prefect server start) and set it"
        print(message, file=sys.stderr)
        return ExitCode.WRONG_USE
    from copydesk.tasks import clean

    clean.serve(
        name=options.name,
        cron=options.cron,
        interval=options.interval,
        parameters=dict(absolute(parameters(options))),
        limit=1,  # one run at a time: a second one would find the output busy
    )
    return ExitCode.DONE


if __name__ == "__main__":
    sys.exit(main())
