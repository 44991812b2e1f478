"""Dangers said without a dangerous verb: a command, a price, a warning, a live system, a secret in clear.

Commands are those of shells, version control, SQL, HTTP, clouds and package registries. Prose about acts is read in
`reading`.
"""

import re
from collections.abc import Iterable, Iterator

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.tables import Patterns, patterns_by_word

_PHRASES: Patterns = patterns_by_word("phrases", "phrase")
_PHRASE_WORDS = frozenset(_PHRASES)
_METHOD = re.compile(rf"\.(?:{lexicon.pattern('phrases', 'method')})\(")
_BROAD_ACCESS = re.compile(lexicon.pattern("phrases", "broad access"))
_MONEY_TOKEN = re.compile(r"\$\d")
_SECRET_VALUE = re.compile(lexicon.pattern("phrases", "secret value"))
_WANTED = re.compile(
    rf"\b(?:{lexicon.pattern('phrases', 'secret wanted')})\b[^.?!\n]{{0,40}}\b"
    rf"(?:{lexicon.pattern('phrases', 'secret name')})\b(?!\s+(?:{lexicon.pattern('phrases', 'secret property')}))"
)
_VALUE = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[a-z])\S{5,}|(?<![\w#])\d{4,}|\b\d{3}[ -]\d{3}\b")
_LONGEST_SECRET = 200
_COMMANDS: Patterns = patterns_by_word("commands", "command")
COMMAND_WORDS = frozenset(_COMMANDS)
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


def phrases(folded: str, words: frozenset[str]) -> Iterator[tuple[Consequence, int]]:
    for word in words & _PHRASE_WORDS:
        for consequence, pattern in _PHRASES[word]:
            if found := pattern.search(folded):
                yield consequence, found.start()
    if "(" in folded and (found := _METHOD.search(folded)):
        yield Consequence.DESTRUCTIVE, found.start()
    if "access" in folded and (found := _BROAD_ACCESS.search(folded)):
        yield Consequence.CREDENTIAL, found.start()
    if "$" in folded and (found := _MONEY_TOKEN.search(folded)):
        yield Consequence.COSTLY, found.start()


def hands_secret_over(reply: str, question: str) -> bool:
    """Whether a folded reply holds a password or key: what looks like one, or what could be one that was asked for."""
    if _SECRET_VALUE.search(reply):
        return True
    return len(reply) < _LONGEST_SECRET and bool(_VALUE.search(reply) and _WANTED.search(question))


def commands(folded: str, words: Iterable[str]) -> Iterator[tuple[Consequence, int]]:
    """Each consequence of a command in the sentence, with the place where it starts."""
    for word in words:
        for consequence, pattern in _COMMANDS.get(word, ()):
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
