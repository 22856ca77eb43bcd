"""Clean dumps, by default the seeds, in a Prefect flow: `python flows/clean.py [PATH ...] [-o DIR]`.

It is `copydesk flow` for a checkout, and the entry point of the deployment in `prefect.yaml`.
"""

import sys
from pathlib import Path

from copydesk.cli import main
from copydesk.tasks import clean

__all__ = ["clean"]

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (str(ROOT / "seeds"), "-o", str(ROOT / "output"))

if __name__ == "__main__":
    main(["flow", *(sys.argv[1:] or SEEDS)])
