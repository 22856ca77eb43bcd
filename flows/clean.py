"""Clean dumps, by default the seeds, in a Prefect flow: `python flows/clean.py [PATH ...] [-o DIR]`.

Runs on Prefect's embedded server, or on the one that PREFECT_API_URL names.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")  # the default, 20, is too short
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")  # nothing may call out
os.environ.setdefault("DO_NOT_TRACK", "1")

from copydesk import files
from copydesk.batch.errors import RUN_ERRORS, explain_error
from copydesk.exit_codes import ExitCode
from copydesk.flow_options import add_options, parameters
from copydesk.tasks import SourcesChangedError, check_copies, check_dask, clean, end_without_server, finish
from copydesk.terminal import shown

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the flow.  The exit codes are those of `copydesk clean`."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser, paths=str(ROOT / "seeds"), output=str(ROOT / "output"))
    options = parser.parse_args()
    try:
        if options.dask:
            check_dask()  # before a server is started
        if options.copies:
            check_copies(options.output, options.copies, options.format.split(","))
        end_without_server()
        counts = clean(**parameters(options))
    except RUN_ERRORS as error:
        message, code = explain_error(error, files.place(options.output))
        print(shown(message), file=sys.stderr)
        return code
    except SourcesChangedError as error:
        print(shown(str(error)), file=sys.stderr)
        finish(ExitCode.REJECTED)
        return ExitCode.REJECTED
    code = ExitCode.REJECTED if counts["rejected"] else ExitCode.DONE
    finish(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
