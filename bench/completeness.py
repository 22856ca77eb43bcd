"""How often a record knows that its story is cut off: `python -m bench.completeness`.

The stories are gold stories of the kit, without their pages.  Half of them are cut: by a paywall in the place of the
rest, in many languages; by a feed ("[...]", a sentence that breaks off); by a page that states in its JSON-LD that
the story is not for free.  The other half are whole, some with an offer of a newsletter below, or with JSON-LD that
says so.
"""

import html
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import copydesk
from bench import kit
from bench.folds import table

SIZE: Final = 300
"""Stories of each sort: cut, whole."""

MIN_PARAGRAPHS: Final = 6

PAYWALLS: Final = {
    "en": (
        "This story is for subscribers only.", "To continue reading, start your free trial.",
        "Subscribe to read the rest of this article.", "Already a member? Log in to keep reading.",
    ),
    "de": (
        "Dieser Artikel ist nur für Abonnenten.", "Jetzt weiterlesen mit dem Probeabo.",
        "Um den ganzen Artikel zu lesen, melden Sie sich an.", "Diesen Text lesen Sie mit unserem Plus-Abo.",
    ),
    "fr": ("La suite est réservée à nos abonnés.", "Il vous reste 72 % de cet article à lire."),
    "es": ("Este contenido es exclusivo para suscriptores.", "Para seguir leyendo, suscríbete."),
    "it": ("Questo articolo è riservato agli abbonati.", "Per continuare a leggere, abbonati."),
    "pt": ("Este conteúdo é exclusivo para assinantes.", "Para continuar lendo, faça login."),
    "nl": ("Dit artikel is alleen voor abonnees.", "Verder lezen? Om verder te lezen heb je een abonnement nodig."),
    "sv": ("Den här artikeln är för prenumeranter.", "Logga in för att läsa vidare."),
    "nb": ("Denne saken er for abonnenter.", "Logg inn for å lese videre."),
    "da": ("Denne artikel er for abonnenter.", "Log ind for at læse videre."),
    "pl": ("Ten artykuł jest dostępny tylko dla prenumeratorów.", "Aby czytać dalej, kup dostęp."),
    "ru": ("Полный текст доступен только подписчикам.", "Чтобы читать дальше, оформите подписку."),
    "tr": ("Bu haber abonelere özel.", "Okumaya devam etmek için abone olun."),
    "ja": ("この記事は会員限定です。", "続きを読むには会員登録が必要です。"),
}  # fmt: skip
"""Sentences that stand in the place of the rest, written for this benchmark."""

OFFERS: Final = ("Sign up for our newsletter.", "Never miss a story: follow us.", "Share this article")


@dataclass(frozen=True, slots=True)
class Made:
    """A made page: its sort, and whether its story is whole."""

    sort: str
    is_whole: bool
    content: str
    is_html: bool = False


def _page(title: str, paragraphs: list[str], *, is_free: bool) -> str:
    thing = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "isAccessibleForFree": is_free,
    }
    body = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    head = f"<title>{html.escape(title)}</title><script type='application/ld+json'>{json.dumps(thing)}</script>"
    story = f"<article><h1>{html.escape(title)}</h1>{body}</article>"
    return f"<html><head>{head}</head><body>{story}</body></html>"


def _plain(title: str, paragraphs: list[str]) -> str:
    return "\n\n".join([title, *paragraphs])


def _broken(paragraph: str, chance: random.Random) -> str:
    words = paragraph.split()
    return " ".join(words[: max(9, chance.randrange(len(words) // 2, len(words)))]).rstrip(
        '.!?"\N{RIGHT DOUBLE QUOTATION MARK}'
    )


def made(size: int = SIZE) -> Iterator[Made]:
    """The pages: `size` that are cut, and `size` that are whole."""
    chance = random.Random(5)
    stories = [
        (gold.title or "", gold.language, [one for one in gold.body.split("\n") if one.strip()])
        for gold in kit.gold().values()
        if gold.title
    ]
    stories = [one for one in stories if len(one[2]) >= MIN_PARAGRAPHS and len(one[2][2].split()) >= 20]
    chance.shuffle(stories)
    cuts: list[Callable[[str, str, list[str]], Made]] = [
        lambda title, tag, text: Made(
            "paywall",
            False,
            _plain(
                title, [*text[:3], chance.choice(PAYWALLS[tag if tag in PAYWALLS else chance.choice(list(PAYWALLS))])]
            ),
        ),
        lambda title, tag, text: Made(
            "feed with brackets",
            False,
            _plain(title, [*text[:2], _broken(text[2], chance) + " [\N{HORIZONTAL ELLIPSIS}]"]),
        ),
        lambda title, tag, text: Made("breaks off", False, _plain(title, [*text[:2], _broken(text[2], chance)])),
        lambda title, tag, text: Made("JSON-LD", False, _page(title, text[:3], is_free=False), is_html=True),
    ]
    wholes: list[Callable[[str, str, list[str]], Made]] = [
        lambda title, tag, text: Made("story", True, _plain(title, text)),
        lambda title, tag, text: Made("story and offer", True, _plain(title, [*text, chance.choice(OFFERS)])),
        lambda title, tag, text: Made("JSON-LD, free", True, _page(title, text, is_free=True), is_html=True),
    ]
    for n in range(size):
        yield cuts[n % len(cuts)](*stories[n % len(stories)])
        yield wholes[n % len(wholes)](*stories[(n + size) % len(stories)])


def figures() -> dict[str, float]:
    """The figures that have floors: the share of cut stories that are found, and of whole ones that are not cut."""
    found = list(_judged())
    return {
        f"complete, {name}": sum(right for one, right in found if one.is_whole == is_whole)
        / sum(one.is_whole == is_whole for one, _ in found)
        for name, is_whole in (("cut", False), ("whole", True))
    }


def _judged() -> Iterator[tuple[Made, bool]]:
    """Each page, and whether `complete` is right: false for a cut story, and not false for a whole one."""
    for one in made():
        clean = copydesk.clean_html if one.is_html else copydesk.clean
        quality = clean(one.content, source="page").article.quality
        complete = quality.complete if quality else None
        yield one, (complete is not False) if one.is_whole else (complete is False)


def main() -> None:
    """Print the table."""
    found = list(_judged())
    rows: list[list[str | int | float]] = []
    for sort in dict.fromkeys(one.sort for one, _ in found):
        inside = [right for one, right in found if one.sort == sort]
        rows.append([sort, len(inside), sum(inside) / len(inside)])
    print(table(("stories", "number", "right"), rows))


if __name__ == "__main__":
    main()
