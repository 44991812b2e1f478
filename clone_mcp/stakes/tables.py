"""How the word tables are written: entries between blank lines, fields between bars, words between spaces."""

from collections.abc import Iterator


def entries(table: str) -> Iterator[tuple[str, str, str]]:
    """(words, objects needed, objects that spare), the last two often empty."""
    for entry in table.strip().split("\n\n"):
        head, _, rest = " ".join(entry.split()).partition("|")
        needed, _, spared = rest.partition("|")
        yield head.strip(), needed.strip(), spared.strip()
