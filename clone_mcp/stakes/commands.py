"""Commands that act: shell, version control, SQL, HTTP, clouds and package registries."""

import re
from collections.abc import Iterable, Iterator

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.tables import Patterns, patterns_by_word

_BY_WORD: Patterns = patterns_by_word("commands", "command")
COMMAND_WORDS = frozenset(_BY_WORD)
# What only reads or tests: its arguments ("pytest -k delete", "cat deploy.sh") are names.
_LOOKS = re.compile(rf"[>$\s]*(?:{lexicon.pattern('commands', 'looks')})")
_CHAINED = re.compile(lexicon.pattern("commands", "chained"))
_SUBCOMMAND = {
    consequence: re.compile(
        rf"(?<![a-z.])(?:{'|'.join(lexicon.text('commands', 'subcommand', consequence).split())})(?![a-z.])",
        re.IGNORECASE,
    )
    for consequence in Consequence
}


def commands(folded: str, words: Iterable[str]) -> Iterator[tuple[Consequence, int]]:
    """Each consequence of a command in the sentence, with the place where it starts."""
    for word in words:
        for consequence, pattern in _BY_WORD.get(word, ()):
            found = pattern.search(folded)
            if found:
                yield consequence, found.start()


def only_looks(folded: str) -> bool:
    """Whether the sentence is a command that reads, builds or tests and nothing else."""
    return _LOOKS.match(folded) is not None and _CHAINED.search(folded) is None


def subcommands(folded: str) -> Iterator[Consequence]:
    """What a command of an unknown tool says it does. A lone word is a name, not a command."""
    if " " not in folded.strip() or only_looks(folded):
        return
    yield from (kind for kind, pattern in _SUBCOMMAND.items() if pattern.search(folded))
