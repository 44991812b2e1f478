"""Which texts must wait for the person: those on sensitive matters, and those that would authorise action.

A floor that holds without a model. A needless question costs the person a look; a gate that stays open costs trust.
What authorises action is read by `stakes`; only what is private is read here.
"""

from __future__ import annotations

import re

from clone_mcp.language import lexicon
from clone_mcp.models.memory import Gate
from clone_mcp.stakes.permission import authorises, on_one_line

_UNSPACED = re.compile(lexicon.pattern("private", "matter, unspaced"))
# Words that are about a person only when they are said to be somebody's.
_OWNED = (
    rf"\b(?:{lexicon.pattern('private', 'owner')})(?:{lexicon.pattern('private', 'kind of own')})? "
    rf"(?:{lexicon.pattern('private', 'owned matter')})\b"
)
_CODE_AFTER = rf"(?:[- ](?:{lexicon.pattern('private', 'code after')}))\b"
# One word may stand between: cancer cell lines, prayer times widget. A verb or another thing of the person's may not.
_NOT_CODE = rf"(?!(?: (?!(?:{lexicon.pattern('private', 'no attribute')})\b)\w+)?{_CODE_AFTER})"
_HOMONYMS = re.compile(rf"\b(?:{lexicon.pattern('private', 'homonym')})\b")
_SENSITIVE = re.compile(
    rf"(?<![\w-])(?:{lexicon.pattern('private', 'matter')})(?![\w]){_NOT_CODE}|{_OWNED}(?!{_CODE_AFTER})"
)


def gate_of(text: str) -> Gate | None:
    """Why a text about the person must wait for them, if it must. What authorises action outranks what is private."""
    said = on_one_line(text)
    if authorises(said):
        return Gate.GROUNDING
    return Gate.SENSITIVE if _is_sensitive(said) else None


def _is_sensitive(said: str) -> bool:
    """Whether the text touches what people keep to themselves, once words that developers use otherwise are out."""
    if _UNSPACED.search(said):
        return True
    return _SENSITIVE.search(_HOMONYMS.sub(" ~ ", said)) is not None
