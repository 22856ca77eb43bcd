"""Settings and source profiles: layers, errors that help, digests."""

from pathlib import Path

import pytest

import copydesk
from conftest import ROOT
from copydesk import Config, ConfigError, SuppliedMetadata, config, load
from copydesk.desk import check_settings

PROFILE = """
hosts = ["example.org"]
markers = ["Example News [0-9]+"]
publisher = "Example News"
evidence = "made up for a test"
since = 2024-01-01
until = 2024-12-31

[[lines]]
pattern = "Live now: .*"
label = "control"
"""
STORY = (
    "Live now: the weather\nA headline of some length\n\n"
    "The council voted on Monday to close the old bridge,which has stood for a century, to all traffic.\n"
)


def write(folder: Path, text: str, name: str = "copydesk.toml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def with_profile(folder: Path) -> Config:
    write(folder, PROFILE, "sources/example.toml")
    return load(write(folder, '[sources]\ndirectory = "sources"\n'))


def test_the_shipped_file_states_the_defaults() -> None:
    assert (
        load(ROOT / "config" / "copydesk.toml") == config.default() == config.resolve(ROOT / "config" / "copydesk.toml")
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[limits]\nrecord_sise = 3",
            "limits: unknown key 'record_sise'; the keys here are: record_size, record_lines",
        ),
        (
            "[limit]\n",
            "unknown key 'limit'; the keys here are: limits, edits, language, labels, fields, inputs, sources",
        ),
        ('[limits]\nrecord_size = "3"', r"Expected `int`, got `str` - at `\$.limits.record_size`"),
        ("limits =", "not TOML"),
        ('[sources]\ndirectory = "nowhere"', "sources.directory: no such directory"),
    ],
)
def test_an_error_names_the_file_the_key_and_the_valid_values(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=f"^{path}: {message}"):
        load(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("markers", "marker"), "unknown key 'marker'"),
        (('"control"', '"controls"'), "Invalid enum value 'controls'"),
        (("[0-9]+", "[0-9+"), "is not a regular expression"),
        (('pattern = "Live', 'patern = "Live'), "unknown key 'patern'; the keys here are: pattern, label"),
    ],
)
def test_an_error_in_a_profile_names_the_key_or_value(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    write(tmp_path, PROFILE.replace(*change), "sources/example.toml")
    with pytest.raises(ConfigError, match=message):
        load(write(tmp_path, '[sources]\ndirectory = "sources"\n'))


def test_an_unknown_rule_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"no rule 'spacing.coma'; the rules are: comment-counts.paragraph, edit-buttons.heading, encoding.mojibake, ",
    ):
        check_settings(load(write(tmp_path, '[edits]\noff = ["spacing.coma"]')))


def test_a_rule_that_is_off_makes_no_edit(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[edits]\noff = ["spacing.comma"]'))
    assert copydesk.clean(STORY).article.edits
    assert copydesk.clean(STORY, settings=settings).article.edits == ()


@pytest.mark.parametrize(
    ("text", "given", "applies"),
    [
        (STORY, SuppliedMetadata(url="https://www.example.org/a"), True),
        (STORY, SuppliedMetadata(url="https://notexample.org/a"), False),
        (STORY, SuppliedMetadata(url="https://example.org/a", date="2025-01-01"), False),
        (STORY, SuppliedMetadata(url="https://example.org/a", date="2024-12-31"), True),
        (STORY, SuppliedMetadata(), False),
        (STORY + "\n Example News 24 \n", SuppliedMetadata(), True),
        (STORY + "\nMore Example News 24\n", SuppliedMetadata(), False),
    ],
)
def test_a_profile_is_recognised_by_host_or_marker(
    tmp_path: Path, text: str, given: SuppliedMetadata, applies: bool
) -> None:
    article = copydesk.clean(text, given=given, settings=with_profile(tmp_path)).article
    assert article.provenance.profile == ("example" if applies else None)
    assert (article.blocks[0].why == "label.profile") is applies
    assert article.metadata.publisher == ("Example News" if applies else None)


def test_the_digest_depends_only_on_the_settings_and_the_applied_profile(tmp_path: Path) -> None:
    def digest(settings: Config, text: str = STORY) -> str:
        return copydesk.clean(text, settings=settings).article.provenance.config

    profiled, marked = with_profile(tmp_path), STORY + "Example News 24\n"
    assert digest(profiled) == digest(config.default())
    assert digest(profiled, marked) != digest(config.default(), marked)
    assert digest(load(write(tmp_path, "[limits]\nrecord_size = 999"))) != digest(config.default())


def test_every_shipped_profile_states_its_evidence() -> None:
    assert config.default().profiles
    for profile in config.default().profiles:
        assert len(profile.evidence) > 20


def test_words_of_the_source_come_from_a_file_and_change_the_digest(tmp_path: Path) -> None:
    text = STORY + "\nMost of them met at theFoodhub on Monday evening, and nobody knew what would come of it.\n"
    path = write(tmp_path, '[edits]\nwords = "words.txt"\n')
    with pytest.raises(ConfigError, match=r"edits\.words: .*one word a line"):
        load(path)
    write(tmp_path, "theFoodhub\n", "words.txt")
    settings = load(path)
    assert "at the Foodhub on" in copydesk.clean(text).article.text
    assert "at theFoodhub on" in copydesk.clean(text, settings=settings).article.text
    assert settings.digest(None) != config.default().digest(None)


def test_the_digest_depends_on_the_content_of_the_words_and_not_on_their_path(tmp_path: Path) -> None:
    def digest(words: str, name: str) -> str:
        write(tmp_path, words, name)
        return load(write(tmp_path, f'[edits]\nwords = "{name}"\n')).digest(None)

    assert digest("theFoodhub\n", "words.txt") == digest("theFoodhub\n", "same_words.txt")
    assert digest("theFoodhub\n", "words.txt") != digest("theFoodhub\nVlotkrix\n", "more_words.txt")
