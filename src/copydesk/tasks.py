"""The Prefect flow: the same `batch` as the command line, in tasks, with a report at the end.

The only module that imports Prefect; it comes with the extra `flows`.
"""

from dataclasses import asdict
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from copydesk import batch, config
from copydesk.batch import Job, Tally
from copydesk.store import Format


@task(name="plan", task_run_name="plan {output}")
def plan_job(paths: list[str], output: str, formats: list[str], config_path: str | None) -> Job:
    """What there is to clean.  Raises InputError or ConfigError where it can't be cleaned."""
    settings = config.resolve(Path(config_path) if config_path else None)
    plan = batch.plan([Path(path) for path in paths], Path(output))
    return Job(plan, Path(output), tuple(map(Format, formats)), settings)


@task(name="clean", task_run_name="clean into {output}")
def clean_job(job: Job, output: str) -> dict[str, int]:
    """Clean and write everything that was planned; the counts of what was done."""
    return asdict(batch.run(job))


@task(name="report")
def report(counts: dict[str, int], output: str) -> str:
    """The run's report, kept as an artifact and logged."""
    tally = Tally(**counts)
    text = report_text(tally, output)
    create_markdown_artifact(key="copydesk-clean", markdown=text, description=f"{tally} -> {output}")
    get_run_logger().info("\n%s", text)
    return text


def report_text(tally: Tally, output: str) -> str:
    """The report in Markdown: what became of the inputs, and the four steps with their counts."""
    return f"""\
# {tally} -> {output}

| step | count |
| --- | --- |
| boilerplate stripped | {tally.boilerplate} lines |
| spacing fixed | {tally.spacing} places ({tally.edits} edits in all) |
| teasers split | {tally.teasers} records |
| metadata attached | {tally.facts} facts on {tally.articles} articles |
"""


@flow(name="copydesk-clean", flow_run_name="clean {paths} into {output}", result_serializer="json")
def clean(
    paths: list[str] = ["seeds"],  # noqa: B006 - Prefect shows the default; nothing changes it
    output: str = "output",
    formats: list[str] = ["md", "json"],  # noqa: B006
    config_path: str | None = None,
) -> dict[str, int]:
    """Clean dumps: strip boilerplate, fix spacing, split teasers, attach metadata, write records.

    Args:
        paths: files and directories with dumps, relative to the working directory.
        output: the directory to write.
        formats: md, json, jsonl, or several.
        config_path: settings (TOML); the defaults where there is none.

    Returns:
        The counts of the run; `rejected` says how many inputs ended in rejects.jsonl.
    """
    job = plan_job(paths, output, formats, config_path)
    counts = clean_job(job, output)
    report(counts, output)
    return counts
