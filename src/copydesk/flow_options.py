"""The options that the scripts in `flows/` share, and the flow's parameters that they give."""

import argparse
from pathlib import Path
from typing import TypedDict

from copydesk import files


class Parameters(TypedDict):
    """The parameters of the flow (see `copydesk.tasks.clean`)."""

    paths: list[str]
    output: str
    formats: list[str]
    config_path: str | None
    shard_size: int | None
    jobs: int | None
    dask: str | None
    prune: bool
    copies: str | None
    learn: bool


def add_options(parser: argparse.ArgumentParser, *, paths: str, output: str) -> None:
    """Add the options to a parser; `paths` and `output` are the defaults for these two."""
    parser.add_argument("paths", nargs="*", default=[paths], help="files, directories, patterns")
    parser.add_argument("-o", "--output", default=output, help="the directory to write")
    parser.add_argument("--config", default=None, help="settings (TOML)")
    parser.add_argument(
        "--format", default="md,json", help="md, json, jsonl, parquet, csv, sqlite ..., separated by commas"
    )
    parser.add_argument("--shard-size", type=int, default=None, help="articles in each file of many records")
    parser.add_argument("--jobs", type=int, default=None, help="number of workers; by default one for each core")
    parser.add_argument("--dask", default=None, metavar="ADDRESS", help="the Dask scheduler to use (extra `dask`)")
    parser.add_argument("--prune", action="store_true", help="remove the output of files that are gone")
    parser.add_argument("--copies", default=None, metavar="TABLE", help="the table of copies to write at the end")
    parser.add_argument("--learn", action="store_true", help="learn the memory of the sources, and clean with it")


def parameters(options: argparse.Namespace) -> Parameters:
    """The flow's parameters for parsed options."""
    return Parameters(
        paths=options.paths,
        output=options.output,
        formats=options.format.split(","),
        config_path=options.config,
        shard_size=options.shard_size,
        jobs=options.jobs,
        dask=options.dask,
        prune=options.prune,
        copies=options.copies,
        learn=options.learn,
    )


def absolute(given: Parameters) -> Parameters:
    """The same parameters for another working directory."""
    return {
        **given,
        "paths": [_absolute(path) for path in given["paths"]],
        "output": _absolute(given["output"]),
        "config_path": str(Path(given["config_path"]).absolute()) if given["config_path"] else None,
        "copies": str(Path(given["copies"]).absolute()) if given["copies"] else None,
    }


def _absolute(text: str) -> str:
    found = files.place(text)
    return str(found.absolute() if isinstance(found, Path) else found)
