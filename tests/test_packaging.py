"""What is built from the project: the sdist, the wheel, the image."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MAX_SDIST_BYTES = 28_000_000
MAX_WHEEL_BYTES = 25_000_000
"""The lists of words are 19 MB of both, the models 2 MB."""


@pytest.mark.slow
def test_the_sdist_has_what_the_pages_link_to_and_no_models_of_the_benchmarks(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size < MAX_SDIST_BYTES
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = {str(parent) for name in names for parent in Path(name).parents}
    for page in ("README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))):
        for link in re.findall(r"\]\(([^)#:]+)[)#]", (ROOT / page).read_text(encoding="utf-8")):
            target = os.path.normpath(Path(page).parent / link)
            assert target in names or target in folders, f"{page} links to {link}"
    for name in ("Dockerfile", "compose.yaml", "prefect.yaml", "constraints.txt", ".ci/run", "tests/conftest.py"):
        assert name in names
    assert not [name for name in names if name.startswith("bench/models") or name.endswith(".pyc")]


@pytest.mark.slow
def test_the_wheel_has_all_lists_and_their_licences(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_WHEEL_BYTES
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()
    for list_ in (ROOT / "src" / "copydesk" / "words").iterdir():
        assert f"copydesk/words/{list_.name}" in names
    assert "License-Expression: MIT AND CC-BY-SA-4.0" in text
    assert any(name.endswith("licenses/src/copydesk/words/NOTICE.md") for name in names)
    assert "Operating System :: POSIX :: Linux" in text
    assert "Windows" not in "".join(re.findall(r"^Classifier: .*", text, re.MULTILINE))


def test_the_notice_names_each_kind_of_list() -> None:
    notice = (ROOT / "src" / "copydesk" / "words" / "NOTICE.md").read_text(encoding="utf-8")
    for needed in ("wordfreq", "Attribution-ShareAlike 4.0", "SUBTLEX", "OpenSubtitles", "books.google.com/ngrams"):
        assert needed in notice
    assert "Permission is hereby granted, free of charge" in notice  # the whole text of symspellpy's licence


def test_an_install_without_extras_has_no_package_that_is_read_for_its_data_only() -> None:
    required = {re.split(r"[>=<\[]", one)[0] for one in PROJECT["dependencies"]}
    assert not required & {"wordfreq", "symspellpy", "dask", "prefect", "fsspec"}
    flows = " ".join(PROJECT["optional-dependencies"]["flows"])
    assert "dask" not in flows
    assert "copydesk[flows]" in PROJECT["optional-dependencies"]["dask"]


def instructions() -> Iterator[tuple[str, str]]:
    """The instructions of the Dockerfile, each with its arguments."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in filter(str.strip, text.replace("\\\n", " ").splitlines()):
        name, _, arguments = line.partition(" ")
        yield name, arguments


@pytest.mark.slow
def test_the_commands_of_the_image_make_an_environment_that_cleans(tmp_path: Path) -> None:
    """Docker can't run everywhere, so its instructions are followed in a folder, with a new virtual environment.

    pip builds and installs copydesk alone.  The packages that it needs are those of the tests, so this does not show
    that they can be downloaded.  No user is changed: `chown` does nothing here.
    """
    root, data = tmp_path / "app", tmp_path / "data"
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
    theirs = [path for path in sys.path if path.endswith("site-packages")]
    (Path(own) / "of_the_tests.pth").write_text("\n".join(theirs) + "\n", encoding="utf-8")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "chown").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "tools" / "chown").chmod(0o755)
    environment = {
        "PATH": os.pathsep.join([str(tmp_path / "tools"), str(python.parent), os.environ["PATH"]]),
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say that there is none
        "PIP_NO_INDEX": "1",
        "PIP_IGNORE_INSTALLED": "1",
    }
    user = ""
    for name, arguments in instructions():
        match name:
            case "WORKDIR":
                assert arguments == "/app"
                root.mkdir()
            case "COPY":
                *sources, target = shlex.split(arguments)
                for source in sources:
                    if (ROOT / source).is_dir():
                        shutil.copytree(ROOT / source, root / target, ignore=shutil.ignore_patterns("__pycache__"))
                    else:
                        shutil.copy(ROOT / source, root / target)
            case "ENV":
                pairs = (pair.partition("=") for pair in shlex.split(arguments))
                environment.update({key: value.replace("/data", str(data)) for key, _, value in pairs})
            case "RUN":
                run = subprocess.run(["sh", "-ec", arguments], cwd=root, env=environment, capture_output=True)
                assert run.returncode == 0, run.stderr.decode()[-3000:]
            case "USER":
                user = arguments
            case _:
                assert name in ("FROM", "CMD")
    assert user == "1000:1000"
    shutil.copy(ROOT / "seeds" / "001_e44f8cae6a5b3f72.txt", data / "dumps")
    clean = ["copydesk", "clean", str(data / "dumps"), "-o", str(data / "output")]
    run = subprocess.run(clean, cwd=root, env=environment, check=True, capture_output=True)
    assert (data / "output" / "001_e44f8cae6a5b3f72.md").read_bytes() == (
        ROOT / "output" / "001_e44f8cae6a5b3f72.md"
    ).read_bytes()
    where = "import copydesk; print(copydesk.__file__)"
    at = subprocess.run(["python", "-c", where], cwd=data, env=environment, check=True, capture_output=True, text=True)
    assert at.stdout.startswith(str(tmp_path / "venv"))
    serve = services()["worker"]["command"][:2]
    assert subprocess.run([*serve, "--help"], cwd=root, env=environment, capture_output=True).returncode == 0


def services() -> dict[str, dict[str, list[str]]]:
    """The services of compose.yaml."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    return found


def test_the_services_are_reached_from_this_machine_only_and_have_no_root() -> None:
    for service in services().values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert str(service["user"]).rstrip("}").endswith("1000:1000")
        assert service["cap_drop"] == ["ALL"]
    assert services()["worker"]["command"][-3:] == ["/data/dumps", "-o", "/data/output"]
    mounted = [volume.split(":")[1] for volume in services()["worker"]["volumes"]]
    assert mounted == ["/data/dumps", "/data/output", "/data/report"]
    assert "/data/dumps:ro" in services()["worker"]["volumes"][0]


def test_the_image_is_built_from_the_files_that_it_copies() -> None:
    """`.dockerignore` leaves everything out but these."""
    sent = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    copied = {one for name, arguments in instructions() if name == "COPY" for one in shlex.split(arguments)[:-1]}
    assert copied == sent
