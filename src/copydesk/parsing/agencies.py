"""The names of agencies: those that send stories, and those that only sell pictures."""

import re
from typing import Final

AGENCIES: Final = (
    "AA", "AAP", "AFP", "Agence France-Presse", "Alamy", "Anadolu", "ANSA", "AP", "APA", "Associated Press",
    "Bloomberg", "CP", "ddp", "dpa", "EFE", "EPA", "EPA-EFE", "Europa Press", "Getty", "Getty Images", "IMAGO",
    "Imago Images", "iStock", "Keystone", "KNA", "Kyodo", "Lapresse", "Lehtikuva", "Magnum", "NTB", "NurPhoto",
    "PA Images", "PA Media", "PA Wire", "Pexels", "picture alliance", "Pixabay", "Pool", "PTI", "Reuters", "RIA",
    "Ritzau", "Scanpix", "Shutterstock", "Sipa", "Sipa USA", "Sputnik", "TASS", "TT", "Unsplash", "UPI",
    "Xinhua", "Yonhap", "Zuma", "Zuma Press", "Anadolu Ajans\N{LATIN SMALL LETTER DOTLESS I}", "ANP", "Belga",
    "BELGA", "DPA", "Jiji", "PAP", "SDA", "DDP", "LUSA", "Lusa", "Press Association", "연합뉴스", "뉴시스", "뉴스1",
    "共同通信", "時事通信", "共同", "時事", "新华社", "中新社", "РИА Новости", "ТАСС", "Wikimedia Commons",  # noqa: RUF001
)  # fmt: skip
"""Agencies and stock houses in picture credits, in their own spelling."""

_STOCK: Final = frozenset((
    "alamy", "getty", "getty images", "imago", "imago images", "istock", "keystone", "magnum", "nurphoto",
    "pa images", "pexels", "picture alliance", "pixabay", "pool", "scanpix", "shutterstock", "sipa", "sipa usa",
    "unsplash", "wikimedia commons", "zuma", "zuma press", "lapresse",
))  # fmt: skip
"""Those that sell pictures and write no stories."""

_MORE_NEWS: Final = frozenset((
    "ani", "ians", "bernama", "antara", "the associated press", "the canadian press", "canadian press",
    "deutsche presse-agentur", "ats", "inter press service", "interfax", "čtk", "tasr", "sita", "mti", "agerpres",
    "mediafax", "bta", "hina", "tanjug", "srna", "sta", "bns", "elta", "leta", "belta", "irna", "isna", "wafa", "spa",
    "qna", "kuna", "mena", "sana", "petra", "vna", "ttxvn", "cna", "pna", "app", "unb", "bss", "nan", "kazinform",
    "unian", "ukrinform", "укрінформ", "уніан", "интерфакс", "agi", "adnkronos", "askanews", "télam", "notimex",
    "andina", "prensa latina", "agência brasil", "agência lusa", "keystone-sda", "epd", "stt", "tasnim", "fars",
    "amna", "απε-μπε", "الأناضول", "رويترز", "أ ف ب", "وفا", "سانا", "بترا", "وام", "واس", "قنا", "كونا",
    "د ب أ", "ایرنا", "ایسنا", "تسنیم", "فارس", "中央社", "पीटीआई", "भाषा", "एएनआई", "ইউএনবি", "বাসস",
))  # fmt: skip
"""More agencies that write stories, folded."""

_WORDS_TOO: Final = frozenset(
    "agi andina app bns bss bta cna elta epd fars hina leta mena nan petra pna qna sana spa sta unb vna".split()  # noqa: SIM905
)
"""Those that are words or names of people too: "Hilltown Baths (Spa)" is no dateline."""

_IN_CAPITALS: Final = ("REUTERS", "GETTY IMAGES", "GETTY", "IMAGO", "SHUTTERSTOCK", "XINHUA")
AGENCY = re.compile(
    "(?:"
    + "|".join(re.escape(name) for name in sorted((*AGENCIES, *_IN_CAPITALS), key=len, reverse=True))
    + r")(?![\w-])"
)
"""`_INSIDE_WORD` checks the character before a match.  Without that check here, the search can skip to the next letter
with which a name begins, which is fast."""

_INSIDE_WORD = re.compile(r"[\w-]")

FIRST_WORDS: Final = frozenset(re.split(r"\W", name.casefold())[0] for name in AGENCIES)
"""The first words of agencies, folded."""

_NEWS: Final = frozenset(name.casefold() for name in AGENCIES) - _STOCK | _MORE_NEWS


def agencies(line: str) -> list[tuple[int, int]]:
    """The names of agencies in the line, in order, as (start, end)."""
    return [
        found.span()
        for found in AGENCY.finditer(line)
        if not found.start() or not _INSIDE_WORD.match(line, found.start() - 1)
    ]


def is_news_agency(name: str) -> bool:
    """Whether the name is that of an agency that writes stories, in any case; one that is a word too, in capitals."""
    folded = name.casefold()
    return folded in _NEWS and (folded not in _WORDS_TOO or name.isupper())
