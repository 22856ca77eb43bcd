"""News items: ninjs and JSON-LD of schema.org, each field from what the record has evidence for."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from bench.kit import KIT

from conftest import Copydesk
from copydesk import clean, read_records
from copydesk.document import Author, Copyright, Image, Json, Metadata, PageKind, Record
from copydesk.render import ninjs, schema_org
from copydesk.rights import Mark, Right
from runs import fill, story

pytestmark = pytest.mark.usefixtures("in_process_workers")

SCHEMA = KIT.parent / "schemas" / "ninjs-schema_3.1.json"
"""The schema of IPTC, which is not part of the project: it may be beside the benchmark kit."""

FACTS = Metadata(
    title="Old bridge to stay closed",
    deck="Two piers have moved since the flood.",
    authors=(Author("Jane Doe", "city reporter", "Jane Doe writes about roads."), Author("Max Muster")),
    published="2024-05-03T08:00+02:00",
    updated="2024-05-05T10:30:05Z",
    language="en-GB",
    publisher="Example News",
    agency="dpa",
    dateline="Northford",
    section="City",
    tags=("bridges", "floods"),
    copyright=Copyright("\N{COPYRIGHT SIGN} 2024 Example Media", "Example Media", 2024),
    images=(Image("The bridge", "Erika Mustermann/Reuters", "https://e.example/b.jpg", "A bridge"), Image("A pier")),
    notes=("Correction: it was built in 1924.", "First published in 2023."),
    url="https://e.example/bridge",
)
RIGHTS = (
    Right(Mark.ROBOTS, "noai", ("page:robots",)),
    Right(Mark.LICENSE, "https://e.example/terms", ("page:rel=license",)),
    Right(Mark.TDM_POLICY, "https://e.example/tdm.json", ("page:tdm-policy",)),
)


def full() -> Record:
    article = clean(story(1)).article
    assert article.quality is not None
    quality = replace(article.quality, complete=False, reasons=("not_free",))
    return replace(article, metadata=FACTS, rights=RIGHTS, quality=quality)


def bare() -> Record:
    article = clean(story(1)).article
    return replace(article, metadata=Metadata(), rights=(), quality=None)


def test_a_news_item_has_what_the_record_has() -> None:
    record = full()
    assert ninjs.item(record) == {
        "uri": "https://e.example/bridge",
        "standard": ninjs.STANDARD,
        "type": "text",
        "representationType": "partial",
        "firstCreated": "2024-05-03T08:00:00+02:00",
        "versionCreated": "2024-05-05T10:30:05Z",
        "language": "en-GB",
        "headlines": [{"contentType": "text/plain", "value": FACTS.title}],
        "descriptions": [{"contentType": "text/plain", "value": FACTS.deck}],
        "by": "Jane Doe, Max Muster",
        "people": [{"name": "Jane Doe", "rel": "author"}, {"name": "Max Muster", "rel": "author"}],
        "infoSources": [{"name": "Example News", "role": "publisher"}, {"name": "dpa", "role": "agency"}],
        "located": "Northford",
        "subjects": [
            {"name": "City", "rel": "section"},
            {"name": "bridges", "rel": "tag"},
            {"name": "floods", "rel": "tag"},
        ],
        "copyrightHolder": "Example Media",
        "copyrightNotice": "\N{COPYRIGHT SIGN} 2024 Example Media",
        "usageTerms": "robots: noai; license: https://e.example/terms; tdm-policy: https://e.example/tdm.json",
        "edNote": "Correction: it was built in 1924.\nFirst published in 2023.",
        "bodies": [
            {
                "contentType": "text/plain",
                "charCount": len(record.text),
                "wordCount": record.quality.signals.words if record.quality else None,
                "value": record.text,
            }
        ],
        "associations": [
            {
                "name": "picture-1",
                "rel": "picture",
                "type": "picture",
                "uri": "https://e.example/b.jpg",
                "descriptions": [
                    {"role": "caption", "contentType": "text/plain", "value": "The bridge"},
                    {"role": "alt", "contentType": "text/plain", "value": "A bridge"},
                ],
                "by": "Erika Mustermann/Reuters",
            },
            {
                "name": "picture-2",
                "rel": "picture",
                "type": "picture",
                "uri": f"urn:copydesk:{record.id}:picture-2",
                "descriptions": [{"role": "caption", "contentType": "text/plain", "value": "A pier"}],
            },
        ],
        "altIds": [{"role": "copydesk", "value": record.id}, {"role": "source", "value": record.source}],
    }


def test_json_ld_has_what_the_record_has() -> None:
    record = full()
    assert schema_org.thing(record) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": record.id,
        "url": "https://e.example/bridge",
        "headline": FACTS.title,
        "description": FACTS.deck,
        "author": [
            {
                "@type": "Person",
                "name": "Jane Doe",
                "jobTitle": "city reporter",
                "description": "Jane Doe writes about roads.",
            },
            {"@type": "Person", "name": "Max Muster"},
        ],
        "datePublished": FACTS.published,
        "dateModified": FACTS.updated,
        "inLanguage": "en-GB",
        "publisher": {"@type": "Organization", "name": "Example News"},
        "sourceOrganization": {"@type": "Organization", "name": "dpa"},
        "dateline": "Northford",
        "articleSection": "City",
        "keywords": ["bridges", "floods"],
        "copyrightNotice": "\N{COPYRIGHT SIGN} 2024 Example Media",
        "copyrightYear": 2024,
        "license": ["https://e.example/terms"],
        "usageInfo": ["https://e.example/tdm.json"],
        "isAccessibleForFree": False,
        "image": [
            {
                "@type": "ImageObject",
                "contentUrl": "https://e.example/b.jpg",
                "caption": "The bridge",
                "creditText": "Erika Mustermann/Reuters",
                "description": "A bridge",
            },
            {"@type": "ImageObject", "caption": "A pier"},
        ],
        "wordCount": record.quality.signals.words if record.quality else None,
        "articleBody": record.text,
    }


def test_nothing_is_written_of_which_nothing_is_known() -> None:
    record = bare()
    assert list(ninjs.item(record)) == ["uri", "standard", "type", "bodies", "altIds"]
    assert ninjs.item(record)["uri"] == f"urn:copydesk:{record.id}"
    assert list(schema_org.thing(record)) == ["@context", "@type", "identifier", "articleBody"]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2024-05-03T08:00+02:00", "2024-05-03T08:00:00+02:00"),
        ("2024-05-03T08:00:59.5Z", "2024-05-03T08:00:59.5Z"),
        ("2024-05-03", None),
        ("2024-05-03T08:00", None),
        ("2024", None),
    ],
)
def test_ninjs_has_only_moments_that_are_known(date: str, moment: str | None) -> None:
    facts = replace(FACTS, published=date, updated=date)
    item = ninjs.item(replace(full(), metadata=facts))
    assert [item.get(name) for name in ("firstCreated", "versionCreated")] == [moment, moment]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (PageKind.STORY, "NewsArticle"),
        (PageKind.LIVE_BLOG, "LiveBlogPosting"),
        (PageKind.FORUM, "DiscussionForumPosting"),
        (PageKind.RECIPE, "Article"),
    ],
)
def test_a_page_that_is_no_story_is_no_news_article(page: PageKind, kind: str) -> None:
    found = schema_org.thing(replace(full(), page=page))
    assert (found["@type"], "dateline" in found) == (kind, kind == "NewsArticle")


@pytest.mark.bench
@pytest.mark.parametrize("record", [full, bare])
def test_items_are_valid_by_the_schema_of_iptc(record: object) -> None:
    """The whole check, where the schema is; the fields are compared above."""
    if not SCHEMA.exists():
        pytest.skip("the schema of ninjs 3.1 is not here; the fields are checked without it")
    import jsonschema
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    places = DRAFT202012.create_resource({})
    registry: Registry[Json] = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", places)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(
        schema, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    item = ninjs.item(record())  # type: ignore[operator]
    assert not list(checker.iter_errors(item))
    assert list(checker.iter_errors({**item, "firstCreated": 2024}))


def test_runs_write_a_line_for_each_article(copydesk_here: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    (folder / "blocked.txt").write_text("403 Forbidden\n\nYou don't have permission to access this page.\n", "utf-8")
    formats = ("--format", "ninjs,schema.org,jsonl", "--shard-size", "2")
    assert copydesk_here("clean", folder, "-o", "out", *formats).returncode == 0
    out = tmp_path / "out"
    texts = [one.text for one in read_records(out) if one.kind == "article"]
    for suffix in ("ninjs", "schema.org"):
        lines = [
            json.loads(line)
            for path in sorted(out.glob(f"records-0000?.{suffix}.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        assert [one.get("articleBody") or one["bodies"][0]["value"] for one in lines] == texts
    assert len(list(out.glob("records-*.ninjs.jsonl"))) == 2
    assert copydesk_here("verify", "out").returncode == 0
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.jsonl")}
    assert b"0 dumps cleaned" in copydesk_here("clean", folder, "-o", "out", *formats).stderr
    assert before == {path.name: path.stat().st_mtime_ns for path in out.glob("*.jsonl")}
    path = out / "records-00000.ninjs.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("closed", "open", 1), encoding="utf-8")
    assert copydesk_here("verify", "out").returncode == 1
    (folder / "story-0000.txt").unlink()
    assert copydesk_here("clean", folder, "-o", "out", *formats, "--prune").returncode == 0
    found = "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.schema.org.jsonl")))
    assert len(found.splitlines()) == 2
    assert copydesk_here("clean", folder, "-o", "out", "--format", "jsonl").returncode == 0
    assert not list(out.glob("*ninjs*")) + list(out.glob("*schema*"))


def test_line_separators_in_a_text_break_no_line(copydesk_here: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(story(1, " A\u2028line\x85separator."), encoding="utf-8")
    copydesk_here("clean", "one.txt", "-o", "out", "--format", "ninjs,schema.org")
    for path in (tmp_path / "out").glob("*.jsonl"):
        assert len(path.read_text(encoding="utf-8").splitlines()) == 1
