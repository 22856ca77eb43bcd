"""What other readers of Markdown and YAML make of the output: no markup, no program, no template, the same values."""

import io
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import markdown as python_markdown
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from ruamel.yaml import YAML

import copydesk
from copydesk.document import Json
from copydesk.render import front_matter, markdown, markdown_inline

FILLER = "It rained in the harbour town, said the mayor, and it went on to rain all day long for a week, as in March."

PAYLOADS = (
    "She wrote <script>alert(1)</script> on the page, and it ran at once, said the engineer on Monday morning.",
    "She wrote <img src=x onerror=alert(1)> on the page, and it ran at once, said the engineer on Monday morning.",
    "She wrote &lt;script&gt;alert(1)&lt;/script&gt; and &amp;lt;b&amp;gt; there, said the engineer on Monday morning.",
    "See http://example.org/?q=<script>alert(2)</script> for more of it, said the engineer on Monday morning.",
    "See www.example.org/<b>bold</b> for more of it, said the engineer on Monday morning in the old harbour.",
    "She wrote <!-- hidden --> and <?php echo 1 ?> and <![CDATA[x]]> there, said the engineer on Monday morning.",
    "She wrote <javascript:alert(1)> and [click](javascript:alert(1)) there, said the engineer on Monday morning.",
    "She wrote ![click](http://example.org/p.png) and <http://example.org/> there, said the engineer on Monday.",
    '[click]: javascript:alert(1) "the title of it", which was the first line that the engineer wrote on Monday.',
    "She wrote \\<b>bold\\</b> and \\\\<i>x\\\\</i> on the page, and it ran at once, said the engineer on Monday.",
    "<iframe src=javascript:alert(1)></iframe> was what she wrote there, said the engineer on Monday morning.",
    "She wrote {{ config.items() }} and {% include '/etc/passwd' %} on the page, said the engineer on Monday.",
    "She wrote {{< readfile '/etc/passwd' >}} and <% tp.file %> and <%* x %> there, said the engineer on Monday.",
    'She wrote {: onclick="alert(1)" .cls} and {#id onclick=alert(1)} on the page, said the engineer on Monday.',
    "She wrote %%hidden%% and {::nomarkdown} and {{% raw %}} on the page, said the engineer on Monday morning.",
    '--8<-- "/etc/passwd" was what she wrote on the page, and it ran at once, said the engineer on Monday.',
    ":::{raw} html was what she wrote on the page, and it ran at once, said the engineer on Monday morning.",
)

TEMPLATES = re.compile(r"\{\{|\{%|\{:|\{#|<%|%%|--8<--|javascript:|vbscript:", re.IGNORECASE)

ALLOWED_TAGS = {"html", "body", "div", "span", "p", "h1", "h2", "ul", "ol", "li", "a", "br", "em", "strong"}

LIKE_VALUES = (
    *("7362e711884843507254", "1e3", "0o17", "0x1f", "0b11", "1_000", "+1.", ".5", "1:30", "12:30:45", "2024-01-02"),
    *("2024-01-02T03:04:05Z", "no", "Yes", "on", "OFF", "y", "n", "true", "null", "~", ".inf", "-.INF", ".nan", "NaN"),
    *("Infinity", "<<", "=", "0.1e5", "1e1000", "007", "08", "1,000", "--5", "5 March", "word", "a: b", "# no", "- x"),
    *("a\u202eb", "a\u2028b", "\x85", "\u200fx", "\ufeffx", "a\nb", "\U000e0041", "x\x9bx", "", " lead", "tail "),
)


def made(payload: str) -> tuple[str, str]:
    """(front matter, body) of the article of a dump with the payload in its headline and in its text."""
    headline = f"Rain in the harbour town {payload[:60]}"
    text = f"{headline}\n\n{FILLER}\n\n{payload}\n\n{FILLER}\n"
    article = copydesk.clean(text, source="x").article
    front, body = markdown.article(article).removeprefix(markdown.FENCE).split(f"\n{markdown.FENCE}", 1)
    assert "engineer" in body
    return front + "\n", body


def check_html(made_by: str, text: str) -> None:
    """No element, attribute or address that could run something, in the HTML that a reader made."""
    assert "<!--" not in text, made_by
    for each in html.fromstring(f"<div>{text}</div>").iter():
        assert each.tag in ALLOWED_TAGS, (made_by, each.tag, text)
        for name, value in each.attrib.items():
            assert name in ("href", "id"), (made_by, name)
            assert name == "id" or value.startswith(("http://", "https://")), (made_by, value)


def test_markdown_has_no_template_and_no_program() -> None:
    for payload in PAYLOADS:
        front, body = made(payload)
        assert not TEMPLATES.search(body), body
        assert front_matter.load(front)["source"] == "x"


@pytest.mark.parametrize("extensions", [[], ["extra", "attr_list", "admonition", "sane_lists", "nl2br"]])
def test_python_markdown_finds_no_markup(extensions: list[str]) -> None:
    for payload in PAYLOADS:
        check_html("Python-Markdown", python_markdown.markdown(made(payload)[1], extensions=extensions))


PIECES = (
    *(
        "<",
        ">",
        "&",
        "&lt;",
        "<b>",
        "<script>",
        "</",
        "<!--",
        "{",
        "{{",
        "{%",
        "{:",
        "}",
        "%",
        "%%",
        "\\",
        "`",
        "*",
        "_",
    ),
    *("[", "](", ")", "javascript", ":", "data:", "http://a.b/", "word ", "\n", "#", "- ", "1. ", "> ", "=", "~", "|"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_no_text_becomes_markup(text: str) -> None:
    line = " ".join(f"Rain {text} rain".split())
    written = markdown_inline.escaped(line)
    assert markdown.parse(f"{markdown.FENCE}{markdown.FENCE}{written}\n").blocks == (("p", line),)
    assert not TEMPLATES.search(written)
    check_html("Python-Markdown", python_markdown.markdown(written))


def head() -> dict[str, Json]:
    return {
        "id": "x",
        **{f"key {n}": text for n, text in enumerate(LIKE_VALUES)},
        **dict.fromkeys(LIKE_VALUES, "value"),
    }


def test_yaml_parsers_read_the_same_values() -> None:
    written = front_matter.dump(head())
    assert front_matter.load(written) == head()
    assert yaml.safe_load(written) == head()
    for version in ("1.1", "1.2"):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(io.StringIO(f"%YAML {version}\n---\n{written}")) == head(), version


@given(st.text(st.sampled_from("0123456789eExXoObB.+-_:,TZ na fiyY~\u202e\u2028\x85'\"#"), max_size=12))
def test_yaml_1_2_reads_what_yaml_1_1_reads(text: str) -> None:
    head: Mapping[str, Json] = {"key": text, text: "value"}
    written = front_matter.dump(head)
    assert front_matter.load(written) == head
    assert YAML(typ="safe", pure=True).load(written) == head
    assert not re.search("[\x85\u2028\u202e]", written)


@pytest.mark.slow
def test_readers_from_npm_find_no_markup_and_the_same_values(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: the readers of Markdown and YAML from npm are not tried")
    for file in (Path(__file__).parent / "node").iterdir():
        shutil.copy(file, tmp_path)
    install = (npm, "install", "--no-audit", "--no-fund", "--silent", "--no-package-lock")
    if subprocess.run(install, cwd=tmp_path, check=False).returncode:
        pytest.skip("npm can't install the readers of Markdown and YAML: they are not tried")
    documents = [{"front": made(payload)[0], "body": made(payload)[1]} for payload in PAYLOADS]
    documents.append({"front": front_matter.dump(head()), "body": FILLER})
    read = subprocess.run(
        ["node", "read.cjs"], cwd=tmp_path, input=json.dumps(documents), capture_output=True, text=True, check=True
    )
    results = json.loads(read.stdout)
    for document, result in zip(documents, results, strict=True):
        for reader, text in result["html"].items():
            check_html(reader, text)
        wanted = front_matter.load(document["front"])
        for reader, values in result["values"].items():
            assert values == wanted, reader
