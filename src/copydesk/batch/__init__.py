"""Many dumps: finds them, has them cleaned by workers that may be killed, and knows what was done already."""

from copydesk.batch.inputs import Input, InputError, Plan, plan
from copydesk.batch.run import Job, Progress, Run, Summary, run
from copydesk.batch.tally import Tally

__all__ = ["Input", "InputError", "Job", "Plan", "Progress", "Run", "Summary", "Tally", "plan", "run"]
