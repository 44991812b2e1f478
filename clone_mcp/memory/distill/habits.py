"""A phrase or command that the person keeps typing."""

from __future__ import annotations

from collections.abc import Sequence

from clone_mcp.language.claim_keys import LONGEST
from clone_mcp.language.sentence import flat, own_part, shortened
from clone_mcp.language.wording import fold
from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Claim, FactKind, Raw

_QUOTED = 120
_OPTIONS = frozenset("abcdefgh")
_COMMANDS = ("/", "!")


def habit(phrase: str, raws: Sequence[Raw]) -> Claim | None:
    """What typing this phrase again and again shows. `raws` are the rows that share it.

    None if no row is the person's, or if the phrase means nothing without its question. Whoever calls decides how many
    rows make a habit: the claim only cites them.
    """
    rows = sorted((raw for raw in raws if raw.author is Author.PERSON), key=lambda raw: (raw.occurred_at, raw.id))
    said = shortened(flat(own_part(phrase)).rstrip(" .!,;:"), _QUOTED)
    if not rows or not _means_something(said):
        return None
    command = said.startswith(_COMMANDS)
    projects = {raw.project for raw in rows}
    return Claim(
        kind=FactKind.HABIT,
        text=f"Often uses the command {said}." if command else f"Often replies “{said}”.",
        # The words as they are: in a habit nothing is a synonym, and /review is not the word review.
        key=f"habit + {said[0] if command else ''}{fold(said)}"[:LONGEST],
        raw_ids=tuple(dict.fromkeys(raw.id for raw in rows)),
        gate=gate_of(said),
        project=projects.pop() if len(projects) == 1 else None,
    )


def _means_something(said: str) -> bool:
    """Option 1 or b is another answer to every question; y and a thumbs-up are always the same."""
    said = fold(said)
    return bool(said) and not said.replace(" ", "").isdigit() and (len(said) > 1 or said not in _OPTIONS)
