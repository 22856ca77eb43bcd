"""Many dumps: finds them, has workers clean them that can be killed, and skips what is up to date."""

from copydesk.batch.counts import Counts
from copydesk.batch.inputs import InputError, Plan, plan
from copydesk.batch.job import Job, Progress, Summary
from copydesk.batch.run import Run, run
from copydesk.batch.walk import Input, LeftOut

__all__ = ["Counts", "Input", "InputError", "Job", "LeftOut", "Plan", "Progress", "Run", "Summary", "plan", "run"]
