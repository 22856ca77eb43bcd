"""The card as Croissant 1.1 (MLCommons): JSON-LD that says which files there are and where each field is."""

import json
from collections.abc import Sequence
from typing import Final

from copydesk import shards
from copydesk.card.contents import Contents, DataFile
from copydesk.document import Json
from copydesk.terminal import escaped

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.1"

ENCODINGS: Final = {"jsonl": "application/jsonlines", "parquet": "application/x-parquet"}
"""How Croissant names formats.  It has no name for packed JSON Lines."""

_CROISSANT: Final = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT: Final[dict[str, Json]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in _CROISSANT},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
}
"""The context that the specification asks for."""

_FIELDS: Final = (
    ("id", "sc:Text", "id", "always the same for the same source"),
    ("kind", "sc:Text", "kind", "article, teaser, or other (no story)"),
    ("page", "sc:Text", "page", "the kind of page"),
    ("parent", "sc:Text", "parent", "of a teaser: the id of its article"),
    ("source", "sc:Text", "source", "the file and record that it was made from"),
    ("text", "sc:Text", "text", "the story; paragraphs have a blank line between"),
    *(
        (name, "sc:Text", "metadata", what)
        for name, what in (
            ("title", "the headline"),
            ("deck", "the lines below the headline that sum up the story"),
            ("published", "the date of publication, in ISO 8601"),
            ("updated", "the date of the last change, in ISO 8601"),
            ("language", "the language, a BCP 47 tag"),
            ("publisher", "the publisher"),
            ("section", "the section"),
            ("url", "the address of the page"),
        )
    ),
)
"""(name, type, column, description) of each field; those in `metadata` have its path too."""


def write(name: str, found: Contents, files: Sequence[DataFile]) -> str:
    """The text of `croissant.json`.  Each file is a record set: Croissant can't join files without an archive."""
    suffix = shards.suffix_of(files[0].name)[1:] if files else ""
    described = files if suffix in ENCODINGS else ()
    card: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": name,
        "description": f"{found.articles:,} articles and their teasers, cleaned from pages with copydesk.",
        "inLanguage": [*sorted(filter(None, found.languages))],
        "distribution": [_file(one, ENCODINGS[suffix]) for one in described],
        "recordSet": [_record_set(one, found) for one in described],
    }
    return "\n".join(map(escaped, json.dumps(card, ensure_ascii=False, indent=2).split("\n"))) + "\n"


def _file(one: DataFile, encoding: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": one.name,
        "name": one.name,
        "contentUrl": one.name,
        "contentSize": f"{one.size} B",
        "encodingFormat": encoding,
        "sha256": one.sha256,
    }


def _record_set(one: DataFile, found: Contents) -> Json:
    name = one.name.removesuffix(shards.suffix_of(one.name)).replace(".", "-")
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The records of {one.name}.",
        "field": [_field(name, one.name, *described) for described in _FIELDS if found.has(described[2])],
    }


def _field(record_set: str, file: str, name: str, data_type: str, column: str, description: str) -> Json:
    source: dict[str, Json] = {"fileObject": {"@id": file}, "extract": {"column": column}}
    if name != column:
        source["transform"] = {"jsonPath": f"$.{name}"}
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{name}",
        "name": name,
        "description": description,
        "dataType": data_type,
        "source": source,
    }
