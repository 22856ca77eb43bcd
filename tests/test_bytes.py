"""Bytes to text: mixed encodings, wrong declarations, UTF-16 without a mark; and back to the same bytes."""

import pytest

from copydesk import dump
from copydesk.decoding import decode, encode
from copydesk.document import Undecoded
from copydesk.readers import html

RUSSIAN = (
    "Городской совет в четверг решил восстановить старую дамбу, которую в январе разрушила вода.\n"
    "Жители города говорят, что ждали этого решения больше года, и хотят видеть работу весной.\n"
)
POLISH = (
    "Rada miasta zdecydowała w czwartek, że stary most będzie zamknięty jeszcze przez rok.\n"
    "Mieszkańcy mówią, że czekali na tę decyzję długo i że chcą już zobaczyć pierwsze prace.\n"
)
FRENCH = (
    "La mairie a annoncé mercredi que la ligne rouvrira à la rentrée, après six mois de travaux.\n"
    "Les habitants espèrent que les derniers délais seront respectés, même si l'été a été perdu.\n"
)
JAPANESE = (
    "市は火曜日、古い堤防を作り直すと発表した。住民は一年以上も前からこの決定を待っていた。\n"
    "工事は春に始まる予定で、費用の半分は県が負担する。反対する人も少なくないという。\n"
)
CHINESE = (
    "市政府星期二宣布，旧海堤将重新修建。居民说，他们等这个决定已经等了一年多。\n"
    "工程预计春天开始，费用的一半由省里负担。反对的人也不少，他们希望先修学校。\n"
)


@pytest.mark.parametrize(
    ("text", "real", "declared"),
    [
        (RUSSIAN, "cp1251", "koi8-r"),
        (RUSSIAN, "cp1251", "iso-8859-1"),
        (RUSSIAN, "cp1251", "iso-8859-5"),
        (RUSSIAN, "koi8-r", "windows-1251"),
        (RUSSIAN, "koi8-r", None),
        (POLISH, "cp1250", "iso-8859-1"),
        (POLISH, "cp1250", "iso-8859-2"),
        (POLISH, "iso8859-2", "windows-1250"),
        (FRENCH, "cp1252", "iso-8859-2"),
        (FRENCH, "cp1252", "windows-1251"),
        (FRENCH, "cp1252", "utf-8"),
        (FRENCH, "cp1252", "no-such-charset"),
        (FRENCH, "utf-8", "iso-8859-1"),
        (JAPANESE, "cp932", "euc-jp"),
        (JAPANESE, "euc_jp", "iso-8859-1"),
        (CHINESE, "gb18030", "big5"),
        (CHINESE, "gb18030", "iso-8859-1"),
        (CHINESE, "utf-16-le", None),
        (CHINESE, "utf-16-be", "gbk"),
        (RUSSIAN, "utf-16-le", None),
        (JAPANESE, "utf-16-be", None),
    ],
)
def test_a_wrong_declaration_does_not_change_the_text(text: str, real: str, declared: str | None) -> None:
    data = text.encode(real)
    found = decode(data, declared)
    assert found.text == text
    assert encode(found.text, found.encoding, found.undecoded) == data


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        (RUSSIAN, "koi8-r"),
        (POLISH, "iso-8859-2"),
        (FRENCH, "iso-8859-15"),
        ("Ett kort ord: smörgås.", "iso-8859-15"),  # too few letters to show anything
        ("Eesti keeles on sõnad teistsugused, ütles õpetaja, ja küsis üle, mõni öö hiljem.", "windows-1257"),
    ],
)
def test_a_right_declaration_stays(text: str, declared: str) -> None:
    assert decode(text.encode(declared), declared).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            "«\u00a0L’été\u00a0» ".encode() * 3 + b"and the harbour\x92s wall",
            "«\u00a0L’été\u00a0» " * 3 + "and the harbour’s wall",
        ),
        (
            "naïve café, ".encode() * 3 + b"\x93We can\x92t,\x94 she said \x96 twice",
            "naïve café, " * 3 + "“We can’t,” she said – twice",
        ),
        ("élève, été, ".encode() * 9 + "privés d'été".encode("cp1252"), "élève, été, " * 9 + "privés d'été"),
    ],
)
def test_windows_1252_inside_utf_8_is_read(data: bytes, text: str) -> None:
    found = decode(data)
    assert found.text == text
    assert {lost.read_as for lost in found.undecoded} == {"cp1252"}
    assert encode(found.text, found.encoding, found.undecoded) == data


@pytest.mark.parametrize(
    ("text", "damaged", "code_page"),
    [
        (
            "Žltý autobus s knihami sa vracia na lazy, vodič je zároveň knihovník, ",
            "knižnica má zväzky, odteraz bude chodiť",
            "cp1250",
        ),
        ("Most na rzece będzie zamknięty, ", "powiedział w środę burmistrz", "cp1250"),
        ("Привет, мир: ", "мост закрыт", "cp1251"),
        ("Η γέφυρα έκλεισε, ", "είπε η δήμαρχος", "cp1253"),
        ("Die Brücke bleibt über Ostern geschlossen, ", "größere Schäden", "cp1252"),  # both cp1252 and cp1250 have it
    ],
)
def test_a_code_page_of_the_same_letters_inside_utf_8_is_read(text: str, damaged: str, code_page: str) -> None:
    data = text.encode() + damaged.encode(code_page)
    found = decode(data)
    assert found.text == text + damaged
    assert {lost.read_as for lost in found.undecoded} == {code_page}
    assert encode(found.text, found.encoding, found.undecoded) == data


@pytest.mark.parametrize(
    "data",
    [
        "café, naïve, été ".encode() + b"cut \xe2\x80 here",  # half of a character
        "café, naïve, été ".encode() + b"a \xff\xfe b",
        "café, naïve, été ".encode() + b"lette\xc3r",  # a capital inside a word
        "港の橋は一年間通行止めになると、町長が水曜日に発表した。".encode()
        + b"\xe9",  # a text without letters of a European code page
    ],
)
def test_other_damage_is_not_guessed(data: bytes) -> None:
    found = decode(data)
    assert "\N{REPLACEMENT CHARACTER}" in found.text
    assert [lost.read_as for lost in found.undecoded] == [None]
    assert encode(found.text, found.encoding, found.undecoded) == data


def test_a_page_names_its_bad_bytes_by_their_place_in_the_file() -> None:
    data = (
        "<html><head><meta charset=utf-8></head><body><p>é, été, naïve: ".encode()
        + b"\xff\xfe and \x92s</p></body></html>"
    )
    page = html.render(data, "page.html")
    assert page.undecoded == (
        Undecoded(data.index(b"\xff"), "fffe"),
        Undecoded(data.index(b"\x92"), "92", "cp1252"),
    )
    assert page.text.endswith("’s")


def test_provenance_says_what_was_declared_and_what_the_bytes_show() -> None:
    found = dump.from_bytes(RUSSIAN.encode("cp1251"), "a.txt", "koi8-r")
    assert (found.encoding, found.declared, found.detected) == ("cp1251", "koi8-r", "cp1251")
    found = dump.from_bytes("smörgås".encode("iso8859-15"), "a.txt", "iso-8859-15")
    assert (found.encoding, found.declared, found.detected) == ("iso8859-15", "iso-8859-15", None)
