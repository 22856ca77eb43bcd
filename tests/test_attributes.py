"""Attributes of records as Dolma has them: row for row beside the documents, read by Dolma's own code where it is."""

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

import copydesk as library
from conftest import Copydesk
from copydesk.document import STORY
from copydesk.render import attributes
from runs import fill, story

CODE = (
    "How to print a word twice\n\nThis is how one of our readers does it,and it works on every machine that we have.\n\n"
    "```\ndef twice(word):\n    print(word)\n\n    print(word)\n```\n\nTry it with a short word first, and look at what "
    "the machine says about it.\n"
)
ASTRAL = (
    "\N{GRINNING FACE} Bridge to stay closed for a year\n\n\N{GRINNING FACE} The council voted on Monday,as engineers "
    "had asked it to do, to close the bridge to all traffic until next spring.\n\nTwo of its piers have moved by more "
    "than a hand since the last flood,the report says.\n"
)


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """A line of a file of attributes as Dolma 1.2.1 decodes it (`dolma.core.data_types.OutputSpec`)."""

    id: str
    attributes: dict[str, list[tuple[int, int, float]]]
    source: str | None = None


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.mark.parametrize("text", [CODE, ASTRAL, story(3)], ids=["code", "astral", "story"])
def test_labels_and_edits_are_spans_of_the_text(text: str) -> None:
    cleaned = library.clean(text)
    article = cleaned.article
    found = attributes.of(article)
    blocks = [block for block in article.blocks if block.label in STORY]
    spans = sorted(
        (start, end) for name, all_of in found.items() if name.startswith("label__") for start, end, _ in all_of
    )
    assert [article.text[start:end] for start, end in spans] == [block.text for block in blocks]
    for block in blocks:
        assert any(
            share == (1.0 if block.share is None else block.share) for *_, share in found[f"label__{block.label}"]
        )
    inside = [one for one in article.edits if any(b.start <= one.start and one.end <= b.end for b in blocks)]
    edited = sorted((s, e) for name, all_of in found.items() if name.startswith("edit__") for s, e, _ in all_of)
    assert len(edited) == sum(len(one.rules) for one in inside)
    assert sorted(article.text[start:end] for start, end in edited) == sorted(
        one.after for one in inside for _ in one.rules
    )


def test_figures_are_spans_over_the_whole_text_and_unknown_ones_have_none() -> None:
    cleaned = library.clean(story(3))
    quality, size = cleaned.article.quality, len(cleaned.article.text)
    assert quality is not None
    found = attributes.of(cleaned.article)
    assert found["quality__confidence"] == [(0, size, quality.confidence)]
    assert found["quality__complete"] == [(0, size, 1.0)]
    assert found["signals__words"] == [(0, size, float(quality.signals.words))]
    assert found["kind__article"] == found["page__story"] == [(0, size, 1.0)]
    teaser = attributes.of(cleaned.teasers[0])
    assert teaser["quality__confidence"] == teaser["signals__words"] == []
    assert teaser["kind__teaser"] == [(0, len(cleaned.teasers[0].text), 1.0)]


@pytest.fixture
def corpus(copydesk: Copydesk, tmp_path: Path) -> Path:
    """Documents in shards, plain and packed, and their attributes."""
    folder = fill(tmp_path / "dumps", 3)
    (folder / "astral.txt").write_text(ASTRAL, encoding="utf-8")
    formats = ("--format", "jsonl,jsonl.gz", "--shard-size", "2")
    assert copydesk("clean", folder, "-o", "corpus/documents", *formats).returncode == 0
    done = copydesk("attributes", "corpus/documents")
    assert (done.returncode, done.stdout) == (0, b"")
    assert b" rows in 8 files -> " in done.stderr
    return tmp_path / "corpus"


def read(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines()


def test_rows_are_beside_the_documents_in_files_of_the_same_names(corpus: Path) -> None:
    names = sorted(path.name for path in (corpus / "documents").glob("records*"))
    assert sorted(path.name for path in (corpus / "attributes" / "copydesk").iterdir()) == names
    for name in names:
        documents = [json.loads(line) for line in read(corpus / "documents" / name)]
        rows = [msgspec.json.decode(line, type=Row) for line in read(corpus / "attributes" / "copydesk" / name)]
        assert [row.id for row in rows] == [document["id"] for document in documents]
        for row, document in zip(rows, documents, strict=True):
            assert all(key.startswith("copydesk__") for key in row.attributes)
            assert all(0 <= s <= e <= len(document["text"]) for spans in row.attributes.values() for s, e, _ in spans)


def test_the_same_documents_give_the_same_bytes(corpus: Path, copydesk: Copydesk, tmp_path: Path) -> None:
    copydesk("attributes", "corpus/documents", "-o", "again", "--name", "copydesk")
    for path in (corpus / "attributes" / "copydesk").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_what_cannot_be_done_is_wrong_use(corpus: Path, copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    for arguments, message in (
        (("bare",), "is no folder `documents`"),
        (("bare", "-o", "x"), "no records*.jsonl here"),
        (("corpus/documents", "--name", "a__b"), "with single _ between them"),
        (("corpus/documents", "--name", "../x"), "with single _ between them"),
        (("corpus/documents", "-o", "corpus/documents"), "would replace the records"),
    ):
        done = copydesk("attributes", *arguments)
        assert (done.returncode, message in done.stderr.decode()) == (2, True)
    (corpus / "documents" / "records-00000.jsonl").write_text("{}\n", encoding="utf-8")
    before = (corpus / "attributes" / "copydesk" / "records-00000.jsonl").read_bytes()
    assert copydesk("attributes", "corpus/documents").returncode == 2
    assert (corpus / "attributes" / "copydesk" / "records-00000.jsonl").read_bytes() == before
    assert not list((corpus / "attributes").rglob("*.new"))


def mixer() -> ModuleType:
    """Dolma's own mixer, which is compiled; without the rest of its package, which needs an s3fs of 2023."""
    spec = importlib.util.find_spec("dolma")
    places = list(spec.submodule_search_locations or ()) if spec else []
    found = [path for place in places for path in Path(place).glob("dolma*.so")]
    if not found:
        pytest.skip("dolma is not installed (pip install --no-deps dolma): its requirements contradict others here")
    own = importlib.util.spec_from_file_location("dolma.dolma", found[0])
    assert own is not None
    assert own.loader is not None
    module = importlib.util.module_from_spec(own)
    own.loader.exec_module(module)
    return module


def test_dolma_filters_and_replaces_by_the_attributes(corpus: Path, tmp_path: Path) -> None:
    config = {
        "streams": [
            {
                "name": "mixed",
                "documents": [f"{corpus}/documents/*.gz"],
                "attributes": ["copydesk"],
                "filter": {
                    "include": ["$.attributes[?(@.copydesk__signals__words[0][2] > 24.5)]"],
                    "exclude": ["$.attributes[?(@.copydesk__kind__teaser)]"],
                },
                "span_replacement": [
                    {"span": "$.attributes.copydesk__edit__spacing_comma", "min_score": 0.5, "replacement": "<space>"}
                ],
                "output": {"path": f"{tmp_path}/mixed", "max_size_in_bytes": 10**8},
            }
        ],
        "work_dir": {"input": f"{tmp_path}/in", "output": f"{tmp_path}/temporary"},
        "processes": 1,
        "dryrun": False,
    }
    mixer().mixer_entrypoint(json.dumps(config))
    mixed = [json.loads(line) for path in (tmp_path / "mixed").iterdir() for line in read(path)]
    documents = [json.loads(line) for path in (corpus / "documents").glob("*.gz") for line in read(path)]
    chosen = {one["id"] for one in documents if one["quality"] and one["quality"]["signals"]["words"] >= 25}
    assert {one["id"] for one in mixed} == chosen
    assert 0 < len(chosen) < sum(one["kind"] == "article" for one in documents)
    astral = next(one for one in mixed if one["source"] == "astral.txt")
    assert astral["text"].count(",<space>") == 2


@pytest.mark.slow
def test_datatrove_filters_by_confidence_and_signals(corpus: Path) -> None:
    from datatrove.pipeline.filters import LambdaFilter
    from datatrove.pipeline.readers import JsonlReader

    def is_wanted(document: "object") -> bool:
        quality = document.metadata["quality"]  # type: ignore[attr-defined]
        return quality is not None and quality["confidence"] >= 0.5 and quality["signals"]["words"] >= 25

    reader = JsonlReader(str(corpus / "documents"), glob_pattern="*.jsonl")
    found = [document.id for document in LambdaFilter(is_wanted).run(reader())]
    documents = [json.loads(line) for path in sorted((corpus / "documents").glob("*.jsonl")) for line in read(path)]
    wanted = [one["id"] for one in documents if one["quality"] and one["quality"]["signals"]["words"] >= 25]
    assert found == wanted
    assert 0 < len(wanted) < len(documents)
