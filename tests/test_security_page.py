"""docs/security.md states the limits that the code has; commands that open a port say on which address."""

import re

import pytest
import yaml

from conftest import ROOT
from copydesk import config, npz, server_watch, toml_tables
from copydesk.batch import pool
from copydesk.readers import compressed, feeds, jsonl

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
OWN = config.default()


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("bytes of a file of the input", f"{OWN.limits.file_size // 10**9} GB"),
        ("bytes of a dump, characters of a record", f"{OWN.limits.record_size:,}"),
        ("lines of a dump", f"{OWN.limits.record_lines:,}"),
        ("values of a row in Parquet", f"{OWN.limits.record_size:,}"),
        ("seconds for a dump", f"{OWN.run.seconds:g}"),
        ("seconds for which a file may give no byte", f"{OWN.run.seconds:g}"),
        ("memory of a worker", f"{OWN.run.memory:,} MB"),
        ("crashes of workers on a dump", f"{pool.MAX_DEATHS}, then"),
        ("unpacked bytes of a stream", f"{compressed.ALWAYS_ALLOWED // 10**6} MB, or {compressed.MAX_RATIO} times"),
        ("what an entity of a feed stands for", f"{feeds.MAX_ENTITY} bytes"),
        ("levels of objects and lists", f"{jsonl.MAX_NESTING}"),
        (
            "bytes of a settings file",
            f"{toml_tables.MAX_SETTINGS_BYTES // 10**6} MB, {config.MAX_WORDS_BYTES // 10**6} MB, "
            f"{config.MAX_CONTENT_BYTES // 10**6} MB",
        ),
        ("seconds for which a flow's server", f"{server_watch.GONE_SECONDS:g};"),
    ],
)
def test_the_page_has_the_limits_of_the_code(row: str, value: str) -> None:
    (line,) = re.findall(rf"^\| {re.escape(row)}.*$", PAGE, re.MULTILINE)
    assert f"| {value}" in line
    assert config.MAX_CONTENT_BYTES == npz.MAX_BYTES


def test_the_containers_have_the_rights_that_the_page_says() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "1000" in service["user"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "./dumps:/data/dumps:ro" in services["worker"]["volumes"]


def test_no_command_in_the_docs_opens_dask_to_everybody() -> None:
    assert "gives a shell to anybody" in DOCS["operation.md"]
    found = [
        command.replace("\\\n", " ")
        for page in DOCS.values()
        for command in re.findall(r"\bdask (?:scheduler|worker) (?:.*\\\n)*.*", page)
        if "listens" not in command
    ]
    assert len(found) >= 3
    for command in found:
        assert "--host" in command, command
