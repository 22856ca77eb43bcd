"""Run the flow on a schedule: `python -m flows.serve --cron "0 3 * * *" [PATH ...] [-o DIR]`; see `copydesk serve`."""

import sys

from copydesk.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
