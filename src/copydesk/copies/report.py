"""What a search for copies has found, as a report in Markdown and as rows of a table."""

from collections import Counter
from itertools import islice
from typing import Final

from copydesk.copies.find import Found
from copydesk.render.markdown_table import cell
from copydesk.terminal import shown

LARGEST: Final = 10
"""Clusters that the report lists, the largest first."""


def counts(found: Found) -> dict[str, int]:
    """The numbers of articles, of clusters, and of copies by what they are."""
    relations = Counter(str(copy.relation) for cluster in found.clusters for copy in cluster[1:])
    whole = {"articles": found.articles, "new": found.new, "clusters": len(found.clusters)}
    return whole | dict(sorted(relations.items()))


def text(found: Found, table: str) -> str:
    """The report in Markdown: all counts, and the largest clusters."""
    rows = [f"| {name} | {count} |" for name, count in counts(found).items()]
    parts = [f"# Copies -> {shown(table)}", "\n".join(["| what | count |", "| --- | --- |", *rows])]
    if found.made_again:
        parts.append(f"The state was made again: {found.made_again}.")
    largest = sorted(found.clusters, key=lambda cluster: (-len(cluster), cluster[0].id))
    if largest:
        first = islice(((cluster[0], len(cluster)) for cluster in largest), LARGEST)
        listed = [f"| {cell(copy.source)} | {members} | {copy.reason} |" for copy, members in first]
        head = ["| canonical record | members | why it is canonical |", "| --- | --- | --- |"]
        parts += ["## Largest clusters", "\n".join([*head, *listed])]
    return "\n\n".join(parts) + "\n"
