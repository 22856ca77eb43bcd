"""`copydesk review`."""

import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from copydesk.cli.common import config_option, find_manifest, open_manifest
from copydesk.cli.streams import CommandError, put_line, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.files import Place
    from copydesk.review.server import Desk
    from copydesk.review.settings_files import SettingsFiles

NEEDED: Final = ("starlette", "jinja2", "uvicorn")
MAX_PROBLEMS: Final = 10
"""Records that could not be read, and that are named."""


@click.command()
@click.argument("output", type=PlaceType(exists=True))
@config_option
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="The port.  [default: a free one]")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--reviewer", metavar="NAME", help="Who decides.  [default: the name of the user]")
@click.option(
    "--export",
    "labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the decided pages as labels for training, and start no desk.",
)
def review(
    output: "Place",
    config_path: Path | None,
    port: int,
    no_browser: bool,
    reviewer: str | None,
    labels: Path | None,
) -> None:
    """Look at the records of OUTPUT in a browser, the doubtful ones first, and correct them by keys.

    Decisions are added to the file that `[review] decisions` names, else to decisions.jsonl.  The next run with that
    setting applies them.  The desk answers only to this machine, and its address has a secret.  Ctrl-C ends it.

    \b
    copydesk clean seeds -o out
    copydesk review out --export labels.jsonl          what was decided so far
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    if labels is None and (missing := [name for name in NEEDED if find_spec(name) is None]):
        raise CommandError(f"the desk needs {', '.join(missing)}: pip install 'copydesk[review]'")
    files = _settings_files(config_path)
    if (books := find_manifest(output, config_path)[0]).is_symlink():
        raise CommandError(f"{books} is a link, which is not followed: remove it")
    with open_manifest(output, config_path) as (_, books):
        _make_index(output, books)
    if labels is not None:
        _export(books, files, labels)
        return
    from copydesk.review.guard import Access
    from copydesk.review.server import Desk

    with _listening(port) as listener:
        access = Access(listener.getsockname()[1])
        desk = Desk(str(output), books, files.read, files.decisions, files.profiles, reviewer or _user(), access)
        put_line(access.address)
        _say_where(files)
        _serve(desk, listener, opens=not no_browser)


def _settings_files(config_path: Path | None) -> "SettingsFiles":
    from copydesk import desk
    from copydesk.config import ConfigError
    from copydesk.review import settings_files

    try:
        found = settings_files.find(config_path)
        desk.check_settings(found.read())
    except ConfigError as error:
        raise CommandError(str(error)) from error
    return found


def _make_index(output: "Place", books: Path) -> None:
    """Make the index if there is none of the present output."""
    from copydesk.batch.manifest import Manifest, manifest_errors
    from copydesk.review import index

    try:
        with manifest_errors(books):
            manifest = Manifest(books)
            try:
                if index.is_current(books, manifest):
                    return
                say(f"reading the records of {shown(str(output))}, once after each run ...")
                problems = index.build(books, manifest)
            finally:
                manifest.close()
    except OSError as error:
        raise CommandError(f"{error.filename or books}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    for problem in problems[:MAX_PROBLEMS]:
        say(f"{shown(problem.source)}: {shown(problem.what)}")
    if problems:
        say(f"{plural(len(problems), 'record')} could not be read, and can't be reviewed")


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        raise CommandError(f"port {port}: {why}; name another with --port", ExitCode.NOT_FINISHED) from error


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return "reviewer"


def _say_where(files: "SettingsFiles") -> None:
    say(f"decisions are added to {shown(str(files.decisions))}")
    if not files.is_named:
        where = files.config or Path("config/copydesk.toml").absolute()
        say(f"a run applies them if {shown(str(where))} has these two lines:")
        say(f'[review]\ndecisions = "{shown(str(files.decisions))}"')
    say("Ctrl-C ends the desk")


def _serve(desk: "Desk", listener: socket.socket, *, opens: bool) -> None:
    """Answer until the process gets a signal to end."""
    import gc
    import webbrowser

    import uvicorn

    from copydesk.review.server import app

    settings = uvicorn.Config(app(desk), log_level="warning", access_log=False, lifespan="off", server_header=False)
    gc.freeze()  # else a page waits, now and then, while Python searches what was loaded by now
    if opens:
        webbrowser.open(desk.access.address)  # the system holds the request until the server listens
    try:
        uvicorn.Server(settings).run(sockets=[listener])
    except KeyboardInterrupt:
        say("the desk is closed")


def _export(books: Path, files: "SettingsFiles", path: Path) -> None:
    """Write the labels of the decided pages."""
    from copydesk.config import ConfigError
    from copydesk.review.export import write

    try:
        pages, left_out = write(books, files.read(), path)
    except ConfigError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or path}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    say(f"{plural(pages, 'page')} -> {shown(str(path))}")
    if left_out:
        say(f"{plural(left_out, 'decided page')} left out: not in this output, or the dump has changed")
