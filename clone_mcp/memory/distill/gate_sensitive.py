"""Whether a text is about matters that people keep to themselves. Texts come folded and on one line."""

from __future__ import annotations

import re

from clone_mcp.language import lexicon

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


def is_sensitive(said: str) -> bool:
    """Whether the text touches such a matter once the words that developers use for other things are taken out."""
    if _UNSPACED.search(said):
        return True
    return _SENSITIVE.search(_HOMONYMS.sub(" ~ ", said)) is not None
