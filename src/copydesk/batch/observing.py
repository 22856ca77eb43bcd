"""What a worker observes of a dump for the history of its source."""

from copydesk import desk
from copydesk.batch.messages import raw_digest
from copydesk.batch.reading import ReportingHooks
from copydesk.config import Config
from copydesk.document import Cleaned, Reject
from copydesk.drift.figures import REJECTED, Observed, figures_of, lines_of
from copydesk.source_memory.sources import CORPUS, source_of


def observe(made: Cleaned | Reject, hooks: ReportingHooks, settings: Config) -> Observed:
    """The figures of the last dump that `hooks` have seen.

    A dump that can't be read does not say its source.  It counts for its folder if that is the source, else for the
    dumps without a known source.
    """
    raw = hooks.dump
    if isinstance(made, Reject):
        folder = made.source.partition("#")[0].rpartition("/")[0] if settings.sources.by == "folder" else ""
        source = source_of(raw, settings.sources.by, None) if raw else folder or CORPUS
        return Observed(hooks.raw or raw_digest(made.source, b"\0"), source, REJECTED)
    article = made.article
    profile = desk.profile_named(article.provenance.profile, settings)
    source = source_of(raw, settings.sources.by, profile) if raw else CORPUS
    met = desk.share_met(raw, settings, profile) if raw else None
    own = hooks.raw or raw_digest(article.source, article.provenance.sha256.encode())
    return Observed(own, source, figures_of(article, met), lines_of(block.text for block in article.blocks))
