"""Markdown for Obsidian, Hugo and pandoc: read back by the real programs, or by their documented rules."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import lxml.html
import msgspec
import pytest
import yaml
from hypothesis import assume, given, settings

import copydesk
from conftest import Copydesk
from copydesk.batch.notes import Story, name_of, slug
from copydesk.document import Author, Block, Copyright, Image, Json, Kind, Label, Metadata, Record
from copydesk.output_settings import Flavour
from copydesk.render import flavours, markdown
from copydesk.rights import Mark, Right
from copydesk.story import story_parts
from runs import fill, story, tree
from strategies import hostile

FLAVOURED = (Flavour.OBSIDIAN, Flavour.HUGO, Flavour.PANDOC)
Inside = TypeVar("Inside")
LINES = (
    "#Northford has 3 #1984 and a #tag/below, C# and a b#c; # alone.",
    "It costs $5 and then $10, or $x$ for $$all$$.",
    "One price of $5 is no formula.",
    "A ==mark== and a =sign= are words; 2^10 and x^2^ and H~2~O and ~~no~~ too. ^name",
    "(1) one in brackets",
    "a) the first letter",
    "IV. the fourth chapter",
    "#. a number",
    "1986. A year, not an item",
    ": a definition",
    "| a line of verse",
    "@jane and jane@example.org, [@doe, p. 3] and (@) said so",
    "\\alpha and a\\ b and C:\\Users\\new \\(x\\) \\$",
    "*Stars* and _lines_ and `ticks` and <b>markup</b> &amp; {{< shortcode >}} {% tag %} %%comment%%",
    "[[A note]] and ![[picture.png]] and [x](javascript:y) [^1] ^[note]",
    "> [!note] is no callout",
    "+++ --- *** === | a | b |",
    "He said \"yes\" -- and 'no' ... Mr. Doe's -- well",
    "A smile :smile: and http://example.org/~jane/#top?x=$y",
)
ITEMS = ("a) item", "(2) item", "3. item", "4) item", "* item", "- item", "# item", "[ ] a box", ": item")
CODE = ("def f(a):", "    return '$x$ #tag @a'")


def note(lines: tuple[str, ...] = LINES, items: tuple[str, ...] = ITEMS, code: tuple[str, ...] = CODE) -> Record:
    """An article with these lines, of which each is a paragraph or an item, and code."""
    article = copydesk.clean(story(1), source="a/page.html").article
    labelled = [
        *((Label.PARAGRAPH, line) for line in lines),
        (Label.HEADING, "a) A heading with $5 and #tag"),
        *((Label.LIST_ITEM, line) for line in items),
        (Label.PARAGRAPH, "Between."),
        *((Label.CODE, line.strip()) for line in code),
    ]
    blocks = tuple(
        Block(
            label, n, n + 1, text, "x", gap="\n    " if "return" in "".join(code[n + 1 - len(labelled) :][:1]) else "\n"
        )
        for n, (label, text) in enumerate(labelled)
    )
    text = "\n\n".join(part for _, part in story_parts("", blocks))
    facts = Metadata(
        title='1. The $5 bill: @jane\'s *"best"* #tag, 100 % <b>',
        deck="(a) A deck with H~2~O",
        authors=(Author("Jane Doe", "reporter"), Author("Max O'Muster")),
        published="2024-05-03T08:30+02:00",
        updated="2024-05-04",
        language="en-GB",
        publisher="Example & Co",
        section="City News",
        tags=("old bridges", "1984", "C++", "old  bridges", "Straße/Weg", "+++"),
        copyright=Copyright("\N{COPYRIGHT SIGN} 2024 Example", "Example", 2024),
        images=(Image("A bridge", "Jane"),),
        notes=("Correction: no.",),
        url="https://example.org/_a_/~b?c=$d",
    )
    return replace(
        article,
        metadata=facts,
        blocks=blocks,
        text=text,
        lead="",
        rights=(Right(Mark.ROBOTS, "noai", ("page:robots",)),),
    )


def head_of(text: str) -> dict[str, Json]:
    found: dict[str, Json] = yaml.safe_load(text.split("---\n")[1])
    return found


def paragraphs(record: Record) -> list[str]:
    """The text of the record, without the marks that it has as the markers of its items."""
    return [re.sub(r"^(?:\*|\d{1,9}[.)]) (?=item)", "", part) for part in record.text.split("\n\n")]


@pytest.mark.parametrize("flavour", FLAVOURED)
def test_a_flavour_is_the_same_to_commonmark(flavour: Flavour) -> None:
    record = note()
    plain = markdown.parse(markdown.article(record)).blocks
    assert markdown.parse(flavours.document(record, flavour)).blocks == plain[1:]


@settings(max_examples=20)  # each example is a whole page, in three flavours
@given(text=hostile)
def test_hostile_stories_are_the_same_to_commonmark(text: str) -> None:
    try:
        article = copydesk.clean(f"{story(1)}\n{text}").article
    except copydesk.UnreadableError:
        assume(False)
    plain = markdown.parse(markdown.article(article)).blocks
    for flavour in FLAVOURED:
        found = markdown.parse(flavours.document(article, flavour)).blocks
        assert found == tuple(block for block in plain if block[0] != "h1")


@pytest.mark.parametrize("flavour", FLAVOURED)
def test_the_front_matter_is_flat_and_the_headline_is_there_once(flavour: Flavour) -> None:
    text = flavours.document(note(), flavour)
    head = head_of(text)
    for value in head.values():
        texts = value if isinstance(value, list) else [value]
        assert all(isinstance(one, (str, date)) for one in texts)
    assert not re.search("^# ", text, re.MULTILINE)
    assert text.startswith("---\nid: ")
    names = head["author" if flavour is Flavour.PANDOC else "authors"]
    assert isinstance(names, list)
    assert names[0] == "Jane Doe"
    assert head["rights"] == ["robots: noai"]


@pytest.mark.parametrize("flavour", [Flavour.OBSIDIAN, Flavour.HUGO])
def test_tags_have_no_spaces_and_one_is_no_number(flavour: Flavour) -> None:
    """Obsidian, "Tags": letters, digits, "_", "-" and "/", and at least one that is no digit."""
    tags = head_of(flavours.document(note(), flavour))["tags"]
    assert tags == ["old-bridges", "_1984", "C", "Straße/Weg"]
    assert isinstance(tags, list)
    assert all(re.fullmatch(r"(?=.*[^\d])[\w/-]+", str(tag)) for tag in tags)


def test_obsidian_finds_no_tag_no_formula_and_no_link_in_a_text() -> None:
    """Obsidian, "Basic formatting syntax", "Tags", "Internal links", "Comments" and "Callouts"."""
    record = note()
    body = flavours.document(record, Flavour.OBSIDIAN).split("---\n", 2)[2]
    text = body.partition("```")[0]  # code shows what it is
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    assert "\nOne price of $5 is no formula.\n" in text
    for mark in (
        r"(?:^|\s)#[\w/-]",
        r"\$.*\$",
        "==",
        "~~",
        "%%",
        r"\[\[",
        r"!\[",
        r"\^[\w-]+$",
        r"^> ",
        "<[a-z/!?]",
        "`",
        r"^- \[",
    ):
        assert not re.search(mark, bare, re.MULTILINE), mark
    head = head_of(flavours.document(record, Flavour.OBSIDIAN))
    assert (str(head["published"]), str(head["updated"])) == ("2024-05-03", "2024-05-04")
    assert "\npublished: 2024-05-03\n" in flavours.document(record, Flavour.OBSIDIAN)
    assert head["aliases"] == [record.metadata.title]
    assert not {"images", "notes", "copyright", "extra"} & set(head)


def test_a_record_without_facts_has_an_empty_head() -> None:
    record = replace(note(), metadata=Metadata(), rights=())
    for flavour in FLAVOURED:
        assert set(head_of(flavours.document(record, flavour))) == {"id", "source"}


# pandoc


class Node(msgspec.Struct, frozen=True):
    """A node of pandoc's tree: its type and what is in it."""

    t: str
    c: msgspec.Raw = msgspec.Raw(b"null")

    def inside(self, kind: type[Inside]) -> Inside:
        return msgspec.json.decode(self.c, type=kind)


class Tree(msgspec.Struct, frozen=True):
    """A document as pandoc has read it."""

    blocks: list[Node]
    meta: dict[str, Node]


def text_of(inlines: list[Node]) -> str:
    """The text of inlines; any but words and spaces is an error."""
    assert {one.t for one in inlines} <= {"Str", "Space"}, inlines
    return "".join(one.inside(str) if one.t == "Str" else " " for one in inlines)


def texts_of(blocks: list[Node]) -> Iterator[str]:
    """The texts of paragraphs, headings, items of lists and code; any other block is an error."""
    for one in blocks:
        if one.t in ("Para", "Plain"):
            yield text_of(one.inside(list[Node]))
        elif one.t == "Header":
            yield text_of(one.inside(tuple[int, msgspec.Raw, list[Node]])[2])
        elif one.t == "CodeBlock":
            yield one.inside(tuple[msgspec.Raw, str])[1]
        else:
            assert one.t in ("BulletList", "OrderedList"), one
            is_plain = one.t == "BulletList"
            items = one.inside(list[list[Node]]) if is_plain else one.inside(tuple[msgspec.Raw, list[list[Node]]])[1]
            for item in items:
                yield from texts_of(item)


def facts_of(node: Node) -> str | list[str]:
    if node.t == "MetaList":
        return [text_of(one.inside(list[Node])) for one in node.inside(list[Node])]
    assert node.t == "MetaInlines", node
    return text_of(node.inside(list[Node]))


def read_by_pandoc(text: str) -> Tree:
    if shutil.which("pandoc") is None:
        pytest.skip("pandoc is not installed")
    command = ["pandoc", "--from", "markdown-smart", "--to", "json"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Tree)


def test_pandoc_reads_the_same_text_and_facts() -> None:
    record = note(items=tuple(item for item in ITEMS if not item.startswith("[ ]")))  # pandoc makes a box of it
    found = read_by_pandoc(flavours.document(record, Flavour.PANDOC))
    assert list(texts_of(found.blocks)) == paragraphs(record)
    facts = record.metadata
    names = ("title", "subtitle", "author", "date", "lang", "keywords", "url")
    assert [facts_of(found.meta[name]) for name in names] == [
        facts.title,
        facts.deck,
        [author.name for author in facts.authors],
        facts.published,
        facts.language,
        [" ".join(tag.split()) for tag in facts.tags],
        facts.url,
    ]


# Hugo

LAYOUT = """{{ dict "title" .Title "content" .Content "authors" .Params.authors "tags" .Params.tags
  "date" (.Date.Format "2006-01-02T15:04:05Z07:00") "original" .Params.original | jsonify }}"""
SITE = """baseURL = "https://example.org/"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "home", "section", "404"]
[markup.goldmark.extensions.typographer]
disable = true
"""


@pytest.mark.slow
def test_hugo_shows_the_same_text_and_facts(tmp_path: Path) -> None:
    program = shutil.which("hugo", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("hugo is not installed: it is in the extra dev")
    record = note(code=('{{< ref "x" >}}', "{{% x %}} {{ .Title }}"))
    other = note()
    for name, one in (("one", record), ("two", other)):
        (tmp_path / "content").mkdir(exist_ok=True)
        (tmp_path / "content" / f"2024-05-03-{name}.md").write_text(
            flavours.document(one, Flavour.HUGO), encoding="utf-8"
        )
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "single.html").write_text(LAYOUT, encoding="utf-8")
    (tmp_path / "hugo.toml").write_text(SITE, encoding="utf-8")
    done = subprocess.run([program, "--quiet"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, one in (("one", record), ("two", other)):
        page = json.loads((tmp_path / "public" / f"2024-05-03-{name}" / "index.html").read_text(encoding="utf-8"))
        content = lxml.html.fromstring(f"<div>{page['content']}</div>")
        shown = [element.text_content().rstrip("\n") for element in content.iter("p", "h2", "li", "pre")]
        wanted = paragraphs(one)
        assert shown[:-1] == wanted[:-1]
        assert shown[-1].split() == wanted[-1].split()
        assert page["title"] == one.metadata.title
        assert page["authors"] == [author.name for author in one.metadata.authors]
        assert page["date"] == "2024-05-03T08:30:00+02:00"
        assert page["original"] == one.metadata.url


# names


def named(
    template: str, *, title: str | None = "Old bridge: closed?", published: str | None = "2024-05-03T08:00Z"
) -> str:
    facts = {"title": title, "published": published, "publisher": "A/B News", "section": None, "language": "en"}
    made = {"id": "0" * 20, "kind": "article", "source": "box.jsonl#a b.html", "metadata": facts}
    return name_of(msgspec.convert(made, Story), template)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("{date}-{slug}", "2024-05-03-old-bridge-closed"),
        ("{year}/{month}/{title}", "2024/05/Old bridge closed"),
        ("{publisher}/{slug}", "A B News/old-bridge-closed"),
        ("{section}/{slug}", "old-bridge-closed"),
        ("{section}-{slug}", "old-bridge-closed"),
        ("../{language}/{id}", "en/00000000000000000000"),
        ("{section}", "00000000000000000000"),
    ],
)
def test_a_name_is_made_of_what_is_known(template: str, wanted: str) -> None:
    assert named(template) == wanted


def test_a_name_without_a_date_or_title_has_the_rest() -> None:
    assert named("{date}-{slug}", published=None) == "old-bridge-closed"
    assert named("{date}-{slug}", published="spring", title=None) == "a-b"
    assert named("{title}", title="con") == "_con"
    assert named("{title}", title="../../.bashrc") == "bashrc"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Über Straßen & Brücken!", "über-strassen-brücken"),
        ("東京の橋", "東京の橋"),
        ("a" * 200, "a" * 80),
        ("word " * 40, "-".join(["word"] * 16)),
        ("...", ""),
    ],
)
def test_a_slug_has_words_and_hyphens(text: str, wanted: str) -> None:
    assert slug(text) == wanted


# runs

pytestmark = pytest.mark.usefixtures("in_process_workers")
NOTES = ("--markdown", "obsidian", "--names", "{slug}")


@pytest.fixture(name="copydesk_run")
def _run(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    folder = fill(tmp_path / "dumps", 2)
    for name in ("same.txt", "a.txt"):
        (folder / name).write_text(story(0), encoding="utf-8")
    (folder / "blocked.txt").write_text("403 Forbidden\n\nYou don't have permission to access this page.\n", "utf-8")
    return folder


def notes(folder: Path) -> dict[str, str]:
    """The source of each note, by its name."""
    return {
        path.relative_to(folder).as_posix(): str(head_of(path.read_text(encoding="utf-8"))["source"])
        for path in sorted(folder.rglob("*.md"))
    }


FIRST = slug(story(0).partition("\n")[0])
SECOND = slug(story(1).partition("\n")[0])


def test_the_first_source_gets_the_name_and_the_others_a_number(copydesk_run: Copydesk, dumps: Path) -> None:
    run = copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    assert (run.returncode, b"5 written" in run.stderr) == (0, True), run.stderr
    vault = dumps.parent / "vault"
    assert notes(vault) == {
        f"{FIRST}.md": "a.txt",
        f"{FIRST}-2.md": "same.txt",
        f"{FIRST}-3.md": "story-0000.txt",
        f"{SECOND}.md": "story-0001.txt",
    }
    assert {path.name for path in vault.iterdir()} == {".copydesk", *notes(vault)}
    assert copydesk_run("verify", "vault").returncode == 0
    before = {path: path.stat().st_mtime_ns for path in vault.glob("*.md")}
    assert b"0 dumps cleaned" in copydesk_run("clean", dumps, "-o", "vault", *NOTES).stderr
    assert before == {path: path.stat().st_mtime_ns for path in vault.glob("*.md")}


def test_notes_follow_their_dumps(copydesk_run: Copydesk, dumps: Path) -> None:
    """A dump that is gone, one that is changed, a note that is lost: as if all were cleaned for the first time."""
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    (dumps / "a.txt").unlink()
    (dumps / "story-0001.txt").write_text(story(0, " More."), encoding="utf-8")
    (dumps.parent / "vault" / f"{FIRST}-3.md").unlink()
    assert copydesk_run("clean", dumps, "-o", "vault", *NOTES, "--prune").returncode == 0
    assert copydesk_run("clean", dumps, "-o", "again", *NOTES).returncode == 0
    assert tree(dumps.parent / "vault") == tree(dumps.parent / "again")
    assert notes(dumps.parent / "vault") == {
        f"{FIRST}.md": "same.txt",
        f"{FIRST}-2.md": "story-0000.txt",
        f"{FIRST}-3.md": "story-0001.txt",
    }
    assert copydesk_run("verify", "vault").returncode == 0


def test_a_note_that_was_changed_is_found(copydesk_run: Copydesk, dumps: Path) -> None:
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    path = dumps.parent / "vault" / f"{SECOND}.md"
    path.write_text(path.read_text(encoding="utf-8") + "x", encoding="utf-8")
    run = copydesk_run("verify", "vault")
    assert (run.returncode, f"{SECOND}.md".encode() in run.stdout + run.stderr) == (1, True)


def test_other_names_clean_nothing_again(copydesk_run: Copydesk, dumps: Path) -> None:
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    run = copydesk_run("clean", dumps, "-o", "vault", "--markdown", "obsidian", "--names", "{language}/{slug}")
    assert b"0 dumps cleaned" in run.stderr
    assert set(notes(dumps.parent / "vault")) == {
        f"en/{name}.md" for name in (FIRST, f"{FIRST}-2", f"{FIRST}-3", SECOND)
    }
    assert copydesk_run("verify", "vault").returncode == 0


def test_another_flavour_replaces_the_notes(copydesk_run: Copydesk, dumps: Path) -> None:
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    copydesk_run("clean", dumps, "-o", "vault", "--markdown", "hugo", "--names", "{slug}", "--format", "md,json")
    vault = dumps.parent / "vault"
    assert len(notes(vault)) == 4
    assert "lastmod" not in (vault / f"{SECOND}.md").read_text(encoding="utf-8")
    assert "aliases" not in (vault / f"{SECOND}.md").read_text(encoding="utf-8")
    assert (vault / "story-0000.json").exists()
    assert copydesk_run("verify", "vault").returncode == 0
    assert copydesk_run("clean", dumps, "-o", "vault").returncode == 0
    assert copydesk_run("clean", dumps, "-o", "plain").returncode == 0
    assert tree(vault) == tree(dumps.parent / "plain")


def test_what_is_filtered_has_no_note(copydesk_run: Copydesk, dumps: Path) -> None:
    (dumps.parent / "own.toml").write_text('[keep]\nlanguages = ["de"]\n', encoding="utf-8")
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    copydesk_run("clean", dumps, "-o", "vault", *NOTES, "--config", "own.toml")
    assert notes(dumps.parent / "vault") == {}
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    assert len(notes(dumps.parent / "vault")) == 4
    assert copydesk_run("verify", "vault").returncode == 0


def test_notes_of_other_inputs_stay(copydesk_run: Copydesk, dumps: Path, tmp_path: Path) -> None:
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "new.txt").write_text(story(5), encoding="utf-8")
    copydesk_run("clean", tmp_path / "more", "-o", "vault", *NOTES)
    assert len(notes(tmp_path / "vault")) == 5


def test_the_settings_choose_the_flavour(copydesk_run: Copydesk, dumps: Path) -> None:
    (dumps.parent / "own.toml").write_text('[output]\nmarkdown = "pandoc"\nnames = "{id}"\n', encoding="utf-8")
    copydesk_run("clean", dumps, "-o", "out", "--config", "own.toml")
    assert all(re.fullmatch(r"[0-9a-f]{20}\.md", name) for name in notes(dumps.parent / "out"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--markdown", "obsidian", "--names", "{dat}"), "--names: a template such as '{date}-{slug}' with {date}"),
        (("--markdown", "obsidian", "--names", "note"), "--names: a template such as"),
        (("--markdown", "obsidian", "--names", "{slug"), "--names: a template such as"),
        (("--names", "{slug}"), "--names is for --markdown obsidian, hugo or pandoc"),
        (("--markdown", "roam"), "'roam' is not one of"),
    ],
)
def test_a_flavour_that_cannot_be_written_is_wrong_use(
    copydesk_run: Copydesk, dumps: Path, options: tuple[str, ...], message: str
) -> None:
    run = copydesk_run("clean", dumps, "-o", "out", *options)
    assert (run.returncode, message in run.stderr.decode()) == (2, True), run.stderr


def test_an_unknown_flavour_in_the_settings_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[output]\nmarkdown = "roam"\n', encoding="utf-8")
    with pytest.raises(copydesk.ConfigError, match="the flavours of Markdown are: commonmark, obsidian"):
        copydesk.load(tmp_path / "own.toml")


def test_a_dump_without_a_story_has_no_note(copydesk_run: Copydesk, dumps: Path) -> None:
    copydesk_run("clean", dumps, "-o", "vault", *NOTES)
    assert "blocked.txt" not in notes(dumps.parent / "vault").values()
    assert {one.kind for one in copydesk.read_records(dumps.parent / "vault")} <= {Kind.ARTICLE}
