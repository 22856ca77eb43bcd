"""The settings of `[fields]` and `[inputs]`: the names of fields in records, and which files are left out."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """The names of the fields in your records (JSON, CSV, Parquet, SQLite).  The first name that a record has is used.

    "article.body" is the field `body` of the object `article`.  Capitals do not matter.  The defaults are those of
    copydesk, datatrove, Dolma, Hugging Face datasets, trafilatura, newspaper4k, news-please, Fundus and NewsAPI.
    """

    text: tuple[str, ...] = (
        *("text", "plaintext", "raw_text", "content", "maintext", "body", "article_text", "body_text", "full_text"),
        *("fulltext", "article_body", "articleBody", "text_content", "textContent", "story", "paragraphs", "article"),
        *("markdown",),
    )
    html: tuple[str, ...] = ("html", "raw_html", "content_html", "html_content", "page_html")
    id: tuple[str, ...] = ("id",)
    url: tuple[str, ...] = ("url", "source_url", "source", "canonical_link", "link", "permalink")
    title: tuple[str, ...] = ("title", "headline")
    date: tuple[str, ...] = (
        *("date", "publish_date", "publishing_date", "date_publish", "date_published", "datePublished", "published"),
        *("published_at", "publishedAt", "published_date", "publication_date", "pub_date", "pubDate"),
    )
    language: tuple[str, ...] = ("language", "lang", "meta_lang")
    authors: tuple[str, ...] = ("authors", "author", "byline")


@dataclass(frozen=True, slots=True)
class InputSettings:
    """`exclude`: patterns of names of files that are left out where they are found in a folder.

    "*" matches any characters, and capitals do not matter.  A file that is named on the command line is always read.

    `follow_links`: whether links in a folder are followed that lead out of it.
    """

    exclude: tuple[str, ...] = (
        *("readme", "readme.*", "license", "license.*", "licence", "licence.*", "copying", "notice", "changelog.*"),
        *("citation.*", "contributing.*", "*.log", "*.log.*", "robots.txt", "urls.txt", "*.cdx", "*.cdx.*", "*.cdxj"),
        *("*.md5", "*.sha1", "*.sha256", "*.sha512", "md5sums*", "sha*sums*", "checksums*", "*.crc", "*.asc"),
        *("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json", "_success", "_metadata"),
        *("_common_metadata", "*-wal", "*-shm", "*-journal", "thumbs.db", "desktop.ini", "*.py", "*.ipynb", "*.sh"),
    )
    follow_links: bool = False


FIELD_DEFAULTS: Final = FieldSettings()
INPUT_DEFAULTS: Final = InputSettings()
