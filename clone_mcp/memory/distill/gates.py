"""Which texts must wait for the person: those on sensitive matters, and those that would authorise action.

A floor that holds without a model. A needless question costs the person a look; a gate that stays open costs trust.
"""

from __future__ import annotations

from clone_mcp.memory.distill.gate_grounding import authorises
from clone_mcp.memory.distill.gate_sensitive import is_sensitive
from clone_mcp.models.memory import Gate

_SPELLING = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-", "\u00a0": " "})


def gate_of(text: str) -> Gate | None:
    """Why a text about the person must wait for them, if it must. What authorises action outranks what is private."""
    said = " ".join(text.translate(_SPELLING).casefold().split())
    # Our own wording of a rule says the same as the person's.
    said = said.replace("always to ", "always ").replace("never to ", "never ").replace("'re ", " are ")
    if authorises(said):
        return Gate.GROUNDING
    return Gate.SENSITIVE if is_sensitive(said) else None
